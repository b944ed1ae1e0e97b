import { createHash } from 'node:crypto';
import {
  CELL_METRES,
  MICRO,
  MINUTE_MS,
  RECEIPT_DIGEST,
  RECORD_KINDS,
  SECTIONS,
  allGroups,
  gridOf,
  minuteOf,
  receiptContent,
  type Fact,
  type FactKind,
  type FactValue,
  type StoreFile,
} from '@aisle/contracts';
import { Random } from '../../simulators/src/random.js';
import { CAPACITY, SCREENS, TILLS, priceMinor } from './shop-file.js';

/** People an hour. Shops of a chain differ; all of a load are alike, so that costs can be divided by their number. */
const SHOPPERS_AN_HOUR = 60;
const PASSERS_AN_HOUR = 120;
const HOUR_S = 3600;
const COVERAGE_EVERY_MS = 10_000;
const BLOCK_MS = 20 * MINUTE_MS;
/** Longer than any stay: a minute this old is not stated anew. */
export const SETTLED_MS = 10 * MINUTE_MS;
const LONGEST_STAY_S = 240;

interface Minute {
  crossings: Map<string, { in: number; out: number }>;
  zones: Map<string, ZoneSum>;
  heat: Map<number, number>;
  slots: Map<number, { pickups: number; putbacks: number; refilled: number }>;
}
interface ZoneSum {
  visits: number;
  visitors: number;
  dwellMs: number;
  histogram: Map<number, number>;
  overlapMs: number;
  stays: [from: number, to: number][];
}
interface Slot {
  id: string;
  zoneId: string;
  gtin: string;
  stock: number;
  emptySince: number | undefined;
}
type Statement = Pick<Fact, 'kind' | 'subject' | 'ts'> & { seq: number; value: () => unknown };

/**
 * What happens in one shop from a seed, and what its agent would state of it: minute facts that are stated anew while their minute goes
 * on, and records at once. Written for this alone: nothing of the agent's engine is in it.
 */
export class ShopLife {
  readonly #random: Random;
  readonly #groups: readonly string[];
  readonly #slots: Slot[];
  readonly #zones: ReadonlyMap<string, readonly number[]>;
  readonly #cells: ReadonlyMap<string, number>;
  readonly #minutes = new Map<number, Minute>();
  readonly #due: { ts: number; run: (ts: number) => void }[] = [];
  readonly #changed = new Map<string, Statement>();
  /** zone → people in it now */
  readonly #present = new Map<string, number>();
  readonly #campaign = { shown: 0, watchers: 0 };
  #hasRecords = false;
  #seq = 0;
  #receipts = 0;

