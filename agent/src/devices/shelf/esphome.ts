import { refuse } from '../decode.js';
import { readText } from '../wire/json.js';
import { malformed, reading, type Reading } from '../wire/reading.js';
import { toDecigrams, type SlotWeight } from './bthome-mass.js';

/**
 * ESPHome over MQTT: `PREFIX/sensor/NAME/state` carries a number as plain text, `PREFIX/status` "online" or "offline"
 * (birth and last will). Source: esphome.io/components/mqtt ("Component state topics").
 */
export type EsphomeReading =
  { kind: 'weight'; ts: number; weight: SlotWeight } | { kind: 'state'; ts: number; state: 'online' | 'offline' };

export interface EsphomeSettings {
  /** `topic_prefix` of the node's configuration; the node's name when left out there */
  prefix: string;
  /** keyed by the sensor's name in the topic (ESPHome's object id); other sensors of the node are not read */
  sensors: ReadonlyMap<string, { slotId: string; unit?: 'g' | 'kg' | 'lb' }>;
}

/** ESPHome's messages carry no time: `receivedTs` (arrival, epoch ms) is when it was measured. */
export function decodeEsphome(
  topic: string,
  bytes: Uint8Array,
  settings: EsphomeSettings,
  receivedTs: number,
): Reading<EsphomeReading> {
  const start = `${settings.prefix}/`;
  if (!topic.startsWith(start)) return refuse('topic', '', `expected a topic below "${settings.prefix}"`);
  const rest = topic.slice(start.length).split('/');
  const text = readText(bytes, 64);
  if (rest.length === 1 && rest[0] === 'status') {
    if (!text.ok) return text;
    const state = text.value.trim();
    if (state !== 'online' && state !== 'offline') return malformed('status', 'expected "online" or "offline"');
    return reading({ kind: 'state', ts: receivedTs, state });
  }
  const [kind, name = '', end] = rest;
  if (rest.length !== 3 || kind !== 'sensor' || end !== 'state')
    return refuse('topic', '', 'is no sensor state of an ESPHome node');
  const sensor = settings.sensors.get(name);
  if (!sensor) return refuse('unknownSubject', 'sensor', 'names no sensor that the store file gives a slot');
  if (!text.ok) return text;
  const plain = text.value.trim();
  // A node that has not measured yet says "nan".
  if (!/^[+-]?(\d{1,9}(\.\d{0,12})?|\.\d{1,12})([eE][+-]?\d{1,2})?$/.test(plain))
    return malformed('state', 'expected a number as plain text');
  const decigrams = toDecigrams(Number(plain), sensor.unit ?? 'g');
  if (decigrams === undefined || Math.abs(decigrams) > 1e8)
    return malformed('state', 'expected a weight of at most 10 tonnes');
  return reading({ kind: 'weight', ts: receivedTs, weight: { slotId: sensor.slotId, decigrams } });
}
