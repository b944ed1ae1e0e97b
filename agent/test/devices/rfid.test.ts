import { describe, expect, it } from 'vitest';
import { decodeAisleReads } from '../../src/devices/rfid/aisle-reads.js';
import { decodeEpc, gtinCheckDigit, pureIdentity, tagUri, type Sgtin } from '../../src/devices/rfid/epc.js';
import { decodeImpinj } from '../../src/devices/rfid/impinj.js';
import { decodeZebra } from '../../src/devices/rfid/zebra.js';
import { bytes, mutations, recording, seeded } from './support.js';

const EPC = '3034257BF7194E4000001A85';

/** The standard's own bit layout, written down a second time, so that a mistake in the decoder has no twin here. */
function encodeSgtin(partition: number, company: string, item: string, serial: string, long: boolean): string {
  const companyBits = [40, 37, 34, 30, 27, 24, 20][partition] ?? 0;
  const bin = (value: string | number, width: number): string => BigInt(value).toString(2).padStart(width, '0');
  let bits = bin(long ? 0x36 : 0x30, 8) + bin(1, 3) + bin(partition, 3);
  bits += bin(company, companyBits) + bin(item, 44 - companyBits);
  bits += long
    ? [...serial]
        .map((c) => bin(c.charCodeAt(0), 7))
        .join('')
        .padEnd(140, '0')
    : bin(serial, 38);
  bits = bits.padEnd(Math.ceil(bits.length / 8) * 8, '0');
  return BigInt(`0b1${bits}`).toString(16).slice(1).toUpperCase();
}

const sgtin = (hex: string): Sgtin => {
  const read = decodeEpc(hex);
  if (!read.ok || read.value.kind !== 'sgtin') throw new Error(JSON.stringify(read));
  return read.value;
};

describe('EPC memory', () => {
  it("reads the standard's own example", () => {
    const tag = sgtin(EPC);
    expect(tag).toMatchObject({ scheme: 'sgtin-96', gtin: '80614141123458', serial: '6789', filter: 1 });
    expect(pureIdentity(tag)).toBe('urn:epc:id:sgtin:0614141.812345.6789');
    expect(tagUri(tag)).toBe('urn:epc:tag:sgtin-96:1.0614141.812345.6789');
  });

  it.each([0, 1, 2, 3, 4, 5, 6])('reads partition %i in both lengths', (partition) => {
    const random = seeded(partition + 1);
    const digits = (count: number): string => Array.from({ length: count }, () => Math.floor(random() * 10)).join('');
    for (let round = 0; round < 50; round++) {
      const company = digits(12 - partition);
      const item = digits(partition + 1);
      const serial = String(Math.floor(random() * 2 ** 38));
      const gtin = item.slice(0, 1) + company + item.slice(1);
      const expected = { companyPrefix: company, itemReference: item, serial, gtin: gtin + gtinCheckDigit(gtin) };
      expect(sgtin(encodeSgtin(partition, company, item, serial, false))).toMatchObject(expected);
      expect(sgtin(encodeSgtin(partition, company, item, serial, true))).toMatchObject(expected);
    }
  });

  it('reads serials of letters, with leading zeros and with characters that a URI must escape', () => {
    expect(sgtin(encodeSgtin(5, '0614141', '812345', '00aZ/5%', true)).serial).toBe('00aZ/5%');
    expect(pureIdentity(sgtin(encodeSgtin(5, '0614141', '812345', '00aZ/5%', true)))).toMatch(/\.00aZ%2F5%25$/);
    expect(sgtin(encodeSgtin(5, '0614141', '812345', 'A'.repeat(20), true)).serial).toHaveLength(20);
  });

  it('takes the padding of whole words behind the 198 bits', () => {
    const hex = encodeSgtin(5, '0614141', '812345', '6789AB', true);
    expect(sgtin(`${hex}00`)).toEqual(sgtin(hex));
    expect(decodeEpc(`${hex}01`)).toMatchObject({ value: { kind: 'opaque', problem: 'has bits set behind its end' } });
  });

  it.each([
    ['690123456789', '2'],
    ['629104150021', '3'],
    ['03600029145', '2'],
    ['0000000000000', '0'],
  ])('gives %s the check digit %s', (body, digit) => expect(gtinCheckDigit(body)).toBe(digit));

  it.each([
    ['3114257BF4499602D2000000', 'sscc-96', undefined],
    ['E28011606000020A6681F23F', 'tid', undefined],
    ['00', 'unknown', undefined],
    ['F7' + '00'.repeat(11), 'sgtin+', undefined],
    ['303C257BF7194E4000001A85', 'sgtin-96', 'has partition 7; expected 0 to 6'],
    ['3034257BF7194E4000001A', 'sgtin-96', 'holds 88 bits; expected 96'],
    [encodeSgtin(5, '16777215', '1', '1', false), 'sgtin-96', 'has a company prefix of more than 7 digits'],
    [encodeSgtin(5, '1', '1048575', '1', false), 'sgtin-96', 'has an item reference of more than 6 digits'],
    [encodeSgtin(5, '1', '1', 'a b', true), 'sgtin-198', 'has a serial number with characters outside of the standard'],
    [
      encodeSgtin(5, '1', '1', '\u0000a', true),
      'sgtin-198',
      'has a serial number with characters outside of the standard',
    ],
  ])('keeps %s whole under the name %s', (hex, scheme, problem) => {
    const read = decodeEpc(hex);
    expect(read).toEqual({ ok: true, value: { kind: 'opaque', scheme, epc: hex, ...(problem && { problem }) } });
  });

  it.each(['', '3', 'XYZ0', '30 34', '3034\n', '30'.repeat(63), '０１'])(
    'refuses %j, which is no hex of whole bytes',
    (text) => {
      expect(decodeEpc(text)).toMatchObject({ ok: false, reason: 'malformed', field: 'epc' });
    },
  );
});

