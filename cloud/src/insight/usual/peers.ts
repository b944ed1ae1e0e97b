import { betaBinomial, gammaPoisson, type CountLaw } from './counts.js';

/** What one slot did in a stretch of time: so many of (or for) so much. */
export interface Cell {
  /** the slot: it is never its own peer */
  id: string;
  /** from the nearest group of peers to the widest, such as category and level, category, shop */
  groups: readonly string[];
  count: number;
  /** trials, or exposure */
  of: number;
}

/** `share`: so many of so many; `rate`: so many for so much, where one may bring several. */
export type Manner = 'share' | 'rate';

/** The sums of the slots of a group: their counts, exposures, and what their spread is estimated from. */
class Sums {
  count = 0;
  of = 0;
  readonly bySlot = new Map<string, { count: number; of: number }>();

  add({ id, count, of }: Cell): void {
    this.count += count;
    this.of += of;
    const slot = this.bySlot.get(id);
    if (slot) {
      slot.count += count;
      slot.of += of;
    } else this.bySlot.set(id, { count, of });
  }

  /** The rate of the slot in the middle, each weighing what it has done: one that is far off does not move it. */
  get middle(): number {
    if (this.#middle === undefined) {
      const slots = [...this.bySlot.values()].filter(({ of }) => of > 0);
      slots.sort((a, b) => a.count / a.of - b.count / b.of);
      let left = slots.reduce((sum, { of }) => sum + of, 0) / 2;
      const found = slots.find(({ of }) => (left -= of) <= 0);
      const rate = found ? found.count / found.of : 0;
      this.#middle = rate > 0 ? rate : this.count / this.of;
    }
    return this.#middle;
  }
  #middle: number | undefined;

  without(id: string): { count: number; of: number; slots: number } {
    const own = this.bySlot.get(id);
    const slots = this.bySlot.size - (own ? 1 : 0);
    return { count: this.count - (own?.count ?? 0), of: this.of - (own?.of ?? 0), slots };
  }
}

/** What is estimated of how much cells differ beyond chance: (seen − expected) ÷ weight, and how sure. */
interface Spread {
  excess: number;
  weight: number;
  freedom: number;
}
const noSpread = (): Spread => ({ excess: 0, weight: 0, freedom: 0 });

/**
 * What is usual for a slot by what its peers did. The mean of the nearest group is drawn towards that of the next wider one, the less it
 * has seen the more; how far places and times differ beyond chance is estimated by moments over all cells (Kleinman, J. Am. Stat. Assoc.
 * 68, 1973), each about the middle of its nearest group, and taken one standard error larger than it seems, since what is named must hold. A
 * slot's own cells count for nothing in what it is held against.
 */
export class Peers {
  readonly #sums = new Map<string, Sums>();
  readonly #own = new Map<string, Spread>();
  readonly #all = noSpread();
  readonly #between: readonly number[];

