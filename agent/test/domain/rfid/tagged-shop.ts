/** A small shop with tagged goods, its readers' messages, and a reader that imitates real ones. Chance from a seed. */
import type { Device, ReadsEvent, StoreFile } from '@aisle/contracts';
import { gtinCheckDigit } from '../../../src/domain/rfid/epc.js';
import { SHOP, START, type Seeded } from '../shop.js';

export { START };
const MILK_BODY = '0690123456789';
const SHIRT_BODY = '0690123456788';
export const MILK = MILK_BODY + gtinCheckDigit(MILK_BODY);
export const SHIRT = SHIRT_BODY + gtinCheckDigit(SHIRT_BODY);
/** In the shop's list, and on no shelf. */
const LOOSE_BODY = '0690123456777';
export const LOOSE = LOOSE_BODY + gtinCheckDigit(LOOSE_BODY);

/** SGTIN-96 with a company prefix of 7 digits, written down by the standard's table. */
export function epcOf(gtin: string, serial: number): string {
  const bin = (value: string | number, width: number): string => BigInt(value).toString(2).padStart(width, '0');
  const item = gtin.slice(0, 1) + gtin.slice(8, 13);
  const bits = bin(0x30, 8) + bin(1, 3) + bin(5, 3) + bin(gtin.slice(1, 8), 24) + bin(item, 20) + bin(serial, 38);
  return BigInt(`0b1${bits}`).toString(16).slice(1).toUpperCase();
}

const readers: Device[] = [
  {
    id: 'r-1',
    family: 'rfid',
    dialect: 'aisle',
    antennas: [
      { antenna: 1, slot: 's1' },
      { antenna: 2, fixture: 'fx-2' },
    ],
  },
  {
    id: 'r-2',
    family: 'rfid',
    dialect: 'impinj',
    antennas: [
      { antenna: 1, role: 'till' },
      { antenna: 2, role: 'exit' },
      { antenna: 3, role: 'fitting', zone: 'bread' },
      { antenna: 4, role: 'storage' },
    ],
  },
];

export const TAGGED: StoreFile = {
  ...SHOP,
  products: [{ gtin: MILK, price: 12.5 }, { gtin: SHIRT.slice(1), price: 99 }, { gtin: LOOSE }],
  fixtures: [
    { id: 'fx-1', zone: 'dairy', slots: [{ id: 's1', gtin: MILK, facings: 3 }] },
    {
      id: 'fx-2',
      zone: 'bread',
      slots: [
        { id: 's2', gtin: MILK },
        { id: 's3', gtin: SHIRT.slice(1) },
      ],
    },
  ],
  devices: [
    { id: 'cam-1', family: 'camera', dialect: 'aisle' },
    { id: 'till-1', family: 'till', dialect: 'aisle' },
    ...readers,
  ],
};

let digests = 0;
type Sighting = [epc: string, antenna: number, dbm?: number | null, ageMs?: number];
/** What one reader says at START + `at` ms. Signals in dBm, -50 unless said. */
export const reads = (deviceId: string, at: number, sightings: Sighting[] = []): ReadsEvent => ({
  kind: 'reads',
  deviceId,
  ts: START + at,
  receivedTs: START + at,
  digest: `r${(digests += 1)}`,
  reads: sightings.map(([epc, antenna, dbm = -50, ageMs = 0]) => [
    epc,
    antenna,
    dbm === null ? null : Math.round(dbm * 100),
    ageMs,
  ]),
});

/** Messages of a reader every `everyMs` in [from, to): what it sees at each. */
export function* listens(
  deviceId: string,
  from: number,
  to: number,
  seen: (at: number) => Sighting[],
  everyMs = 1000,
): Generator<ReadsEvent> {
  for (let at = from; at < to; at += everyMs) yield reads(deviceId, at, seen(at));
}

/** A signal in noise, or a missed read. */
export const noisy = (
  random: Seeded,
  epc: string,
  antenna: number,
  dbm: number,
  sigma: number,
  missed = 0,
): Sighting[] => (random.next() < missed ? [] : [[epc, antenna, dbm + random.normal() * sigma]]);
