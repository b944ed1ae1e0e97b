import type { Crossing, Visit } from '../../simulators/src/ledger/reading.js';

/** What the system or the truth says happened. Times in epoch milliseconds. */
export interface Happenings {
  crossings: { lineId: string; ts: number; direction: 'in' | 'out' | null }[];
  visits: { zoneId: string; enterTs: number; leaveTs: number }[];
}
export interface TrueHappenings extends Happenings {
  crossings: Crossing[];
  visits: Visit[];
}
/** One person at one instant, floor millimetres. */
export interface Sighting {
  id: string;
  x: number;
  y: number;
}

/** A crossing found this far from the true one is the same crossing. */
const CROSSING_WITHIN_MS = 1_000;
/** A visit that begins this far from a true one of the same zone is the same visit. */
const ENTER_WITHIN_MS = 1_500;
/** Somebody found this far from where a person is, is that person. */
const SAME_PERSON_MM = 1_000;

export interface EventScore {
  entries: { system: number; truth: number };
  truePositives: number;
  falsePositives: number;
  falseNegatives: number;
  /** |dwell found − true dwell| of the matched visits, seconds */
  dwellErrors: number[];
  /** what was missed or made up, for the eye */
  wrong: string[];
}

/** Crossings and visits, matched one to one with the nearest of the truth. */
export function scoreEvents(system: Happenings, truth: Happenings): EventScore {
  const score: EventScore = {
    entries: {
      system: system.crossings.filter((c) => c.direction === 'in').length,
      truth: truth.crossings.filter((c) => c.direction === 'in').length,
    },
    truePositives: 0,
    falsePositives: 0,
    falseNegatives: 0,
    dwellErrors: [],
    wrong: [],
  };
  const crossings = matchNearest(
    truth.crossings.map((c) => ({ key: `${c.lineId} ${c.direction}`, ts: c.ts, item: c })),
    system.crossings.map((c) => ({ key: `${c.lineId} ${c.direction}`, ts: c.ts, item: c })),
    CROSSING_WITHIN_MS,
  );
  const visits = matchNearest(
    truth.visits.map((v) => ({ key: v.zoneId, ts: v.enterTs, item: v })),
    system.visits.map((v) => ({ key: v.zoneId, ts: v.enterTs, item: v })),
    ENTER_WITHIN_MS,
  );
  for (const { pairs, missed, extra } of [crossings, visits]) {
    score.truePositives += pairs.length;
    score.falseNegatives += missed.length;
    score.falsePositives += extra.length;
    for (const entry of missed) score.wrong.push(`missed ${entry.key} at ${entry.ts}`);
    for (const entry of extra) score.wrong.push(`made up ${entry.key} at ${entry.ts}`);
  }
  for (const [expected, found] of visits.pairs) {
    const [a, b] = [expected.item, found.item];
    score.dwellErrors.push(Math.abs(b.leaveTs - b.enterTs - (a.leaveTs - a.enterTs)) / 1000);
  }
  return score;
}

interface Timed<T> {
  key: string;
  ts: number;
  item: T;
}

/** Pairs of equal key within `withinMs`, nearest first. */
function matchNearest<A, B>(truth: Timed<A>[], found: Timed<B>[], withinMs: number) {
  const candidates: { a: number; b: number; gap: number }[] = [];
  truth.forEach((one, a) =>
    found.forEach((other, b) => {
      const gap = Math.abs(one.ts - other.ts);
      if (one.key === other.key && gap <= withinMs) candidates.push({ a, b, gap });
    }),
  );
  candidates.sort((p, q) => p.gap - q.gap || p.a - q.a || p.b - q.b);
  const [takenTruth, takenFound] = [new Set<number>(), new Set<number>()];
  const pairs: [Timed<A>, Timed<B>][] = [];
  for (const { a, b } of candidates) {
    if (takenTruth.has(a) || takenFound.has(b)) continue;
    takenTruth.add(a);
    takenFound.add(b);
    pairs.push([truth[a] as Timed<A>, found[b] as Timed<B>]);
  }
  return {
    pairs,
    missed: truth.filter((_, index) => !takenTruth.has(index)),
    extra: found.filter((_, index) => !takenFound.has(index)),
  };
}

/**
 * IDF1 on the floor: 2·IDTP ÷ (true sightings + found sightings), under the one-to-one assignment of identities that maximises
 * IDTP (E. Ristani et al., "Performance Measures and a Data Set for Multi-Target, Multi-Camera Tracking", 2016).
 */
export class IdentityScore {
  private readonly together = new Map<string, Map<string, number>>();
  private trueSightings = 0;
  private foundSightings = 0;

  constructor(private readonly assign: (gains: number[][]) => number) {}

  add(truth: readonly Sighting[], found: readonly Sighting[]): void {
    this.trueSightings += truth.length;
    this.foundSightings += found.length;
    for (const person of truth) {
      for (const track of found) {
        if (Math.hypot(person.x - track.x, person.y - track.y) > SAME_PERSON_MM) continue;
        let row = this.together.get(person.id);
        if (!row) this.together.set(person.id, (row = new Map()));
        row.set(track.id, (row.get(track.id) ?? 0) + 1);
      }
    }
  }

  result(): { idtp: number; truth: number; found: number; idf1: number } {
    const tracks = [...new Set([...this.together.values()].flatMap((row) => [...row.keys()]))];
    const gains = [...this.together.values()].map((row) => tracks.map((id) => row.get(id) ?? 0));
    const idtp = this.assign(gains);
    const all = this.trueSightings + this.foundSightings;
    return { idtp, truth: this.trueSightings, found: this.foundSightings, idf1: all === 0 ? 1 : (2 * idtp) / all };
  }
}

/** The nearest rank (⌈q·n⌉) of the sorted values; NaN without any. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? NaN;
}