  constructor(
    private readonly cells: readonly Cell[],
    private readonly manner: Manner,
  ) {
    for (const cell of cells)
      for (const group of cell.groups) {
        let sums = this.#sums.get(group);
        if (!sums) this.#sums.set(group, (sums = new Sums()));
        sums.add(cell);
      }
    for (const cell of cells) {
      const part = this.#spreadOf(cell);
      let own = this.#own.get(cell.id);
      if (!own) this.#own.set(cell.id, (own = noSpread()));
      for (const sum of [own, this.#all]) {
        sum.excess += part.excess;
        sum.weight += part.weight;
        sum.freedom += part.freedom;
      }
    }
    this.#between = this.#betweenGroups();
  }

  /** How many others stand in the nearest group. */
  others(groups: readonly string[], id: string): number {
    return this.#sums.get(groups[0] as string)?.without(id).slots ?? 0;
  }

  /** How the count of a slot falls that has `of` of the step before; undefined: no other slot has done anything like it. */
  law(groups: readonly string[], id: string, of: number): (CountLaw & { rate: number }) | undefined {
    const found = this.#mean(groups, id);
    if (!found) return undefined;
    const { rate, unsure } = found;
    const spread = this.#spread(id);
    const variance = (this.manner === 'share' ? spread * rate * (1 - rate) : spread * rate * rate) + unsure;
    const law =
      this.manner === 'share'
        ? betaBinomial(Math.round(of), rate, variance)
        : gammaPoisson(of * rate, of * of * variance);
    return { ...law, atMost: (k) => law.atMost(k), rate };
  }

  /** From the widest group inwards. */
  #mean(groups: readonly string[], id: string): { rate: number; unsure: number } | undefined {
    const widest = this.#sums.get(groups.at(-1) as string)?.without(id);
    if (!widest || widest.of <= 0 || widest.slots < 1) return undefined;
    const spread = this.#spread(id);
    // half of one, so that nothing seen yet is not the same as never
    let rate = (widest.count + 0.5) / (widest.of + 1);
    let unsure = this.#errorOf(rate, widest, spread);
    for (let at = groups.length - 2; at >= 0; at -= 1) {
      const sums = this.#sums.get(groups[at] as string)?.without(id);
      const between = (this.#between[at] as number) * rate * rate;
      if (!sums || sums.of <= 0 || sums.slots < 1) {
        unsure += between;
        continue;
      }
      const own = sums.count / sums.of;
      const error = this.#errorOf(rate, sums, spread);
      const prior = between + unsure;
      const weight = prior / (prior + error);
      rate = weight * own + (1 - weight) * rate;
      unsure = weight * error;
    }
    return { rate: Math.max(rate, 1e-9), unsure };
  }

  /** Of the mean of a group: by chance, and because its slots differ. */
  #errorOf(rate: number, { of, slots }: { of: number; slots: number }, spread: number): number {
    const chance = this.manner === 'share' ? rate * (1 - rate) : rate;
    const differ = this.manner === 'share' ? rate * (1 - rate) : rate * rate;
    return chance / of + (spread * differ) / Math.max(1, slots);
  }

  #spread(without: string): number {
    const own = this.#own.get(without) ?? noSpread();
    const [excess, weight] = [this.#all.excess - own.excess, this.#all.weight - own.weight];
    const freedom = Math.max(1, this.#all.freedom - own.freedom);
    if (weight <= 0) return 1;
    const seen = Math.max(0, excess / weight);
    const error = Math.sqrt(2 * freedom) / weight + seen * Math.sqrt(2 / freedom);
    return Math.min(this.manner === 'share' ? 0.9 : 25, seen + error);
  }

  #spreadOf(cell: Cell): Spread {
    const sums = this.#sums.get(cell.groups[0] as string) as Sums;
    const rate = sums.middle;
    if (cell.of <= 0 || !(rate > 0) || (this.manner === 'share' && rate >= 1)) return noSpread();
    const left = 1 - cell.of / sums.of;
    // the only one of its group says nothing of how much they differ
    if (left <= 1e-9) return noSpread();
    const deviation = cell.count / cell.of - rate;
    const chance = this.manner === 'share' ? rate * (1 - rate) : rate;
    const seen = (cell.of * deviation * deviation) / chance;
    const weight = left * (this.manner === 'share' ? Math.max(0, cell.of - 1) : cell.of * rate);
    return { excess: seen - left, weight, freedom: left };
  }

  /** For each level but the widest: how far the means of its groups differ, as variance ÷ square of the mean. */
  #betweenGroups(): number[] {
    const levels = Math.max(0, (this.cells[0]?.groups.length ?? 1) - 1);
    const spread = this.#spread('');
    return Array.from({ length: levels }, (_, at) => {
      const within = new Map<string, string>();
      for (const { groups } of this.cells) within.set(groups[at] as string, groups[at + 1] as string);
      let [excess, weight] = [0, 0];
      for (const [group, wider] of within) {
        const [own, all] = [this.#sums.get(group) as Sums, this.#sums.get(wider) as Sums];
        const rate = all.count / all.of;
        if (!(rate > 0) || own.of <= 0 || own.of >= all.of) continue;
        const error = this.#errorOf(rate, { of: own.of, slots: own.bySlot.size }, spread);
        const deviation = own.count / own.of - rate;
        excess += deviation * deviation - error;
        weight += rate * rate;
      }
      return weight > 0 ? Math.max(0, excess / weight) : 0;
    });
  }
}
