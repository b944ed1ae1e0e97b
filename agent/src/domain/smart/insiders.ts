import { MINUTE_MS, minuteOf, type NoticedEvent } from '@aisle/contracts';
import type { EngineObserver } from '../engine/engine-api.js';
import { OUTING_ENDS_AFTER_MS, VISIT_AFTER_MS, type Stay, type ZoneWindows } from '../people/visits.js';
import { ObjectBook } from './object-book.js';

/** An object of which its camera says nothing for so long is somebody else when it is named again, ms. */
const BELIEVED_MS = 600_000;
const MOST_OBJECTS = 5_000;

interface Insider {
  zoneId: string;
  /** of its newest message */
  ts: number;
  inside: boolean;
  stay: Stay | undefined;
  /** has visited the zone before */
  visited: boolean;
}
type SavedInsider = Omit<Insider, 'stay'> & { stay?: Omit<Stay, 'observed' | 'pieces'> };

/**
 * Stays of objects that a camera says are inside a zone, or are so no more. It says when they come and go and nothing in
 * between, so between two messages of an object it was where the earlier one says: an instant of leaving is the last inside
 * sample. For the rest SEMANTICS §12 holds: a visit from 600 ms on, over after an outing of 1,500 ms.
 */
export class Insiders {
  /** by zone and object */
  private readonly book = new ObjectBook<Insider>(BELIEVED_MS, MOST_OBJECTS);

  constructor(
    private readonly zones: ZoneWindows,
    private readonly observer: EngineObserver,
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
    const fresh = { zoneId, ts, inside, visited: false, stay: inside && counts ? newStay(ts) : undefined };
    if (!known || !counts || ts - known.ts > BELIEVED_MS) {
      this.book.put(deviceId, key, fresh);
      return true;
    }
    if (known.stay && known.inside) this.goOn(known, known.stay, ts);
    else if (known.stay && ts - known.stay.outside >= OUTING_ENDS_AFTER_MS) known.stay = undefined;
    if (!inside) {
      if (known.stay && known.inside) known.stay.outside = ts;
    } else if (!known.stay) known.stay = newStay(ts);
    else if (!known.inside) this.goOn(known, known.stay, ts);
    known.ts = ts;
    known.inside = inside;
    this.book.put(deviceId, key, known);
    return true;
  }

  private goOn(insider: Insider, stay: Stay, ts: number): void {
    const from = stay.last;
    stay.last = ts;
    stay.outside = -1;
    if (ts === from) return;
    if (stay.visit) {
      this.zones.extend(insider.zoneId, stay, from);
      if (stay.observed) stay.observed.leaveTs = ts;
    } else if (ts - stay.enter >= VISIT_AFTER_MS) {
      stay.visit = true;
      this.zones.begin(insider.zoneId, stay, !insider.visited);
      insider.visited = true;
      if (this.observer.visit)
        this.observer.visit((stay.observed = { zoneId: insider.zoneId, enterTs: stay.enter, leaveTs: ts }));
    }
  }

  *live(): Iterable<[zoneId: string, deviceId: string, count: number]> {
    for (const [deviceId, , { zoneId, inside, stay, ts }] of this.book.all())
      if (inside && stay && this.book.newestOf(deviceId) - ts <= BELIEVED_MS) yield [zoneId, deviceId, 1];
  }

  /** Keeps the windows in memory that open visits still add to. */
  pin(): void {
    for (const [, , { zoneId, stay }] of this.book.all()) {
      if (!stay?.visit) continue;
      this.zones.open.add(`${minuteOf(stay.enter)}|${zoneId}`);
      this.zones.open.add(`${stay.minute}|${zoneId}`);
    }
  }

  /** The clock of the camera was set back. */
  restart(deviceId: string): void {
    this.book.restart(deviceId);
  }

  /** Another store file: open stays end at their last word. */
  clear(): void {
    this.book.clear();
  }

  save(): unknown {
    return this.book.save(({ stay, ...rest }): SavedInsider => {
      if (!stay) return rest;
      const { enter, last, outside, visit, minute, index } = stay;
      return { ...rest, stay: { enter, last, outside, visit, minute, index } };
    });
  }

  restore(json: unknown): void {
    this.book.restore(json, (plain) => {
      const { stay, ...rest } = plain as SavedInsider;
      return { ...rest, stay: stay && { ...stay } };
    });
  }
}

const keyOf = ({ zoneId, objectId }: NoticedEvent): string => `${zoneId}|${objectId ?? ''}`;
const newStay = (ts: number): Stay => ({ enter: ts, last: ts, outside: -1, visit: false, minute: -1, index: -1 });
