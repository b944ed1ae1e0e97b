import { DAY_MS, HOUR_MS, type SlotFunnelRow } from '@aisle/contracts';
import { checkRows } from '../query.js';
import { newestOf, sensedRatio, tillShare, type Slice } from '../slices.js';
import { merged, type EmptySpell } from './availability.js';
import { SensedShares, facingsOf, type Facing } from './facings.js';
import { UsualFunnel, goodsShare, nameOutliers, stepsOf, tillsThere, type Steps, type Usual } from './funnel-usual.js';
import { funnelSentence } from './funnel-words.js';
import { costOf, marginOf } from './margin.js';
import { moneyOf, soldAsSensed, soldIn, units } from './money.js';
import {
  NO_MOVES_SENSED,
  coverageOf,
  eachBucket,
  madeBy,
  movesOf,
  seconds,
  share,
  wholePeriod,
  type Asked,
} from './shared.js';
import type { FactReader } from '../reader.js';

/** A period shorter than this is held against so much of the past as well. */
const PAST_MS = 28 * DAY_MS;
/** A period shorter than this is held against hours, any other against days: how far times differ depends on how long they are. */
const HALF_DAY_MS = 12 * HOUR_MS;
/** Of hours at most so many slots × hours are looked at: what a page can wait for. */
const MOST_CELLS = 60_000;
const KINDS = ['zone', 'slot', 'sale', 'coverage'] as const;

/**
 * One row for each slot with what it held and where it stood: who passed and stopped (visits to the zone of its fixture, docs/decisions/0052),
 * what was picked up, put back and sold, each beside what is usual for its category and level, and what stands out of that.
 */
export async function slotFunnel(
  series: FactReader,
  asked: Asked,
  spells: readonly EmptySpell[],
): Promise<SlotFunnelRow[]> {
  const { slices } = await wholePeriod(series, asked, KINDS);
  const shares = new SensedShares();
  const onSales = tillShare(slices);
  const facings = facingsOf(slices);
  checkRows(facings.length);
  const usual = new UsualFunnel();
  usual.learn(facings, shares, tillsThere(onSales, slices));
  const past = pastOf(asked, facings.length);
  if (past.from < asked.from)
    await eachBucket(series, { ...asked, ...past, to: asked.from }, KINDS, ({ slices: part }) => {
      usual.learn(facingsOf(part), new SensedShares(), tillsThere(tillShare(part), part));
    });
  const rows = facings.map((facing) => {
    const steps = stepsOf(facing, shares, tillsThere(onSales, slices));
    return { facing, steps, usual: usual.of(facing, steps) };
  });
  nameOutliers(rows);
  const from = asked.timeline.time.iso(past.from);
  const empty = emptyMs(asked, slices, spells);
  return rows
    .map((row) => rowOf(row, { shares, onSales: tillShare(row.facing.slices), from, empty }))
    .sort((a, b) => (a.slotId < b.slotId ? -1 : a.slotId > b.slotId ? 1 : (a.versions[0] ?? 0) - (b.versions[0] ?? 0)));
}

/** From when on, and in what steps, the time before the period is looked at. */
function pastOf({ from, to }: Asked, slots: number): { from: number; bucket: 'hour' | 'day' } {
  const length = to - from;
  if (length >= HALF_DAY_MS) return { from: length < PAST_MS ? from - PAST_MS : from, bucket: 'day' };
  const hours = Math.max(24, Math.floor(MOST_CELLS / Math.max(1, slots)));
  return { from: from - Math.min(PAST_MS, hours * HOUR_MS), bucket: 'hour' };
}

interface Told {
  shares: SensedShares;
  onSales: number | null;
  from: string;
  empty: ReadonlyMap<string, number>;
}

function rowOf(
  { facing, steps, usual }: { facing: Facing; steps: Steps; usual: Usual },
  { shares, onSales, from, empty }: Told,
): SlotFunnelRow {
  const { slotId, gtin, zoneId, fixtureId, category, level, slices } = facing;
  const sold = soldAsSensed(soldOf(facing), onSales);
  const onGoods = goodsShare(facing, shares);
  const onPeople = zoneId === null ? null : shares.of(slices, (edition) => edition.zone(zoneId).cameras);
  const isSensed = steps.pickups !== null;
  const sentence = funnelSentence(steps, usual);
  const { pickups, returned, refilled } = isSensed ? movesOf(facing.moves) : NO_MOVES_SENSED;
  const money = moneyOf({ ...sold, isKnown: sold.isKnown && steps.units !== null });
  const made = madeBy(slices);
  const bySlice = new Map(facing.sold.map(({ slice, sum }) => [slice, sum]));
  const cost = costOf(slices, gtin, (slice) => bySlice.get(slice));
  const margin = marginOf(money.salesNet === null ? null : sold.netMinor, cost);
  // written out: there are thousands of these, and copies of parts cost ten times as much
  return {
    slotId,
    gtin,
    name: nameOf(slices, gtin),
    fixtureId,
    zoneId,
    category,
    level,
    facings: facing.facings,
    passed: steps.passed,
    stopped: steps.stopped,
    pickups,
    returned,
    refilled,
    units: steps.units === null ? null : units(sold.quantityMicro),
    salesNet: money.salesNet,
    currency: money.currency,
    salesPerFacingDay: sensedRatio(slices, [onSales], sold.netMinor, (sold.minorUnits * facing.facingMs) / DAY_MS),
    // nothing is said of a margin where no version says a cost
    ...(margin !== undefined && {
      margin: moneyOf({ ...sold, netMinor: margin }).salesNet,
      marginPerFacingDay: sensedRatio(slices, [onSales], margin, (sold.minorUnits * facing.facingMs) / DAY_MS),
    }),
    expected: {
      category,
      level,
      slots: usual.slots,
      from,
      stopped: usual.stopped,
      pickups: usual.pickups,
      returned: usual.returned,
      units: usual.units,
    },
    standsOut: sentence !== null,
    sentence,
    emptySeconds: isSensed ? seconds(empty.get(slotId) ?? 0) : null,
    coverage: share(onGoods ?? onPeople ?? onSales ?? 1),
    coverageOf: coverageOf(onPeople, onGoods, onSales),
    versions: made.versions,
    metricVersion: made.metricVersion,
  };
}

const soldOf = ({ slices, sold }: Facing) => {
  const byTallies = new Map(sold.map(({ slice, sum }) => [slice.tallies, sum]));
  return soldIn(slices, (tallies) => byTallies.get(tallies));
};

function nameOf(slices: readonly Slice[], gtin: string): SlotFunnelRow['name'] {
  for (const { edition } of [...slices].reverse()) {
    const product = edition.codes.find(gtin);
    if (product) return product.name ?? null;
  }
  return null;
}

/** By slot: how long it was empty while the shop was open. */
function emptyMs(asked: Asked, slices: readonly Slice[], spells: readonly EmptySpell[]): Map<string, number> {
  const { hours } = newestOf(slices);
  const end = Math.min(asked.to, Math.max(asked.now, asked.from));
  const bySlot = new Map<string, EmptySpell[]>();
  for (const spell of spells) {
    const own = bySlot.get(spell.slotId);
    if (own) own.push(spell);
    else bySlot.set(spell.slotId, [spell]);
  }
  return new Map(
    [...bySlot].map(([slotId, own]) => {
      own.sort((a, b) => a.from - b.from);
      return [slotId, merged(own, asked.from, end).reduce((sum, { from, to }) => sum + hours.openMs(from, to), 0)];
    }),
  );
}
