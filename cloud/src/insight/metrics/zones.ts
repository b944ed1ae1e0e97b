import { DEFAULT_ENGAGED_AFTER_SECONDS, ratio, zoneGroup, type StoreFile, type ZoneRow } from '@aisle/contracts';
import type { SeriesStore } from '../../ports/index.js';
import { gatherEach } from '../gather.js';
import { checkRows } from '../query.js';
import { UNPLACED, type Tallies } from '../tallies/index.js';
import { Histogram } from '../tallies/histogram.js';
import { InterestSum } from '../tallies/interest.js';
import type { SaleSum } from '../tallies/sale-tally.js';
import type { ZoneSum } from '../tallies/zone-tally.js';
import {
  CoverageOf,
  doubleAreaMm2,
  enoughSensed,
  minorUnits,
  money,
  seconds,
  sensedRatio,
  share,
  slotsOf,
  units,
  within,
  type Asked,
} from './shared.js';

/** What the store file says of a zone. */
interface Place {
  zoneId: string;
  engagedAfterSeconds: number;
  doubleAreaMm2: number;
  /** the cameras that cover it, '' for none */
  cameras: string;
  /** groups of its sensed slots */
  slotGroups: readonly string[];
}
interface Moves {
  pickups: number;
  putbacks: number;
}
interface Figures {
  /** null: no camera covers the zone */
  people: ZoneSum | null;
  /** null: nothing senses a slot of the zone */
  moves: Moves | null;
  sales: SaleSum;
  /** nothing happened here */
  empty: boolean;
}

const NO_PEOPLE: ZoneSum = {
  visits: 0,
  visitors: 0,
  dwellMs: 0,
  histogram: new Histogram(),
  overlapMs: 0,
  maxOpen: 0,
  interest: new InterestSum(),
};
const NO_SALES: SaleSum = { quantityMicro: 0, netMinor: 0, transactions: 0 };

/** One row per bucket and zone, and one for what is unplaced: together the sales of the till, to the cent. */
export async function zoneMetrics(series: SeriesStore, asked: Asked, engagedAfter?: number): Promise<ZoneRow[]> {
  const { storeFile } = asked.store;
  const places = new Map<string, Place>();
  for (const zone of storeFile.zones ?? []) places.set(zone.id, placeOf(storeFile, zone.id));
  const rows: ZoneRow[] = [];
  await gatherEach(series, { ...asked, kinds: ['zone', 'slot', 'sale', 'coverage'] }, (start, tallies) => {
    const part = within(asked, start);
    const coverage = new CoverageOf(tallies.coverage, asked.calendar, part);
    const from = asked.calendar.time.iso(start);
    const moves = movesByZone(tallies);
    for (const zoneId of zoneIds(places, tallies)) {
      let place = places.get(zoneId);
      // a zone of an earlier version keeps its figures, without an area that is known no more
      if (!place) place = placeOf(storeFile, zoneId);
      const figures = figuresOf(tallies, moves.get(zoneId), place);
      if (figures.empty && asked.bucket !== 'all') continue;
      rows.push(zoneRow(asked, from, part.to - part.from, place, figures, coverage, engagedAfter));
    }
    const unplaced = tallies.sale.zones.get(UNPLACED);
    if (unplaced || asked.bucket === 'all') rows.push(unplacedRow(asked, from, unplaced ?? NO_SALES));
    checkRows(rows.length);
  });
  return rows;
}

/** The file's zones in its order, then those of earlier versions. */
function zoneIds(places: ReadonlyMap<string, Place>, tallies: Tallies): string[] {
  const seen = new Set([...tallies.zone.zones.keys(), ...tallies.sale.zones.keys()]);
  for (const slot of tallies.slot.slots.values()) if (slot.zoneId !== null) seen.add(slot.zoneId);
  const earlier = [...seen].filter((zoneId) => zoneId !== UNPLACED && !places.has(zoneId)).sort();
  return [...places.keys(), ...earlier];
}

