import { sgtin198, sgtin96 } from '../devices/rfid/epc.js';
import { Random } from '../random.js';
import type { SlotPlace } from './floor-plan.js';
import { offset, type Vec } from './geometry.js';
import type { Handled, SlotState } from './shelves.js';

/** One tagged item: an individual with a number of its own. */
export interface Item {
  readonly epc: string;
  readonly gtin: string;
  /** where it is now */
  at: Vec;
  /** where it lies; null while somebody carries it */
  slotId: string | null;
  carried: boolean;
  paid: boolean;
}
/** What truly happened to a tag. */
export interface TagMove {
  readonly ts: number;
  readonly epc: string;
  readonly gtin: string;
  /** taken from or put into a slot · left the shop · cleared or brought by staff unseen */
  readonly what: 'taken' | 'placed' | 'left' | 'cleared' | 'brought';
  readonly slotId: string | null;
  /** of those that left */
  readonly paid?: boolean;
}

/** From where a shopper stands to where goods lie. */
const REACH_METRES = 0.75;
/** Goods of a slot lie about its middle. */
const SPREAD_METRES = 0.15;
const PREFIX_DIGITS = 7;

/** The items of slots that an RFID reader watches, one by one: on the shelf, in somebody's hands, gone. */
export class Items {
  /** everything that is in the shop, changing places in place */
  readonly all: Item[] = [];
  private readonly bySlot = new Map<string, Item[]>();
  private readonly byPerson = new Map<number, Item[]>();
  private readonly places = new Map<string, SlotPlace>();
  private serial: number;

  constructor(
    slots: readonly SlotState[],
    /** slots whose items have the long form, with letters in the serial */
    private readonly long: ReadonlySet<string>,
    seed: number,
    startTs: number,
    private readonly onMove: (move: TagMove) => void,
    /** numbers of the tags that lie in each slot, of a shop that goes on */
    known: Readonly<Record<string, readonly string[]>> = {},
  ) {
    this.random = Random.stream(seed, 'items');
    // Runs of one shop must not repeat each other's serials: a tag that has left stays gone.
    this.serial = Math.floor(startTs / 1000) * 16;
    for (const slot of slots) {
      if (!/^\d{8,14}$/.test(slot.place.gtin)) continue;
      this.places.set(slot.place.slotId, slot.place);
      this.bySlot.set(slot.place.slotId, []);
      for (let unit = 0; unit < slot.units; unit += 1) this.bring(slot.place, known[slot.place.slotId]?.[unit]);
    }
  }
  private readonly random: Random;

  /** Items in a slot. */
  in(slotId: string): readonly Item[] {
    return this.bySlot.get(slotId) ?? [];
  }

  isTagged(slotId: string): boolean {
    return this.places.has(slotId);
  }

  /** A hand has gone: its units have changed places. */
  handled({ ts, slotId, units, staff, personId }: Handled): void {
    const place = this.places.get(slotId);
    if (!place) return;
    const shelf = this.bySlot.get(slotId) as Item[];
    for (let count = Math.abs(units); count > 0; count -= 1) {
      if (units < 0) this.take(shelf, ts, slotId, staff ? null : personId);
      else if (staff || personId === null) this.tell(this.bring(place), ts, 'brought', slotId);
      else this.putBack(place, shelf, ts, personId);
    }
  }

  /** Everything that somebody carries is theirs now. */
  paid(personId: number): void {
    for (const item of this.byPerson.get(personId) ?? []) item.paid = true;
  }

  /** Somebody has moved, and so has what they carry. */
  moved(personId: number, at: Vec): void {
    for (const item of this.byPerson.get(personId) ?? []) item.at = at;
  }

  /** Those who carry items. */
  carriers(): IterableIterator<number> {
    return this.byPerson.keys();
  }

  /** Somebody has left the shop, with whatever they carry. */
  gone(personId: number, ts: number): void {
    for (const item of this.byPerson.get(personId) ?? []) {
      this.remove(item);
      this.tell(item, ts, 'left', null);
    }
    this.byPerson.delete(personId);
  }

  private bring(place: SlotPlace, known?: string): Item {
    const item: Item = {
      epc: known ?? this.number(place),
      gtin: place.gtin,
      at: this.spotIn(place),
      slotId: place.slotId,
      carried: false,
      paid: false,
    };
    (this.bySlot.get(place.slotId) as Item[]).push(item);
    this.all.push(item);
    return item;
  }

  private number(place: SlotPlace): string {
    this.serial += 1;
    const parts = { gtin: place.gtin.padStart(14, '0'), prefixDigits: PREFIX_DIGITS };
    return this.long.has(place.slotId)
      ? sgtin198(parts, `A${this.serial.toString(36).toUpperCase()}`)
      : sgtin96(parts, this.serial);
  }

  private take(shelf: Item[], ts: number, slotId: string, personId: number | null): void {
    const [item] = shelf.splice(this.random.integer(0, Math.max(0, shelf.length - 1)), 1);
    if (!item) return;
    if (personId === null) {
      this.remove(item);
      this.tell(item, ts, 'cleared', slotId);
      return;
    }
    Object.assign(item, { slotId: null, carried: true });
    this.byPerson.set(personId, [...(this.byPerson.get(personId) ?? []), item]);
    this.tell(item, ts, 'taken', slotId);
  }

  private putBack(place: SlotPlace, shelf: Item[], ts: number, personId: number): void {
    const carried = this.byPerson.get(personId) ?? [];
    const at = carried.findLastIndex((item) => item.gtin === place.gtin);
    const [item] = at < 0 ? [this.bring(place)] : carried.splice(at, 1);
    if (!item) return;
    if (carried.length === 0) this.byPerson.delete(personId);
    if (at >= 0) shelf.push(item);
    Object.assign(item, { slotId: place.slotId, carried: false, at: this.spotIn(place) });
    this.tell(item, ts, 'placed', place.slotId);
  }

  private spotIn(place: SlotPlace): Vec {
    const goods = goodsOf(place);
    return offset(goods, place.side, this.random.between(-SPREAD_METRES, SPREAD_METRES));
  }

  private remove(item: Item): void {
    const at = this.all.indexOf(item);
    if (at >= 0) this.all.splice(at, 1);
  }

  private tell({ epc, gtin, paid }: Item, ts: number, what: TagMove['what'], slotId: string | null): void {
    this.onMove({ ts, epc, gtin, what, slotId, ...(what === 'left' && { paid }) });
  }
}

/** The middle of a slot's goods on the plan. */
export const goodsOf = (place: SlotPlace): Vec => offset(place.stand, place.facing, -REACH_METRES);
