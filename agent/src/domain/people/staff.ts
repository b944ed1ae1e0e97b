import type { StaffRule } from '../core/store-model.js';
import { Ledger } from '../floor/ledger.js';
import type { Track } from './followed-person.js';

/** SEMANTICS §11: whoever has visited one of the staff's zones, or has been followed for too long for a shopper. */
export const isStaff = (rule: StaffRule, track: Track): boolean =>
  track.ts - track.since > rule.afterMs || rule.zones.some((zoneId) => track.stays.get(zoneId)?.visit === true);

/** What the track has counted so far is not taken back any more. @param isRuled whether it may turn out as staff */
export function beginLedger(track: Track, isRuled: boolean): void {
  const kept = isRuled || track.ledger !== undefined;
  forget(track);
  if (kept) track.ledger = new Ledger();
}

/** From here on nobody takes back what the track counts. */
export function forget(track: Track): void {
  track.ledger = undefined;
  for (const stay of track.stays.values()) delete stay.pieces;
}
