import {
  DAY_MS,
  normalCode,
  round6,
  type ProductRow,
  type SlotFunnelRow,
  type StoreFile,
  type WhatIfProduct,
  type WhatIfSilence,
  type WhatIfView,
} from '@aisle/contracts';
import { storeTime, type Insight } from '../insight/index.js';
import type { Clock, StoreVersion } from '../ports/index.js';
import { expectedOf, expectedOfAll, type Changed, type Expected } from './expected-sales.js';
import { EXPECTED, FOLLOWS_STOPS, moved, type Moved } from './shelf-model.js';
import { Heights, differences, places, zonesOf, type Difference } from './stands.js';
import { WHAT_IF_SAID, whatIfSaid } from './what-if-words.js';
import { weeklySpread, type Spread } from './weekly-spread.js';

const WEEKS = 4;
export const WEEKS_AHEAD = 4;
const WEEK_MS = 7 * DAY_MS;
/** Its figures are of whole days: they are good for so long. */
const KEPT_MS = 5 * 60_000;
/** Of fewer units what a product sells is a guess. */
const LEAST_UNITS = 12;
/** Of the time cameras or tills must have told of at least so much. */
const ENOUGH = 0.5;
const NOTHING: Moved = { factor: 0, shared: [0, 0, 0], own: 0 };
const cents = (value: number): number => Math.round(value * 100) / 100 + 0;

type Spells = Parameters<Insight['availability']>[2];

export interface WhatIfParts {
  insight: Pick<Insight, 'slotFunnel' | 'productMetrics' | 'zoneMetrics'>;
  clock: Pick<Clock, 'now'>;
}

/** What of the shop's own figures an answer rests on. */
interface Figures {
  /** whole weeks, at most four, the first one in which anything was sold */
  weeks: number;
  from: number;
  to: number;
  funnel: readonly SlotFunnelRow[];
  stops: ReadonlyMap<string, { passed: number; stopped: number }>;
  spread: Spread;
}

/** What another planogram would sell: asks for the figures of the last four weeks, and has the pure parts say it. */
export class WhatIfs {
  readonly #kept = new Map<string, { until: number; figures: Promise<Figures> }>();

  constructor(private readonly parts: WhatIfParts) {}

