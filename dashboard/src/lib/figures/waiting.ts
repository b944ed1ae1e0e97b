import type { LiveDevice } from '@aisle/contracts';
import type { DeviceRow, KnockRow } from '../api/generated/schema.js';

/** Nothing heard for so long: something to look at is worth a word. */
export const HINT_AFTER_MS = 60_000;

/** A device that was given a password, as it was then. */
export interface Awaited {
  deviceId: string;
  /** when its password was made, epoch ms of this browser */
  sinceMs: number;
  /** wall clock of its newest message then; null: never heard */
  seenTs: number | null;
}
export type Hint = 'agentOffline' | 'pending' | 'refused' | 'knocks' | 'check';

/** Whether it has spoken since: any message is enough, also one that could not be used. */
export const hasSpoken = (awaited: Awaited, now: Pick<LiveDevice, 'lastSeenTs'> | undefined): boolean =>
  now !== undefined && now.lastSeenTs !== null && now.lastSeenTs > (awaited.seenTs ?? -1);

/** What may be wrong, the likeliest first; empty before the minute is over. A shop out of touch is told at once. */
export function hintsFor(
  nowMs: number,
  awaited: Awaited,
  about: { agentOnline: boolean; row: DeviceRow | undefined; knocks: readonly KnockRow[] },
): Hint[] {
  const hints: Hint[] = [];
  if (!about.agentOnline) hints.push('agentOffline');
  if (nowMs - awaited.sinceMs < HINT_AFTER_MS) return hints;
  if (about.agentOnline && about.row?.credential.pending) hints.push('pending');
  if ((about.row?.refused?.length ?? 0) > 0) hints.push('refused');
  if (recentKnocks(about.knocks, awaited).length > 0) hints.push('knocks');
  return [...hints, 'check'];
}

/** Names that knocked since: one of them may be this device under a mistyped name. */
export const recentKnocks = (knocks: readonly KnockRow[], awaited: Awaited): KnockRow[] =>
  knocks.filter(({ lastTs }) => lastTs >= awaited.sinceMs - 5000).slice(0, 5);
