import { DAY_MS, round6, type PlanogramView, type ProductRow, type SalesRow } from '@aisle/contracts';
import type { SeriesStore, StoredFact } from '../../ports/index.js';
import { gather, gatherEach } from '../gather.js';
import { checkRows } from '../query.js';
import type { StoreContext } from '../store-calendar.js';
import type { Tallies } from '../tallies/index.js';
import type { SlotSum } from '../tallies/slot-tally.js';
import {
  CoverageOf,
  minorUnits,
  money,
  sensedRatio,
  share,
  slotsOf,
  units,
  type Asked,
  type PlacedSlot,
} from './shared.js';

/**
 * One row per product that was sold or moved, or whose stock is known. A product that shelves or readers sense rests on all
 * of them; any other on the tills' records.
 */
export async function productMetrics(series: SeriesStore, asked: Asked): Promise<ProductRow[]> {
  const { storeId, storeFile } = asked.store;
  const buckets = await gather(series, { ...asked, kinds: ['slot', 'sale', 'coverage'], bucket: 'all' });
  const tallies = buckets.get(asked.from) as Tallies;
  // the stock at the end of the period may have been stated long before it
  const levels = await series.newest({ storeId, kind: 'slot', before: asked.to });
  const coverageOf = new CoverageOf(tallies.coverage, asked.calendar, asked);
  const slots = slotsOf(storeFile);
  const days = (asked.to - asked.from) / DAY_MS;

  const known = (storeFile.products ?? []).map((product) => product.gtin);
  const moved = [...tallies.slot.slots.values()];
  const seen = new Set([...known, ...[...tallies.sale.products.keys(), ...moved.map((slot) => slot.gtin)].sort()]);
  const rows: ProductRow[] = [];
  for (const gtin of seen) {
    const places = slots.filter((slot) => slot.gtin === gtin);
    const groups = new Set(places.map((slot) => slot.group).filter((group) => group !== ''));
    const moves = moved.filter((slot) => slot.gtin === gtin);
    const stocks = levels.flatMap(({ value }) => (value.gtin === gtin && value.stock !== null ? [value.stock] : []));
    const sensed = groups.size > 0 || moves.length > 0;
    const sold = tallies.sale.products.get(gtin);
    const pickups = moves.reduce((sum, slot) => sum + slot.pickups, 0);
    const putbacks = moves.reduce((sum, slot) => sum + slot.putbacks, 0);
    if (!sold && pickups === 0 && putbacks === 0 && stocks.length === 0) continue;

    const coverage = coverageOf.ofAll(groups);
    const netMinor = sold?.netMinor ?? 0;
    const facings = places.reduce((sum, slot) => sum + slot.facings, 0);
    rows.push({
      gtin,
      units: units(sold?.quantityMicro ?? 0),
      salesNet: money(storeFile, netMinor),
      pickups: sensed ? pickups : null,
      putbacks: sensed ? putbacks : null,
      stock: stocks.length > 0 ? stocks.reduce((sum, stock) => sum + stock, 0) : null,
      fill: fillOf(places, levels),
      confidence: confidenceOf(moves),
      salesPerFacingDay: sensedRatio(storeFile, coverage, netMinor, minorUnits(storeFile) * facings * days),
      coverage: share(coverage),
    });
  }
  checkRows(rows.length);
  return rows;
}

/** Stock ÷ capacity of the slots of which both are known. */
function fillOf(places: readonly PlacedSlot[], levels: readonly StoredFact<'slot'>[]): number | null {
  let stock = 0;
  let capacity = 0;
  for (const place of places) {
    const known = levels.find(({ subject, value }) => subject === place.slotId && value.gtin === place.gtin);
    if (!known || known.value.stock === null || place.capacity === null) continue;
    stock += known.value.stock;
    capacity += place.capacity;
  }
  return capacity > 0 ? round6(stock / capacity) : null;
}

function confidenceOf(moves: readonly SlotSum[]): number | null {
  const judged = moves.reduce((sum, slot) => sum + slot.judged, 0);
  const surePpm = moves.reduce((sum, slot) => sum + slot.surePpm, 0);
  return judged > 0 ? round6(surePpm / judged / 1e6) : null;
}

/** The till over time. */
export async function sales(series: SeriesStore, asked: Asked): Promise<SalesRow[]> {
  const rows: SalesRow[] = [];
  await gatherEach(series, { ...asked, kinds: ['sale'] }, (start, { sale }) => {
    if (sale.receipts === 0 && asked.bucket !== 'all') return;
    const { netMinor, transactions, quantityMicro } = sale.total;
    rows.push({
      from: asked.calendar.time.iso(start),
      salesNet: money(asked.store.storeFile, netMinor),
      transactions,
      units: units(quantityMicro),
    });
    checkRows(rows.length);
  });
  return rows;
}

/** What sits where, by the version of the store file now in force. */
export function planogram({ version, storeFile }: StoreContext): PlanogramView {
  return {
    version,
    slots: slotsOf(storeFile).map(({ slotId, fixtureId, zoneId, gtin, facings, capacity, level }) => ({
      slotId,
      fixtureId,
      zoneId,
      gtin,
      facings,
      capacity,
      level,
    })),
  };
}
