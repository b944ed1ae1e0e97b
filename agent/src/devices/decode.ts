import type { Device, DeviceEvent, DeviceFamily, RefusalReason, StoreFile } from '@aisle/contracts';

/** Words of vendors end here: a decoder turns one message into a domain event, or says why it cannot. */
export interface DecodeContext {
  device: Device;
  store: StoreIndex;
  /** arrival, epoch ms */
  receivedTs: number;
  /** of topic and bytes */
  digest: string;
}

export interface Refusal {
  ok: false;
  reason: RefusalReason;
  /** the field at fault, empty for the whole message */
  field: string;
  /** what was wrong, in words; never the message itself */
  message: string;
}
export type Decoded<E extends DeviceEvent = DeviceEvent> = { ok: true; event: E } | Refusal;
export type Decoder = (value: unknown, context: DecodeContext) => Decoded;

/** One dialect of one family: which channels it has and how each is read. All of ours carry JSON so far. */
export interface Dialect {
  /** undefined: every family speaks it */
  family: DeviceFamily | undefined;
  name: string;
  channels: ReadonlyMap<string, Decoder>;
  /** channels of the contract that this agent does not read yet: refused as `unsupported`, a prefix when ending in "/" */
  notYet?: readonly string[];
}

export const refuse = (reason: RefusalReason, field: string, message: string): Refusal => ({
  ok: false,
  reason,
  field,
  message,
});

/** A store file with its look-ups, made once per version. */
export interface StoreIndex {
  file: StoreFile;
  version: number;
  devices: ReadonlyMap<string, Device>;
  /** slot id → fixture id */
  fixtureOfSlot: ReadonlyMap<string, string>;
  /** ids of entrances and passers-by lines */
  lines: ReadonlySet<string>;
  /** decimals of the currency's minor unit */
  digits: number;
}
