import { round6, type AvailabilityRow } from '@aisle/contracts';
import type { Interval } from '../buckets.js';
import { enoughSensed, newestOf, sensedShare, sensorsOf } from '../slices.js';
import { coverageOf, madeBy, seconds, share, wholePeriod, type Asked } from './shared.js';
import type { FactReader } from '../reader.js';

/** A slot was empty; epoch ms, `to` null while it still is. */
export interface EmptySpell {
  slotId: string;
  from: number;
  to: number | null;
}

/** more of them in a row would not be read by anybody */
const MOST_SPELLS = 50;

/** One row per slot that something senses at the end of the period, whether it was ever empty or not. */
export async function availability(
  series: FactReader,
  asked: Asked,
  spells: readonly EmptySpell[],
): Promise<AvailabilityRow[]> {
  const { slices } = await wholePeriod(series, asked, ['slot', 'coverage']);
  const newest = newestOf(slices);
  const end = Math.min(asked.to, Math.max(asked.now, asked.from));
  const openMs = slices.length === 0 ? 0 : newest.hours.openMs(asked.from, end);
  const iso = (ts: number): string => asked.timeline.time.iso(ts);
  const bySlot = new Map<string, EmptySpell[]>();
  for (const spell of spells) bySlot.set(spell.slotId, [...(bySlot.get(spell.slotId) ?? []), spell]);
  return newest.slots
    .filter(({ group }) => group !== '')
    .map(({ slotId, gtin, zoneId, group }): AvailabilityRow => {
      const own = (bySlot.get(slotId) ?? []).sort((a, b) => a.from - b.from);
      const emptyMs = merged(own, asked.from, end).reduce(
        (sum, { from, to }) => sum + newest.hours.openMs(from, to),
        0,
      );
      // versions that have no such slot say nothing of it
      const onGoods = sensedShare(slices, (edition) => {
        const slot = edition.slot(slotId);
        return slot ? sensorsOf(slices, [slot]) : edition === newest ? [group] : undefined;
      });
      return {
        slotId,
        gtin,
        zoneId,
        openSeconds: seconds(openMs),
        emptySeconds: seconds(emptyMs),
        availability: openMs > 0 && enoughSensed(slices, [onGoods ?? 0]) ? round6(1 - emptyMs / openMs) : null,
        spells: own
          .slice(-MOST_SPELLS)
          .map(({ from, to }) => ({ since: iso(from), until: to === null ? null : iso(to) })),
        coverage: share(onGoods ?? 0),
        coverageOf: coverageOf(null, onGoods, null),
        ...madeBy(slices),
      };
    });
}

/** Spells within [from, to), in order; those that overlap count once. */
export function merged(spells: readonly EmptySpell[], from: number, to: number): Interval[] {
  const parts: Interval[] = [];
  for (const spell of spells) {
    const part = { from: Math.max(spell.from, from), to: Math.min(spell.to ?? to, to) };
    if (part.to <= part.from) continue;
    const last = parts.at(-1);
    if (last && part.from <= last.to) last.to = Math.max(last.to, part.to);
    else parts.push(part);
  }
  return parts;
}
