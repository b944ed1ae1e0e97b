import type { StoredFact } from '../../ports/index.js';
import { entry, type Tally } from './tally.js';

export interface SlotSum {
  slotId: string;
  gtin: string;
  zoneId: string | null;
  pickups: number;
  putbacks: number;
}

/** Pickups and putbacks, per slot and what it held and where it stood at the time: a planogram may change in between. */
export class SlotTally implements Tally<'slot'> {
  readonly slots = new Map<string, SlotSum>();

  add({ subject, value }: StoredFact<'slot'>): void {
    this.#add([subject, value.gtin, value.zoneId, value.pickups, value.putbacks]);
  }

  addPayload(payload: string): void {
    for (const packed of JSON.parse(payload) as Packed[]) this.#add(packed);
  }

  payload(): string {
    const packed: Packed[] = [...this.slots.values()].map((sum) => [
      sum.slotId,
      sum.gtin,
      sum.zoneId,
      sum.pickups,
      sum.putbacks,
    ]);
    return JSON.stringify(packed);
  }

  #add([slotId, gtin, zoneId, pickups, putbacks]: Packed): void {
    // the lengths keep what is joined apart; a year has tens of thousands of these, and JSON would cost more than the sum
    const key = `${slotId.length},${gtin.length},${zoneId === null ? '' : zoneId.length}:${slotId}${gtin}${zoneId ?? ''}`;
    const sum = entry(this.slots, key, () => ({
      slotId,
      gtin,
      zoneId,
      pickups: 0,
      putbacks: 0,
    }));
    sum.pickups += pickups;
    sum.putbacks += putbacks;
  }
}

type Packed = [slotId: string, gtin: string, zoneId: string | null, pickups: number, putbacks: number];
