/** Times as people and programs write them: ISO 8601 with a zone. No clock is read. */

/** No clock on earth is further from UTC: what says so is a mistake. Minutes. */
const FARTHEST_MINUTES = 14 * 60;

/** `Z`, `+08:00`, `+0800`, `+08` → minutes east of Greenwich; undefined beyond ±14:00 and for what is no offset. */
export function offsetMinutes(zone: string): number | undefined {
  if (/^z$/i.test(zone)) return 0;
  const parts = /^([+-])(\d{2})(?::?(\d{2}))?$/.exec(zone);
  if (!parts) return undefined;
  const past = Number(parts[3] ?? 0);
  const minutes = Number(parts[2]) * 60 + past;
  if (past > 59 || minutes > FARTHEST_MINUTES) return undefined;
  return parts[1] === '-' && minutes > 0 ? -minutes : minutes;
}

/** Why a text is no instant: not of that form, no such day or time, an offset that no clock has. */
export type NoInstant = 'form' | 'noSuchTime' | 'offset';

const ISO = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d(?::?\d\d)?)$/i;

/** "2026-11-22T10:00:00+08:00" → epoch ms (decimals are cut to milliseconds), or why it is none. */
export function instantOf(text: string): number | NoInstant {
  const match = ISO.exec(text);
  if (!match) return 'form';
  const [year, month, day, hour, minute] = match.slice(1, 6).map(Number) as [number, number, number, number, number];
  const second = Number(match[6] ?? 0);
  const daysInMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth || hour > 23 || minute > 59 || second > 59)
    return 'noSuchTime';
  const offset = offsetMinutes(match[8] as string);
  if (offset === undefined) return 'offset';
  const ms = Number(`${match[7] ?? ''}000`.slice(0, 3));
  return Date.UTC(year, month - 1, day, hour, minute, second, ms) - offset * 60_000;
}
