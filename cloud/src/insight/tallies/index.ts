import type { OpeningHours } from '../opening-hours.js';
import { CoverageTally } from './coverage-tally.js';
import { CrossingsTally } from './crossings-tally.js';
import { HeatTally } from './heat-tally.js';
import { SaleTally } from './sale-tally.js';
import { SlotTally } from './slot-tally.js';
import { ZoneTally } from './zone-tally.js';

export { mergeEpochs, type Tally } from './tally.js';
export { UNPLACED } from './sale-tally.js';

/** One tally of each kind that is rolled up. */
export class Tallies {
  readonly crossings = new CrossingsTally();
  readonly zone = new ZoneTally();
  readonly heat = new HeatTally();
  readonly slot = new SlotTally();
  readonly coverage: CoverageTally;
  readonly sale = new SaleTally();

  constructor(hours: OpeningHours) {
    this.coverage = new CoverageTally(hours);
  }
}

export const ROLLED_KINDS = ['crossings', 'zone', 'heat', 'slot', 'coverage', 'sale'] as const;
export type RolledKind = (typeof ROLLED_KINDS)[number];
