import { along, bounds, distance, distanceToArea, distanceToEdge, type Polygon, type Vec } from './geometry.js';
import { Heap } from './heap.js';

export interface GridOptions {
  readonly widthMetres: number;
  readonly depthMetres: number;
  readonly obstacles: readonly Polygon[];
  /** edges that people cross squarely rather than walk along */
  readonly edges: readonly Polygon[];
  readonly bodyRadiusMetres: number;
  readonly edgeMarginMetres: number;
}

const FINEST_CELL_METRES = 0.2;
const COARSEST_CELL_METRES = 0.4;
const CELLS_AIMED_AT = 40_000;
const FIELDS_KEPT = 200;
/** How much dearer a metre is close to a fixture, and on the edge of a zone. */
const TIGHT_COST = 1.2;
const EDGE_COST = 2.5;
const TIGHT_METRES = 0.3;
const DIAGONAL = Math.SQRT2;
const LINKS = 8;
const NOBODY = -1;

interface Bounded {
  readonly polygon: Polygon;
  readonly low: Vec;
  readonly high: Vec;
}
const isFar = (p: Vec, low: Vec, high: Vec, metres: number): boolean =>
  p.x < low.x - metres || p.x > high.x + metres || p.y < low.y - metres || p.y > high.y + metres;

/** Where a body fits, what a metre costs there, and the way from anywhere to anywhere. */
export class Grid {
  readonly cellMetres: number;
  readonly columns: number;
  readonly rows: number;
  /** cost of a metre in each cell, Infinity where nobody fits */
  private readonly cost: Float32Array;
  private readonly obstacleBounds: readonly Bounded[];
  private readonly edgeBounds: readonly Bounded[];
  private readonly next: Int32Array;
  private readonly stepCost: Float32Array;
  private readonly fields = new Map<number, Float32Array>();

  /** `from` is a point that every place must be reachable from: whatever is cut off from it counts as blocked. */
  constructor(options: GridOptions, from: Vec) {
    const { widthMetres, depthMetres } = options;
    const wanted = Math.sqrt((widthMetres * depthMetres) / CELLS_AIMED_AT);
    this.cellMetres = Math.min(COARSEST_CELL_METRES, Math.max(FINEST_CELL_METRES, wanted));
    this.columns = Math.max(1, Math.floor(widthMetres / this.cellMetres));
    this.rows = Math.max(1, Math.floor(depthMetres / this.cellMetres));
    this.obstacleBounds = options.obstacles.map((polygon) => ({ polygon, ...bounds(polygon) }));
    this.edgeBounds = options.edges.map((polygon) => ({ polygon, ...bounds(polygon) }));
    this.cost = new Float32Array(this.columns * this.rows);
    for (let cell = 0; cell < this.cost.length; cell += 1) this.cost[cell] = this.costAt(this.centre(cell), options);
    this.next = new Int32Array(this.cost.length * LINKS);
    this.stepCost = new Float32Array(this.cost.length * LINKS);
    this.linkCells();
    this.keepReachable(from);
    this.linkCells();
  }

  private costAt(p: Vec, options: GridOptions): number {
    const wall = Math.min(p.x, p.y, options.widthMetres - p.x, options.depthMetres - p.y);
    let room = wall;
    for (const { polygon, low, high } of this.obstacleBounds) {
      if (isFar(p, low, high, options.bodyRadiusMetres + TIGHT_METRES)) continue;
      room = Math.min(room, distanceToArea(polygon, p));
    }
    room -= options.bodyRadiusMetres;
    if (room < 0) return Infinity;
    let edge = Infinity;
    for (const { polygon, low, high } of this.edgeBounds) {
      if (isFar(p, low, high, options.edgeMarginMetres)) continue;
      edge = Math.min(edge, distanceToEdge(polygon, p));
    }
    const tight = room < TIGHT_METRES ? TIGHT_COST * (1 - room / TIGHT_METRES) : 0;
    const rim = edge < options.edgeMarginMetres ? EDGE_COST * (1 - edge / options.edgeMarginMetres) : 0;
    return 1 + tight + rim;
  }

