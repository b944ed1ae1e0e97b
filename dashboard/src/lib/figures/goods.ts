import type { LiveAlert, StoreFile } from '@aisle/contracts';
import type { ProductRow } from '../api/generated/schema.js';

/** Products that have a place on a shelf: those are carried. */
export function carriedProducts(file: StoreFile): Set<string> {
  return new Set(
    (file.fixtures ?? []).flatMap((fixture) =>
      (fixture.slots ?? []).flatMap((slot) => (slot.gtin === undefined ? [] : [slot.gtin])),
    ),
  );
}

export interface GoodsSummary {
  carried: number;
  sold: number;
  /** products sold ÷ products carried; null with none carried */
  sellThrough: number | null;
  /** 品效: net sales ÷ products carried ÷ days; null with none carried, and below four hours, of which no day is made */
  perProductDay: number | null;
  /** the period is too short to speak of a day */
  isShort: boolean;
  /** items that shoppers brought back ÷ items picked up, of what is sensed; null where nothing was picked up */
  regret: number | null;
  /** what the money is in; null: several currencies, which are not added; undefined without any product */
  currency: string | null | undefined;
  /** products whose sensed stock is 0; null when no stock is sensed */
  empty: number | null;
  units: number;
}

/** Four hours: a morning is no day, and what it made times six is no figure of one. */
const LEAST_DAYS = 4 / 24;

/** The figures above the table. `days` may be a fraction of one. */
export function summarise(file: StoreFile, rows: readonly ProductRow[], days: number): GoodsSummary {
  const carried = carriedProducts(file);
  const known = rows.filter((row) => carried.has(row.gtin));
  const sold = known.filter((row) => row.units > 0).length;
  // money of several currencies has no sum
  const sales = known.reduce<number | null>(
    (sum, { salesNet }) => (sum === null || salesNet === null ? null : sum + salesNet),
    0,
  );
  const currencies = new Set(known.filter((row) => row.salesNet !== 0).map((row) => row.currency));
  const isOne = currencies.size <= 1 && !currencies.has(null);
  const moved = rows.filter((row) => row.pickups !== null && row.returned !== null);
  const pickups = moved.reduce((sum, row) => sum + (row.pickups ?? 0), 0);
  const isShort = days < LEAST_DAYS;
  const stocked = known.filter((row) => row.stock !== null);
  return {
    carried: carried.size,
    sold,
    sellThrough: carried.size === 0 ? null : sold / carried.size,
    isShort,
    regret: pickups === 0 ? null : moved.reduce((sum, row) => sum + (row.returned ?? 0), 0) / pickups,
    perProductDay: carried.size === 0 || isShort || sales === null || !isOne ? null : sales / carried.size / days,
    currency: isOne ? [...currencies][0] : null,
    empty: stocked.length === 0 ? null : stocked.filter((row) => (row.stock as number) <= 0).length,
    units: rows.reduce((sum, row) => sum + row.units, 0),
  };
}

export interface Shortage {
  kind: 'outOfStock' | 'lowStock';
  /** how many slots of the product are so */
  slots: number;
}

/** Products with empty or nearly empty slots just now; empty goes before nearly empty. An alert may name a slot or a product. */
export function shortages(file: StoreFile, alerts: readonly LiveAlert[]): Map<string, Shortage> {
  const products = new Map(
    (file.fixtures ?? []).flatMap((fixture) =>
      (fixture.slots ?? []).flatMap((slot) => (slot.gtin === undefined ? [] : [[slot.id, slot.gtin] as const])),
    ),
  );
  const found = new Map<string, Shortage>();
  for (const kind of ['outOfStock', 'lowStock'] as const) {
    for (const alert of alerts) {
      if (alert.kind !== kind || alert.until !== null) continue;
      const gtin = products.get(alert.subject) ?? alert.subject;
      const known = found.get(gtin);
      if (!known) found.set(gtin, { kind, slots: 1 });
      else if (known.kind === kind) known.slots += 1;
    }
  }
  return found;
}