function placeOf(store: StoreFile, zoneId: string): Place {
  const zone = (store.zones ?? []).find((candidate) => candidate.id === zoneId);
  const slots = slotsOf(store).filter((slot) => slot.zoneId === zoneId && slot.group !== '');
  return {
    zoneId,
    engagedAfterSeconds: zone?.engagedAfterSeconds ?? DEFAULT_ENGAGED_AFTER_SECONDS,
    doubleAreaMm2: zone ? doubleAreaMm2(zone) : 0,
    cameras: zoneGroup(store, zoneId),
    slotGroups: [...new Set(slots.map((slot) => slot.group))],
  };
}

/** What was lifted and put back, by zone; a zone of which no slot spoke is left out. */
function movesByZone(tallies: Tallies): Map<string, Moves> {
  const moves = new Map<string, Moves>();
  for (const { zoneId, pickups, putbacks } of tallies.slot.slots.values()) {
    if (zoneId === null) continue;
    const sum = moves.get(zoneId);
    if (!sum) moves.set(zoneId, { pickups, putbacks });
    else {
      sum.pickups += pickups;
      sum.putbacks += putbacks;
    }
  }
  return moves;
}

function figuresOf(tallies: Tallies, moved: Moves | undefined, place: Place): Figures {
  const seen = tallies.zone.zones.get(place.zoneId);
  const sold = tallies.sale.zones.get(place.zoneId);
  const moves = moved ?? { pickups: 0, putbacks: 0 };
  return {
    people: seen ?? (place.cameras === '' ? null : NO_PEOPLE),
    moves: moved || place.slotGroups.length > 0 ? moves : null,
    sales: sold ?? NO_SALES,
    empty: !seen && !sold && moves.pickups === 0 && moves.putbacks === 0,
  };
}

function zoneRow(
  asked: Asked,
  from: string,
  lengthMs: number,
  place: Place,
  { people, moves, sales }: Figures,
  coverageOf: CoverageOf,
  engagedAfter = place.engagedAfterSeconds,
): ZoneRow {
  const file = asked.store.storeFile;
  // a zone rests on its cameras; without any, on what senses its slots; without that, on the tills, which keep all
  const coverage = place.cameras !== '' ? coverageOf.of(place.cameras) : coverageOf.ofAll(place.slotGroups);
  const sensed = (numerator: number | null, denominator: number | null): number | null =>
    sensedRatio(file, coverage, numerator, denominator);
  return {
    from,
    zoneId: place.zoneId,
    visits: people && people.visits,
    visitors: people && people.visitors,
    engagedVisits: people && people.histogram.atLeast(engagedAfter),
    dwellSeconds: {
      total: people && seconds(people.dwellMs),
      mean: people && ratio(people.dwellMs, people.visits * 1000),
      p50: people && people.histogram.nearestRank(50),
      p90: people && people.histogram.nearestRank(90),
    },
    occupancy: { mean: people && ratio(people.overlapMs, lengthMs), max: people && people.maxOpen },
    pickups: moves && moves.pickups,
    putbacks: moves && moves.putbacks,
    pickRate: sensed(moves && moves.pickups, people && people.visits),
    units: units(sales.quantityMicro),
    salesNet: money(file, sales.netMinor),
    transactions: sales.transactions,
    salesPerSquareMetre: sensed(sales.netMinor * 2_000_000, minorUnits(file) * place.doubleAreaMm2),
    conversion: sensed(sales.transactions, people && people.visitors),
    interest: people && enoughSensed(file, coverage) ? people.interest.mean() : null,
    coverage: share(coverage),
  };
}

/** Rests on the tills' records alone, which count however late: nothing of it can be missing. */
function unplacedRow(asked: Asked, from: string, sales: SaleSum): ZoneRow {
  const none = null;
  return {
    from,
    zoneId: UNPLACED,
    visits: none,
    visitors: none,
    engagedVisits: none,
    dwellSeconds: { total: none, mean: none, p50: none, p90: none },
    occupancy: { mean: none, max: none },
    pickups: none,
    putbacks: none,
    pickRate: none,
    units: units(sales.quantityMicro),
    salesNet: money(asked.store.storeFile, sales.netMinor),
    transactions: sales.transactions,
    salesPerSquareMetre: none,
    conversion: none,
    interest: none,
    coverage: 1,
  };
}
