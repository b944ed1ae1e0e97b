import type { EngineObserver } from '../engine/engine-api.js';
import type { PendingStep } from '../floor/doorway.js';
import { crossingOf } from '../core/geometry.js';
import type { LineModel, StoreModel } from '../core/store-model.js';
import type { Crossings } from './crossings.js';
import type { Track } from './followed-person.js';
import type { HeatWindows } from './heat.js';
import type { LiveHeat } from './live-heat.js';

/** Nobody passes beside a door that is no wider than this: there is a wall. Wider lines may be in the open. mm */
const NARROW_MM = 2_000;

/** What people count from one sample to the next: steps over lines, and time on the floor (SEMANTICS §10, §15). */
export class Steps {
  constructor(
    private readonly heat: HeatWindows,
    private readonly crossings: Crossings,
    private readonly liveHeat: LiveHeat,
    private readonly observer: EngineObserver,
  ) {}

  /**
   * The track comes to a place at `ts`.
   * @param newest event time of any position, for the live heat
   * @param beside how far beside a narrow door its camera may see somebody who walks through it, mm
   */
  step(
    model: StoreModel,
    source: string,
    track: Track,
    ts: number,
    x: number,
    y: number,
    newest: number,
    beside = 0,
  ): void {
    if (track.doorway) {
      track.doorway.step(model.lines, track.x, track.y, ts, x, y, (step) => this.cross(source, track, step));
    } else {
      for (const line of model.lines) {
        const direction = crossingOf(line, track.x, track.y, x, y, isNarrow(line) ? beside : 0);
        if (direction !== 0) this.cross(source, track, { lineId: line.id, direction, ts });
      }
    }
    if (track.cell < 0 || ts === track.ts) return;
    this.heat.add(model, track.cell, track.ts, ts);
    track.ledger?.warm(model.version, track.cell, track.ts, ts);
    const { piece } = track;
    if (piece && piece.cell === track.cell && piece.to === track.ts) piece.to = ts;
    else track.piece = this.liveHeat.add(track.cell, track.ts, ts, newest);
  }

  private cross(source: string, track: Track, { lineId, direction, ts }: PendingStep): void {
    const version = this.crossings.byTrack(source, lineId, ts, direction);
    track.ledger?.crossing(lineId, version, ts, direction);
    this.observer.crossing?.(lineId, ts, direction === 1 ? 'in' : 'out');
  }

  /** The track is at its end. */
  leave(source: string, track: Track): void {
    if (!track.staff) track.doorway?.end((step) => this.cross(source, track, step));
  }

  /** Lines are drawn anew: who has stepped over one where it was has done so. */
  redraw(source: string, track: Track, isRedrawn: (lineId: string) => boolean): void {
    if (!track.staff) track.doorway?.redraw(isRedrawn, (step) => this.cross(source, track, step));
  }

  /** Whoever took these steps does not count. */
  takeBack(source: string, { ledger }: Track): void {
    for (const crossing of ledger?.crossings ?? []) {
      this.crossings.takeBack(source, crossing);
      this.observer.crossingTakenBack?.(crossing.lineId, crossing.ts, crossing.direction === 1 ? 'in' : 'out');
    }
    for (const heat of ledger?.heat ?? []) this.heat.takeBack(heat);
    for (const [cell, from, to] of ledger?.recent ?? []) this.liveHeat.takeBack(cell, from, to);
  }

  /** Keeps the windows in memory that a track's steps may still be taken back from, or have yet to go into. */
  pin({ ledger, doorway }: Track): void {
    for (const { lineId, ts } of doorway?.pending ?? []) this.crossings.pinLine(lineId, ts);
    for (const { lineId, ts } of ledger?.crossings ?? []) this.crossings.pinLine(lineId, ts);
    for (const { minute } of ledger?.heat ?? []) this.heat.open.add(minute);
  }

  /** Before all pins. */
  unpin(): void {
    this.crossings.open.clear();
    this.heat.open.clear();
  }

  require(keys: string[], model: StoreModel, minute: number): void {
    this.heat.require(keys, minute);
    for (const line of model.lines) this.crossings.requireMinute(keys, minute, line.id);
  }
}

const isNarrow = ({ ax, ay, bx, by }: LineModel): boolean => Math.hypot(bx - ax, by - ay) <= NARROW_MM;