describe('native reads', () => {
  it('gives the reads of a message, in hundredths of dBm', () => {
    const message = { ts: 1000, reads: [{ epc: EPC.toLowerCase(), antenna: 1, rssiDbm: -56.5 }, { epc: '01' }] };
    expect(decodeAisleReads('t', bytes(message))).toEqual({
      ok: true,
      value: {
        ts: 1000,
        others: [],
        refused: [],
        reads: [
          { ts: 1000, epc: EPC, antenna: 1, rssiCdbm: -5650 },
          { ts: 1000, epc: '01', antenna: null, rssiCdbm: null },
        ],
      },
    });
  });

  it.each([
    [{ reads: [] }, 'ts'],
    [{ ts: 1, reads: [{ epc: 'zz' }] }, 'reads[0].epc'],
    [{ ts: 1, reads: [{ epc: EPC, antenna: '1' }] }, 'reads[0].antenna'],
    [{ ts: 1, reads: [{ epc: EPC, rssiDbm: 1e9 }] }, 'reads[0].rssiDbm'],
    [[], ''],
  ])('refuses %j naming the field %s', (message, field) => {
    expect(decodeAisleReads('t', bytes(message))).toMatchObject({ ok: false, reason: 'malformed', field });
  });
});

const impinjEvent = (event: object, more: object = {}): object => ({
  timestamp: '2025-05-17T16:03:13.944189383Z',
  eventType: 'tagInventory',
  tagInventoryEvent: event,
  ...more,
});

