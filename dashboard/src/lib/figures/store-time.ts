/** Days and hours begin in the store's time zone; a day there may have 23 or 25 hours. */

const formats = new Map<string, Intl.DateTimeFormat>();
function partsOf(
  ms: number,
  timeZone: string,
): Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', number> {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(timeZone, format);
  }
  const parts: Record<string, number> = {};
  for (const part of format.formatToParts(ms)) if (part.type !== 'literal') parts[part.type] = Number(part.value);
  return parts as ReturnType<typeof partsOf>;
}

/** Milliseconds that the zone is ahead of UTC at `ms`. */
export function offsetMs(ms: number, timeZone: string): number {
  const whole = Math.floor(ms / 1000) * 1000;
  const at = partsOf(whole, timeZone);
  return Date.UTC(at.year, at.month - 1, at.day, at.hour, at.minute, at.second) - whole;
}

/** The instant at which the clock on the store's wall shows this; the later guess of two wins over a gap. */
export function instantOf(wallUtcMs: number, timeZone: string): number {
  const first = wallUtcMs - offsetMs(wallUtcMs, timeZone);
  const second = wallUtcMs - offsetMs(first, timeZone);
  return second === first ? first : wallUtcMs - offsetMs(second, timeZone);
}

/** Start of the store day that holds `ms`, moved by `days` days. */
export function startOfDay(ms: number, timeZone: string, days = 0): number {
  const at = partsOf(ms, timeZone);
  return instantOf(Date.UTC(at.year, at.month - 1, at.day + days), timeZone);
}

/** The same time of the store's wall clock, `days` days later. */
export function shiftDays(ms: number, timeZone: string, days: number): number {
  const at = partsOf(ms, timeZone);
  return instantOf(Date.UTC(at.year, at.month - 1, at.day + days, at.hour, at.minute), timeZone);
}

/** "2026-06-13T17:00", as a datetime-local input writes the store's wall clock. */
export function toWall(ms: number, timeZone: string): string {
  return new Date(ms + offsetMs(ms, timeZone)).toISOString().slice(0, 16);
}

/** The instant of a wall clock text; NaN when it is none. */
export function fromWall(text: string, timeZone: string): number {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(text)) return Number.NaN;
  const wall = Date.parse(`${text}:00Z`);
  return Number.isNaN(wall) ? wall : instantOf(wall, timeZone);
}
