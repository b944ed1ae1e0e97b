import type { WalkTestBody, WalkTestRow } from '../api/generated/schema.js';

export interface Tap {
  ts: number;
  what: 'in' | 'out';
}
/** A walk test under way; plain JSON, so that it outlives a page that is loaded anew. */
export interface Walk {
  storeId: string;
  /** `entrance:main` or `zone:dairy` */
  place: string;
  by: string;
  startedTs: number;
  taps: Tap[];
}
/** As many as the server takes. */
export const MOST_TAPS = 2000;

export const beginWalk = (storeId: string, place: string, by: string, nowMs: number): Walk => ({
  storeId,
  place,
  by: by.trim().slice(0, 100),
  startedTs: nowMs,
  taps: [],
});
export const tapWalk = (walk: Walk, what: Tap['what'], nowMs: number): Walk =>
  walk.taps.length >= MOST_TAPS
    ? walk
    : // A phone's clock that is set back in between must not put a tap before the start.
      { ...walk, taps: [...walk.taps, { ts: Math.max(nowMs, walk.startedTs, walk.taps.at(-1)?.ts ?? 0), what }] };
export const undoTap = (walk: Walk): Walk => ({ ...walk, taps: walk.taps.slice(0, -1) });

export const tally = (taps: readonly Tap[]): { in: number; out: number } => {
  const entered = taps.filter(({ what }) => what === 'in').length;
  return { in: entered, out: taps.length - entered };
};

/** What is sent at the end. */
export function walkBody(walk: Walk, nowMs: number): WalkTestBody {
  const [what, id = ''] = walk.place.split(/:(.*)/s);
  return {
    ...(what === 'zone' ? { zoneId: id } : { entranceId: id }),
    startedTs: walk.startedTs,
    endedTs: Math.max(nowMs, walk.startedTs + 1, walk.taps.at(-1)?.ts ?? 0),
    taps: walk.taps,
    ...(walk.by && { by: walk.by }),
  };
}

/** A walk that was kept beside the page, if it is one of this store. */
export function readWalk(text: string | null, storeId: string): Walk | null {
  if (text === null) return null;
  try {
    const walk = JSON.parse(text) as Partial<Walk> | null;
    const sound =
      walk?.storeId === storeId &&
      typeof walk.place === 'string' &&
      typeof walk.by === 'string' &&
      Number.isSafeInteger(walk.startedTs) &&
      Array.isArray(walk.taps) &&
      walk.taps.every((tap) => Number.isSafeInteger(tap?.ts) && (tap.what === 'in' || tap.what === 'out'));
    return sound ? (walk as Walk) : null;
  } catch {
    return null;
  }
}

/** "08:05" of a walk's length; hours before it from the first on. */
export function clockFace(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const part = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  return `${hours > 0 ? `${hours}:` : ''}${part(Math.floor(seconds / 60) % 60)}:${part(seconds % 60)}`;
}

/** The rows of the comparison: of a zone only who came in is counted. */
export function comparison(row: WalkTestRow): { way: 'in' | 'out'; tapped: number; counted: number | null }[] {
  const ways = row.zoneId === null ? (['in', 'out'] as const) : (['in'] as const);
  return ways.map((way) => ({ way, tapped: row.tapped[way], counted: row.counted[way] }));
}
