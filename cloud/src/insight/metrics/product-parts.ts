import { normalCode } from '@aisle/contracts';
import type { Edition, PlacedSlot } from '../edition.js';
import type { Slice } from '../slices.js';
import type { SaleSum } from '../tallies/sale-tally.js';
import type { SlotSum } from '../tallies/slot-tally.js';

/** What one version of the store file knows and tells of products, by the code that their rows show. */
export interface ProductPart {
  slice: Slice;
  sold: ReadonlyMap<string, SaleSum>;
  moved: ReadonlyMap<string, readonly SlotSum[]>;
  places: ReadonlyMap<string, readonly PlacedSlot[]>;
  listed: readonly string[];
  /** the code that the row of a product shows, whatever form it is written in */
  codeOf: (gtin: string) => string;
}

/**
 * Products are one whatever form of their codes a version, a till or an agent wrote (SEMANTICS §17): a row shows the newest
 * version's own form, of what no version knows the form that is printed on goods.
 */
export function productParts(slices: readonly Slice[]): ProductPart[] {
  const shown = new Map<string, string>();
  for (const { edition } of slices) for (const gtin of edition.products.keys()) shown.set(normalCode(gtin), gtin);
  return slices.map((slice): ProductPart => {
    const { edition, tallies } = slice;
    const codeOf = (gtin: string): string => {
      const item = edition.codes.itemOf(gtin);
      return shown.get(normalCode(item)) ?? item;
    };
    const sold = new Map<string, SaleSum>();
    for (const [gtin, sum] of tallies.sale.products) sold.set(codeOf(gtin), added(sold.get(codeOf(gtin)), sum));
    return {
      slice,
      sold,
      moved: grouped(tallies.slot.slots.values(), ({ gtin }) => codeOf(gtin)),
      places: grouped(placed(edition), ({ gtin }) => codeOf(gtin)),
      listed: [...edition.products.keys()].map(codeOf),
      codeOf,
    };
  });
}

const placed = (edition: Edition): (PlacedSlot & { gtin: string })[] =>
  edition.slots.flatMap((slot) => (slot.gtin === null ? [] : [{ ...slot, gtin: slot.gtin }]));

function added(known: SaleSum | undefined, sum: SaleSum): SaleSum {
  if (!known) return sum;
  return {
    quantityMicro: known.quantityMicro + sum.quantityMicro,
    netMinor: known.netMinor + sum.netMinor,
    transactions: known.transactions + sum.transactions,
    grams: known.grams + sum.grams,
    unweighed: known.unweighed + sum.unweighed,
  };
}

function grouped<T>(things: Iterable<T>, keyOf: (thing: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const thing of things) {
    const group = groups.get(keyOf(thing));
    if (group) group.push(thing);
    else groups.set(keyOf(thing), [thing]);
  }
  return groups;
}
