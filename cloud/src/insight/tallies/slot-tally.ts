import type { StoredFact } from '../../ports/index.js';
import type { Tally } from './tally.js';

export interface SlotSum {
  slotId: string;
  gtin: string;
  zoneId: string | null;
  pickups: number;
  /** by shoppers; by staff as well where the agent does not tell them apart */
  putbacks: number;
  refilled: number;
  /** putbacks of agents that do not tell who brought them */
  untold: number;
  /** items that came with a confidence, and the sum of those, ppm */
  judged: number;
  surePpm: number;
}

/** Pickups and putbacks, per slot and what it held and where it stood at the time: a planogram may change in between. */
export class SlotTally implements Tally<'slot'> {
  readonly slots = new Map<string, SlotSum>();
  readonly #bySlot = new Map<string, SlotSum[]>();

  add({ subject, generation = 0, value }: StoredFact<'slot'>): void {
    const { gtin, zoneId, pickups, putbacks, refilled, confidencePpm } = value;
    const judged = confidencePpm === undefined ? 0 : pickups + putbacks;
    const untold = generation === 0 && refilled === undefined ? putbacks : 0;
    this.#add([subject, gtin, zoneId, pickups, putbacks, refilled ?? 0, untold, judged, judged * (confidencePpm ?? 0)]);
  }

  addPacked(packed: unknown): void {
    for (const slot of packed as Packed[]) this.#add(slot);
  }

  packed(): unknown {
    return [...this.slots.values()].map((sum): Packed => [
      sum.slotId,
      sum.gtin,
      sum.zoneId,
      sum.pickups,
      sum.putbacks,
      sum.refilled,
      sum.untold,
      sum.judged,
      sum.surePpm,
    ]);
  }

  #add([slotId, gtin, zoneId, pickups, putbacks, refilled, untold, judged, surePpm]: Packed): void {
    // looked up by the slot, and told apart there: a quarter has hundreds of thousands of these, and a key that is put together costs more than the sum
    let own = this.#bySlot.get(slotId);
    if (!own) this.#bySlot.set(slotId, (own = []));
    let sum = own.find((each) => each.gtin === gtin && each.zoneId === zoneId);
    if (!sum) {
      sum = { slotId, gtin, zoneId, pickups: 0, putbacks: 0, refilled: 0, untold: 0, judged: 0, surePpm: 0 };
      own.push(sum);
      this.slots.set(
        `${slotId.length},${gtin.length},${zoneId === null ? '' : zoneId.length}:${slotId}${gtin}${zoneId ?? ''}`,
        sum,
      );
    }
    sum.pickups += pickups;
    sum.putbacks += putbacks;
    sum.refilled += refilled;
    sum.untold += untold;
    sum.judged += judged;
    sum.surePpm += surePpm;
  }
}

type Packed = [
  slotId: string,
  gtin: string,
  zoneId: string | null,
  pickups: number,
  putbacks: number,
  refilled: number,
  untold: number,
  judged: number,
  surePpm: number,
];
