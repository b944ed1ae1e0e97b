import { awayOf, ratio, silentOf } from '@aisle/contracts';
import type { Interval } from './buckets.js';
import type { Edition, PlacedSlot, ZonePlace } from './edition.js';
import type { VersionTallies, Tallies } from './tallies/index.js';
import { entry } from './tallies/tally.js';

/** The part of a bucket in which one version of the store file was in force, and what was gathered under it. */
export interface Slice {
  edition: Edition;
  tallies: Tallies;
  /** how long it held within the bucket: what ratios are weighted by */
  heldMs: number;
  /** of that what coverage is measured in: a bucket that still runs ends at the newest event */
  measuredMs: number;
  /** of that while the shop was open */
  openMs: number;
}

/**
 * A bucket cut where the versions of the store file changed, in the order of their numbers. The first holds from the beginning
 * of the bucket, each until the next.
 * @param part the bucket within the question's period
 * @param measuredTo where coverage ends, at most the end of `part`
 */
export function slicesOf(
  gathered: VersionTallies,
  editionOf: (version: number) => Edition,
  part: Interval,
  measuredTo: number,
): Slice[] {
  const held = [...gathered.byVersion]
    .map(([version, tallies]) => ({ version, tallies, since: tallies.since ?? part.from }))
    .sort((a, b) => a.since - b.since || a.version - b.version);
  const slices = held.map(({ version, tallies, since }, at): Slice => {
    const edition = editionOf(version);
    const from = at === 0 ? part.from : within(since, part.from, part.to);
    const to = within(held[at + 1]?.since ?? part.to, from, part.to);
    const [measuredFrom, end] = [Math.min(from, measuredTo), Math.min(to, measuredTo)];
    return {
      edition,
      tallies,
      heldMs: to - from,
      measuredMs: end - measuredFrom,
      openMs: edition.hours.openMs(measuredFrom, end),
    };
  });
  return slices.sort((a, b) => a.edition.version - b.edition.version);
}

const within = (ts: number, from: number, to: number): number => Math.min(Math.max(ts, from), to);

/** The newest version of a row: what names and, where there is no sale, the currency are taken from. */
export const newestOf = (slices: readonly Slice[]): Edition => (slices.at(-1) as Slice).edition;

/**
 * The share of the time in which everything that a figure rests on was sensing, 0 to 1; the time within opening hours, or all
 * where the shop never opens in it. Where several groups count, all must sense: that of the one that sensed least.
 * @param groupsOf the coverage groups of a version, or what `sensorsOf` says of slots; none: nothing senses it then; undefined: there is no such thing then
 * @returns null where no version has anything that could sense it
 */
export function sensedShare(
  slices: readonly Slice[],
  groupsOf: (edition: Edition) => readonly string[] | undefined,
): number | null {
  const parts = slices.flatMap((slice) => {
    const groups = groupsOf(slice.edition);
    return groups ? [{ slice, groups: groups.filter((group) => group !== ''), isWhole: !groups.includes('') }] : [];
  });
  if (parts.every(({ groups }) => groups.length === 0)) return null;
  const isOpen = parts.some(({ slice }) => slice.openMs > 0);
  let time = 0;
  // versions with the same groups are one stretch: a change of something else must not cut it
  const stretches = new Map<string, Map<string, number>>();
  for (const { slice, groups, isWhole } of parts) {
    time += isOpen ? slice.openMs : slice.measuredMs;
    if (!isWhole) continue;
    const key = [...new Set(groups)].sort().join('\n');
    const sums = entry(stretches, key, () => new Map<string, number>());
    for (const group of new Set(groups)) {
      sums.set(group, (sums.get(group) ?? 0) + sensedMs(slice, group, isOpen));
    }
  }
  const sensed = [...stretches.values()].reduce((sum, of) => sum + (of.size > 0 ? Math.min(...of.values()) : 0), 0);
  return time > 0 ? Math.min(1, sensed / time) : 0;
}

/** Between a group and the slot whose own load cell must have spoken besides. No id holds it. */
const CELL_OF = '!';

