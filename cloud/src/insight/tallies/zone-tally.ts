import type { StoredFact } from '../../ports/index.js';
import { entry, type Tally } from './tally.js';

export interface ZoneSum {
  visits: number;
  visitors: number;
  dwellMs: number;
  /** by whole second of dwell: visits */
  histogram: Map<number, number>;
  overlapMs: number;
  maxOpen: number;
}

type Packed = [
  zoneId: string,
  visits: number,
  visitors: number,
  dwellMs: number,
  overlapMs: number,
  maxOpen: number,
  histogram: number[],
];

/** Visits and dwell per zone. */
export class ZoneTally implements Tally<'zone'> {
  readonly zones = new Map<string, ZoneSum>();

  add({ subject, value }: StoredFact<'zone'>): void {
    const { visits, visitors, dwellMs, overlapMs, maxOpen } = value;
    // a stay that was revised away leaves a statement of zeros, which is as good as none
    if (visits === 0 && overlapMs === 0 && maxOpen === 0 && visitors === 0) return;
    const sum = this.#sum(subject);
    sum.visits += visits;
    sum.visitors += visitors;
    sum.dwellMs += dwellMs;
    sum.overlapMs += overlapMs;
    sum.maxOpen = Math.max(sum.maxOpen, maxOpen);
    for (const [second, count] of value.histogram) sum.histogram.set(second, (sum.histogram.get(second) ?? 0) + count);
  }

  addPayload(payload: string): void {
    for (const [zoneId, visits, visitors, dwellMs, overlapMs, maxOpen, histogram] of JSON.parse(payload) as Packed[]) {
      const sum = this.#sum(zoneId);
      sum.visits += visits;
      sum.visitors += visitors;
      sum.dwellMs += dwellMs;
      sum.overlapMs += overlapMs;
      sum.maxOpen = Math.max(sum.maxOpen, maxOpen);
      for (let at = 0; at < histogram.length; at += 2) {
        const second = histogram[at] as number;
        sum.histogram.set(second, (sum.histogram.get(second) ?? 0) + (histogram[at + 1] as number));
      }
    }
  }

  payload(): string {
    const packed: Packed[] = [...this.zones].map(([zoneId, sum]) => [
      zoneId,
      sum.visits,
      sum.visitors,
      sum.dwellMs,
      sum.overlapMs,
      sum.maxOpen,
      [...sum.histogram].sort((a, b) => a[0] - b[0]).flat(),
    ]);
    return JSON.stringify(packed);
  }

  #sum(zoneId: string): ZoneSum {
    return entry(this.zones, zoneId, () => ({
      visits: 0,
      visitors: 0,
      dwellMs: 0,
      histogram: new Map(),
      overlapMs: 0,
      maxOpen: 0,
    }));
  }
}
