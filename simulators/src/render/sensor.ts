import { Random } from '../random.js';
import type { Canvas, Silhouette } from './canvas.js';

/** How good the camera is. */
export interface SensorSettings {
  /** standard deviation of a pixel's noise, 0 to 255 */
  readonly noise: number;
  /** share of brightness and white balance that drift over minutes */
  readonly drift: number;
  /** 1 is straight, below darkens the middle tones, above brightens them */
  readonly gamma: number;
  /** share of the whole range between black and white that is used */
  readonly contrast: number;
  /** 1 is true, 0 grey */
  readonly saturation: number;
  /** exposure time in seconds: how far moving people smear */
  readonly shutterSeconds: number;
}

const TILE = 3 * 87_381;
let noiseTile: Float32Array | undefined;
/** Normal noise, drawn once: red, green and blue in turn, alike in two thirds of their strength. */
function standardNoise(): Float32Array {
  if (noiseTile) return noiseTile;
  const random = Random.stream(1, 'render/noise');
  noiseTile = new Float32Array(TILE);
  let shared = 0;
  for (let i = 0; i < TILE; i += 1) {
    if (i % 3 === 0) shared = random.normal();
    noiseTile[i] = 0.8 * shared + 0.6 * random.normal();
  }
  return noiseTile;
}

/** Noise of a strength, as whole levels. */
function scaledNoise(sigma: number): Int8Array {
  const [from, to] = [standardNoise(), new Int8Array(TILE)];
  const strength = Math.min(sigma, 25);
  for (let i = 0; i < TILE; i += 1) to[i] = ((from[i]! * strength + 1024.5) | 0) - 1024;
  return to;
}

/** A person's part of the picture that is smeared by (dx, dy) pixels. */
export interface Smear {
  readonly silhouette: Silhouette;
  readonly dx: number;
  readonly dy: number;
}

/** Turns a drawn canvas into what a camera would deliver. */
export class Sensor {
  private readonly tables = [new Uint8Array(256), new Uint8Array(256), new Uint8Array(256)] as const;
  private readonly noise: Int8Array;
  private rows = new Int32Array(0);
  private readonly phases: readonly number[];

  constructor(
    private readonly settings: SensorSettings,
    private readonly seed: number,
  ) {
    const { noise } = settings;
    this.noise = scaledNoise(noise);
    const random = Random.stream(seed, 'render/sensor');
    this.phases = Array.from({ length: 4 }, () => random.between(0, 2 * Math.PI));
  }

  /** Writes the picture taken at `ts` into `out`, three bytes a pixel. */
  expose(canvas: Canvas, smears: readonly Smear[], ts: number, out: Uint8ClampedArray): void {
    this.setTables(ts);
    const { width, height, rgb } = canvas;
    const [red, green, blue] = this.tables;
    const { noise } = this;
    // Each row takes its noise from another place, so that nothing repeats to the eye.
    const random = Random.stream(this.seed, `render/frame/${ts}`);
    const rows = this.rowsFor(height);
    for (let v = 0; v < height; v += 1) rows[v] = 3 * Math.floor((random.next() * (TILE - width * 3)) / 3);
    for (let v = 0, i = 0; v < height; v += 1) {
      let k = rows[v]!;
      for (const end = i + width * 3; i < end; i += 3, k += 3) {
        out[i] = red[rgb[i]!]! + noise[k]!;
        out[i + 1] = green[rgb[i + 1]!]! + noise[k + 1]!;
        out[i + 2] = blue[rgb[i + 2]!]! + noise[k + 2]!;
      }
    }
    for (const smear of smears) this.smear(canvas, smear, rows, out);
  }

  private rowsFor(height: number): Int32Array {
    if (this.rows.length < height) this.rows = new Int32Array(height);
    return this.rows;
  }

  /** People's edges are soft as the shop's are, and smear along their way. Things behind them stay as they are. */
  private smear(
    { width, height, rgb, owner }: Canvas,
    { silhouette, dx, dy }: Smear,
    rows: Int32Array,
    out: Uint8ClampedArray,
  ): void {
    const reach = 1 + Math.ceil(Math.max(Math.abs(dx), Math.abs(dy)));
    const [ax, ay] = [Math.round(dx / 2), Math.round(dy / 2)];
    const along = ax === 0 && ay === 0 ? 1 : ay * width + ax;
    const across = ax === 0 && ay === 0 ? width : Math.round(dy / 4) * width + Math.round(dx / 4) || 1;
    const [left, right] = [Math.max(reach, silhouette.left - reach), Math.min(width - reach, silhouette.right + reach)];
    const [top, bottom] = [
      Math.max(reach, silhouette.top - reach),
      Math.min(height - reach, silhouette.bottom + reach),
    ];
    const { noise } = this;
    const [red, green, blue] = this.tables;
    const [i1, i2] = [along * 3, across * 3];
    for (let v = top; v < bottom; v += 1) {
      for (let u = left, at = v * width + left; u < right; u += 1, at += 1) {
        if ((owner[at]! | owner[at - along]! | owner[at + along]! | owner[at - across]! | owner[at + across]!) === 0)
          continue;
        const i = at * 3;
        const k = rows[v]! + u * 3;
        const j = i + 1;
        const l = i + 2;
        out[i] = red[(rgb[i]! * 4 + rgb[i - i1]! + rgb[i + i1]! + rgb[i - i2]! + rgb[i + i2]!) >> 3]! + noise[k]!;
        out[j] = green[(rgb[j]! * 4 + rgb[j - i1]! + rgb[j + i1]! + rgb[j - i2]! + rgb[j + i2]!) >> 3]! + noise[k + 1]!;
        out[l] = blue[(rgb[l]! * 4 + rgb[l - i1]! + rgb[l + i1]! + rgb[l - i2]! + rgb[l + i2]!) >> 3]! + noise[k + 2]!;
      }
    }
  }

  private setTables(ts: number): void {
    const { drift, gamma, contrast } = this.settings;
    const minutes = ts / 60_000;
    const wave = (index: number, period: number) =>
      Math.sin((minutes / period) * 2 * Math.PI + this.phases[index]!) * drift;
    const exposure = 1 + wave(0, 7.3) + 0.5 * wave(1, 1.7);
    const balance = [1 + 0.5 * wave(2, 11), 1, 1 + 0.5 * wave(3, 9)];
    this.tables.forEach((table, channel) => {
      const gain = exposure * balance[channel]!;
      for (let i = 0; i < 256; i += 1) {
        const level = Math.min(1, (i / 255) * gain) ** (1 / gamma);
        table[i] = Math.max(0, Math.min(255, Math.round(255 * ((1 - contrast) * 0.45 + contrast * level))));
      }
    });
  }
}
