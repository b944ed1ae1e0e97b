import { MINUTE_MS, minuteOf, type NoticedEvent } from '@aisle/contracts';
import {
  restoreStay,
  saveStay,
  type SavedStay,
  type VisitRule,
  type Visitor,
  VERSION_UNKNOWN,
} from '../people/visits.js';
import type { ZoneWindows } from '../people/zone-windows.js';
import { ObjectBook } from './object-book.js';

/** An object of which its camera says nothing for so long is somebody else when it is named again, ms. */
const BELIEVED_MS = 600_000;
const MOST_OBJECTS = 5_000;

interface Insider extends Visitor {
  zoneId: string;
  /** of its newest message */
  ts: number;
  inside: boolean;
}
interface SavedInsider {
  zoneId: string;
  ts: number;
  inside: boolean;
  stay?: SavedStay;
  /** ms of visits to the zone so far; left out before the first */
  dwellMs?: number;
}
interface SavedInsider01 {
  zoneId: string;
  ts: number;
  inside: boolean;
  visited: boolean;
  stay?: { enter: number; last: number; outside: number; visit: boolean; minute: number; index: number };
}

/**
 * Stays of objects that a camera says are inside a zone, or are so no more. It says when they come and go and nothing in
 * between, so between two messages of an object it was where the earlier one says: an instant of leaving is the last inside
 * sample. For the rest the visit rule holds.
 */
export class Insiders {
  /** by zone and object */
  private readonly book = new ObjectBook<Insider>(BELIEVED_MS, MOST_OBJECTS);

  constructor(
    private readonly zones: ZoneWindows,
    private readonly visits: VisitRule,
  ) {}

  require(keys: string[], event: NoticedEvent): void {
    const known = this.book.get(event.deviceId, keyOf(event));
    const from = Math.max(known?.ts ?? event.ts, event.ts - BELIEVED_MS);
    for (let minute = minuteOf(from); minute <= event.ts; minute += MINUTE_MS)
      this.zones.require(keys, minute, event.zoneId);
  }

  /** @returns false for a message older than the last of its object */
  apply(event: NoticedEvent, counts: boolean): boolean {
    const { deviceId, zoneId, ts } = event;
    const inside = event.count > 0;
    const key = keyOf(event);
    const known = this.book.get(deviceId, key);
    if (known && ts < known.ts) return false;
    if (!known || !counts || ts - known.ts > BELIEVED_MS) {
      const fresh: Insider = { zoneId, ts, inside, stays: new Map(), dwell: new Map() };
      if (inside && counts) this.visits.look(fresh, zoneId, ts, true);
      this.book.put(deviceId, key, fresh);
      return true;
    }
    // Up to this moment it was inside.
    if (known.inside && known.stays.has(zoneId)) this.visits.look(known, zoneId, ts, true);
    if (inside !== known.inside || (inside && !known.stays.has(zoneId))) this.visits.look(known, zoneId, ts, inside);
    known.ts = ts;
    known.inside = inside;
    this.book.put(deviceId, key, known);
    return true;
  }

  *live(): Iterable<[zoneId: string, deviceId: string, count: number]> {
    for (const [deviceId, , { zoneId, inside, stays, ts }] of this.book.all())
      if (inside && stays.has(zoneId) && this.book.newestOf(deviceId) - ts <= BELIEVED_MS) yield [zoneId, deviceId, 1];
  }

  /** Keeps the windows in memory that open visits still add to. */
  pin(): void {
    for (const [, , { stays }] of this.book.all()) for (const [zoneId, stay] of stays) this.zones.pin(zoneId, stay);
  }

  /** The clock of the camera was set back. */
  restart(deviceId: string): void {
    this.book.restart(deviceId);
  }

  /** Stays in these zones end at their last word. */
  forget(isCut: (zoneId: string) => boolean): void {
    for (const [deviceId, key, { zoneId }] of [...this.book.all()]) if (isCut(zoneId)) this.book.remove(deviceId, key);
  }

  save(): unknown {
    return this.book.save(({ zoneId, ts, inside, stays, dwell }): SavedInsider => {
      const stay = stays.get(zoneId);
      const dwellMs = dwell.get(zoneId);
      return { zoneId, ts, inside, ...(stay && { stay: saveStay(stay) }), ...(dwellMs !== undefined && { dwellMs }) };
    });
  }

  restore(json: unknown, inForce: number): void {
    this.book.restore(json, (plain) => {
      const { zoneId, ts, inside, stay, dwellMs } = plain as SavedInsider;
      const insider: Insider = { zoneId, ts, inside, stays: new Map(), dwell: new Map() };
      const versionIn = (at: number) => this.zones.versionIn(minuteOf(at), zoneId) ?? inForce;
      if (stay) insider.stays.set(zoneId, restoreStay(stay, versionIn));
      if (dwellMs !== undefined) insider.dwell.set(zoneId, dwellMs);
      return insider;
    });
  }

  /** 0.1 knew no versions. */
  static migrate(json: unknown): unknown {
    type Pages<O> = [deviceId: string, newest: number, swept: number, objects: [key: string, object: O][]][];
    return (json as Pages<SavedInsider01>).map(([deviceId, newest, swept, objects]) => [
      deviceId,
      newest,
      swept,
      objects.map(([key, { stay, visited, ...rest }]): [string, SavedInsider] => {
        if (!stay) return [key, { ...rest, ...(visited && { dwellMs: 0 }) }];
        const { minute, index, ...times } = stay;
        const saved: SavedStay = { ...times, version: VERSION_UNKNOWN };
        if (minute >= 0) saved.part = [minute, VERSION_UNKNOWN, index];
        return [key, { ...rest, stay: saved, ...(visited && { dwellMs: 0 }) }];
      }),
    ]);
  }
}

const keyOf = ({ zoneId, objectId }: NoticedEvent): string => `${zoneId}|${objectId ?? ''}`;
