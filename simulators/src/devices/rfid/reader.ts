import type { Random } from '../../random.js';
import type { Vec } from '../../world/geometry.js';
import type { DeviceClock, Sensed, SensedItem, SimulatedDevice } from '../device.js';
import type { Message } from '../message.js';
import type { DeviceSettings } from '../settings.js';

/** One sighting of one tag by one antenna. */
export interface Sighting {
  /** the reader's clock, epoch ms */
  readonly ts: number;
  readonly epc: string;
  readonly antenna: number;
  readonly rssiDbm: number;
}
/** How a maker's reader tells of it. */
export interface ReaderDialect {
  /** tells after each antenna's turn, or once after all have had theirs */
  readonly tells: 'turn' | 'round';
  start(ts: number): Message[];
  stop(ts: number): Message[];
  /** `ts`: the reader's clock when it tells */
  reads(sightings: readonly Sighting[], ts: number): Message[];
  /** said now and then whatever is read */
  heartbeat?(ts: number): Message[];
}
export interface AntennaPlace {
  readonly antenna: number;
  readonly at: Vec;
  /** what it is stronger than an antenna in a shelf, dB: gates reach further */
  readonly boostDb: number;
  /** where its own goods lie: all else that it reads are strays */
  readonly slots: ReadonlySet<string>;
  /** reads what is carried past */
  readonly gate: boolean;
}

/** Every antenna has its turn once in this time. */
const ROUND_MS = 1000;
const STEP_MS = 50;
const HEARTBEAT_MS = 10_000;
/** A tag half a metre from an antenna in a shelf, in dBm; backscatter falls with the fourth power of the distance. */
const AT_HALF_A_METRE_DBM = -46;
const NEAREST_METRES = 0.3;
/** What a body and a basket round a tag take, dB. */
const CARRIED_DB = 10;
/** At this strength every second try succeeds; 2 dB more or less decide. */
const HALF_READ_DBM = -70;
const READ_SLOPE_DB = 2;
/** Not worth a try. */
const WEAKEST_DBM = -78;

/** A reader with antennas that take turns. What it hears of a tag falls with distance, bodies, luck and the tag's own make. */
export class Reader implements SimulatedDevice {
  private turn = 0;
  private round: Sighting[] = [];
  private lastTs = 0;
  private readonly make = new Map<string, number>();

  constructor(
    readonly deviceId: string,
    private readonly antennas: readonly AntennaPlace[],
    private readonly dialect: ReaderDialect,
    private readonly settings: DeviceSettings['rfid'],
    private readonly random: Random,
    private readonly clock: DeviceClock,
    /** within the round: readers of a shop do not speak in one instant */
    private readonly phaseMs: number,
  ) {}

  start(ts: number): Message[] {
    return this.dialect.start(this.clock(ts));
  }

  stop(ts: number): Message[] {
    return this.dialect.stop(this.clock(ts));
  }

  sample({ ts, sinceMs, items }: Sensed): Message[] {
    const told: Message[] = [];
    const at = (sinceMs + this.phaseMs) % ROUND_MS;
    const turns = this.antennas.length;
    for (let index = 0; index < turns; index += 1) {
      if (Math.floor((index * ROUND_MS) / turns / STEP_MS) * STEP_MS !== at) continue;
      this.turn = index;
      const sightings = this.look(this.antennas[index] as AntennaPlace, items, this.clock(ts));
      if (this.dialect.tells === 'turn') told.push(...this.dialect.reads(sightings, this.clock(ts)));
      else this.round.push(...sightings);
    }
    if (at === ROUND_MS - STEP_MS && this.dialect.tells === 'round')
      told.push(...this.dialect.reads(this.round.splice(0), this.clock(ts)));
    if (this.dialect.heartbeat && ts - this.lastTs >= HEARTBEAT_MS) {
      if (this.lastTs > 0) told.push(...this.dialect.heartbeat(this.clock(ts)));
      this.lastTs = ts;
    }
    return told;
  }

  private look(antenna: AntennaPlace, items: readonly SensedItem[], ts: number): Sighting[] {
    const { sigmaDb, missedShare, strays, strayDb } = this.settings;
    const seen: Sighting[] = [];
    for (const item of items) {
      const own = item.slotId === null ? antenna.gate : antenna.slots.has(item.slotId);
      if (!own && !strays) continue;
      const away = Math.max(NEAREST_METRES, Math.hypot(item.at.x - antenna.at.x, item.at.y - antenna.at.y));
      let rssiDbm =
        AT_HALF_A_METRE_DBM + antenna.boostDb - 40 * Math.log10(away / 0.5) - (item.carried ? CARRIED_DB : 0);
      if (!own) rssiDbm += strayDb;
      if (rssiDbm < WEAKEST_DBM) continue;
      if (sigmaDb > 0) rssiDbm += this.makeOf(item.epc) + sigmaDb * this.random.normal();
      const heard = 1 / (1 + Math.exp(-(rssiDbm - HALF_READ_DBM) / READ_SLOPE_DB));
      if (sigmaDb > 0 ? !this.random.chance(heard * (1 - missedShare)) : rssiDbm < HALF_READ_DBM) continue;
      seen.push({ ts, epc: item.epc, antenna: antenna.antenna, rssiDbm: Math.round(rssiDbm * 100) / 100 });
    }
    return seen;
  }

  /** No two tags are equally good. */
  private makeOf(epc: string): number {
    let db = this.make.get(epc);
    if (db === undefined) {
      db = 2 * this.random.normal();
      this.make.set(epc, db);
    }
    return db;
  }
}
