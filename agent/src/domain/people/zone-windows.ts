import { MINUTE_MS, minuteOf, type FactValue } from '@aisle/contracts';
import type { Window, WindowKind, WindowStore } from '../core/window-store.js';
import type { Stay } from './visits.js';

/** One zone in one minute under one store file. Dwell and counts belong to visits that entered in it, intervals to all that were open in it. */
interface ZoneData {
  visits: number;
  visitors: number;
  dwellMs: number;
  histogram: Map<number, number>;
  overlapMs: number;
  maxOpen: number;
  /** [start, end) of each visit's part in this minute, ms from the start of the minute */
  starts: number[];
  ends: number[];
  /** answers of the interest model: ppm × ms, and the ms that they weigh */
  interestPpmMs: number;
  interestMs: number;
}
type SavedZone = [
  number,
  number,
  number,
  [number, number][],
  number,
  number,
  number[],
  number[],
  interestPpmMs?: number,
  interestMs?: number,
];

/**
 * Turns stays into the figures of zones per minute and store file (SEMANTICS §12–14): a visit belongs wholly to the minute and the
 * file in which it began, its time to those that it passed in. Everything in it only grows, until something is taken back.
 */
export class ZoneWindows {
  private readonly windows: WindowKind<ZoneData>;
  /** Enter minutes of visits still open, per zone: their windows stay in memory. Filled before each sweep. */
  readonly open = new Set<string>();

  constructor(private readonly store: WindowStore) {
    this.windows = store.kind<ZoneData>({
      name: 'zone',
      versioned: true,
      create: () => ({
        visits: 0,
        visitors: 0,
        dwellMs: 0,
        histogram: new Map(),
        overlapMs: 0,
        maxOpen: 0,
        starts: [],
        ends: [],
        interestPpmMs: 0,
        interestMs: 0,
      }),
      save: (d): SavedZone => [
        d.visits,
        d.visitors,
        d.dwellMs,
        [...d.histogram],
        d.overlapMs,
        d.maxOpen,
        [...d.starts],
        [...d.ends],
        d.interestPpmMs,
        d.interestMs,
      ],
      restore: (json) => {
        const [
          visits,
          visitors,
          dwellMs,
          histogram,
          overlapMs,
          maxOpen,
          starts,
          ends,
          interestPpmMs = 0,
          interestMs = 0,
        ] = json as SavedZone;
        return {
          visits,
          visitors,
          dwellMs,
          histogram: new Map(histogram),
          overlapMs,
          maxOpen,
          starts: [...starts],
          ends: [...ends],
          interestPpmMs,
          interestMs,
        };
      },
      fact: { kind: 'zone', value: zoneValue },
      pinned: (window) => this.open.has(`${window.ts}|${window.subject}`),
    });
  }

  require(keys: string[], minute: number, zoneId: string): void {
    this.store.need(keys, this.windows, minute, zoneId);
  }

  /** Keeps the windows in memory that an open visit still adds to. */
  pin(zoneId: string, stay: Stay): void {
    if (!stay.visit) return;
    this.open.add(`${minuteOf(stay.enter)}|${zoneId}`);
    if (stay.part) this.open.add(`${stay.part[0]}|${zoneId}`);
  }

  /** Keeps a minute's window in memory. */
  pinMinute(zoneId: string, minute: number): void {
    this.open.add(`${minute}|${zoneId}`);
  }

  /** Keeps the windows in memory that a visit would be taken back from. */
  pinWhole(zoneId: string, stay: Stay): void {
    this.open.add(`${minuteOf(stay.enter)}|${zoneId}`);
    for (const [minute] of stay.pieces ?? []) this.open.add(`${minute}|${zoneId}`);
  }

  /** The stay has just become a visit. `first`: the first visit of its track to this zone. */
  begin(zoneId: string, stay: Stay, first: boolean): void {
    const window = this.windows.get(minuteOf(stay.enter), zoneId, stay.version);
    const dwell = stay.last - stay.enter;
    window.data.visits += 1;
    if (first) window.data.visitors += 1;
    window.data.dwellMs += dwell;
    shift(window.data.histogram, -1, Math.floor(dwell / 1000));
    this.store.changed(window);
    this.cover(zoneId, stay, stay.enter, stay.last);
  }

  /** The visit goes on: its last inside sample moves on from `from` to `stay.last`. */
  extend(zoneId: string, stay: Stay, from: number): void {
    const window = this.windows.get(minuteOf(stay.enter), zoneId, stay.version);
    window.data.dwellMs += stay.last - from;
    shift(window.data.histogram, Math.floor((from - stay.enter) / 1000), Math.floor((stay.last - stay.enter) / 1000));
    this.store.changed(window);
    this.cover(zoneId, stay, from, stay.last);
  }

