import { Doorway, type PendingStep } from '../floor/doorway.js';
import { Ledger } from '../floor/ledger.js';
import type { HeatPiece } from './live-heat.js';
import type { Stay } from './visits.js';

/** One person as one camera, or a group of cameras, follows them. Dies with the visit to the shop; its id never leaves the agent. */
export interface Track {
  x: number;
  y: number;
  ts: number;
  cell: number;
  /** by zone index */
  stays: (Stay | undefined)[];
  /** milliseconds of visits by zone index; set from the first visit on */
  dwell: (number | undefined)[];
  piece: HeatPiece | undefined;
  /** the number that interest knows it by, 0 before the first sample */
  person: number;
  /** event time of its first sample */
  since: number;
  /** the camera that gave its newest sample */
  seenBy: string;
  /** counts for nothing any more */
  staff: boolean;
  /** only where its place is the agent's own work: steps over lines that are not certain yet */
  doorway: Doorway | undefined;
  /** only where what it counted may have to be taken back */
  ledger: Ledger | undefined;
}

/** All tracks of one source: a camera, or a group of cameras. */
export interface Camera {
  /** event time of its newest sample */
  ts: number;
  swept: number;
  tracks: Map<string, Track>;
}

export const newTrack = (ts: number, x: number, y: number, seenBy: string): Track => ({
  x,
  y,
  ts,
  cell: -1,
  stays: [],
  dwell: [],
  piece: undefined,
  person: 0,
  since: ts,
  seenBy,
  staff: false,
  doorway: undefined,
  ledger: undefined,
});

type SavedStay = [
  index: number,
  enter: number,
  last: number,
  outside: number,
  visit: boolean,
  minute: number,
  at: number,
];
interface SavedMore {
  since: number;
  seenBy: string;
  staff: boolean;
  doorway?: PendingStep[];
  ledger?: unknown;
}
export type SavedTrack = [
  id: string,
  x: number,
  y: number,
  ts: number,
  cell: number,
  stays: SavedStay[],
  dwell: [number, number][],
  person?: number,
  more?: SavedMore,
];

export function saveTrack([id, track]: [string, Track]): SavedTrack {
  const stays: SavedStay[] = [];
  const dwell: [number, number][] = [];
  track.stays.forEach((s, index) => s && stays.push([index, s.enter, s.last, s.outside, s.visit, s.minute, s.index]));
  track.dwell.forEach((ms, index) => ms !== undefined && dwell.push([index, ms]));
  const { since, seenBy, staff, doorway, ledger } = track;
  const more: SavedMore = {
    since,
    seenBy,
    staff,
    ...(doorway && { doorway: structuredClone(doorway.pending) }),
    ...(ledger && { ledger: ledger.save(({ zone, stay }) => track.stays[zone] === stay) }),
  };
  return [id, track.x, track.y, track.ts, track.cell, stays, dwell, track.person, more];
}

export function restoreTrack(
  [id, x, y, ts, cell, stays, dwell, person = 0, more]: SavedTrack,
  seenBy: string,
): [string, Track] {
  const track: Track = { ...newTrack(ts, x, y, seenBy), cell, person };
  for (const [index, enter, last, outside, visit, minute, at] of stays) {
    track.stays[index] = { enter, last, outside, visit, minute, index: at };
  }
  for (const [index, ms] of dwell) track.dwell[index] = ms;
  if (!more) return [id, track];
  track.since = more.since;
  track.seenBy = more.seenBy;
  track.staff = more.staff;
  if (more.doorway) track.doorway = new Doorway(structuredClone(more.doorway));
  if (more.ledger !== undefined) track.ledger = Ledger.restore(more.ledger, (zone) => track.stays[zone]);
  return [id, track];
}
