import { describe, expect, it } from 'vitest';
import type { Device, StoreFile } from '@aisle/contracts';
import { DeviceDecoder } from '../../src/devices/registry.js';
import { indexStore } from '../../src/devices/store-index.js';
import { bytes, mutations } from './support.js';

const shelf = (id: string, more: Partial<Device>): Device => ({ id, family: 'shelf', dialect: 'esphome', ...more });
const file: StoreFile = {
  store: { id: 'demo', name: 'Demo', timezone: 'UTC', currency: 'EUR' },
  floor: { width: 5, depth: 5 },
  fixtures: [
    { id: 'fx-1', slots: [{ id: 'fx-1-a' }, { id: 'fx-1-b' }] },
    { id: 'fx-2', slots: [{ id: 'Fx-2.A' }] },
  ],
  devices: [
    shelf('shelf-1', {
      fixture: 'fx-1',
      sensors: [
        { sensor: 'left', slot: 'fx-1-a' },
        { sensor: 'right', slot: 'fx-1-b', unit: 'kg' },
      ],
    }),
    shelf('shelf-2', { fixture: 'fx-2' }),
    shelf('shelf-3', { topics: ['shop/north/#', 'shop/+/sensor/left/state'], sensors: [{ slot: 'fx-1-a' }] }),
  ],
};
const store = indexStore(file, 1);
const decode = (topic: string, payload: string | Uint8Array, deviceId = 'shelf-1', receivedTs = 99) =>
  new DeviceDecoder().decode(
    { deviceId, topic, payload: typeof payload === 'string' ? bytes(payload) : payload, receivedTs },
    store,
  );

describe('ESPHome topics', () => {
  it.each([
    ['shelf-1/sensor/left/state', '1234.56', 'shelf-1', 'fx-1-a', 12346],
    ['shelf-1/sensor/left/state', '-0.04', 'shelf-1', 'fx-1-a', 0],
    ['shelf-1/sensor/right/state', '1.23456\n', 'shelf-1', 'fx-1-b', 12346],
    ['shelf-1/sensor/right/state', '1e1', 'shelf-1', 'fx-1-b', 100000],
    ['shelf-2/sensor/fx-2_a/state', '5', 'shelf-2', undefined, 0],
    ['shelf-2/sensor/fx_2_a/state', '5', 'shelf-2', 'Fx-2.A', 50],
    ['shop/north/sensor/fx-1-a/state', '5', 'shelf-3', 'fx-1-a', 50],
  ])('%s %j of %s is a weight of slot %s, %i tenths of a gram', (topic, payload, deviceId, slotId, decigrams) => {
    const event = { kind: 'weight', deviceId, ts: 99, receivedTs: 99, slotId, decigrams };
    expect(decode(topic, payload, deviceId)).toMatchObject({ ok: true, events: slotId === undefined ? [] : [event] });
  });

  it('takes the same weight again for another sample, since it carries no time', () => {
    const digests = [99, 100].map((ts) => {
      const read = decode('shelf-1/sensor/left/state', '512.0', 'shelf-1', ts);
      return read.ok && read.events[0]?.digest;
    });
    expect(new Set(digests).size).toBe(2);
  });

  it.each([
    ['shelf-1/status', 'offline', { state: 'offline' }],
    ['shelf-1/status', 'online', { state: 'online' }],
    ['shelf-1/sensor/battery_level/state', '86.4', { state: 'online', battery: 86 }],
    ['shelf-1/sensor/shelf_battery/state', '7', { state: 'online', battery: 7 }],
  ])('reads %s %j as the state of the device', (topic, payload, expected) => {
    expect(decode(topic, payload)).toMatchObject({ ok: true, events: [{ kind: 'deviceState', ...expected }] });
  });

  it.each([
    ['shelf-1/sensor/wifi_signal/state', '-60'],
    ['shelf-1/sensor/temperature/state', '21.5'],
    ['shelf-1/sensor/uptime/state', '86400'],
    ['shelf-1/sensor/battery_voltage/state', '3.71'],
    ['shelf-1/sensor/esphome_version/state', '2024.6.1'],
    ['shelf-1/binary_sensor/left/state', 'ON'],
    ['shelf-1/button/tare/command', 'PRESS'],
    ['shelf-1/debug', '[D][hx711:031]: got value'],
    ['shelf-1/sensor/left/attributes', '{}'],
  ])('understands %s %j, and makes nothing of it', (topic, payload) => {
    expect(decode(topic, payload)).toEqual({ ok: true, events: [] });
  });

  it.each([
    ['shelf-1/sensor/left/state', 'nan', 'malformed', 'state'],
    ['shelf-1/sensor/left/state', '', 'malformed', 'state'],
    ['shelf-1/sensor/left/state', '1,5', 'malformed', 'state'],
    ['shelf-1/sensor/left/state', '0x10', 'malformed', 'state'],
    ['shelf-1/sensor/left/state', '1e30', 'malformed', 'state'],
    ['shelf-1/sensor/battery/state', '186', 'malformed', 'battery'],
    ['shelf-2/sensor/left/state', '1', 'topic', ''],
    ['shelf-1', 'online', 'topic', ''],
    ['shelf-1/status', 'asleep', 'malformed', 'status'],
    ['shelf-1/debug', 'x'.repeat(5000), 'malformed', ''],
  ])('refuses %s %.20j as %s', (topic, payload, reason, field) => {
    expect(decode(topic, payload)).toMatchObject({ ok: false, reason, field });
  });

  it('never throws on garbage, and gives only whole tenths of a gram', () => {
    for (const message of mutations(11, [bytes('1234.56'), bytes('-1e2')], 20_000)) {
      const read = decode('shelf-1/sensor/left/state', message);
      const [event] = read.ok ? read.events : [];
      if (event?.kind === 'weight') expect(Number.isSafeInteger(event.decigrams)).toBe(true);
    }
  });
});

it('of two messages in one millisecond the second is of the next: neither contradicts the other', () => {
  const decoder = new DeviceDecoder();
  const timeOf = (grams: string, receivedTs: number) => {
    const payload = Buffer.from(grams);
    const read = decoder.decode(
      { deviceId: 'shelf-1', topic: 'shelf-1/sensor/left/state', payload, receivedTs },
      store,
    );
    return read.ok ? read.events[0]?.ts : read.message;
  };
  expect([timeOf('512.0', 99), timeOf('498.5', 99), timeOf('498.5', 100), timeOf('498.0', 5000)]).toEqual([
    99, 100, 101, 5000,
  ]);
});
