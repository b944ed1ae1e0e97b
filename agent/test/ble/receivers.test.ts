import { describe, expect, it } from 'vitest';
import { type AdvertEvent, type DeviceEvent, type HeardEvent, type StoreFile, sentenceOf } from '@aisle/contracts';
import type { Advert } from '../../src/devices/ble/advert.js';
import { indexStore } from '../../src/devices/store-index.js';
import { MOST_NEARBY, Nearby } from '../../src/pipeline/ble/nearby.js';
import { Receivers } from '../../src/pipeline/ble/receivers.js';
import { STORE } from '../runtime/harness.js';

const SHELF = '54:48:E6:8F:80:A5';
const BADGE = 'C4:7C:8D:6A:21:9E';
const UUID = 'b9407f30-f5f8-466e-aff9-25556b57fe6d';
const MEMBERS = 'f7826da6-4fa2-4e98-8024-bc5b71e0893e';
const NAMESPACE = 'edd1ebeac04e5defa017';
const START = Date.UTC(2026, 2, 2, 2);

const store = (more: Partial<StoreFile> = {}, shelf: object = {}) =>
  indexStore(
    {
      ...STORE,
      devices: [
        ...(STORE.devices ?? []),
        { id: 'r-1', family: 'ble', dialect: 'aisle' },
        { id: 'r-2', family: 'ble', dialect: 'aisle' },
        { id: 'air', family: 'shelf', dialect: 'bthome', fixture: 'fx-1', address: SHELF, ...shelf },
      ],
      staff: {
        badges: [
          { id: 'anna', address: BADGE },
          { id: 'ben', ibeacon: { uuid: UUID, major: 1, minor: 2 } },
          { id: 'any-of-ours', ibeacon: { uuid: UUID, major: 9 } },
          { id: 'carl', eddystone: { namespace: NAMESPACE, instance: '0000000000aa' } },
        ],
      },
      members: { ibeacon: { uuid: MEMBERS }, eddystone: { namespace: NAMESPACE } },
      ...more,
    },
    1,
  );

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const advert = (address: string, more: Partial<Advert> = {}): Advert => ({
  address,
  rssiDbm: -60,
  serviceData: new Map(),
  manufacturerData: new Map(),
  ...more,
});
const shelf = (data: string): Advert => advert(SHELF, { serviceData: new Map([['fcd2', hex(data)]]) });
const beacon = (uuid: string, major: number, minor: number, rssiDbm = -60): Advert => {
  const short = (value: number) => value.toString(16).padStart(4, '0');
  const data = hex(`0215${uuid.replaceAll('-', '')}${short(major)}${short(minor)}c5`);
  return advert('D0:00:00:00:00:01', { rssiDbm, manufacturerData: new Map([[0x004c, data]]) });
};
const eddystone = (instance: string): Advert =>
  advert('D0:00:00:00:00:02', { serviceData: new Map([['feaa', hex(`00ee${NAMESPACE}${instance}0000`)]]) });

function bench(file = store()) {
  const refused: string[] = [];
  const heard: string[] = [];
  const receivers = new Receivers({
    random: { next: () => 0.5, id: () => '0f8fad5b-d9cb-469f-a165-70867728950e' },
    heard: (id) => heard.push(id),
    refuse: (id, reason, wrong) => refused.push(`${id} ${reason}: ${sentenceOf(wrong)}`),
  });
  let inForce = file;
  const hear = (receiverId: string, ms: number, ...adverts: Advert[]): DeviceEvent[] => {
    const receiver = inForce.devices.get(receiverId);
    if (!receiver) throw new Error(receiverId);
    return receivers.take(receiver, { ts: START + ms, adverts }, inForce, START + ms);
  };
  const configure = (next: typeof file) => (inForce = next);
  const said = (events: DeviceEvent[]) => events.filter((one): one is AdvertEvent => one.kind === 'advert');
  const told = (events: DeviceEvent[]) => events.filter((one): one is HeardEvent => one.kind === 'heard');
  return { receivers, refused, heard, hear, said, told, configure };
}

