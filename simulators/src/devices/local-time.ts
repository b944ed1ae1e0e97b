/** Wall-clock times of a zone, for devices that write them. */

export interface LocalTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** minutes ahead of UTC */
  readonly offset: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** What a clock on the wall of `timezone` (IANA name) shows at `ts`, epoch ms. */
export function localTime(ts: number, timezone: string): LocalTime {
  let format = formats.get(timezone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: timezone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(timezone, format);
  }
  const parts = new Map(format.formatToParts(ts).map(({ type, value }) => [type, Number(value)]));
  const of = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) as number;
  const time = {
    year: of('year'),
    month: of('month'),
    day: of('day'),
    hour: of('hour'),
    minute: of('minute'),
    second: of('second'),
  };
  const wall = Date.UTC(time.year, time.month - 1, time.day, time.hour, time.minute, time.second);
  return { ...time, offset: Math.round((wall - Math.floor(ts / 1000) * 1000) / 60_000) };
}

export const two = (value: number): string => String(value).padStart(2, '0');

/** Zones change their offset at a quarter of an hour, if at all. */
const QUARTER_MS = 15 * 60_000;
const offsets = new Map<string, { quarter: number; offset: number }>();

function offsetOf(ts: number, timezone: string): number {
  const quarter = Math.floor(ts / QUARTER_MS);
  const known = offsets.get(timezone);
  if (known?.quarter === quarter) return known.offset;
  const { offset } = localTime(quarter * QUARTER_MS, timezone);
  offsets.set(timezone, { quarter, offset });
  return offset;
}

/** `2026-03-02T09:00:00.050+08:00`. */
export function localIso(ts: number, timezone: string): string {
  const offset = offsetOf(ts, timezone);
  const size = Math.abs(offset);
  const wall = new Date(ts + offset * 60_000).toISOString().replace('Z', '');
  return `${wall}${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
