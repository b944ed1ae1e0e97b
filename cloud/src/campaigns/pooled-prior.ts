import { MOMENT_FEATURES, featuresOf, type FactValue, type Goal, type ScreenPrior } from '@aisle/contracts';

/** What a shop's settled choices of one goal add up to, item by item. Plain sums: days and shops add. */
export interface ItemSums {
  choices: number;
  rewards: number;
  /** Σ feature, Σ feature × feature (row by row), Σ feature × reward */
  features: number[];
  squares: number[];
  gained: number[];
}
export type Sums = Map<string, ItemSums>;

const D = MOMENT_FEATURES;
/** What is taken to be so before any shop has told, as the agent takes it by itself, and how sure that is. */
const USUAL = { mean: [0.1, 0, 0, 0, 0], precision: [25, 25, 50, 50, 50] } as const;
/** Fewer tell no prior. */
const LEAST = { choices: 200, items: 3, shops: 2 } as const;
/** Variance of one reward around its mean, as the agent takes it. */
const NOISE = 0.05;
/** An item of fewer choices says nothing of how items differ. */
const LEAST_OF_ITEM = 10;
/** However alike items are, one may differ: by 3 in a hundred; however unlike, none by more than a half. */
const PRECISION = { least: 4, most: 1000 } as const;

/** One choice of a treated block made for people, whose reward is known. Others teach nothing. */
export function addChoice(sums: Sums, { contentId, candidates, inputs, arm, rewarded }: FactValue<'decision'>): void {
  const { hour, people } = inputs ?? {};
  if (rewarded === undefined || arm !== 'treated' || typeof hour !== 'number' || typeof people !== 'number') return;
  if (people < 1) return;
  const interestPpm = candidates.find((one) => one.contentId === contentId)?.interestPpm ?? 0;
  const x = featuresOf({ hour, people }, interestPpm);
  const item = sums.get(contentId) ?? {
    ...{ choices: 0, rewards: 0, features: zeros(D), squares: zeros(D * D), gained: zeros(D) },
  };
  sums.set(contentId, item);
  const reward = rewarded ? 1 : 0;
  item.choices += 1;
  item.rewards += reward;
  for (let i = 0; i < D; i += 1) {
    item.features[i]! += x[i]!;
    item.gained[i]! += x[i]! * reward;
    for (let j = 0; j < D; j += 1) item.squares[i * D + j]! += x[i]! * x[j]!;
  }
}

/**
 * What a new item is worth, from those that shops have shown: the regression of all rewards on the moment (Bayesian, from the usual prior), and how much items differ
 * around it beyond chance (moments; empirical Bayes: Efron, Morris, JASA 70, 1975). Undefined where too little was shown, or by one shop alone.
 * @param shops sums of each
 */
export function pooledPrior(goal: Goal, shops: readonly Sums[], atTs: number): ScreenPrior | undefined {
  const told = shops.filter((sums) => [...sums.values()].some(({ choices }) => choices > 0));
  const items = told.flatMap((sums) => [...sums.values()]);
  const choices = items.reduce((sum, item) => sum + item.choices, 0);
  if (told.length < LEAST.shops || choices < LEAST.choices || items.length < LEAST.items) return undefined;
  const left = zeros(D * D);
  const right = USUAL.mean.map((mean, i) => mean * USUAL.precision[i]!);
  for (let i = 0; i < D; i += 1) left[i * D + i] = USUAL.precision[i]!;
  for (const { squares, gained } of items) {
    squares.forEach((square, k) => (left[k]! += square / NOISE));
    gained.forEach((gain, i) => (right[i]! += gain / NOISE));
  }
  const mean = solved(left, right);
  let between = 0;
  let weight = 0;
  for (const item of items) {
    if (item.choices < LEAST_OF_ITEM) continue;
    const rate = item.rewards / item.choices;
    const expected = item.features.reduce((sum, x, i) => sum + x * mean[i]!, 0) / item.choices;
    const chance = Math.max(rate * (1 - rate), 1 / item.choices) / item.choices;
    between += item.choices * ((rate - expected) ** 2 - chance);
    weight += item.choices;
  }
  const variance = weight > 0 ? Math.max(0, between / weight) : 1 / USUAL.precision[0]!;
  const own = Math.min(PRECISION.most, Math.max(PRECISION.least, variance > 0 ? 1 / variance : PRECISION.most));
  return {
    ...{ goal, mean: mean.map((value) => Math.min(2, Math.max(-2, value))) },
    precision: USUAL.precision.map((usual, i) => (i === 0 ? own : usual)),
    ...{ shops: told.length, choices, items: items.length, atTs },
  };
}

/** The other's sums added to the first's. */
export function addSums(to: Sums, others: Sums): void {
  for (const [id, { choices, rewards, features, squares, gained }] of others) {
    const known = to.get(id);
    const plus = (one: readonly number[] | undefined, other: readonly number[]) =>
      other.map((value, i) => value + (one?.[i] ?? 0));
    to.set(id, {
      ...{ choices: (known?.choices ?? 0) + choices, rewards: (known?.rewards ?? 0) + rewards },
      ...{ features: plus(known?.features, features), squares: plus(known?.squares, squares) },
      gained: plus(known?.gained, gained),
    });
  }
}

const zeros = (count: number): number[] => new Array<number>(count).fill(0);

/** Solves a symmetric positive definite system by Gauss's elimination. */
function solved(matrix: readonly number[], right: readonly number[]): number[] {
  const a = [...matrix];
  const b = [...right];
  for (let i = 0; i < D; i += 1)
    for (let k = i + 1; k < D; k += 1) {
      const by = a[k * D + i]! / a[i * D + i]!;
      for (let j = i; j < D; j += 1) a[k * D + j]! -= by * a[i * D + j]!;
      b[k]! -= by * b[i]!;
    }
  for (let i = D - 1; i >= 0; i -= 1) {
    for (let j = i + 1; j < D; j += 1) b[i]! -= a[i * D + j]! * b[j]!;
    b[i]! /= a[i * D + i]!;
  }
  return b;
}
