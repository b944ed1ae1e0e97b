import { describe, expect, it } from 'vitest';
import type { Mutant } from './operators.js';
import { inTurn, sampleOf } from './sample.js';
import { type Outcome, scores, tableOf, told, wilson } from './score.js';

const hundred = Array.from({ length: 100 }, (_, index) => index);

describe('the sample', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(sampleOf(hundred, 10, 1)).toEqual(sampleOf(hundred, 10, 1));
    expect(sampleOf(hundred, 10, 1)).not.toEqual(sampleOf(hundred, 10, 2));
  });

  it('takes nothing twice, and all where there are fewer', () => {
    expect(new Set(sampleOf(hundred, 40, 3)).size).toBe(40);
    expect(sampleOf(hundred, 1000, 3).sort((a, b) => a - b)).toEqual(hundred);
    expect(sampleOf([], 5, 3)).toEqual([]);
  });

  it('takes each about equally often', () => {
    const counts = hundred.map(() => 0);
    for (let seed = 0; seed < 2000; seed++)
      for (const one of sampleOf(hundred, 10, seed)) counts[one] = (counts[one] ?? 0) + 1;
    expect(Math.min(...counts)).toBeGreaterThan(130);
    expect(Math.max(...counts)).toBeLessThan(270);
  });

  it('takes folders in turn', () => {
    expect(inTurn([['a', 'b', 'c'], [], ['d']])).toEqual(['a', 'd', 'b', 'c']);
  });
});

describe('the score', () => {
  const mutant: Mutant = {
    operator: 'statement',
    from: 0,
    to: 4,
    line: 7,
    before: 'a(\n  b);',
    after: ';',
    whole: { from: 0, to: 4, after: ';', isStatement: true },
  };
  const outcome = (folder: string, state: Outcome['state']): Outcome => ({
    folder,
    file: `${folder}/f.ts`,
    mutant,
    state,
    tests: 3,
    cut: 1,
  });

  it('counts what never ends as killed, and is not known where nothing ran', () => {
    const outcomes = [
      outcome('x', 'killed'),
      outcome('x', 'timeout'),
      outcome('x', 'survived'),
      outcome('x', 'killed'),
    ];
    const rows = scores(['x', 'y'], outcomes);
    expect(rows.map(({ folder, score }) => [folder, score])).toEqual([
      ['x', 0.75],
      ['y', null],
      ['all', 0.75],
    ]);
    expect(tableOf(rows).split('\n')[2]).toMatch(/^y +0 +0 +0 +– +–$/);
    expect(tableOf(rows).split('\n')[1]).toMatch(/^x +2 +1 +1 +75 % +30–95$/);
  });

  it('says how far a sample may be from the whole', () => {
    // Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), table I.
    expect(wilson(81, 263).map((end) => end.toFixed(4))).toEqual(['0.2553', '0.3662']);
    expect(wilson(0, 20).map((end) => end.toFixed(4))).toEqual(['0.0000', '0.1611']);
    expect(wilson(1, 29).map((end) => end.toFixed(4))).toEqual(['0.0061', '0.1718']);
  });

  it('tells a survivor by place and change, on one line', () => {
    expect(told(outcome('x', 'survived'))).toBe(
      'x/f.ts:7 statement: a( b); → (nothing) (3 test files come by, 1 more not run for their time)',
    );
    expect(told(outcome('x', 'killed'))).toBe('x/f.ts:7 statement: a( b); → (nothing)');
  });
});
