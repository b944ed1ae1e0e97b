import { minuteOf } from '@aisle/contracts';
import type { Interest } from '../interest/interest.js';
import type { StockWatch } from '../goods/stock-watch.js';
import type { SlotModel } from '../core/store-model.js';
import type { ReaderModel } from './places.js';
import type { ReaderPresence } from './presence.js';
import type { SlotStock } from './slot-stock.js';

/** A reader must have listened for so long before an empty slot is believed: not all tags answer at once. */
const WARM_UP_MS = 30_000;

interface Saved {
  minutes: [string, number[]][];
  known: string[];
  changed: [string, number][];
}

/** Which slots readers watch, how many items they hear in each just now, and in which minutes they did. */
export class ShelfWatch {
  /** items that readers hear at their slot just now, each reader by itself */
  readonly #onShelf = new Map<string, number>();
  /** slot → since when its number has changed in the message at hand */
  readonly #changed = new Map<string, number>();
  /** newest minutes in which each reader spoke */
  readonly #minutes = new Map<string, number[]>();

  constructor(
    private readonly stock: SlotStock,
    private readonly watch: StockWatch,
    private readonly interest: Interest,
  ) {}

  /** Items that came (1) or went (-1) at `ts`. */
  count(slotId: string, items: 1 | -1, ts: number): void {
    this.#onShelf.set(slotId, (this.#onShelf.get(slotId) ?? 0) + items);
    this.#changed.set(slotId, Math.max(this.#changed.get(slotId) ?? 0, ts));
  }

  /** Before all open stays are counted anew: slots that are no longer what they were are forgotten. */
  restart(isSame: (slotId: string) => boolean): void {
    for (const id of [...this.#onShelf.keys()]) {
      if (isSame(id)) this.#onShelf.set(id, 0);
      else this.#onShelf.delete(id);
    }
    this.settle();
  }

  /** What has changed so far is no news. */
  settle(): void {
    this.#changed.clear();
  }

  forget(readerId: string): void {
    this.#minutes.delete(readerId);
  }

  fold(beforeTs: number): void {
    for (const [id, minutes] of this.#minutes)
      this.#minutes.set(
        id,
        minutes.filter((minute) => minute >= beforeTs),
      );
  }

  /** The first item of a slot shows that it is sensed: so it was in the minutes since. */
  stateSince(slot: SlotModel, readers: ReadonlyMap<string, ReaderModel>): void {
    const since = minuteOf(this.stock.since(slot.id));
    for (const [id, minutes] of this.#minutes)
      if (readers.get(id)?.slots.includes(slot))
        for (const minute of minutes) if (minute >= since) this.stock.state(slot, minute);
  }

  /** The reader has spoken: its slots are sensed in this minute, and what is in them is told where it can be believed. */
  heard(
    model: ReaderModel,
    reader: ReaderPresence,
    scanned: boolean,
    slotOf: (id: string) => SlotModel | undefined,
  ): void {
    const minute = minuteOf(reader.ts);
    let minutes = this.#minutes.get(reader.id);
    if (!minutes) this.#minutes.set(reader.id, (minutes = []));
    const begins = minutes.at(-1) !== minute;
    if (begins) minutes.push(minute);
    for (const slot of scanned || begins ? model.slots : []) {
      if (!this.stock.knows(slot.id)) continue;
      if (begins) this.stock.state(slot, minute);
      this.interest.weight(slot.id, reader.ts);
    }
    if (reader.listened < WARM_UP_MS) return;
    const watched = begins ? model.slots : [...this.#changed.keys()].flatMap((id) => slotOf(id) ?? []);
    for (const slot of watched)
      if (this.#onShelf.has(slot.id))
        this.watch.stock(slot, reader.ts, this.#onShelf.get(slot.id) ?? 0, this.#changed.get(slot.id));
    this.settle();
  }

  save(): Saved {
    return {
      minutes: structuredClone([...this.#minutes]),
      known: [...this.#onShelf.keys()],
      changed: [...this.#changed],
    };
  }

  /** @param recount counts the open stays: it stands between what is known and what has changed */
  restore(saved: Saved, recount: () => void): void {
    for (const [id, minutes] of saved.minutes) this.#minutes.set(id, [...minutes]);
    for (const id of saved.known) this.#onShelf.set(id, 0);
    recount();
    this.settle();
    for (const [id, ts] of saved.changed) this.#changed.set(id, ts);
  }
}
