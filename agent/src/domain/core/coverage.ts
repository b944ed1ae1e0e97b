import { MINUTE_MS, minuteOf, type DomainEvent } from '@aisle/contracts';
import type { EnginePart } from './engine-part.js';
import { commonOf, insert, lengthWithin, type Intervals } from './intervals.js';
import { Life, type SavedLife } from './life.js';
import type { GroupModel, StoreModel } from './store-model.js';
import type { InForce } from './versions.js';
import type { WindowKind, WindowStore } from './window-store.js';

/** Who counts where, as far as coverage rests on it. */
export interface Counting {
  /** Whether a device only counts at doors: it senses no zone, however many it might cover. */
  isCounter(model: StoreModel, deviceId: string): boolean;
  /** The one device that counts at an entrance, if it is not the tracks. */
  counterAt(model: StoreModel, entranceId: string): string | undefined;
}

/**
 * Which milliseconds of each minute a device, and a whole group of devices, was sensing (SEMANTICS §21). What a device sensed
 * knows no version; what a group sensed belongs to the version then in force, which says who is in it.
 */
export class Coverage implements EnginePart {
  readonly name = 'coverage';
  readonly version = 2;
  private readonly sensed: WindowKind<{ intervals: Intervals }>;
  private readonly groups: WindowKind<{ sensedMs: number }>;
  private readonly devices = new Map<string, Life>();
  private readonly listeners: ((deviceId: string, from: number, to: number) => void)[] = [];

  constructor(
    private readonly store: WindowStore,
    private readonly versions: InForce,
    private readonly counting: Counting,
  ) {
    this.sensed = store.kind<{ intervals: Intervals }>({
      name: 'sensed',
      create: () => ({ intervals: [] }),
      save: (d) => [...d.intervals],
      restore: (json) => ({ intervals: [...(json as Intervals)] }),
    });
    this.groups = store.kind<{ sensedMs: number }>({
      name: 'coverage',
      versioned: true,
      create: () => ({ sensedMs: 0 }),
      save: (d) => d.sensedMs,
      restore: (json) => ({ sensedMs: json as number }),
      fact: { kind: 'coverage', value: ({ data }) => ({ sensedMs: data.sensedMs }) },
    });
  }

  require(keys: string[], event: DomainEvent): void {
    if (!('deviceId' in event) || event.kind === 'credential') return;
    const { deviceId, ts } = event;
    const life = this.devices.get(deviceId);
    const from = Math.min(ts, life?.reachesBackTo(event) ?? ts);
    if (!this.store.reaches(minuteOf(from))) return;
    for (const { model, from: start, to } of this.versions.between(from, ts + 1)) {
      for (const group of model.groupsOfDevice.get(deviceId) ?? []) {
        for (let minute = minuteOf(start); minute < to; minute += MINUTE_MS) {
          this.store.need(keys, this.groups, minute, group.name);
          for (const id of new Set([deviceId, ...group.devices, ...this.restingOn(model, group)]))
            this.store.need(keys, this.sensed, minute, id);
        }
      }
    }
  }

  /** Hears of each time [from, to) in which a device is found to have sensed, once. */
  onSensed(listener: (deviceId: string, from: number, to: number) => void): void {
    this.listeners.push(listener);
  }

  requireSensed(keys: string[], deviceId: string, from: number, to: number): void {
    if (!this.store.reaches(minuteOf(from))) return;
    for (let minute = minuteOf(from); minute < to; minute += MINUTE_MS)
      this.store.need(keys, this.sensed, minute, deviceId);
  }

  /** Milliseconds of [from, to) in which a device was sensing. */
  sensedBetween(deviceId: string, from: number, to: number): number {
    let ms = 0;
    for (let minute = minuteOf(from); minute < to; minute += MINUTE_MS) {
      const own = this.sensed.peek(minute, deviceId)?.data.intervals;
      if (own) ms += lengthWithin(own, from - minute, to - minute);
    }
    return ms;
  }

