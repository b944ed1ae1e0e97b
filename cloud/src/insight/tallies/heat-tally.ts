import type { StoredFact } from '../../ports/index.js';
import { entry, type Tally } from './tally.js';

/** Person-milliseconds per cell. Grids of different sizes stay apart: a cell's number means nothing without its columns. */
export class HeatTally implements Tally<'heat'> {
  /** by "columns×rows": milliseconds by cell */
  readonly grids = new Map<string, Map<number, number>>();

  add({ value }: StoredFact<'heat'>): void {
    const grid = this.#grid(`${value.columns}×${value.rows}`);
    for (const [cell, ms] of value.cells) grid.set(cell, (grid.get(cell) ?? 0) + ms);
  }

  addPacked(packed: unknown): void {
    for (const [size, cells] of packed as [string, number[]][]) {
      const grid = this.#grid(size);
      for (let at = 0; at < cells.length; at += 2) {
        const cell = cells[at] as number;
        grid.set(cell, (grid.get(cell) ?? 0) + (cells[at + 1] as number));
      }
    }
  }

  packed(): unknown {
    return [...this.grids].map(([size, cells]) => [size, [...cells].sort((a, b) => a[0] - b[0]).flat()]);
  }

  /** Milliseconds of every cell of a grid of this size, row by row; what lies outside it is left out. */
  on(columns: number, rows: number): number[] {
    const sums = new Array<number>(columns * rows).fill(0);
    for (const [size, cells] of this.grids) {
      const width = Number(size.split('×')[0]);
      for (const [cell, ms] of cells) {
        const column = cell % width;
        const row = Math.floor(cell / width);
        if (column < columns && row < rows) sums[row * columns + column] = (sums[row * columns + column] ?? 0) + ms;
      }
    }
    return sums;
  }

  #grid(size: string): Map<number, number> {
    return entry(this.grids, size, () => new Map());
  }
}
