import type { Candidates } from './candidates.js';

/** The best so many candidates are compared: no shop has more people in one picture, and the work grows with the square. */
const COMPARED = 300;

/** Greedy non-maximum suppression: of candidates that overlap, the best one stays. */
export class Suppression {
  private readonly order: Uint32Array;
  private readonly kept = new Uint32Array(COMPARED);

  constructor(capacity: number) {
    this.order = new Uint32Array(capacity);
  }

  /**
   * @param iouThreshold intersection over union above which two boxes are one person; lower merges people who stand close,
   * higher lets one person count twice
   * @returns indices of those that stay, best first; overwritten by the next call
   */
  apply(found: Candidates, iouThreshold: number): Uint32Array {
    const { score, left, top, right, bottom } = found;
    const order = this.order.subarray(0, found.count);
    for (let i = 0; i < order.length; i += 1) order[i] = i;
    // Equal scores keep the model's order, so that the same picture always gives the same answer.
    order.sort((a, b) => (score[b] as number) - (score[a] as number) || a - b);
    const compared = Math.min(order.length, COMPARED);
    let count = 0;
    for (let i = 0; i < compared; i += 1) {
      const a = order[i] as number;
      const [al, at, ar, ab] = [left[a] as number, top[a] as number, right[a] as number, bottom[a] as number];
      const area = (ar - al) * (ab - at);
      let stays = true;
      for (let k = 0; k < count && stays; k += 1) {
        const b = this.kept[k] as number;
        const [bl, bt, br, bb] = [left[b] as number, top[b] as number, right[b] as number, bottom[b] as number];
        const width = Math.min(ar, br) - Math.max(al, bl);
        const height = Math.min(ab, bb) - Math.max(at, bt);
        if (width <= 0 || height <= 0) continue;
        const shared = width * height;
        stays = shared <= iouThreshold * (area + (br - bl) * (bb - bt) - shared);
      }
      if (stays) {
        this.kept[count] = a;
        count += 1;
      }
    }
    return this.kept.subarray(0, count);
  }
}
