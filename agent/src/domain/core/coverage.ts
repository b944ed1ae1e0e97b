import { MINUTE_MS, minuteOf } from '@aisle/contracts';
import type { GroupModel, StoreModel } from './store-model.js';
import type { Window, WindowKind, WindowStore } from './window-store.js';

/** A device senses from each of its messages until the next, if that comes within this. */
export const SENSES_FOR_MS = 30_000;

/** Disjoint rising intervals, flat: start, end, start, end …, ms from the start of the minute. */
type Intervals = number[];

interface Life {
  last: number;
  /** Presence messages may carry the wall clock while measurements replay the past: a row of their own. */
  lastState: number;
}

/** Which milliseconds of each minute a device, and a whole group of devices, was sensing (SEMANTICS §21). */
export class Coverage {
  private readonly sensed: WindowKind<{ intervals: Intervals }>;
  private readonly groups: WindowKind<{ sensedMs: number }>;
  private readonly devices = new Map<string, Life>();

  /**
   * @param isCounter whether a device only counts at doors: it senses no zone, however many it might cover
   * @param counterAt the one device that counts at an entrance, if it is not the tracks
   */
  constructor(
    private readonly store: WindowStore,
    private readonly isCounter: (deviceId: string) => boolean,
    private readonly counterAt: (entranceId: string) => string | undefined,
  ) {
    this.sensed = store.kind<{ intervals: Intervals }>({
      name: 'sensed',
      create: () => ({ intervals: [] }),
      save: (d) => [...d.intervals],
      restore: (json) => ({ intervals: [...(json as Intervals)] }),
    });
    this.groups = store.kind<{ sensedMs: number }>({
      name: 'coverage',
      create: () => ({ sensedMs: 0 }),
      save: (d) => d.sensedMs,
      restore: (json) => ({ sensedMs: json as number }),
      fact: { kind: 'coverage', value: ({ data }) => ({ sensedMs: data.sensedMs }) },
    });
  }

  require(keys: string[], model: StoreModel, deviceId: string, ts: number): void {
    for (const group of model.groupsOfDevice.get(deviceId) ?? []) {
      for (const minute of new Set([minuteOf(ts - SENSES_FOR_MS), minuteOf(ts)])) {
        this.store.require(keys, this.groups, minute, group.name);
        for (const id of group.devices) this.store.require(keys, this.sensed, minute, id);
      }
    }
  }

  /** The device has spoken at `ts`. */
  alive(model: StoreModel, deviceId: string, ts: number, presence: boolean): void {
    const groups = model.groupsOfDevice.get(deviceId);
    if (!groups) return;
    let life = this.devices.get(deviceId);
    if (!life) this.devices.set(deviceId, (life = { last: -Infinity, lastState: -Infinity }));
    const before = presence ? Math.max(life.last, life.lastState) : life.last;
    if (ts <= before) return;
    const previous = Math.max(life.last, life.lastState <= ts ? life.lastState : -Infinity);
    if (presence) life.lastState = ts;
    else life.last = ts;
    if (ts - previous <= SENSES_FOR_MS && ts > previous) this.add(groups, deviceId, previous, ts);
  }

  /** The clock of the device was set back. */
  restart(deviceId: string): void {
    this.devices.delete(deviceId);
  }

  private add(groups: readonly GroupModel[], deviceId: string, from: number, to: number): void {
    for (let at = from; at < to;) {
      const minute = minuteOf(at);
      const end = Math.min(to, minute + MINUTE_MS);
      const window = this.sensed.get(minute, deviceId);
      insert(window.data.intervals, at - minute, end - minute);
      this.store.changed(window);
      for (const group of groups) this.restate(group, minute);
      at = end;
    }
  }

  /** Another device counts somewhere, or none any more: happens a few times in a shop's life. */
  reconsider(model: StoreModel): void {
    for (const group of model.groups) {
      const minutes = [...this.sensed.byTs].filter(([, ids]) => group.devices.some((id) => ids.has(id)));
      for (const [minute] of minutes) this.restate(group, minute);
    }
  }

  private restate(group: GroupModel, minute: number): void {
    let common: Intervals | undefined;
    for (const id of this.restingOn(group)) {
      const own = this.sensed.peek(minute, id)?.data.intervals;
      if (!own) {
        common = [];
        break;
      }
      common = common ? intersect(common, own) : own;
    }
    const sensedMs = lengthOf(common ?? []);
    const known: Window<{ sensedMs: number }> | undefined = this.groups.peek(minute, group.name);
    if (sensedMs === (known?.data.sensedMs ?? 0)) return;
    const window = known ?? this.groups.get(minute, group.name);
    window.data.sensedMs = sensedMs;
    this.store.changed(window);
  }

  private restingOn({ entranceId, devices }: GroupModel): readonly string[] {
    const counter = entranceId === undefined ? undefined : this.counterAt(entranceId);
    if (counter !== undefined) return [counter];
    const eyes = devices.filter((id) => !this.isCounter(id));
    return eyes.length > 0 ? eyes : devices;
  }

  save(): unknown {
    const finite = (ts: number) => (Number.isFinite(ts) ? ts : null);
    return [...this.devices].map(([id, life]) => [id, finite(life.last), finite(life.lastState)]);
  }

  restore(json: unknown): void {
    for (const [id, last, lastState] of json as [string, number | null, number | null][]) {
      this.devices.set(id, { last: last ?? -Infinity, lastState: lastState ?? -Infinity });
    }
  }
}

function insert(intervals: Intervals, from: number, to: number): void {
  const lastEnd = intervals.at(-1);
  if (lastEnd === undefined || from > lastEnd) intervals.push(from, to);
  else if (from === lastEnd) intervals[intervals.length - 1] = to;
  else {
    // A clock set back: rare, so simply merge all anew.
    const pairs: [number, number][] = [[from, to]];
    for (let i = 0; i < intervals.length; i += 2) pairs.push([intervals[i] as number, intervals[i + 1] as number]);
    pairs.sort((a, b) => a[0] - b[0]);
    intervals.length = 0;
    for (const [start, end] of pairs) {
      const reached = intervals.at(-1);
      if (reached === undefined || start > reached) intervals.push(start, end);
      else intervals[intervals.length - 1] = Math.max(reached, end);
    }
  }
}

function intersect(a: Intervals, b: Intervals): Intervals {
  const common: Intervals = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const start = Math.max(a[i] as number, b[j] as number);
    const end = Math.min(a[i + 1] as number, b[j + 1] as number);
    if (start < end) common.push(start, end);
    if ((a[i + 1] as number) < (b[j + 1] as number)) i += 2;
    else j += 2;
  }
  return common;
}

function lengthOf(intervals: Intervals): number {
  let length = 0;
  for (let i = 0; i < intervals.length; i += 2) length += (intervals[i + 1] as number) - (intervals[i] as number);
  return length;
}
