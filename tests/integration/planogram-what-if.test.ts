import { describe, expect, it } from 'vitest';
import { TwinShop, type Outcome } from '../evaluate/planogram/twin.js';
import { scoreOf } from '../evaluate/planogram/what-if.js';

describe('npm run evaluate:planogram -- --what-if', () => {
  it('scores ranges and errors against sales that stay as they were', () => {
    const outcome = (real: number): Outcome => ({
      kind: 'level',
      gtin: '1',
      now: 100,
      expected: 140,
      low: 110,
      high: 170,
      real,
    });
    expect(scoreOf([outcome(150), outcome(130), outcome(110), outcome(180)])).toEqual({
      ...{ moves: 4, covered: 0.75 },
      error: expect.closeTo((0.1 + 0.1 + 0.3 + 0.4) / 4, 12),
      noModel: expect.closeTo((0.5 + 0.3 + 0.1 + 0.8) / 4, 12),
    });
  });

  it('asks the cloud of a move in the twin, and has the twin make it', async () => {
    const outcome = await new TwinShop(9, 0, 1).move(0);
    expect(outcome.low).toBeLessThan(outcome.expected);
    expect(outcome.expected).toBeLessThan(outcome.high);
    expect(outcome.expected).not.toBe(outcome.now);
    // whatever was moved, it still sells, and about as much as such a shop does of a product
    expect(outcome.real).toBeGreaterThan(0.2 * outcome.now);
    expect(outcome.real).toBeLessThan(5 * outcome.now);
  });
});
