import type { EnginePart, ModelChange } from '../core/engine-part.js';

/** The live heat looks back this far in event time. */
export const LIVE_HEAT_MS = 60_000;

/** A time that one person spent in one cell without leaving it. Kept by the track, which makes it longer. */
export interface HeatPiece {
  cell: number;
  from: number;
  to: number;
  /** −1 takes away what others count */
  sign?: -1;
}

/**
 * Who was where in the last minute of event time. Holds one piece per person and cell entered, some hundred in a busy
 * shop, so that the sum can be made exactly whenever somebody looks.
 */
export class LiveHeat implements EnginePart {
  readonly name = 'liveHeat';
  readonly version = 1;
  private pieces: HeatPiece[] = [];
  private trimAt = 256;

  add(cell: number, from: number, to: number, newest: number): HeatPiece {
    const piece = { cell, from, to };
    this.pieces.push(piece);
    if (this.pieces.length >= this.trimAt) {
      this.pieces = this.pieces.filter((candidate) => candidate.to > newest - LIVE_HEAT_MS);
      this.trimAt = Math.max(256, this.pieces.length * 2);
    }
    return piece;
  }

  /** Somebody who does not count was there. */
  takeBack(cell: number, from: number, to: number): void {
    this.pieces.push({ cell, from, to, sign: -1 });
  }

  /** Milliseconds per cell between `newest` − 60 s and `newest`. */
  sum(cells: number, newest: number): Float64Array {
    const heat = new Float64Array(cells);
    const start = newest - LIVE_HEAT_MS;
    for (const { cell, from, to, sign = 1 } of this.pieces) {
      const ms = Math.min(to, newest) - Math.max(from, start);
      if (ms > 0 && cell < cells) heat[cell] = (heat[cell] as number) + sign * ms;
    }
    return heat;
  }

  /** On another grid the cells are other places. */
  configure({ before, after }: ModelChange): void {
    if (before?.columns !== after.columns || before.rows !== after.rows) this.pieces = [];
  }

  save(): unknown {
    return this.pieces.map(({ cell, from, to, sign }) => (sign ? [cell, from, to, sign] : [cell, from, to]));
  }

  restore(json: unknown): void {
    if (json === undefined) return;
    type Saved = [cell: number, from: number, to: number, sign?: -1];
    this.pieces = (json as Saved[]).map(([cell, from, to, sign]) => ({ cell, from, to, ...(sign && { sign }) }));
    this.trimAt = Math.max(256, this.pieces.length * 2);
  }
}
