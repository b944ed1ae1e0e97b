import type { Candidates } from './candidates.js';
import type { HeadSpec } from './heads.js';

/** Eleven bins for each of left, top, right, bottom. */
const BINS = 11;
export const NANODET_DISTANCES = 4 * BINS;

/**
 * NanoDet: per cell a score for each class, then how likely each of eleven distances (0 to 10 cells) from the cell's centre to
 * the left, top, right and bottom of the box is, before the exponential: the distance is their mean (generalised focal loss,
 * Li et al., arXiv 2006.04388).
 */
export function nanodet(spec: HeadSpec, data: Float32Array, threshold: number, found: Candidates): void {
  const step = spec.classes + NANODET_DISTANCES;
  let at = 0;
  for (const stride of spec.strides) {
    const columns = spec.inputWidth / stride;
    const rows = spec.inputHeight / stride;
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1, at += step) {
        const score = data[at + spec.person] as number;
        if (!(score >= threshold)) continue;
        const bins = at + spec.classes;
        const x = (column + 0.5) * stride;
        const y = (row + 0.5) * stride;
        found.add(
          score,
          x - distance(data, bins) * stride,
          y - distance(data, bins + BINS) * stride,
          x + distance(data, bins + 2 * BINS) * stride,
          y + distance(data, bins + 3 * BINS) * stride,
        );
      }
    }
  }
}

/** Mean of 0 … 10, weighed by the softmax of eleven numbers. */
function distance(data: Float32Array, from: number): number {
  let largest = -Infinity;
  for (let bin = 0; bin < BINS; bin += 1) largest = Math.max(largest, data[from + bin] as number);
  let [weights, sum] = [0, 0];
  for (let bin = 0; bin < BINS; bin += 1) {
    const weight = Math.exp((data[from + bin] as number) - largest);
    weights += weight;
    sum += weight * bin;
  }
  return sum / weights;
}
