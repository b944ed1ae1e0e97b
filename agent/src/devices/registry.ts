import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { stateDialect } from './any/aisle-state.js';
import { cameraDialect } from './camera/aisle-messages.js';
import { refuse, type Decoded, type Dialect, type StoreIndex } from './decode.js';
import { screenDialect } from './screen/aisle.js';
import { shelfDialect } from './shelf/aisle.js';
import { tillDialect } from './till/aisle.js';

/** Every dialect that the agent understands: a new one is one file and one line here. */
export const DIALECTS: readonly Dialect[] = [stateDialect, cameraDialect, shelfDialect, tillDialect, screenDialect];
/** Families of the contract whose channels come with later dialects. */
const LATER = ['rfid/reads', 'ble/adverts'];

/** Largest payload that is read as JSON, in bytes; pictures have a limit of their own (camera/aisle-frame.ts). */
export const MAX_PAYLOAD_BYTES = 1 << 20;

export interface Incoming {
  deviceId: string;
  channel: string;
  topic: string;
  payload: Buffer;
  /** arrival, epoch ms */
  receivedTs: number;
}

/** Reads messages of known devices by the dialects that it is given. */
export class DeviceDecoder {
  readonly #decoders = new Map<string, Dialect>();

  constructor(private readonly dialects: readonly Dialect[] = DIALECTS) {
    for (const dialect of dialects)
      for (const channel of dialect.channels.keys()) this.#decoders.set(`${dialect.name}|${channel}`, dialect);
  }

  /** One message → one domain event, or why not. `store` is the file in force, undefined before the first. */
  decode(message: Incoming, store: StoreIndex | undefined): Decoded {
    const device = store?.devices.get(message.deviceId);
    if (!store || !device) return refuse('unknownDevice', '', 'is not in the store file');
    const dialect = this.#decoders.get(`${device.dialect}|${message.channel}`);
    if (!dialect) return this.#unreadable(device.dialect, message.channel);
    if (dialect.family !== undefined && dialect.family !== device.family) {
      return refuse('topic', '', `is a channel of a ${dialect.family}, and the device is a ${device.family}`);
    }
    if (message.payload.length > MAX_PAYLOAD_BYTES)
      return refuse('malformed', '', `is larger than ${MAX_PAYLOAD_BYTES} bytes`);
    if (!isUtf8(message.payload)) return refuse('malformed', '', 'is not UTF-8');
    const text = message.payload.toString('utf8');
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return refuse('malformed', '', 'is not JSON');
    }
    const decoder = dialect.channels.get(message.channel);
    if (!decoder) return this.#unreadable(device.dialect, message.channel);
    return decoder(value, {
      device,
      store,
      receivedTs: message.receivedTs,
      digest: digestOf(message.topic, message.payload),
    });
  }

  #unreadable(name: string, channel: string): Decoded {
    const known = this.dialects.some((dialect) => dialect.name === name);
    const later =
      LATER.includes(channel) ||
      this.dialects.some((dialect) =>
        dialect.notYet?.some((start) => (start.endsWith('/') ? channel.startsWith(start) : channel === start)),
      );
    if (!known || later)
      return refuse(
        'unsupported',
        '',
        known ? `"${channel.split('/', 2).join('/')}" is not read yet` : `the dialect "${name}" is not read yet`,
      );
    return refuse('topic', '', 'is no channel of the dialect');
  }
}

/** The same topic and bytes have the same digest: 16 hex digits. */
export const digestOf = (topic: string, payload: Uint8Array): string =>
  createHash('sha1').update(topic).update('\0').update(payload).digest('hex').slice(0, 16);