describe('what receivers hear of devices', () => {
  it('becomes an event of the device: its slots in their order, its battery', () => {
    const { hear, said } = bench(store({}, { sensors: [{ slot: 'fx-2-a' }, { slot: 'fx-1-a' }] }));
    expect(said(hear('r-1', 0, shelf('40000b015a06200306e803')))).toMatchObject([
      {
        deviceId: 'air',
        receiverId: 'r-1',
        ts: START,
        counter: null,
        packetId: 11,
        battery: 90,
        weights: [
          ['fx-2-a', 80_000],
          ['fx-1-a', 100_000],
        ],
      },
    ]);
  });

  it('is journaled once, whoever hears it again, and every ten seconds as a sign of life', () => {
    const { hear, said, heard } = bench();
    const times = [0, 100, 200, 5000, 9999, 10_000, 15_000];
    const counts = times.map((ms, index) => said(hear(index % 2 ? 'r-2' : 'r-1', ms, shelf('4006e803'))).length);
    expect(counts).toEqual([1, 0, 0, 0, 0, 1, 0]);
    expect(heard).toHaveLength(times.length);
    expect(said(hear('r-1', 15_100, shelf('4006e903')))).toHaveLength(1);
  });

  it('is news again when the journal had no room for it', () => {
    const { hear, said, receivers } = bench();
    receivers.lost(hear('r-1', 0, shelf('4006e803')));
    expect(said(hear('r-1', 100, shelf('4006e803')))).toHaveLength(1);
    expect(said(hear('r-1', 200, shelf('4006e803')))).toHaveLength(0);
  });

  it('stays a repetition over a version of the store file that says the same of the device, and is news under other slots', () => {
    const { hear, said, configure } = bench();
    expect(said(hear('r-1', 0, shelf('4006e803')))).toHaveLength(1);
    configure(store({ hours: [{ days: ['mon'], open: '09:00', close: '22:00' }] }, { name: 'Milk' }));
    expect(said(hear('r-1', 100, shelf('4006e803')))).toHaveLength(0);
    configure(store({}, { sensors: [{ slot: 'fx-2-a' }] }));
    expect(said(hear('r-1', 200, shelf('4006e803')))).toMatchObject([{ weights: [['fx-2-a', 100_000]] }]);
  });

  it('may take turns between a few messages', () => {
    const { hear, said } = bench();
    let count = 0;
    for (let ms = 0; ms < 8000; ms += 100)
      count += said(hear('r-1', ms, shelf(ms % 200 ? '4006e803' : '40015a'))).length;
    expect(count).toBe(2);
  });

  it('keeps messages of one batch apart in time', () => {
    const { hear, said } = bench();
    const events = said(hear('r-1', 0, shelf('40000106e803'), shelf('40000206e803')));
    expect(events.map(({ ts }) => ts - START)).toEqual([0, 1]);
  });

  it('keeps messages apart that come in one millisecond from a receiver without a clock', () => {
    const { hear, said } = bench();
    const times = ['4006e803', '4006e903', '4006ea03'].flatMap((data) => said(hear('r-1', 0, shelf(data))));
    expect(times.map(({ ts }) => ts - START)).toEqual([0, 1, 2]);
    expect(said(hear('r-1', 500, shelf('4006eb03'))).map(({ ts }) => ts - START)).toEqual([500]);
    // a clock that was set back
    expect(said(hear('r-1', -60_000, shelf('4006ec03'))).map(({ ts }) => ts - START)).toEqual([-60_000]);
  });

  it('counts only from the receiver that the store file names, where it names one', () => {
    const { hear, said, receivers } = bench(store({}, { gateway: 'r-2' }));
    expect(said(hear('r-1', 0, shelf('4006e803')))).toEqual([]);
    expect(receivers.nearby('r-1', START)).toBe(0);
    expect(said(hear('r-2', 0, shelf('4006e803')))).toHaveLength(1);
  });

  it('is refused at the device, once for the same words, without any address', () => {
    const { hear, refused } = bench(store({}, { key: '231d39c1d7cc1ab1aee224cd096db932' }));
    for (let ms = 0; ms < 500; ms += 100) hear('r-1', ms, shelf('4006e803'));
    hear('r-1', 600, shelf('41a47266c95f730011223378237215'));
    hear('r-1', 700, advert(SHELF, { decoded: { weight: 3, unit: 'kg' } }));
    expect(refused.map((text) => text.split(':')[0])).toEqual(['air malformed', 'air malformed', 'air unsupported']);
    expect(refused.join()).not.toMatch(/54:?48/i);
  });

  it('refuses more masses than the shelf has slots', () => {
    const { hear, said, refused } = bench();
    expect(said(hear('r-1', 0, shelf('4006e80306e803')))).toEqual([]);
    expect(refused[0]).toContain('2 weights; the device has 1');
  });

  it('leaves what else it sends alone', () => {
    const { hear, said, refused } = bench();
    const name = advert(SHELF, { manufacturerData: new Map([[0x02e5, hex('0102')]]) });
    expect(said(hear('r-1', 0, name))).toEqual([]);
    expect(refused).toEqual([]);
  });
});

