import type { Device, DeviceEvent } from '@aisle/contracts';
import type { DecodeContext, Decoded, Dialect, StoreIndex } from '../decode.js';
import { DISCOVERY } from '../chatter.js';
import { refuse } from '../refusal.js';
import { readText } from '../wire/json.js';
import { malformed } from '../wire/reading.js';
import { toDecigrams } from './bthome-mass.js';
import { isConverterEnd } from './converter.js';

/**
 * ESPHome over MQTT: `PREFIX/sensor/NAME/state` carries a number as plain text, `PREFIX/status` "online" or "offline"
 * (birth and last will). PREFIX is the device's id unless the store file names other topics. Source:
 * esphome.io/components/mqtt ("Component state topics"). Its messages carry no time: they are of when they arrive.
 */
export const esphomeDialect: Dialect = {
  family: 'shelf',
  name: 'esphome',
  topics: ['{id}/#'],
  timeless: true,
  chatter: (id) => [`esphome/discover/${id}`, ...DISCOVERY],
  // Logs of a node (PREFIX/debug) are the longest that it says.
  maxBytes: 4096,
  decode(topic, bytes, context) {
    const levels = levelsBelow(topic, context.device);
    if (!levels) return refuse('topic', '', 'notBelowPrefix');
    const [component, name = '', end] = levels;
    if (levels.length === 1 && component === 'status') return statusOf(bytes, context);
    // Switches, buttons, logs, discovery: a node says more than its weights.
    if (levels.length !== 3 || component !== 'sensor' || end !== 'state') return NOTHING;
    const sensor = sensorOf(name, context.device, context.store);
    if (sensor) return weightOf(bytes, sensor, context);
    if (BATTERY.test(name)) return batteryOf(bytes, context);
    return NOTHING;
  },
};

const NOTHING: Decoded = { ok: true, events: [] };
/** A share of the full charge; a voltage is something else. */
const BATTERY = /^(.*_)?battery(_level|_percent|_percentage)?$/;
const NUMBER = /^[+-]?(\d{1,9}(\.\d{0,12})?|\.\d{1,12})([eE][+-]?\d{1,2})?$/;

interface Sensor {
  slotId: string;
  unit: 'g' | 'kg' | 'lb';
}

/** What of a topic lies below the prefix. A store file's own filter ends with "#" where the prefix ends. */
function levelsBelow(topic: string, device: Device): string[] | undefined {
  const levels = topic.split('/');
  for (const filter of device.topics ?? esphomeDialect.topics) {
    const wanted = filter.replaceAll('{id}', device.id).split('/');
    const open = wanted.at(-1) === '#';
    if (open) wanted.pop();
    if (open ? levels.length <= wanted.length : levels.length !== wanted.length) continue;
    if (!wanted.every((level, at) => level === '+' || level === levels[at])) continue;
    if (open) return levels.slice(wanted.length);
    return levels.at(-1) === 'status' ? ['status'] : levels.slice(-3);
  }
  return undefined;
}

/** As the store file says; where it does not, a sensor is named like its slot. */
function sensorOf(name: string, device: Device, store: StoreIndex): Sensor | undefined {
  for (const { sensor, slot, unit } of device.sensors ?? [])
    if (sensor === undefined ? isNameOf(name, slot) : sensor === name) return { slotId: slot, unit: unit ?? 'g' };
  if (device.sensors || device.fixture === undefined) return undefined;
  const fixture = store.file.fixtures?.find(({ id }) => id === device.fixture);
  const slot = fixture?.slots?.find(({ id }) => isNameOf(name, id));
  return slot && { slotId: slot.id, unit: 'g' };
}

/** ESPHome makes names of small letters, digits, "-" and "_". */
const isNameOf = (name: string, slotId: string): boolean =>
  name === slotId.toLowerCase() || name === slotId.toLowerCase().replace(/[^a-z0-9]/g, '_');

/** The same text is said again on purpose: a weight that has not changed, "online" after every reconnect. */
const base = ({ device, receivedTs, digest }: DecodeContext) => ({
  deviceId: device.id,
  ts: receivedTs,
  receivedTs,
  digest: `${digest}@${receivedTs}`,
});

const one = (event: DeviceEvent): Decoded => ({ ok: true, events: [event] });

function statusOf(bytes: Uint8Array, context: DecodeContext): Decoded {
  const text = readText(bytes, 64);
  if (!text.ok) return text;
  const state = text.value.trim();
  if (state !== 'online' && state !== 'offline')
    return malformed('status', 'expected', { expected: 'onlineOrOffline' });
  return one({ kind: 'deviceState', ...base(context), state });
}

function weightOf(bytes: Uint8Array, sensor: Sensor, context: DecodeContext): Decoded {
  const value = numberOf(bytes);
  // A node that has not measured yet says "nan".
  if (value === undefined) return malformed('state', 'expected', { expected: 'plainNumber' });
  if (isConverterEnd(value)) return malformed('state', 'converterEnd');
  const decigrams = toDecigrams(value, sensor.unit);
  if (decigrams === undefined || Math.abs(decigrams) > 1e8) return malformed('state', 'tooHeavy');
  return one({ kind: 'weight', ...base(context), slotId: sensor.slotId, decigrams });
}

function batteryOf(bytes: Uint8Array, context: DecodeContext): Decoded {
  const percent = numberOf(bytes);
  if (percent === undefined || percent < 0 || percent > 100)
    return malformed('battery', 'expected', { expected: 'percent0To100' });
  return one({ kind: 'deviceState', ...base(context), state: 'online', battery: Math.round(percent) });
}

function numberOf(bytes: Uint8Array): number | undefined {
  const text = readText(bytes, 64);
  if (!text.ok) return undefined;
  const plain = text.value.trim();
  return NUMBER.test(plain) ? Number(plain) : undefined;
}
