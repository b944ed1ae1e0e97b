import { Doorway, type PendingStep } from '../floor/doorway.js';
import { Ledger } from '../floor/ledger.js';
import type { StoreModel } from '../core/store-model.js';
import type { HeatPiece } from './live-heat.js';
import { Scatter, type Spot } from './scatter.js';
import type { Rest } from './standing.js';
import { restoreStay, saveStay, VERSION_UNKNOWN, type SavedStay, type Stay, type Visitor } from './visits.js';

/** One person as one camera, or a group of cameras, follows them. Dies with the visit to the shop; its id never leaves the agent. */
export interface Track extends Visitor {
  x: number;
  y: number;
  ts: number;
  cell: number;
  piece: HeatPiece | undefined;
  /** the number that interest knows it by, 0 before the first sample */
  person: number;
  /** where it was before, of who is placed by the camera itself; undefined: this is its first place */
  earlier: Spot | undefined;
  /** event time of its first sample */
  since: number;
  /** the camera that gave its newest sample */
  seenBy: string;
  /** counts for nothing any more */
  staff: boolean;
  /** where it has come to rest, and when; only where somebody may be staff */
  rest: Rest | undefined;
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
  /** who is gone and may yet turn out to have been staff, by the keys of their names; the longest gone first */
  gone: Map<string, Track>;
  /** of the places that it gives itself */
  scatter: Scatter;
}

export const newCamera = (ts: number): Camera => ({
  ts,
  swept: ts,
  tracks: new Map(),
  gone: new Map(),
  scatter: new Scatter(),
});

export const newTrack = (ts: number, x: number, y: number, seenBy: string): Track => ({
  x,
  y,
  ts,
  cell: -1,
  earlier: undefined,
  since: ts,
  seenBy,
  stays: new Map(),
  dwell: new Map(),
  piece: undefined,
  person: 0,
  staff: false,
  rest: undefined,
  doorway: undefined,
  ledger: undefined,
});

interface SavedTrack {
  id: string;
  x: number;
  y: number;
  ts: number;
  cell: number;
  stays: [zoneId: string, stay: SavedStay][];
  dwell: [zoneId: string, ms: number][];
  person: number;
  since: number;
  /** left out: the source itself */
  seenBy?: string;
  staff: boolean;
  /** left out by 0.2, and at the first place */
  earlier?: Spot;
  /** left out by 0.2 */
  rest?: Rest;
  doorway?: PendingStep[];
  ledger?: unknown;
}
/** `scatter` is left out by 0.2, `gone` where nobody is. */
type SavedCameras = [
  source: string,
  ts: number,
  swept: number,
  tracks: SavedTrack[],
  scatter?: number,
  gone?: [key: string, track: SavedTrack][],
][];

export const saveCameras = (cameras: ReadonlyMap<string, Camera>): SavedCameras =>
  [...cameras].map(([source, { ts, swept, tracks, scatter, gone }]): SavedCameras[number] => {
    const saved = [source, ts, swept, [...tracks].map(saveTrack), scatter.millimetres] as const;
    if (gone.size === 0) return [...saved];
    return [...saved, [...gone].map(([key, track]): [string, SavedTrack] => [key, saveTrack([key, track])])];
  });

function saveTrack([id, track]: [string, Track]): SavedTrack {
  const { x, y, ts, cell, person, since, seenBy, staff, doorway, ledger } = track;
  return {
    ...{ id, x, y, ts, cell, person, since, seenBy, staff },
    stays: [...track.stays].map(([zoneId, stay]) => [zoneId, saveStay(stay)]),
    dwell: [...track.dwell],
    ...(track.earlier && { earlier: [...track.earlier] }),
    ...(track.rest && { rest: { ...track.rest } }),
    ...(doorway && { doorway: structuredClone(doorway.pending) }),
    ...(ledger && { ledger: ledger.save(({ zoneId, stay }) => track.stays.get(zoneId) === stay) }),
  };
}

