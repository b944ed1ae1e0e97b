import { probabilitiesOfBest } from './best-of.js';

/**
 * What a screen has learnt of its items: per item a linear model of the reward over the features of the moment, with its uncertainty (Bayesian regression with
 * normal noise; Agrawal and Goyal, arXiv 1209.3352). Items start from one prior, which the cloud may set from other shops; what was learnt fades,
 * since novelty does. State is plain data, so that a snapshot holds it, and a consequence of the rewards applied.
 */
export interface BanditSettings {
  /** number of features of a moment, the constant 1 included */
  features: number;
  /** what an item is taken to be worth before it was shown, per feature, and how sure that is (1 ÷ variance) */
  prior: { mean: readonly number[]; precision: readonly number[] };
  /** variance of one reward around its mean. Larger learns slower and explores longer */
  noise: number;
  /** days after which what was learnt weighs half as much. Shorter follows change and knows less */
  halfLifeDays: number;
}

export interface ItemState {
  /** sums of weight × feature × feature, row by row */
  squares: number[];
  /** sums of weight × feature × reward */
  gained: number[];
  /** event time at which the sums were last brought to date, ms */
  ts: number;
}

export interface Ranked {
  /** probability of each item under the policy, before chance was drawn; they add up to 1 */
  probabilities: Float64Array;
  chosen: number;
}

const DAY_MS = 86_400_000;

export class Bandit {
  readonly #items: Map<string, ItemState>;
  /** used anew for every item: a choice among hundreds leaves no garbage behind */
  readonly #scratch: Record<'precision' | 'right' | 'half' | 'pulled', Float64Array>;

  constructor(
    private readonly settings: BanditSettings,
    state: Iterable<readonly [string, ItemState]> = [],
  ) {
    const d = settings.features;
    this.#scratch = {
      precision: new Float64Array(d * d),
      ...{ right: new Float64Array(d), half: new Float64Array(d), pulled: new Float64Array(d) },
    };
    this.#items = new Map(
      [...state].map(([id, { squares, gained, ts }]) => [id, { squares: [...squares], gained: [...gained], ts }]),
    );
  }

  /**
   * Chooses one of the items (at least one) for the moment by Thompson sampling.
   * @param features one row per item: what this item sees of the moment
   * @param chance uniform in [0, 1): the only chance there is
   * @param prior of these items, instead of that of the settings
   */
  choose(
    items: readonly string[],
    features: readonly (readonly number[])[],
    ts: number,
    chance: number,
    prior: BanditSettings['prior'] = this.settings.prior,
  ): Ranked {
    const means = new Float64Array(items.length);
    const deviations = new Float64Array(items.length);
    items.forEach((id, index) => {
      const { mean, variance } = this.#predict(id, features[index] as readonly number[], ts, prior);
      means[index] = mean;
      deviations[index] = Math.sqrt(variance);
    });
    const probabilities = probabilitiesOfBest(means, deviations);
    let left = chance;
    let chosen = -1;
    for (let index = 0; index < items.length; index += 1) {
      const share = probabilities[index]!;
      if (share <= 0) continue;
      // also where rounding leaves the sum a hair below 1, an item that can be chosen is
      chosen = index;
      left -= share;
      if (left < 0) break;
    }
    return { probabilities, chosen };
  }

  /** A reward, however late: it counts for the moment in which the item was shown. */
  reward(id: string, features: readonly number[], reward: number, ts: number, weight = 1): void {
    const d = this.settings.features;
    const item = this.#items.get(id) ?? {
      squares: new Array<number>(d * d).fill(0),
      gained: new Array<number>(d).fill(0),
      ts,
    };
    const newest = Math.max(item.ts, ts);
    fade(item, this.#faded(newest - item.ts));
    const late = weight * this.#faded(newest - ts);
    for (let i = 0; i < d; i += 1) {
      item.gained[i]! += late * features[i]! * reward;
      for (let j = 0; j < d; j += 1) item.squares[i * d + j]! += late * features[i]! * features[j]!;
    }
    item.ts = newest;
    this.#items.set(id, item);
  }

  /** An item that is no longer shown anywhere is forgotten. */
  forget(id: string): void {
    this.#items.delete(id);
  }

  state(): [string, ItemState][] {
    return [...this.#items].map(([id, { squares, gained, ts }]) => [
      id,
      { squares: [...squares], gained: [...gained], ts },
    ]);
  }

  #predict(
    id: string,
    features: readonly number[],
    ts: number,
    prior: BanditSettings['prior'],
  ): { mean: number; variance: number } {
    const { features: d, noise } = this.settings;
    const item = this.#items.get(id);
    if (!item) {
      let mean = 0;
      let variance = 0;
      for (let i = 0; i < d; i += 1) {
        mean += features[i]! * prior.mean[i]!;
        variance += (features[i]! * features[i]!) / prior.precision[i]!;
      }
      return { mean, variance };
    }
    const faded = this.#faded(Math.max(0, ts - item.ts)) / noise;
    const { precision, right, half, pulled } = this.#scratch;
    for (let at = 0; at < precision.length; at += 1) precision[at] = item.squares[at]! * faded;
    for (let i = 0; i < d; i += 1) {
      precision[i * d + i]! += prior.precision[i]!;
      right[i] = item.gained[i]! * faded + prior.precision[i]! * prior.mean[i]!;
    }
    factor(precision, d);
    forward(precision, d, features, half);
    forward(precision, d, right, pulled);
    let mean = 0;
    let variance = 0;
    for (let i = 0; i < d; i += 1) {
      mean += half[i]! * pulled[i]!;
      variance += half[i]! * half[i]!;
    }
    return { mean, variance };
  }

  #faded(ms: number): number {
    return 0.5 ** (ms / (this.settings.halfLifeDays * DAY_MS));
  }
}

function fade(item: ItemState, by: number): void {
  if (by === 1) return;
  item.squares = item.squares.map((square) => square * by);
  item.gained = item.gained.map((sum) => sum * by);
}

/** Cholesky's factor in place (lower triangle) of a positive definite matrix. */
function factor(matrix: Float64Array, d: number): void {
  for (let i = 0; i < d; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = matrix[i * d + j]!;
      for (let k = 0; k < j; k += 1) sum -= matrix[i * d + k]! * matrix[j * d + k]!;
      matrix[i * d + j] = i === j ? Math.sqrt(sum) : sum / matrix[j * d + j]!;
    }
  }
}

/** Solves L·x = right. */
function forward(lower: Float64Array, d: number, right: ArrayLike<number>, x: Float64Array): void {
  for (let i = 0; i < d; i += 1) {
    let sum = right[i]!;
    for (let k = 0; k < i; k += 1) sum -= lower[i * d + k]! * x[k]!;
    x[i] = sum / lower[i * d + i]!;
  }
}
