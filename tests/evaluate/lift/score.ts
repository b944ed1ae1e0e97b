import { alwaysValid } from '../../../cloud/src/insight/experiments/always-valid.js';
import { sampleOf, type BlockOutcome } from '../../../cloud/src/insight/experiments/blocks.js';
import { carryOver, novelty } from '../../../cloud/src/insight/experiments/over-time.js';
import { fixedHorizon } from '../../../cloud/src/insight/experiments/randomisation.js';
import type { Random } from '../../../simulators/src/random.js';
import { simulate, type Scenario } from './shop.js';

export interface Coverage {
  /** runs whose fixed interval, read once at the end, holds the planted lift */
  covered: number;
  /** runs whose p of no lift is at most 0.05 */
  significant: number;
  /** runs in which the always-valid interval, looked at after every day, ever does not hold it */
  everMissed: number;
  /** runs in which it ever excludes 0, on any day: the page would say that there is a difference */
  claimed: number;
  halfWidths: { fixed: number; alwaysValid: number };
}

export interface OverTime {
  outcomes: number;
  fading: number;
  carryOver: number;
  firstWeek: number;
  lastWeek: number;
}

const LEVEL = 0.05;

export function scoreCoverage(scenario: Scenario, runs: number, chanceOf: (run: number) => Random): Coverage {
  const planted = scenario.lift(0);
  const counts = { covered: 0, significant: 0, everMissed: 0, claimed: 0 };
  const widths = { fixed: [] as number[], alwaysValid: [] as number[] };
  for (let run = 0; run < runs; run += 1) {
    const random = chanceOf(run);
    const blocks = simulate(scenario, random);
    const fixed = fixedHorizon(sampleOf(blocks), () => random.next());
    if (!fixed) throw new Error('a run without any outcome in an arm: the scenario is too small');
    if (fixed.low <= planted && planted <= fixed.high) counts.covered += 1;
    if (fixed.p <= LEVEL) counts.significant += 1;
    widths.fixed.push((fixed.high - fixed.low) / 2);
    const looks = dailyLooks(blocks, scenario);
    if (looks.some(({ low, high }) => planted < low || planted > high)) counts.everMissed += 1;
    if (looks.some(({ low, high }) => low > 0 || high < 0)) counts.claimed += 1;
    const last = looks[looks.length - 1];
    if (last) widths.alwaysValid.push((last.high - last.low) / 2);
  }
  return {
    covered: counts.covered / runs,
    significant: counts.significant / runs,
    everMissed: counts.everMissed / runs,
    claimed: counts.claimed / runs,
    halfWidths: { fixed: median(widths.fixed), alwaysValid: median(widths.alwaysValid) },
  };
}

function dailyLooks(blocks: readonly BlockOutcome[], { days, holdout }: Scenario): { low: number; high: number }[] {
  const planned = { treated: blocks.length * (1 - holdout), heldOut: blocks.length * holdout };
  const perDay = blocks.length / days;
  return Array.from({ length: days }, (_, day) =>
    alwaysValid(sampleOf(blocks.slice(0, (day + 1) * perDay)), planned),
  ).flatMap((bounds) => (bounds ? [bounds] : []));
}

/** How often a change over time and a carry-over are found, at p ≤ 0.05. */
export function scoreOverTime(scenario: Scenario, runs: number, chanceOf: (run: number) => Random): OverTime {
  const sums = { outcomes: 0, fading: 0, carryOver: 0, firstWeek: 0, lastWeek: 0 };
  for (let run = 0; run < runs; run += 1) {
    const random = chanceOf(run);
    const blocks = simulate(scenario, random);
    const over = novelty(blocks, () => random.next(), 199);
    const carried = carryOver(sampleOf(blocks), () => random.next(), 199);
    sums.outcomes += blocks.reduce((sum, { outcome }) => sum + outcome, 0) / runs;
    if (over.p !== null && over.p <= LEVEL && (over.slope ?? 0) < 0) sums.fading += 1 / runs;
    if (carried && carried.p <= LEVEL && carried.effect > 0) sums.carryOver += 1 / runs;
    sums.firstWeek += (over.weeks[0]?.lift ?? 0) / runs;
    sums.lastWeek += (over.weeks[over.weeks.length - 1]?.lift ?? 0) / runs;
  }
  return sums;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
