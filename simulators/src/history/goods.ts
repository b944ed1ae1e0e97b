import { MINUTE_MS, minuteOf, type FactValue } from '@aisle/contracts';
import type { Random } from '../random.js';
import type { Behaviour } from '../settings/behaviour.js';
import type { Minutes, Stated } from './minute-sums.js';
import type { Places, SlotPlace } from './places.js';

/** Somebody of the shop comes by so long after a slot ran low, on average. */
const RESTOCK_AFTER_MS = 25 * MINUTE_MS;
/** Now and then nobody notices for hours: then a slot stays empty. */
const FORGOTTEN = { share: 0.03, meanMs: 240 * MINUTE_MS };

interface Shelf {
  stock: number;
  refillTs: number | undefined;
  pickups: number;
  putbacks: number;
  refilled: number;
  /** changed since it was last stated */
  touched: boolean;
}

/** What lies in every slot: taken and put back by shoppers, filled up by staff. */
export class Goods {
  private readonly shelves: Shelf[];
  /** incidents that begin within the minute */
  readonly incidents: Stated[] = [];

  constructor(
    private readonly places: Places,
    private readonly stock: Behaviour['stock'],
    private readonly minutes: Minutes,
    private readonly random: Random,
    private readonly endTs: number,
  ) {
    const { least, most } = stock.initialShare;
    this.shelves = places.slots.map(({ capacity }) => ({
      stock: Math.round(capacity * random.between(least, most)),
      refillTs: undefined,
      pickups: 0,
      putbacks: 0,
      refilled: 0,
      touched: true,
    }));
  }

  /** @returns units that were there to be taken */
  take(slot: number, units: number, ts: number): number {
    const shelf = this.shelves[slot] as Shelf;
    const taken = Math.min(units, shelf.stock);
    if (taken === 0) return 0;
    shelf.stock -= taken;
    shelf.pickups += taken;
    shelf.touched = true;
    this.watch(slot, shelf, ts);
    return taken;
  }

  putBack(slot: number, units: number): void {
    const shelf = this.shelves[slot] as Shelf;
    shelf.stock += units;
    shelf.putbacks += units;
    shelf.touched = true;
  }

  /** Whether anything happened in a slot since it was last stated. */
  isTouched(slot: number): boolean {
    return (this.shelves[slot] as Shelf).touched;
  }

  /** What a sensor says of a slot at the end of a minute, whose counts begin anew. */
  state(slot: number): FactValue<'slot'> {
    const shelf = this.shelves[slot] as Shelf;
    const { gtin, zoneId } = this.places.slots[slot] as SlotPlace;
    const { pickups, putbacks, refilled, stock } = shelf;
    const moved = pickups + putbacks + refilled;
    this.forget(slot);
    return {
      gtin,
      zoneId,
      pickups,
      putbacks,
      ...(refilled > 0 && { refilled }),
      stock,
      ...(moved > 0 && { confidencePpm: 900_000 + 1000 * (stock % 90) }),
    };
  }

  /** Nobody sensed the minute: what happened is lost to the figures, not to the shelf. */
  forget(slot: number): void {
    Object.assign(this.shelves[slot] as Shelf, { pickups: 0, putbacks: 0, refilled: 0, touched: false });
  }

  private watch(slot: number, shelf: Shelf, ts: number): void {
    const { capacity, id, zoneId, group } = this.places.slots[slot] as SlotPlace;
    if (this.stock.restockBelowShare === 0 || shelf.stock > capacity * this.stock.restockBelowShare) return;
    if (shelf.refillTs === undefined) {
      const mean = this.random.chance(FORGOTTEN.share) ? FORGOTTEN.meanMs : RESTOCK_AFTER_MS;
      const refillTs = ts + MINUTE_MS + Math.round(this.random.exponential(mean));
      shelf.refillTs = refillTs;
      this.minutes.at(refillTs).happens.push({ ts: refillTs, run: () => this.fillUp(slot) });
    }
    if (shelf.stock > 0 || group === '') return;
    const until = shelf.refillTs < this.endTs ? shelf.refillTs : null;
    const value = { what: 'outOfStock', subject: id, zoneId, since: ts, until, count: 0 } as const;
    this.incidents.push({ kind: 'incident', subject: `outOfStock:${id}@${ts}`, ts, value });
  }

  private fillUp(slot: number): void {
    const shelf = this.shelves[slot] as Shelf;
    const { capacity } = this.places.slots[slot] as SlotPlace;
    const units = Math.max(0, Math.round(capacity * this.stock.restockToShare) - shelf.stock);
    shelf.stock += units;
    shelf.refilled += units;
    shelf.refillTs = undefined;
    shelf.touched = true;
  }
}

/** Devices fail now and then, for a while: then nothing is known of what they sense. */
export class Outages {
  private readonly until = new Map<string, number>();
  private nextLook = 0;

  constructor(
    private readonly devices: readonly string[],
    private readonly random: Random,
    /** times a day that one device fails; raising it leaves more holes */
    private readonly perDay: number,
  ) {}

  /** Minutes come in rising order. */
  begin(minute: number): void {
    if (minute < this.nextLook) return;
    const spanMs = 10 * MINUTE_MS;
    this.nextLook = minuteOf(minute) + spanMs;
    for (const device of this.devices) {
      if (!this.random.chance((this.perDay * spanMs) / 86_400_000)) continue;
      this.until.set(device, minute + MINUTE_MS * Math.round(this.random.logNormal(35, 0.8)));
    }
  }

  isDown(devices: readonly string[], minute: number): boolean {
    return this.until.size > 0 && devices.some((device) => (this.until.get(device) ?? 0) > minute);
  }
}
