import { describe, expect, it } from 'vitest';
import type { AdvertEvent, StoreFile } from '@aisle/contracts';
import { Bench, configured, positions, SHOP, START } from './shop.js';

const KEY = '231d39c1d7cc1ab1aee224cd096db932';
const shop = (key: string | undefined = KEY): StoreFile => ({
  ...SHOP,
  devices: [
    ...(SHOP.devices ?? []).filter(({ family }) => family !== 'shelf'),
    {
      id: 'air',
      family: 'shelf',
      dialect: 'bthome',
      fixture: 'fx-1',
      address: '54:48:E6:8F:80:A5',
      ...(key !== undefined && { key }),
    },
    { id: 'ble-1', family: 'ble', dialect: 'aisle' },
  ],
});
const advert = (
  counter: number | null,
  seconds: number,
  grams: readonly [string, number][],
  more: Partial<AdvertEvent> = {},
): AdvertEvent => ({
  kind: 'advert',
  deviceId: 'air',
  ts: START + seconds * 1000,
  receivedTs: START + seconds * 1000,
  digest: `a${counter}/${JSON.stringify(grams)}`,
  receiverId: 'ble-1',
  counter,
  packetId: null,
  weights: grams.map(([slot, value]) => [slot, Math.round(value * 10)]),
  ...more,
});
/** A shelf that says the same weights for a while, each time anew. */
function* standing(from: number, first: number, grams: readonly [string, number][], times = 6): Generator<AdvertEvent> {
  for (let time = 0; time < times; time += 1) yield advert(first + time, from + time * 0.25, grams);
}
const full: [string, number][] = [
  ['s1', 8000],
  ['s2', 1200],
];
const taken: [string, number][] = [
  ['s1', 6000],
  ['s2', 1080],
];
const stock = (bench: Bench) => bench.values('slot').map(({ subject, value }) => [subject, value.pickups, value.stock]);

describe('a shelf over BLE', () => {
  it('gives each slot its weights: pickups and stock', () => {
    const bench = new Bench(shop()).all([...standing(0, 1, full), ...standing(10, 50, taken)]);
    expect(stock(bench)).toEqual([
      ['s1', 2, 6],
      ['s2', 1, 9],
    ]);
  });

  it('says the same over and over without any effect, and is refused what was said before', () => {
    const bench = new Bench(shop()).all([...standing(0, 1, full), ...standing(10, 50, taken)]);
    const before = stock(bench);
    for (let again = 0; again < 5; again += 1)
      expect(bench.apply(advert(55, 12 + again, taken))).toEqual({ accepted: true });
    for (let again = 0; again < 6; again += 1)
      expect(bench.apply(advert(6, 20 + again, full))).toMatchObject({ accepted: false, reason: 'replay' });
    expect(stock(bench)).toEqual(before);
    expect(bench.engine.refusals().get('air')?.get('replay')).toBe(6);
  });

  it('goes on in the row of its counter after a restart', () => {
    const bench = new Bench(shop()).all(standing(0, 100, full));
    bench.restart();
    expect(bench.apply(advert(99, 5, taken))).toMatchObject({ reason: 'replay' });
    expect(bench.apply(advert(106, 6, full))).toEqual({ accepted: true });
  });

  it.each([
    ['is replaced', { kind: 'credential' as const, ts: START, deviceId: 'air', sha256: 'x', replaced: true }, true],
    ['gets another key', configured(shop('0'.repeat(32)), 2), true],
    ['gets another password', { kind: 'credential' as const, ts: START, deviceId: 'air', sha256: 'x' }, false],
    ['is in a new store file as it was', configured({ ...shop(), settings: { minimumCoverage: 0.4 } }, 2), false],
    [
      'is of a shop where another was replaced',
      { kind: 'credential' as const, ts: START, deviceId: 'ble-1', sha256: 'x', replaced: true },
      false,
    ],
  ])('begins to count anew when it %s: %#', (_what, event, anew) => {
    const bench = new Bench(shop()).all(standing(0, 100, full));
    bench.apply(event);
    expect(bench.apply(advert(1, 9, full)).accepted).toBe(anew);
  });

  it('may say of a slot that is not its own nothing', () => {
    const bench = new Bench(shop());
    expect(bench.apply(advert(1, 0, [['s3', 500]]))).toMatchObject({ reason: 'unknownSubject' });
    expect(bench.apply(advert(2, 1, [['s1', 500]]))).toEqual({ accepted: true });
  });

  it('counts without a counter by its packets, and without those by its words', () => {
    const bench = new Bench(shop(undefined));
    const packet = (packetId: number | null, seconds: number, value: number) =>
      bench.apply(advert(null, seconds, [['s1', value]], { packetId, digest: `p${packetId}/${value}` }));
    expect(packet(7, 0, 8000)).toEqual({ accepted: true });
    expect(packet(7, 0.1, 8000)).toEqual({ accepted: true });
    expect(packet(6, 0.2, 9000)).toMatchObject({ reason: 'late' });
    expect(packet(null, 1, 8000)).toEqual({ accepted: true });
    expect(bench.values('slot', 's1').at(-1)?.value.stock).toBe(8);
  });

  it('brings the minutes back that a late one belongs to', () => {
    const bench = new Bench(shop()).all(standing(0, 1, full));
    for (let at = 0; at < 11_000; at += 1) bench.apply(positions('cam-2', START + at * 1500, []));
    bench.take();
    expect(bench.evict()).toBeGreaterThan(0);
    expect(bench.engine.requires(advert(9, 2, taken))).toContain(`slot|${START}|s1`);
  });
});
