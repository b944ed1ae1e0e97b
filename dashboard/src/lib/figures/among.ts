import type { StoreFile } from '@aisle/contracts';
import type { ZoneRow } from '../api/generated/schema.js';
import { formatNumber, formatPercent } from '../i18n/format.js';
import type { Reason, ReasonWords } from './page-reasons.js';
import { LEAST_PURCHASES, areasOf, sellingZones } from './zones.js';

/** Fewer others than these have no middle worth the name. */
const LEAST_OTHERS = 2;

/** What sales per m² are made of: their product is the figure itself. */
interface Parts {
  /** visitors per m² */
  visitors: number;
  /** purchases per visitor */
  bought: number;
  /** money per purchase */
  purchase: number;
}

/**
 * Why a square metre of a zone earns what it does beside those of the other zones that sell: how many come to it, how many of them buy,
 * for how much, each beside the middle of the others. Undefined where too little is known of the zone or of the others.
 */
export function amongReason(
  words: ReasonWords,
  rows: readonly ZoneRow[],
  file: StoreFile,
  zoneId: string,
): Reason | undefined {
  // checkouts sell, too, but stand apart: they have no area here
  const areas = areasOf(file, sellingZones(file));
  const known = new Map<string, Parts>();
  for (const row of rows) {
    const area = areas.get(row.zoneId);
    const parts = area === undefined ? undefined : partsOf(row, area, words.minimum);
    if (parts) known.set(row.zoneId, parts);
  }
  const own = known.get(zoneId);
  const others = [...known].filter(([id]) => id !== zoneId).map(([, parts]) => parts);
  if (!own || others.length < LEAST_OTHERS) return undefined;
  const middle = (part: keyof Parts): number => middleOf(others.map((parts) => parts[part]));
  const number = (value: number): string => formatNumber(words.locale, value, 1);
  const percent = (value: number): string => formatPercent(words.locale, value);
  return {
    key: 'among',
    direction: null,
    words: words.t('why.among', {
      count: others.length,
      visitors: number(own.visitors),
      visitorsThere: number(middle('visitors')),
      bought: percent(own.bought),
      boughtThere: percent(middle('bought')),
      purchase: words.money(own.purchase),
      purchaseThere: words.money(middle('purchase')),
    }),
  };
}

/** Undefined of a zone of which something is not known, or of which too little is. */
function partsOf(row: ZoneRow, area: number, minimum: number): Parts | undefined {
  const { visitors, transactions, salesNet, coverage, coverageOf, currency } = row;
  const isSensed = coverage >= minimum && (coverageOf.sales === null || coverageOf.sales >= minimum);
  if (!isSensed || currency === null || !visitors || !transactions || salesNet === null) return undefined;
  if (transactions < LEAST_PURCHASES || area <= 0) return undefined;
  return { visitors: visitors / area, bought: transactions / visitors, purchase: salesNet / transactions };
}

function middleOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number): number => sorted[index] as number;
  return (at(Math.floor((sorted.length - 1) / 2)) + at(Math.ceil((sorted.length - 1) / 2))) / 2;
}
