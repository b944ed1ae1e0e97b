import { describe, expect, it } from 'vitest';
import { unmeant, unmeantLater } from './changes.js';

const MIDDAY = 1772422200000;
const ASKED = '.zones/metrics?from=2026-03-02T00:00:00.000Z&bucket=all[3]';
/** What is meant, and what is of the same kind and too much. */
const STATED: [at: string, before: unknown, meant: unknown, tooMuch: unknown][] = [
  ['coverage|1772413260000|shelf-01.sensedMs', 54_000, 59_000, 59_001],
  ['coverage|1772413260000|shelf-01.sensedMs', 54_000, 54_001, 53_999],
  ['coverage|1772413320000|till-1!away', undefined, { sensedMs: 60_000 }, { sensedMs: 60_001 }],
  ['slot|1772422380000|fx-06-b.putbacks', 5, 1, 0],
  [`zone|${MIDDAY}|care.visits`, 9, 7, 6],
  [`zone|${MIDDAY}|care.visits`, 9, 8, 10],
  [`zone|${MIDDAY}|care.dwellMs`, 300_000, 180_000, 179_999],
  [`zone|${MIDDAY}|care.histogram.length`, 5, 3, 2],
  [`heat|${MIDDAY}|floor.cells.length`, 400, 340, 339],
  [`zone|${MIDDAY}|care.interest.ms`, 200_000, 205_000, 205_001],
  ['slot|1772422260000|fx-15-d.pickups', 0, 1, 2],
  ['slot|1772422260000|fx-06-d.confidencePpm', 999_181, 999_161, 999_160],
  [`${ASKED}.coverage`, 0.5, 0.58, 0.59],
  [`${ASKED}.pickups`, 20, null, 21],
  [`${ASKED}.salesPerSquareMetre`, null, 12, 13],
];
const ANSWERED_LATER: [at: string, before: unknown, meant: unknown, tooMuch: unknown][] = [
  [`${ASKED}.visits`, 20, 14, 13],
  [`${ASKED}.visitors`, 20, 15, 21],
  [`${ASKED}.engagedVisits`, 10, 11, 12],
  [`${ASKED}.dwellSeconds.total`, 900, 300, 299],
  [`${ASKED}.dwellSeconds.mean`, 30, 90, 91],
  [`${ASKED}.occupancy.max`, 5, 3, 2],
  [`${ASKED}.salesNet`, 100, 105, 105.01],
  [`${ASKED}.transactions`, 3, 4, 5],
  [`${ASKED}.conversion`, 0.5, 4.5, 0.4],
  ['.heatmap?from=2026-03-02T00:00:00.000Z.seconds[12]', 200, 50, 49],
  ['.products/metrics?from=2026-03-02T00:00:00.000Z[1].returned', 0, 2, 3],
];

describe('what later releases mean otherwise', () => {
  it.each(STATED)('%s: from %j to %j, and no further: %j', (at, before, meant, tooMuch) => {
    expect(unmeant('0.1', [{ at, before, now: meant }])).toEqual([]);
    expect(unmeant('0.1', [{ at, before, now: tooMuch }])).toHaveLength(1);
  });

  it.each(ANSWERED_LATER)('later %s: from %j to %j, and no further: %j', (at, before, meant, tooMuch) => {
    expect(unmeantLater('0.1', [{ at, before, now: meant }])).toEqual([]);
    expect(unmeantLater('0.1', [{ at, before, now: tooMuch }])).toHaveLength(1);
    // Figures that were there already may not change so.
    expect(unmeant('0.1', [{ at, before, now: meant }])).toHaveLength(1);
  });
});
