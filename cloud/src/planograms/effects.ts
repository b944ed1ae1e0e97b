import {
  DAY_MS,
  type EffectMark,
  type EffectMetric,
  type EffectSilence,
  type EffectView,
  type StoreFile,
  type VersionRow,
} from '@aisle/contracts';
import type { Principal } from '../access/access.js';
import { mayIn } from '../access/rights.js';
import { placeboEffect, type Unit } from '../insight/experiments/placebo.js';
import { storeTime, type Insight, type ZoneDay } from '../insight/index.js';
import type { CampaignRecords, Clock, StoreVersion, StoreVersions } from '../ports/index.js';
import type { Stores } from '../stores/stores.js';
import type { Versions } from '../versions/versions.js';
import { marksOf } from './effect-marks.js';
import { unitsToCompare } from './effect-units.js';
import { LEAST_BEFORE, MOST_AFTER, MOST_BEFORE, spanEnd, spanStart, weeksOf, type Span } from './effect-weeks.js';
import { effectSentence } from './effect-words.js';
import { Places, touchedBy } from './touched.js';

/** An answer is good for so long: a week more comes once a week, late sales sooner. */
const KEPT_MS = 5 * 60_000;
const round = (value: number): number => Math.round(value * 1e6) / 1e6;
/** Of no sale and no visit: whoever stands there buys nothing. */
const NOT_COMPARED = new Set(['entrance', 'checkout', 'screen']);

export interface EffectParts {
  versions: Versions;
  records: StoreVersions;
  stores: Stores;
  campaigns: CampaignRecords;
  insight: Pick<Insight, 'zoneDays'>;
  clock: Pick<Clock, 'now'>;
}
type Who = Pick<Principal, 'organisationId' | 'grants'>;

/** What versions of the shops' files were worth: gathers the weeks, and has the pure part say it. */
export class Effects {
  readonly #kept = new Map<string, { until: number; view: EffectView }>();

  constructor(private readonly parts: EffectParts) {}

  /** undefined: there is no such version */
  async of(who: Who, store: StoreVersion, version: number, metric: EffectMetric): Promise<EffectView | undefined> {
    const now = this.parts.clock.now();
    const others = (await this.parts.stores.list(who.organisationId)).filter(
      (other) => other.storeId !== store.storeId && mayIn(who.grants, 'read', other),
    );
    const newest = others.map(({ storeId, newestVersion }) => `${storeId}@${newestVersion}`);
    const key = [store.storeId, store.version, version, metric, ...newest].join('|');
    const kept = this.#kept.get(key);
    if (kept && kept.until > now) return kept.view;
    for (const [old, { until }] of this.#kept) if (until <= now) this.#kept.delete(old);
    const view = await this.#ask(
      who,
      store,
      others.map(({ current }) => current),
      version,
      metric,
    );
    if (view) this.#kept.set(key, { until: now + KEPT_MS, view });
    return view;
  }

  async #ask(who: Who, store: StoreVersion, others: readonly StoreVersion[], version: number, metric: EffectMetric) {
    const { storeId } = store;
    const [view, records] = [
      await this.parts.versions.one(storeId, version),
      await this.parts.records.versions(storeId),
    ];
    if (!view) return undefined;
    const time = storeTime(view.storeFile.store.timezone);
    const now = this.parts.clock.now();
    const since = Date.parse(view.validFrom);
    const empty = (why: EffectSilence, zones: readonly string[] = []): EffectView => ({
      ...{ version, metric, since: view.validFrom, effect: null, low: null, high: null, p: null, smallestP: null },
      ...{ units: null, unitKind: null, method: null, claims: false, why, zones: [...zones], comparedWith: [] },
      ...{ leftOut: [], weeks: [], marks: [] },
      sentence: effectSentence({
        ...{ metric, why, claims: false, effect: null, low: null, high: null, p: null, smallestP: null, units: null },
        ...{ unitKind: null, weeksAfter: 0, marks: [] },
      }),
    });
    if (records[0]?.version === version) return empty('first');
    const before = await this.#fileBefore(storeId, version, since);
    const places = new Places(before, view.storeFile);
    const own = touchedBy(view, places);
    const treated = own.zones.size > 0 ? own.zones : own.priced;
    if (treated.size === 0) return empty('nothingChanged');
    const zones = [...treated].sort();
    if (view.state === 'planned' || view.state === 'cancelled' || since > now) return empty('planned', zones);

