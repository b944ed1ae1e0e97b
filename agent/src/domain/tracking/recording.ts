import { estimateRate } from './rate.js';
import { DEFAULT_SETTINGS, type TrackerSettings } from './settings.js';
import { bringIntoShape, type ShapeSettings } from './shape.js';
import { Tracker, type Picture } from './tracker.js';
import type { TrackerDetection } from './types.js';
import { fillGaps, linkPieces, smooth, type Moment, type Piece } from './pieces.js';

/** How a whole recording is followed: unlike live frames it can be read twice and filled afterwards. */
export interface RecordingSettings extends ShapeSettings {
  /** frames per second; estimated from how fast people move where it is not given */
  framesPerSecond?: number | undefined;
  /** of the tracker */
  tracker: Partial<TrackerSettings>;
  /** Gaps in a track up to so many seconds are filled by straight lines. ↑ boxes where nobody is. ↓ missing boxes. */
  fillSeconds: number;
  /** Pieces of a track at most so many seconds apart are joined. ↑ mix-ups. ↓ broken identities. */
  linkSeconds: number;
  /** How far apart, in sizes, the pieces may point for that. */
  linkDistance: number;
  /** Boxes are smoothed over so many seconds (standard deviation). ↑ cuts corners. ↓ jitter stays. */
  smoothSeconds: number;
  /** Tracks whose mean score is below this share of the usual one are left out. ↑ dim people lost. ↓ false tracks. */
  leastScoreShare: number;
  /** Tracks observed for less are left out, seconds. ↑ short appearances are lost. ↓ more false tracks. */
  leastSeconds: number;
}

export const DEFAULT_RECORDING: Readonly<RecordingSettings> = {
  tracker: {},
  fillSeconds: 1,
  linkSeconds: 1,
  linkDistance: 0.4,
  smoothSeconds: 0.2,
  shapeSeconds: 0.5,
  shapeNoise: 0.12,
  leastScoreShare: 0.75,
  leastSeconds: 0.6,
};

/** A followed person in a frame. */
export interface RecordedBox {
  id: number;
  x: number;
  y: number;
  w: number;
  h: number;
  score: number;
}

/** Follows everyone through a recording, one list of detections per frame. Same input, same answer. */
export function followRecording(
  frames: readonly (readonly TrackerDetection[])[],
  options: Partial<RecordingSettings> = {},
): RecordedBox[][] {
  const settings = { ...DEFAULT_RECORDING, ...options };
  const rate = settings.framesPerSecond ?? estimateRate(frames);
  const tracker = new Tracker({ startScore: startScoreOf(frames), ...settings.tracker });
  const picture = extentOf(frames);
  const pieces = new Map<number, Piece>();
  const confirmed = new Set<number>();
  for (const [index, detections] of frames.entries())
    for (const { id, detection, confirmed: sure } of tracker.update((index * 1000) / rate, detections, picture)) {
      const piece: Piece = pieces.get(id) ?? { id, moments: [] };
      pieces.set(id, piece);
      if (sure) confirmed.add(id);
      // The detection itself: with the whole track at hand, jitter is taken out better afterwards.
      piece.moments.push(moment(index, detections[detection] as TrackerDetection));
    }
  const people = [...pieces.values()].filter((piece) => confirmed.has(piece.id));
  const linked = linkPieces(people, rate, settings.linkSeconds, settings.linkDistance);
  const usual = linked.map(meanScore).sort((a, b) => a - b)[Math.floor(linked.length / 2)] ?? 0;
  const answer: RecordedBox[][] = frames.map(() => []);
  for (const piece of linked) {
    if (meanScore(piece) < settings.leastScoreShare * usual) continue;
    if (piece.moments.length / rate < settings.leastSeconds || piece.moments.length < 2) continue;
    const filled = fillGaps(bringIntoShape(piece.moments, rate, settings), settings.fillSeconds * rate);
    for (const { frame, cx, cy, w, h, score } of smooth(filled, settings.smoothSeconds * rate))
      answer[frame]?.push({ id: piece.id, x: cx - w / 2, y: cy - h / 2, w, h, score });
  }
  for (const boxes of answer) boxes.sort((a, b) => a.id - b.id);
  return answer;
}

/** A detector that is never very sure must still start tracks: half of its detections may. */
export function startScoreOf(frames: readonly (readonly TrackerDetection[])[]): number {
  const scores = frames.flatMap((detections) => detections.map((seen) => seen.score)).sort((a, b) => a - b);
  return Math.min(DEFAULT_SETTINGS.startScore, scores[Math.floor(scores.length / 2)] ?? 1);
}

export const moment = (frame: number, { x, y, w, h, score }: TrackerDetection): Moment => ({
  frame,
  cx: x + w / 2,
  cy: y + h / 2,
  w,
  h,
  score,
});

const meanScore = ({ moments }: Piece): number =>
  moments.reduce((sum, { score }) => sum + score, 0) / Math.max(1, moments.length);

/** What the detections reach: where the file does not say how large its pictures are. */
export function extentOf(frames: readonly (readonly TrackerDetection[])[]): Picture {
  let width = 0;
  let height = 0;
  for (const detections of frames)
    for (const { x, y, w, h } of detections) {
      width = Math.max(width, x + w);
      height = Math.max(height, y + h);
    }
  return { width, height };
}
