import { describe, expect, it } from 'vitest';
import { DAY_MS } from '@aisle/contracts';
import { weeksOf } from '../src/commands/history.js';

describe('the weeks of a simulated past', () => {
  it('come newest first and leave nothing out, also where the last is no whole week', () => {
    expect(weeksOf(0, 15 * DAY_MS).map(({ from, to }) => [from / DAY_MS, to / DAY_MS])).toEqual([
      [8, 15],
      [1, 8],
      [0, 1],
    ]);
    expect(weeksOf(0, 7 * DAY_MS)).toEqual([{ from: 0, to: 7 * DAY_MS }]);
  });
});
