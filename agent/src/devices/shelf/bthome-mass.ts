import type { Bthome } from '../ble/bthome.js';
import { malformed, reading, type Reading } from '../wire/reading.js';

/** A weight of one slot. */
export interface SlotWeight {
  slotId: string;
  /** gross weight in tenths of a gram */
  decigrams: number;
}

/** Tenths of a gram in one of a unit. */
const DECIGRAMS: Readonly<Record<string, number>> = { kg: 10_000, g: 10, lb: 4535.9237 };

/** A weight in kilograms, grams or pounds → whole tenths of a gram; undefined for another unit or no number. */
export function toDecigrams(value: number, unit: string): number | undefined {
  const factor = DECIGRAMS[unit];
  return factor === undefined || !Number.isFinite(value) ? undefined : Math.round(value * factor) + 0;
}

/**
 * A smart shelf over BLE: the n-th mass object of an advertisement is the weight on the n-th slot. BTHome's mass has
 * steps of 10 g (or 0.01 lb), which decides how light an item can be told apart.
 */
export function bthomeWeights(message: Bthome, slotIds: readonly string[]): Reading<SlotWeight[]> {
  const masses = message.objects.filter((object) => object.name === 'mass');
  if (masses.length === 0) return malformed('mass', 'noWeight');
  if (masses.length > slotIds.length)
    return malformed('mass', 'tooManyWeights', { weights: masses.length, slots: slotIds.length });
  const weights: SlotWeight[] = [];
  for (const [index, { value, unit }] of masses.entries()) {
    const decigrams = typeof value === 'number' ? toDecigrams(value, unit) : undefined;
    const slotId = slotIds[index];
    if (decigrams === undefined || slotId === undefined) return malformed('mass', 'isNoWeight');
    weights.push({ slotId, decigrams });
  }
  return reading(weights);
}
