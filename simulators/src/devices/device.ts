import type { Vec } from '../world/geometry.js';
import type { Message } from './message.js';

/** Somebody in the shop, as devices may sense them. */
export interface SensedPerson {
  readonly personId: number;
  readonly position: Vec;
  readonly staff: boolean;
}
/** A tagged item: where it is, and whether somebody carries it. */
export interface SensedItem {
  /** EPC memory, capital hex */
  readonly epc: string;
  readonly at: Vec;
  readonly carried: boolean;
  /** where it lies; null while it is carried */
  readonly slotId: string | null;
}
/** Somebody crossed a line, as it truly was. */
export interface SensedCrossing {
  readonly personId: number;
  readonly lineId: string;
  readonly direction: 'in' | 'out';
}

/** What is to be sensed at one instant. */
export interface Sensed {
  /** event time, epoch ms */
  readonly ts: number;
  /** since the start of the run, ms: a multiple of the world's step, which `ts` need not be */
  readonly sinceMs: number;
  readonly people: readonly SensedPerson[];
  readonly items: readonly SensedItem[];
  /** since the instant before */
  readonly crossings: readonly SensedCrossing[];
  /** true load of a slot, hands included */
  gramsOf(slotId: string): number;
}

/** A device's own clock: true time → what it believes, both epoch ms. */
export type DeviceClock = (ts: number) => number;

/** A simulated device. Once made, everything that it says follows from what it senses and its own stream of chance. */
export interface SimulatedDevice {
  readonly deviceId: string;
  /** What it says when it is switched on, and before it is switched off. */
  start(ts: number): Message[];
  stop(ts: number): Message[];
  /** What it says now. Called at every step of the world. */
  sample(sensed: Sensed): Message[];
}
