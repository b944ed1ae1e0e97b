import { describe, expect, it } from 'vitest';
import { checkDigitOf, type DomainEvent, type SaleEvent, type StoreFile } from '@aisle/contracts';
import { Bench, configured, positions, sale, SHOP, START, weight } from './shop.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const GTIN = '06901234567892';
/** Milk stands in s1 (weighed by shelf-1), s3 (shelf-2) and s5 (nobody senses it); two facings each but for s1, which has three. */
const FILE: StoreFile = {
  ...SHOP,
  products: [
    { gtin: GTIN, codes: ['96385074', '2100001'], unitGrams: 1000 },
    { gtin: 'ham', soldBy: 'weight', codes: ['2100002'] },
  ],
  fixtures: [
    { id: 'fx-1', zone: 'dairy', slots: [{ id: 's1', gtin: GTIN, facings: 3, capacity: 100 }] },
    { id: 'fx-2', zone: 'bread', slots: [{ id: 's3', gtin: GTIN, facings: 2, capacity: 100 }] },
    { id: 'fx-3', zone: 'bread', slots: [{ id: 's5', gtin: GTIN, facings: 2 }] },
  ],
};
const SENSED: StoreFile = { ...FILE, fixtures: (FILE.fixtures ?? []).slice(0, 2) };

/** A shelf that weighs every 20 s from a minute to another, and holds [minute, units] from then on. */
function* weighs(device: string, slot: string, from: number, to: number, ...holds: [minute: number, units: number][]) {
  for (let at = from * MINUTE; at <= to * MINUTE; at += 20_000) {
    const units = holds.findLast(([minute]) => at >= minute * MINUTE)?.[1] ?? 50;
    yield weight(device, START + at, slot, units * 1000);
  }
}
const shelf1 = (to: number, ...holds: [number, number][]) => [...weighs('shelf-1', 's1', 0, to, ...holds)];
const shelf2 = (to: number, ...holds: [number, number][]) => [...weighs('shelf-2', 's3', 0, to, ...holds)];
const sold = (minute: number, quantity: number, netMinor: number, more: Partial<SaleEvent> = {}, gtin = GTIN) => ({
  ...sale('till-1', START + minute * MINUTE, 'r1', [[gtin, quantity, netMinor]]),
  ...more,
});
const lineOf = (bench: Bench, receipt = 'r1') =>
  bench.values('sale').find(({ value }) => value.receipt === receipt)?.value.lines[0];
/** slot → [units, net in minor units] */
const sharesOf = (bench: Bench, receipt?: string) =>
  Object.fromEntries(
    (lineOf(bench, receipt)?.shares ?? []).map((share) => [share.slotId, [share.quantityMicro / 1e6, share.netMinor]]),
  );
/** As it comes, and with what shelves say behind the sales. */
function bothWays(file: StoreFile, events: readonly DomainEvent[], expected: object): void {
  const sales = events.filter(({ kind }) => kind === 'sale');
  const others = events.filter(({ kind }) => kind !== 'sale');
  for (const order of [events, [...sales, ...others], [...others, ...sales]])
    expect(sharesOf(new Bench(file).all(order))).toEqual(expected);
}

describe('a product that also stands where nothing senses it', () => {
  it.each([
    ['takes what was picked up, and the rest goes to the others', 3, [[80, 49]] as [number, number][], { s1: [1, 1000], s5: [2, 2000] }], // prettier-ignore
    ['takes all where as many were picked up', 2, [[80, 47]] as [number, number][], { s1: [2, 3000] }],
    ['takes nothing where nothing was picked up', 3, [], { s5: [3, 3000] }],
  ])('%s', (_title, quantity, picks, expected) => {
    bothWays(FILE, [...shelf1(90, ...picks), ...shelf2(90), sold(90, quantity, 3000)], expected);
  });
});

describe('a sensor that was silent for more than half of the hour', () => {
  it('leaves its slot among those that take the rest, by facings', () => {
    const silent = [...weighs('shelf-2', 's3', 0, 55)];
    bothWays(FILE, [...shelf1(90, [80, 49]), ...silent, sold(90, 5, 5000)], { s1: [1, 1000], s3: [2, 2000], s5: [2, 2000] }); // prettier-ignore
  });

  it('counts as sensed when it spoke for more than half', () => {
    const spoke = [...weighs('shelf-2', 's3', 0, 65)];
    bothWays(SENSED, [...shelf1(90, [80, 49]), ...spoke, sold(90, 5, 5000)], { s1: [5, 5000] });
  });
});

