import { hashAddress } from '../../devices/ble/address.js';
import type { Random } from '../../ports/random.js';
import { startOfDay } from '../../domain/core/store-day.js';

/** Distinct devices are those of so much time, ms of arrival. */
const WINDOW_MS = 60_000;
/** Of one receiver; beyond, those heard longest ago are forgotten, so that a storm of made-up addresses costs no memory. */
export const MOST_NEARBY = 4096;
/** How often the day is looked up at most, ms. */
const DAY_LOOK_MS = 10_000;

/**
 * How many devices of strangers each receiver hears. What stands in memory is a hash under a salt that nobody else knows,
 * that is thrown away when the store's day ends, and that is never written: an address cannot be got back from it, nor can one
 * day be joined to another.
 */
export class Nearby {
  /** by receiver: hash → wall clock of its newest advertisement, in that order */
  readonly #heard = new Map<string, Map<string, number>>();
  #salt = Buffer.alloc(0);
  #day = Number.NaN;
  #lookedMs = -Infinity;

  constructor(private readonly random: Random) {}

  /** `now`: wall clock, epoch ms. */
  add(receiverId: string, address: string, now: number, timezone: string): void {
    this.#turnDay(now, timezone);
    let heard = this.#heard.get(receiverId);
    if (!heard) this.#heard.set(receiverId, (heard = new Map()));
    const hash = hashAddress(address, this.#salt, String(this.#day));
    heard.delete(hash);
    heard.set(hash, now);
    if (heard.size > MOST_NEARBY) heard.delete(heard.keys().next().value as string);
  }

  /** Distinct ones in the minute before `now`. */
  count(receiverId: string, now: number): number {
    const heard = this.#heard.get(receiverId);
    if (!heard) return 0;
    for (const [hash, ts] of heard) {
      if (now - ts <= WINDOW_MS && ts <= now + WINDOW_MS) break;
      heard.delete(hash);
    }
    return heard.size;
  }

  /** What stands in memory of all receivers: hashes of today. */
  heardNow(): string[] {
    return [...this.#heard.values()].flatMap((heard) => [...heard.keys()]);
  }

  /** Forgets receivers that the store file has no more. */
  keep(receivers: ReadonlySet<string>): void {
    for (const id of this.#heard.keys()) if (!receivers.has(id)) this.#heard.delete(id);
  }

  #turnDay(now: number, timezone: string): void {
    if (Math.abs(now - this.#lookedMs) < DAY_LOOK_MS) return;
    this.#lookedMs = now;
    const day = startOfDay(now, timezone);
    if (day === this.#day) return;
    this.#day = day;
    this.#heard.clear();
    this.#salt = Buffer.from(`${this.random.id()}${this.random.id()}`.replaceAll('-', ''), 'hex');
  }
}
