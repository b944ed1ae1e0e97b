/** Steps of a histogram of dwell, seconds; the last has no end. */
const EDGES = [0, 3, 5, 10, 20, 30, 60, 120, 300, 600] as const;

export interface DwellStep {
  from: number;
  /** not included; null: and longer */
  to: number | null;
  visits: number;
  /** all of it counts as engaged */
  engaged: boolean;
}

/** Visits by how long they lasted, in steps that people can read; one edge is always where engagement begins. */
export function dwellSteps(visits: readonly (readonly [number, number])[], engagedAfter: number): DwellStep[] {
  const edges = [...new Set<number>([...EDGES, engagedAfter])].filter((edge) => edge >= 0).sort((a, b) => a - b);
  const steps = edges.map((from, at): DwellStep => ({
    from,
    to: edges[at + 1] ?? null,
    visits: 0,
    engaged: from >= engagedAfter,
  }));
  for (const [second, count] of visits) {
    const step = steps.findLast(({ from }) => second >= from);
    if (step) step.visits += count;
  }
  while (steps.length > 1 && steps.at(-1)?.visits === 0) steps.pop();
  return steps;
}
