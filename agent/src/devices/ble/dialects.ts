import { Type } from '@sinclair/typebox';
import { expects, DEVICE_ROOT, compile, type DeviceStateEvent } from '@aisle/contracts';
import { DISCOVERY, below } from '../chatter.js';
import { ignoring, type DecodeContext, type Decoded, type Dialect } from '../decode.js';
import { refuse } from '../refusal.js';
import { readJson, readText } from '../wire/json.js';
import { malformed, refused } from '../wire/reading.js';
import { decodeAisleAdverts } from './aisle-adverts.js';
import { decodeBleGateway } from './gateway.js';

/** Receivers that hear for the agent: what they heard leaves as `adverts`, all in the same words. */
const MOST_BYTES = 256 << 10;

export const bleDialect: Dialect = {
  family: 'ble',
  name: 'aisle',
  topics: [`${DEVICE_ROOT}/{id}/ble/adverts`],
  maxBytes: MOST_BYTES,
  decode(topic, bytes) {
    const read = decodeAisleAdverts(topic, bytes);
    return read.ok ? { ok: true, events: [], adverts: read.value, refused: read.value.refused } : read;
  },
};

/**
 * OpenMQTTGateway and Theengs Gateway, as they come: `home/NAME/BTtoMQTT/ADDRESS`, the last will on `home/NAME/LWT` and what
 * they say of themselves on `home/NAME/SYStoMQTT`. Only the ends of the topics count, so that a shop can use other beginnings.
 */
export const theengsDialect: Dialect = {
  family: 'ble',
  name: 'theengs',
  topics: ['home/{id}/BTtoMQTT/#', 'home/{id}/LWT', 'home/{id}/SYStoMQTT'],
  // Other radios of the gateway, its web page, logs, presence, and what it tells Home Assistant.
  chatter: (id, topics) => [
    ...below(topics, ['BTtoMQTT/#', 'LWT', 'SYStoMQTT']),
    `home/presence/${id}`,
    `home/home_presence/${id}`,
    ...DISCOVERY,
  ],
  maxBytes: MOST_BYTES,
  decode(topic, bytes, context) {
    const levels = topic.split('/');
    const last = levels.at(-1) ?? '';
    if (last === 'LWT') return lastWill(bytes, context);
    if (last === 'SYStoMQTT') return ofItself(bytes, context);
    if (last !== 'BTtoMQTT' && levels.at(-2) !== 'BTtoMQTT') return ignoring('chatter');
    const read = decodeBleGateway(topic, bytes, context.receivedTs);
    return read.ok ? { ok: true, events: [], adverts: read.value } : read;
  },
};

/** The agent's own radio: it comes over D-Bus and speaks on no topic. */
export const bluezDialect: Dialect = {
  family: 'ble',
  name: 'bluez',
  topics: [],
  decode: () => refuse('topic', '', 'ownRadio'),
};

/** A shelf that speaks over BLE: receivers hear it, it has no topic. */
export const bthomeShelfDialect: Dialect = {
  family: 'shelf',
  name: 'bthome',
  topics: [],
  decode: () => refuse('topic', '', 'overBle'),
};

const state = (
  { device, digest, receivedTs }: DecodeContext,
  online: boolean,
  more: Partial<DeviceStateEvent> = {},
): Decoded => ({
  ok: true,
  events: [
    {
      kind: 'deviceState',
      deviceId: device.id,
      ts: receivedTs,
      receivedTs,
      // No time of its own: the same words again are news of now.
      digest: `${digest}@${receivedTs}`,
      state: online ? 'online' : 'offline',
      ...more,
    },
  ],
});

function lastWill(bytes: Uint8Array, context: DecodeContext): Decoded {
  const text = readText(bytes, 64);
  if (!text.ok) return text;
  const word = text.value.trim().toLowerCase();
  if (word !== 'online' && word !== 'offline') return malformed('LWT', 'expected', { expected: 'onlineOrOffline' });
  return state(context, word === 'online');
}

const Short = Type.String({ maxLength: 64, ...expects('shortText') });
const system = compile(
  Type.Object({ version: Type.Optional(Short), env: Type.Optional(Short), uptime: Type.Optional(Type.Number()) }),
);

function ofItself(bytes: Uint8Array, context: DecodeContext): Decoded {
  const json = readJson(bytes);
  if (!json.ok) return json;
  const checked = system.check(json.value);
  if (!checked.ok) return refused(checked.problem);
  const { version, env, uptime } = checked.value;
  if (version === undefined && env === undefined && uptime === undefined) return malformed('', 'gatewayState');
  return state(context, true, {
    ...(env !== undefined && { model: env }),
    ...(version !== undefined && { firmware: version }),
  });
}