describe('shelves whose clocks are hours apart', () => {
  it('still place sales, however far other devices have got', () => {
    const events = [
      ...shelf2(90),
      sold(90, 1, 1000),
      positions('cam-1', START + 20 * HOUR, []),
      ...weighs('shelf-2', 's3', 91, 20 * 60),
      ...shelf1(90, [80, 49]),
    ];
    expect(sharesOf(new Bench(SENSED).all(events))).toEqual({ s1: [1, 1000] });
  });

  it('are told when what they say comes more than a day late, and changes no sale', () => {
    const bench = new Bench(SENSED).all([...shelf1(60), ...shelf2(60), sold(90, 1, 1000)]);
    const placed = sharesOf(bench);
    bench.all([weight('shelf-2', START + 30 * HOUR, 's3', 50_000)]);
    bench.all([...weighs('shelf-1', 's1', 61, 89, [80, 48])]);
    expect(sharesOf(bench)).toEqual(placed);
    expect(bench.engine.unjoined()).toEqual({ pickups: 2, returns: 0 });
    bench.restart();
    expect(bench.engine.unjoined()).toEqual({ pickups: 2, returns: 0 });
  });

  it('are not overruled by one clock that is ahead of the time of its arrival', () => {
    const ahead = {
      ...weight('shelf-2', START + 90 * MINUTE + 23 * HOUR, 's3', 50_000),
      receivedTs: START + 90 * MINUTE,
    };
    const later = { ...weight('shelf-any', START + 26 * HOUR, 's3', 50_000), receivedTs: START + 2.1 * HOUR };
    const bench = new Bench(SENSED).all([sold(90, 1, 1000), ahead, later, ...shelf1(90, [80, 49])]);
    expect(bench.engine.unjoined()).toEqual({ pickups: 0, returns: 0 });
    expect(sharesOf(bench)).toEqual({ s1: [1, 1000] });
  });

  it('let go of sales a day old', () => {
    const bench = new Bench(SENSED).all([...shelf1(60), sold(61, 1, 1000)]);
    const saved = () => JSON.stringify(bench.engine.snapshot());
    expect(saved()).toContain('"taken"');
    bench.all([weight('shelf-1', START + 27 * HOUR, 's1', 50_000)]);
    for (let beat = 1; beat <= 12_000; beat += 1) bench.apply(positions('cam-1', START + 27 * HOUR + beat * 100, []));
    bench.take();
    bench.evict();
    expect(saved()).not.toContain('"taken"');
  });
});

