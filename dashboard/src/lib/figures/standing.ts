import { fromWall } from './store-time.js';
import type { Period } from './periods.js';

/**
 * How far a figure may be read as of now. Every figure of a page is shown with its standing, by `Shown.svelte`: a number that looks
 * live is one; one that was true at a time stands greyed with that time; where nobody knows there is no number.
 */
export type Standing =
  | { state: 'live' }
  /** what was true then; null: nobody knows when */
  | { state: 'stale'; why: 'connection' | 'agent' | 'refresh' | 'sensors'; sinceMs: number | null }
  /** nothing is known; null: nothing ever was */
  | { state: 'unknown'; why: 'sensors' | 'waiting' | 'connection' | 'agent'; sinceMs: number | null };

export const LIVE: Standing = { state: 'live' };

/** Whether more will be told of a period; one that has ended is what it is, whoever is silent since. */
export const goesOn = (period: Period, timeZone: string, nowMs: number): boolean =>
  period.kind !== 'range' || fromWall(period.to, timeZone) > nowMs;

export interface Line {
  /** a first picture has come */
  ready: boolean;
  /** wall clock since which the server says nothing; undefined while it speaks */
  lostSinceMs: number | null | undefined;
  /** the same of the shop's agent */
  agentLostSinceMs: number | null | undefined;
  /** event time of the last picture; null: there is none */
  pictureMs: number | null;
}

/** Of what the shop said last. The nearest gap is named: without the server nobody knows whether the shop speaks. */
export function pictureStanding({ ready, lostSinceMs, agentLostSinceMs }: Line): Standing {
  const state = ready ? 'stale' : 'unknown';
  if (lostSinceMs !== undefined) return { state, why: 'connection', sinceMs: lostSinceMs };
  if (!ready) return { state: 'unknown', why: 'waiting', sinceMs: null };
  if (agentLostSinceMs !== undefined) return { state, why: 'agent', sinceMs: agentLostSinceMs };
  return LIVE;
}

/** Of the people in the shop or in a zone: what nothing senses has no number, whoever is on the line. */
export function peopleStanding(
  picture: Standing,
  seen: { occupancy: number | null; unsensedSinceTs?: number | null } | undefined,
): Standing {
  if (picture.state === 'unknown' || (seen && seen.occupancy !== null)) return picture;
  if (picture.state === 'stale')
    return { state: 'unknown', why: picture.why === 'agent' ? 'agent' : 'connection', sinceMs: picture.sinceMs };
  return { state: 'unknown', why: 'sensors', sinceMs: seen?.unsensedSinceTs ?? null };
}

/** What is said of one device that a figure rests on. */
export interface Sensing {
  deviceId: string;
  /** left out by agents up to 0.2 */
  sensing?: boolean;
  state: string;
  lastSeenTs: number | null;
}
export const isSensing = ({ sensing, state }: Sensing): boolean => sensing ?? state === 'online';

/**
 * Of what lies on shelves: it was true until the first of the devices that say so fell silent. `ids` of none, and devices that nobody has
 * told of, take nothing from it.
 */
export function goodsStanding(picture: Standing, ids: readonly string[], devices: readonly Sensing[]): Standing {
  if (picture.state !== 'live') return picture;
  const quiet = devices.filter((device) => ids.includes(device.deviceId) && !isSensing(device));
  if (quiet.length === 0) return LIVE;
  const heard = quiet.map(({ lastSeenTs }) => lastSeenTs);
  return { state: 'stale', why: 'sensors', sinceMs: heard.includes(null) ? null : Math.min(...(heard as number[])) };
}

/** Of figures of a period. One that goes on is fed by the shop: without that it stands still, and what it holds is true until then. */
export function figuresStanding(
  picture: Standing,
  goesOn: boolean,
  failedSinceMs: number | null,
  sensors: Standing = LIVE,
): Standing {
  if (failedSinceMs !== null) return { state: 'stale', why: 'refresh', sinceMs: failedSinceMs };
  if (picture.state !== 'live' && picture.why === 'connection')
    return { state: 'stale', why: 'connection', sinceMs: picture.sinceMs };
  if (!goesOn || (picture.state === 'unknown' && picture.why === 'waiting')) return LIVE;
  if (picture.state !== 'live') return { state: 'stale', why: 'agent', sinceMs: picture.sinceMs };
  return sensors.state === 'live' ? LIVE : { state: 'stale', why: 'sensors', sinceMs: sensors.sinceMs };
}
