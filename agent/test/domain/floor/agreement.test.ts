import { expect, it } from 'vitest';
import { Merger } from '../../../src/domain/floor/merger.js';

/** Mean place across the way, mm, of what is said of somebody in the last two of ten seconds. */
function across(spreads: Record<string, number>, offsets: Record<string, number>): number {
  const merger = new Merger(() => false);
  const said: number[] = [];
  for (let at = 0; at <= 10_000; at += 100)
    for (const [index, deviceId] of Object.keys(spreads).entries()) {
      if (at % 200 !== 100 * (index % 2)) continue;
      const person = { id: 'a', x: 1000 + at, y: 4000 + (offsets[deviceId] as number), spread: spreads[deviceId] as number }; // prettier-ignore
      const { samples } = merger.take({ deviceId, ts: 1_000_000 + at, made: true, people: [person] });
      if (at > 8000) said.push(...samples.map(({ y }) => y - 4000));
    }
  expect(said.length).toBeGreaterThan(10);
  return said.reduce((sum, value) => sum + value, 0) / said.length;
}

it('two cameras that see somebody in two places agree nearer to the one that sees better', () => {
  const places = { sharp: 0, blurred: 300 };
  // In proportion to the squares of what they are off by: a tenth of the way.
  for (const spreads of [
    { sharp: 40, blurred: 120 },
    { blurred: 120, sharp: 40 },
  ])
    // prettier-ignore
    expect(Math.abs(across(spreads, places) - 30)).toBeLessThan(3);
  expect(Math.abs(across({ sharp: 80, blurred: 80 }, places) - 150)).toBeLessThan(3);
});
