import { describe, expect, it } from 'vitest';
import { scoreTracks, type Labelled } from './score.js';

const at = (id: number, x: number): Labelled => ({ id, x, y: 0, w: 10, h: 20 });

describe('scores of followed people', () => {
  it('are full for the truth itself, whatever the names', () => {
    const truth = [0, 1, 2, 3].map((x) => [at(1, x), at(2, 100 + x)]);
    const answer = truth.map((boxes) => boxes.map((box) => ({ ...box, id: box.id + 40 })));
    expect(scoreTracks(truth, answer)).toMatchObject({ mota: 1, idf1: 1, switches: 0, fragments: 0 });
  });

  it('count a change of name once, and the frames under the minor name as lost identity', () => {
    const truth = Array.from({ length: 10 }, (_, x) => [at(1, x)]);
    const answer = truth.map((boxes, frame) => boxes.map((box) => ({ ...box, id: frame < 7 ? 5 : 6 })));
    const score = scoreTracks(truth, answer);
    expect(score.switches).toBe(1);
    expect(score.mota).toBeCloseTo(0.9, 9);
    expect(score.idf1).toBeCloseTo(0.7, 9);
  });

  it('count misses, false boxes and interruptions', () => {
    const truth = Array.from({ length: 10 }, (_, x) => [at(1, x)]);
    const answer = truth.map((boxes, frame) => [...(frame === 4 ? [] : boxes), at(9, 500)]);
    const score = scoreTracks(truth, answer);
    expect(score).toMatchObject({ misses: 1, falseOnes: 10, switches: 0, fragments: 1 });
    expect(score.mota).toBeCloseTo(-0.1, 9);
    expect(score.idf1).toBeCloseTo(18 / 29, 9);
  });

  it('keep a pair of the frame before while it overlaps by half, though another box fits better', () => {
    const truth = [[at(1, 0)], [at(1, 2)]];
    const answer = [[at(5, 0)], [at(5, 0), at(6, 2)]];
    expect(scoreTracks(truth, answer)).toMatchObject({ switches: 0, falseOnes: 1 });
  });

  it('do not take less than half an overlap for the same', () => {
    expect(scoreTracks([[at(1, 0)]], [[at(1, 4)]])).toMatchObject({ misses: 1, falseOnes: 1 });
  });
});