    const rows = (await this.#rows(storeId, view.storeFile, before)).filter((row) => row.version !== version);
    const isOurs = (row: VersionRow): boolean => [...touchedBy(row, places).zones].some((zone) => treated.has(zone));
    const span = spanOf(since, now, time, rows.filter(isOurs));
    if (span.weeksAfter < 1) return empty('tooSoon', zones);
    const days = await this.#days(store, span);
    const told = days.findIndex(({ receipts, zones: of }) => receipts > 0 || of.size > 0);
    const first = days[told];
    if (first)
      span.weeksBefore = Math.min(span.weeksBefore, Math.floor((span.before - first.from) / (7 * DAY_MS) + 1e-9));
    if (!first || span.weeksBefore < LEAST_BEFORE) return empty('noPast', zones);

    const touchedMeanwhile = new Set(
      rows.filter((row) => isWithin(row, span)).flatMap((row) => [...touchedBy(row, places).zones]),
    );
    const beside = (view.storeFile.zones ?? []).filter(({ id, kind }) => !treated.has(id) && !NOT_COMPARED.has(kind));
    const zoneUnits = beside
      .filter(({ id }) => !touchedMeanwhile.has(id) && !own.priced.has(id))
      .map(({ id }): Unit => ({ id, weeks: weeksOf(days, span, metric, (zoneId) => zoneId === id) }));
    const categories = new Set(
      (view.storeFile.zones ?? []).flatMap(({ id, category }) => (treated.has(id) ? (category ?? id) : [])),
    );
    const shops = await this.#shops(others, categories, span, since, metric);
    const withSales = (units: readonly Unit[]): Unit[] =>
      units.filter(({ weeks }) => weeks.slice(0, span.weeksBefore).some((value) => value > 0));
    const candidates = { zone: withSales(zoneUnits), store: withSales(shops.units) };
    const chosen = unitsToCompare(candidates.zone.length, candidates.store.length);
    const panel = chosen && {
      treated: { id: storeId, weeks: weeksOf(days, span, metric, (zoneId) => treated.has(zoneId)) },
      others: candidates[chosen.kind],
      before: span.weeksBefore,
    };
    const found = panel && placeboEffect(panel, chosen.method);
    const marks = await this.#marks(who, view.storeFile, { storeId, days, span, rows, view, places, treated });
    if (!found) return { ...empty('nothingComparable', zones), marks };
    const why: EffectSilence | null = found.smallestP > 0.05 + 1e-12 ? 'tooFewUnits' : null;
    const said = {
      ...{ metric, why, claims: found.claims, unitKind: chosen.kind, units: found.units, marks },
      ...{ effect: round(found.effect), low: round(found.low), high: round(found.high) },
      ...{ p: round(found.p), smallestP: round(found.smallestP) },
    };
    return {
      ...{ version, since: view.validFrom, method: chosen.method, zones, ...said },
      comparedWith: panel.others.map(({ id }) => id),
      leftOut: chosen.kind === 'zone' ? [...touchedMeanwhile].filter((id) => !treated.has(id)).sort() : shops.leftOut,
      weeks: found.weeks.map(({ treated: moved, comparison }, at) => ({
        from: time.iso(weekStart(at, span)),
        after: at >= span.weeksBefore,
        ...{ treated: round(moved), comparison: round(comparison) },
      })),
      sentence: effectSentence({ ...said, weeksAfter: span.weeksAfter }),
    };
  }

