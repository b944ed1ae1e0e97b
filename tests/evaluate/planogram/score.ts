import { placeboEffect, type PlaceboEffect } from '../../../cloud/src/insight/experiments/placebo.js';
import { unitsToCompare } from '../../../cloud/src/planograms/effect-units.js';
import { Random } from '../../../simulators/src/random.js';
import { shopsOfChain, zonesOfShop } from './chain.js';

/** Zones of one shop. */
export const ZONES = 12;
/** What comes out where a change does nothing, and where it does this. */
export const PLANTED = [0, 0.05] as const;

export interface ChainScore {
  shops: number;
  planted: number;
  unitKind: string;
  units: number;
  smallestP: number;
  /** runs in which an effect is claimed */
  claimed: number;
  /** runs whose interval holds what was planted */
  covered: number;
  /** median half of the interval */
  halfWidth: number;
}

/** One run, read as the cloud reads it. */
export function oneRun(shops: number, planted: number, random: Random): { found: PlaceboEffect; kind: string } {
  const units = unitsToCompare(ZONES - 1, shops - 1);
  if (!units) throw new Error('nothing to compare');
  const panel = units.kind === 'zone' ? zonesOfShop(ZONES, planted, random) : shopsOfChain(shops, planted, random);
  const found = placeboEffect(panel, units.method);
  if (!found) throw new Error('a run without sales: the scenario is too small');
  return { found, kind: units.kind };
}

export function scoreChain(shops: number, planted: number, runs: number, seed: number): ChainScore {
  const counts = { claimed: 0, covered: 0 };
  const halves: number[] = [];
  let last: { found: PlaceboEffect; kind: string } | undefined;
  for (let run = 0; run < runs; run += 1) {
    last = oneRun(shops, planted, Random.stream(seed * 1_000_003 + run, `planogram ${shops} ${planted}`));
    const { low, high, claims } = last.found;
    if (claims) counts.claimed += 1;
    if (low <= planted && planted <= high) counts.covered += 1;
    halves.push((high - low) / 2);
  }
  halves.sort((a, b) => a - b);
  return {
    ...{
      shops,
      planted,
      unitKind: last?.kind ?? '',
      units: last?.found.units ?? 0,
      smallestP: last?.found.smallestP ?? 1,
    },
    ...{ claimed: counts.claimed / runs, covered: counts.covered / runs },
    halfWidth: halves[Math.floor(halves.length / 2)] ?? Number.NaN,
  };
}
