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
/** Zones whose shoppers can be judged for interest: it is interest in a category. */
export function judgedZones(file: StoreFile): Set<string> {
  return new Set((file.zones ?? []).filter((zone) => zone.category !== undefined).map((zone) => zone.id));
}

/** Areas of these zones, m². Tills stand apart: people wait there, whatever the shelves do. */
export const areasOf = (file: StoreFile, zoneIds: ReadonlySet<string>): Map<string, number> =>
  new Map(
    (file.zones ?? [])
      .filter((zone) => zoneIds.has(zone.id) && zone.kind !== 'checkout')
      .map((zone) => [zone.id, areaOf(zone.polygon)]),
  );

interface Measured {
  zoneId: string;
  figure: number;
  /** half of its 95 % interval */
  error: number;
}
const Z = 1.96;
/** A baskets' spread is about its mean, so that a sum of n has a variance of twice n baskets. */
const BASKET_SPREAD = 2;
/** What fewer receipts or visits say may be anything. */
const LEAST_BEHIND = 10;

function salesOf(rows: readonly ZoneRow[], areas: ReadonlyMap<string, number>): Measured[] {
  const known = rows.filter((row) => row.salesPerSquareMetre !== null && row.transactions !== null);
  const receipts = known.reduce((sum, row) => sum + (row.transactions ?? 0), 0);
  const basket = receipts === 0 ? 0 : known.reduce((sum, row) => sum + (row.salesNet ?? 0), 0) / receipts;
  return known.map((row) => ({
    zoneId: row.zoneId,
    figure: row.salesPerSquareMetre as number,
    // where nothing was sold, up to three receipts might have been
    error:
      (Z * basket * Math.sqrt(BASKET_SPREAD * Math.max(row.transactions ?? 0, 1.5))) / (areas.get(row.zoneId) ?? 1),
  }));
}

function interestOf(rows: readonly ZoneRow[]): Measured[] {
  return rows.flatMap(({ zoneId, interest, visits }) => {
    if (interest === null || !visits) return [];
    const few = visits < LEAST_BEHIND ? 1 : 0;
    return [{ zoneId, figure: interest, error: Math.max(few, Z * Math.sqrt((interest * (1 - interest)) / visits)) }];
  });
}

/**
 * How a zone stands against the middle one, by size and certainty: `share` is 1 at twice the middle, −1 at half of it or less, and 0
 * wherever the difference is less than its error. Best and worst are named only where no other zone could be it.
 * @param areas of the zones that are ranked, m²
 */
export function standings(
  rows: readonly ZoneRow[],
  areas: ReadonlyMap<string, number>,
  ranking: Ranking = 'sales',
): Map<string, Standing> {
  const ranked = rows.filter((row) => areas.has(row.zoneId));
  const measured = (ranking === 'sales' ? salesOf(ranked, areas) : interestOf(ranked)).sort(
    (a, b) => a.figure - b.figure,
  );
  const result = new Map<string, Standing>();
  if (measured.length < 2) return result;
  const at = (index: number): Measured => measured[index] as Measured;
  const middle =
    (at(Math.floor((measured.length - 1) / 2)).figure + at(Math.ceil((measured.length - 1) / 2)).figure) / 2;
  const [least, second] = [at(0), at(1)];
  const [next, most] = [at(measured.length - 2), at(measured.length - 1)];
  const isApart = (a: Measured, b: Measured): boolean => Math.abs(a.figure - b.figure) > Math.hypot(a.error, b.error);
  for (const one of measured) {
    const isCertain = Math.abs(one.figure - middle) > one.error;
    const size = one.figure <= 0 || middle <= 0 ? Math.sign(one.figure - middle) : Math.log2(one.figure / middle);
    const share = isCertain ? Math.min(1, Math.max(-1, size)) : 0;
    const tag =
      share > 0 && one === most && isApart(most, next)
        ? 'best'
        : share < 0 && one === least && isApart(least, second)
          ? 'worst'
          : null;
    result.set(one.zoneId, { share, tag });
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
  if (!own || (own.transactions ?? 0) < LEAST_PURCHASES || known.length < 2) return null;
  const better = known.filter((row) => (row.salesPerSquareMetre ?? 0) > (own.salesPerSquareMetre ?? 0)).length;
  return { place: better + 1, count: known.length };
}
