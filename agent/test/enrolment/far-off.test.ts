import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '@aisle/contracts';
import { FarOff } from '../../src/fleet/far-off.js';
import { Problems } from '../../src/fleet/problems.js';

const NOW = Date.UTC(2026, 2, 2, 4);
/** Messages at these seconds, each so many ms behind the agent's clock. */
function heard(...said: [second: number, behindMs: number][]): FarOff {
  const clock = new FarOff();
  for (const [second, behind] of said) clock.add(behind, NOW + second * 1000);
  return clock;
}
const steady = (behind: number, spread = 0): [number, number][] =>
  Array.from({ length: 13 }, (_, index) => [index * 6, behind + (index % 2) * spread]);

describe('a clock that is far off', () => {
  it.each<[string, [number, number][], number | undefined]>([
    ['three days behind: at the first message', [[0, 3 * DAY_MS]], -3 * DAY_MS],
    ['at the beginning of all clocks', [[0, NOW]], -NOW],
    ['two days ahead: at the first message', [[0, -2 * DAY_MS]], 2 * DAY_MS],
    ['two hours ahead, which nothing explains', [[0, -2 * HOUR_MS]], 2 * HOUR_MS],
    ['right', steady(40), undefined],
    ['half an hour behind: a skew', steady(HOUR_MS / 2), undefined],
    ['eight hours behind, once: a backlog', [[0, 8 * HOUR_MS]], undefined],
    ['eight hours behind for a minute: a time zone', steady(8 * HOUR_MS, 2000), -8 * HOUR_MS],
    ['a backlog of hours that catches up', Array.from({ length: 20 }, (_, at) => [at * 6, (8 - at * 0.3) * HOUR_MS]), undefined], // prettier-ignore
    ['days behind, then right again', [[0, 3 * DAY_MS], [1, 20]], undefined], // prettier-ignore
  ])('%s', (_what, said, ms) => {
    expect(heard(...said).problem?.values['ms']).toBe(ms);
  });

  it('is told since its first message', () => {
    expect(heard([5, 3 * DAY_MS], [9, 3 * DAY_MS]).problem).toMatchObject({ sinceTs: NOW + 5000, lastTs: NOW + 9000 });
  });
});

describe('problems of connections', () => {
  it('are counted, and over when they do not come again', () => {
    const problems = new Problems();
    problems.add('till-1', 'notReading', NOW);
    problems.add('till-1', 'notReading', NOW + 60_000);
    expect(problems.of('till-1', NOW + 60_000)).toEqual([
      { code: 'notReading', values: { times: 2 }, sinceTs: NOW, lastTs: NOW + 60_000 },
    ]);
    expect(problems.of('till-1', NOW + 60_000 + 10 * 60_000)).toEqual([]);
    expect(problems.of('till-2', NOW)).toEqual([]);
  });

  it('do not take a device that connects anew for two', () => {
    const problems = new Problems();
    for (const second of [0, 1]) problems.add('till-1', 'sameClient', NOW + second * 1000);
    expect(problems.of('till-1', NOW + 2000)).toEqual([]);
    problems.add('till-1', 'sameClient', NOW + 2000);
    expect(problems.of('till-1', NOW + 2000)).toMatchObject([{ code: 'sameClient', values: { times: 3 } }]);
  });
});
