import { describe, expect, it } from 'vitest';
import type { DomainEvent, StoreFile } from '@aisle/contracts';
import { split } from '../../src/domain/goods/split.js';
import { Bench, configured, positions, sale, seeded, SHOP, START, sum, weight } from './shop.js';

const MINUTE = 60_000;
/** The slot holds `grams` from `at` on: five samples at 4 Hz. */
const holds = (device: string, slot: string, at: number, grams: number) =>
  [0, 250, 500, 750, 1000].map((after) => weight(device, START + at + after, slot, grams));
const take = (at: number, units: number) => holds('shelf-1', 's1', at, units * 1000);
const takeOther = (at: number, units: number) => holds('shelf-2', 's3', at, units * 1000);
const sold = (at: number, quantity: number, netMinor: number, receipt = 'r1') =>
  sale('till-1', START + at, receipt, [['milk', quantity, netMinor]]);
/** slot → [quantity in millionths, net in minor units] of the first line */
const sharesOf = (bench: Bench) =>
  Object.fromEntries(
    (bench.values('sale')[0]?.value.lines[0]?.shares ?? []).map((share) => [
      share.slotId,
      [share.quantityMicro, share.netMinor],
    ]),
  );

describe('splitting', () => {
  it.each([
    [100, [1, 1, 1], [34, 33, 33]],
    [101, [1, 1, 1], [34, 34, 33]],
    [-100, [1, 1, 1], [-34, -33, -33]],
    [1, [1, 3], [0, 1]],
    [0, [2, 1], [0, 0]],
    [7, [1, 0], [7, 0]],
  ])('%i by %j gives %j', (amount, weights, parts) => {
    expect(split(amount, weights)).toEqual(parts);
  });

  it('adds up, whatever is split, each part within one of its exact share', () => {
    const random = seeded(9);
    for (let round = 0; round < 2000; round += 1) {
      const weights = Array.from({ length: random.whole(1, 9) }, () => random.whole(0, 50));
      weights[0] = (weights[0] as number) + 1;
      const amount = random.whole(-1e12, 1e12);
      const parts = split(amount, weights);
      expect(sum(parts)).toBe(amount);
      const total = sum(weights);
      parts.forEach((part, index) =>
        expect(Math.abs(part - (amount * (weights[index] as number)) / total)).toBeLessThan(1.001),
      );
    }
  });
});

