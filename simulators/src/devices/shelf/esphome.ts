import type { Device } from '@aisle/contracts';
import { foreign, type Message } from '../message.js';
import type { TellWeight } from '../shelf.js';
import { topicOf } from '../topics.js';

/**
 * An ESPHome node: `PREFIX/sensor/NAME/state` carries a number as plain text, `PREFIX/status` is birth and last will.
 * After esphome.io/components/mqtt and esphome.io/components/sensor. A node tells no time.
 */
export const esphomeWeight = (device: Device): TellWeight => {
  const sensors = new Map((device.sensors ?? []).map((sensor) => [sensor.slot, sensor]));
  return (deviceId, _ts, slotId, grams) => {
    const { sensor = objectId(slotId), unit = 'g' } = sensors.get(slotId) ?? {};
    return foreign(deviceId, topicOf(device, '{id}/sensor/+/state', [sensor]), written(grams, unit), true);
  };
};

export const esphomeStatus = (device: Device, state: 'online' | 'offline'): Message =>
  foreign(device.id, topicOf(device, '{id}/status'), state, true);

/** How ESPHome makes an object id of a name: small letters, the rest underscores. */
export const objectId = (name: string): string => name.toLowerCase().replace(/[^a-z0-9_-]/g, '_');

/** As many decimals as the sensor's `accuracy_decimals` says: one of grams, four of the larger units. */
function written(grams: number, unit: 'g' | 'kg' | 'lb'): string {
  if (unit === 'g') return grams.toFixed(1);
  return (unit === 'kg' ? grams / 1000 : grams / 453.592_37).toFixed(4);
}
