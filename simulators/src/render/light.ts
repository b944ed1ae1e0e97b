import type { Triple } from './camera.js';
import type { Light, Scene } from './scene.js';

const CELL_METRES = 0.25;
/** How far beyond the walls light is kept. */
const AROUND_METRES = 3;

/** Brightness over the floor, by cells of 0.25 m with straight lines between, and towards the picture's corners. */
export class LightMap {
  readonly tint: Triple;
  private readonly columns: number;
  private readonly rows: number;
  private readonly cells: Float32Array;
  private readonly vignette: number;

  constructor(
    scene: Scene,
    private readonly width: number,
    private readonly height: number,
  ) {
    const { room, light, things } = scene;
    this.tint = light.tint.map((factor) => factor * light.exposure) as Triple;
    this.vignette = light.vignette / (width * width + height * height);
    this.columns = Math.ceil((room.width + 2 * AROUND_METRES) / CELL_METRES) + 2;
    this.rows = Math.ceil((room.depth + 2 * AROUND_METRES) / CELL_METRES) + 2;
    this.cells = new Float32Array(this.columns * this.rows).fill(1);
    for (const pool of light.pools) this.addPool(pool);
    // Light does not get down to the foot of shelves.
    for (const { centre, axes } of things) {
      if (centre[2] - axes[2][2] > 0.3) continue;
      const [w, d] = [Math.abs(axes[0][0]) + Math.abs(axes[1][0]), Math.abs(axes[0][1]) + Math.abs(axes[1][1])];
      this.darken(centre[0] - w, centre[1] - d, centre[0] + w, centre[1] + d, axes[2][2] > 0.4 ? 0.72 : 0.85);
    }
  }

  /** Brightness at a place, 1 is plain. */
  at(x: number, y: number): number {
    let a = (x + AROUND_METRES) / CELL_METRES;
    let b = (y + AROUND_METRES) / CELL_METRES;
    a = a < 0 ? 0 : a > this.columns - 1.01 ? this.columns - 1.01 : a;
    b = b < 0 ? 0 : b > this.rows - 1.01 ? this.rows - 1.01 : b;
    const i = a | 0;
    const j = b | 0;
    const fa = a - i;
    const fb = b - j;
    const k = j * this.columns + i;
    const upper = this.cells[k]! * (1 - fa) + this.cells[k + 1]! * fa;
    const lower = this.cells[k + this.columns]! * (1 - fa) + this.cells[k + this.columns + 1]! * fa;
    return upper * (1 - fb) + lower * fb;
  }

  /** What the lens leaves of the brightness at a pixel. */
  corner(u: number, v: number): number {
    const a = 2 * u - this.width;
    const b = 2 * v - this.height;
    return 1 - this.vignette * (a * a + b * b);
  }

  private addPool({ x, y, radius, gain }: Light['pools'][number]): void {
    this.each(x - 2.5 * radius, y - 2.5 * radius, x + 2.5 * radius, y + 2.5 * radius, (cx, cy, k) => {
      const near = ((cx - x) ** 2 + (cy - y) ** 2) / (radius * radius);
      this.cells[k] = this.cells[k]! * (1 + gain * Math.exp(-near));
    });
  }

  private darken(left: number, top: number, right: number, bottom: number, factor: number): void {
    const soft = 0.3;
    this.each(left - soft, top - soft, right + soft, bottom + soft, (cx, cy, k) => {
      const away = Math.hypot(Math.max(left - cx, 0, cx - right), Math.max(top - cy, 0, cy - bottom));
      if (away > 0 && away < soft) this.cells[k] = this.cells[k]! * (factor + (1 - factor) * (away / soft));
    });
  }

  private each(
    left: number,
    top: number,
    right: number,
    bottom: number,
    change: (x: number, y: number, cell: number) => void,
  ): void {
    const index = (metres: number) => Math.round((metres + AROUND_METRES) / CELL_METRES);
    for (let j = Math.max(0, index(top)); j <= Math.min(this.rows - 1, index(bottom)); j += 1)
      for (let i = Math.max(0, index(left)); i <= Math.min(this.columns - 1, index(right)); i += 1)
        change(i * CELL_METRES - AROUND_METRES, j * CELL_METRES - AROUND_METRES, j * this.columns + i);
  }
}
