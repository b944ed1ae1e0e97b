import { SystemClock } from '../../cloud/src/adapters/system-clock.js';
import { arrange } from '../../cloud/src/planograms/arrange.js';
import { Solver } from '../../cloud/src/planograms/solve.js';
import { Random } from '../../simulators/src/random.js';
import { atMost, percentile, type Figure } from './figures.js';

const [LEVELS, PER_LEVEL] = [5, 8];

/** The best arrangement of a fixture of 40 products × 5 levels, as a shop might have it; the solver is loaded before. */
export async function benchArrange(): Promise<Figure[]> {
  const solver = new Solver(new SystemClock());
  const took: number[] = [];
  const gaps: number[] = [];
  for (let seed = 0; seed <= 5; seed += 1) {
    const random = Random.stream(seed, 'arrange');
    const items = Array.from({ length: LEVELS * PER_LEVEL }, (_, at) => ({
      ...{ id: `p${at}`, level: 1 + (at % LEVELS), facings: random.integer(1, 4) },
      ...{ sales: random.integer(5, 900), unitsPerFacing: random.integer(4, 10), leastUnits: random.integer(1, 8) },
    }));
    const levels = Array.from({ length: LEVELS }, (_, at) => ({
      level: at + 1,
      width: items.reduce((sum, { level, facings }) => sum + (level === at + 1 ? facings : 0), 0),
    }));
    const began = performance.now();
    // within the time that a page has, too
    const { gap, value } = await arrange(items, levels, { solver, worthMoving: 1 });
    const seconds = (performance.now() - began) / 1000;
    if (value === null) throw new Error('no arrangement was found');
    if (seed === 0) continue;
    took.push(seconds);
    gaps.push(gap ?? 1);
  }
  await solver.close();
  return [
    atMost('best arrangement of 40 products × 5 levels, the slowest of 5', percentile(took, 1), 's', {
      name: 'promised',
      value: 2,
    }),
    atMost('gap that is left, the widest of 5', percentile(gaps, 1), 'share', { name: 'worth having', value: 0.01 }),
  ];
}