  constructor(
    private readonly file: StoreFile,
    seed: number,
    private readonly from: number,
    /** what its receipts begin with: unlike those of any other run */
    private readonly receiptPrefix: string,
    private readonly configVersion: number,
  ) {
    this.#random = Random.stream(seed, `load/${file.store.id}`);
    this.#groups = allGroups(file);
    this.#slots = (file.fixtures ?? []).flatMap((fixture) =>
      (fixture.slots ?? []).map((slot) => ({
        ...{ id: slot.id, zoneId: fixture.zone ?? '', gtin: slot.gtin ?? '', emptySince: undefined },
        stock: this.#random.integer(1, CAPACITY),
      })),
    );
    const { columns } = gridOf(file.floor);
    const zones = file.zones ?? [];
    this.#zones = new Map(
      zones.map(({ id }) => [id, this.#slots.flatMap(({ zoneId }, at) => (zoneId === id ? [at] : []))]),
    );
    this.#cells = new Map(
      zones.map(({ id, polygon }) => {
        const [x, y] = [0, 1].map(
          (axis) => polygon.reduce((sum, point) => sum + (point[axis] as number), 0) / polygon.length,
        );
        return [id, Math.floor((y as number) / CELL_METRES) * columns + Math.floor((x as number) / CELL_METRES)];
      }),
    );
    this.#record('inForce', `${configVersion}@${from}`, from, () => ({
      ...{ version: configVersion, before: configVersion - 1, sections: [...SECTIONS] },
    }));
    this.#at(from + this.#gap(SHOPPERS_AN_HOUR), (ts) => this.#shopper(ts));
    this.#at(from + this.#gap(PASSERS_AN_HOUR), (ts) => this.#passer(ts));
    this.#at(from + COVERAGE_EVERY_MS, (ts) => this.#sensed(ts));
    this.#at(from, (ts) => this.#block(ts));
    for (const screen of SCREENS) this.#at(from + this.#random.integer(0, 20_000), (ts) => this.#play(screen, ts));
  }

  /** journal sequence so far */
  get seq(): number {
    return this.#seq;
  }
  get hasRecords(): boolean {
    return this.#hasRecords;
  }

  /** People in each zone now. */
  present(): { zoneId: string; occupancy: number }[] {
    return [...this.#zones.keys()].map((zoneId) => ({ zoneId, occupancy: this.#present.get(zoneId) ?? 0 }));
  }

  /** Everything happens that is due before `ts` (event time, epoch ms). */
  live(ts: number): void {
    for (let next = this.#due[0]; next && next.ts < ts; next = this.#due[0]) {
      this.#due.shift();
      next.run(next.ts);
    }
    for (const minute of this.#minutes.keys()) {
      if (minute >= ts - SETTLED_MS) break;
      this.#minutes.delete(minute);
    }
  }

  /** What has changed since it was last taken, oldest first: records alone, or all. */
  take(which: 'records' | 'all'): Fact[] {
    const taken: Fact[] = [];
    for (const [key, { value, ...fact }] of this.#changed) {
      if (which === 'records' && !RECORD_KINDS.has(fact.kind)) continue;
      this.#changed.delete(key);
      taken.push({ ...fact, generation: 1, configVersion: this.configVersion, value: value() } as Fact);
    }
    this.#hasRecords = false;
    return taken;
  }

  #at(ts: number, run: (ts: number) => void): void {
    let at = this.#due.length;
    while (at > 0 && (this.#due[at - 1]?.ts ?? 0) > ts) at -= 1;
    this.#due.splice(at, 0, { ts, run });
  }

  #state<K extends FactKind>(kind: K, subject: string, ts: number, value: () => FactValue<K>): void {
    this.#seq += 1;
    const key = `${kind}|${ts}|${subject}`;
    // the newest statement goes to the end: what was stated first is sent first
    this.#changed.delete(key);
    this.#changed.set(key, { kind, subject, ts, seq: this.#seq, value });
  }
  #record<K extends FactKind>(kind: K, subject: string, ts: number, value: () => FactValue<K>): void {
    this.#hasRecords = true;
    this.#state(kind, subject, ts, value);
  }

  #gap = (perHour: number): number => Math.ceil(this.#random.exponential(HOUR_S / perHour) * 1000);

  #minute(ts: number): Minute {
    const start = minuteOf(ts);
    let minute = this.#minutes.get(start);
    if (!minute)
      this.#minutes.set(
        start,
        (minute = { crossings: new Map(), zones: new Map(), heat: new Map(), slots: new Map() }),
      );
    return minute;
  }

  #sensed(ts: number): void {
    const minute = minuteOf(ts - 1);
    for (const group of this.#groups) this.#state('coverage', group, minute, () => ({ sensedMs: ts - minute }));
    // every slot that is weighed is told once its minute is over
    if (ts % MINUTE_MS === 0) for (const at of this.#slots.keys()) this.#slotStated(at, minute);
    this.#at(ts + COVERAGE_EVERY_MS, (next) => this.#sensed(next));
  }

  #crossed(line: string, way: 'in' | 'out', ts: number): void {
    const { crossings } = this.#minute(ts);
    const sum = crossings.get(line) ?? { in: 0, out: 0 };
    sum[way] += 1;
    crossings.set(line, sum);
    this.#state('crossings', line, minuteOf(ts), () => ({ ...sum, source: 'tracks' }));
  }

  #passer(ts: number): void {
    this.#crossed('street', this.#random.chance(0.5) ? 'in' : 'out', ts);
    this.#at(ts + this.#gap(PASSERS_AN_HOUR), (next) => this.#passer(next));
  }

  #shopper(ts: number): void {
    const random = this.#random;
    this.#at(ts + this.#gap(SHOPPERS_AN_HOUR), (next) => this.#shopper(next));
    this.#crossed('main', 'in', ts);
    const aisles = [...this.#zones].filter(([, slots]) => slots.length > 0).map(([id]) => id);
    const ways = ['view', ...Array.from({ length: random.integer(1, 5) }, () => random.pick(aisles))];
    const seen = new Set<string>();
    const basket: number[] = [];
    const next = (now: number): void => {
      const zone = ways.shift();
      if (zone !== undefined) return this.#stay(zone, now, seen, basket, next);
      const out = (left: number): void => this.#crossed('main', 'out', left);
      if (basket.length === 0) return this.#at(now + random.integer(2_000, 12_000), out);
      this.#stay('checkout', now, seen, [], (paid) => {
        this.#sale(basket, paid);
        this.#at(paid + random.integer(2_000, 12_000), out);
      });
    };
    next(ts);
  }

  /** Walks there, stays, perhaps takes something, and goes on with `then`. */
  #stay(zone: string, ts: number, seen: Set<string>, basket: number[], then: (ts: number) => void): void {
    const random = this.#random;
    const enter = ts + random.integer(1_500, 9_000);
    const leave = enter + Math.round(Math.min(LONGEST_STAY_S, 0.7 + random.logNormal(14, 1.1)) * 1000);
    const isFirst = !seen.has(zone);
    seen.add(zone);
    const slots = this.#zones.get(zone) ?? [];
    if (slots.length > 0 && leave - enter > 3_000 && random.chance(0.4)) {
      const slot = random.pick(slots);
      this.#at(enter + 2_000, (now) => {
        if (!this.#pick(slot, now)) return;
        if (random.chance(0.15)) this.#at(leave - 500, (back) => this.#move(slot, 'putbacks', 1, back));
        else basket.push(slot);
      });
    }
    this.#at(enter, () => this.#present.set(zone, (this.#present.get(zone) ?? 0) + 1));
    this.#at(leave, (now) => {
      this.#present.set(zone, (this.#present.get(zone) ?? 1) - 1);
      this.#stayed(zone, enter, leave, isFirst);
      then(now);
    });
  }

  #stayed(zone: string, enter: number, leave: number, isFirst: boolean): void {
    const cell = this.#cells.get(zone) as number;
    for (let minute = minuteOf(enter); minute < leave; minute += MINUTE_MS) {
      const { zones, heat } = this.#minute(minute);
      let sum = zones.get(zone);
      if (!sum)
        zones.set(zone, (sum = { visits: 0, visitors: 0, dwellMs: 0, histogram: new Map(), overlapMs: 0, stays: [] }));
      if (minute <= enter) {
        sum.visits += 1;
        if (isFirst) sum.visitors += 1;
        sum.dwellMs += leave - enter;
        const second = Math.floor((leave - enter) / 1000);
        sum.histogram.set(second, (sum.histogram.get(second) ?? 0) + 1);
      }
      const stay: [number, number] = [Math.max(enter, minute), Math.min(leave, minute + MINUTE_MS)];
      sum.overlapMs += stay[1] - stay[0];
      sum.stays.push(stay);
      heat.set(cell, (heat.get(cell) ?? 0) + stay[1] - stay[0]);
      const stated = sum;
      this.#state('zone', zone, minute, () => zoneValue(stated));
      this.#state('heat', 'floor', minute, () => ({
        ...gridOf(this.file.floor),
        cells: [...heat].sort((a, b) => a[0] - b[0]),
      }));
    }
  }

  #pick(at: number, ts: number): boolean {
    const slot = this.#slots[at] as Slot;
    if (slot.stock === 0) return false;
    this.#move(at, 'pickups', 1, ts);
    if (slot.stock > 0) return true;
    slot.emptySince = ts;
    this.#incident(slot, ts, null);
    this.#at(ts + this.#random.integer(60_000, 300_000), (now) => {
      this.#incident(slot, ts, now);
      slot.emptySince = undefined;
      this.#move(at, 'refilled', CAPACITY - slot.stock, now);
    });
    return true;
  }

  #move(at: number, what: 'pickups' | 'putbacks' | 'refilled', units: number, ts: number): void {
    const { slots } = this.#minute(ts);
    const moved = slots.get(at) ?? { pickups: 0, putbacks: 0, refilled: 0 };
    moved[what] += units;
    slots.set(at, moved);
    (this.#slots[at] as Slot).stock += what === 'pickups' ? -units : units;
    this.#slotStated(at, minuteOf(ts));
  }

  #slotStated(at: number, minute: number): void {
    const { id, gtin, zoneId, stock } = this.#slots[at] as Slot;
    const moved = this.#minute(minute).slots.get(at) ?? { pickups: 0, putbacks: 0, refilled: 0 };
    this.#state('slot', id, minute, () => {
      const { pickups, putbacks, refilled } = moved;
      return {
        gtin,
        zoneId,
        pickups,
        putbacks,
        refilled,
        stock,
        ...(pickups + putbacks > 0 && { confidencePpm: 940_000 }),
      };
    });
  }

  #incident({ id, zoneId }: Slot, since: number, until: number | null): void {
    const value = { what: 'outOfStock' as const, subject: id, zoneId, since, until, count: 0 };
    this.#record('incident', `outOfStock:${id}@${since}`, since, () => value);
  }

  #sale(basket: readonly number[], ts: number): void {
    const sign = this.#random.chance(0.03) ? -1 : 1;
    const lines = basket.map((at) => {
      const { id: slotId, zoneId, gtin } = this.#slots[at] as Slot;
      const [quantityMicro, netMinor] = [sign * MICRO, sign * priceMinor(at)];
      return { gtin, quantityMicro, netMinor, shares: [{ slotId, zoneId, quantityMicro, netMinor }] };
    });
    this.#receipts += 1;
    const receipt = `${this.receiptPrefix}-${this.#receipts}`;
    const digest = createHash(RECEIPT_DIGEST.algorithm).update(receiptContent(ts, lines)).digest('hex');
    const value = {
      ...{ receipt, deviceId: this.#random.pick(TILLS), contentDigest: digest.slice(0, RECEIPT_DIGEST.hexDigits) },
      ...{ transaction: sign > 0, netMinor: lines.reduce((sum, { netMinor }) => sum + netMinor, 0), lines },
    };
    this.#record('sale', receipt, ts, () => value);
  }

  #play(screenId: string, ts: number): void {
    const random = this.#random;
    const content = this.file.content ?? [];
    const { id: contentId, category = null } = random.pick(content);
    const seconds = random.integer(3, 90);
    const decisionId = `${screenId}-${ts}`;
    const candidates = content.map((item) => ({
      ...{ contentId: item.id, category: item.category ?? null, dwellSeconds: item.id === contentId ? seconds : 1 },
    }));
    const reason = `the audience has spent ${seconds} s at ${category}, longer than elsewhere`;
    const why = { code: 'dwell', values: { category: category ?? '', seconds } };
    this.#record('decision', decisionId, ts, () => ({
      ...{ screenId, contentId, category, reason, why, probabilityMicro: 900_000, heldOut: false, candidates },
    }));
    const played = (endedTs: number, completed: boolean): void => {
      const outcome = completed ? ('completed' as const) : ('cut' as const);
      const value = {
        screenId,
        decisionId,
        contentId,
        startedTs: ts,
        endedTs,
        completed,
        outcome,
        opportunities: 3,
        watchers: 1,
      };
      this.#record('play', `${decisionId}@${ts}`, ts, () => value);
    };
    played(ts, false);
    this.#campaign.shown += 3;
    this.#campaign.watchers += 1;
    this.#at(ts + random.integer(15_000, 70_000), (ended) => {
      played(ended, true);
      this.#play(screenId, ended);
    });
  }

  /** A block of a campaign, stated when it begins and when it has ended. */
  #block(ts: number): void {
    const arm = this.#random.chance(0.8) ? ('treated' as const) : ('heldOut' as const);
    const none = { pickups: 0, unitsMicro: 0, netMinor: 0 };
    const state = (sensedMs: number, opportunities: number, watchers: number): void =>
      this.#record('block', `load|${SCREENS[0]}@${ts}`, ts, () => ({
        ...{ campaignId: 'load', groupId: SCREENS[0], screens: [...SCREENS], fromTs: ts, toTs: ts + BLOCK_MS },
        ...{
          countedFromTs: ts,
          arm,
          probabilityMicro: arm === 'treated' ? 800_000 : 200_000,
          counted: true,
          why: null,
        },
        ...{ sensedMs, opportunities, watchers, stops: 0, scans: 0, featured: none, category: none, store: none },
      }));
    const before = { ...this.#campaign };
    state(0, 0, 0);
    this.#at(ts + BLOCK_MS, (next) => {
      state(BLOCK_MS, this.#campaign.shown - before.shown, this.#campaign.watchers - before.watchers);
      this.#block(next);
    });
  }
}

function zoneValue({ visits, visitors, dwellMs, histogram, overlapMs, stays }: ZoneSum): FactValue<'zone'> {
  const sorted = [...histogram].sort((a, b) => a[0] - b[0]);
  return { visits, visitors, dwellMs, histogram: sorted, overlapMs, maxOpen: mostAtOnce(stays) };
}

/** Most of the half-open stays that hold one instant. */
function mostAtOnce(stays: readonly [number, number][]): number {
  return Math.max(0, ...stays.map(([at]) => stays.filter(([from, to]) => from <= at && at < to).length));
}
