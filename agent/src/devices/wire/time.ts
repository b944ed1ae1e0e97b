/** Times as vendors write them, in epoch milliseconds UTC from here on. No clock is read. */
const PATTERN =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,12}))?)?\s?(Z|z|[+-]\d{2}(?::?\d{2})?)?$/;
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** A wall-clock time as if it were UTC, and the offset that came with it in minutes, if one did. */
interface Written {
  wallMs: number;
  offsetMinutes: number | undefined;
}

/**
 * ISO 8601 with an offset (`Z`, `+08:00`, `+0000`, `+08`) and any number of decimals → epoch ms, cut to whole
 * milliseconds; undefined without an offset or where no such time exists.
 */
export function parseInstant(text: string): number | undefined {
  const written = parseWritten(text);
  return written?.offsetMinutes === undefined ? undefined : sinceEpoch(written.wallMs - written.offsetMinutes * 60_000);
}

/** As parseInstant, but a time without an offset is read in the time zone (IANA name) that the caller states. */
export function parseInZone(text: string, timezone: string): number | undefined {
  const written = parseWritten(text);
  if (!written) return undefined;
  if (written.offsetMinutes !== undefined) return sinceEpoch(written.wallMs - written.offsetMinutes * 60_000);
  return sinceEpoch(wallToInstant(written.wallMs, timezone));
}

/** The first hours of 1970 lie before the epoch in zones ahead of UTC. */
const sinceEpoch = (ts: number | undefined): number | undefined => (ts !== undefined && ts >= 0 ? ts : undefined);

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
  const before = offsetAt(wallMs - 86_400_000, timezone);
  const after = offsetAt(wallMs + 86_400_000, timezone);
  if (before === undefined || after === undefined) return undefined;
  const early = wallMs - before;
  if (before === after || offsetAt(early, timezone) === before) return early;
  const late = wallMs - after;
  return offsetAt(late, timezone) === after ? late : early;
}

/** An instant's wall-clock time in a zone, as if it were UTC, epoch ms; undefined for an unknown zone. */
export function instantToWall(ts: number, timezone: string): number | undefined {
  const offset = offsetAt(ts, timezone);
  return offset === undefined ? undefined : ts + offset;
}

function parseWritten(text: string): Written | undefined {
  const parts = text.length > 48 ? null : PATTERN.exec(text);
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second = '0', fraction = '', zone] = parts;
  const ms = Number(`${fraction}000`.slice(0, 3));
  const wallMs = wallTime(Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second), ms);
  if (wallMs === undefined) return undefined;
  if (zone === undefined) return { wallMs, offsetMinutes: undefined };
  if (zone === 'Z' || zone === 'z') return { wallMs, offsetMinutes: 0 };
  const digits = zone.slice(1).replace(':', '');
  const hours = Number(digits.slice(0, 2));
  const minutes = Number(digits.slice(2) || '0');
  if (hours > 14 || minutes > 59) return undefined;
  return { wallMs, offsetMinutes: (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) };
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
