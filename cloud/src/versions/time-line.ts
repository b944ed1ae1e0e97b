import type { VersionState } from '@aisle/contracts';

/** What the time line needs of a version; times in epoch ms. */
export interface Placed {
  version: number;
  createdTs: number;
  validFrom: number;
}

/** Of all versions that hold by `ts`, the newest. */
export const inForceAt = <V extends Placed>(versions: readonly V[], ts: number): V | undefined =>
  newest(versions.filter(({ validFrom }) => validFrom <= ts));

/** What a version follows: whatever would be in force at its time without it and all newer ones. */
export function followed<V extends Placed>(versions: readonly V[], given: Placed): V | undefined {
  const older = versions.filter(({ version }) => version < given.version);
  // a clock that was set back between the two makes no version the first one
  return inForceAt(older, given.validFrom) ?? newest(older);
}

/** Planned versions whose place one takes that holds from `validFrom` on. */
export const cancelledBy = <V extends Placed>(versions: readonly V[], validFrom: number, now: number): V[] =>
  versions.filter((version) => stateOf(versions, version, now) === 'planned' && version.validFrom >= validFrom);

export function stateOf(versions: readonly Placed[], given: Placed, now: number): VersionState {
  // a moment at which a version was made has been, also where the clock was set back since
  const moment = Math.max(now, ...versions.map(({ createdTs }) => createdTs));
  if (inForceAt(versions, moment)?.version === given.version) return 'inForce';
  const replaced = versions.some(({ version, validFrom }) => version > given.version && validFrom <= given.validFrom);
  if (replaced && given.validFrom > given.createdTs) return 'cancelled';
  return given.validFrom > moment ? 'planned' : 'past';
}

const newest = <V extends Placed>(versions: readonly V[]): V | undefined =>
  versions.reduce<V | undefined>((best, each) => (best && best.version > each.version ? best : each), undefined);
