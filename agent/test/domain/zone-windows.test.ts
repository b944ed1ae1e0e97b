import { describe, expect, it } from 'vitest';
import { WindowStore } from '../../src/domain/core/window-store.js';
import { ZoneWindows } from '../../src/domain/people/zone-windows.js';
import type { Stay } from '../../src/domain/people/visits.js';

const MINUTE = 60_000;
const stay = (over: Partial<Stay> = {}): Stay => ({
  ...{ enter: 10 * MINUTE + 5_000, version: 1, last: 12 * MINUTE + 1_000, outside: -1, visit: true },
  ...over,
});

describe('windows that an open stay still adds to', () => {
  const pinned = (given: Stay): string[] => {
    const windows = new ZoneWindows(new WindowStore());
    windows.pin('dairy', given);
    return [...windows.open];
  };

  it('are those of its first minute and of its newest interval', () => {
    expect(pinned(stay({ part: [12 * MINUTE, 1, 0] }))).toEqual([`${10 * MINUTE}|dairy`, `${12 * MINUTE}|dairy`]);
  });

  it('is that of its first minute alone where no interval is known, as in what 0.1 has saved', () => {
    expect(pinned(stay())).toEqual([`${10 * MINUTE}|dairy`]);
  });

  it('are none while it is no visit', () => {
    expect(pinned(stay({ visit: false, part: [12 * MINUTE, 1, 0] }))).toEqual([]);
  });

  it('are all that it has touched, where it may be taken back', () => {
    const windows = new ZoneWindows(new WindowStore());
    windows.pinWhole('dairy', stay());
    expect([...windows.open]).toEqual([`${10 * MINUTE}|dairy`]);
    windows.pinWhole('dairy', stay({ pieces: [10, 11, 12].map((minute) => [minute * MINUTE, 1, 0]) }));
    expect([...windows.open].sort()).toEqual([10, 11, 12].map((minute) => `${minute * MINUTE}|dairy`));
  });
});

it('a visit that is taken back leaves nothing, and one whose intervals nobody kept takes its own count only', () => {
  const store = new WindowStore();
  store.configVersion = 1;
  const windows = new ZoneWindows(store);
  const values = () => store.takeFacts().map(({ ts, value }) => [ts / MINUTE, value]);
  const [one, other] = [stay({ pieces: [] }), stay({ enter: 10 * MINUTE + 6_000 })];
  windows.begin('dairy', one, true);
  windows.begin('dairy', other, true);
  expect(values()).toEqual([
    [10, { visits: 2, visitors: 2, dwellMs: 231_000, histogram: [[115, 1], [116, 1]], overlapMs: 109_000, maxOpen: 2 }],
    [11, { visits: 0, visitors: 0, dwellMs: 0, histogram: [], overlapMs: 120_000, maxOpen: 2 }],
    [12, { visits: 0, visitors: 0, dwellMs: 0, histogram: [], overlapMs: 2_000, maxOpen: 2 }],
  ]); // prettier-ignore
  windows.takeBack('dairy', one, true);
  expect(values()).toEqual([
    [10, { visits: 1, visitors: 1, dwellMs: 115_000, histogram: [[115, 1]], overlapMs: 54_000, maxOpen: 1 }],
    [11, { visits: 0, visitors: 0, dwellMs: 0, histogram: [], overlapMs: 60_000, maxOpen: 1 }],
    [12, { visits: 0, visitors: 0, dwellMs: 0, histogram: [], overlapMs: 1_000, maxOpen: 1 }],
  ]); // prettier-ignore
  windows.takeBack('dairy', other, true);
  expect(values()).toMatchObject([[10, { visits: 0, visitors: 0, dwellMs: 0, histogram: [], overlapMs: 54_000 }]]);
});
