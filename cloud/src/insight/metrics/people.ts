import { CELL_METRES, type FootfallRow, type HeatmapView, type ShoppersRow, type ShoppersView } from '@aisle/contracts';
import { checkRows } from '../query.js';
import { newestOf, sensedRatio, sensedShare, tillShare, type Slice } from '../slices.js';
import { moneyOf, soldAsSensed, soldIn } from './money.js';
import { coverageOf, eachBucket, idsOf, madeBy, seconds, share, wholePeriod, type Asked } from './shared.js';
import type { FactReader } from '../reader.js';

interface Crossed {
  in: number;
  out: number;
}

/** People in and out per entrance and bucket. */
export async function footfall(series: FactReader, asked: Asked): Promise<FootfallRow[]> {
  const rows: FootfallRow[] = [];
  await eachBucket(series, asked, ['crossings', 'coverage'], (bucket) => {
    for (const entranceId of entranceIds(bucket.slices)) {
      const slices = bucket.slices.filter(
        (slice) => slice.edition.entrances.has(entranceId) || crossedAt(slice, entranceId),
      );
      const counted = crossed(slices, entranceId);
      if (!counted && asked.bucket !== 'all') continue;
      const onPeople = sensedShare(slices, (edition) => [edition.entrances.get(entranceId)?.group ?? '']);
      const people = counted ?? (onPeople === null ? { in: null, out: null } : { in: 0, out: 0 });
      rows.push({
        from: bucket.from,
        entranceId,
        name: newestOf(slices).entrances.get(entranceId)?.name ?? null,
        ...people,
        coverage: share(onPeople ?? 0),
        coverageOf: coverageOf(onPeople, null, null),
        ...madeBy(slices),
      });
    }
    checkRows(rows.length);
  });
  return rows;
}

function entranceIds(slices: readonly Slice[]): string[] {
  const seen = slices.flatMap((slice) =>
    [...slice.tallies.crossings.lines.keys()].filter((id) => crossedAt(slice, id)),
  );
  return idsOf(
    slices.map(({ edition }) => [...edition.entrances.keys()]),
    seen,
  );
}

/** Lines that count passers-by are no entrances. */
const crossedAt = ({ edition, tallies }: Slice, id: string): Crossed | undefined =>
  edition.passersBy.has(id) ? undefined : tallies.crossings.lines.get(id);

function crossed(slices: readonly Slice[], entranceId: string): Crossed | undefined {
  const counted = slices.flatMap((slice) => crossedAt(slice, entranceId) ?? []);
  if (counted.length === 0) return undefined;
  const add = (way: keyof Crossed): number => counted.reduce((sum, line) => sum + line[way], 0);
  return { in: add('in'), out: add('out') };
}

/** Entries and what they were worth. */
export async function shopperMetrics(series: FactReader, asked: Asked): Promise<ShoppersView> {
  return shoppersOf((await wholePeriod(series, asked, ['crossings', 'sale', 'coverage'])).slices);
}

/** The same over time: a row for each bucket of which the shop has told anything, also where nobody came. */
export async function shoppersOverTime(series: FactReader, asked: Asked): Promise<ShoppersRow[]> {
  const rows: ShoppersRow[] = [];
  await eachBucket(series, asked, ['crossings', 'sale', 'coverage'], ({ from, slices }) => {
    rows.push({ from, ...shoppersOf(slices) });
    checkRows(rows.length);
  });
  return rows;
}

function shoppersOf(slices: readonly Slice[]): ShoppersView {
  const onPeople = sensedShare(slices, (edition) => [...edition.entrances.values()].map(({ group }) => group));
  const onSales = tillShare(slices);
  const counted = entranceIds(slices).flatMap((id) => crossed(slices, id) ?? []);
  const isCounted = counted.length > 0 || slices.some(({ edition }) => countsSomewhere(edition.entrances.values()));
  const entries = isCounted ? counted.reduce((sum, line) => sum + line.in, 0) : null;
  const sold = soldAsSensed(
    soldIn(slices, ({ sale }) => (sale.receipts > 0 ? sale.total : undefined)),
    onSales,
  );
  const { netMinor, transactions, minorUnits } = sold;
  return {
    footfall: entries,
    transactions: sold.isKnown ? transactions : null,
    ...moneyOf(sold),
    conversion: sensedRatio(slices, [onSales, onPeople], transactions, entries),
    salesPerShopper: sensedRatio(slices, [onSales, onPeople], netMinor, entries === null ? null : entries * minorUnits),
    averageTransaction: sensedRatio(slices, [onSales], netMinor, transactions * minorUnits),
    coverage: share(onPeople ?? 0),
    coverageOf: coverageOf(onPeople, null, onSales),
    ...madeBy(slices),
  };
}

const countsSomewhere = (entrances: Iterable<{ group: string }>): boolean =>
  [...entrances].some(({ group }) => group !== '');

/** Person-seconds per cell, on the floor as it was: of several versions on one that all of them fit on. */
export async function heatmap(series: FactReader, asked: Asked): Promise<HeatmapView> {
  const { slices } = await wholePeriod(series, asked, ['heat']);
  const columns = Math.max(...slices.map(({ edition }) => edition.grid.columns));
  const rows = Math.max(...slices.map(({ edition }) => edition.grid.rows));
  const sums = new Array<number>(columns * rows).fill(0);
  for (const { edition, tallies } of slices) {
    const { grid } = edition;
    tallies.heat.on(grid.columns, grid.rows).forEach((ms, cell) => {
      const at = Math.floor(cell / grid.columns) * columns + (cell % grid.columns);
      sums[at] = (sums[at] ?? 0) + ms;
    });
  }
  return { cellMetres: CELL_METRES, columns, rows, seconds: sums.map(seconds), ...madeBy(slices) };
}