  /** Milliseconds of a minute in which a whole group was sensing, under whatever versions; of what is in memory. */
  groupMs(name: string, minute: number): number {
    return (this.groups.cell(minute, name) ?? []).reduce((sum, { data }) => sum + data.sensedMs, 0);
  }

  /** The devices of a group that its figures rest on by now: cameras that only count at doors sense no zone. */
  eyesOf(model: StoreModel, name: string): readonly string[] {
    const group = model.groups.find((one) => one.name === name);
    return group ? this.restingOn(model, group) : [];
  }

  /** The device has spoken: it is there. */
  heard(event: Extract<DomainEvent, { deviceId: string; ts: number }>): void {
    const { deviceId } = event;
    if (!this.versions.model?.groupsOfDevice.has(deviceId)) return;
    let life = this.devices.get(deviceId);
    if (!life) this.devices.set(deviceId, (life = new Life()));
    for (const [from, to] of life.hear(event)) {
      this.add(deviceId, from, to);
      for (const listener of this.listeners) listener(deviceId, from, to);
    }
  }

  /** The clock of the device was set back. */
  restart(deviceId: string): void {
    this.devices.delete(deviceId);
  }

  /** A device that is gone senses nothing; all others go on. */
  configure({ after }: { after: StoreModel }): void {
    for (const id of this.devices.keys()) if (!after.devices.has(id)) this.devices.delete(id);
  }

  private add(deviceId: string, from: number, to: number): void {
    for (let at = from; at < to;) {
      const minute = minuteOf(at);
      const end = Math.min(to, minute + MINUTE_MS);
      const window = this.sensed.get(minute, deviceId);
      insert(window.data.intervals, at - minute, end - minute);
      this.store.changed(window);
      for (const { model, version } of this.versions.between(at, end))
        for (const group of model.groupsOfDevice.get(deviceId) ?? []) this.restate(model, version, group, minute);
      at = end;
    }
  }

  /** Another device counts somewhere, or none any more: happens a few times in a shop's life. */
  reconsider(): void {
    this.store.inMemory(() => {
      for (const [minute, ids] of [...this.sensed.byTs]) {
        // Of what has been paged out, a part may be back.
        if (this.store.isPaged(minute)) continue;
        for (const { model, version } of this.versions.between(minute, minute + MINUTE_MS))
          for (const group of model.groups)
            if (group.devices.some((id) => ids.has(id))) this.restate(model, version, group, minute);
      }
    });
  }

  private restate(model: StoreModel, version: number, group: GroupModel, minute: number): void {
    const held = this.versions.heldBetween(version);
    const own = this.restingOn(model, group).map((id) => this.sensed.peek(minute, id)?.data.intervals ?? []);
    const sensedMs = held ? lengthWithin(commonOf(own), held.from - minute, held.to - minute) : 0;
    const known = this.groups.peek(minute, group.name, version);
    if (sensedMs === (known?.data.sensedMs ?? 0)) return;
    const window = known ?? this.groups.get(minute, group.name, version);
    window.data.sensedMs = sensedMs;
    this.store.changed(window);
  }

  private restingOn(model: StoreModel, { entranceId, devices }: GroupModel): readonly string[] {
    const counter = entranceId === undefined ? undefined : this.counting.counterAt(model, entranceId);
    if (counter !== undefined) return [counter];
    const eyes = devices.filter((id) => !this.counting.isCounter(model, id));
    return eyes.length > 0 ? eyes : devices;
  }

  save(): [deviceId: string, life: SavedLife][] {
    return [...this.devices].map(([id, life]) => [id, life.save()]);
  }

  restore(json: unknown): void {
    if (json === undefined) return;
    for (const [id, saved] of json as [string, SavedLife][]) this.devices.set(id, Life.restore(saved));
  }

  migrate(json: unknown): unknown {
    type Saved01 = [deviceId: string, last: number | null, lastState: number | null][];
    return (json as Saved01).map(([id, last, lastState]) => [id, { last, lastState, gaps: [], waiting: [] }]);
  }
}
