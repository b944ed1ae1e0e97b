import { HOUR_MS, MICRO, type FactValue, type Product, type SaleEvent } from '@aisle/contracts';
import { sharesOf, type Candidate, type Origin } from './attribution.js';

/** A sale goes to the slots of its product by what was taken there this long before. */
export const ATTRIBUTION_MS = HOUR_MS;

/** A slot that a line may have come from, and how long what senses it was sensing in the hour before the sale. */
export interface SlotShare extends Candidate {
  /** of each device that senses it, milliseconds; left out by 0.1, and where one slot gets it all */
  sensors?: [deviceId: string, ms: number][];
  /** whether anything has been sensed on it: tags tell nothing of goods that carry none; true when left out */
  heard?: boolean;
}
export interface SaleLineData {
  gtin: string;
  /** units */
  quantityMicro: number;
  netMinor: number;
  /** of goods sold by weight, as far as known */
  grams?: number;
  slots: SlotShare[];
  /** of a return: where the sale that it names came from */
  origins?: Origin[];
}
export interface SaleData {
  receipt: string;
  deviceId: string;
  contentDigest: string;
  lines: SaleLineData[];
  /** of a return: the key of the receipt that it names */
  named?: string;
  /** of a return: that receipt is known */
  joined?: boolean;
  /** keyed hash of an opted-in member's token */
  member?: string;
  /** told by a file of its till */
  fromFile?: true;
}

/**
 * Whether a slot may have had pickups that nobody could know of (SEMANTICS §17): what senses it was silent for more than half of
 * the hour, or has not spoken in it. `firstTs`: before it there was nobody to be silent.
 */
export function isUnsensed({ sensors, heard = true }: SlotShare, ts: number, firstTs: number): boolean {
  if (!sensors) return false;
  const ms = ts - Math.max(ts - ATTRIBUTION_MS, Math.min(firstTs, ts));
  const isSilent = (sensed: number): boolean => sensed === 0 || 2 * (ms - sensed) > ATTRIBUTION_MS;
  return !heard || sensors.every(([, sensed]) => isSilent(sensed));
}

/** What a return of this line follows. */
export const originsOf = (line: SaleLineData): Origin[] =>
  sharesOf(line).map(({ slotId, zoneId, quantityMicro, netMinor }) => ({
    slotId,
    zoneId,
    weight: Math.abs(quantityMicro) || Math.abs(netMinor),
  }));

/** Goods sold by weight count one unit a line, and their kilograms apart: a label that is sold as one piece says none. */
export function unitsOf(
  { quantityMicro }: SaleEvent['lines'][number],
  product: Product | undefined,
  isLabel: boolean,
): Pick<SaleLineData, 'quantityMicro' | 'grams'> {
  if (product?.soldBy !== 'weight') return { quantityMicro };
  const units = { quantityMicro: Math.sign(quantityMicro) * MICRO };
  const isPieces = isLabel && quantityMicro % MICRO === 0;
  return isPieces ? units : { ...units, grams: Math.round(quantityMicro / 1000) };
}

export function saleValue(data: SaleData): FactValue<'sale'> {
  const { receipt, deviceId, contentDigest, member } = data;
  return {
    receipt,
    ...(member !== undefined && { member }),
    deviceId,
    contentDigest,
    transaction: data.lines.some((line) => line.quantityMicro > 0),
    netMinor: data.lines.reduce((sum, line) => sum + line.netMinor, 0),
    lines: data.lines.map((line) => ({
      gtin: line.gtin,
      quantityMicro: line.quantityMicro,
      netMinor: line.netMinor,
      ...(line.grams !== undefined && { grams: line.grams }),
      shares: sharesOf(line),
    })),
  };
}