  private keepReachable(from: Vec): void {
    const start = this.nearestCell(from);
    const reached = new Uint8Array(this.cost.length);
    const open = start === undefined ? [] : [start];
    if (start !== undefined) reached[start] = 1;
    for (let cell = open.pop(); cell !== undefined; cell = open.pop()) {
      for (let link = cell * LINKS; link < (cell + 1) * LINKS; link += 1) {
        const next = this.next[link] as number;
        if (next === NOBODY || reached[next]) continue;
        reached[next] = 1;
        open.push(next);
      }
    }
    for (let cell = 0; cell < this.cost.length; cell += 1) if (!reached[cell]) this.cost[cell] = Infinity;
  }

  /** How many cells a body fits into. */
  get walkableCells(): number {
    return this.cost.reduce((count, cost) => count + (cost < Infinity ? 1 : 0), 0);
  }

  private centre(cell: number): Vec {
    const column = cell % this.columns;
    return { x: (column + 0.5) * this.cellMetres, y: ((cell - column) / this.columns + 0.5) * this.cellMetres };
  }

  private cellOf(p: Vec): number | undefined {
    const column = Math.floor(p.x / this.cellMetres);
    const row = Math.floor(p.y / this.cellMetres);
    return column < 0 || row < 0 || column >= this.columns || row >= this.rows
      ? undefined
      : row * this.columns + column;
  }

  private costOf(p: Vec): number {
    const cell = this.cellOf(p);
    return cell === undefined ? Infinity : (this.cost[cell] as number);
  }

  isWalkable(p: Vec): boolean {
    return this.costOf(p) < Infinity;
  }

  /** The straight way between both is free. */
  isClear(a: Vec, b: Vec): boolean {
    return this.straightCost(a, b) < Infinity;
  }

  private straightCost(a: Vec, b: Vec): number {
    const length = distance(a, b);
    const steps = Math.max(1, Math.ceil(length / (this.cellMetres / 2)));
    let sum = 0;
    for (let i = 0; i <= steps; i += 1) {
      sum += this.costOf(along(a, b, i / steps));
      if (sum === Infinity) return Infinity;
    }
    return (sum / (steps + 1)) * length;
  }

  private nearestCell(p: Vec): number | undefined {
    const own = this.cellOf(p);
    if (own !== undefined && (this.cost[own] as number) < Infinity) return own;
    let best: number | undefined;
    let least = Infinity;
    for (let cell = 0; cell < this.cost.length; cell += 1) {
      if ((this.cost[cell] as number) === Infinity) continue;
      const away = distance(this.centre(cell), p);
      if (away < least) [best, least] = [cell, away];
    }
    return best;
  }

  /** `p` itself where a body fits, else the nearest place where one does. */
  nearest(p: Vec): Vec {
    if (this.isWalkable(p)) return p;
    const cell = this.nearestCell(p);
    return cell === undefined ? p : this.centre(cell);
  }

  /** Fills in, per cell, up to eight neighbours that can be stepped to and what the step costs. */
  private linkCells(): void {
    this.next.fill(NOBODY);
    for (let cell = 0; cell < this.cost.length; cell += 1) {
      const column = cell % this.columns;
      const row = (cell - column) / this.columns;
      const here = this.cost[cell] as number;
      if (here === Infinity) continue;
      let link = cell * LINKS;
      for (let dy = -1; dy <= 1; dy += 1) {
        for (let dx = -1; dx <= 1; dx += 1) {
          if (
            (dx === 0 && dy === 0) ||
            column + dx < 0 ||
            column + dx >= this.columns ||
            row + dy < 0 ||
            row + dy >= this.rows
          )
            continue;
          const next = cell + dy * this.columns + dx;
          const there = this.cost[next] as number;
          if (there === Infinity) continue;
          const diagonal = dx !== 0 && dy !== 0;
          // No squeezing diagonally past a corner.
          if (diagonal && (this.cost[cell + dx] === Infinity || this.cost[cell + dy * this.columns] === Infinity))
            continue;
          this.next[link] = next;
          this.stepCost[link] = ((here + there) / 2) * (diagonal ? DIAGONAL : 1) * this.cellMetres;
          link += 1;
        }
      }
    }
  }

