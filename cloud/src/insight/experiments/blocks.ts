/** What one counted block of a campaign gave. Formulas and sources of everything here: `docs/experiments.md`. */
export interface BlockOutcome {
  arm: Arm;
  /** what the arm was drawn within: day and part of the day, and the screen group; blocks of one stratum could have changed places */
  stratum: string;
  /** weeks since the campaign began, from 0 */
  week: number;
  /** of the block right before, or null where there was none that day */
  previousArm: Arm | null;
  /** who came near the screen in the counted span */
  shoppers: number;
  /** of the goal: stops, pickups, units, money or scans */
  outcome: number;
  /** outcome per shopper in the same hour of the weeks before, or null where nothing is known */
  usual: number | null;
}

export type Arm = 'treated' | 'heldOut';

/** Below this many blocks in an arm nothing is said but how many are missing (SEMANTICS §27). */
export const LEAST_BLOCKS = 20;

/** The blocks as columns: the tests of one campaign go over them some ten thousand times. */
export interface Sample {
  size: number;
  treated: Uint8Array;
  shoppers: Float64Array;
  outcome: Float64Array;
  stratum: Int32Array;
  strata: number;
  /** outcome that the past would lead one to expect; the shoppers themselves where no past is known */
  expected: Float64Array;
  week: Float64Array;
  /** 1 treated, 0 held out, −1 none */
  previous: Int8Array;
  blocks: { treated: number; heldOut: number };
  sums: { treated: number; heldOut: number };
}

/** Blocks in which nobody came near say nothing about what happens per shopper; they are left out. */
export function sampleOf(blocks: readonly BlockOutcome[]): Sample {
  const seen = blocks.filter(({ shoppers }) => shoppers > 0);
  const usual = overall(seen);
  const strata = new Map<string, number>();
  for (const { stratum } of seen) if (!strata.has(stratum)) strata.set(stratum, strata.size);
  const treated = Uint8Array.from(seen, ({ arm }) => (arm === 'treated' ? 1 : 0));
  const outcome = Float64Array.from(seen, (block) => block.outcome);
  const inTreated = treated.reduce((sum, one) => sum + one, 0);
  const ofTreated = outcome.reduce((sum, one, i) => sum + (treated[i] === 1 ? one : 0), 0);
  const ofAll = outcome.reduce((sum, one) => sum + one, 0);
  return {
    size: seen.length,
    treated,
    shoppers: Float64Array.from(seen, ({ shoppers }) => shoppers),
    outcome,
    stratum: Int32Array.from(seen, ({ stratum }) => strata.get(stratum) as number),
    strata: strata.size,
    expected: Float64Array.from(seen, (block) => block.shoppers * (usual === 0 ? 1 : (block.usual ?? usual))),
    week: Float64Array.from(seen, ({ week }) => week),
    previous: Int8Array.from(seen, ({ previousArm }) =>
      previousArm === null ? -1 : previousArm === 'treated' ? 1 : 0,
    ),
    blocks: { treated: inTreated, heldOut: seen.length - inTreated },
    sums: { treated: ofTreated, heldOut: ofAll - ofTreated },
  };
}

/** The usual outcome per shopper over all blocks that know theirs; 0 where none does. */
function overall(blocks: readonly BlockOutcome[]): number {
  let outcome = 0;
  let shoppers = 0;
  for (const block of blocks) {
    if (block.usual === null) continue;
    outcome += block.usual * block.shoppers;
    shoppers += block.shoppers;
  }
  return shoppers > 0 ? outcome / shoppers : 0;
}
