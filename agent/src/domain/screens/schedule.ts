import { WEEKDAYS, instantToWall, type AgentCampaign } from '@aisle/contracts';

const DAY_MINUTES = 1440;

/** Weekday, minute of the day and hour that clocks of a time zone show at an instant; of UTC where nobody knows the zone. */
export function wallClock(
  ts: number,
  timezone: string,
): { day: (typeof WEEKDAYS)[number]; minute: number; hour: number } {
  const wall = new Date(instantToWall(ts, timezone) ?? ts);
  // getUTCDay counts from Sunday
  const day = WEEKDAYS[(wall.getUTCDay() + 6) % 7] as (typeof WEEKDAYS)[number];
  const minute = wall.getUTCHours() * 60 + wall.getUTCMinutes();
  return { day, minute, hour: wall.getUTCHours() };
}

/**
 * Whether a campaign may play at an instant: its state, its own start and end, weekdays and hours of the store's clock. One that is
 * scheduled begins by this clock, and a live one ends by it: nobody need say so. A span of hours over midnight belongs to the
 * weekday on which it begins.
 */
export function isRunning(campaign: AgentCampaign, ts: number, timezone: string): boolean {
  const { state, fromTs, toTs, days, hours } = campaign;
  if (state !== 'live' && state !== 'scheduled') return false;
  if (fromTs !== null && ts < fromTs) return false;
  if (toTs !== null && ts >= toTs) return false;
  if (days === null && hours === null) return true;
  const { day, minute } = wallClock(ts, timezone);
  const onDay = (which: string) => days === null || days.some((one) => one === which);
  if (hours === null) return onDay(day);
  const before = WEEKDAYS[(WEEKDAYS.indexOf(day) + 6) % 7] as string;
  return hours.some(([from, to]) => {
    const begins = minutesOf(from);
    const ends = minutesOf(to);
    if (begins < ends) return onDay(day) && minute >= begins && minute < ends;
    return (onDay(day) && minute >= begins) || (onDay(before) && minute < ends);
  });
}

function minutesOf(clock: string): number {
  const [hour = 0, minute = 0] = clock.split(':').map(Number);
  return Math.min(DAY_MINUTES, hour * 60 + minute);
}

/** Whether nothing of a campaign will be shown from here on. */
export const isOver = ({ state, toTs }: AgentCampaign, ts: number): boolean =>
  state === 'ended' || (toTs !== null && ts >= toTs);
