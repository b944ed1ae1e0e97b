import { Assignment } from '../../../src/domain/tracking/assignment.js';
import { overlapOf } from '../../../src/domain/tracking/cost.js';

/** A box of somebody in a frame: true or followed. */
export interface Labelled {
  id: number;
  x: number;
  y: number;
  w: number;
  h: number;
}

export interface Score {
  mota: number;
  idf1: number;
  truths: number;
  misses: number;
  falseOnes: number;
  switches: number;
  /** how many times the following of somebody was interrupted */
  fragments: number;
  identityTruePositives: number;
  answers: number;
}

const MATCH_OVERLAP = 0.5;

/**
 * MOTA after K. Bernardin, R. Stiefelhagen (CLEAR MOT, EURASIP JIVP 2008): pairs of the frame before are kept while
 * they overlap by half, the rest is paired for the greatest overlap. IDF1 after E. Ristani et al. (ECCV Workshops
 * 2016): one global pairing of true and answered identities that maximises the frames in which they agree.
 */
export function scoreTracks(truth: readonly Labelled[][], answer: readonly Labelled[][]): Score {
  const totals = { truths: 0, answers: 0, misses: 0, falseOnes: 0, switches: 0, fragments: 0 };
  const last = new Map<number, number>();
  const before = new Map<number, number>();
  const seenBefore = new Set<number>();
  const agreed = new Map<string, number>();
  const assignment = new Assignment();
  for (let frame = 0; frame < truth.length; frame += 1) {
    const real = truth[frame] ?? [];
    const said = answer[frame] ?? [];
    totals.truths += real.length;
    totals.answers += said.length;
    assignment.begin(real.length, said.length);
    for (const [i, a] of real.entries())
      for (const [j, b] of said.entries()) {
        const overlap = overlapOf(a.x, a.y, a.w, a.h, b.x, b.y, b.w, b.h);
        if (overlap < MATCH_OVERLAP) continue;
        const key = `${a.id} ${b.id}`;
        agreed.set(key, (agreed.get(key) ?? 0) + 1);
        // Old pairs first, then as many as possible, then the greatest overlap.
        assignment.offer(i, j, -(before.get(a.id) === b.id ? 1e6 : 0) - 1e3 - overlap);
      }
    assignment.solve();
    before.clear();
    let paired = 0;
    for (const [i, a] of real.entries()) {
      const j = assignment.rowTo[i] ?? -1;
      const b = said[j];
      if (!b || j < 0) {
        if (seenBefore.delete(a.id)) totals.fragments += 1;
        continue;
      }
      paired += 1;
      before.set(a.id, b.id);
      seenBefore.add(a.id);
      const former = last.get(a.id);
      if (former !== undefined && former !== b.id) totals.switches += 1;
      last.set(a.id, b.id);
    }
    totals.misses += real.length - paired;
    totals.falseOnes += said.length - paired;
  }
  const identityTruePositives = bestIdentities(agreed, assignment);
  return {
    ...totals,
    identityTruePositives,
    mota: 1 - (totals.misses + totals.falseOnes + totals.switches) / Math.max(1, totals.truths),
    idf1: (2 * identityTruePositives) / Math.max(1, totals.truths + totals.answers),
  };
}

function bestIdentities(agreed: ReadonlyMap<string, number>, assignment: Assignment): number {
  const rows = new Map<string, number>();
  const columns = new Map<string, number>();
  const index = (of: Map<string, number>, name: string) => {
    const known = of.get(name);
    if (known !== undefined) return known;
    of.set(name, of.size);
    return of.size - 1;
  };
  const pairs = [...agreed].map(([key, count]) => {
    const [a = '', b = ''] = key.split(' ');
    return [index(rows, a), index(columns, b), count] as const;
  });
  assignment.begin(rows.size, columns.size);
  for (const [row, column, count] of pairs) assignment.offer(row, column, -count);
  assignment.solve();
  return pairs.reduce((sum, [row, column, count]) => sum + (assignment.rowTo[row] === column ? count : 0), 0);
}

/** The scores of several sequences as one: sums, as the MOT challenge adds them. */
export function addScores(scores: readonly Score[]): Score {
  const sum = (of: keyof Score) => scores.reduce((total, score) => total + score[of], 0);
  const truths = sum('truths');
  const answers = sum('answers');
  const [misses, falseOnes, switches] = [sum('misses'), sum('falseOnes'), sum('switches')];
  const identityTruePositives = sum('identityTruePositives');
  return {
    truths,
    answers,
    misses,
    falseOnes,
    switches,
    fragments: sum('fragments'),
    identityTruePositives,
    mota: 1 - (misses + falseOnes + switches) / Math.max(1, truths),
    idf1: (2 * identityTruePositives) / Math.max(1, truths + answers),
  };
}
