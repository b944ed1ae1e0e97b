import type { StoredFact } from '../../ports/index.js';
import { entry, type Tally } from './tally.js';

/** People in and out per entrance. */
export class CrossingsTally implements Tally<'crossings'> {
  /** by entrance or passersBy id */
  readonly lines = new Map<string, { in: number; out: number }>();

  add({ subject, value }: StoredFact<'crossings'>): void {
    this.#add(subject, value.in, value.out);
  }

  addPayload(payload: string): void {
    for (const [subject, inwards, outwards] of JSON.parse(payload) as [string, number, number][]) {
      this.#add(subject, inwards, outwards);
    }
  }

  payload(): string {
    return JSON.stringify([...this.lines].map(([subject, sum]) => [subject, sum.in, sum.out]));
  }

  #add(subject: string, inwards: number, outwards: number): void {
    if (inwards === 0 && outwards === 0) return;
    const sum = entry(this.lines, subject, () => ({ in: 0, out: 0 }));
    sum.in += inwards;
    sum.out += outwards;
  }
}