describe('a return', () => {
  const day = [...shelf1(90, [80, 48]), ...shelf2(90, [85, 49])];
  const given = (minute: number, named?: string) => ({
    ...sale('till-1', START + minute * MINUTE, 'back', [[GTIN, -1, -1000]]),
    ...(named !== undefined && { returnOf: { receipt: named } }),
  });

  it('follows the shares of the sale that it names', () => {
    const bench = new Bench(SENSED).all([...day, sold(90, 3, 3000), given(100, 'r1')]);
    expect(sharesOf(bench, 'back')).toEqual({ s1: [-0.666667, -667], s3: [-0.333333, -333] });
  });

  it('follows that sale also when it comes first, and when pickups come last', () => {
    const bench = new Bench(SENSED).all([given(100, 'r1'), sold(90, 3, 3000)]);
    expect(sharesOf(bench, 'back')).toEqual({ s1: [-0.6, -600], s3: [-0.4, -400] });
    bench.all(day);
    expect(sharesOf(bench, 'back')).toEqual({ s1: [-0.666667, -667], s3: [-0.333333, -333] });
  });

  it('follows it when the sale was long ago and its slots hold other goods now', () => {
    const bench = new Bench(SENSED).all([...day, sold(90, 3, 3000)]);
    bench.all([weight('shelf-1', START + 60 * HOUR, 's1', 50_000)]);
    bench.apply(configured({ ...SENSED, fixtures: (SENSED.fixtures ?? []).slice(1) }, 2, START + 60 * HOUR));
    bench.apply(given(61 * 60, 'r1'));
    expect(sharesOf(bench, 'back')).toEqual({ s1: [-0.666667, -667], s3: [-0.333333, -333] });
  });

  it.each([undefined, 'unknown'])('goes by facings when it names no sale that is known: %s', (named) => {
    const bench = new Bench(SENSED).all([...day, sold(90, 3, 3000), given(91, named)]);
    expect(sharesOf(bench, 'back')).toEqual({ s1: [-0.6, -600], s3: [-0.4, -400] });
  });

  it.each([
    ['names a sale that never turns up', [given(91, 'unknown')], 1],
    ['names one that turns up later', [given(91, 'r1'), sold(90, 3, 3000)], 0],
    ['names one that is there', [sold(90, 3, 3000), given(91, 'r1')], 0],
    ['names none', [sold(90, 3, 3000), given(91)], 0],
  ])('that %s is told a day later: %#', (_what, events, returns) => {
    const bench = new Bench(SENSED).all([...day, ...events]);
    expect(bench.engine.unjoined().returns).toBe(0);
    bench.restart();
    bench.all([weight('shelf-1', START + 27 * HOUR, 's1', 50_000)]);
    for (let beat = 1; beat <= 12_000; beat += 1) bench.apply(positions('cam-1', START + 27 * HOUR + beat * 100, []));
    bench.take();
    bench.evict();
    expect(bench.engine.unjoined()).toEqual({ pickups: 0, returns });
    bench.restart();
    expect(bench.engine.unjoined().returns).toBe(returns);
  });

  it('names a receipt of the same day where numbers begin anew, or of the day that it says', () => {
    const at = (hours: number, receipt: string, quantity: number, returnOf?: SaleEvent['returnOf']) => ({
      ...sale('till-day', START + hours * HOUR, receipt, [[GTIN, quantity, quantity * 1000]]),
      ...(returnOf && { returnOf }),
    });
    const bench = new Bench(SENSED).all([...day, at(1.5, '7', 3)]);
    bench.all([
      weight('shelf-1', START + 26 * HOUR, 's1', 50_000),
      at(26, '8', -1, { receipt: '7' }),
      at(27, '9', -1, { receipt: '7', storeDay: '2024-05-06' }),
    ]);
    expect(sharesOf(bench, '8')).toEqual({ s1: [-0.6, -600], s3: [-0.4, -400] });
    expect(sharesOf(bench, '9')).toEqual({ s1: [-0.666667, -667], s3: [-0.333333, -333] });
  });
});

describe('codes on a receipt', () => {
  it.each(['6901234567892', GTIN, '96385074', '00000096385074', '2100001001001'])(
    'that are of one product go to its slots: %s',
    (code) => {
      const bench = new Bench(SENSED).all([sold(90, 1, 1000, {}, code)]);
      expect(lineOf(bench)?.gtin).toBe(GTIN);
      expect(Object.keys(sharesOf(bench))).toEqual(['s1', 's3']);
    },
  );

  const label = (value: string) => `2100009${value}${checkDigitOf(`2100009${value}`)}`;
  it('that nobody knows are unplaced, in the form that is printed on goods; of a label its item', () => {
    for (const [code, product] of [
      ['06901234567908', '6901234567908'],
      [label('00100'), label('00000')],
      ['stranger', 'stranger'],
    ] as const) {
      const line = lineOf(new Bench(SENSED).all([sold(90, 1, 1000, {}, code)]));
      expect([line?.gtin, line?.shares]).toEqual([product, []]);
    }
  });

  it('of goods sold by weight count one unit a line, and their weight apart', () => {
    const line = (code: string, quantity: number) => {
      const found = lineOf(new Bench(SENSED).all([sold(90, quantity, 1000, {}, code)]));
      return [found?.gtin, found?.quantityMicro, found?.grams];
    };
    expect(line('ham', 0.354)).toEqual(['ham', 1e6, 354]);
    expect(line('ham', -0.354)).toEqual(['ham', -1e6, -354]);
    expect(line('ham', 2)).toEqual(['ham', 1e6, 2000]);
    // A label that is sold as one piece does not say how heavy it was.
    expect(line('2100002001000', 1)).toEqual(['ham', 1e6, undefined]);
    expect(line('2100002001000', 0.1)).toEqual(['ham', 1e6, 100]);
  });
});

it('leaves no row for a share of nothing', () => {
  const picked = [...shelf1(90, [80, 1]), ...shelf2(90, [85, 49])];
  const bench = new Bench(SENSED).all([...picked, sold(90, 0.000001, 1)]);
  expect(lineOf(bench)?.shares).toEqual([{ slotId: 's1', zoneId: 'dairy', quantityMicro: 1, netMinor: 1 }]);
});
