import type { LiveScreen, LiveSnapshot, LiveZone, StoreFile } from '@aisle/contracts';
import { boundsOf } from '../../src/lib/figures/zones.js';
import { Chance } from './chance.js';
import { ZONE_CHARACTER } from './shop.js';

const STEP_MS = 200;
interface Walker {
  x: number;
  y: number;
  toX: number;
  toY: number;
  restMs: number;
}

/** People who walk and stop, in steps of 200 ms, always the same for the same seed. */
export class MockWorld {
  readonly #file: StoreFile;
  readonly #chance: Chance;
  readonly #walkers: Walker[];
  readonly #columns: number;
  readonly #rows: number;
  /** seconds per cell, one entry per step of the last minute */
  readonly #history: Map<number, number>[] = [];
  readonly #heat = new Map<number, number>();
  ts: number;

  constructor(file: StoreFile, seed: number, people: number, startMs: number) {
    this.#file = file;
    this.#chance = new Chance(seed);
    this.#columns = Math.ceil(file.floor.width / 0.5);
    this.#rows = Math.ceil(file.floor.depth / 0.5);
    this.ts = startMs - 70_000;
    this.#walkers = Array.from({ length: people }, () => {
      const [x, y] = this.#somewhere();
      return { x, y, toX: x, toY: y, restMs: this.#chance.between(0, 20_000) };
    });
    while (this.ts < startMs) this.step();
  }

  #somewhere(): [number, number] {
    const zones = (this.#file.zones ?? []).filter((zone) => zone.kind !== 'screen');
    const total = zones.reduce((sum, zone) => sum + (ZONE_CHARACTER[zone.id]?.draw ?? 1), 0);
    let at = this.#chance.next() * total;
    const zone = zones.find((candidate) => (at -= ZONE_CHARACTER[candidate.id]?.draw ?? 1) <= 0) ?? zones[0];
    if (!zone)
      return [this.#chance.between(1, this.#file.floor.width - 1), this.#chance.between(1, this.#file.floor.depth - 1)];
    const box = boundsOf(zone.polygon);
    return [
      this.#chance.between(box.left + 0.6, box.right - 0.6),
      this.#chance.between(box.top + 1.1, box.bottom - 1.1),
    ];
  }

  /** 200 ms later; the answer holds the cells whose heat changed. */
  step(): Set<number> {
    this.ts += STEP_MS;
    const added = new Map<number, number>();
    for (const walker of this.#walkers) {
      if (walker.restMs > 0) walker.restMs -= STEP_MS;
      else {
        const distance = Math.hypot(walker.toX - walker.x, walker.toY - walker.y);
        const stride = (1.1 * STEP_MS) / 1000;
        if (distance <= stride) {
          [walker.toX, walker.toY] = this.#somewhere();
          walker.restMs = this.#chance.between(1500, 26_000);
        } else {
          walker.x += ((walker.toX - walker.x) / distance) * stride;
          walker.y += ((walker.toY - walker.y) / distance) * stride;
        }
      }
      const cell = this.#cell(walker);
      added.set(cell, (added.get(cell) ?? 0) + STEP_MS / 1000);
    }
    const changed = new Set<number>();
    const shift = (entries: Map<number, number>, sign: 1 | -1): void => {
      for (const [cell, seconds] of entries) {
        changed.add(cell);
        const next = Math.round(((this.#heat.get(cell) ?? 0) + sign * seconds) * 1000) / 1000;
        if (next <= 0) this.#heat.delete(cell);
        else this.#heat.set(cell, next);
      }
    };
    this.#history.push(added);
    shift(added, 1);
    if (this.#history.length > 60_000 / STEP_MS) shift(this.#history.shift() as Map<number, number>, -1);
    return changed;
  }

  #cell(walker: Walker): number {
    const column = Math.min(this.#columns - 1, Math.max(0, Math.floor(walker.x / 0.5)));
    return Math.min(this.#rows - 1, Math.max(0, Math.floor(walker.y / 0.5))) * this.#columns + column;
  }
  heatOf(cell: number): number {
    return this.#heat.get(cell) ?? 0;
  }
  get people(): number {
    return this.#walkers.length;
  }
  get presence(): [number, number][] {
    const cells = new Map<number, number>();
    for (const walker of this.#walkers) cells.set(this.#cell(walker), (cells.get(this.#cell(walker)) ?? 0) + 1);
    return [...cells];
  }
  get zones(): LiveZone[] {
    return (this.#file.zones ?? []).map((zone) => {
      const box = boundsOf(zone.polygon);
      const inside = this.#walkers.filter(
        (walker) => walker.x >= box.left && walker.x <= box.right && walker.y >= box.top && walker.y <= box.bottom,
      );
      return { zoneId: zone.id, occupancy: inside.length };
    });
  }
  get heat(): LiveSnapshot['heat'] {
    const seconds = Array.from({ length: this.#columns * this.#rows }, (_, cell) => this.heatOf(cell));
    return { cellMetres: 0.5, columns: this.#columns, rows: this.#rows, seconds };
  }
}

/** What the three screens show, from 40 s before `now` on. */
export function mockScreens(now: number): LiveScreen[] {
  const base = { audience: 0 };
  return [
    {
      ...base,
      deviceId: 'screen-1',
      decisionId: 'd-1',
      contentId: 'card-dairy',
      category: 'dairy',
      reason: 'Shoppers here spent longest in Dairy (47 s)',
      why: { code: 'dwell', values: { category: 'dairy', seconds: 47 } },
      sinceTs: now - 41_000,
      audience: 3,
    },
    {
      ...base,
      deviceId: 'screen-2',
      decisionId: 'd-2',
      contentId: 'card-drinks',
      category: 'drinks',
      reason: 'Shoppers here have not stopped at any category yet; Drinks is nearest',
      why: { code: 'nearest', values: { category: 'drinks' } },
      sinceTs: now - 12 * 60_000,
      audience: 1,
    },
    { ...base, deviceId: 'screen-3', decisionId: null, contentId: null, category: null, reason: '', sinceTs: null },
  ];
}
