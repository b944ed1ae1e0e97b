import type { StoredFact } from '../../ports/index.js';
import { entry, type Tally } from './tally.js';

/** People in and out per entrance. */
export class CrossingsTally implements Tally<'crossings'> {
  /** by entrance or passersBy id */
  readonly lines = new Map<string, { in: number; out: number }>();

  add({ subject, value }: StoredFact<'crossings'>): void {
    this.#add(subject, value.in, value.out);
  }

  addPacked(packed: unknown): void {
    for (const [subject, inwards, outwards] of packed as [string, number, number][]) {
      this.#add(subject, inwards, outwards);
    }
  }

  packed(): unknown {
    return [...this.lines].map(([subject, sum]) => [subject, sum.in, sum.out]);
  }

  #add(subject: string, inwards: number, outwards: number): void {
    const sum = entry(this.lines, subject, () => ({ in: 0, out: 0 }));
    sum.in += inwards;
    sum.out += outwards;
  }
}
