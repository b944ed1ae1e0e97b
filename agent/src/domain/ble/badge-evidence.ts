import { at, type Evidence } from './badge-state.js';

/** Seconds alone in the zone with the badge that are enough, after so many comings and goings together. Raising calms, lowering is sooner. */
const ENOUGH: readonly (readonly [together: number, seconds: number])[] = [
  [3, 20],
  [2, 60],
  [1, 120],
];
/** So many seconds near the badge are a hint. */
const HINT_S = 20;
/** At most one second elsewhere to so many near. */
const NEAR_TO_AWAY = 4;
/** Nobody else may have been near for more than this share of the time. */
const RIVAL_SHARE = 0.5;

export const noEvidence = (): Evidence => ({ near: 0, alone: 0, away: 0, together: 0, wears: false });

/** The person came or went when the badge did. */
export function together(evidence: Map<string, Evidence>, key: string): void {
  at(evidence, key, noEvidence).together += 1;
}

/** A second in which the badge was near: who was in the zone with it, and who was elsewhere. */
export function weigh(
  evidence: Map<string, Evidence>,
  zone: string,
  seen: ReadonlyMap<string, { zones: readonly string[] }>,
): void {
  const inside = [...seen.values()].filter(({ zones }) => zones.includes(zone)).length;
  for (const [key, { zones }] of seen) {
    const one = at(evidence, key, noEvidence);
    if (!zones.includes(zone)) one.away += 1;
    else {
      one.near += 1;
      if (inside === 1) one.alone += 1;
    }
  }
}

/** Whether something speaks for it, though it may not be enough yet. */
export function hints({ near, away }: Evidence): boolean {
  return near >= HINT_S && away * NEAR_TO_AWAY <= near;
}

/** Whether so much speaks for it, and for nobody else. */
export function fits(evidence: ReadonlyMap<string, Evidence>, key: string): boolean {
  const { near, alone, away, together: times } = evidence.get(key) as Evidence;
  if (away * NEAR_TO_AWAY > near) return false;
  if (!ENOUGH.some(([needed, seconds]) => times >= needed && alone >= seconds)) return false;
  for (const [other, rival] of evidence) if (other !== key && rival.near > near * RIVAL_SHARE) return false;
  return true;
}
