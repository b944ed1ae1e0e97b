import { minuteOf } from '@aisle/contracts';
import type { TrackName } from '../ble/badge-state.js';
import { isTouched, type EnginePart, type ModelChange } from '../core/engine-part.js';
import { crossingOf } from '../core/geometry.js';
import type { StoreModel } from '../core/store-model.js';
import type { LedgerCrossing } from '../floor/ledger.js';
import type { Crossings } from './crossings.js';

/** A badge must show within so much event time that it stayed when its wearer went… */
const REMEMBERED_MS = 1_800_000;
/** …and so many steps of staff are remembered. */
const MOST_STEPS = 64;

interface StaffStep extends TrackName, LedgerCrossing {}

/**
 * Steps of staff over entrances. They count for nothing, unless it turns out that somebody else has worn the badge meanwhile: then the
 * person who walked out was a shopper, who had gone on under the staff's id.
 */
export class StaffDoors implements EnginePart {
  readonly name = 'staffDoors';
  readonly version = 1;
  /** in the order in which they were taken */
  private steps: StaffStep[] = [];

  constructor(private readonly crossings: Crossings) {}

  /** Any event may show who wears a badge; there is seldom a step to look at. */
  require(keys: string[]): void {
    for (const { ts, lineId } of this.steps) this.crossings.requireMinute(keys, minuteOf(ts), lineId);
  }

  /** Somebody of the staff comes to a place at `ts`. */
  look(model: StoreModel, name: TrackName, from: { x: number; y: number }, ts: number, x: number, y: number): void {
    for (const line of model.entrances) {
      {
        const direction = crossingOf(line, from.x, from.y, x, y);
        if (direction !== 0) this.steps.push({ ...name, lineId: line.id, version: model.version, ts, direction });
      }
    }
    while (this.steps.length > MOST_STEPS || (this.steps[0] && this.steps[0].ts < ts - REMEMBERED_MS))
      this.steps.shift();
  }

  /**
   * `former` was taken for the wearer of a badge that somebody else wears.
   * @param cameIn when the one who wears it last came in, event time, if that is known
   * @returns the step out by which the former one left, if the badge did not go with them; it counts from now on
   */
  stayed(former: TrackName, cameIn: number | undefined): LedgerCrossing | undefined {
    const own = (step: StaffStep): boolean =>
      step.source === former.source && step.id === former.id && step.since === former.since;
    const last = this.steps.findLast(own);
    if (!last || last.direction === 1 || (cameIn !== undefined && cameIn > last.ts)) return undefined;
    const { lineId, version, ts, direction } = last;
    this.crossings.byTrack(former.source, lineId, ts, direction, version);
    this.steps = this.steps.filter((step) => !own(step));
    return { lineId, version, ts, direction };
  }

  /** Doors that are drawn anew, or another rule for staff: who has gone has gone. */
  configure(change: ModelChange): void {
    if (isTouched(change, 'entrances') || isTouched(change, 'staff')) this.steps = [];
  }

  /** After the people, who begin the list anew. */
  pin(): void {
    for (const { lineId, ts } of this.steps) this.crossings.pinLine(lineId, ts);
  }

  save(): StaffStep[] {
    return structuredClone(this.steps);
  }

  restore(json: unknown): void {
    this.steps = structuredClone((json ?? []) as StaffStep[]);
  }
}
