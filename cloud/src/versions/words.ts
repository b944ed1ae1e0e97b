import { VERSION_REASONS, type VersionReason } from '@aisle/contracts';

/** What is kept of why a version was made: a person's own words, a reason with values, or both. */
export interface Words {
  note: string | null;
  reason: VersionReason | null;
}

/** For the catalog, which keeps one text; null where there is nothing to say. */
export function packWords({ note, reason }: Partial<Words>): string | null {
  return note || reason ? JSON.stringify({ ...(note && { note }), ...(reason && { reason }) }) : null;
}

export function unpackWords(packed: string | null): Words {
  if (packed === null) return { note: null, reason: null };
  try {
    const { note = null, reason = null } = JSON.parse(packed) as Partial<Words>;
    return { note, reason: reason && VERSION_REASONS.includes(reason.code) ? reason : null };
  } catch {
    return { note: packed, reason: null };
  }
}