/** What slots rest on: their groups; of a slot whose load cell was silent while its shelf sensed, that group without this time. */
export function sensorsOf(slices: readonly Slice[], slots: readonly Pick<PlacedSlot, 'slotId' | 'group'>[]): string[] {
  const sensors = slots.map(({ slotId, group }) => {
    const wasSilent = slices.some(({ tallies }) => tallies.coverage.groups.has(silentOf(slotId)));
    return group !== '' && wasSilent ? `${group}${CELL_OF}${slotId}` : group;
  });
  return [...new Set(sensors)];
}

/** What the slots of a zone rest on, of which there are many, and hardly ever a silent one. */
export const sensorsIn = (slices: readonly Slice[], zone: ZonePlace): readonly string[] =>
  slices.some(({ tallies }) => tallies.coverage.anySilence) ? sensorsOf(slices, zone.sensedSlots) : zone.slotGroups;

function sensedMs({ tallies }: Slice, sensor: string, isOpen: boolean): number {
  const { groups } = tallies.coverage;
  const msOf = (name: string): number => (isOpen ? groups.get(name)?.open : groups.get(name)?.all) ?? 0;
  const [group = '', slotId] = sensor.split(CELL_OF);
  return slotId === undefined ? msOf(sensor) : Math.max(0, msOf(group) - msOf(silentOf(slotId)));
}

/**
 * Of the tills: the share of the time in which all of them were there, as far as they ever say so. What the agent tells is when
 * one was away: a till that says no state, or an agent that does not know of this, tells nothing and is taken as there. Of several
 * tills that of the one that was away longest, as with whatever else rests on several devices. Null without any till.
 */
export function tillShare(slices: readonly Slice[]): number | null {
  const parts = slices.filter(({ edition }) => edition.tills.length > 0);
  if (parts.length === 0) return null;
  const isOpen = parts.some(({ openMs }) => openMs > 0);
  let time = 0;
  const stretches = new Map<string, Map<string, number>>();
  for (const { edition, tallies, openMs, measuredMs } of parts) {
    time += isOpen ? openMs : measuredMs;
    const sums = entry(stretches, [...edition.tills].sort().join('\n'), () => new Map<string, number>());
    for (const id of edition.tills) {
      const away = tallies.coverage.groups.get(awayOf(id));
      sums.set(id, (sums.get(id) ?? 0) + ((isOpen ? away?.open : away?.all) ?? 0));
    }
  }
  const away = [...stretches.values()].reduce((sum, of) => sum + Math.max(...of.values()), 0);
  return time > 0 ? Math.max(0, 1 - away / time) : 1;
}

/** The one division of a sensed ratio: null for a zero denominator, a missing part, or too little coverage. */
export function sensedRatio(
  slices: readonly Slice[],
  coverages: readonly (number | null)[],
  numerator: number | null,
  denominator: number | null,
): number | null {
  if (numerator === null || denominator === null) return null;
  return enoughSensed(slices, coverages) ? ratio(numerator, denominator) : null;
}

/** Whether a ratio may rest on these. Of several versions the strictest minimum holds; what nothing can sense is no bar. */
export function enoughSensed(slices: readonly Slice[], coverages: readonly (number | null)[]): boolean {
  const minimum = Math.max(...slices.map(({ edition }) => edition.minimumCoverage));
  return coverages.every((coverage) => coverage === null || coverage >= minimum);
}

/** What a measure of the store file was on average over the time for which its versions held; 0 where it never was. */
export function heldMean(slices: readonly Slice[], measureOf: (edition: Edition) => number | undefined): number {
  const parts = slices.flatMap(({ edition, heldMs }) => {
    const measure = measureOf(edition);
    return measure === undefined ? [] : [{ measure, heldMs }];
  });
  const [first] = parts;
  if (!first) return 0;
  // one measure throughout needs no weights, and keeps every digit
  if (parts.every(({ measure }) => measure === first.measure)) return first.measure;
  const time = parts.reduce((sum, { heldMs }) => sum + heldMs, 0);
  if (time === 0) return (parts.at(-1) as { measure: number }).measure;
  return parts.reduce((sum, { measure, heldMs }) => sum + measure * heldMs, 0) / time;
}
