import { ratio, type ZoneRow } from '@aisle/contracts';
import { checkRows } from '../query.js';
import {
  enoughSensed,
  heldMean,
  newestOf,
  sensedRatio,
  sensedShare,
  sensorsIn,
  tillShare,
  type Slice,
} from '../slices.js';
import { UNPLACED } from '../tallies/index.js';
import { Histogram } from '../tallies/histogram.js';
import { InterestSum } from '../tallies/interest.js';
import type { SlotSum } from '../tallies/slot-tally.js';
import type { ZoneSum } from '../tallies/zone-tally.js';
import { moneyOf, soldAsSensed, soldIn, units, type Sold } from './money.js';
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
  seconds,
  share,
  type Asked,
  type Bucketed,
  type Moves,
} from './shared.js';
import type { FactReader } from '../reader.js';

interface Figures {
  /** null: no camera covers the zone */
  people: ZoneSum | null;
  /** visits that are engaged by the threshold of their own version */
  engaged: number;
  /** of the slots that were sensed; null: nothing sensed any of the zone */
  moves: Moves | null;
  sold: Sold;
  /** nothing happened here */
  empty: boolean;
}

/**
 * One row per bucket and zone, and one for what is unplaced: together the sales of the till, to the cent.
 * @param only a zone's id: its rows alone, one for each bucket of which the shop has told anything, also where nothing happened in the zone
 */
export async function zoneMetrics(
  series: FactReader,
  asked: Asked,
  engagedAfter?: number,
  only?: string,
): Promise<ZoneRow[]> {
  const rows: ZoneRow[] = [];
  await eachBucket(series, asked, ['zone', 'slot', 'sale', 'coverage'], (bucket) => {
    const moves = bucket.slices.map(({ tallies }) => movesByZone(tallies.slot.slots.values()));
    for (const zoneId of only === undefined ? zoneIds(bucket.slices, moves) : [only]) {
      // a zone that came or went within the bucket rests on the versions that have it, or have seen it
      const has = bucket.slices.map((slice, at) => isThere(slice, moves[at], zoneId));
      const slices = bucket.slices.filter((_, at) => has[at]);
      if (slices.length === 0) continue;
      const figures = figuresOf(
        slices,
        moves.filter((_, at) => has[at]),
        zoneId,
        engagedAfter,
      );
      if (figures.empty && asked.bucket !== 'all' && only === undefined) continue;
      rows.push(zoneRow(bucket, slices, zoneId, figures));
    }
    if (only === undefined) {
      const unplaced = soldIn(bucket.slices, (tallies) => tallies.sale.zones.get(UNPLACED));
      if (unplaced.any || asked.bucket === 'all') rows.push(unplacedRow(bucket, unplaced));
    }
    checkRows(rows.length);
  });
  return rows;
}

type MovesByZone = ReadonlyMap<string, readonly SlotSum[]>;

/** What was told of each slot, by zone; a zone of which no slot spoke is left out. */
function movesByZone(slots: Iterable<SlotSum>): MovesByZone {
  const moves = new Map<string, SlotSum[]>();
  for (const slot of slots) {
    if (slot.zoneId === null) continue;
    const known = moves.get(slot.zoneId);
    if (known) known.push(slot);
    else moves.set(slot.zoneId, [slot]);
  }
  return moves;
}

function zoneIds(slices: readonly Slice[], moves: readonly MovesByZone[]): string[] {
  const seen = new Set(moves.flatMap((byZone) => [...byZone.keys()]));
  for (const { tallies } of slices)
    for (const id of [...tallies.zone.zones.keys(), ...tallies.sale.zones.keys()]) seen.add(id);
  seen.delete(UNPLACED);
  return idsOf(
    slices.map(({ edition }) => edition.zoneIds),
    seen,
  );
}

const isThere = ({ edition, tallies }: Slice, moves: MovesByZone | undefined, zoneId: string): boolean =>
  edition.hasZone(zoneId) ||
  tallies.zone.zones.has(zoneId) ||
  tallies.sale.zones.has(zoneId) ||
  moves?.has(zoneId) === true;

function figuresOf(
  slices: readonly Slice[],
  moves: readonly MovesByZone[],
  zoneId: string,
  engagedAfter: number | undefined,
): Figures {
  const seen = slices.flatMap(({ edition, tallies }) => {
    const sum = tallies.zone.zones.get(zoneId);
    return sum ? [{ sum, engagedAfter: engagedAfter ?? edition.zone(zoneId).engagedAfterSeconds }] : [];
  });
  const moved = moves.flatMap((byZone) => byZone.get(zoneId) ?? []);
  const sold = soldIn(slices, (tallies) => tallies.sale.zones.get(zoneId));
  const isCovered = seen.length > 0 || slices.some(({ edition }) => edition.zone(zoneId).cameras !== '');
  return {
    people: isCovered ? added(seen.map(({ sum: people }) => people)) : null,
    engaged: seen.reduce((count, { sum: people, engagedAfter: from }) => count + people.histogram.atLeast(from), 0),
    moves: sensedMoves(slices, moved, zoneId),
    sold,
    empty: seen.length === 0 && !sold.any && !moved.some(anythingMoved),
  };
}

