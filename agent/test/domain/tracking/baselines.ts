import { Assignment } from '../../../src/domain/tracking/assignment.js';
import type { TrackerDetection } from '../../../src/domain/tracking/types.js';
import { byteTrack } from './baseline-byte.js';
import { DiscreteAxis, type Baseline, type Box, boxOverlap } from './baseline-filter.js';

const MIN_OVERLAP = 0.3;

/** Pairs for the greatest total score with as many pairs as there can be, then drops those below the least overlap. */
function pairAll(
  assignment: Assignment,
  rows: number,
  columns: number,
  score: (row: number, column: number) => number,
  overlap: (row: number, column: number) => number,
): [number, number][] {
  assignment.begin(rows, columns);
  for (let row = 0; row < rows; row += 1)
    for (let column = 0; column < columns; column += 1) assignment.offer(row, column, -10 - score(row, column));
  assignment.solve();
  const pairs: [number, number][] = [];
  for (let row = 0; row < rows; row += 1) {
    const column = assignment.rowTo[row] ?? -1;
    if (column >= 0 && overlap(row, column) >= MIN_OVERLAP) pairs.push([row, column]);
  }
  return pairs;
}

/** Centre, area and shape with their velocities, as in SORT; noise in pixels. */
class AreaTrack {
  hits = 0;
  streak = 0;
  since = 0;
  age = 0;
  /** last observation and the ones of the last frames, for OC-SORT */
  last: Box;
  score: number;
  readonly seen = new Map<number, Box>();
  direction: [number, number] | undefined;
  axes: DiscreteAxis[];
  #frozen: DiscreteAxis[] | undefined;

  constructor(
    readonly id: number,
    detection: TrackerDetection,
  ) {
    const [x, y, s, r] = toArea(detection);
    this.axes = [
      new DiscreteAxis(x, 10, 10_000),
      new DiscreteAxis(y, 10, 10_000),
      new DiscreteAxis(s, 10, 10_000),
      new DiscreteAxis(r, 10, 0),
    ];
    this.last = detection;
    this.score = detection.score;
  }

  predict(): void {
    const [, , s] = this.axes as [DiscreteAxis, DiscreteAxis, DiscreteAxis, DiscreteAxis];
    if (s.position + s.velocity <= 0) s.velocity = 0;
    this.#step();
    this.age += 1;
    if (this.since > 0) this.streak = 0;
    this.since += 1;
  }

  #step(): void {
    const [x, y, s, r] = this.axes as [DiscreteAxis, DiscreteAxis, DiscreteAxis, DiscreteAxis];
    x.predict(1, 0.01);
    y.predict(1, 0.01);
    s.predict(1, 0.0001);
    r.predict(1, 0);
  }

  #take(box: Box): void {
    const [x, y, s, r] = this.axes as [DiscreteAxis, DiscreteAxis, DiscreteAxis, DiscreteAxis];
    const [zx, zy, zs, zr] = toArea(box);
    x.update(zx, 1);
    y.update(zy, 1);
    s.update(zs, 10);
    r.update(zr, 10);
  }

  /** Nothing seen: OC-SORT keeps the filter as it was. */
  freeze(): void {
    this.#frozen ??= this.axes.map((axis) => axis.copy());
  }

  update(detection: TrackerDetection, walkAgain: boolean): void {
    const gap = this.since;
    if (walkAgain && this.#frozen && gap > 1) {
      this.axes = this.#frozen;
      const from = this.last;
      for (let step = 1; step <= gap; step += 1) {
        const share = step / gap;
        this.#take({
          x: from.x + (detection.x - from.x) * share,
          y: from.y + (detection.y - from.y) * share,
          w: from.w + (detection.w - from.w) * share,
          h: from.h + (detection.h - from.h) * share,
        });
        if (step < gap) this.#step();
      }
    } else this.#take(detection);
    this.#frozen = undefined;
    this.hits += 1;
    this.streak += 1;
    this.since = 0;
    const former = this.former(3);
    if (former) {
      const [dx, dy] = between(former, detection);
      const length = Math.hypot(dx, dy) + 1e-6;
      this.direction = [dx / length, dy / length];
    }
    this.last = detection;
    this.score = detection.score;
    this.seen.set(this.age, detection);
  }

  /** The observation of so many frames ago, or the nearest after it. */
  former(frames: number): Box | undefined {
    for (let back = frames; back >= 1; back -= 1) {
      const box = this.seen.get(this.age - back);
      if (box) return box;
    }
    return this.seen.size > 0 ? this.last : undefined;
  }

  get box(): Box {
    const [x, y, s, r] = this.axes as [DiscreteAxis, DiscreteAxis, DiscreteAxis, DiscreteAxis];
    const w = Math.sqrt(Math.max(1e-6, s.position * r.position));
    const h = s.position / w;
    return { x: x.position - w / 2, y: y.position - h / 2, w, h };
  }
}

