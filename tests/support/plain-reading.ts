/**
 * A separate, plain reading of SEMANTICS §10, §12, §13 and §15: whole-file, without the engine's code or its cleverness.
 * It exists to disagree with the engine where the engine is wrong.
 */
export interface Sample {
  ts: number;
  x: number;
  y: number;
}

/** Payloads of one camera → samples per track, in millimetres; a gap of more than 2,000 ms begins a new track. */
export function tracksOf(
  payloads: readonly { ts: number; people: readonly { id: string; x: number; y: number }[] }[],
): Sample[][] {
  const open = new Map<string, Sample[]>();
  const all: Sample[][] = [];
  for (const { ts, people } of payloads) {
    for (const person of people) {
      const sample = { ts, x: Math.round(person.x * 1000), y: Math.round(person.y * 1000) };
      let track = open.get(person.id);
      const last = track?.[track.length - 1];
      if (!track || !last || ts - last.ts > 2000) {
        track = [];
        all.push(track);
        open.set(person.id, track);
      }
      track.push(sample);
    }
  }
  return all;
}

export type Point = readonly [number, number];
const toMm = ([x, y]: Point): Point => [Math.round(x * 1000), Math.round(y * 1000)];

export function isInside(polygonMetres: readonly Point[], x: number, y: number): boolean {
  const polygon = polygonMetres.map(toMm);
  let inside = false;
  for (let i = 0; i < polygon.length; i += 1) {
    const [ax, ay] = polygon[i] as Point;
    const [bx, by] = polygon[(i + 1) % polygon.length] as Point;
    const cross = (bx - ax) * (y - ay) - (by - ay) * (x - ax);
    const between = Math.min(ax, bx) <= x && x <= Math.max(ax, bx) && Math.min(ay, by) <= y && y <= Math.max(ay, by);
    if (cross === 0 && between) return true;
    if (ay > y !== by > y && (by > ay ? cross > 0 : cross < 0)) inside = !inside;
  }
  return inside;
}

export interface PlainVisit {
  zoneId: string;
  enterTs: number;
  leaveTs: number;
  /** first visit of its track to this zone */
  first: boolean;
}

export function visitsOf(
  tracks: readonly Sample[][],
  zones: readonly { id: string; polygon: readonly Point[] }[],
): PlainVisit[] {
  const visits: PlainVisit[] = [];
  for (const zone of zones) {
    for (const track of tracks) {
      const flags = track.map((sample) => isInside(zone.polygon, sample.x, sample.y));
      let first = true;
      let i = 0;
      while (i < track.length) {
        if (!flags[i]) {
          i += 1;
          continue;
        }
        // A stay starts here; walk on until it ends.
        const enter = (track[i] as Sample).ts;
        let leave = enter;
        let visit = false;
        let outSince: number | undefined;
        let j = i + 1;
        for (; j < track.length; j += 1) {
          const { ts } = track[j] as Sample;
          if (outSince !== undefined && ts - outSince >= 1500) break;
          if (flags[j]) {
            outSince = undefined;
            leave = ts;
            if (ts - enter >= 600) visit = true;
          } else outSince ??= ts;
        }
        if (visit) {
          visits.push({ zoneId: zone.id, enterTs: enter, leaveTs: leave, first });
          first = false;
        }
        i = j;
      }
    }
  }
  return visits.sort(
    (a, b) =>
      a.enterTs - b.enterTs || (a.zoneId < b.zoneId ? -1 : a.zoneId > b.zoneId ? 1 : 0) || a.leaveTs - b.leaveTs,
  );
}

export function crossingsOf(
  tracks: readonly Sample[][],
  entrance: { line: readonly [Point, Point]; inward: Point },
): { ts: number; direction: 'in' | 'out' }[] {
  const [a, b] = [toMm(entrance.line[0]), toMm(entrance.line[1])];
  const turn = (px: number, py: number) => (b[0] - a[0]) * (py - a[1]) - (b[1] - a[1]) * (px - a[0]);
  const inwardSign = Math.sign((b[0] - a[0]) * entrance.inward[1] - (b[1] - a[1]) * entrance.inward[0]);
  const isIn = (s: Sample) => turn(s.x, s.y) * inwardSign >= 0;
  const found: { ts: number; direction: 'in' | 'out' }[] = [];
  for (const track of tracks) {
    for (let i = 1; i < track.length; i += 1) {
      const p = track[i - 1] as Sample;
      const q = track[i] as Sample;
      if (isIn(p) === isIn(q)) continue;
      // Where the step meets the line, as a share of the segment.
      const dp = turn(p.x, p.y);
      const dq = turn(q.x, q.y);
      const share = dp / (dp - dq);
      const mx = p.x + share * (q.x - p.x);
      const my = p.y + share * (q.y - p.y);
      const along =
        ((mx - a[0]) * (b[0] - a[0]) + (my - a[1]) * (b[1] - a[1])) / ((b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2);
      if (along >= 0 && along <= 1) found.push({ ts: q.ts, direction: isIn(q) ? 'in' : 'out' });
    }
  }
  return found.sort((x, y) => x.ts - y.ts);
}

/** Nearest rank over whole-second floors: the ⌈q·n⌉-th smallest. */
export function nearestRank(dwellsMs: readonly number[], q: number): number | null {
  if (dwellsMs.length === 0) return null;
  const seconds = dwellsMs.map((ms) => Math.floor(ms / 1000)).sort((x, y) => x - y);
  return seconds[Math.ceil(q * seconds.length) - 1] ?? null;
}
