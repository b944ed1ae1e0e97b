import { createHash } from 'node:crypto';
import type { Device, DeviceEvent } from '@aisle/contracts';
import { stateDialect } from './any/aisle-state.js';
import { bleDialect, bluezDialect, bthomeShelfDialect, theengsDialect } from './ble/dialects.js';
import { cameraDialect } from './camera/aisle-messages.js';
import { frigateDialect } from './camera/frigate-messages.js';
import { onvifDialect } from './camera/onvif-messages.js';
import { MAX_PAYLOAD_BYTES, type Decoded, type Dialect, type MemberHash, type StoreIndex } from './decode.js';
import { refuse } from './refusal.js';
import { impinjDialect, rfidDialect, zebraDialect } from './rfid/dialects.js';
import { screenDialect } from './screen/aisle.js';
import { shelfDialect } from './shelf/aisle.js';
import { esphomeDialect } from './shelf/esphome.js';
import { tillDialect } from './till/aisle.js';
import { csvTillDialect, poslogTillDialect } from './till/file-messages.js';

/** Every dialect that the agent understands: a new one is one file and one line here. */
export const DIALECTS: readonly Dialect[] = [
  stateDialect,
  cameraDialect,
  onvifDialect,
  frigateDialect,
  shelfDialect,
  esphomeDialect,
  bthomeShelfDialect,
  bleDialect,
  theengsDialect,
  bluezDialect,
  rfidDialect,
  impinjDialect,
  zebraDialect,
  tillDialect,
  csvTillDialect,
  poslogTillDialect,
  screenDialect,
];

/** Messages that come faster than one a millisecond are not kept apart beyond this. */
const MOST_AHEAD_MS = 1_000;

export interface Incoming {
  /** who speaks, or is spoken of: a device of the store file */
  deviceId: string;
  topic: string;
  payload: Uint8Array;
  /** arrival, epoch ms */
  receivedTs: number;
  /** on which connection it came; undefined where it came on none */
  connection?: object | undefined;
  /** MQTT says that it is sent again */
  dup?: boolean | undefined;
}
/** So many messages of a connection are remembered, to tell two events from one told twice. */
const MOST_REMEMBERED = 256;

/** Reads messages of known devices by the dialects that it is given. */
export class DeviceDecoder {
  readonly #own = new Map<string, Dialect>();
  /** when the newest message of each timeless device counts, epoch ms */
  readonly #newest = new Map<string, number>();
  /** by connection: digests of what it has said, and how often; the newest last */
  readonly #said = new WeakMap<object, Map<string, number>>();
  /** topics end with this → read alike of every device */
  readonly #shared: readonly { dialect: Dialect; ends: readonly string[] }[];

  constructor(
    dialects: readonly Dialect[] = DIALECTS,
    private readonly memberHash?: MemberHash,
  ) {
    for (const dialect of dialects) if (dialect.family) this.#own.set(`${dialect.family}|${dialect.name}`, dialect);
    this.#shared = dialects
      .filter((dialect) => dialect.family === undefined)
      .map((dialect) => ({ dialect, ends: dialect.topics }));
  }

  /** One message → domain events, or why not. `store` is the file in force, undefined before the first. */
  decode(message: Incoming, store: StoreIndex | undefined): Decoded {
    const device = store?.devices.get(message.deviceId);
    if (!store || !device) return refuse('unknownDevice', '', 'notInStoreFile');
    const dialect = this.#dialectOf(message.topic, device);
    if (!dialect)
      return refuse('unsupported', '', 'dialectNotRead', { dialect: device.dialect, family: device.family });
    const limit = dialect.maxBytes ?? MAX_PAYLOAD_BYTES;
    if (message.payload.length > limit) return refuse('malformed', '', 'largerThan', { bytes: limit });
    const digest = digestOf(message.topic, message.payload);
    const decoded = dialect.decode(message.topic, message.payload, {
      device,
      store,
      receivedTs: dialect.timeless ? this.#after(device.id, message.receivedTs) : message.receivedTs,
      digest,
      memberHash: this.memberHash,
    });
    if (dialect.singles !== undefined && decoded.ok) this.#tellApart(decoded.events, dialect.singles, digest, message);
    return decoded;
  }

  /** Two people in one second are two: SEMANTICS §7. */
  #tellApart(events: DeviceEvent[], kind: DeviceEvent['kind'], digest: string, { connection, dup }: Incoming): void {
    if (connection === undefined || dup === true) return;
    let said = this.#said.get(connection);
    if (!said) this.#said.set(connection, (said = new Map()));
    const before = said.get(digest) ?? 0;
    said.delete(digest);
    said.set(digest, before + 1);
    if (said.size > MOST_REMEMBERED) said.delete(said.keys().next().value as string);
    if (before === 0) return;
    for (const event of events) if (event.kind === kind && event.ts % 1000 === 0) event.digest += `#${before}`;
  }

  /** Rising for each device, but never far ahead of the clock. */
  #after(deviceId: string, receivedTs: number): number {
    const before = this.#newest.get(deviceId) ?? 0;
    const ts = before >= receivedTs && before < receivedTs + MOST_AHEAD_MS ? before + 1 : receivedTs;
    this.#newest.set(deviceId, ts);
    return ts;
  }

  #dialectOf(topic: string, device: Device): Dialect | undefined {
    const shared = this.#shared.find(({ ends }) => ends.some((end) => end.replace('{id}', device.id) === topic));
    return shared?.dialect ?? this.#own.get(`${device.family}|${device.dialect}`);
  }
}

/** The same topic and bytes have the same digest: 16 hex digits. */
export const digestOf = (topic: string, payload: Uint8Array): string =>
  createHash('sha1').update(topic).update('\0').update(payload).digest('hex').slice(0, 16);