const toArea = (box: Box): [number, number, number, number] => [
  box.x + box.w / 2,
  box.y + box.h / 2,
  box.w * box.h,
  box.w / box.h,
];
const between = (a: Box, b: Box): [number, number] => [b.x + b.w / 2 - a.x - a.w / 2, b.y + b.h / 2 - a.y - a.h / 2];

/** A. Bewley et al., Simple Online and Realtime Tracking, ICIP 2016: max_age 1, min_hits 3, IoU 0.3. */
export const sort: Baseline = (frames) => {
  const assignment = new Assignment();
  let tracks: AreaTrack[] = [];
  let id = 0;
  return frames.map((detections, frame) => {
    for (const track of tracks) track.predict();
    const boxes = tracks.map((track) => track.box);
    const overlap = (row: number, column: number) => boxOverlap(boxes[row] as Box, detections[column] as Box);
    const pairs = pairAll(assignment, tracks.length, detections.length, overlap, overlap);
    const taken = new Set<number>();
    for (const [row, column] of pairs) {
      taken.add(column);
      tracks[row]?.update(detections[column] as TrackerDetection, false);
    }
    for (const [column, detection] of detections.entries())
      if (!taken.has(column)) tracks.push(new AreaTrack((id += 1), detection));
    const answer = tracks
      .filter((track) => track.since < 1 && (track.streak >= 3 || frame + 1 <= 3))
      .map((track) => ({ id: track.id, ...track.box }));
    tracks = tracks.filter((track) => track.since <= 1);
    return answer;
  });
};

/** J. Cao et al., Observation-Centric SORT, CVPR 2023: threshold 0.6, max_age 30, min_hits 3, IoU 0.3, Δt 3, inertia 0.2. */
export const ocSort: Baseline = (frames) => {
  const assignment = new Assignment();
  let tracks: AreaTrack[] = [];
  let id = 0;
  return frames.map((all, frame) => {
    const detections = all.filter((detection) => detection.score > 0.6);
    for (const track of tracks) track.predict();
    const boxes = tracks.map((track) => track.box);
    const overlap = (row: number, column: number) => boxOverlap(boxes[row] as Box, detections[column] as Box);
    const score = (row: number, column: number) => {
      const track = tracks[row] as AreaTrack;
      const detection = detections[column] as TrackerDetection;
      const former = track.former(3);
      if (!track.direction || !former) return overlap(row, column);
      const [dx, dy] = between(former, detection);
      const length = Math.hypot(dx, dy) + 1e-6;
      const cosine = (dx * track.direction[0] + dy * track.direction[1]) / length;
      const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
      return overlap(row, column) + ((Math.PI / 2 - angle) / Math.PI) * 0.2 * detection.score;
    };
    const taken = new Set<number>();
    const updated = new Set<AreaTrack>();
    const take = (track: AreaTrack, column: number) => {
      taken.add(column);
      updated.add(track);
      track.update(detections[column] as TrackerDetection, true);
    };
    for (const [row, column] of pairAll(assignment, tracks.length, detections.length, score, overlap))
      take(tracks[row] as AreaTrack, column);
    const rest = tracks.filter((track) => !updated.has(track));
    const free = [...detections.keys()].filter((column) => !taken.has(column));
    const lastOverlap = (row: number, column: number) =>
      boxOverlap((rest[row] as AreaTrack).last, detections[free[column] as number] as Box);
    for (const [row, column] of pairAll(assignment, rest.length, free.length, lastOverlap, lastOverlap))
      take(rest[row] as AreaTrack, free[column] as number);
    for (const track of tracks) if (!updated.has(track)) track.freeze();
    for (const [column, detection] of detections.entries())
      if (!taken.has(column)) tracks.push(new AreaTrack((id += 1), detection));
    const answer = tracks
      .filter((track) => track.since < 1 && (track.streak >= 3 || frame + 1 <= 3))
      .map((track) => ({ id: track.id, x: track.last.x, y: track.last.y, w: track.last.w, h: track.last.h }));
    tracks = tracks.filter((track) => track.since <= 30);
    return answer;
  });
};

export const BASELINES: Record<string, Baseline> = { SORT: sort, ByteTrack: byteTrack, 'OC-SORT': ocSort };
