import { Assignment } from './assignment.js';
import { overlapOf } from './cost.js';
import { DEFAULT_SETTINGS, type TrackerSettings } from './settings.js';
import { sizeOf } from './track.js';
import { Tracker, type Picture } from './tracker.js';
import type { TrackerDetection } from './types.js';
import { fillGaps, linkPieces, smooth, type Moment, type Piece } from './pieces.js';

/** How a whole recording is followed: unlike live frames it can be read twice and filled afterwards. */
export interface RecordingSettings {
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

/**
 * Somebody who walks across the view covers three quarters of their size in a second: 1.3 m/s, and 1.75 m tall. Many stand, and many walk
 * towards the camera or away from it, which makes them look slower: those who show their whole speed are among the fastest.
 */
const WALKING_SPEED = 0.75;
const FASTEST_FROM = 0.85;
const MIN_RATE = 1;
const MAX_RATE = 60;
/** Without anybody who could be followed. */
const NOMINAL_RATE = 25;

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
    const filled = fillGaps(piece.moments, settings.fillSeconds * rate);
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

/**
 * Frames per second, from how far people move between frames against how fast people usually walk. Detections are
 * chained by overlap; it need not be exact, the tracker bears a factor of two.
 */
export function estimateRate(frames: readonly (readonly TrackerDetection[])[]): number {
  const STRIDE = 6;
  const assignment = new Assignment();
  const speeds: number[] = [];
  let chains: TrackerDetection[][] = [];
  const measure = (chain: readonly TrackerDetection[]) => {
    for (let at = 0; at + STRIDE < chain.length; at += 1) {
      const a = chain[at] as TrackerDetection;
      const b = chain[at + STRIDE] as TrackerDetection;
      const dx = b.x + b.w / 2 - a.x - a.w / 2;
      const dy = b.y + b.h - a.y - a.h;
      speeds.push(Math.sqrt(dx * dx + dy * dy) / STRIDE / sizeOf(a.w, a.h));
    }
  };
  for (const detections of frames) {
    assignment.begin(chains.length, detections.length);
    for (const [row, chain] of chains.entries()) {
      const last = chain[chain.length - 1] as TrackerDetection;
      for (const [column, seen] of detections.entries()) {
        const overlap = overlapOf(last.x, last.y, last.w, last.h, seen.x, seen.y, seen.w, seen.h);
        if (overlap > 0.3) assignment.offer(row, column, -overlap);
      }
    }
    assignment.solve();
    const next: TrackerDetection[][] = [];
    for (const [row, chain] of chains.entries()) {
      const column = assignment.rowTo[row] as number;
      if (column < 0) measure(chain);
      else {
        chain.push(detections[column] as TrackerDetection);
        next.push(chain);
      }
    }
    for (const [column, seen] of detections.entries())
      if ((assignment.columnTo[column] as number) < 0) next.push([seen]);
    chains = next;
  }
  for (const chain of chains) measure(chain);
  const walking = speeds.sort((a, b) => a - b)[Math.floor(speeds.length * FASTEST_FROM)];
  if (walking === undefined || walking <= 0) return NOMINAL_RATE;
  return Math.min(MAX_RATE, Math.max(MIN_RATE, WALKING_SPEED / walking));
}
