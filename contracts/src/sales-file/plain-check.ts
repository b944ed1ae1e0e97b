import { isKeepable } from '../keepable.js';
import type { TillSale } from '../native.js';
import { MOST_MINOR } from '../units.js';

const TEXTS = { receipt: 128, member: 128, returnOf: 128 } as const;
const MOST_TS = 8_640_000_000_000_000;

/**
 * The field at fault of a sale that a file tells; undefined for none. It says no to whatever the schema `TillSale` refuses of what
 * readers of files can make; written out, since a browser that looks into a file beforehand has no library of schemas. A test
 * holds the two together.
 */
export function faultyField(sale: TillSale): string | undefined {
  if (!Number.isInteger(sale.ts) || sale.ts < 0 || sale.ts > MOST_TS) return 'ts';
  for (const [name, most] of Object.entries(TEXTS) as [keyof typeof TEXTS, number][]) {
    const text = sale[name];
    if (text === undefined ? name === 'receipt' : text.length > most || !isKeepable(text)) return name;
  }
  if (sale.receipt === '') return 'receipt';
  if (sale.returnOf === '') return 'returnOf';
  if (sale.lines.length < 1 || sale.lines.length > 1000) return 'lines';
  for (const [index, line] of sale.lines.entries()) {
    const { gtin, quantity, net, gross = 0, discount = 0, tax = 0 } = line;
    if (gtin === '' || gtin.length > 64 || !isKeepable(gtin)) return `lines[${index}].gtin`;
    if (!(Math.abs(quantity) <= 1e6)) return `lines[${index}].quantity`;
    for (const [name, amount] of Object.entries({ net, gross, discount, tax }))
      if (!(Math.abs(amount) <= MOST_MINOR)) return `lines[${index}].${name}`;
  }
  return undefined;
}
