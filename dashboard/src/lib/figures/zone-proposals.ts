import { overlap, type StoreFile } from '@aisle/contracts';
import type { HeatmapView } from '../api/generated/schema.js';
import type { Spot } from './floor.js';

/**
 * Zones that the floor does not have yet: rectangles in which far more time is spent than elsewhere. Heat tells time and not who stops,
 * so that a proposal is a question to somebody who knows the shop.
 */
export interface ZoneProposal {
  polygon: readonly [Spot, Spot, Spot, Spot];
  squareMetres: number;
  /** person-seconds that were spent in it, and per square metre times those of a usual place */
  seconds: number;
  times: number;
}

/** A place is worth a zone where per square metre at least so many times the time of a usual one is spent. */
const LEAST_TIMES = 3;
/** of all time on the floor; a corner in which one person once waited is none */
const LEAST_SHARE = 0.01;
const LEAST_SQUARE_METRES = 1;
const MOST_PROPOSALS = 6;
/** less was seen than tells a habit: an hour of one person */
export const LEAST_SECONDS = 3600;
/** cells along a side that are looked at one by one; of a larger floor several count as one */
const MOST_CELLS = 160;
/** places where nobody ever is do not make a usual one */
const LEAST_OF_MEAN = 0.05;

/** null: too little was seen. The one in which most time is spent first. */
export function proposeZones(file: StoreFile, heatmap: Heat): ZoneProposal[] | null {
  const heat = coarser(heatmap, Math.ceil(Math.max(heatmap.columns, heatmap.rows) / MOST_CELLS));
  const { columns, rows, cellMetres: cell, seconds } = heat;
  const total = seconds.reduce((sum, value) => sum + value, 0);
  if (!(total >= LEAST_SECONDS)) return null;
  const mean = total / seconds.length;
  const walked = seconds.filter((value) => value > mean * LEAST_OF_MEAN).sort((a, b) => a - b);
  const usual = walked[Math.floor((walked.length - 1) / 2)] as number;
  // above so much a cell speaks for a zone, below it against one: half of what a whole zone needs, for its rim is cooler than its middle
  const limit = (usual * LEAST_TIMES) / 2;
  const blocked = blockedCells(file, heat);
  const proposals: ZoneProposal[] = [];
  for (let tried = 0; tried < 4 * MOST_PROPOSALS && proposals.length < MOST_PROPOSALS; tried += 1) {
    const found = bestRectangle(columns, rows, (at) => (blocked[at] ? -Infinity : (seconds[at] ?? 0) - limit));
    if (!found) break;
    let held = 0;
    for (let y = found.top; y <= found.bottom; y += 1)
      for (let x = found.left; x <= found.right; x += 1) {
        held += seconds[y * columns + x] ?? 0;
        blocked[y * columns + x] = 1;
      }
    const [right, bottom] = [
      Math.min((found.right + 1) * cell, file.floor.width),
      Math.min((found.bottom + 1) * cell, file.floor.depth),
    ];
    const [left, top] = [found.left * cell, found.top * cell];
    const squareMetres = (right - left) * (bottom - top);
    const times = held / (squareMetres / cell ** 2) / usual;
    if (squareMetres < LEAST_SQUARE_METRES || times < LEAST_TIMES || held < total * LEAST_SHARE) continue;
    const polygon = [
      [left, top],
      [right, top],
      [right, bottom],
      [left, bottom],
    ] as const;
    proposals.push({ polygon, squareMetres, seconds: held, times });
  }
  return proposals.sort((a, b) => b.seconds - a.seconds);
}

type Heat = Pick<HeatmapView, 'columns' | 'rows' | 'cellMetres' | 'seconds'>;
function coarser({ columns, rows, cellMetres, seconds }: Heat, factor: number): Heat {
  if (factor <= 1) return { columns, rows, cellMetres, seconds: seconds.slice(0, columns * rows) };
  const [across, down] = [Math.ceil(columns / factor), Math.ceil(rows / factor)];
  const sums = Array.from({ length: across * down }, () => 0);
  for (let y = 0; y < rows; y += 1)
    for (let x = 0; x < columns; x += 1) {
      const at = Math.floor(y / factor) * across + Math.floor(x / factor);
      sums[at] = (sums[at] as number) + (seconds[y * columns + x] ?? 0);
    }
  return { columns: across, rows: down, cellMetres: cellMetres * factor, seconds: sums };
}

/** Cells that lie in a zone already, however little, and those through which a wall runs. */
function blockedCells(file: StoreFile, { columns, rows, cellMetres: cell }: Heat): Uint8Array {
  const blocked = new Uint8Array(columns * rows);
  const each = (
    [left, top, right, bottom]: readonly [number, number, number, number],
    isIn: (x: number, y: number) => boolean,
  ): void => {
    const low = (value: number, most: number) => Math.max(0, Math.min(most - 1, Math.floor(value / cell)));
    for (let y = low(top, rows); y <= low(bottom, rows); y += 1)
      for (let x = low(left, columns); x <= low(right, columns); x += 1)
        if (!blocked[y * columns + x] && isIn(x * cell, y * cell)) blocked[y * columns + x] = 1;
  };
  for (const { kind, polygon } of file.zones ?? []) {
    if (kind === 'screen') continue;
    const [xs, ys] = [polygon.map(([x]) => x), polygon.map(([, y]) => y)];
    each([Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)], (x, y) =>
      overlap(polygon, [
        [x, y],
        [x + cell, y],
        [x + cell, y + cell],
        [x, y + cell],
      ]),
    );
  }
  for (const { line } of file.walls ?? []) {
    // one that runs between cells belongs to those to its right and below: no rectangle reaches across it
    const [[ax, ay], [bx, by]] = line;
    each([Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by)], (x, y) =>
      touches(ax, ay, bx, by, x, y, cell),
    );
  }
  return blocked;
}

/** Whether a line comes into the square from (x, y), its left and upper side included and the others not. */
function touches(ax: number, ay: number, bx: number, by: number, x: number, y: number, cell: number): boolean {
  // clipped to the square side by side (Liang and Barsky 1984)
  let [from, to] = [0, 1];
  const [dx, dy] = [bx - ax, by - ay];
  const tiny = cell * 1e-6;
  for (const [step, room] of [
    [-dx, ax - x + tiny],
    [dx, x + cell - tiny - ax],
    [-dy, ay - y + tiny],
    [dy, y + cell - tiny - ay],
  ] as const) {
    if (step === 0) {
      if (room < 0) return false;
    } else if (step < 0) from = Math.max(from, room / step);
    else to = Math.min(to, room / step);
  }
  return from <= to;
}

interface Rectangle {
  left: number;
  right: number;
  top: number;
  bottom: number;
}
/** The rectangle of cells whose weights add up to most, and more than 0: for each span of rows the best run of columns (Kadane). */
function bestRectangle(columns: number, rows: number, weight: (at: number) => number): Rectangle | null {
  let best = 0;
  let found: Rectangle | null = null;
  const weights = Float64Array.from({ length: columns * rows }, (_, at) => weight(at));
  for (let top = 0; top < rows; top += 1) {
    const sums = new Float64Array(columns);
    for (let bottom = top; bottom < rows; bottom += 1) {
      let [run, left] = [0, 0];
      for (let x = 0; x < columns; x += 1) {
        const sum = (sums[x] as number) + (weights[bottom * columns + x] as number);
        sums[x] = sum;
        if (run <= 0) [run, left] = [sum, x];
        else run += sum;
        if (run > best) [best, found] = [run, { left, right: x, top, bottom }];
      }
    }
  }
  return found;
}
