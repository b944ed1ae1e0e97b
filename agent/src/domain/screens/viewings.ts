import {
  MINUTE_MS,
  devicesOf,
  minuteOf,
  traitsOf,
  zoneGroup,
  type DeviceEvent,
  type DomainEvent,
  type PlayEvent,
} from '@aisle/contracts';
import type { Coverage } from '../core/coverage.js';
import type { EnginePart } from '../core/engine-part.js';
import { insert, lengthWithin, type Intervals } from '../core/intervals.js';
import type { StoreModel } from '../core/store-model.js';
import type { InForce } from '../core/versions.js';
import type { WindowKind, WindowStore } from '../core/window-store.js';
import { ClockWords } from './clock-words.js';
import { GAP_MS, LEAST_MS, STANDS_BELOW, type Here } from './presence.js';

/** One person before a screen within a minute, ms from its start: in the viewing zone, and standing in it. */
interface Viewing {
  here: Intervals;
  stands: Intervals;
}
/** By a number of the engine's own, which says nothing of who it is. */
type Data = Map<number, Viewing>;

interface Live {
  n: number;
  /** their newest sample inside */
  last: number;
  /** where they were in the last second, the oldest first */
  trail: [ts: number, x: number, y: number][];
}
interface Saved {
  count: number;
  live: [zoneId: string, people: [name: string, one: Live][]][];
  gone: [name: string, n: number, last: number][];
  clocks: [string, number[]][];
}
/** A screen's viewing zone, and the cameras that must have seen it. */
interface Place {
  zoneId: string;
  eyes: readonly string[];
}

/** SEMANTICS §25. Left out where nothing could count them. */
export interface PlayCounts {
  opportunities?: number;
  watchers?: number;
  verifiedImpressions?: number;
}

/** A sample is so much older at most than the message that brought it: groups of cameras wait for one another. */
const SAMPLE_LAG_MS = 10_000;
/** Whoever comes back within it is the same to a play that still goes on. */
const NUMBER_KEPT_MS = 2 * 60 * MINUTE_MS;
/** A longer play is not measured: it would have to fetch every minute of it. */
const LONGEST_MS = 24 * 60 * MINUTE_MS;
/** Less of a play sensed, and nothing is said of who saw it. */
const LEAST_SENSED = 0.5;

/** Who was before screens, minute by minute, and so how many could see a play, and did (SEMANTICS §25). */
export class Viewings implements EnginePart {
  readonly name = 'viewings';
  readonly version = 1;
  readonly #kind: WindowKind<Data>;
  readonly #live = new Map<string, Map<string, Live>>();
  /** Who has left a zone, by zone and name: they may come back while what was shown to them goes on. */
  readonly #gone = new Map<string, { n: number; last: number }>();
  #minute = 0;
  readonly #clocks = new ClockWords();
  readonly #places = new WeakMap<StoreModel, Map<string, Place>>();
  readonly #listeners: ((zoneId: string, from: number, to: number) => void)[] = [];
  #count = 0;

