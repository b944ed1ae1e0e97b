import { afterAll, describe, expect, it } from 'vitest';
import { arrange, leastFacings, salesAt, type ShelfItem, type ShelfLevel } from '../../src/planograms/arrange.js';
import { SystemClock } from '../../src/adapters/system-clock.js';
import { Solver, SolverFailed } from '../../src/planograms/solve.js';
import { EXPECTED, eyeLevelOf, levelFactors, spaceFactor } from '../../src/planograms/shelf-model.js';
import { Random } from '../../../simulators/src/random.js';

const solver = new Solver(new SystemClock());
afterAll(() => solver.close());

/** Every arrangement there is, tried one by one. @returns the most that any sells; undefined: none fits */
function byHand(items: readonly ShelfItem[], levels: readonly ShelfLevel[]): number | undefined {
  const factors = levelFactors(
    levels.map(({ level }) => level),
    EXPECTED,
  );
  const room = new Map(levels.map(({ level, width }) => [level, width]));
  let best: number | undefined;
  const next = (at: number, sum: number): void => {
    const item = items[at];
    if (!item) {
      if (best === undefined || sum > best) best = sum;
      return;
    }
    for (const { level } of levels)
      for (let facings = leastFacings(item); facings <= (item.isFixed ? item.facings : item.most!); facings += 1) {
        if (item.isFixed && level !== item.level) continue;
        const [left, used] = [room.get(level)!, facings * (item.width ?? 1)];
        if (used > left + 1e-9) continue;
        room.set(level, left - used);
        next(at + 1, sum + salesAt(item, { level, facings }, factors, EXPECTED));
        room.set(level, left);
      }
  };
  next(0, 0);
  return best;
}

function caseOf(seed: number): { items: ShelfItem[]; levels: ShelfLevel[] } {
  const random = Random.stream(seed, 'shelf');
  const levels = [1, 2, 3].map((level) => ({ level, width: random.integer(1, 5) }));
  const items = Array.from({ length: 5 }, (_, at) => ({
    ...{ id: `p${at}`, level: random.integer(1, 3), facings: random.integer(1, 2), sales: random.integer(0, 500) },
    ...{ width: [1, 1, 1.5][random.integer(0, 2)]!, unitsPerFacing: 6, leastUnits: random.integer(1, 9) },
    ...{ most: 3, isFixed: random.integer(0, 9) === 0 },
  }));
  return { items, levels };
}

