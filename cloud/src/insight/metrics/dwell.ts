import type { DwellView } from '@aisle/contracts';
import { newestOf, sensedShare } from '../slices.js';
import { Histogram } from '../tallies/histogram.js';
import { coverageOf, madeBy, share, wholePeriod, type Asked } from './shared.js';
import type { FactReader } from '../reader.js';

/** How long the visits that began within the period lasted, second by second. */
export async function dwell(series: FactReader, asked: Asked, zoneId: string): Promise<DwellView> {
  const { slices } = await wholePeriod(series, asked, ['zone', 'coverage']);
  const there = slices.filter(({ edition, tallies }) => edition.hasZone(zoneId) || tallies.zone.zones.has(zoneId));
  const histogram = new Histogram();
  for (const { tallies } of there) histogram.add(tallies.zone.zones.get(zoneId)?.histogram.pairs() ?? []);
  const pairs = histogram.pairs();
  const onPeople = sensedShare(there, (edition) => [edition.zone(zoneId).cameras]);
  const { name, engagedAfterSeconds } = newestOf(slices).zone(zoneId);
  const visits: [number, number][] = [];
  for (let at = 0; at < pairs.length; at += 2) visits.push([pairs[at] as number, pairs[at + 1] as number]);
  return {
    zoneId,
    name,
    engagedAfterSeconds,
    visits: onPeople === null && visits.length === 0 ? null : visits,
    coverage: share(onPeople ?? 0),
    coverageOf: coverageOf(onPeople, null, null),
    ...madeBy(slices),
  };
}
