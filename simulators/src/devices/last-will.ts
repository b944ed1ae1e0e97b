import type { Device } from '@aisle/contracts';
import { foreign, stateMessage, type Message } from './message.js';
import { esphomeStatus } from './shelf/esphome.js';

/**
 * What the broker says for a device that has gone, and the device when it is back; undefined of those that have no last will.
 * `ts`: by the device's own clock.
 */
export function lastWill(device: Device, state: 'online' | 'offline', ts: number): Message | undefined {
  const { family, dialect, id } = device;
  if (dialect === 'aisle' || family === 'till') return stateMessage(id, state, `Sim ${family}`, ts);
  if (dialect === 'esphome') return esphomeStatus(device, state);
  if (dialect === 'theengs') return foreign(id, `home/${id}/LWT`, state, true);
  return undefined;
}
