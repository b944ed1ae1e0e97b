/** The start of the day in a time zone that holds `now`, epoch ms. Days may have 23 or 25 hours. */
export function startOfDay(now: number, timezone: string): number {
  const offset = offsetMs(now, timezone);
  const local = Math.floor((now + offset) / 86_400_000) * 86_400_000;
  // The offset at midnight may differ from the one now.
  return local - offsetMs(local - offset, timezone);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function offsetMs(ts: number, timezone: string): number {
  let format = formats.get(timezone);
  if (!format) {
    const two = '2-digit';
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      hourCycle: 'h23',
      year: 'numeric',
      month: two,
      day: two,
      hour: two,
      minute: two,
      second: two,
    });
    formats.set(timezone, format);
  }
  const part = Object.fromEntries(format.formatToParts(ts).map(({ type, value }) => [type, Number(value)]));
  const local = Date.UTC(
    part['year'] ?? 0,
    (part['month'] ?? 1) - 1,
    part['day'],
    part['hour'],
    part['minute'],
    part['second'],
  );
  return local - Math.floor(ts / 1000) * 1000;
}
