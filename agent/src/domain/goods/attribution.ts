import { MICRO, type FactValue } from '@aisle/contracts';
import { split } from './split.js';

/** A slot that a sale line may have come from. */
export interface Candidate {
  slotId: string;
  zoneId: string | null;
  facings: number;
  /** net items taken in the hour before the sale; below 0 counts as none */
  taken: number;
  /** nothing senses it, or what does was silent for more than half of that hour */
  unsensed?: boolean;
}
/** Of a return: where the sale that it names came from. Only the proportions count. */
export interface Origin {
  slotId: string;
  zoneId: string | null;
  weight: number;
}
export interface PlacedLine {
  quantityMicro: number;
  netMinor: number;
  slots: readonly Candidate[];
  origins?: readonly Origin[];
}
type Share = FactValue<'sale'>['lines'][number]['shares'][number];

/** Where a line goes (SEMANTICS §17): whole millionths and minor units that add up to it. A zero share leaves no row. */
export function sharesOf(line: PlacedLine): Share[] {
  const places = placesOf(line);
  if (places.length === 0) return [];
  const weights = places.map(({ weight }) => weight);
  const quantities = split(line.quantityMicro, weights);
  const nets = split(line.netMinor, weights);
  return places.flatMap(({ slotId, zoneId }, index) => {
    const [quantityMicro = 0, netMinor = 0] = [quantities[index], nets[index]];
    return quantityMicro === 0 && netMinor === 0 ? [] : [{ slotId, zoneId, quantityMicro, netMinor }];
  });
}

/** Slots and whole weights, none of them 0. */
function placesOf({ quantityMicro, slots, origins }: PlacedLine): Origin[] {
  const byFacings = (some: readonly Candidate[]) => some.map((slot) => ({ ...slot, weight: slot.facings }));
  if (origins?.length) return [...origins];
  if (quantityMicro < 0) return byFacings(slots);
  // Where nothing was sensed for long enough, what little is known is all that there is.
  const sensed = slots.filter((slot) => !slot.unsensed);
  const picked = (sensed.length > 0 ? sensed : slots).filter((slot) => slot.taken > 0);
  const byPickups = picked.map((slot) => ({ ...slot, weight: slot.taken }));
  const others = slots.filter((slot) => slot.unsensed);
  if (others.length === 0 || sensed.length === 0) return picked.length > 0 ? byPickups : byFacings(slots);
  if (picked.length === 0) return byFacings(others);
  const rest = quantityMicro - picked.reduce((sum, slot) => sum + slot.taken, 0) * MICRO;
  if (rest <= 0) return byPickups;
  // Each picked slot holds what was taken there, the others the rest: in whole numbers, times their facings.
  const facings = others.reduce((sum, slot) => sum + slot.facings, 0);
  const inOrder = [
    ...picked.map((slot) => ({ ...slot, weight: slot.taken * MICRO * facings })),
    ...others.map((slot) => ({ ...slot, weight: rest * slot.facings })),
  ];
  return inOrder.sort((one, other) => (one.slotId < other.slotId ? -1 : 1));
}
