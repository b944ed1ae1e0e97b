import { DAY_MS } from './units.js';

/** Clocks of time zones and instants, epoch milliseconds UTC. No clock is read. */
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Wall-clock fields as if UTC, epoch ms; undefined where the calendar has no such day or the clock no such time. */
export function wallTime(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  ms: number,
): number | undefined {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 && leap ? 29 : DAYS_IN_MONTH[month - 1];
  if (days === undefined || day < 1 || day > days || hour > 24 || minute > 59 || second > 60 || year < 1970)
    return undefined;
  // 24:00 is the end of a day and nothing later; a leap second counts as the one before it.
  if (hour === 24 && (minute > 0 || second > 0 || ms > 0)) return undefined;
  return Date.UTC(year, month - 1, day, hour, minute, Math.min(second, 59), second === 60 ? 999 : ms);
}

/**
 * A wall-clock time (as if UTC, epoch ms) in a time zone → epoch ms. A time that a zone shows twice is the earlier one;
 * one that it skips is moved on by what was skipped. Undefined for an unknown zone.
 */
export function wallToInstant(wallMs: number, timezone: string): number | undefined {
  // Clocks change at whole minutes, so a minute has one offset: a file of sales asks for few of them.
  const minute = Math.floor(wallMs / 60_000);
  const key = `${minute}|${timezone}`;
  const known = offsets.get(key);
  if (known !== undefined) return wallMs - known;
  const instant = instantOfWall(wallMs, timezone);
  if (instant === undefined) return undefined;
  if (offsets.size >= MOST_OFFSETS) offsets.clear();
  offsets.set(key, wallMs - instant);
  return instant;
}

/** By wall-clock minute and zone: what is taken from the wall clock, ms. */
const offsets = new Map<string, number>();
const MOST_OFFSETS = 5_000;

function instantOfWall(wallMs: number, timezone: string): number | undefined {
  const before = offsetAt(wallMs - DAY_MS, timezone);
  const after = offsetAt(wallMs + DAY_MS, timezone);
  if (before === undefined || after === undefined) return undefined;
  const early = wallMs - before;
  if (before === after || offsetAt(early, timezone) === before) return early;
  const late = wallMs - after;
  return offsetAt(late, timezone) === after ? late : early;
}

/** An instant's wall-clock time in a zone, as if it were UTC, epoch ms; undefined for an unknown zone. */
export function instantToWall(ts: number, timezone: string): number | undefined {
  // Screens ask twice a second for each campaign; a minute has one offset.
  const key = `${Math.floor(ts / 60_000)}|${timezone}`;
  const known = walls.get(key);
  if (known !== undefined) return ts + known;
  const offset = offsetAt(ts, timezone);
  if (offset === undefined) return undefined;
  if (walls.size >= MOST_OFFSETS) walls.clear();
  walls.set(key, offset);
  return ts + offset;
}

/** By minute of an instant and zone: what is added for the wall clock, ms. */
const walls = new Map<string, number>();

/** The newest instant, not after `ts`, at which clocks of the zone showed "HH:MM"; undefined for what is no such time or zone. */
export function lastReset(ts: number, clock: string, timezone: string): number | undefined {
  const parts = /^(?:([01]\d|2[0-3]):([0-5]\d)|24:00)$/.exec(clock);
  const wall = parts ? instantToWall(ts, timezone) : undefined;
  if (!parts || wall === undefined) return undefined;
  const midnight = Math.floor(wall / DAY_MS) * DAY_MS;
  const at = midnight + (Number(parts[1] ?? 0) * 60 + Number(parts[2] ?? 0)) * 60_000;
  const today = wallToInstant(at, timezone);
  return today !== undefined && today <= ts ? today : wallToInstant(at - DAY_MS, timezone);
}

/** keyed by IANA name; null: there is no such zone */
const formats = new Map<string, Intl.DateTimeFormat | null>();
const MOST_FORMATS = 64;

/** How far a zone is ahead of UTC at an instant, in ms. */
function offsetAt(ts: number, timezone: string): number | undefined {
  const format = formatOf(timezone);
  if (!format || !(Math.abs(ts) <= 8.64e15)) return undefined;
  const parts: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(ts)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ts / 1000) * 1000;
}

function formatOf(timezone: string): Intl.DateTimeFormat | null {
  const known = formats.get(timezone);
  if (known !== undefined) return known;
  let format: Intl.DateTimeFormat | null = null;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    format = null;
  }
  if (formats.size >= MOST_FORMATS) formats.clear();
  formats.set(timezone, format);
  return format;
}
