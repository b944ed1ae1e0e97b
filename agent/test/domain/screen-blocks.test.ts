import { describe, expect, it } from 'vitest';
import { dayPartOf, drawArms } from '../../src/domain/screens/blocks.js';

/** A chance that repeats: multiply with carry is enough to draw arms with. */
function chanceOf(seed: number): () => number {
  let state = seed * 2 + 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('arms of blocks', () => {
  it('hold out the stated share of a stratum, to the next whole number', () => {
    const chance = chanceOf(1);
    for (let draw = 0; draw < 200; draw += 1) {
      const heldOut = drawArms(9, 0.2, chance).filter(({ arm }) => arm === 'heldOut').length;
      expect([1, 2]).toContain(heldOut);
    }
    expect(drawArms(10, 0.2, chance).filter(({ arm }) => arm === 'heldOut')).toHaveLength(2);
  });

  it('hold each block out as often as its probability says', () => {
    const chance = chanceOf(2);
    const heldOut = new Array<number>(9).fill(0);
    const draws = 4000;
    for (let draw = 0; draw < draws; draw += 1) {
      drawArms(9, 0.2, chance).forEach(({ arm, probability }, index) => {
        expect(probability).toBe(arm === 'heldOut' ? 0.2 : 0.8);
        if (arm === 'heldOut') heldOut[index] = (heldOut[index] as number) + 1;
      });
    }
    // four standard errors of a share of 0.2 among 4,000
    for (const count of heldOut) expect(Math.abs(count / draws - 0.2)).toBeLessThan(0.026);
  });

  it('leave nothing out with a holdout of 0, and everything with 1', () => {
    expect(drawArms(5, 0, chanceOf(3)).every(({ arm }) => arm === 'treated')).toBe(true);
    expect(drawArms(5, 1, chanceOf(3)).every(({ arm }) => arm === 'heldOut')).toBe(true);
    expect(drawArms(0, 0.5, chanceOf(3))).toEqual([]);
  });

  it('are drawn within the parts of the day', () => {
    expect([0, 5, 6, 10, 11, 13, 14, 16, 17, 23].map(dayPartOf)).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
  });
});
