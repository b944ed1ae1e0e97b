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

const TILE = 1 << 18;
const ONE = 24;
let noiseTile: Int8Array | undefined;
/** Normal noise, drawn once: red, green and blue in turn, alike in two thirds of their strength. */
function noise(): Int8Array {
  if (noiseTile) return noiseTile;
  const random = Random.stream(1, 'render/noise');
  noiseTile = new Int8Array(TILE);
  let shared = 0;
  for (let i = 0; i < TILE; i += 1) {
    if (i % 3 === 0) shared = random.normal();
    noiseTile[i] = Math.round(ONE * (0.8 * shared + 0.6 * random.normal()));
  }
  return noiseTile;
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
  private readonly tile = noise();
  private readonly phases: readonly number[];

  constructor(
    private readonly settings: SensorSettings,
    private readonly seed: number,
  ) {
    const random = Random.stream(seed, 'render/sensor');
    this.phases = Array.from({ length: 4 }, () => random.between(0, 2 * Math.PI));
  }

  /** Writes the picture taken at `ts` into `out`, three bytes a pixel. */
  expose(canvas: Canvas, smears: readonly Smear[], ts: number, out: Uint8ClampedArray): void {
    this.setTables(ts);
    const { width, height, rgb } = canvas;
    const [red, green, blue] = this.tables;
    const { tile } = this;
    const strength = Math.round((this.settings.noise / ONE) * 1024);
    let k = Random.stream(this.seed, `render/frame/${ts}`).integer(0, TILE - 1);
    const start = k;
    for (let i = 0, end = width * height * 3; i < end; i += 3) {
      out[i] = red[rgb[i]!]! + ((tile[k & (TILE - 1)]! * strength) >> 10);
      out[i + 1] = green[rgb[i + 1]!]! + ((tile[(k + 1) & (TILE - 1)]! * strength) >> 10);
      out[i + 2] = blue[rgb[i + 2]!]! + ((tile[(k + 2) & (TILE - 1)]! * strength) >> 10);
      k += 3;
    }
    for (const smear of smears) this.smear(canvas, smear, start, strength, out);
    if (this.settings.saturation < 0.98) fade(out, this.settings.saturation);
  }

  /** People's edges are soft as the shop's are, and smear along their way. Things behind them stay as they are. */
  private smear(
    { width, height, rgb, owner }: Canvas,
    { silhouette, dx, dy }: Smear,
    start: number,
    strength: number,
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
    const { tile } = this;
    for (let v = top; v < bottom; v += 1) {
      for (let u = left, at = v * width + left; u < right; u += 1, at += 1) {
        const [a, b, c, d] = [at - along, at + along, at - across, at + across];
        if ((owner[at]! | owner[a]! | owner[b]! | owner[c]! | owner[d]!) === 0) continue;
        for (let channel = 0; channel < 3; channel += 1) {
          const i = at * 3 + channel;
          const mean =
            (rgb[i]! * 4 +
              rgb[a * 3 + channel]! +
              rgb[b * 3 + channel]! +
              rgb[c * 3 + channel]! +
              rgb[d * 3 + channel]!) >>
            3;
          out[i] = this.tables[channel as 0]![mean]! + ((tile[(start + i) & (TILE - 1)]! * strength) >> 10);
        }
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

function fade(out: Uint8ClampedArray, saturation: number): void {
  const keep = Math.round(saturation * 256);
  for (let i = 0; i < out.length; i += 3) {
    const grey = (out[i]! * 77 + out[i + 1]! * 150 + out[i + 2]! * 29) >> 8;
    out[i] = grey + (((out[i]! - grey) * keep) >> 8);
    out[i + 1] = grey + (((out[i + 1]! - grey) * keep) >> 8);
    out[i + 2] = grey + (((out[i + 2]! - grey) * keep) >> 8);
  }
}
