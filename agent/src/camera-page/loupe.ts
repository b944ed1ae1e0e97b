import type { Point } from './pairs.js';

const SIZE = 144;
const ZOOM = 4;

/** A magnified piece of the still around where somebody points, on the other side of the picture than the finger. */
export class Loupe {
  readonly #canvas = document.createElement('canvas');

  constructor(
    private readonly root: HTMLElement,
    private readonly still: HTMLCanvasElement,
  ) {
    this.#canvas.className = 'loupe';
    this.#canvas.hidden = true;
    this.#canvas.setAttribute('aria-hidden', 'true');
    root.append(this.#canvas);
  }

  show(at: Point | undefined): void {
    this.#canvas.hidden = at === undefined || this.still.width < 2;
    const pen = this.#canvas.getContext('2d');
    if (!at || !pen || this.#canvas.hidden) return;
    const ratio = devicePixelRatio;
    this.#canvas.width = this.#canvas.height = SIZE * ratio;
    // So many pixels of the still are shown: four times larger than beside the loupe.
    const span = (SIZE / ZOOM) * (this.still.width / Math.max(1, this.root.clientWidth));
    pen.imageSmoothingEnabled = false;
    pen.fillStyle = '#000';
    pen.fillRect(0, 0, SIZE * ratio, SIZE * ratio);
    pen.drawImage(this.still, at[0] - span / 2, at[1] - span / 2, span, span, 0, 0, SIZE * ratio, SIZE * ratio);
    const middle = (SIZE * ratio) / 2;
    pen.strokeStyle = '#ffb000';
    pen.lineWidth = ratio;
    pen.beginPath();
    for (const [dx, dy] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ] as const) {
      pen.moveTo(middle + dx * 5 * ratio, middle + dy * 5 * ratio);
      pen.lineTo(middle + dx * 40 * ratio, middle + dy * 40 * ratio);
    }
    pen.stroke();
    const left = at[0] > this.still.width / 2;
    Object.assign(this.#canvas.style, { left: left ? '8px' : 'auto', right: left ? 'auto' : '8px' });
  }
}
