import type { OwnItem, PlayerList } from '../screens/player-list.js';

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** The plain loop that a player goes on with by itself: what comes next is what has come least for its weight. */
export class OwnList {
  readonly #shown = new Map<string, number>();

  /** @returns what to show at this moment (epoch ms); undefined when nothing may play now */
  next(
    list: Pick<PlayerList, 'items' | 'timezone'>,
    now: number,
    isHere: (contentId: string) => boolean,
  ): OwnItem | undefined {
    const local = localTime(now, list.timezone);
    const eligible = list.items.filter((item) => mayPlay(item, now, local) && isHere(item.contentId));
    const turnOf = ({ contentId, weight }: OwnItem) => ((this.#shown.get(contentId) ?? 0) + 1) / weight;
    const item = eligible.reduce<OwnItem | undefined>(
      (best, one) => (best && turnOf(best) <= turnOf(one) ? best : one),
      undefined,
    );
    if (item) this.#shown.set(item.contentId, (this.#shown.get(item.contentId) ?? 0) + 1);
    return item;
  }
}

interface Local {
  day: string;
  /** HH:MM */
  clock: string;
}

export function mayPlay({ fromTs, toTs, days, hours }: OwnItem, now: number, { day, clock }: Local): boolean {
  if ((fromTs !== null && now < fromTs) || (toTs !== null && now >= toTs)) return false;
  if (days !== null && days.length > 0 && !days.includes(day)) return false;
  return hours === null || hours.length === 0 || hours.some(([from, to]) => from <= clock && clock < to);
}

export function localTime(now: number, timeZone: string): Local {
  const format = new Intl.DateTimeFormat('en-GB', {
    ...({ timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const),
  });
  const parts = Object.fromEntries(format.formatToParts(now).map(({ type, value }) => [type, value]));
  const day = DAYS.find((name) => name === parts['weekday']?.toLowerCase()) ?? '';
  return { day, clock: `${parts['hour']}:${parts['minute']}` };
}
