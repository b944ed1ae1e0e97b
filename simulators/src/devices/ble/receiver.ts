import type { Random } from '../../random.js';
import type { Vec } from '../../world/geometry.js';
import type { DeviceClock } from '../device.js';
import type { Message } from '../message.js';
import type { DeviceSettings } from '../settings.js';
import type { OnAir } from './air.js';

/** An advertisement as a receiver heard it. */
export interface Heard extends OnAir {
  readonly rssiDbm: number;
}
/** How a receiver tells on what it hears. */
export interface ReceiverDialect {
  start(ts: number): Message[];
  stop(ts: number): Message[];
  /** what was heard in the last second; `ts` by the receiver's clock */
  tell(heard: readonly Heard[], ts: number): Message[];
}

const TELLS_EVERY_MS = 1000;
/** Walls, shelves and bodies between, dB: more the further away. */
const DAMPING_DB_PER_METRE = 0.6;

/** A radio that listens. What reaches it falls with distance and luck; what is too weak is not heard. */
export class Receiver {
  private heard: Heard[] = [];

  constructor(
    readonly deviceId: string,
    private readonly at: Vec,
    private readonly dialect: ReceiverDialect,
    private readonly settings: DeviceSettings['ble'],
    private readonly random: Random,
    private readonly clock: DeviceClock,
    private readonly phaseMs: number,
  ) {}

  start(ts: number): Message[] {
    return this.dialect.start(this.clock(ts));
  }

  stop(ts: number): Message[] {
    return this.dialect.stop(this.clock(ts));
  }

  sample(ts: number, sinceMs: number, adverts: readonly OnAir[]): Message[] {
    const { sigmaDb, missedShare, weakestDbm } = this.settings;
    for (const advert of adverts) {
      const away = Math.max(0.5, Math.hypot(advert.at.x - this.at.x, advert.at.y - this.at.y));
      const noise = sigmaDb > 0 ? sigmaDb * this.random.normal() : 0;
      const rssiDbm = Math.round(advert.powerDbm - 20 * Math.log10(away) - DAMPING_DB_PER_METRE * away + noise);
      if (rssiDbm < weakestDbm || (missedShare > 0 && this.random.chance(missedShare))) continue;
      this.heard.push({ ...advert, rssiDbm });
    }
    if ((sinceMs + this.phaseMs) % TELLS_EVERY_MS !== 0) return [];
    return this.dialect.tell(this.heard.splice(0), this.clock(ts));
  }
}
