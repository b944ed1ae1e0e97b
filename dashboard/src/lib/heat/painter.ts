import { addPresence, cellsIn, densityOf, SteadyScale, scaleTop, type HeatGrid } from './field.js';
import { rampOf, type Theme } from './ramp.js';

/** What there is to paint. `ts` is the event time of its newest sample, epoch ms. */
export interface HeatPicture extends HeatGrid {
  presence: readonly (readonly [number, number])[];
  ts: number;
  seq: number;
}

/** Polygons, metres, that do not count for the scale. */
export type Apart = readonly (readonly (readonly [number, number])[])[];

export interface PainterHost {
  requestFrame(callback: () => void): number;
  cancelFrame(handle: number): void;
  nowMs(): number;
}

/** Pixels per cell of the bitmap; the browser scales the rest. */
const PIXELS = 8;

/**
 * Paints a heat picture on a canvas, at most once a frame and only when it changed. The canvas then says in `data-ts` which
 * event time it shows, in `data-painted-at` when it was painted, and in `data-seq` the live number behind it.
 */
export class HeatPainter {
  readonly #canvas: HTMLCanvasElement;
  readonly #host: PainterHost;
  readonly #steady: SteadyScale | null;
  readonly #least: number;
  readonly #onScale: (top: number) => void;
  readonly #apart: Apart;
  #marks: { key: string; cells: Uint8Array } | undefined;
  #ramp: Uint8ClampedArray = rampOf('light');
  #picture: HeatPicture | null = null;
  #frame: number | null = null;
  #density: Float32Array | undefined;
  #image: ImageData | undefined;
  #top = 0;

  constructor(
    canvas: HTMLCanvasElement,
    host: PainterHost,
    options: { live: boolean; least: number; onScale: (top: number) => void; apart?: Apart },
  ) {
    this.#canvas = canvas;
    this.#host = host;
    this.#least = options.least;
    this.#steady = options.live ? new SteadyScale(options.least, 100) : null;
    this.#onScale = options.onScale;
    this.#apart = options.apart ?? [];
  }

  theme(theme: Theme): void {
    this.#ramp = rampOf(theme);
    this.#schedule();
  }

  show(picture: HeatPicture): void {
    this.#picture = picture;
    this.#schedule();
  }

  stop(): void {
    if (this.#frame !== null) this.#host.cancelFrame(this.#frame);
    this.#frame = null;
    this.#picture = null;
  }

  #cellsApart(picture: HeatPicture): Uint8Array | undefined {
    if (this.#apart.length === 0) return undefined;
    const key = `${picture.columns} ${picture.rows} ${picture.cellMetres}`;
    if (this.#marks?.key !== key) this.#marks = { key, cells: cellsIn(picture, this.#apart) };
    return this.#marks.cells;
  }

  #schedule(): void {
    if (this.#frame !== null || this.#picture === null) return;
    this.#frame = this.#host.requestFrame(() => {
      this.#frame = null;
      this.#paint();
    });
  }

  #paint(): void {
    const picture = this.#picture;
    const context = this.#canvas.getContext('2d');
    if (!picture || !context || picture.columns === 0) return;
    const { columns, rows } = picture;
    const width = columns * PIXELS;
    const height = rows * PIXELS;
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
      this.#image = undefined;
    }
    this.#density = densityOf(picture, this.#density);
    const apart = this.#cellsApart(picture);
    const top = this.#steady ? this.#steady.next(this.#density, apart) : scaleTop(this.#density, this.#least, apart);
    addPresence(this.#density, columns, rows, picture.presence, top);
    this.#image ??= context.createImageData(width, height);
    colour(this.#image.data, this.#density, columns, rows, top, this.#ramp);
    context.putImageData(this.#image, 0, 0);
    this.#canvas.dataset['ts'] = String(picture.ts);
    this.#canvas.dataset['seq'] = String(picture.seq);
    this.#canvas.dataset['paintedAt'] = String(this.#host.nowMs());
    if (top !== this.#top) {
      this.#top = top;
      this.#onScale(top);
    }
  }
}

/** Weights of a cubic B-spline for each pixel of a cell, over the four nearest cells: smooth, and never below zero. */
const SPLINE = Array.from({ length: PIXELS }, (_, pixel) => {
  const at = (pixel + 0.5) / PIXELS + 0.5;
  const f = at - Math.floor(at);
  const weights = [(1 - f) ** 3, 3 * f ** 3 - 6 * f ** 2 + 4, -3 * f ** 3 + 3 * f ** 2 + 3 * f + 1, f ** 3].map(
    (weight) => weight / 6,
  );
  // The first of the four cells, counted from the pixel's own.
  return { first: Math.floor(at) - 2, weights: weights as [number, number, number, number] };
});

/** Values are interpolated before they become colours, so that no edge of a cell shows. First along rows, then across. */
function colour(
  pixels: Uint8ClampedArray,
  density: Float32Array,
  columns: number,
  rows: number,
  top: number,
  ramp: Uint8ClampedArray,
): void {
  const width = columns * PIXELS;
  const wide = new Float32Array(width * rows);
  const clamp = (index: number, size: number): number => Math.min(size - 1, Math.max(0, index));
  for (let x = 0; x < width; x += 1) {
    const { first, weights } = SPLINE[x % PIXELS] as (typeof SPLINE)[number];
    const base = Math.floor(x / PIXELS) + first;
    const [a, b, c, d] = [
      clamp(base, columns),
      clamp(base + 1, columns),
      clamp(base + 2, columns),
      clamp(base + 3, columns),
    ] as const;
    for (let row = 0; row < rows; row += 1) {
      const at = row * columns;
      wide[row * width + x] =
        (density[at + a] as number) * weights[0] +
        (density[at + b] as number) * weights[1] +
        (density[at + c] as number) * weights[2] +
        (density[at + d] as number) * weights[3];
    }
  }
  const scale = 255 / top;
  for (let y = 0; y < rows * PIXELS; y += 1) {
    const { first, weights } = SPLINE[y % PIXELS] as (typeof SPLINE)[number];
    const base = Math.floor(y / PIXELS) + first;
    const a = clamp(base, rows) * width;
    const b = clamp(base + 1, rows) * width;
    const c = clamp(base + 2, rows) * width;
    const d = clamp(base + 3, rows) * width;
    for (let x = 0; x < width; x += 1) {
      const value =
        (wide[a + x] as number) * weights[0] +
        (wide[b + x] as number) * weights[1] +
        (wide[c + x] as number) * weights[2] +
        (wide[d + x] as number) * weights[3];
      const step = Math.min(255, Math.round(value * scale)) * 4;
      const at = (y * width + x) * 4;
      pixels[at] = ramp[step] as number;
      pixels[at + 1] = ramp[step + 1] as number;
      pixels[at + 2] = ramp[step + 2] as number;
      pixels[at + 3] = ramp[step + 3] as number;
    }
  }
}
