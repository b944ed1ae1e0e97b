import { DAY_MS, normalCode, round6, type ProductRow, type SalesRow } from '@aisle/contracts';
import type { StoredFact } from '../../ports/index.js';
import type { Edition, PlacedSlot } from '../edition.js';
import { checkRows } from '../query.js';
import { newestOf, sensedRatio, sensedShare, sensorsOf, tillShare, type Slice } from '../slices.js';
import { costOf, marginOf } from './margin.js';
import { moneyOf, soldIn, units } from './money.js';
import { productParts, type ProductPart } from './product-parts.js';
import { SensingSlots } from './sensing-slots.js';
import {
  NO_MOVES_SENSED,
  addMoves,
  anythingMoved,
  coverageOf,
  eachBucket,
  idsOf,
  madeBy,
  movesOf,
  noMoves,
  share,
  type Asked,
  type Moves,
} from './shared.js';
import type { FactReader } from '../reader.js';

/**
 * One row per bucket and product that was sold or moved, or whose stock is known. A product that shelves or readers sense rests
 * on all of them; any other on the tills' records. Stock is told for `all` only: at the end of the period.
 * @param only a product's code: its rows alone, one for each bucket of which the shop has told anything, also where nothing happened to it
 */
export async function productMetrics(series: FactReader, asked: Asked, only?: string): Promise<ProductRow[]> {
  const { storeId } = asked.timeline;
  // the stock at the end of the period may have been stated long before it
  const levels = asked.bucket === 'all' ? await series.newest({ storeId, kind: 'slot', before: asked.to }) : [];
  const rows: ProductRow[] = [];
  await eachBucket(series, asked, ['slot', 'sale', 'coverage'], ({ from, slices }) => {
    const parts = productParts(slices);
    const seen = parts.flatMap(({ sold, moved }) => [...sold.keys(), ...moved.keys()]);
    const listed = parts.map((part) => part.listed);
    for (const gtin of idsOf(listed, seen)) {
      if (only !== undefined && normalCode(gtin) !== normalCode(only)) continue;
      const row = productRow(slices, parts, levels, gtin, only !== undefined);
      if (row) rows.push(asked.bucket === 'all' ? row : { from, ...row });
    }
    checkRows(rows.length);
  });
  return rows;
}

function productRow(
  slices: readonly Slice[],
  parts: readonly ProductPart[],
  levels: readonly StoredFact<'slot'>[],
  gtin: string,
  evenIfNothing: boolean,
): ProductRow | undefined {
  const partOf = new Map(parts.map((part) => [part.slice.edition, part]));
  const newest = parts.at(-1) as ProductPart;
  const placesIn = (edition: Edition): readonly PlacedSlot[] => partOf.get(edition)?.places.get(gtin) ?? [];
  const groupsIn = (edition: Edition): string[] =>
    sensorsOf(slices, placesIn(edition)).filter((sensor) => sensor !== '');
  const moved = parts.flatMap((part) => part.moved.get(gtin) ?? []);
  const sensing = new SensingSlots(slices, (slot) => slot.gtin !== null && newest.codeOf(slot.gtin) === gtin);
  const moves = noMoves();
  for (const slot of moved) if (sensing.has(slot.slotId)) addMoves(moves, slot);
  // at the end of the period: what no longer stands there has no stock, whatever was said of it once
  const places = placesIn(newestOf(slices));
  const stocked = places.flatMap((place) => {
    const isIt = ({ subject, value }: StoredFact<'slot'>): boolean =>
      subject === place.slotId && newest.codeOf(value.gtin) === gtin;
    const known = levels.find(isIt)?.value.stock;
    if (known === undefined || known === null) return [];
    return [{ stock: known, capacity: place.capacity, isSensed: sensing.has(place.slotId) }];
  });
  const sold = soldIn(slices, (_tallies, edition) => partOf.get(edition)?.sold.get(gtin));
  const cost = costOf(slices, gtin, ({ edition }) => partOf.get(edition)?.sold.get(gtin));
  const margin = marginOf(sold.netMinor, cost);
  const isSensed =
    moved.some(({ slotId }) => sensing.has(slotId)) ||
    slices.some(({ edition }) => placesIn(edition).some(({ slotId, group }) => group !== '' && sensing.has(slotId)));
  // a product of which only a silent sensor has told keeps its row: that row says so
  if (!evenIfNothing && !sold.any && !moved.some(anythingMoved) && stocked.length === 0) return undefined;
  const levelled = stocked.filter((slot) => slot.isSensed);

  // where a version has no slot of the product, nothing of it can be missed there
  const onGoods = sensedShare(slices, (edition) => (placesIn(edition).length > 0 ? groupsIn(edition) : undefined));
  const onSales = tillShare(slices);
  const facingMs = slices.reduce(
    (sum, { edition, heldMs }) => sum + heldMs * placesIn(edition).reduce((of, { facings }) => of + facings, 0),
    0,
  );
  return {
    gtin,
    name: nameOf(slices, gtin),
    units: units(sold.quantityMicro),
    grams: sold.grams,
    ...moneyOf(sold),
    ...(isSensed ? movesOf(moves) : NO_MOVES_SENSED),
    stock: levelled.length > 0 ? levelled.reduce((sum, { stock }) => sum + stock, 0) : null,
    fill: fillOf(levelled),
    confidence: confidenceOf(moves),
    salesPerFacingDay: sensedRatio(slices, [onSales], sold.netMinor, (sold.minorUnits * facingMs) / DAY_MS),
    ...(margin !== undefined && { margin: moneyOf({ ...sold, netMinor: margin }).salesNet }),
    coverage: share(onGoods ?? onSales ?? 1),
    coverageOf: coverageOf(null, onGoods, onSales),
    ...madeBy(slices),
  };
}

function nameOf(slices: readonly Slice[], gtin: string): ProductRow['name'] {
  for (const { edition } of [...slices].reverse()) {
    const own = edition.codes.find(gtin)?.gtin;
    if (own !== undefined) return edition.products.get(own) ?? null;
  }
  return null;
}

/** Stock ÷ capacity of the slots of which both are known. */
function fillOf(stocked: readonly { stock: number; capacity: number | null }[]): number | null {
  const known = stocked.flatMap(({ stock, capacity }) => (capacity === null ? [] : [{ stock, capacity }]));
  const capacity = known.reduce((sum, slot) => sum + slot.capacity, 0);
  return capacity > 0 ? round6(known.reduce((sum, slot) => sum + slot.stock, 0) / capacity) : null;
}

const confidenceOf = ({ judged, surePpm }: Moves): number | null =>
  judged > 0 ? round6(surePpm / judged / 1e6) : null;

/** The till over time. */
export async function sales(series: FactReader, asked: Asked): Promise<SalesRow[]> {
  const rows: SalesRow[] = [];
  await eachBucket(series, asked, ['sale'], ({ from, slices }) => {
    const sold = soldIn(slices, ({ sale }) => (sale.receipts > 0 ? sale.total : undefined));
    if (!sold.any && asked.bucket !== 'all') return;
    rows.push({
      from,
      ...moneyOf(sold),
      transactions: sold.transactions,
      units: units(sold.quantityMicro),
      ...madeBy(slices),
    });
    checkRows(rows.length);
  });
  return rows;
}