function sensedMoves(slices: readonly Slice[], moved: readonly SlotSum[], zoneId: string): Moves | null {
  const placed = slices.flatMap(({ edition }) => edition.zone(zoneId).sensedSlots);
  if (placed.length === 0 && moved.length === 0) return null;
  const sensing = new SensingSlots(slices, (slot) => slot.zoneId === zoneId);
  const sum = noMoves();
  for (const part of moved) if (sensing.has(part.slotId)) addMoves(sum, part);
  return [...placed, ...moved].some(({ slotId }) => sensing.has(slotId)) ? sum : null;
}

function added(sums: readonly ZoneSum[]): ZoneSum {
  const [only] = sums;
  if (only && sums.length === 1) return only;
  const all: ZoneSum = {
    visits: 0,
    visitors: 0,
    dwellMs: 0,
    histogram: new Histogram(),
    overlapMs: 0,
    maxOpen: 0,
    interest: new InterestSum(),
  };
  for (const sum of sums) {
    all.visits += sum.visits;
    all.visitors += sum.visitors;
    all.dwellMs += sum.dwellMs;
    all.histogram.add(sum.histogram.pairs());
    all.overlapMs += sum.overlapMs;
    all.maxOpen = Math.max(all.maxOpen, sum.maxOpen);
    all.interest.addPacked(sum.interest.packed());
  }
  return all;
}

function zoneRow(
  { from, lengthMs }: Bucketed,
  slices: readonly Slice[],
  zoneId: string,
  { people, engaged, moves, sold: all }: Figures,
): ZoneRow {
  const onPeople = sensedShare(slices, (edition) => [edition.zone(zoneId).cameras]);
  const onGoods = sensedShare(slices, (edition) => sensorsIn(slices, edition.zone(zoneId)));
  const onSales = tillShare(slices);
  const sold = soldAsSensed(all, onSales);
  const doubleArea = heldMean(slices, (edition) => edition.zone(zoneId).doubleAreaMm2 || undefined);
  return {
    from,
    zoneId,
    name: newestOf(slices).zone(zoneId).name,
    visits: people && people.visits,
    visitors: people && people.visitors,
    engagedVisits: people && engaged,
    dwellSeconds: {
      total: people && seconds(people.dwellMs),
      mean: people && ratio(people.dwellMs, people.visits * 1000),
      p50: people && people.histogram.nearestRank(50),
      p90: people && people.histogram.nearestRank(90),
    },
    occupancy: { mean: people && ratio(people.overlapMs, lengthMs), max: people && people.maxOpen },
    ...(moves ? movesOf(moves) : NO_MOVES_SENSED),
    pickRate: sensedRatio(slices, [onGoods, onPeople], moves && moves.pickups, people && people.visits),
    units: units(sold.quantityMicro),
    ...moneyOf(sold),
    transactions: sold.isKnown ? sold.transactions : null,
    salesPerSquareMetre: sensedRatio(
      slices,
      [onSales],
      sold.netMinor === null ? null : sold.netMinor * 2_000_000,
      sold.minorUnits * doubleArea,
    ),
    conversion: sensedRatio(slices, [onSales, onPeople], sold.transactions, people && people.visitors),
    interest: people && enoughSensed(slices, [onPeople]) ? people.interest.mean() : null,
    // without a camera a zone rests on what senses its slots; without that on the tills
    coverage: share(onPeople ?? onGoods ?? onSales ?? 1),
    coverageOf: coverageOf(onPeople, onGoods, onSales),
    ...madeBy(slices),
  };
}

/** Rests on the tills alone. */
function unplacedRow({ from, slices }: Bucketed, all: Sold): ZoneRow {
  const none = null;
  const onSales = tillShare(slices);
  const sold = soldAsSensed(all, onSales);
  return {
    from,
    zoneId: UNPLACED,
    name: none,
    visits: none,
    visitors: none,
    engagedVisits: none,
    dwellSeconds: { total: none, mean: none, p50: none, p90: none },
    occupancy: { mean: none, max: none },
    ...NO_MOVES_SENSED,
    pickRate: none,
    units: units(sold.quantityMicro),
    ...moneyOf(sold),
    transactions: sold.isKnown ? sold.transactions : null,
    salesPerSquareMetre: none,
    conversion: none,
    interest: none,
    coverage: share(onSales ?? 1),
    coverageOf: coverageOf(none, none, onSales),
    ...madeBy(slices),
  };
}
