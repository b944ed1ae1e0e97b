import { describe, expect, it } from 'vitest';
import { simulatedIn, simulatedNow, type Simulated } from '../../src/lib/figures/simulated.js';

describe('what is made up', () => {
  it.each<[(boolean | undefined)[], Simulated]>([
    [[true, true], 'all'],
    [[true, undefined], 'some'],
    [[true, false], 'some'],
    [[undefined], 'none'],
    [[], 'none'],
  ])('of now, where devices say %j, is %s', (said, simulated) => {
    const devices = said.map((one) => ({ lastSeenTs: 1, ...(one !== undefined && { simulated: one }) }));
    // whoever has never spoken says nothing of anything
    expect(simulatedNow([...devices, { lastSeenTs: null }])).toBe(simulated);
  });

  const past = { fromMs: 100, toMs: 200 };
  it.each<[string, [number, number][], Simulated, Simulated]>([
    ['within the past', [[120, 180]], 'none', 'all'],
    ['all of the past', [[100, 200]], 'none', 'all'],
    ['behind it, in a real shop', [[200, 300]], 'none', 'none'],
    ['before it', [[0, 100]], 'some', 'some'],
    ['over its end, in a real shop', [[150, 250]], 'none', 'some'],
    ['over its end, in a simulated one', [[150, 250]], 'all', 'all'],
    ['behind it, beside simulated devices', [[200, 300]], 'some', 'some'],
    ['of a real shop that is compared with the past', [[200, 300], [100, 200]], 'none', 'some'], // prettier-ignore
    ['that are both made up', [[200, 300], [100, 200]], 'all', 'all'], // prettier-ignore
  ])('of times %s', (_what, spans, now, simulated) => {
    expect(
      simulatedIn(
        spans.map(([fromMs, toMs]) => ({ fromMs, toMs })),
        past,
        now,
      ),
    ).toBe(simulated);
  });

  it('of a shop without a simulated past is what its devices say', () => {
    for (const now of ['all', 'some', 'none'] as const)
      expect(simulatedIn([{ fromMs: 0, toMs: 9 }], undefined, now)).toBe(now);
  });
});
