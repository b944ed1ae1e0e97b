import type { Candidates } from './candidates.js';

/**
 * The heads of MoveNet MultiPose (Google; https://www.tensorflow.org/hub/tutorials/movenet tells its joints), which finds people
 * by the centre of their body (Zhou et al., Objects as Points, arXiv 1904.07850). Planes of one number per cell, lengths in
 * cells: centre, box height and width, offset of the centre (y, x), 17 joints, where the joints of a body lie from its centre
 * (y, x each), and the offset of a joint (y, x each).
 */
const CENTRE = 0;
const BOX = 1;
const OFFSET = 3;
const JOINTS = 17;
const HEAT = 5;
const REGRESSION = HEAT + JOINTS;
const JOINT_OFFSET = REGRESSION + 2 * JOINTS;
export const MOVENET_PLANES = JOINT_OFFSET + 2 * JOINTS;

/** Joints by their number: nose, eyes, ears, shoulders, elbows, wrists, hips, knees, ankles; the person's own left first. */
const LEFT_SHOULDER = 5;
const RIGHT_SHOULDER = 6;
/** A joint that scores less is not seen. The graph's own constant. */
const SEEN = 0.127;
/** A cell is the centre of a body when none within so many cells is more likely: the graph's own suppression. */
const PEAK_CELLS = 2;
/** Variance of where a joint is looked for around where the body says it is, as a share of the grid's shorter side: the graph's own. */
const SPREAD_SHARE = 0.3;

export interface MovenetGrid {
  /** pixels of the input per cell */
  stride: number;
  columns: number;
  rows: number;
}

export function movenet(grid: MovenetGrid, data: Float32Array, threshold: number, found: Candidates): void {
  const { columns, rows, stride } = grid;
  const plane = columns * rows;
  for (let at = 0; at < plane; at += 1) {
    const centre = data[CENTRE * plane + at] as number;
    // A body's joints can only take from the score.
    if (!(centre >= threshold)) continue;
    const row = Math.floor(at / columns);
    const column = at - row * columns;
    if (!isPeak(grid, data, row, column, centre)) continue;
    const y = row + (data[OFFSET * plane + at] as number);
    const x = column + (data[(OFFSET + 1) * plane + at] as number);
    const halfHeight = Math.max(0, data[BOX * plane + at] as number) / 2;
    const halfWidth = Math.max(0, data[(BOX + 1) * plane + at] as number) / 2;
    const box = { left: x - halfWidth, top: y - halfHeight, right: x + halfWidth, bottom: y + halfHeight };
    found.add(
      centre,
      box.left * stride,
      box.top * stride,
      box.right * stride,
      box.bottom * stride,
      Number.NaN,
      Number.NaN,
      facing(grid, data, at, row, column, box),
    );
  }
}

function isPeak({ columns, rows }: MovenetGrid, data: Float32Array, row: number, column: number, own: number): boolean {
  const lastRow = Math.min(rows - 1, row + PEAK_CELLS);
  const lastColumn = Math.min(columns - 1, column + PEAK_CELLS);
  for (let y = Math.max(0, row - PEAK_CELLS); y <= lastRow; y += 1)
    for (let x = Math.max(0, column - PEAK_CELLS); x <= lastColumn; x += 1)
      if ((data[y * columns + x] as number) > own) return false;
  return true;
}

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Signed distance of the shoulders over the body's height; NaN where one of them is not seen. */
function facing(grid: MovenetGrid, data: Float32Array, at: number, row: number, column: number, box: Box): number {
  const height = box.bottom - box.top;
  const left = joint(grid, data, LEFT_SHOULDER, at, row, column, box);
  const right = joint(grid, data, RIGHT_SHOULDER, at, row, column, box);
  return left && right && height > 0 ? (left.x - right.x) / height : Number.NaN;
}

/** A joint of a body: the best place near where the body says it is, as the graph itself looks for it. */
export function joint(
  { columns, rows }: MovenetGrid,
  data: Float32Array,
  number: number,
  at: number,
  row: number,
  column: number,
  box: Box,
): { x: number; y: number; score: number } | undefined {
  const plane = columns * rows;
  const atY = row + (data[(REGRESSION + 2 * number) * plane + at] as number);
  const atX = column + (data[(REGRESSION + 2 * number + 1) * plane + at] as number);
  const spread = SPREAD_SHARE * Math.min(columns, rows);
  const heat = (HEAT + number) * plane;
  let [best, score] = [-1, 0];
  for (let y = Math.max(0, Math.ceil(box.top)); y < Math.min(rows, box.bottom); y += 1) {
    const near = Math.exp(-((y - atY) ** 2) / spread);
    if (near <= score) continue;
    for (let x = Math.max(0, Math.ceil(box.left)); x < Math.min(columns, box.right); x += 1) {
      const own = data[heat + y * columns + x] as number;
      if (own * near <= score) continue;
      const likely = own * near * Math.exp(-((x - atX) ** 2) / spread);
      if (likely > score) [best, score] = [y * columns + x, likely];
    }
  }
  if (best < 0 || score < SEEN) return undefined;
  const y = Math.floor(best / columns);
  return {
    x: best - y * columns + (data[(JOINT_OFFSET + 2 * number + 1) * plane + best] as number),
    y: y + (data[(JOINT_OFFSET + 2 * number) * plane + best] as number),
    score,
  };
}