  async #fileBefore(storeId: string, version: number, since: number): Promise<StoreFile | undefined> {
    const older = (await this.parts.records.versions(storeId)).filter((each) => each.version < version);
    const held = older.filter(({ validFrom }) => validFrom <= since).at(-1) ?? older.at(-1);
    return held && (await this.parts.records.version(storeId, held.version))?.storeFile;
  }

  /** Versions that changed anything that shoppers meet, and came into force. */
  async #rows(storeId: string, ...files: readonly (StoreFile | undefined)[]): Promise<VersionRow[]> {
    const about = new Set(
      files.flatMap((file) => [
        ...(file?.zones ?? []).map(({ id }) => id),
        ...(file?.products ?? []).map(({ gtin }) => gtin),
        ...(file?.fixtures ?? []).flatMap(({ id, slots = [] }) => [id, ...slots.map((slot) => slot.id)]),
      ]),
    );
    const rows = await this.parts.versions.list(storeId, about);
    return rows.filter(({ state }) => state === 'inForce' || state === 'past');
  }

  #days(store: StoreVersion, span: Span): Promise<ZoneDay[]> {
    return this.parts.insight.zoneDays(store, { from: spanStart(span), to: spanEnd(span) });
  }

  /** Other shops as units: what their zones of the same categories came to, where nothing was changed in these. */
  async #shops(
    others: readonly StoreVersion[],
    categories: ReadonlySet<string>,
    span: Span,
    since: number,
    metric: EffectMetric,
  ): Promise<{ units: Unit[]; leftOut: string[] }> {
    const found: { units: Unit[]; leftOut: string[] } = { units: [], leftOut: [] };
    for (const other of others) {
      const { storeId, storeFile } = other;
      const zones = new Set(
        (storeFile.zones ?? []).flatMap(({ id, category }) => (categories.has(category ?? id) ? id : [])),
      );
      if (zones.size === 0) continue;
      const places = new Places(storeFile);
      const isChanged = (await this.#rows(storeId, storeFile)).some((row) => {
        const { zones: touched, priced } = touchedBy(row, places);
        return isWithin(row, span) && [...touched, ...priced].some((zone) => zones.has(zone));
      });
      if (isChanged) {
        found.leftOut.push(storeId);
        continue;
      }
      const theirs = { ...span, ...daysAround(since, storeTime(storeFile.store.timezone)) };
      const days = await this.#days(other, theirs);
      found.units.push({ id: storeId, weeks: weeksOf(days, theirs, metric, (zoneId) => zones.has(zoneId)) });
    }
    return found;
  }

  async #marks(
    who: Who,
    file: StoreFile,
    what: Omit<Parameters<typeof marksOf>[1], 'campaigns'>,
  ): Promise<EffectMark[]> {
    const campaigns = await this.parts.campaigns.campaigns(who.organisationId, what.storeId);
    return marksOf(file, { ...what, campaigns });
  }
}

const isWithin = ({ validFrom }: VersionRow, span: Span): boolean => {
  const ts = Date.parse(validFrom);
  return ts >= spanStart(span) && ts < spanEnd(span);
};

const weekStart = (week: number, { before, after, weeksBefore }: Span): number =>
  week < weeksBefore ? before - (weeksBefore - week) * 7 * DAY_MS : after + (week - weeksBefore) * 7 * DAY_MS;

/** The whole days before and after a moment; a change at midnight costs none. */
function daysAround(since: number, time: ReturnType<typeof storeTime>): Pick<Span, 'before' | 'after'> {
  const day = time.day(since);
  return { before: day.from, after: day.from === since ? day.from : day.to };
}

/** As many weeks as lie between the changes of the same zones before and after it, and now. */
function spanOf(since: number, now: number, time: ReturnType<typeof storeTime>, ours: readonly VersionRow[]): Span {
  const around = daysAround(since, time);
  const moments = ours.map(({ validFrom }) => Date.parse(validFrom));
  const earlier = Math.max(-Infinity, ...moments.filter((ts) => ts < since).map((ts) => daysAround(ts, time).after));
  const later = Math.min(now, ...moments.filter((ts) => ts > since));
  const weeks = (ms: number): number => Math.max(0, Math.floor((ms + DAY_MS / 8) / (7 * DAY_MS)));
  return {
    ...around,
    weeksBefore: Number.isFinite(earlier) ? Math.min(MOST_BEFORE, weeks(around.before - earlier)) : MOST_BEFORE,
    weeksAfter: Math.min(MOST_AFTER, weeks(later - around.after)),
  };
}
