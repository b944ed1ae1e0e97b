import type { EffectView } from '@aisle/contracts';

export type UnitKind = NonNullable<EffectView['unitKind']>;

/** So many units allow a p of 0.05. */
const ENOUGH = 20;
/** Fewer shops than this mix into no comparison that is better than their mean. */
const TO_MIX = 8;

/**
 * What a change is held against: other shops where enough serve to claim anything, or where there are more of them than of zones; else the other
 * zones of the shop. Both counts are without the changed one. Undefined: fewer than two of either.
 */
export function unitsToCompare(
  zones: number,
  shops: number,
): { kind: UnitKind; method: NonNullable<EffectView['method']> } | undefined {
  if (Math.max(zones, shops) < 2) return undefined;
  const kind = shops + 1 >= ENOUGH || shops > zones ? 'store' : 'zone';
  const canMix = kind === 'store' && shops >= TO_MIX;
  return { kind, method: canMix ? 'syntheticControl' : 'differenceInDifferences' };
}
