import { Random } from '../random.js';
import { message, type Message } from './message.js';
import type { DeviceSettings } from './settings.js';
import { LoadCell } from './shelf/load-cell.js';

/** One slot's load cell. */
interface Cell {
  readonly slotId: string;
  readonly sensor: LoadCell;
  /** what it last told, averaged over quiet samples */
  reported: number | undefined;
  quietSamples: number;
  burst: number;
  nextSampleTs: number;
  nextHeartbeatTs: number;
}

/** How a shelf unit writes a weight. */
export type TellWeight = (deviceId: string, ts: number, slotId: string, grams: number) => Message;
const nativeWeight: TellWeight = (deviceId, ts, slot, grams) => message(deviceId, 'shelf/weight', { ts, slot, grams });

const SLOWEST_AVERAGE = 8;

/** A shelf unit with a load cell under every slot, that reports when something changes, and now and then anyway. */
export class Shelf {
  private readonly cells: Cell[];

  constructor(
    readonly deviceId: string,
    slotIds: readonly string[],
    private readonly settings: DeviceSettings['shelf'],
    seed: number,
    startTs: number,
    index: number,
    private readonly tell: TellWeight = nativeWeight,
  ) {
    this.cells = slotIds.map((slotId, at) => {
      // Staggered, so that a shop's shelves do not all speak in the same instant.
      const turn = index * 7 + at * 3;
      return {
        slotId,
        sensor: new LoadCell(settings, Random.stream(seed, `shelf/${slotId}`)),
        reported: undefined,
        quietSamples: 0,
        burst: 0,
        nextSampleTs: startTs + (turn % 5) * 50,
        nextHeartbeatTs: startTs + ((turn * 250) % settings.heartbeatMs),
      };
    });
  }

  /** What the unit sends at `ts`; `gramsOf` gives the true load of a slot. */
  sample(ts: number, gramsOf: (slotId: string) => number): Message[] {
    const sent: Message[] = [];
    for (const cell of this.cells) {
      if (ts < cell.nextSampleTs) continue;
      cell.nextSampleTs += this.settings.sampleMs;
      const grams = cell.sensor.read(gramsOf(cell.slotId));
      if (this.isWorthTelling(cell, grams, ts)) sent.push(this.tell(this.deviceId, ts, cell.slotId, grams));
    }
    return sent;
  }

  private isWorthTelling(cell: Cell, grams: number, ts: number): boolean {
    const { changeGrams, samplesAfterChange, heartbeatMs } = this.settings;
    const first = cell.reported === undefined;
    const changed = cell.reported !== undefined && Math.abs(grams - cell.reported) > changeGrams;
    if (first || changed) {
      cell.reported = grams;
      cell.quietSamples = 1;
      cell.burst = samplesAfterChange;
    } else {
      cell.quietSamples = Math.min(SLOWEST_AVERAGE, cell.quietSamples + 1);
      cell.reported = (cell.reported as number) + (grams - (cell.reported as number)) / cell.quietSamples;
    }
    const inBurst = !changed && !first && cell.burst > 0;
    if (inBurst) cell.burst -= 1;
    const beat = ts >= cell.nextHeartbeatTs;
    if (beat) cell.nextHeartbeatTs += heartbeatMs;
    return first || changed || inBurst || beat;
  }
}
