import type { NoticedEvent } from '@aisle/contracts';
import type { Incidents } from '../core/incidents.js';
import { ObjectBook } from './object-book.js';

/** An object of which its camera says nothing more for so long does not loiter any more, ms. */
const BELIEVED_MS = 3_600_000;
const MOST_OBJECTS = 1_000;

interface Loiterer {
  zoneId: string;
  ts: number;
  loiters: boolean;
}

/** Who hangs about where, as incidents of zones: from the first object that does until the last one that does not. */
export class Loitering {
  private readonly book: ObjectBook<Loiterer>;

  constructor(private readonly incidents: Incidents) {
    this.book = new ObjectBook<Loiterer>(BELIEVED_MS, MOST_OBJECTS, (_device, _key, { zoneId, ts, loiters }) => {
      if (loiters) this.settle(zoneId, ts);
    });
  }

  require(keys: string[], { zoneId, ts }: NoticedEvent): void {
    this.incidents.requireOne(keys, 'loitering', zoneId, ts);
  }

  /** @returns false for a message older than the last of its object */
  apply({ deviceId, zoneId, objectId, rule, ts, count }: NoticedEvent): boolean {
    const key = `${zoneId}|${rule}|${objectId ?? ''}`;
    const known = this.book.get(deviceId, key);
    if (known && ts < known.ts) return false;
    const loiters = count > 0;
    if (!known && !loiters) return true;
    this.book.put(deviceId, key, { zoneId, ts, loiters });
    if (loiters) this.incidents.open('loitering', zoneId, ts, { zoneId });
    else if (known?.loiters) this.settle(zoneId, ts);
    return true;
  }

  /** Ends the incident of a zone in which nobody loiters any more. */
  private settle(zoneId: string, ts: number): void {
    for (const [, , other] of this.book.all()) if (other.zoneId === zoneId && other.loiters) return;
    this.incidents.close('loitering', zoneId, ts);
  }

  restart(deviceId: string): void {
    const zones = new Map<string, number>();
    for (const [id, , { zoneId, ts, loiters }] of this.book.all())
      if (id === deviceId && loiters) zones.set(zoneId, Math.max(ts, zones.get(zoneId) ?? 0));
    this.book.restart(deviceId);
    for (const [zoneId, ts] of zones) this.settle(zoneId, ts);
  }

  /** Nobody loiters in a zone that is gone. */
  forget(isGone: (zoneId: string) => boolean): void {
    const zones = new Map<string, number>();
    for (const [deviceId, key, { zoneId, ts, loiters }] of [...this.book.all()]) {
      if (!isGone(zoneId)) continue;
      this.book.remove(deviceId, key);
      if (loiters) zones.set(zoneId, Math.max(ts, zones.get(zoneId) ?? 0));
    }
    for (const [zoneId, ts] of zones) this.settle(zoneId, ts);
  }

  save(): unknown {
    return this.book.save((loiterer) => ({ ...loiterer }));
  }

  restore(json: unknown): void {
    this.book.restore(json, (plain) => ({ ...(plain as Loiterer) }));
  }
}
