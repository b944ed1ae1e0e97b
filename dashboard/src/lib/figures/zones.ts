import { doubleAreaMm2, type StoreFile, type Zone } from '@aisle/contracts';
import type { ZoneRow } from '../api/generated/schema.js';

export const UNPLACED = 'unplaced';

/** Area of a polygon in square metres. */
export const areaOf = (polygon: Zone['polygon']): number => doubleAreaMm2(polygon) / 2e6;

/** Where a label sits best: the centroid, in metres. */
export function centreOf(polygon: Zone['polygon']): [number, number] {
  let twice = 0;
  let cx = 0;
  let cy = 0;
  polygon.forEach(([x, y], index) => {
    const [nextX, nextY] = polygon[(index + 1) % polygon.length] as [number, number];
    const cross = x * nextY - nextX * y;
    twice += cross;
    cx += (x + nextX) * cross;
    cy += (y + nextY) * cross;
  });
  if (twice === 0) return polygon[0] as [number, number];
  return [cx / (3 * twice), cy / (3 * twice)];
}

export function boundsOf(polygon: Zone['polygon']): { left: number; top: number; right: number; bottom: number } {
  const xs = polygon.map(([x]) => x);
  const ys = polygon.map(([, y]) => y);
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
}

/** Zones that hold shelves: only these are ranked by what a square metre earns. */
export function sellingZones(file: StoreFile): Set<string> {
  return new Set((file.fixtures ?? []).flatMap((fixture) => (fixture.zone === undefined ? [] : [fixture.zone])));
}

export type Standing = { share: number; tag: 'best' | 'worst' | null };

/** What zones are ranked by. */
export type Ranking = 'sales' | 'interest';
const FIGURE: Record<Ranking, (row: ZoneRow) => number | null> = {
  sales: (row) => row.salesPerSquareMetre,
  interest: (row) => row.interest,
};

/** Zones whose shoppers can be judged for interest: it is interest in a category. */
export function judgedZones(file: StoreFile): Set<string> {
  return new Set((file.zones ?? []).filter((zone) => zone.category !== undefined).map((zone) => zone.id));
}

/**
 * How a zone stands among the ranked ones by sales per m² or by interest: `share` from −1 (worst) over 0 (the middle one) to 1 (best),
 * by rank, so that one outlier does not wash out the rest.
 */
export function standings(
  rows: readonly ZoneRow[],
  ranked: ReadonlySet<string>,
  ranking: Ranking = 'sales',
): Map<string, Standing> {
  const sorted = rows
    .filter((row) => ranked.has(row.zoneId))
    .map((row) => ({ zoneId: row.zoneId, figure: FIGURE[ranking](row) }))
    .filter((entry): entry is { zoneId: string; figure: number } => entry.figure !== null)
    .sort((a, b) => a.figure - b.figure);
  const result = new Map<string, Standing>();
  const last = sorted.length - 1;
  if (last < 1 || sorted[0]?.figure === sorted[last]?.figure) return result;
  for (const { zoneId, figure } of sorted) {
    // Equal figures stand equally.
    const first = sorted.findIndex((other) => other.figure === figure);
    const final = sorted.findLastIndex((other) => other.figure === figure);
    const share = (first + final) / last - 1;
    result.set(zoneId, { share, tag: share === 1 ? 'best' : share === -1 ? 'worst' : null });
  }
  return result;
}

/** Purchases that a zone needs before its sales per m² are worth a place among the others. */
export const LEAST_PURCHASES = 30;

/** The place of a zone by sales per m² among those that sell and know it, checkouts left out; null with too little behind it. */
export function placeAmong(
  rows: readonly ZoneRow[],
  file: StoreFile,
  zoneId: string,
): { place: number; count: number } | null {
  const checkouts = new Set((file.zones ?? []).filter(({ kind }) => kind === 'checkout').map(({ id }) => id));
  const selling = sellingZones(file);
  const known = rows.filter(
    (row) => selling.has(row.zoneId) && !checkouts.has(row.zoneId) && row.salesPerSquareMetre !== null,
  );
  const own = known.find((row) => row.zoneId === zoneId);
  if (!own || own.transactions < LEAST_PURCHASES || known.length < 2) return null;
  const better = known.filter((row) => (row.salesPerSquareMetre ?? 0) > (own.salesPerSquareMetre ?? 0)).length;
  return { place: better + 1, count: known.length };
}