  /** Cost from every cell to `target` (Dijkstra), kept for the places that are walked to again and again. */
  private fieldTowards(target: number): Float32Array {
    const kept = this.fields.get(target);
    if (kept) {
      this.fields.delete(target);
      this.fields.set(target, kept);
      return kept;
    }
    const field = new Float32Array(this.cost.length).fill(Infinity);
    const heap = new Heap();
    field[target] = 0;
    heap.push(0, target);
    while (heap.size > 0) {
      const { leastCost: cost, leastCell: cell } = heap;
      heap.drop();
      if (cost > (field[cell] as number)) continue;
      for (let link = cell * LINKS; link < (cell + 1) * LINKS; link += 1) {
        const next = this.next[link] as number;
        if (next === NOBODY) break;
        const total = Math.fround(cost + (this.stepCost[link] as number));
        if (total >= (field[next] as number)) continue;
        field[next] = total;
        heap.push(total, next);
      }
    }
    this.fields.set(target, field);
    if (this.fields.size > FIELDS_KEPT) this.fields.delete(this.fields.keys().next().value as number);
    return field;
  }

  /**
   * A smooth way round the fixtures from `from` to `to`, both of which people can stand on. `by` is a fixed place near
   * `to` that many ways lead to (a slot, a till, a door): ways to it are found once.
   */
  path(from: Vec, to: Vec, by: Vec = to): Vec[] {
    if (distance(from, to) < this.cellMetres) return [from, to];
    const near = this.nearestCell(by);
    const target = near !== undefined && this.isClear(this.centre(near), to) ? near : this.nearestCell(to);
    const start = this.nearestCell(from);
    if (target === undefined || start === undefined) return [from, to];
    const field = this.fieldTowards(target);
    const cells = [start];
    for (let cell = start; cell !== target;) {
      let best = cell;
      for (let link = cell * LINKS; link < (cell + 1) * LINKS && this.next[link] !== NOBODY; link += 1) {
        const next = this.next[link] as number;
        if ((field[next] as number) < (field[best] as number)) best = next;
      }
      if (best === cell) return [from, to];
      cells.push(best);
      cell = best;
    }
    const points = cells.map((cell) => this.centre(cell));
    points[0] = from;
    points.push(to);
    return this.round(this.straighten(points));
  }

  /** Leaves out corners as long as the straight way is no dearer than the way round by the cells. */
  private straighten(points: Vec[]): Vec[] {
    const kept = [points[0] as Vec];
    for (let i = 0; i < points.length - 1;) {
      let next = i + 1;
      let walked = this.straightCost(points[i] as Vec, points[next] as Vec);
      for (let j = i + 2; j < points.length; j += 1) {
        walked += this.straightCost(points[j - 1] as Vec, points[j] as Vec);
        if (this.straightCost(points[i] as Vec, points[j] as Vec) <= walked * 1.02) next = j;
        else if (j - next > 8) break;
      }
      kept.push(points[next] as Vec);
      i = next;
    }
    return kept;
  }

  /** Cuts corners twice (Chaikin), where the cut is free. */
  private round(points: Vec[]): Vec[] {
    let current = points;
    for (let turn = 0; turn < 2; turn += 1) {
      const next = [current[0] as Vec];
      for (let i = 1; i < current.length - 1; i += 1) {
        const corner = current[i] as Vec;
        const before = along(corner, current[i - 1] as Vec, 0.25);
        const after = along(corner, current[i + 1] as Vec, 0.25);
        if (this.isClear(before, after)) next.push(before, after);
        else next.push(corner);
      }
      next.push(current[current.length - 1] as Vec);
      current = next;
    }
    return current;
  }
}