describe('Impinj IoT device interface', () => {
  const good = { epcHex: EPC, antennaPort: 2, peakRssiCdbm: -5650, lastSeenTime: '2025-05-17T16:03:13.900000001Z' };

  it('reads hex, base64url with and without padding, and cuts nanoseconds', () => {
    const seen = Date.UTC(2025, 4, 17, 16, 3, 13, 944);
    const read = (event: object): unknown => {
      const answer = decodeImpinj('t', bytes(impinjEvent(event)));
      return answer.ok ? answer.value.reads[0] : answer;
    };
    expect(read(good)).toEqual({ ts: seen - 44, epc: EPC, antenna: 2, rssiCdbm: -5650 });
    expect(read({ epc: 'ikUCJA==' })).toEqual({ ts: seen, epc: '8A450224', antenna: null, rssiCdbm: null });
    expect(read({ epc: 'ikUCJA' })).toMatchObject({ epc: '8A450224' });
    expect(read({ epc: '4oARkaUDAGXybMv_' })).toMatchObject({ epc: 'E2801191A5030065F26CCBFF' });
  });

  it.each([
    ['an array', (events: object[]) => JSON.stringify(events)],
    ['one per line', (events: object[]) => events.map((event) => JSON.stringify(event)).join('\n') + '\r\n'],
  ])('reads %s, beside events that hold no reads', (_name, join) => {
    const status = { timestamp: '2025-05-17T16:03:13Z', eventType: 'inventoryStatus', inventoryStatusEvent: {} };
    const answer = decodeImpinj('t', bytes(join([impinjEvent(good), status, impinjEvent({ epcHex: '01' })])));
    expect(answer).toMatchObject({
      ok: true,
      value: { others: ['inventoryStatus'], reads: [{ epc: EPC }, { epc: '01' }] },
    });
    expect(answer.ok && answer.value.ts).toBe(Date.UTC(2025, 4, 17, 16, 3, 13, 944));
  });

  it.each([
    [impinjEvent({ antennaPort: 1 }), 'malformed', 'tagInventoryEvent.epcHex'],
    [impinjEvent({ epcHex: EPC, epc: 'ikUCJA' }), 'malformed', 'tagInventoryEvent.epc'],
    [impinjEvent({ epcHex: 'XX' }), 'malformed', 'tagInventoryEvent.epcHex'],
    [impinjEvent({ epc: 'a' }), 'malformed', 'tagInventoryEvent.epc'],
    [impinjEvent({ epc: '$$$$' }), 'malformed', 'tagInventoryEvent.epc'],
    [impinjEvent(good, { timestamp: '2025-05-17T16:03:13' }), 'malformed', 'timestamp'],
    [impinjEvent(good, { timestamp: 'yesterday' }), 'malformed', 'timestamp'],
    [impinjEvent({ ...good, peakRssiCdbm: '-5650' }), 'malformed', 'tagInventoryEvent.peakRssiCdbm'],
    [{ eventType: 'tagInventory' }, 'malformed', 'tagInventoryEvent'],
    [[], 'malformed', ''],
    ['nonsense', 'malformed', ''],
  ])('refuses %j as %s of the field %s', (message, reason, field) => {
    expect(decodeImpinj('t', bytes(message))).toMatchObject({ ok: false, reason, field });
  });

  it('loses the broken one of two events alone', () => {
    expect(decodeImpinj('t', bytes([impinjEvent(good), impinjEvent({})]))).toMatchObject({
      ok: true,
      value: { reads: [{ epc: EPC }], refused: [{ reason: 'malformed', field: '[1].tagInventoryEvent.epcHex' }] },
    });
  });
});

describe('Zebra IoT Connector', () => {
  const event = (data: object, timestamp: unknown = '2024-03-01T09:00:00.123+0800'): object => ({
    type: 'SIMPLE',
    timestamp,
    data: { eventNum: 3, format: 'epc', idHex: EPC, ...data },
  });

  it('reads times with an offset without a colon, and epoch milliseconds', () => {
    const ts = Date.UTC(2024, 2, 1, 1, 0, 0, 123);
    const expected = { ts, epc: EPC, antenna: 2, rssiCdbm: -5600 };
    const message = event({ antenna: 2, peakRssi: -56 });
    expect(decodeZebra('t', bytes(message))).toMatchObject({ value: { ts, reads: [expected] } });
    expect(decodeZebra('t', bytes([{ ...message, timestamp: ts }]))).toMatchObject({ value: { reads: [expected] } });
  });

  it.each([
    [event({ idHex: '303' }), 'malformed', 'data.idHex'],
    [event({ antenna: 'a' }), 'malformed', 'data.antenna'],
    [event({}, '2024-02-30T09:00:00+0800'), 'malformed', 'timestamp'],
    [event({}, -1), 'malformed', 'timestamp'],
    [{ type: 'SIMPLE', timestamp: 1 }, 'malformed', 'data'],
  ])('refuses %j as %s of the field %s', (message, reason, field) => {
    expect(decodeZebra('t', bytes(message))).toMatchObject({ ok: false, reason, field });
  });
});

describe('what readers say beside reads', () => {
  const at = '2024-03-01T09:00:00Z';
  it.each([
    ['impinj', decodeImpinj, { timestamp: at, eventType: 'gpiTransition' }, 0],
    [
      'impinj',
      decodeImpinj,
      { timestamp: at, eventType: 'inventoryStatus', inventoryStatusEvent: { inventoryStatus: 'idle' } },
      0,
    ],
    [
      'impinj',
      decodeImpinj,
      { timestamp: at, eventType: 'inventoryStatus', inventoryStatusEvent: { inventoryStatus: 'running' } },
      Date.parse(at),
    ],
    [
      'zebra',
      decodeZebra,
      { eventType: 'heartbeat', timestamp: at, data: { radio_control: { status: 'running' } } },
      0,
    ],
  ])('is no read: %s %j', (_name, decode, message, ts) => {
    expect(decode('t', bytes(message))).toMatchObject({ ok: true, value: { ts, reads: [] } });
  });
});

