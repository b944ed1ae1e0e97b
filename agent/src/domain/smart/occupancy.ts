import { MINUTE_MS, minuteOf, type NoticedEvent } from '@aisle/contracts';
import { lastReset } from '../core/local-time.js';
import type { StoreModel } from '../core/store-model.js';
import type { ZoneWindows } from '../people/zone-windows.js';
import { ruleKey, ruleOf, type Roles } from './roles.js';

/** A number is believed for so long after the camera's last word, ms: as long as a device senses (SEMANTICS §21). */
const HELD_MS = 30_000;

interface Told {
  zoneId: string;
  count: number;
  /** how far the number has gone into the figures, event time */
  heldTo: number;
}

/** How many are in a zone, from cameras that say only that: a step function of event time. Key: device and rule. */
export class Occupancy {
  private readonly told = new Map<string, Told>();

  constructor(private readonly zones: ZoneWindows) {}

  /** Whether any camera has told a number at all. */
  get any(): boolean {
    return this.told.size > 0;
  }

  require(keys: string[], deviceId: string, ts: number): void {
    for (const [key, { zoneId, heldTo }] of this.told) {
      if (!isOf(key, deviceId)) continue;
      for (let minute = minuteOf(heldTo); minute <= Math.min(ts, heldTo + HELD_MS); minute += MINUTE_MS)
        this.zones.require(keys, minute, zoneId);
    }
  }

  apply(model: StoreModel, roles: Roles, event: NoticedEvent): void {
    const key = ruleKey(event.deviceId, event.rule);
    const known = this.told.get(key);
    if (known) this.hold(model, roles, key, known, Math.min(event.ts, known.heldTo + HELD_MS));
    this.told.set(key, { zoneId: event.zoneId, count: event.count, heldTo: event.ts });
  }

  /** The camera has said something else: it still sees what it saw. */
  alive(model: StoreModel, roles: Roles, deviceId: string, ts: number): void {
    for (const [key, told] of this.told)
      if (isOf(key, deviceId) && ts - told.heldTo <= HELD_MS) this.hold(model, roles, key, told, ts);
  }

  private hold(model: StoreModel, roles: Roles, key: string, told: Told, to: number): void {
    if (to <= told.heldTo) return;
    const bar = key.indexOf('|');
    const rule = ruleOf(model, key.slice(0, bar), 'occupancy', key.slice(bar + 1));
    const reset = rule?.resetAt === undefined ? undefined : lastReset(to, rule.resetAt, model.timezone);
    const emptied = reset !== undefined && reset > told.heldTo;
    if (roles.occupancyOf.get(told.zoneId) === key)
      this.zones.hold(told.zoneId, told.heldTo, emptied ? reset : to, told.count);
    told.heldTo = to;
    if (emptied) told.count = 0;
  }

  *live(roles: Roles): Iterable<[zoneId: string, deviceId: string, count: number]> {
    for (const [key, { zoneId, count }] of this.told)
      if (roles.occupancyOf.get(zoneId) === key) yield [zoneId, key.slice(0, key.indexOf('|')), count];
  }

  /** The clock of the camera was set back. */
  restart(deviceId: string): void {
    for (const key of this.told.keys()) if (isOf(key, deviceId)) this.told.delete(key);
  }

  /** Only these go on: zones that are gone or redrawn, and rules that are gone, are told anew. */
  keep(isKept: (deviceId: string, rule: string, zoneId: string) => boolean): void {
    for (const [key, { zoneId }] of this.told) {
      const bar = key.indexOf('|');
      if (!isKept(key.slice(0, bar), key.slice(bar + 1), zoneId)) this.told.delete(key);
    }
  }

  save(): unknown {
    return [...this.told].map(([key, told]) => [key, { ...told }]);
  }

  restore(json: unknown): void {
    for (const [key, told] of json as [string, Told][]) this.told.set(key, { ...told });
  }
}

const isOf = (key: string, deviceId: string): boolean => key.startsWith(deviceId) && key[deviceId.length] === '|';
