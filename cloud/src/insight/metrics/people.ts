import {
  entranceGroup,
  ratio,
  type FootfallRow,
  type HeatmapView,
  type ShoppersView,
  CELL_METRES,
  gridOf,
} from '@aisle/contracts';
import type { SeriesStore } from '../../ports/index.js';
import { gather, gatherEach } from '../gather.js';
import { checkRows } from '../query.js';
import type { Tallies } from '../tallies/index.js';
import { CoverageOf, minorUnits, money, seconds, sensedRatio, share, within, type Asked } from './shared.js';

/** People in and out per entrance and bucket. */
export async function footfall(series: SeriesStore, asked: Asked): Promise<FootfallRow[]> {
  const file = asked.store.storeFile;
  const rows: FootfallRow[] = [];
  await gatherEach(series, { ...asked, kinds: ['crossings', 'coverage'] }, (start, tallies) => {
    const coverage = new CoverageOf(tallies.coverage, asked.calendar, within(asked, start));
    for (const entranceId of entranceIds(asked, tallies)) {
      const counted = tallies.crossings.lines.get(entranceId);
      if (!counted && asked.bucket !== 'all') continue;
      const group = entranceGroup(file, entranceId);
      const people = counted ?? (group === '' ? { in: null, out: null } : { in: 0, out: 0 });
      rows.push({ from: asked.calendar.time.iso(start), entranceId, ...people, coverage: share(coverage.of(group)) });
    }
    checkRows(rows.length);
  });
  return rows;
}

/** The file's entrances in its order, then those of earlier versions; lines that count passers-by are none. */
function entranceIds(asked: Asked, tallies: Tallies): string[] {
  const file = asked.store.storeFile;
  const known = (file.entrances ?? []).map((entrance) => entrance.id);
  const others = new Set([...known, ...(file.passersBy ?? []).map((line) => line.id)]);
  return [...known, ...[...tallies.crossings.lines.keys()].filter((id) => !others.has(id)).sort()];
}

/** Entries and what they were worth. `averageTransaction` rests on the tills' records alone. */
export async function shopperMetrics(series: SeriesStore, asked: Asked): Promise<ShoppersView> {
  const file = asked.store.storeFile;
  const buckets = await gather(series, { ...asked, kinds: ['crossings', 'sale', 'coverage'], bucket: 'all' });
  const tallies = buckets.get(asked.from) as Tallies;
  const groups = (file.entrances ?? []).map((entrance) => entranceGroup(file, entrance.id));
  const coverage = new CoverageOf(tallies.coverage, asked.calendar, asked).ofAll(groups);
  const ids = entranceIds(asked, tallies);
  const counted = ids.flatMap((id) => tallies.crossings.lines.get(id) ?? []);
  const entries =
    counted.length > 0 || groups.some((group) => group !== '') ? counted.reduce((sum, line) => sum + line.in, 0) : null;
  const { netMinor, transactions } = tallies.sale.total;
  const perUnit = minorUnits(file);
  return {
    footfall: entries,
    transactions,
    salesNet: money(file, netMinor),
    conversion: sensedRatio(file, coverage, transactions, entries),
    salesPerShopper: sensedRatio(file, coverage, netMinor, entries === null ? null : entries * perUnit),
    averageTransaction: ratio(netMinor, transactions * perUnit),
    coverage: share(coverage),
  };
}

/** Person-seconds per cell, on the floor as it is now. */
export async function heatmap(series: SeriesStore, asked: Asked): Promise<HeatmapView> {
  const { columns, rows } = gridOf(asked.store.storeFile.floor);
  const buckets = await gather(series, { ...asked, kinds: ['heat'], bucket: 'all' });
  const tallies = buckets.get(asked.from) as Tallies;
  return { cellMetres: CELL_METRES, columns, rows, seconds: tallies.heat.on(columns, rows).map(seconds) };
}
