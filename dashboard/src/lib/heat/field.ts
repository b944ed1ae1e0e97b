/**
 * From person-seconds per cell to a picture: density, a little smoothing, a scale that stays put. Pure, so that it can be
 * tested without a canvas.
 */
export interface HeatGrid {
  cellMetres: number;
  columns: number;
  rows: number;
  /** person-seconds per cell, row by row */
  seconds: ArrayLike<number>;
}

/** A short Gaussian over cells; with the spline of the painter it comes to about 0.45 m, the width of a person. */
const SIGMA_CELLS = 0.7;
const KERNEL = kernelOf(SIGMA_CELLS);

function kernelOf(sigma: number): number[] {
  const reach = Math.ceil(sigma * 2.6);
  const weights = Array.from({ length: reach * 2 + 1 }, (_, index) =>
    Math.exp(-((index - reach) ** 2) / (2 * sigma * sigma)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** Smoothed density in person-seconds per m². What lies at the edge keeps its sum: weight that falls outside is folded back. */
export function densityOf(grid: HeatGrid, into?: Float32Array): Float32Array {
  const { columns, rows } = grid;
  const perArea = 1 / (grid.cellMetres * grid.cellMetres);
  const half = new Float32Array(columns * rows);
  const result = into && into.length === columns * rows ? into : new Float32Array(columns * rows);
  result.fill(0);
  const reach = (KERNEL.length - 1) / 2;
  const fold = (index: number, size: number): number => {
    if (index < 0) return Math.min(size - 1, -index - 1);
    return index >= size ? Math.max(0, 2 * size - index - 1) : index;
  };
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const value = grid.seconds[row * columns + column] ?? 0;
      if (value === 0) continue;
      for (let k = -reach; k <= reach; k += 1) {
        const at = row * columns + fold(column + k, columns);
        half[at] = (half[at] as number) + value * (KERNEL[k + reach] as number);
      }
    }
  }
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const value = half[row * columns + column] as number;
      if (value === 0) continue;
      for (let k = -reach; k <= reach; k += 1) {
        const at = fold(row + k, rows) * columns + column;
        result[at] = (result[at] as number) + value * perArea * (KERNEL[k + reach] as number);
      }
    }
  }
  return result;
}

/** Someone who has just come in has no seconds yet: their cell shows at least this share of the scale. */
export const PRESENCE_SHARE = 0.34;

/** Raises the cells where people are now to a visible share of the scale, round like the smoothing. */
export function addPresence(
  density: Float32Array,
  columns: number,
  rows: number,
  presence: readonly (readonly [number, number])[],
  top: number,
): void {
  for (const [cell, people] of presence) {
    if (people <= 0) continue;
    const column = cell % columns;
    const row = Math.floor(cell / columns);
    const peak = top * Math.min(0.6, PRESENCE_SHARE + 0.08 * (people - 1));
    for (let dy = -2; dy <= 2; dy += 1) {
      for (let dx = -2; dx <= 2; dx += 1) {
        const x = column + dx;
        const y = row + dy;
        if (x < 0 || y < 0 || x >= columns || y >= rows) continue;
        const floor = peak * Math.exp(-(dx * dx + dy * dy) / (2 * 0.85 * 0.85));
        const at = y * columns + x;
        if ((density[at] as number) < floor) density[at] = floor;
      }
    }
  }
}

/** Marks the cells of a grid whose middle lies in one of the polygons (metres): 1 there, 0 elsewhere. */
export function cellsIn(
  { columns, rows, cellMetres }: Pick<HeatGrid, 'columns' | 'rows' | 'cellMetres'>,
  polygons: readonly (readonly (readonly [number, number])[])[],
): Uint8Array {
  const marks = new Uint8Array(columns * rows);
  for (let row = 0; row < rows; row += 1)
    for (let column = 0; column < columns; column += 1) {
      const [x, y] = [(column + 0.5) * cellMetres, (row + 0.5) * cellMetres];
      if (polygons.some((polygon) => isInside(polygon, x, y))) marks[row * columns + column] = 1;
    }
  return marks;
}

/** By the crossings of a ray to the right. */
function isInside(polygon: readonly (readonly [number, number])[], x: number, y: number): boolean {
  let inside = false;
  polygon.forEach(([ax, ay], index) => {
    const [bx, by] = polygon[(index + 1) % polygon.length] as readonly [number, number];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  });
  return inside;
}

/** A round number, at least `value`. */
export function niceCeil(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  for (const step of [1, 1.5, 2, 3, 4, 5, 6, 8, 10]) if (step * power >= value * (1 - 1e-9)) return step * power;
  return 10 * power;
}

/**
 * The scale's top: a nice number above all but the highest percent of what is not empty. What `apart` marks does not count, so that
 * a queue at the tills does not hide the shop.
 */
export function scaleTop(density: ArrayLike<number>, least: number, apart?: ArrayLike<number>): number {
  const filled: number[] = [];
  for (let index = 0; index < density.length; index += 1) {
    const value = density[index] as number;
    if (value > 1e-3 && !apart?.[index]) filled.push(value);
  }
  if (filled.length === 0) return least;
  filled.sort((a, b) => a - b);
  return Math.max(least, niceCeil(filled[Math.min(filled.length - 1, Math.floor(filled.length * 0.99))] as number));
}

/**
 * Keeps a live scale from jumping: it rises at once, and falls one nice step only when the picture has stayed below half
 * of it for `patience` pictures.
 */
export class SteadyScale {
  #top: number;
  #below = 0;
  readonly #least: number;
  readonly #patience: number;
  constructor(least: number, patience: number) {
    this.#least = least;
    this.#top = least;
    this.#patience = patience;
  }
  next(density: ArrayLike<number>, apart?: ArrayLike<number>): number {
    const wanted = scaleTop(density, this.#least, apart);
    if (wanted > this.#top) {
      this.#top = wanted;
      this.#below = 0;
    } else if (wanted <= this.#top / 2) {
      this.#below += 1;
      if (this.#below > this.#patience) {
        this.#top = wanted;
        this.#below = 0;
      }
    } else this.#below = 0;
    return this.#top;
  }
}
