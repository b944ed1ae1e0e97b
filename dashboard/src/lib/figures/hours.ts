import { offsetMs, startOfDay } from './store-time.js';

/** A figure of one hour of the store's day. */
export interface HourFigure {
  startMs: number;
  /** null: not known */
  value: number | null;
}
export interface HourCell {
  hour: number;
  /** null: nothing of it is known */
  value: number | null;
  /** how many hours the value is the mean of */
  count: number;
  /** the newest of them; null: there is none, or it lies ahead */
  startMs: number | null;
}
export interface HourLine {
  /** start of the day; of a weekday the newest such day */
  dayMs: number;
  /** several days are behind it */
  mean: boolean;
  cells: HourCell[];
}

/** More days than this are told by weekday. */
export const MOST_DAYS = 14;

const wallOf = (ms: number, timeZone: string): Date => new Date(ms + offsetMs(ms, timeZone));

/**
 * Hours × days: a line for each day, or, of more than fourteen days, a line for each weekday with the mean of those hours that
 * are known. Hours in which nothing was ever known on any day stay in, as unknown: the shop's day keeps its shape. Values of the
 * hour that a clock going back has twice are added.
 */
export function hourLines(figures: readonly HourFigure[], timeZone: string): HourLine[] {
  const days = new Map<number, Map<number, HourCell>>();
  for (const { startMs, value } of figures) {
    const day = startOfDay(startMs, timeZone);
    let cells = days.get(day);
    if (!cells) days.set(day, (cells = new Map()));
    const hour = wallOf(startMs, timeZone).getUTCHours();
    const known = cells.get(hour);
    if (!known) cells.set(hour, { hour, value, count: value === null ? 0 : 1, startMs });
    else if (value !== null) known.value = (known.value ?? 0) + value;
  }
  const lines = [...days].sort(([a], [b]) => b - a);
  if (lines.length <= MOST_DAYS)
    return lines.map(([dayMs, cells]) => ({ dayMs, mean: false, cells: fullDay((hour) => cells.get(hour)) }));
  const weekdays = new Map<number, { dayMs: number; days: Map<number, HourCell>[] }>();
  for (const [dayMs, cells] of lines) {
    const weekday = wallOf(dayMs, timeZone).getUTCDay();
    const known = weekdays.get(weekday);
    if (known) known.days.push(cells);
    else weekdays.set(weekday, { dayMs, days: [cells] });
  }
  return [...weekdays]
    .sort(([a], [b]) => ((a + 6) % 7) - ((b + 6) % 7))
    .map(([, { dayMs, days: same }]) => ({
      dayMs,
      mean: true,
      cells: fullDay((hour) => {
        const known = same.flatMap((cells) => cells.get(hour) ?? []).filter((cell) => cell.value !== null);
        if (known.length === 0) return undefined;
        const value = known.reduce((sum, cell) => sum + (cell.value as number), 0) / known.length;
        return { hour, value, count: known.length, startMs: known[0]?.startMs ?? null };
      }),
    }));
}

const fullDay = (of: (hour: number) => HourCell | undefined): HourCell[] =>
  Array.from({ length: 24 }, (_, hour) => of(hour) ?? { hour, value: null, count: 0, startMs: null });

/** Leaves out hours at both ends in which nothing is known on any line, or nothing ever happened: a shop's night. */
export function busyHours(lines: readonly HourLine[]): { first: number; last: number } {
  const busy = Array.from({ length: 24 }, (_, hour) => lines.some((line) => (line.cells[hour]?.value ?? 0) !== 0));
  const first = busy.indexOf(true);
  return first === -1 ? { first: 0, last: 23 } : { first, last: busy.lastIndexOf(true) };
}

/** The figure that fills a cell wholly: the largest, without being led by one outlier of many. */
export function topOf(lines: readonly HourLine[]): number {
  const values = lines
    .flatMap((line) => line.cells.flatMap(({ value }) => (value === null || value <= 0 ? [] : [value])))
    .sort((a, b) => a - b);
  if (values.length === 0) return 1;
  return values.length < 20 ? (values.at(-1) as number) : (values[Math.floor(values.length * 0.97)] as number);
}
