import { describe, expect, it } from 'vitest';
import { placeboEffect, type Unit } from '../../cloud/src/insight/experiments/placebo.js';
import { unitsToCompare } from '../../cloud/src/planograms/effect-units.js';
import { Random } from '../../simulators/src/random.js';
import { soakPsa } from '../fuzz/psa.js';
import { shopsOfChain } from '../evaluate/planogram/chain.js';
import { oneRun, scoreChain } from '../evaluate/planogram/score.js';

describe('npm run evaluate:planogram', () => {
  it('claims nothing with one treated unit of twelve, however large the effect', () => {
    for (let run = 0; run < 20; run += 1) {
      const { found, kind } = oneRun(1, 2, Random.stream(run, 'large'));
      expect([kind, found.units, found.claims]).toEqual(['zone', 12, false]);
      expect(found.smallestP).toBeCloseTo(1 / 12, 10);
    }
  });

  it.each([
    [20, 0],
    [20, 0.05],
    [100, 0],
  ])('of %i shops claims seldom, and covers, where %d is planted', (shops, planted) => {
    const runs = 150;
    const { claimed, covered, units } = scoreChain(shops, planted, runs, 5);
    expect(units).toBe(shops);
    // two and a half standard errors of so few runs beside the limits that the command holds over a thousand
    const error = 2.5 * Math.sqrt((0.05 * 0.95) / runs);
    expect(covered).toBeGreaterThanOrEqual(0.93 - error);
    if (planted === 0) expect(claimed).toBeLessThanOrEqual(0.05 + error);
  });

  it('finds what is large enough to be seen', () => {
    let claimed = 0;
    for (let run = 0; run < 20; run += 1) if (oneRun(100, 0.4, Random.stream(run, 'seen')).found.claims) claimed += 1;
    expect(claimed).toBeGreaterThanOrEqual(18);
  });
});

describe('the effect of a change', () => {
  const unit = (id: string, weeks: number[]): Unit => ({ id, weeks });
  it('is nothing where nothing was sold, or fewer than two can be compared', () => {
    const others = [unit('a', [10, 11, 9, 10]), unit('b', [20, 22, 19, 21])];
    const method = 'differenceInDifferences';
    expect(placeboEffect({ treated: unit('t', [0, 0, 0, 0]), others, before: 2 }, method)).toBeUndefined();
    expect(placeboEffect({ treated: unit('t', [5, 5, 0, 0]), others, before: 2 }, method)).toBeUndefined();
    expect(
      placeboEffect({ treated: unit('t', [5, 5, 6, 6]), others: others.slice(1), before: 2 }, method),
    ).toBeUndefined();
    expect(placeboEffect({ treated: unit('t', [5, 5, 6, 6]), others, before: 2 }, method)?.effect).toBeGreaterThan(0);
  });

  it('does not depend on how large a unit is, nor on the order of the others', () => {
    const panel = shopsOfChain(24, 0.1, Random.stream(3, 'order'));
    const found = placeboEffect(panel, 'syntheticControl')!;
    const larger = { ...panel.treated, weeks: panel.treated.weeks.map((value) => value * 1000) };
    const turned = placeboEffect(
      { ...panel, treated: larger, others: [...panel.others].reverse() },
      'syntheticControl',
    )!;
    expect(turned.effect).toBeCloseTo(found.effect, 6);
    expect(turned.p).toBeCloseTo(found.p, 10);
  });

  it('is read against shops where they allow a claim, else against whichever are more', () => {
    expect(unitsToCompare(11, 0)).toMatchObject({ kind: 'zone', method: 'differenceInDifferences' });
    expect(unitsToCompare(11, 4)?.kind).toBe('zone');
    expect(unitsToCompare(30, 19)).toMatchObject({ kind: 'store', method: 'syntheticControl' });
    expect(unitsToCompare(3, 5)).toMatchObject({ kind: 'store', method: 'differenceInDifferences' });
    expect(unitsToCompare(1, 1)).toBeUndefined();
  });
});

describe('npm run soak -- psa', () => {
  it('takes broken files of every version or refuses them, and writes what it took byte for byte', () => {
    const { files, refused, rows, changed } = soakPsa(40, 3, () => undefined);
    expect(files).toBe(400);
    for (const count of [refused, rows, changed]) expect(count).toBeGreaterThan(10);
  });
});