  /** @param then the file as it would be */
  async of(store: StoreVersion, then: StoreFile, weeks: number, spells: Spells): Promise<WhatIfView> {
    const { storeFile, version } = store;
    const time = storeTime(storeFile.store.timezone);
    const changed = differences(storeFile, then);
    const figures = await (changed.length > 0 ? this.#keptFigures(store, spells) : this.#figures(store, spells, false));
    const spread = figures.weeks > 0 ? round6(figures.spread.dispersion) : null;
    const base = {
      ...{ version, from: time.iso(figures.from), to: time.iso(figures.to), weeks, currency: storeFile.store.currency },
      assumptions: {
        ...{ moreSpace: EXPECTED.moreSpace, lessSpace: EXPECTED.lessSpace, bestToWorstLevel: EXPECTED.bestToWorst },
        ...{ followsStops: FOLLOWS_STOPS.value, spread },
      },
    };
    const silent = (why: WhatIfSilence, products: WhatIfProduct[] = []): WhatIfView => ({
      ...{ ...base, why, salesNet: null, sentence: WHAT_IF_SAID[why], products },
    });
    if (changed.length === 0) return silent('nothingChanged');

    const heights = new Heights(storeFile, then);
    const told = changed.map((each) => this.#product(each, { heights, figures, weeks, file: storeFile }));
    const products = told
      .map(({ product }) => product)
      .sort((a, b) => gainOf(b) - gainOf(a) || (a.gtin < b.gtin ? -1 : 1));
    const known = told.flatMap(({ change }) => change ?? []);
    if (known.length === 0) return silent(mostOften(products), products);
    const total = inCents(expectedOfAll(known, figures.spread, { before: figures.weeks, ahead: weeks }));
    return {
      ...{ ...base, why: null, salesNet: total, products },
      sentence: whatIfSaid(total, known.length, products.length - known.length, base.currency ?? '', weeks),
    };
  }

  #product(
    { code, gtin, from, to }: Difference,
    { heights, figures, weeks, file }: { heights: Heights; figures: Figures; weeks: number; file: StoreFile },
  ): { product: WhatIfProduct; change?: Changed } {
    const name = (file.products ?? []).find((each) => (normalCode(each.gtin) ?? each.gtin) === code)?.name ?? null;
    const rows = figures.funnel.filter(
      (row) =>
        row.gtin !== null &&
        (normalCode(row.gtin) ?? row.gtin) === code &&
        from.some(
          (stand) => stand.slotId === row.slotId && stand.fixtureId === row.fixtureId && stand.level === row.level,
        ),
    );
    const visits = (stands: Difference['from'], of: 'passed' | 'stopped'): number | null => {
      const zones = [...new Set(stands.map(({ zoneId }) => zoneId))];
      const each = zones.map((zone) => (zone === null ? undefined : figures.stops.get(zone)?.[of]));
      return zones.length === 0 || each.includes(undefined)
        ? null
        : each.reduce<number>((sum, value) => sum + (value ?? 0), 0);
    };
    const step = (of: 'passed' | 'stopped') => {
      const [now, expected] = [visits(from, of), to.length === 0 ? 0 : visits(to, of)];
      return now === null || expected === null ? null : { now: Math.round(now), expected: Math.round(expected) };
    };
    const base = { gtin, name, from, to };
    const people = { passed: step('passed'), stopped: step('stopped') };
    const silent = (why: WhatIfSilence): { product: WhatIfProduct } => ({
      product: { ...base, why, units: null, salesNet: null, funnel: { ...people, pickups: null, units: null } },
    });
    if (from.length === 0) return silent('newHere');
    const sold = weekOf(rows, from.length, figures.weeks);
    if (sold === null) return silent('salesUnknown');
    if (sold.seen < LEAST_UNITS) return silent('tooLittleSold');
    const stopsOf = (zone: string | null): number | null =>
      zone === null ? null : (figures.stops.get(zone)?.stopped ?? null);
    const what =
      to.length === 0
        ? NOTHING
        : moved(
            heights.stand(from, stopsOf),
            heights.stand(to, stopsOf),
            zonesOf(from) !== zonesOf(to),
            places(from, false) !== places(to, false),
          );
    if (typeof what === 'string') return silent(what);
    const change: Changed = { units: sold.units, sales: sold.sales, seen: sold.seen, moved: what };
    const { units, sales } = expectedOf(change, figures.spread, { before: figures.weeks, ahead: weeks });
    const rounded = inCents(units);
    return {
      change,
      product: {
        ...{ ...base, why: null, units: rounded, salesNet: inCents(sales) },
        funnel: {
          ...people,
          pickups:
            sold.pickups === null ? null : { now: cents(sold.pickups), expected: cents(sold.pickups * what.factor) },
          units: { now: rounded.now, expected: rounded.expected },
        },
      },
    };
  }

  /** Whoever tries one draft after the other asks of the same weeks. */
  #keptFigures(store: StoreVersion, spells: Spells): Promise<Figures> {
    const now = this.parts.clock.now();
    for (const [old, { until }] of this.#kept) if (until <= now) this.#kept.delete(old);
    const key = [store.storeId, store.version].join('|');
    const kept = this.#kept.get(key);
    if (kept) return kept.figures;
    const figures = this.#figures(store, spells, true);
    this.#kept.set(key, { until: now + KEPT_MS, figures });
    figures.catch(() => this.#kept.delete(key));
    return figures;
  }

  async #figures(store: StoreVersion, spells: Spells, isAsked: boolean): Promise<Figures> {
    const { insight, clock } = this.parts;
    const time = storeTime(store.storeFile.store.timezone);
    const to = time.day(clock.now()).from;
    // midnights of the shop, seven of its days apart: a day may have 23 or 25 hours
    const starts = Array.from(
      { length: WEEKS + 1 },
      (_, at) => time.day(to - (WEEKS - at) * WEEK_MS + DAY_MS / 2).from,
    );
    starts[WEEKS] = to;
    const nothing: Figures = {
      ...{ weeks: 0, from: starts[0]!, to, funnel: [], stops: new Map() },
      spread: { dispersion: Number.NaN, common: Number.NaN },
    };
    if (!isAsked) return nothing;
    const asked = (from: number, until: number) => ({
      from: new Date(from).toISOString(),
      to: new Date(until).toISOString(),
    });
    const weekly: ProductRow[][] = [];
    for (let week = 0; week < WEEKS; week += 1)
      weekly.push(await insight.productMetrics(store, asked(starts[week]!, starts[week + 1]!)));
    const first = weekly.findIndex((rows) => rows.some(({ units }) => units > 0));
    if (first < 0) return nothing;
    const weeks = WEEKS - first;
    const codes = new Map<string, number[]>();
    weekly.slice(first).forEach((rows, week) => {
      for (const { gtin, units } of rows) {
        const own = codes.get(gtin) ?? new Array<number>(weeks).fill(0);
        own[week] = units;
        codes.set(gtin, own);
      }
    });
    const period = asked(starts[first]!, to);
    const funnel = await insight.slotFunnel(store, period, spells);
    const zones = await insight.zoneMetrics(store, { ...period, bucket: 'all' });
    const stops = new Map(
      zones.flatMap(({ zoneId, visits, engagedVisits, coverageOf }) => {
        const isSeen = visits !== null && engagedVisits !== null && (coverageOf.people ?? 0) >= ENOUGH;
        return isSeen ? [[zoneId, { passed: visits / weeks, stopped: engagedVisits / weeks }] as const] : [];
      }),
    );
    return { weeks, from: starts[first]!, to, funnel, stops, spread: weeklySpread([...codes.values()]) };
  }
}

/** What a product sells a week as it stands, all its slots together; null: not known of one of them. */
function weekOf(
  rows: readonly SlotFunnelRow[],
  slots: number,
  weeks: number,
): { units: number; sales: number; pickups: number | null; seen: number } | null {
  if (rows.length < slots || weeks === 0) return null;
  const sum = { units: 0, sales: 0, pickups: 0 as number | null, seen: 0 };
  for (const { units, salesNet, salesPerFacingDay, facings, pickups } of rows) {
    if (units === null || salesNet === null || salesPerFacingDay === null) return null;
    const sales = Math.max(0, salesPerFacingDay * (facings ?? 1) * 7);
    // it may have stood so for a part of the time only
    const share = salesNet > 0 ? sales / salesNet : 1 / weeks;
    sum.units += Math.max(0, units) * share;
    sum.sales += sales;
    sum.seen += Math.max(0, units);
    sum.pickups = pickups === null || sum.pickups === null ? null : sum.pickups + pickups * share;
  }
  return sum;
}

const inCents = ({ now, expected, low, high }: Expected): Expected => ({
  ...{ now: cents(now), expected: cents(expected), low: cents(low), high: cents(high) },
});
const gainOf = ({ salesNet }: WhatIfProduct): number =>
  salesNet === null ? -1 : Math.abs(salesNet.expected - salesNet.now);

function mostOften(products: readonly WhatIfProduct[]): WhatIfSilence {
  const counts = new Map<WhatIfSilence, number>();
  for (const { why } of products) if (why !== null) counts.set(why, (counts.get(why) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? 'salesUnknown';
}
