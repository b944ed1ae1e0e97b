import { CELL_METRES, MINUTE_MS, minuteOf, toMillimetres, type FactValue } from '@aisle/contracts';
import type { LedgerHeat } from '../floor/ledger.js';
import type { StoreModel } from '../core/store-model.js';
import type { Window, WindowKind, WindowStore } from '../core/window-store.js';

const CELL_MM = toMillimetres(CELL_METRES);
const FLOOR = 'floor';

interface HeatData {
  columns: number;
  rows: number;
  cells: Map<number, number>;
}
type SavedHeat = [number, number, [number, number][]];

/** The cell that holds a point, -1 outside the floor. Cells are half open. */
export function cellOf(model: StoreModel, x: number, y: number): number {
  if (x < 0 || y < 0 || x >= model.widthMm || y >= model.depthMm) return -1;
  return Math.floor(y / CELL_MM) * model.columns + Math.floor(x / CELL_MM);
}

/** Person-milliseconds per cell and minute (SEMANTICS §15). */
export class HeatWindows {
  private readonly windows: WindowKind<HeatData>;
  private current: Window<HeatData> | undefined;
  /** Minutes that something may be taken back from stay in memory. Filled before each sweep. */
  readonly open = new Set<number>();

  constructor(private readonly store: WindowStore) {
    this.windows = store.kind<HeatData>({
      name: 'heat',
      versioned: true,
      create: () => ({ columns: 0, rows: 0, cells: new Map() }),
      save: (d): SavedHeat => [d.columns, d.rows, [...d.cells]],
      restore: (json) => {
        const [columns, rows, cells] = json as SavedHeat;
        return { columns, rows, cells: new Map(cells) };
      },
      fact: { kind: 'heat', value: heatValue },
      pinned: (window) => this.open.has(window.ts),
    });
  }

  require(keys: string[], minute: number): void {
    this.store.need(keys, this.windows, minute, FLOOR);
  }

  /** Somebody was in `cell` from `from` to `to`. */
  add(model: StoreModel, cell: number, from: number, to: number): void {
    for (let at = from; at < to;) {
      const minute = minuteOf(at);
      const end = Math.min(to, minute + MINUTE_MS);
      let window = this.current;
      if (!window?.here || window.ts !== minute || window.configVersion !== model.version)
        window = this.current = this.windows.get(minute, FLOOR);
      const { data } = window;
      // Another version has a window of its own, so the floor of one is always the same.
      data.columns = model.columns;
      data.rows = model.rows;
      data.cells.set(cell, (data.cells.get(cell) ?? 0) + end - at);
      this.store.changed(window);
      at = end;
    }
  }

  /** Somebody who does not count was there: milliseconds by cell. The minute is in memory: `open` holds it. */
  takeBack({ minute, version, cells }: Readonly<LedgerHeat>): void {
    const window = this.windows.get(minute, FLOOR, version);
    for (const [cell, ms] of cells) {
      const left = (window.data.cells.get(cell) ?? 0) - ms;
      if (left > 0) window.data.cells.set(cell, left);
      else window.data.cells.delete(cell);
    }
    this.store.changed(window);
  }
}

const heatValue = ({ data }: Window<HeatData>): FactValue<'heat'> => ({
  columns: data.columns,
  rows: data.rows,
  cells: [...data.cells].sort((a, b) => a[0] - b[0]),
});