describe('what receivers hear of people', () => {
  it('knows badges by address, iBeacon and Eddystone, and members by their tokens', () => {
    const { hear, told } = bench();
    const [event] = told(
      hear(
        'r-1',
        0,
        advert(BADGE, { rssiDbm: -50.4 }),
        beacon(UUID, 1, 2, -55),
        beacon(UUID, 9, 77, -70),
        eddystone('0000000000aa'),
        beacon(MEMBERS, 4, 711),
        eddystone('0000000000bb'),
      ),
    );
    expect(event?.badges).toEqual([
      ['anna', -50],
      ['ben', -55],
      ['any-of-ours', -70],
      ['carl', -60],
    ]);
    expect(event?.members).toEqual([
      ['4-711', -60],
      ['0000000000bb', -60],
    ]);
    expect(event?.others).toBe(0);
  });

  it('takes a beacon that a gateway has taken apart for the same', () => {
    const { hear, told } = bench();
    const decoded = { model_id: 'IBEACON', uuid: UUID.replaceAll('-', ''), major: 1, minor: 2, power: 197 };
    expect(told(hear('r-1', 0, advert('D0:00:00:00:00:01', { decoded })))[0]?.badges).toEqual([['ben', -60]]);
  });

  it('tells at most once a second and receiver, the loudest of each', () => {
    const { hear, told } = bench();
    const events: HeardEvent[] = [];
    for (let ms = 0; ms <= 5000; ms += 50)
      events.push(...told(hear('r-1', ms, advert(BADGE, { rssiDbm: ms % 1000 === 550 ? -40 : -70 }))));
    expect(events.map(({ ts }) => ts - START)).toEqual([0, 1000, 2000, 3000, 4000, 5000]);
    expect(events.slice(1).map(({ badges }) => badges[0]?.[1])).toEqual([-40, -40, -40, -40, -40]);
  });

  it('tells every ten seconds that it hears nobody, and goes on when its clock went back', () => {
    const { hear, told } = bench();
    let count = 0;
    for (let ms = 0; ms < 60_000; ms += 500) count += told(hear('r-1', ms, advert('C0:00:00:00:00:01'))).length;
    expect(count).toBe(6);
    expect(told(hear('r-1', -500_000, advert(BADGE)))).toHaveLength(1);
  });

  it('keeps no more than two hundred tokens for one event', () => {
    const { hear, told } = bench();
    const crowd = Array.from({ length: 900 }, (_, index) => beacon(MEMBERS, index, 1));
    expect(told(hear('r-1', 0, ...crowd))[0]?.members).toHaveLength(200);
  });

  it('says nowhere who the others are, only how many in the last minute, for each receiver', () => {
    const { hear, told, receivers } = bench();
    const stranger = (index: number) =>
      advert(
        `C0:00:00:00:${(index >> 8).toString(16).padStart(2, '0')}:${(index & 255).toString(16).padStart(2, '0')}`.toUpperCase(),
      );
    const events: DeviceEvent[] = [];
    for (let round = 0; round < 3; round += 1)
      for (let index = 0; index < 40; index += 1) events.push(...hear('r-1', round * 1000 + index, stranger(index)));
    events.push(...hear('r-1', 30_000, stranger(1000)));
    expect(receivers.nearby('r-1', START + 30_000)).toBe(41);
    expect(receivers.nearby('r-2', START + 30_000)).toBe(0);
    expect(receivers.nearby('r-1', START + 62_500)).toBe(1);
    expect(JSON.stringify(events)).not.toMatch(/C0:00/i);
    expect(told(events).at(-1)?.others).toBe(41);
  });
});

describe('the count of strangers', () => {
  const ids = () => {
    let n = 0;
    return { next: () => 0.5, id: () => `${(n += 1).toString(16).padStart(8, '0')}-d9cb-469f-a165-70867728950e` };
  };
  it('throws its salt away with the day of the store, and with it whom it had heard', () => {
    const nearby = new Nearby(ids());
    const midnight = Date.UTC(2026, 2, 2, 16); // in Shanghai
    nearby.add('r', 'C0:00:00:00:00:01', midnight - 15_000, 'Asia/Shanghai');
    const hashes = () => JSON.stringify(nearby.heardNow());
    const before = hashes();
    nearby.add('r', 'C0:00:00:00:00:01', midnight + 15_000, 'Asia/Shanghai');
    expect(nearby.count('r', midnight + 15_000)).toBe(1);
    expect(hashes()).not.toBe(before);
    expect(before + hashes()).not.toContain('C0');
  });

  it('holds no more than so many, however many addresses somebody makes up', () => {
    const nearby = new Nearby(ids());
    for (let index = 0; index < MOST_NEARBY + 500; index += 1)
      nearby.add('r', `${index.toString(16).padStart(12, '0')}`, START + index, 'UTC');
    expect(nearby.count('r', START + 5000)).toBe(MOST_NEARBY);
  });
});
