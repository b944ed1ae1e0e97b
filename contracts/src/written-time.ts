import { offsetMinutes } from './instants.js';
import { wallTime, wallToInstant } from './local-time.js';

/** Times as vendors write them, in epoch milliseconds UTC from here on. No clock is read. */
const PATTERN =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,12}))?)?\s?(Z|z|[+-]\d{2}(?::?\d{2})?)?$/;

/** A wall-clock time as if it were UTC, and the offset that came with it in minutes, if one did. */
interface Written {
  wallMs: number;
  offsetMinutes: number | undefined;
}

/**
 * ISO 8601 with an offset (`Z`, `+08:00`, `+0000`, `+08`, at most ±14:00) and any number of decimals → epoch ms, cut to whole
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

function parseWritten(text: string): Written | undefined {
  const parts = text.length > 48 ? null : PATTERN.exec(text);
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second = '0', fraction = '', zone] = parts;
  const ms = Number(`${fraction}000`.slice(0, 3));
  const wallMs = wallTime(Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second), ms);
  if (wallMs === undefined) return undefined;
  if (zone === undefined) return { wallMs, offsetMinutes: undefined };
  const offset = offsetMinutes(zone);
  return offset === undefined ? undefined : { wallMs, offsetMinutes: offset };
}