  constructor(
    private readonly store: WindowStore,
    private readonly versions: Pick<InForce, 'at' | 'model'>,
    private readonly coverage: Pick<Coverage, 'requireSensed' | 'sensedBetween' | 'onSensed' | 'eyesOf'>,
    private readonly people: (zoneId: string) => Iterable<Here>,
  ) {
    this.#kind = store.kind<Data>({
      name: 'viewing',
      create: () => new Map(),
      save: (data) => [...data].map(([n, { here, stands }]) => [n, [...here], [...stands]]),
      restore: (json) =>
        new Map(
          (json as [number, Intervals, Intervals][]).map(([n, here, stands]) => [
            n,
            { here: [...here], stands: [...stands] },
          ]),
        ),
    });
    coverage.onSensed((deviceId, from, to) => {
      const { model } = this.versions;
      if (!model) return;
      for (const { zoneId, eyes } of this.#placesOf(model).values())
        if (eyes.includes(deviceId)) for (const listener of this.#listeners) listener(zoneId, from, to);
    });
  }

  /** Hears where more is known of who was in a zone, and from when to when. */
  onSeen(listener: (zoneId: string, from: number, to: number) => void): void {
    this.#listeners.push(listener);
  }

  require(keys: string[], event: DomainEvent): void {
    if (event.kind === 'play') {
      const { startedTs, endedTs, deviceId } = event;
      const place = this.placeOf(deviceId, startedTs);
      if (!place || endedTs - startedTs > LONGEST_MS || !this.store.reaches(minuteOf(startedTs))) return;
      for (let minute = minuteOf(startedTs); minute < endedTs; minute += MINUTE_MS)
        this.store.need(keys, this.#kind, minute, place.zoneId);
      for (const id of place.eyes) this.coverage.requireSensed(keys, id, startedTs, endedTs);
    } else if (movesPeople(event)) {
      const from = minuteOf(event.ts - SAMPLE_LAG_MS);
      const { model } = this.versions;
      if (!model || !this.store.reaches(from)) return;
      for (const { zoneId } of this.#placesOf(model).values())
        for (let minute = from; minute <= event.ts; minute += MINUTE_MS)
          this.store.need(keys, this.#kind, minute, zoneId);
    }
  }

  /** A screen has told of a play. */
  told({ deviceId, ts, receivedTs }: PlayEvent): void {
    this.#clocks.heard(deviceId, 'screen', ts, receivedTs);
  }

  /** A message of a device has been applied. */
  heard(event: DeviceEvent): void {
    if (!movesPeople(event)) return;
    this.#clocks.heard(event.deviceId, 'camera', event.ts, event.receivedTs);
    const { model } = this.versions;
    if (!model) return;
    const zones = new Set([...this.#placesOf(model).values()].map(({ zoneId }) => zoneId));
    for (const zoneId of zones) this.#look(zoneId, event.ts);
    for (const zoneId of this.#live.keys()) if (!zones.has(zoneId)) this.#live.delete(zoneId);
  }

  #look(zoneId: string, ts: number): void {
    let live = this.#live.get(zoneId);
    if (!live) this.#live.set(zoneId, (live = new Map()));
    const listed = new Set<string>();
    for (const here of this.people(zoneId)) {
      listed.add(here.name);
      this.#sample(zoneId, live, here, ts - SAMPLE_LAG_MS);
    }
    for (const [name, { n, last }] of live) {
      if (listed.has(name)) continue;
      live.delete(name);
      this.#gone.set(`${zoneId}|${name}`, { n, last });
    }
    if (minuteOf(ts) <= this.#minute) return;
    this.#minute = minuteOf(ts);
    for (const [name, { last }] of this.#gone) if (last < ts - NUMBER_KEPT_MS) this.#gone.delete(name);
  }

  #sample(zoneId: string, live: Map<string, Live>, { name, ts, x, y }: Here, oldest: number): void {
    const known = live.get(name);
    if (!known) {
      const gone = this.#gone.get(`${zoneId}|${name}`);
      const n = gone?.n ?? (this.#count += 1);
      live.set(name, { n, last: ts, trail: [[ts, x, y]] });
      return;
    }
    if (ts <= known.last) return;
    const { n, last, trail } = known;
    known.last = ts;
    if (ts - last > GAP_MS) {
      known.trail = [[ts, x, y]];
      return;
    }
    if (last < oldest) return;
    this.#add(zoneId, n, 'here', last, ts);
    trail.push([ts, x, y]);
    // the newest place at least a second ago: older ones tell no more
    while (trail.length > 1 && ts - (trail[1] as [number, number, number])[0] >= LEAST_MS) trail.shift();
    const [then, wasX, wasY] = trail[0] as [number, number, number];
    const ms = ts - then;
    if (ms < LEAST_MS || then < oldest || Math.hypot(x - wasX, y - wasY) / ms >= STANDS_BELOW) return;
    this.#add(zoneId, n, 'stands', then, ts);
  }

  #add(zoneId: string, n: number, what: keyof Viewing, from: number, to: number): void {
    for (let at = from; at < to;) {
      const minute = minuteOf(at);
      const end = Math.min(to, minute + MINUTE_MS);
      const window = this.#kind.get(minute, zoneId);
      let viewing = window.data.get(n);
      if (!viewing) window.data.set(n, (viewing = { here: [], stands: [] }));
      insert(viewing[what], at - minute, end - minute);
      this.store.changed(window);
      at = end;
    }
    for (const listener of this.#listeners) listener(zoneId, from, to);
  }

  /** Where a screen's audience stood at an instant; undefined where nobody has said, or where nothing tells where people are. */
  placeOf(screenId: string, ts: number): Place | undefined {
    const model = this.versions.at(ts)?.model ?? this.versions.model;
    return model && this.#placesOf(model).get(screenId);
  }

  /** How many could see what a screen showed from `from` until `to`. */
  countsOf(screenId: string, from: number, to: number): PlayCounts {
    const model = this.versions.at(from)?.model ?? this.versions.model;
    const place = this.placeOf(screenId, from);
    if (!model || !place || to <= from || to - from > LONGEST_MS) return {};
    const eyes = this.coverage.eyesOf(model, zoneGroup(model.storeFile, place.zoneId));
    if (eyes.length === 0) return {};
    const sensedMs = Math.min(...eyes.map((id) => this.coverage.sensedBetween(id, from, to)));
    if (sensedMs < LEAST_SENSED * (to - from)) return {};
    const seen = new Map<number, { here: number; stands: number }>();
    for (let minute = minuteOf(from); minute < to; minute += MINUTE_MS)
      for (const [n, { here, stands }] of this.#kind.peek(minute, place.zoneId)?.data ?? []) {
        const sum = seen.get(n) ?? { here: 0, stands: 0 };
        sum.here += lengthWithin(here, from - minute, to - minute);
        sum.stands += lengthWithin(stands, from - minute, to - minute);
        seen.set(n, sum);
      }
    const all = [...seen.values()];
    const opportunities = all.filter(({ here }) => here >= LEAST_MS).length;
    const watchers = all.filter(({ stands }) => stands >= LEAST_MS).length;
    const isVerified = eyes.every((id) => this.#clocks.agree(id, screenId));
    return { opportunities, watchers, ...(isVerified && { verifiedImpressions: opportunities }) };
  }

  #placesOf(model: StoreModel): ReadonlyMap<string, Place> {
    let places = this.#places.get(model);
    if (places) return places;
    this.#places.set(model, (places = new Map<string, Place>()));
    for (const { id, family, zone } of model.devices.values()) {
      if (family !== 'screen' || zone === undefined) continue;
      const eyes = devicesOf(zoneGroup(model.storeFile, zone)).filter((eye) => {
        const camera = model.devices.get(eye);
        return camera !== undefined && traitsOf(camera).tells !== 'rules';
      });
      if (eyes.length > 0) places.set(id, { zoneId: zone, eyes });
    }
    return places;
  }

  save(): Saved {
    return structuredClone({
      count: this.#count,
      live: [...this.#live].map(([zoneId, people]): Saved['live'][number] => [zoneId, [...people]]),
      gone: [...this.#gone].map(([name, { n, last }]): Saved['gone'][number] => [name, n, last]),
      clocks: this.#clocks.save(),
    });
  }

  restore(saved: unknown): void {
    if (saved === undefined) return;
    const { count, live, gone, clocks } = structuredClone(saved) as Saved;
    this.#count = count;
    for (const [zoneId, people] of live) this.#live.set(zoneId, new Map(people));
    for (const [name, n, last] of gone) this.#gone.set(name, { n, last });
    this.#clocks.restore(clocks);
  }
}

const movesPeople = (
  event: DomainEvent,
): event is Extract<DeviceEvent, { kind: 'positions' | 'detections' | 'tracked' }> =>
  event.kind === 'positions' || event.kind === 'detections' || event.kind === 'tracked';
