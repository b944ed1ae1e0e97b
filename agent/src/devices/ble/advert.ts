import { malformed, reading, type Reading } from '../wire/reading.js';
import { normalAddress } from './address.js';

/** One advertisement as it was heard, by the agent's own radio or by a gateway. */
export interface Advert {
  /** `AA:BB:CC:DD:EE:FF` */
  address: string;
  rssiDbm: number | null;
  /** keyed by UUID: four small hex digits for Bluetooth's own, else the full form */
  serviceData: ReadonlyMap<string, Uint8Array>;
  /** keyed by company number; the bytes behind it */
  manufacturerData: ReadonlyMap<number, Uint8Array>;
  /** what a gateway decoded by itself, by its own names */
  decoded?: Readonly<Record<string, string | number | boolean>>;
}

export interface Adverts {
  /** epoch ms: the message's own time, or its arrival where the dialect carries none */
  ts: number;
  adverts: Advert[];
}

export const MOST_ADVERTS = 1000;
/** Longest data of one kind, in bytes: what an extended advertisement can hold. */
export const MOST_DATA_BYTES = 1650;
const BASE = /^0000([0-9a-f]{4})-0000-1000-8000-00805f9b34fb$/;

/** `fcd2`, `0xFCD2` and `0000fcd2-0000-1000-8000-00805f9b34fb` are the same service; undefined for what is no UUID. */
export function serviceUuid(text: string): string | undefined {
  const small = text.toLowerCase();
  const short = /^(?:0x)?([0-9a-f]{4})$/.exec(small) ?? BASE.exec(small);
  if (short?.[1] !== undefined) return short[1];
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(small) ? small : undefined;
}

/**
 * An advertisement as BlueZ shows it: service data by UUID, manufacturer data by company number (D-Bus hands these over
 * as integers, which JavaScript turns into text).
 */
export function advertFrom(heard: {
  address: string;
  rssiDbm: number | null;
  serviceData?: Readonly<Record<string, Uint8Array>>;
  manufacturerData?: Readonly<Record<string, Uint8Array>>;
}): Reading<Advert> {
  const address = normalAddress(heard.address);
  if (address === undefined) return malformed('address', 'expected', { expected: 'addressLike' });
  const serviceData = new Map<string, Uint8Array>();
  for (const [uuid, data] of Object.entries(heard.serviceData ?? {})) {
    const service = serviceUuid(uuid);
    if (service === undefined) return malformed(`serviceData.${uuid}`, 'expected', { expected: 'serviceUuid' });
    serviceData.set(service, data);
  }
  const manufacturerData = new Map<number, Uint8Array>();
  for (const [company, data] of Object.entries(heard.manufacturerData ?? {})) {
    if (!/^\d{1,5}$/.test(company) || Number(company) > 0xffff)
      return malformed(`manufacturerData.${company}`, 'expected', { expected: 'companyNumber' });
    manufacturerData.set(Number(company), data);
  }
  return reading({ address, rssiDbm: heard.rssiDbm, serviceData, manufacturerData });
}
