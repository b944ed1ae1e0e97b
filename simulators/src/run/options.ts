import type { StoreFile } from '@aisle/contracts';
import type { DeviceClock } from '../devices/device.js';
import type { DeviceSettings } from '../devices/settings.js';
import type { SimulatedCamera } from '../render/camera-file.js';
import type { Behaviour } from '../settings/behaviour.js';
import type { OutOfStock } from '../world/planned.js';
import type { Outlets } from './other-devices.js';

export interface SimulationOptions {
  readonly store: StoreFile;
  readonly behaviour: Behaviour;
  readonly seed: number;
  readonly startTs: number;
  /** where it will end, Infinity for an endless run */
  readonly endTs: number;
  readonly noise: boolean;
  readonly settings: DeviceSettings;
  /** families that publish; the world and the ledger are the same without them */
  readonly families: ReadonlySet<string>;
  /**
   * Cameras that look, and what they send: pictures, or the boxes in them. The camera of positions then leaves out whom they
   * see well. Without them, or as `positions`, it tells of everybody, and they only say that they are there.
   */
  readonly pictures?: { readonly cameras: readonly SimulatedCamera[]; readonly send: PicturesSend };
  /** units per slot at the start; without it the seed says */
  readonly stock?: Readonly<Record<string, number>>;
  /** numbers of the tags in each slot at the start; without them all are new */
  readonly tags?: Readonly<Record<string, readonly string[]>>;
  /** slots that stand empty for a while */
  readonly outOfStock?: readonly OutOfStock[];
  /** ways out that are no MQTT */
  readonly outlets?: Outlets;
  /** what is wrong with the devices themselves; nothing when left out */
  readonly ailments?: Ailments;
  readonly writeLedger: (line: string) => void;
}

/** What is wrong with devices themselves, whatever the line to them does. */
export interface Ailments {
  clockOf(deviceId: string): DeviceClock;
  /** what a slot's load cell has drifted by at `ts`, grams */
  driftOf(slotId: string, ts: number): number;
  /** whether a device is switched off: one that is heard over the air is not, then */
  isOff(deviceId: string, ts: number): boolean;
}
export const HEALTHY: Ailments = { clockOf: () => (ts) => ts, driftOf: () => 0, isOff: () => false };

export type PicturesSend = 'frames' | 'detections' | 'positions';