describe('where a sale line goes', () => {
  const levels = [...take(0, 20), ...takeOther(0, 20)];
  it.each([
    ['by facings when nothing was taken', [sold(MINUTE, 1, 1001)], { s1: [750_000, 751], s3: [250_000, 250] }],
    ['to the slot that it was taken from', [...take(10_000, 19), sold(MINUTE, 1, 1001)], { s1: [1_000_000, 1001] }],
    [
      'by net pickups per slot',
      [...take(10_000, 18), ...takeOther(10_000, 19), sold(MINUTE, 3, 1000)],
      { s1: [2_000_000, 667], s3: [1_000_000, 333] },
    ],
    [
      'what was put back does not count',
      [...take(10_000, 18), ...takeOther(10_000, 19), ...take(20_000, 20), sold(MINUTE, 1, 1000)],
      { s3: [1_000_000, 1000] },
    ],
    [
      'a negative net counts as none',
      [...take(10_000, 22), sold(MINUTE, 1, 1000)],
      { s1: [750_000, 750], s3: [250_000, 250] },
    ],
    [
      'not by what was taken after it',
      [...take(10_000, 19), sold(10_000, 1, 1000)],
      { s1: [750_000, 750], s3: [250_000, 250] },
    ],
    [
      'by what was taken an hour before',
      [...take(10_000, 19), sold(10_000 + 3_600_000, 1, 1000)],
      { s1: [1_000_000, 1000] },
    ],
    [
      'not by what was taken earlier',
      [...take(10_000, 19), sold(10_001 + 3_600_000, 1, 1000)],
      { s1: [750_000, 750], s3: [250_000, 250] },
    ],
    ['a return is split like a sale', [sold(MINUTE, -1, -1001)], { s1: [-750_000, -751], s3: [-250_000, -250] }],
  ] as [string, DomainEvent[], object][])('%s, whichever arrives first', (_title, events, expected) => {
    expect(sharesOf(new Bench().all([...levels, ...events]))).toEqual(expected);
    const sales = events.filter((event) => event.kind === 'sale');
    expect(
      sharesOf(new Bench().all([...sales, ...levels, ...events.filter((event) => event.kind !== 'sale')])),
    ).toEqual(expected);
  });

  it('leaves a product without a slot, or an unknown one, unplaced', () => {
    const bench = new Bench().all([
      sale('till-1', START, 'r1', [
        ['nothing', 2, 500],
        ['yogurt', 1, 400],
      ]),
    ]);
    const [fact] = bench.values('sale');
    expect(fact?.value).toMatchObject({
      netMinor: 900,
      transaction: true,
      lines: [{ shares: [] }, { shares: [{ slotId: 's2', zoneId: 'dairy' }] }],
    });
  });

  it('counts only a receipt with a positive line as a transaction', () => {
    expect(new Bench().all([sold(0, -1, -1250)]).values('sale')[0]?.value.transaction).toBe(false);
  });

  it('adds up to the till, to the cent', () => {
    const random = seeded(4);
    const events: DomainEvent[] = [];
    let total = 0;
    for (let at = 0; at < 3_000_000; at += 20_000) {
      if (random.next() < 0.5) events.push(...take(at + 1500, random.whole(5, 25)));
      const lines = Array.from({ length: random.whole(1, 4) }, (): [string, number, number] => [
        random.pick(['milk', 'yogurt', 'loose', 'nothing']),
        random.pick([1, 2, -1, 0.35]),
        random.whole(-2000, 9000),
      ]);
      total += sum(lines.map((line) => line[2]));
      events.push(sale('till-1', START + at, `r${at}`, lines));
    }
    const facts = new Bench().all(events).values('sale');
    expect(sum(facts.map((fact) => fact.value.netMinor))).toBe(total);
    for (const line of facts.flatMap((fact) => fact.value.lines)) {
      if (line.shares.length === 0) continue;
      expect(sum(line.shares.map((share) => share.netMinor))).toBe(line.netMinor);
      expect(sum(line.shares.map((share) => share.quantityMicro))).toBe(line.quantityMicro);
    }
  });

  it('reads the plan that held at the time of the sale, the first one for all times before', () => {
    const onlyBread: StoreFile = { ...SHOP, fixtures: (SHOP.fixtures ?? []).slice(1) };
    const bench = new Bench().all([positions('cam-1', START + 12 * MINUTE, [])]);
    bench.apply(configured(onlyBread, 2, START + 10 * MINUTE));
    const zones = (at: number, receipt: string) => {
      bench.apply(sold(at, 1, 1000, receipt));
      return bench
        .values('sale')
        .find((fact) => fact.value.receipt === receipt)
        ?.value.lines[0]?.shares.map((share) => share.zoneId);
    };
    expect(zones(5 * MINUTE, 'before')).toEqual(['dairy', 'bread']);
    expect(zones(11 * MINUTE, 'after')).toEqual(['bread']);
    expect(zones(-500 * MINUTE, 'long ago')).toEqual(['dairy', 'bread']);
  });
});

