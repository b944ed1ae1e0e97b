import type { Told } from '../figures/truth.js';

/** One step of a chart, and what stood there in the period to compare with. */
export interface ChartStep {
  startMs: number;
  told: Told;
  before: number | null;
}
