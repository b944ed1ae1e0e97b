import type { StoreFile } from '@aisle/contracts';

/**
 * A plain reading of what crossings and visits are (SEMANTICS §10 and §12), over true positions at the camera's sample
 * times. It is written apart from the agent's engine on purpose: the two are held against each other.
 */
export interface TrueSample {
  readonly personId: number;
  /** whole millimetres */
  readonly x: number;
  readonly y: number;
}
export interface Crossing {
  readonly ts: number;
  readonly lineId: string;
  /** null for passers-by: their line has no inside */
  readonly direction: 'in' | 'out' | null;
}
export interface Visit {
  readonly zoneId: string;
  readonly personId: number;
  readonly enterTs: number;
  readonly leaveTs: number;
}
export interface ReadingEvents {
  onCrossing(crossing: Crossing): void;
  onVisit(visit: Visit): void;
}
type P = readonly [number, number];

const LONGEST_STEP_MS = 2000;
const VISIT_AFTER_MS = 600;
const OUTING_ENDS_MS = 1500;

interface Stay {
  enterTs: number;
  lastInsideTs: number;
  firstOutsideTs: number | null;
  isVisit: boolean;
}
interface Track {
  ts: number;
  at: P;
  stays: Map<string, Stay>;
}

export class Reading {
  private readonly lines: { id: string; a: P; b: P; inwardSign: number | null }[];
  private readonly zones: { id: string; polygon: P[] }[];
  private readonly tracks = new Map<number, Track>();

  constructor(
    store: StoreFile,
    private readonly events: ReadingEvents,
  ) {
    const mm = ([x, y]: P): P => [Math.round(x * 1000), Math.round(y * 1000)];
    this.lines = [
      ...(store.entrances ?? []).map(({ id, line, inward }) => {
        const [a, b] = [mm(line[0]), mm(line[1])];
        return { id, a, b, inwardSign: Math.sign((b[0] - a[0]) * inward[1] - (b[1] - a[1]) * inward[0]) };
      }),
      ...(store.passersBy ?? []).map(({ id, line }) => ({ id, a: mm(line[0]), b: mm(line[1]), inwardSign: null })),
    ];
    this.zones = (store.zones ?? []).map((zone) => ({ id: zone.id, polygon: zone.polygon.map(mm) }));
  }

  /** Everybody's position at one sample time. Times rise from call to call. */
  sample(ts: number, people: readonly TrueSample[]): void {
    for (const { personId, x, y } of people) {
      const at: P = [x, y];
      let track = this.tracks.get(personId);
      if (track && ts - track.ts > LONGEST_STEP_MS) {
        this.end(personId, track);
        track = undefined;
      }
      if (track) for (const line of this.lines) this.step(line, track.at, at, ts);
      else this.tracks.set(personId, (track = { ts, at, stays: new Map() }));
      for (const zone of this.zones) this.stay(personId, track, zone, at, ts);
      track.ts = ts;
      track.at = at;
    }
    for (const [personId, track] of this.tracks) {
      if (ts - track.ts <= LONGEST_STEP_MS) continue;
      this.end(personId, track);
      this.tracks.delete(personId);
    }
  }

  /** No more samples will come: stays not yet ended count until their last inside sample. */
  finish(): void {
    for (const [personId, track] of this.tracks) this.end(personId, track);
    this.tracks.clear();
  }

  /** The earliest enter time among stays that may still go on; null without any. */
  openSince(): number | null {
    let earliest: number | null = null;
    for (const track of this.tracks.values()) {
      for (const stay of track.stays.values())
        if (earliest === null || stay.enterTs < earliest) earliest = stay.enterTs;
    }
    return earliest;
  }

  private step(line: (typeof this.lines)[number], from: P, to: P, ts: number): void {
    const sign = line.inwardSign ?? 1;
    const isInward = (p: P) => cross(line.a, line.b, p) * sign >= 0;
    const [before, after] = [isInward(from), isInward(to)];
    if (before === after) return;
    // The ends of the segment lie on different sides of the step, or one of them on it.
    if (Math.sign(cross(from, to, line.a)) * Math.sign(cross(from, to, line.b)) > 0) return;
    this.events.onCrossing({ ts, lineId: line.id, direction: line.inwardSign === null ? null : after ? 'in' : 'out' });
  }

  private stay(personId: number, track: Track, zone: (typeof this.zones)[number], at: P, ts: number): void {
    let stay = track.stays.get(zone.id);
    const isOver = stay !== undefined && stay.firstOutsideTs !== null && ts - stay.firstOutsideTs >= OUTING_ENDS_MS;
    if (stay && isOver) {
      this.close(personId, zone.id, stay);
      track.stays.delete(zone.id);
      stay = undefined;
    }
    if (contains(zone.polygon, at)) {
      if (!stay) track.stays.set(zone.id, { enterTs: ts, lastInsideTs: ts, firstOutsideTs: null, isVisit: false });
      else {
        stay.lastInsideTs = ts;
        stay.firstOutsideTs = null;
        if (ts - stay.enterTs >= VISIT_AFTER_MS) stay.isVisit = true;
      }
    } else if (stay) stay.firstOutsideTs ??= ts;
  }

  private end(personId: number, track: Track): void {
    for (const [zoneId, stay] of track.stays) this.close(personId, zoneId, stay);
  }

  private close(personId: number, zoneId: string, stay: Stay): void {
    if (stay.isVisit) this.events.onVisit({ zoneId, personId, enterTs: stay.enterTs, leaveTs: stay.lastInsideTs });
  }
}

const cross = (a: P, b: P, p: P): number => (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]);

/** Even-odd, in whole numbers, edges inside. */
function contains(polygon: readonly P[], p: P): boolean {
  let within = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i, i += 1) {
    const [a, b] = [polygon[i] as P, polygon[j] as P];
    const side = cross(a, b, p);
    const between =
      p[0] >= Math.min(a[0], b[0]) &&
      p[0] <= Math.max(a[0], b[0]) &&
      p[1] >= Math.min(a[1], b[1]) &&
      p[1] <= Math.max(a[1], b[1]);
    if (side === 0 && between) return true;
    // A ray towards larger x meets the edge when p is left of it.
    if (a[1] > p[1] !== b[1] > p[1] && (b[1] > a[1] ? side > 0 : side < 0)) within = !within;
  }
  return within;
}
