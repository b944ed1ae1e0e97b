import type { Device } from '@aisle/contracts';
import { Random } from '../../random.js';
import type { Vec } from '../../world/geometry.js';
import type { OnAir } from '../ble/air.js';
import { battery, massKilograms, packetId, plainBthome, sealedBthome, type BthomeObject } from '../ble/bthome.js';
import type { DeviceSettings } from '../settings.js';
import { LoadCell } from './load-cell.js';

/** A value this far from what was last told is told at once, grams: less is the format's own step of 10 g. */
const CHANGE_GRAMS = 25;
/** Anyway this often. */
const NEWS_MS = 2000;
/** What was told is said over and over. */
const REPEAT_MS = 500;
const POWER_DBM = -56;
const BATTERY_EVERY = 12;
/** Advertisements of the usual kind hold 31 bytes; this many are left for the service data behind its UUID. */
const MOST_BYTES = 24;
const SAMPLES_AFTER_CHANGE = 4;

/** A shelf that advertises the masses on its slots in BTHome v2, in their order, sealed where it has a key. */
export class BthomeShelf {
  private readonly cells: { slotId: string; cell: LoadCell; told: number | undefined; now: number }[];
  private packet: number;
  private counter: number;
  private data: Buffer | undefined;
  private nextNewsTs: number;
  private nextSampleTs: number;
  private burst = 0;
  private news = 0;
  private readonly key: Buffer | undefined;
  private readonly address: string;

  readonly deviceId: string;

  constructor(
    device: Device,
    slotIds: readonly string[],
    private readonly at: Vec,
    private readonly settings: DeviceSettings['shelf'],
    seed: number,
    private readonly startTs: number,
    index: number,
  ) {
    this.deviceId = device.id;
    this.address = device.address ?? `A4:C1:38:00:00:${(index & 0xff).toString(16).padStart(2, '0').toUpperCase()}`;
    this.key = device.key === undefined ? undefined : Buffer.from(device.key, 'hex');
    this.cells = slotIds.map((slotId) => ({
      slotId,
      cell: new LoadCell(settings, Random.stream(seed, `shelf/${slotId}`)),
      told: undefined,
      now: 0,
    }));
    this.packet = Random.stream(seed, `packet/${device.id}`).integer(0, 255);
    // A counter survives a restart: a later run must not begin below where an earlier one ended. Two a second are never used up.
    this.counter = Math.floor(startTs / 500) >>> 0;
    this.nextNewsTs = startTs;
    this.nextSampleTs = startTs + (index % 5) * 50;
  }

  /** What is in the air at `ts`. */
  advert(ts: number, gramsOf: (slotId: string) => number): OnAir[] {
    if (ts >= this.nextSampleTs) {
      this.nextSampleTs += this.settings.sampleMs;
      this.measure(ts, gramsOf);
    }
    if (!this.data || (ts - this.startTs) % REPEAT_MS !== 0) return [];
    return [
      {
        address: this.address,
        random: false,
        at: this.at,
        powerDbm: POWER_DBM,
        serviceData: { fcd2: this.data },
      },
    ];
  }

  private measure(ts: number, gramsOf: (slotId: string) => number): void {
    let changed = false;
    for (const cell of this.cells) {
      cell.now = cell.cell.read(gramsOf(cell.slotId));
      changed ||= cell.told === undefined || Math.abs(cell.now - cell.told) > CHANGE_GRAMS;
    }
    if (changed) this.burst = SAMPLES_AFTER_CHANGE;
    else if (this.burst > 0) this.burst -= 1;
    else if (ts < this.nextNewsTs) return;
    for (const cell of this.cells) cell.told = cell.now;
    this.nextNewsTs = ts + NEWS_MS;
    this.data = this.message();
  }

  private message(): Buffer {
    this.packet = (this.packet + 1) & 0xff;
    this.counter = (this.counter + 1) >>> 0;
    this.news += 1;
    const objects: BthomeObject[] = [packetId(this.packet), ...this.cells.map(({ now }) => massKilograms(now / 1000))];
    const withBattery = this.seal([...objects, battery(87)]);
    return withBattery.length <= MOST_BYTES && this.news % BATTERY_EVERY === 1 ? withBattery : this.seal(objects);
  }

  private seal(objects: readonly BthomeObject[]): Buffer {
    const { key, address, counter } = this;
    return key ? sealedBthome(objects, { address, key, counter }) : plainBthome(objects);
  }
}
