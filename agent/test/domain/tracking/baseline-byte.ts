import { Assignment } from '../../../src/domain/tracking/assignment.js';
import type { TrackerDetection } from '../../../src/domain/tracking/types.js';
import { DiscreteAxis, type Baseline, type Box, boxOverlap } from './baseline-filter.js';

/** Centre, shape and height with their velocities, as in ByteTrack; noise relative to the height. */
class HeightTrack {
  axes: DiscreteAxis[];
  activated = false;
  state: 'tracked' | 'lost' = 'tracked';
  lastFrame: number;
  startFrame: number;

  constructor(
    readonly id: number,
    detection: TrackerDetection,
    frame: number,
  ) {
    const { x, y, w, h } = detection;
    const position = (h / 10) ** 2;
    const velocity = (h / 16) ** 2;
    this.axes = [
      new DiscreteAxis(x + w / 2, position, velocity),
      new DiscreteAxis(y + h / 2, position, velocity),
      new DiscreteAxis(w / h, 1e-4, 1e-10),
      new DiscreteAxis(h, position, velocity),
    ];
    this.lastFrame = frame;
    this.startFrame = frame;
  }

  predict(): void {
    const [x, y, a, height] = this.axes as [DiscreteAxis, DiscreteAxis, DiscreteAxis, DiscreteAxis];
    if (this.state !== 'tracked') height.velocity = 0;
    const h = height.position;
    x.predict((h / 20) ** 2, (h / 160) ** 2);
    y.predict((h / 20) ** 2, (h / 160) ** 2);
    a.predict(1e-4, 1e-10);
    height.predict((h / 20) ** 2, (h / 160) ** 2);
  }

  update(detection: TrackerDetection, frame: number): void {
    const [x, y, a, height] = this.axes as [DiscreteAxis, DiscreteAxis, DiscreteAxis, DiscreteAxis];
    const noise = (height.position / 20) ** 2;
    x.update(detection.x + detection.w / 2, noise);
    y.update(detection.y + detection.h / 2, noise);
    a.update(detection.w / detection.h, 1e-2);
    height.update(detection.h, noise);
    this.activated = true;
    this.state = 'tracked';
    this.lastFrame = frame;
  }

  get box(): Box {
    const [x, y, a, height] = this.axes as [DiscreteAxis, DiscreteAxis, DiscreteAxis, DiscreteAxis];
    const h = height.position;
    const w = a.position * h;
    return { x: x.position - w / 2, y: y.position - h / 2, w, h };
  }
}

/** Y. Zhang et al., ByteTrack, ECCV 2022: track_thresh 0.6, match_thresh 0.9 with the score, buffer 30 frames. */
export const byteTrack: Baseline = (frames) => {
  const assignment = new Assignment();
  let tracks: HeightTrack[] = [];
  let id = 0;
  return frames.map((detections, frame) => {
    const sure = detections.filter((detection) => detection.score > 0.6);
    const unsure = detections.filter((detection) => detection.score > 0.1 && detection.score < 0.6);
    const pool = tracks.filter((track) => track.activated);
    for (const track of pool) track.predict();
    const pair = (rows: HeightTrack[], columns: TrackerDetection[], limit: number, withScore: boolean) => {
      assignment.begin(rows.length, columns.length);
      for (const [row, track] of rows.entries()) {
        const box = track.box;
        for (const [column, detection] of columns.entries()) {
          const overlap = boxOverlap(box, detection);
          assignment.offer(row, column, 1 - (withScore ? overlap * detection.score : overlap) - limit);
        }
      }
      assignment.solve();
      const taken = new Set<number>();
      const left: HeightTrack[] = [];
      for (const [row, track] of rows.entries()) {
        const column = assignment.rowTo[row] ?? -1;
        if (column < 0) left.push(track);
        else {
          taken.add(column);
          track.update(columns[column] as TrackerDetection, frame);
        }
      }
      return { left, free: columns.filter((_, column) => !taken.has(column)) };
    };
    const unconfirmed = tracks.filter((track) => !track.activated);
    const first = pair(pool, sure, 0.9, true);
    const second = pair(
      first.left.filter((track) => track.state === 'tracked'),
      unsure,
      0.5,
      false,
    );
    for (const track of second.left) track.state = 'lost';
    const third = pair(unconfirmed, first.free, 0.7, true);
    const dead = new Set(third.left);
    for (const detection of third.free)
      if (detection.score >= 0.7) {
        const track = new HeightTrack((id += 1), detection, frame);
        track.activated = frame === 0;
        tracks.push(track);
      }
    tracks = tracks.filter((track) => !dead.has(track) && frame - track.lastFrame <= 30);
    removeTwins(tracks, dead);
    tracks = tracks.filter((track) => !dead.has(track));
    return tracks
      .filter((track) => track.activated && track.state === 'tracked')
      .map((track) => ({ id: track.id, ...track.box }))
      .filter((box) => box.w * box.h > 10 && box.w / box.h <= 1.6);
  });
};

/** A tracked and a lost track in the same place: the one that lived longer stays. */
function removeTwins(tracks: readonly HeightTrack[], dead: Set<HeightTrack>): void {
  const lost = tracks.filter((track) => track.state === 'lost');
  for (const track of tracks) {
    if (track.state !== 'tracked') continue;
    for (const other of lost) {
      const [a, b] = [track.box, other.box];
      if (boxOverlap(a, b) <= 0.85) continue;
      dead.add(track.lastFrame - track.startFrame > other.lastFrame - other.startFrame ? other : track);
    }
  }
}