describe('receipts', () => {
  const line: [string, number, number][] = [['milk', 1, 1250]];
  const other: [string, number, number][] = [['milk', 2, 2500]];
  const DAY = 86_400_000;
  it.each([
    [
      'the same content again is a duplicate',
      sale('till-1', START, 'r', line),
      sale('till-1', START, 'r', line),
      'duplicate',
    ],
    ['by REST too', sale('till-1', START, 'r', line), sale('till-1', START, 'r', line, 'rest'), 'duplicate'],
    ['other content is a conflict', sale('till-1', START, 'r', line), sale('till-1', START, 'r', other), 'conflict'],
    [
      'from another till as well',
      sale('till-1', START, 'r', line),
      sale('till-1', START + 9 * DAY, 'r', line, 'rest'),
      'conflict',
    ],
    [
      'however long ago it was',
      sale('till-1', START, 'r', line),
      sale('till-1', START + 90 * DAY, 'r', other),
      'conflict',
    ],
    [
      'a till that begins anew each day may repeat a number the next day',
      sale('till-day', START, 'r', line),
      sale('till-day', START + DAY, 'r', line),
      'ok',
    ],
    [
      'but not on the same store day',
      sale('till-day', START, 'r', line),
      sale('till-day', START + 13 * 3_600_000, 'r', line),
      'conflict',
    ],
    [
      'a store day ends at midnight in the shop',
      sale('till-day', START, 'r', line),
      sale('till-day', START + 14 * 3_600_000, 'r', line),
      'ok',
    ],
    [
      'tills that begin anew have numbers of their own',
      sale('till-1', START, 'r', line),
      sale('till-day', START, 'r', other),
      'ok',
    ],
  ] as const)('%s', (_title, first, second, expected) => {
    const bench = new Bench();
    expect(bench.apply(first).accepted).toBe(true);
    const outcome = bench.apply(second);
    expect(outcome.accepted ? 'ok' : outcome.reason).toBe(expected);
    expect(bench.values('sale')).toHaveLength(expected === 'ok' ? 2 : 1);
  });
});

describe('shelves', () => {
  it('states pickups, putbacks and the stock at the end of each minute in which a slot was weighed', () => {
    const bench = new Bench().all([
      ...take(0, 20),
      ...take(30_000, 19),
      ...take(50_000, 17),
      ...take(70_000, 18),
      weight('shelf-1', START + 3 * MINUTE, 's1', 18_002),
    ]);
    expect(
      bench
        .values('slot', 's1')
        .map((fact) => [(fact.ts - START) / MINUTE, fact.value.pickups, fact.value.putbacks, fact.value.stock]),
    ).toEqual([
      [0, 3, 0, 17],
      [1, 0, 1, 18],
      [3, 0, 0, 18],
    ]);
  });

  it('dates a pickup to the first sample that deviates, although it settles in the next minute', () => {
    const bench = new Bench().all([...take(0, 20), ...take(59_750, 19)]);
    expect(bench.values('slot', 's1').map((fact) => [fact.value.pickups, fact.value.stock])).toEqual([
      [1, 19],
      [0, 19],
    ]);
  });

  it('counts steps of a product without a unit weight as one item and knows no stock', () => {
    const bench = new Bench().all([...holds('shelf-2', 's4', 0, 900), ...holds('shelf-2', 's4', 5000, 600)]);
    expect(bench.values('slot', 's4')[0]?.value).toMatchObject({ pickups: 1, stock: null });
  });

  it('keeps the level of a slot that a new store file leaves as it was', () => {
    const bench = new Bench().all(take(0, 20));
    bench.apply(configured({ ...SHOP, zones: (SHOP.zones ?? []).slice(0, 2) }, 2));
    bench.all(take(10_000, 19));
    expect(
      bench.values('slot', 's1').map(({ configVersion, value }) => [configVersion, value.pickups, value.stock]),
    ).toEqual([
      [1, 0, 20],
      [2, 1, 19],
    ]);
  });

  it('reads the stock anew when a slot gets another product', () => {
    const store: StoreFile = {
      ...SHOP,
      products: (SHOP.products ?? []).map((product) =>
        product.gtin === 'milk' ? { ...product, unitGrams: 500 } : product,
      ),
    };
    const bench = new Bench().all(take(0, 20));
    bench.apply(configured(store, 2));
    bench.all(holds('shelf-1', 's1', 10_000, 19_500));
    expect(bench.values('slot', 's1').at(-1)).toMatchObject({ configVersion: 2, value: { pickups: 1, stock: 39 } });
  });
});
