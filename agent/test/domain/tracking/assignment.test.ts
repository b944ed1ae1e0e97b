import { describe, expect, it } from 'vitest';
import { Assignment } from '../../../src/domain/tracking/assignment.js';
import { Chance } from './random.js';

/** The least total cost, by trying everything. */
function leastCost(costs: readonly (readonly number[])[], row = 0, used = 0): number {
  if (row === costs.length) return 0;
  let least = leastCost(costs, row + 1, used);
  for (const [column, cost] of (costs[row] ?? []).entries())
    if (cost < 0 && (used & (1 << column)) === 0)
      least = Math.min(least, cost + leastCost(costs, row + 1, used | (1 << column)));
  return least;
}

function solve(assignment: Assignment, costs: readonly (readonly number[])[], columns: number): number {
  assignment.begin(costs.length, columns);
  for (const [row, line] of costs.entries())
    for (const [column, cost] of line.entries()) assignment.offer(row, column, cost);
  assignment.solve();
  let total = 0;
  const taken = new Set<number>();
  for (const [row, line] of costs.entries()) {
    const column = assignment.rowTo[row] ?? -1;
    if (column < 0) continue;
    expect(taken.has(column)).toBe(false);
    expect(assignment.columnTo[column]).toBe(row);
    expect(line[column]).toBeLessThan(0);
    taken.add(column);
    total += line[column] ?? 0;
  }
  return total;
}

describe('assignment', () => {
  it('finds the least total cost of 600 random problems, square and oblong, dense and sparse, in one workspace', () => {
    const chance = new Chance(5);
    const assignment = new Assignment();
    for (let round = 0; round < 600; round += 1) {
      const rows = Math.floor(chance.next() * 7);
      const columns = Math.floor(chance.next() * 7);
      const density = chance.next();
      const costs = Array.from({ length: rows }, () =>
        Array.from({ length: columns }, () => (chance.next() < density ? -chance.next() : 1)),
      );
      expect(solve(assignment, costs, columns)).toBeCloseTo(leastCost(costs), 9);
    }
  });

  it('gives up the best single pair where two others are better together', () => {
    const costs = [
      [-5, -4],
      [-4, 0],
    ];
    expect(solve(new Assignment(), costs, 2)).toBe(-8);
  });

  it('leaves without a partner whom every pair would cost', () => {
    const assignment = new Assignment();
    solve(assignment, [[0, 3, Number.NaN]], 3);
    expect(assignment.rowTo[0]).toBe(-1);
  });
});