  /** The version whose window a minute has, if it has one: for stays of 0.1, which did not say theirs. */
  versionIn(minute: number, zoneId: string): number | undefined {
    return this.windows.cell(minute, zoneId)?.[0]?.configVersion;
  }

  /** The model's answer for `ms` milliseconds of a visit that lie in this minute, and passed under this store file. */
  judge(zoneId: string, minute: number, version: number, ppm: number, ms: number): void {
    const window = this.windows.get(minute, zoneId, version);
    window.data.interestPpmMs += ppm * ms;
    window.data.interestMs += ms;
    this.store.changed(window);
  }

  /** The visit was nobody's that counts: all that it brought goes again. The windows are in memory: `open` holds them. */
  takeBack(zoneId: string, stay: Stay, first: boolean): void {
    const window = this.windows.get(minuteOf(stay.enter), zoneId, stay.version);
    const dwell = stay.last - stay.enter;
    window.data.visits -= 1;
    if (first) window.data.visitors -= 1;
    window.data.dwellMs -= dwell;
    drop(window.data.histogram, Math.floor(dwell / 1000));
    this.store.changed(window);
    const { pieces = [] } = stay;
    for (const [minute, version, index] of pieces) {
      const part = this.windows.get(minute, zoneId, version);
      const { starts, ends } = part.data;
      part.data.overlapMs -= (ends[index] as number) - (starts[index] as number);
      // An empty interval keeps the others' places.
      ends[index] = starts[index] as number;
      part.data.maxOpen = 0;
      for (const start of starts) part.data.maxOpen = Math.max(part.data.maxOpen, openAt(part.data, start));
      this.store.changed(part);
    }
  }

  /** So many people were inside from `from` to `to`, none of them known: only where nobody's visits count. */
  hold(zoneId: string, from: number, to: number, people: number): void {
    for (let at = from; people > 0 && at < to;) {
      const minute = minuteOf(at);
      const end = Math.min(to, minute + MINUTE_MS);
      const window = this.windows.get(minute, zoneId);
      window.data.overlapMs += people * (end - at);
      window.data.maxOpen = Math.max(window.data.maxOpen, people);
      this.store.changed(window);
      at = end;
    }
  }

  private cover(zoneId: string, stay: Stay, from: number, to: number): void {
    for (let at = from; at < to;) {
      const minute = minuteOf(at);
      const end = Math.min(to, minute + MINUTE_MS);
      const window = this.windows.get(minute, zoneId);
      const { starts, ends } = window.data;
      window.data.overlapMs += end - at;
      const { part } = stay;
      if (part?.[0] === minute && part[1] === window.configVersion) ends[part[2]] = end - minute;
      else {
        stay.part = [minute, window.configVersion, starts.length];
        starts.push(at - minute);
        ends.push(end - minute);
        stay.pieces?.push(stay.part);
      }
      raise(window, at - minute, end - minute);
      this.store.changed(window);
      at = end;
    }
  }
}

function shift(histogram: Map<number, number>, from: number, to: number): void {
  if (from === to) return;
  if (from >= 0) drop(histogram, from);
  histogram.set(to, (histogram.get(to) ?? 0) + 1);
}

function drop(histogram: Map<number, number>, seconds: number): void {
  const left = (histogram.get(seconds) as number) - 1;
  if (left === 0) histogram.delete(seconds);
  else histogram.set(seconds, left);
}

/** The number of visits open at one instant can only have grown within [from, to). */
function raise({ data }: Window<ZoneData>, from: number, to: number): void {
  const { starts, ends } = data;
  let touching = 0;
  for (let i = 0; i < starts.length; i += 1)
    if ((starts[i] as number) < to && (ends[i] as number) > from) touching += 1;
  if (touching <= data.maxOpen) return;
  data.maxOpen = Math.max(data.maxOpen, openAt(data, from));
  for (const start of starts)
    if (start > from && start < to) data.maxOpen = Math.max(data.maxOpen, openAt(data, start));
}

function openAt({ starts, ends }: ZoneData, instant: number): number {
  let open = 0;
  for (let i = 0; i < starts.length; i += 1)
    if ((starts[i] as number) <= instant && (ends[i] as number) > instant) open += 1;
  return open;
}

function zoneValue({ data }: Window<ZoneData>): FactValue<'zone'> {
  const { visits, visitors, dwellMs, overlapMs, maxOpen, interestPpmMs, interestMs } = data;
  return {
    visits,
    visitors,
    dwellMs,
    histogram: [...data.histogram].sort((a, b) => a[0] - b[0]),
    overlapMs,
    maxOpen,
    ...(interestMs > 0 && { interest: { ppmMs: interestPpmMs, ms: interestMs } }),
  };
}