describe('recorded messages', () => {
  const epcs = recording('epc_sgtin.json');
  it.skipIf(!epcs)('AISLE_RECORDINGS epc_sgtin.json: every tag is read as the standard says', () => {
    for (const sample of JSON.parse(epcs ?? '') as Record<string, string | number>[]) {
      const tag = sgtin(String(sample['hex']));
      expect(tag).toMatchObject({
        scheme: sample['scheme'],
        companyPrefix: sample['companyPrefix'],
        itemReference: sample['indicatorItem'],
        serial: sample['serial'],
        filter: sample['filter'],
      });
      expect([pureIdentity(tag), tagUri(tag)]).toEqual([sample['pureIdentity'], sample['tagUri']]);
    }
  });

  const impinj = recording('impinj_r700.json');
  it.skipIf(!impinj)('AISLE_RECORDINGS impinj_r700.json: every event is read', () => {
    expect(decodeImpinj('t', bytes(impinj))).toMatchObject({
      ok: true,
      value: {
        reads: [
          { epc: 'E28011606000020A6681F23F', antenna: 1, rssiCdbm: null, ts: Date.UTC(2021, 1, 2, 22, 18, 35, 499) },
          { epc: 'E28011606000020A66846D40', antenna: 1, rssiCdbm: null },
          { epc: '8A450224', antenna: 3, rssiCdbm: -7400, ts: Date.UTC(2026, 1, 26, 17, 13, 37, 432) },
          { epc: 'E2801191A5030065F26CCBFF', antenna: 1, rssiCdbm: -7300 },
        ],
      },
    });
  });

  const zebra = recording('zebra_iotc.json');
  it.skipIf(!zebra)('AISLE_RECORDINGS zebra_iotc.json: the event is read', () => {
    expect(decodeZebra('t', bytes(zebra))).toMatchObject({
      ok: true,
      value: { reads: [{ epc: 'E28011700001', antenna: 2, rssiCdbm: -5600, ts: 1600000000000 }] },
    });
  });
});

describe('garbage', () => {
  it.each([
    ['native', decodeAisleReads, { ts: 1000, reads: [{ epc: EPC, antenna: 1, rssiDbm: -56 }] }],
    ['Impinj', decodeImpinj, [impinjEvent({ epcHex: EPC, epc: 'MDQle_cZTkAAABqF', antennaPort: 1 })]],
    ['Zebra', decodeZebra, { type: 'SIMPLE', timestamp: '2024-03-01T09:00:00.123+0800', data: { idHex: EPC } }],
  ])('never throws in %s and gives only reads with an EPC and a time', (_name, decode, good) => {
    let refused = 0;
    for (const message of mutations(7, [bytes(good)], 20_000)) {
      const answer = decode('t', message);
      if (!answer.ok) refused += answer.message.length > 0 ? 1 : 0;
      else
        for (const read of answer.value.reads) {
          expect(Number.isSafeInteger(read.ts) && read.ts >= 0).toBe(true);
          expect(decodeEpc(read.epc).ok).toBe(true);
        }
    }
    expect(refused).toBeGreaterThan(5000);
  });
});

describe('readers behind gateways', () => {
  const T = '2026-03-02T04:00:00.000Z';
  const readsOf = (read: ReturnType<typeof decodeZebra>) =>
    read.ok ? read.value.reads.map(({ antenna, rssiCdbm }) => [antenna, rssiCdbm]) : read;

  it('may quote numbers or leave them empty, of Zebra', () => {
    const zebra = (data: object) => readsOf(decodeZebra('t', bytes({ timestamp: T, data: { idHex: EPC, ...data } })));
    expect(zebra({ antenna: '2', peakRssi: '-56.5' })).toEqual([[2, -5650]]);
    expect(zebra({ antenna: null, peakRssi: '' })).toEqual([[null, null]]);
    expect(zebra({ antenna: 'two' })).toMatchObject({ ok: false, field: 'data.antenna' });
  });

  it('may put several tags under one time; a broken one costs itself', () => {
    const data = [{ idHex: EPC, antenna: 1 }, { idHex: 'xyz' }, { idHex: EPC, antenna: 3 }];
    const read = decodeZebra('t', bytes({ type: 'SIMPLE', timestamp: T, data }));
    expect(readsOf(read)).toEqual([
      [1, null],
      [3, null],
    ]);
    expect(read.ok && read.value.refused.map(({ field }) => field)).toEqual(['data.idHex']);
  });
});
