import type { Stay } from './presence.js';

/** A tag was at one antenna, all readers considered. */
export interface Position {
  stay: Stay;
  from: number;
  /** newest sighting there */
  to: number;
  /** as far as known it is there now */
  open: boolean;
}

/** A stay that goes on holds for this long behind its newest sighting when another reader hears the tag: reads come thinned. */
const FADES_MS = 5_000;

/**
 * What several readers say of one tag → where it was, one place at a time. A function of the stays alone, whichever was known
 * first. Where two overlap, the tag is where it was first, until the other is louder by that reader's hysteresis.
 */
export function positionsOf(all: readonly Stay[], hysteresisOf: (reader: string) => number): Position[] {
  const stays = all.filter((stay) => !stay.asleep);
  if (stays.length === 1) {
    const stay = stays[0] as Stay;
    return [{ stay, from: stay.from, to: stay.last, open: stay.ended === null }];
  }
  const positions: Position[] = [];
  const waiting: Stay[] = [];
  let current: Stay | undefined;
  let since = 0;
  const leave = (at: number) => {
    if (current)
      positions.push({ stay: current, from: since, to: Math.max(since, Math.min(current.last, at)), open: false });
    current = undefined;
  };
  const take = (stay: Stay, at: number) => {
    current = stay;
    since = at;
  };
  // Readers take turns in telling that a stay goes on: that one of them was heard last says nothing of the others yet.
  const newest = stays.reduce((latest, { last }) => Math.max(latest, last), -Infinity);
  /** Up to `ts`: whoever's time is over gives way to who hears the tag still. */
  const pass = (ts: number) => {
    while (current && holdsUntil(current) < (current.ended === null ? Math.min(ts, newest) : ts)) {
      const at = holdsUntil(current);
      const next = loudest(waiting, at);
      if (!next) {
        if (current.ended !== null) leave(at);
        return;
      }
      const from = Math.max(current.last, next.from);
      waiting.splice(waiting.indexOf(next), 1);
      leave(from);
      take(next, from);
    }
  };
  for (const stay of [...stays].sort(byBeginning)) {
    pass(stay.from);
    if (!current) take(stay, stay.from);
    else if (holdsUntil(current) < stay.from || stay.level >= current.level + hysteresisOf(stay.reader)) {
      if (holdsUntil(current) >= stay.from) waiting.push(current);
      leave(stay.from);
      take(stay, stay.from);
    } else waiting.push(stay);
  }
  pass(Infinity);
  if (current) positions.push({ stay: current, from: since, to: Math.max(since, current.last), open: true });
  return positions;
}

export const holdsUntil = (stay: Stay): number => stay.last + (stay.ended === null ? FADES_MS : 0);

const byBeginning = (a: Stay, b: Stay): number =>
  a.from - b.from || (a.reader < b.reader ? -1 : a.reader > b.reader ? 1 : a.antenna - b.antenna);

/** Of those that hear the tag at `at` and beyond. */
function loudest(stays: readonly Stay[], at: number): Stay | undefined {
  let best: Stay | undefined;
  for (const stay of stays)
    if (
      holdsUntil(stay) > at &&
      (!best || stay.level > best.level || (stay.level === best.level && byBeginning(stay, best) < 0))
    )
      best = stay;
  return best;
}

/** Whether the tag was nowhere between two positions. */
export const isGap = (before: Position, after: Position): boolean =>
  before.stay.ended === 'gone' && (after.stay.reader === before.stay.reader || after.from - before.to > FADES_MS);
