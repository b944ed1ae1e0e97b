import { describe, expect, it } from 'vitest';
import { decodeEsphome, type EsphomeSettings } from '../../src/devices/shelf/esphome.js';
import { bytes, mutations } from './support.js';

const settings: EsphomeSettings = {
  prefix: 'shop/shelf-1',
  sensors: new Map([
    ['left', { slotId: 'fx-1-a' }],
    ['right', { slotId: 'fx-1-b', unit: 'kg' }],
  ]),
};
const decode = (topic: string, payload: string): ReturnType<typeof decodeEsphome> =>
  decodeEsphome(topic, bytes(payload), settings, 99);

describe('ESPHome topics', () => {
  it.each([
    ['shop/shelf-1/sensor/left/state', '1234.56', 'fx-1-a', 12346],
    ['shop/shelf-1/sensor/left/state', '-0.04', 'fx-1-a', 0],
    ['shop/shelf-1/sensor/right/state', '1.23456\n', 'fx-1-b', 12346],
    ['shop/shelf-1/sensor/right/state', '1e1', 'fx-1-b', 100000],
  ])('%s %j is a weight of slot %s, %i tenths of a gram', (topic, payload, slotId, decigrams) => {
    expect(decode(topic, payload)).toEqual({
      ok: true,
      value: { kind: 'weight', ts: 99, weight: { slotId, decigrams } },
    });
  });

  it('reads birth and last will', () => {
    expect(decode('shop/shelf-1/status', 'offline')).toEqual({
      ok: true,
      value: { kind: 'state', ts: 99, state: 'offline' },
    });
  });

  it.each([
    ['shop/shelf-1/sensor/left/state', 'nan', 'malformed', 'state'],
    ['shop/shelf-1/sensor/left/state', '', 'malformed', 'state'],
    ['shop/shelf-1/sensor/left/state', '1,5', 'malformed', 'state'],
    ['shop/shelf-1/sensor/left/state', '0x10', 'malformed', 'state'],
    ['shop/shelf-1/sensor/left/state', '1e30', 'malformed', 'state'],
    ['shop/shelf-1/sensor/wifi/state', '-60', 'unknownSubject', 'sensor'],
    ['shop/shelf-1/binary_sensor/left/state', 'ON', 'topic', ''],
    ['shop/shelf-1/sensor/left/command', '1', 'topic', ''],
    ['shop/shelf-2/sensor/left/state', '1', 'topic', ''],
    ['shop/shelf-1/status', 'asleep', 'malformed', 'status'],
  ])('refuses %s %j as %s', (topic, payload, reason, field) => {
    expect(decode(topic, payload)).toMatchObject({ ok: false, reason, field });
  });

  it('never throws on garbage, and gives only whole tenths of a gram', () => {
    for (const message of mutations(11, [bytes('1234.56'), bytes('-1e2')], 20_000)) {
      const read = decodeEsphome('shop/shelf-1/sensor/left/state', message, settings, 99);
      if (read.ok && read.value.kind === 'weight') expect(Number.isSafeInteger(read.value.weight.decigrams)).toBe(true);
    }
  });
});
