import type { RecordedBox } from './recording.js';
import type { TrackerDetection } from './types.js';

/** Detections of a file in the MOT challenge's format, one list per frame from `firstFrame` on. */
export interface MotDetections {
  firstFrame: number;
  frames: TrackerDetection[][];
  /** rows read, rows left out for their score, and lines that are no rows (with their numbers) */
  read: number;
  left: number;
  bad: number[];
}

/** A frame number beyond it is a mistake in the file: an hour at 60 frames a second has 216,000. */
const MAX_FRAMES = 5_000_000;

/**
 * Reads rows of frame, -1, left, top, width, height, score, … (commas or blanks between).
 *
 * Scores between 0 and 1 are taken as they are. Some detectors write margins instead (MOT15's own exceed 100): then
 * each score becomes its rank among all, from 0.5 for the lowest to 1 for the highest, since whoever published such a
 * file chose a threshold already. A file with one and the same score throughout says nothing: all count as sure.
 * @param minScore rows below it, on the file's own scale, are left out
 */
export function readMotDetections(text: string, minScore = -Infinity): MotDetections {
  const rows: { frame: number; seen: TrackerDetection }[] = [];
  const bad: number[] = [];
  let left = 0;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const cells = line
      .trim()
      .split(/[\s,;]+/)
      .map(Number);
    const [frame = NaN, , x = NaN, y = NaN, w = NaN, h = NaN, score = 1] = cells;
    const sound = Number.isInteger(frame) && frame >= 0 && Number.isFinite(x + y + w + h + score) && w > 0 && h > 0;
    if (!sound) bad.push(index + 1);
    else if (score < minScore) left += 1;
    else rows.push({ frame, seen: { x, y, w, h, score } });
  }
  let [firstFrame, lastFrame] = [Infinity, -Infinity];
  for (const { frame } of rows) {
    firstFrame = Math.min(firstFrame, frame);
    lastFrame = Math.max(lastFrame, frame);
  }
  if (rows.length === 0) return { firstFrame: 1, frames: [], read: 0, left, bad };
  if (lastFrame - firstFrame >= MAX_FRAMES) throw new RangeError(`frames ${firstFrame} to ${lastFrame}: too many`);
  const frames = Array.from({ length: lastFrame - firstFrame + 1 }, (): TrackerDetection[] => []);
  const scale = scaleOf(rows.map(({ seen }) => seen.score));
  for (const { frame, seen } of rows) frames[frame - firstFrame]?.push({ ...seen, score: scale(seen.score) });
  return { firstFrame, frames, read: rows.length, left, bad };
}

function scaleOf(scores: readonly number[]): (score: number) => number {
  const sorted = [...scores].sort((a, b) => a - b);
  const low = sorted[0] ?? 0;
  const high = sorted[sorted.length - 1] ?? 0;
  if (low === high) return () => 1;
  if (low >= 0 && high <= 1) return (score) => score;
  const rank = new Map<number, number>();
  for (const [index, score] of sorted.entries()) rank.set(score, index / (sorted.length - 1));
  return (score) => 0.5 + 0.5 * (rank.get(score) ?? 0);
}

/** Rows of frame, id, left, top, width, height, score, -1, -1, -1; ids rise from 1 in order of appearance. */
export function writeMotTracks(firstFrame: number, frames: readonly (readonly RecordedBox[])[]): string {
  const ids = new Map<number, number>();
  const lines: string[] = [];
  for (const [index, boxes] of frames.entries())
    for (const { id, x, y, w, h, score } of boxes) {
      const name = ids.get(id) ?? ids.size + 1;
      ids.set(id, name);
      const cells = [firstFrame + index, name, ...[x, y, w, h].map((value) => value.toFixed(2)), score.toFixed(4)];
      lines.push(`${cells.join(',')},-1,-1,-1\n`);
    }
  return lines.join('');
}