describe('the best arrangement of a fixture', () => {
  it('is the one that trying every arrangement finds, and says where there is none', async () => {
    let [found, none] = [0, 0];
    for (let seed = 1; seed <= 10; seed += 1) {
      const { items, levels } = caseOf(seed);
      const best = byHand(items, levels);
      const got = await arrange(items, levels, { solver, timeLimit: 60 });
      if (best === undefined) {
        none += 1;
        expect(got.arrangement, `seed ${seed}`).toBeNull();
        expect(got.impossible?.sentence.en).toMatch(/room|facings/);
        continue;
      }
      found += 1;
      expect(got, `seed ${seed}`).toMatchObject({ proven: true });
      expect(Math.abs(got.value! - best), `seed ${seed}`).toBeLessThanOrEqual(2e-6 * Math.max(1, best));
      for (const { level, width } of levels) {
        const used = got.arrangement!.reduce((sum, placed) => {
          const item = items.find(({ id }) => id === placed.id)!;
          return placed.level === level ? sum + placed.facings * (item.width ?? 1) : sum;
        }, 0);
        expect(used).toBeLessThanOrEqual(width + 1e-9);
      }
      for (const { id, facings } of got.arrangement!) {
        const item = items.find((one) => one.id === id)!;
        if (item.isFixed) expect(facings).toBe(item.facings);
        else expect(facings * item.unitsPerFacing!).toBeGreaterThanOrEqual(item.leastUnits!);
        expect(facings).toBeLessThanOrEqual(item.most!);
      }
    }
    expect(Math.min(found, none)).toBeGreaterThan(1);
  });

  it('puts what sells most to eye level, and leaves what moving would not pay for', async () => {
    const item = (id: string, level: number, sales: number): ShelfItem => ({ id, level, facings: 1, sales, most: 1 });
    const levels = [1, 2, 3, 4, 5].map((level) => ({ level, width: 1 }));
    const items = [item('a', 4, 10), item('b', 1, 500), item('c', 2, 10), item('d', 3, 10), item('e', 5, 10)];
    const free = await arrange(items, levels, { solver });
    expect(free.arrangement!.find(({ id }) => id === 'b')).toEqual({ id: 'b', level: 4, facings: 1 });
    const dear = await arrange(items, levels, { solver, worthMoving: 1000 });
    expect(dear.arrangement).toEqual(items.map(({ id, level, facings }) => ({ id, level, facings })));
  });

  it('says in both languages what does not fit, and never gives a number for it', async () => {
    const levels = [{ level: 1, width: 3 }];
    const wide: ShelfItem = { id: 'wide', level: 1, facings: 1, sales: 1, unitsPerFacing: 2, leastUnits: 9, most: 9 };
    expect(await arrange([wide], levels, { solver })).toMatchObject({
      ...{ arrangement: null, value: null, gap: null },
      impossible: { code: 'itemNeedsMore', values: { item: 'wide', facings: 5, needed: 5, widest: 3 } },
    });
    const few = Array.from({ length: 4 }, (_, at) => ({ id: `${at}`, level: 1, facings: 1, sales: 9 }));
    const crowded = await arrange(few, levels, { solver });
    expect(crowded.impossible).toMatchObject({ code: 'tooNarrow', values: { items: 4, needed: 4, there: 3 } });
    expect(crowded.impossible?.sentence.zh).toContain('放不下全部 4 个商品');
    expect(await arrange([], levels, { solver })).toMatchObject({ arrangement: [], value: 0, proven: true });
  });
});

describe('the solver', () => {
  it('goes on after a problem that it cannot read, one after the other', async () => {
    const fine = { text: 'Maximize\n o: 3 a + 2 b\nSubject To\n c: a + b <= 1\nBinary\n a b\nEnd\n', timeLimit: 5 };
    const broken = solver.solve({ text: 'Maximize\n o: a b c <= >= nonsense', columns: ['a'], timeLimit: 5 });
    const after = solver.solve({ ...fine, columns: ['b', 'a'], start: [1, 0] });
    await expect(broken).rejects.toThrow(SolverFailed);
    expect(await after).toEqual({ status: 'optimal', values: [0, 1], gap: 0 });
  });
});

describe('what a place does to sales', () => {
  it('gains ever less with each facing, and loses less with one fewer than it gains with one more', () => {
    const gains = [2, 3, 4, 5].map((to) => spaceFactor(1, to, EXPECTED) - spaceFactor(1, to - 1, EXPECTED));
    expect([...gains].sort((a, b) => b - a)).toEqual(gains);
    expect(spaceFactor(4, 8, EXPECTED)).toBeCloseTo(2 ** 0.17, 12);
    expect(1 / spaceFactor(4, 2, EXPECTED)).toBeLessThan(spaceFactor(4, 8, EXPECTED));
    expect(spaceFactor(3, 3, EXPECTED)).toBe(1);
  });

  it('is best three quarters up, and as much worse at the far end as is assumed', () => {
    expect([[1], [1, 2], [1, 2, 3], [1, 2, 3, 4], [5, 4, 3, 2, 1], []].map(eyeLevelOf)).toEqual([1, 2, 3, 3, 4, null]);
    const factors = levelFactors([1, 2, 3, 4, 5], EXPECTED);
    expect(factors.get(4)).toBe(1);
    expect(factors.get(4)! / factors.get(1)!).toBeCloseTo(EXPECTED.bestToWorst, 12);
    expect(factors.get(5)).toBeCloseTo(factors.get(3)!, 12);
    expect([...levelFactors([2], EXPECTED)]).toEqual([[2, 1]]);
  });
});