/** @param versionIn the version of a zone's window, by any time of its minute: for what 0.1 has saved */
export function restoreCameras(
  json: unknown,
  versionIn: (zoneId: string, ts: number) => number,
  inForce: number,
): [string, Camera][] {
  return (json as SavedCameras).map(([source, ts, swept, tracks, scatter, gone = []]) => [
    source,
    {
      ...{ ts, swept, scatter: new Scatter(scatter) },
      tracks: new Map(tracks.map((saved) => [saved.id, restoreTrack(saved, source, versionIn, inForce)])),
      gone: new Map(gone.map(([key, saved]) => [key, restoreTrack(saved, source, versionIn, inForce)])),
    },
  ]);
}

function restoreTrack(
  saved: SavedTrack,
  source: string,
  versionIn: (zoneId: string, ts: number) => number,
  inForce: number,
): Track {
  const { x, y, ts, cell, person, since, seenBy = source, staff, doorway, ledger } = saved;
  const stays = new Map(
    saved.stays.map(([zoneId, stay]): [string, Stay] => [
      zoneId,
      restoreStay(stay, (minute) => versionIn(zoneId, minute)),
    ]),
  );
  const track: Track = {
    ...newTrack(ts, x, y, seenBy),
    ...{ cell, person, since, staff, stays },
    dwell: new Map(saved.dwell),
  };
  if (saved.earlier) track.earlier = [...saved.earlier];
  if (saved.rest) track.rest = { ...saved.rest };
  if (doorway) track.doorway = new Doorway(structuredClone(doorway));
  if (ledger !== undefined)
    track.ledger = Ledger.restore(ledger, (zoneId) => track.stays.get(zoneId), versionIn, inForce);
  return track;
}

type SavedTrack01 = [
  id: string,
  x: number,
  y: number,
  ts: number,
  cell: number,
  stays: [zone: number, enter: number, last: number, outside: number, visit: boolean, minute: number, index: number][],
  dwell: [zone: number, ms: number][],
  person?: number,
  more?: {
    since: number;
    seenBy: string;
    staff: boolean;
    doorway?: { line: number; direction: 1 | -1; ts: number }[];
    ledger?: unknown;
  },
];

/** Tracks of 0.1, which named zones and lines by their place in the store file, and no versions. */
export function migrateCameras(json: unknown, model: StoreModel | undefined): SavedCameras {
  const zoneIds = (model?.zones ?? []).map(({ id }) => id);
  const lineIds = (model?.lines ?? []).map(({ id }) => id);
  const migrated = (saved: SavedTrack01): SavedTrack => {
    const [id, x, y, ts, cell, stays, dwell, person = 0, more] = saved;
    return {
      ...{ id, x, y, ts, cell, person },
      stays: stays.flatMap(([zone, enter, last, outside, visit, minute, index]): [string, SavedStay][] => {
        const stay: SavedStay = { enter, version: VERSION_UNKNOWN, last, outside, visit };
        if (minute >= 0) stay.part = [minute, VERSION_UNKNOWN, index];
        const zoneId = zoneIds[zone];
        return zoneId === undefined ? [] : [[zoneId, stay]];
      }),
      dwell: dwell.map(([zone, ms]) => [zoneIds[zone] ?? '', ms]),
      since: more?.since ?? ts,
      staff: more?.staff ?? false,
      ...(more && { seenBy: more.seenBy }),
      ...(more?.doorway && {
        doorway: more.doorway.map(({ line, ...step }) => ({ lineId: lineIds[line] ?? '', ...step })),
      }),
      ...(more?.ledger !== undefined && { ledger: Ledger.migrate(more.ledger, zoneIds, lineIds) }),
    };
  };
  type Saved01 = [string, number, number, SavedTrack01[]][];
  return (json as Saved01).map(([source, ts, swept, tracks]) => [source, ts, swept, tracks.map(migrated)]);
}
