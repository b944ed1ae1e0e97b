import { describe, expect, it } from 'vitest';
import { DAY_MS } from '@aisle/contracts';
import { spansOf } from '../src/commands/history.js';

describe('the spans of a simulated past', () => {
  it('come newest first, the last day alone, and leave nothing out, also where the last is no whole week', () => {
    expect(spansOf(0, 15 * DAY_MS).map(({ from, to }) => [from / DAY_MS, to / DAY_MS])).toEqual([
      [14, 15],
      [8, 14],
      [1, 8],
      [0, 1],
    ]);
    expect(spansOf(0, 7 * DAY_MS).map(({ from, to }) => [from / DAY_MS, to / DAY_MS])).toEqual([
      [6, 7],
      [0, 6],
    ]);
    expect(spansOf(0, DAY_MS / 2)).toEqual([{ from: 0, to: DAY_MS / 2 }]);
  });
});
