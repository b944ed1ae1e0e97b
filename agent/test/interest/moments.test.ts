import { expect, it } from 'vitest';
import { HORIZON_MS, Moments } from '../../src/domain/interest/moments.js';

const START = 1_795_305_600_000;
const LATER = START + 10 * HORIZON_MS;
const posed = { ...{ person: 1, zoneId: 'dairy', category: 'milk', version: 1, from: START, to: START + 1000 }, features: [1] }; // prettier-ignore

it('that nothing was taken is known only where the goods were weighed up to the end of the time for it', () => {
  const labelled = (weighedUntil: number): boolean[] => {
    const moments = new Moments((category, untilTs) => category === 'milk' && weighedUntil >= untilTs);
    moments.pose('cam-1', { ...posed, ts: START });
    moments.settle('cam-1', LATER);
    return moments.takeSamples().map(({ taken }) => taken);
  };
  expect(labelled(START + HORIZON_MS)).toEqual([false]);
  expect(labelled(START + HORIZON_MS - 1)).toEqual([]);
  expect(labelled(START)).toEqual([]);
});

it('that something was taken is known whatever was weighed', () => {
  const moments = new Moments(() => false);
  moments.pose('cam-1', { ...posed, ts: START });
  for (const moment of moments.before('cam-1', 1, 'milk', START + HORIZON_MS)) moment.taken = true;
  moments.settle('cam-1', LATER);
  expect(moments.takeSamples().map(({ taken }) => taken)).toEqual([true]);
});
