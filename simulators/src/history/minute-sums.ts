import { CELL_METRES, MINUTE_MS, minuteOf, type FactKind, type FactOf, type FactValue } from '@aisle/contracts';
import { along, distance, type Vec } from '../world/geometry.js';
import type { Places } from './places.js';

const METRES_PER_SECOND = 1.15;

interface ZoneSums {
  visits: number;
  visitors: number;
  dwellMs: number;
  /** dwell of its visits, whole seconds */
  seconds: number[];
  overlapMs: number;
  /** [from, to) of visits that are open in it, ms within the minute */
  open: [number, number][];
  ppmMs: number;
}

/** What people did within one minute, as it is gathered. */
export class MinuteSums {
  readonly crossings = new Map<string, { in: number; out: number }>();
  readonly zones = new Map<number, ZoneSums>();
  readonly heat = new Map<number, number>();
  /** what happens at a time of this minute, in whatever order */
  readonly happens: { ts: number; run: () => void }[] = [];

  zone(zone: number): ZoneSums {
    let sums = this.zones.get(zone);
    if (!sums) {
      sums = { visits: 0, visitors: 0, dwellMs: 0, seconds: [], overlapMs: 0, open: [], ppmMs: 0 };
      this.zones.set(zone, sums);
    }
    return sums;
  }
}

/** Minutes that are not over yet, by their start. */
export class Minutes {
  private readonly open = new Map<number, MinuteSums>();

  constructor(private readonly places: Places) {}

  at(ts: number): MinuteSums {
    const minute = minuteOf(ts);
    let sums = this.open.get(minute);
    if (!sums) this.open.set(minute, (sums = new MinuteSums()));
    return sums;
  }

  /** Everything of a minute that is over. */
  take(minute: number): MinuteSums {
    const sums = this.open.get(minute) ?? new MinuteSums();
    this.open.delete(minute);
    return sums;
  }

  crossed(line: string, way: 'in' | 'out', ts: number): void {
    const { crossings } = this.at(ts);
    const sums = crossings.get(line) ?? { in: 0, out: 0 };
    sums[way] += 1;
    crossings.set(line, sums);
  }

  /** @param interest probability, 0 to 1, that a model gave for it; undefined: none judged */
  visit(zone: number, enterTs: number, leaveTs: number, isFirst: boolean, interest: number | undefined): void {
    const dwellMs = leaveTs - enterTs;
    const sums = this.at(enterTs).zone(zone);
    sums.visits += 1;
    if (isFirst) sums.visitors += 1;
    sums.dwellMs += dwellMs;
    sums.seconds.push(Math.floor(dwellMs / 1000));
    for (let minute = minuteOf(enterTs); minute < leaveTs; minute += MINUTE_MS) {
      const [from, to] = [Math.max(enterTs, minute) - minute, Math.min(leaveTs, minute + MINUTE_MS) - minute];
      const within = this.at(minute).zone(zone);
      within.overlapMs += to - from;
      within.open.push([from, to]);
      // in the coarse steps that leave a shop
      if (interest !== undefined) within.ppmMs += Math.round(interest * 20) * 50_000 * (to - from);
    }
  }

  stood(at: Vec, from: number, to: number): void {
    const cell = this.places.cellOf(at);
    if (cell === undefined) return;
    for (let minute = minuteOf(from); minute < to; minute += MINUTE_MS) {
      const { heat } = this.at(minute);
      const ms = Math.min(to, minute + MINUTE_MS) - Math.max(from, minute);
      heat.set(cell, (heat.get(cell) ?? 0) + ms);
    }
  }

  /** A straight way at an even pace. @returns when it ends */
  walked(from: Vec, to: Vec, ts: number): number {
    const metres = distance(from, to);
    const steps = Math.max(1, Math.ceil(metres / CELL_METRES));
    const stepMs = Math.round(((metres / METRES_PER_SECOND) * 1000) / steps);
    for (let step = 0; step < steps; step += 1)
      this.stood(along(from, to, (step + 0.5) / steps), ts + step * stepMs, ts + (step + 1) * stepMs);
    return ts + steps * stepMs;
  }
}

export function zoneValue(sums: ZoneSums, judged: boolean): FactValue<'zone'> {
  const counts = new Map<number, number>();
  for (const second of sums.seconds) counts.set(second, (counts.get(second) ?? 0) + 1);
  return {
    visits: sums.visits,
    visitors: sums.visitors,
    dwellMs: sums.dwellMs,
    histogram: [...counts].sort((a, b) => a[0] - b[0]),
    overlapMs: sums.overlapMs,
    maxOpen: mostOpen(sums.open),
    ...(judged && sums.overlapMs > 0 && { interest: { ppmMs: sums.ppmMs, ms: sums.overlapMs } }),
  };
}

/** Most of the half-open intervals that hold one instant. */
function mostOpen(intervals: readonly [number, number][]): number {
  if (intervals.length < 2) return intervals.length;
  const edges = intervals.flatMap(([from, to]): [number, number][] => [
    [from, 1],
    [to, -1],
  ]);
  edges.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  let [open, most] = [0, 0];
  for (const [, change] of edges) most = Math.max(most, (open += change));
  return most;
}

export const heatValue = ({ heat }: MinuteSums, { columns, rows }: Places['grid']): FactValue<'heat'> => ({
  columns,
  rows,
  cells: [...heat].sort((a, b) => a[0] - b[0]),
});

/** A fact without what every fact of a history shares. */
export type Stated = { [K in FactKind]: Pick<FactOf<K>, 'kind' | 'subject' | 'ts' | 'value'> }[FactKind];
