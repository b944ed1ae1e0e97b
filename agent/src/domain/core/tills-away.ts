import { awayOf, DAY_MS, MINUTE_MS, minuteOf, type DomainEvent } from '@aisle/contracts';
import type { EnginePart, ModelChange } from './engine-part.js';
import { cut, insert, lengthWithin, type Intervals } from './intervals.js';
import { Life, SENSES_FOR_MS, type SavedLife } from './life.js';
import type { InForce } from './versions.js';
import type { WindowKind, WindowStore } from './window-store.js';

/** What is stated at once of a till that was away is no more than this. */
const AWAY_AT_MOST_MS = DAY_MS;

type DeviceEvent = Extract<DomainEvent, { deviceId: string; ts: number; receivedTs: number }>;

interface TillLife {
  life: Life;
  /** event time of its newest message of any kind */
  last: number;
  /** it is away: since when, and until when that has been stated */
  away?: { from: number; told: number };
}
type SavedTill = [id: string, life: SavedLife, last: number, away: { from: number; told: number } | null];

/**
 * When tills were away (SEMANTICS §21): from the moment at which one says that it goes, or its last will does, until it is heard
 * again, without what its own sales show to be sensed. That is what is stated, minute by minute while the shop's time goes on, and
 * not when it is there: of a till that never says any state nobody can tell its silence from a shop that sells nothing.
 */
export class TillsAway implements EnginePart {
  readonly name = 'tillsAway';
  readonly version = 1;
  private readonly windows: WindowKind<{ intervals: Intervals }>;
  private readonly tills = new Map<string, TillLife>();
  /** newest event time that no device's clock is ahead of */
  private newest = 0;

  constructor(
    private readonly store: WindowStore,
    private readonly versions: InForce,
  ) {
    this.windows = store.kind<{ intervals: Intervals }>({
      name: 'away',
      versioned: true,
      create: () => ({ intervals: [] }),
      save: ({ intervals }) => [...intervals],
      restore: (json) => ({ intervals: [...(json as Intervals)] }),
      fact: { kind: 'coverage', value: ({ data }) => ({ sensedMs: lengthWithin(data.intervals, 0, MINUTE_MS) }) },
    });
  }

  require(keys: string[], event: DomainEvent): void {
    if (!('deviceId' in event) || event.kind === 'credential') return;
    const now = Math.max(this.newest, shopTime(event));
    for (const [id, { away }] of this.tills) if (away) this.need(keys, id, away.told, now);
    const { deviceId: id, ts } = event;
    if (!this.isTill(id)) return;
    const till = this.tills.get(id);
    const last = Math.max(ts, till?.last ?? ts);
    this.need(keys, id, Math.min(ts, till?.life.reachesBackTo(event) ?? ts), ts);
    if (till?.away) this.need(keys, id, Math.min(ts, till.away.told), Math.max(ts, till.away.told));
    if (!isOffline(event)) return;
    this.need(keys, id, last, last + 1);
    this.need(keys, id, last, now);
  }

  private need(keys: string[], id: string, from: number, to: number): void {
    const start = minuteOf(Math.max(from, to - AWAY_AT_MOST_MS));
    if (!this.store.reaches(start)) return;
    for (let minute = start; minute <= to; minute += MINUTE_MS) this.store.need(keys, this.windows, minute, awayOf(id));
  }

  /** Any device has spoken: a till tells of itself, all others that time goes on. */
  heard(event: DeviceEvent): void {
    if (event.kind !== 'deviceState') this.newest = Math.max(this.newest, shopTime(event));
    if (this.isTill(event.deviceId)) this.heardTill(event);
    for (const [id, { away }] of this.tills) {
      const upTo = minuteOf(this.newest);
      if (away && upTo > away.told) this.tell(id, away, upTo);
    }
  }

  private heardTill(event: DeviceEvent): void {
    const { deviceId: id, ts } = event;
    let till = this.tills.get(id);
    if (!till) this.tills.set(id, (till = { life: new Life(), last: ts }));
    // A last will may bear the time at which it was made: nothing that was heard since is taken back.
    const saidAt = isOffline(event) && ts < till.last ? till.last + 1 : ts;
    const sensed = till.life.hear(saidAt === ts ? event : { ...event, ts: saidAt });
    if (isOffline(event)) till.away ??= { from: saidAt, told: saidAt };
    else if (till.away && (event.kind === 'deviceState' || this.isLive(till.away.from, ts))) {
      const { away } = till;
      if (ts > away.told) this.tell(id, away, ts);
      else this.takeBack(id, Math.max(ts, away.from), away.told);
      delete till.away;
    }
    till.last = Math.max(till.last, saidAt);
    for (const [from, to] of sensed) {
      if (till.away && to > till.away.told) this.tell(id, till.away, to);
      this.takeBack(id, from, to);
    }
  }

  /** Whoever sells now is there, also without saying so; what a till delivers late was sold while it was away. */
  private isLive(awayFrom: number, ts: number): boolean {
    return ts >= awayFrom && ts >= this.newest - SENSES_FOR_MS;
  }

  private tell(id: string, away: { told: number }, to: number): void {
    const from = Math.max(away.told, to - AWAY_AT_MOST_MS);
    away.told = to;
    for (const { version, from: start, to: end } of this.versions.between(from, to)) {
      for (let at = start; at < end; at = minuteOf(at) + MINUTE_MS) {
        const minute = minuteOf(at);
        const window = this.windows.get(minute, awayOf(id), version);
        insert(window.data.intervals, at - minute, Math.min(end, minute + MINUTE_MS) - minute);
        this.store.changed(window);
      }
    }
  }

  private takeBack(id: string, from: number, to: number): void {
    for (let minute = minuteOf(Math.max(from, to - AWAY_AT_MOST_MS)); minute < to; minute += MINUTE_MS) {
      for (const window of this.windows.whole(minute, awayOf(id))) {
        const { intervals } = window.data;
        const before = lengthWithin(intervals, 0, MINUTE_MS);
        cut(intervals, Math.max(0, from - minute), Math.min(MINUTE_MS, to - minute));
        if (lengthWithin(intervals, 0, MINUTE_MS) !== before) this.store.changed(window);
      }
    }
  }

  private isTill(deviceId: string): boolean {
    return this.versions.model?.devices.get(deviceId)?.family === 'till';
  }

  /** The clock of the till was set back. */
  restart(deviceId: string): void {
    this.tills.delete(deviceId);
  }

  configure({ after }: ModelChange): void {
    for (const id of [...this.tills.keys()]) if (after.devices.get(id)?.family !== 'till') this.tills.delete(id);
  }

  save(): { newest: number; tills: SavedTill[] } {
    const tills = [...this.tills].map(([id, { life, last, away }]): SavedTill => {
      return [id, life.save(), last, away ? { ...away } : null];
    });
    return { newest: this.newest, tills };
  }

  restore(json: unknown): void {
    if (json === undefined) return;
    const { newest, tills } = json as { newest: number; tills: SavedTill[] };
    this.newest = newest;
    for (const [id, life, last, away] of tills)
      this.tills.set(id, { life: Life.restore(life), last, ...(away && { away: { ...away } }) });
  }
}

const isOffline = (event: DeviceEvent): boolean => event.kind === 'deviceState' && event.state === 'offline';

/** Event time, without a clock that is ahead of the agent's. */
const shopTime = ({ ts, receivedTs }: DeviceEvent): number => Math.min(ts, receivedTs);
