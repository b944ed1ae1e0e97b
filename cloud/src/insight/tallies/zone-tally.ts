import type { StoredFact } from '../../ports/index.js';
import { Histogram } from './histogram.js';
import { InterestSum } from './interest.js';
import { entry, type Tally } from './tally.js';

export interface ZoneSum {
  visits: number;
  visitors: number;
  dwellMs: number;
  histogram: Histogram;
  overlapMs: number;
  maxOpen: number;
  interest: InterestSum;
}

type Packed = [
  zoneId: string,
  visits: number,
  visitors: number,
  dwellMs: number,
  overlapMs: number,
  maxOpen: number,
  histogram: readonly number[],
  /** left out where no model has judged */
  interest?: [ppmMs: string, ms: number],
];

/** Visits and dwell per zone. */
export class ZoneTally implements Tally<'zone'> {
  readonly zones = new Map<string, ZoneSum>();

  add({ subject, value }: StoredFact<'zone'>): void {
    const { visits, visitors, dwellMs, overlapMs, maxOpen } = value;
    const sum = this.#sum(subject);
    sum.visits += visits;
    sum.visitors += visitors;
    sum.dwellMs += dwellMs;
    sum.overlapMs += overlapMs;
    sum.maxOpen = Math.max(sum.maxOpen, maxOpen);
    if (value.histogram.length > 0) sum.histogram.add(inOrder(value.histogram));
    if (value.interest) sum.interest.add(value.interest.ppmMs, value.interest.ms);
  }

  addPacked(packed: unknown): void {
    for (const [zoneId, visits, visitors, dwellMs, overlapMs, maxOpen, histogram, interest] of packed as Packed[]) {
      const sum = this.#sum(zoneId);
      sum.visits += visits;
      sum.visitors += visitors;
      sum.dwellMs += dwellMs;
      sum.overlapMs += overlapMs;
      sum.maxOpen = Math.max(sum.maxOpen, maxOpen);
      sum.histogram.add(histogram);
      if (interest) sum.interest.addPacked(interest);
    }
  }

  packed(): unknown {
    return [...this.zones].map(([zoneId, sum]): Packed => [
      zoneId,
      sum.visits,
      sum.visitors,
      sum.dwellMs,
      sum.overlapMs,
      sum.maxOpen,
      sum.histogram.pairs(),
      ...(sum.interest.ms > 0 ? ([sum.interest.packed()] as const) : ([] as const)),
    ]);
  }

  #sum(zoneId: string): ZoneSum {
    return entry(this.zones, zoneId, () => ({
      visits: 0,
      visitors: 0,
      dwellMs: 0,
      histogram: new Histogram(),
      overlapMs: 0,
      maxOpen: 0,
      interest: new InterestSum(),
    }));
  }
}

/** Seconds rise by contract; a list that does not, or that names a second twice, is still counted right. */
function inOrder(histogram: readonly (readonly [number, number])[]): number[] {
  const sums = new Histogram();
  if (histogram.every(([second], at) => at === 0 || second > (histogram[at - 1] as readonly [number, number])[0]))
    return histogram.flat();
  for (const pair of histogram) sums.add(pair);
  return [...sums.pairs()];
}
