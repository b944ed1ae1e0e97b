/**
 * What a model found in one picture, before and after suppression. Columns of typed arrays, made once per model, so that a
 * picture full of candidates allocates nothing.
 */
export class Candidates {
  count = 0;
  readonly score: Float32Array;
  readonly left: Float32Array;
  readonly top: Float32Array;
  readonly right: Float32Array;
  readonly bottom: Float32Array;
  readonly footX: Float32Array;
  readonly footY: Float32Array;
  /** how far they face the camera, see DetectedPerson.facing; NaN where the model does not say */
  readonly facing: Float32Array;

  /** @param capacity as many places as the model's output has: more never come */
  constructor(readonly capacity: number) {
    this.score = new Float32Array(capacity);
    this.left = new Float32Array(capacity);
    this.top = new Float32Array(capacity);
    this.right = new Float32Array(capacity);
    this.bottom = new Float32Array(capacity);
    this.footX = new Float32Array(capacity);
    this.footY = new Float32Array(capacity);
    this.facing = new Float32Array(capacity);
  }

  /** One candidate, in pixels of the model's input. Its foot is NaN where the model does not say. */
  add(
    score: number,
    left: number,
    top: number,
    right: number,
    bottom: number,
    footX = Number.NaN,
    footY = Number.NaN,
    facing = Number.NaN,
  ): void {
    const at = this.count;
    if (at === this.capacity) return;
    this.score[at] = score;
    this.left[at] = left;
    this.top[at] = top;
    this.right[at] = right;
    this.bottom[at] = bottom;
    this.footX[at] = footX;
    this.footY[at] = footY;
    this.facing[at] = facing;
    this.count = at + 1;
  }
}
