import type { PlayRow } from '../api/generated/schema.js';
import { HOUR } from './periods.js';

export interface PlayHour {
  startMs: number;
  plays: PlayRow[];
}
export interface ContentShare {
  contentId: string;
  seconds: number;
  plays: number;
}

/** What a play is called in an address. */
export const playId = ({ decisionId, startedTs }: Pick<PlayRow, 'decisionId' | 'startedTs'>): string =>
  `${decisionId}@${startedTs}`;

/** Plays by the hour of the store's day in which they are on; one that runs over the hour stands in both. Hours from the first to the last with any. */
export function playHours(plays: readonly PlayRow[], dayMs: number): PlayHour[] {
  const hours = new Map<number, PlayRow[]>();
  for (const play of plays) {
    const last = Math.max(play.startedTs, play.endedTs - 1);
    for (let at = Math.floor((play.startedTs - dayMs) / HOUR); dayMs + at * HOUR <= last; at += 1) {
      const known = hours.get(at);
      if (known) known.push(play);
      else hours.set(at, [play]);
    }
  }
  const found = [...hours.keys()].filter((at) => at >= 0);
  if (found.length === 0) return [];
  const [first, last] = [Math.min(...found), Math.max(...found)];
  return Array.from({ length: last - first + 1 }, (_, at) => ({
    startMs: dayMs + (first + at) * HOUR,
    plays: hours.get(first + at) ?? [],
  }));
}

/** How long each content was on, the longest first. */
export function contentShares(plays: readonly PlayRow[]): ContentShare[] {
  const shares = new Map<string, ContentShare>();
  for (const { contentId, startedTs, endedTs } of plays) {
    const known = shares.get(contentId) ?? { contentId, seconds: 0, plays: 0 };
    known.seconds += Math.max(0, endedTs - startedTs) / 1000;
    known.plays += 1;
    shares.set(contentId, known);
  }
  return [...shares.values()].sort((a, b) => b.seconds - a.seconds || (a.contentId < b.contentId ? -1 : 1));
}

/** The play that was on at an instant, else the nearest one within a minute. */
export function playAt(plays: readonly PlayRow[], ms: number): PlayRow | undefined {
  const distance = ({ startedTs, endedTs }: PlayRow): number => Math.max(startedTs - ms, ms - endedTs, 0);
  const nearest = plays.toSorted((a, b) => distance(a) - distance(b))[0];
  return nearest && distance(nearest) <= 60_000 ? nearest : undefined;
}
