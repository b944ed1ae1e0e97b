import type { Device, DeviceEvent, DeviceFamily, StoreFile } from '@aisle/contracts';
import type { Adverts } from './ble/advert.js';
import type { Refusal } from './refusal.js';
import type { TopicBook } from './topic-book.js';

/** An opted-in member's token → a keyed hash of it. */
export type MemberHash = (token: string) => string;

/** Words of vendors end here: a decoder turns one message into domain events, or says why it cannot. */
export interface DecodeContext {
  device: Device;
  store: StoreIndex;
  /** arrival, epoch ms */
  receivedTs: number;
  /** of topic and bytes */
  digest: string;
  /** a member's token → what stands for it behind this room; undefined: nothing is kept of it */
  memberHash?: MemberHash | undefined;
}

/**
 * What one message says. No event: understood, and of no consequence. `refused`: parts of it that could not be used,
 * where the others could. `adverts`: what a BLE receiver heard; pipeline/ble makes events of them, as it does of what the
 * agent's own radio hears, since the same advertisement comes many times and over several receivers.
 */
export type Decoded =
  { ok: true; events: DeviceEvent[]; refused?: Refusal[]; ignored?: Ignored[]; adverts?: Adverts } | Refusal;

/**
 * Why something that was understood counts for nothing, and is no trouble: `chatter`, what devices of that make say besides;
 * `notPerson`, another kind of object; `noEvent`, a flag that goes back, or a state that is told again to somebody new.
 */
export const IGNORED_REASONS = ['chatter', 'notPerson', 'noEvent'] as const;
export type Ignored = (typeof IGNORED_REASONS)[number];

/** Understood, and of no consequence, but counted. */
export const ignoring = (...ignored: Ignored[]): Decoded => ({ ok: true, events: [], ignored });

/** One dialect of one family: where it is spoken, and how its bytes are read. */
export interface Dialect {
  /** undefined: every device speaks it beside its own */
  family: DeviceFamily | undefined;
  name: string;
  /** MQTT topic filters; "{id}" stands for the device's id. A store file may name others. */
  topics: readonly string[];
  /**
   * Topics on which devices of that make say what is of no use here, as filters; a function makes them of the topics that the store file
   * names instead of the dialect's own.
   */
  chatter?: (deviceId: string, topics: readonly string[]) => readonly string[];
  /** largest payload, bytes; MAX_PAYLOAD_BYTES when left out */
  maxBytes?: number;
  /** its messages carry no time, so that they are of when they come: of two in one millisecond the second is of the next */
  timeless?: true;
  /**
   * events of this kind are told once each, by clocks of whole seconds: the same bytes again on one connection, not sent again by MQTT,
   * are another event
   */
  singles?: DeviceEvent['kind'];
  /** Never throws. */
  decode(topic: string, bytes: Uint8Array, context: DecodeContext): Decoded;
}

/** Largest payload that a dialect reads unless it says so; pictures have a limit of their own (camera/aisle-frame.ts). */
export const MAX_PAYLOAD_BYTES = 1 << 20;

/** A store file with its look-ups, made once per version. */
export interface StoreIndex {
  file: StoreFile;
  version: number;
  devices: ReadonlyMap<string, Device>;
  /** who speaks on which topic */
  topics: TopicBook;
  /** who says what is of no use on which topic */
  chatter: TopicBook;
  /** slot id → fixture id */
  fixtureOfSlot: ReadonlyMap<string, string>;
  /** ids of entrances and passers-by lines */
  lines: ReadonlySet<string>;
  /** decimals of the minor unit of the currency that held at a time (epoch ms): what is told late may be in an older one */
  digitsAt(ts: number): number;
}
