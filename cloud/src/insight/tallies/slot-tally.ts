import type { StoredFact } from '../../ports/index.js';
import { entry, type Tally } from './tally.js';

export interface SlotSum {
  slotId: string;
  gtin: string;
  zoneId: string | null;
  pickups: number;
  putbacks: number;
  /** items that came with a confidence, and the sum of those, ppm */
  judged: number;
  surePpm: number;
}

/** Pickups and putbacks, per slot and what it held and where it stood at the time: a planogram may change in between. */
export class SlotTally implements Tally<'slot'> {
  readonly slots = new Map<string, SlotSum>();

  add({ subject, value }: StoredFact<'slot'>): void {
    const { gtin, zoneId, pickups, putbacks, confidencePpm } = value;
    const judged = confidencePpm === undefined ? 0 : pickups + putbacks;
    this.#add([subject, gtin, zoneId, pickups, putbacks, judged, judged * (confidencePpm ?? 0)]);
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
      sum.judged,
      sum.surePpm,
    ]);
    return JSON.stringify(packed);
  }

  #add([slotId, gtin, zoneId, pickups, putbacks, judged = 0, surePpm = 0]: Packed): void {
    // the lengths keep what is joined apart; a year has tens of thousands of these, and JSON would cost more than the sum
    const key = `${slotId.length},${gtin.length},${zoneId === null ? '' : zoneId.length}:${slotId}${gtin}${zoneId ?? ''}`;
    const sum = entry(this.slots, key, () => ({
      slotId,
      gtin,
      zoneId,
      pickups: 0,
      putbacks: 0,
      judged: 0,
      surePpm: 0,
    }));
    sum.pickups += pickups;
    sum.putbacks += putbacks;
    sum.judged += judged;
    sum.surePpm += surePpm;
  }
}

/** Rollups made before confidences were stated lack the last two. */
type Packed = [
  slotId: string,
  gtin: string,
  zoneId: string | null,
  pickups: number,
  putbacks: number,
  judged?: number,
  surePpm?: number,
];
