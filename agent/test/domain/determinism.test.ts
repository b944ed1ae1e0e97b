import { describe, expect, it } from 'vitest';
import { Value } from '@sinclair/typebox/value';
import { FACT_SCHEMAS } from '@aisle/contracts';
import { interleave, randomDay } from './random-day.js';
import { Bench, configured, crossing, positions, sale, seeded, SHOP, START, sum, weight } from './shop.js';

const seeds = Array.from({ length: 4 }, (_, index) => index + 1);

describe('the engine', () => {
  it.each(seeds)(
    'gives the same facts and revisions whenever they are taken, windows paged out or not, restarted anywhere (seed %i)',
    (seed) => {
      const random = seeded(seed);
      const stream = interleave(random, randomDay(random, 150), true);
      const change = random.whole(100, stream.length - 100);
      stream.splice(change, 0, configured({ ...SHOP, zones: (SHOP.zones ?? []).slice(0, 2) }, 2, START + 1000));
      const atTheEnd = Bench.guarded().all(stream);
      const afterEach = new Bench();
      const restarted = new Bench();
      const restarts = new Set([
        change,
        change + 1,
        ...Array.from({ length: 12 }, () => random.whole(0, stream.length - 1)),
      ]);
      stream.forEach((event, index) => {
        expect(afterEach.apply(event)).toEqual(restarted.apply(event));
        afterEach.take();
        afterEach.evict();
        if (restarts.has(index)) restarted.restart();
        if (random.next() < 0.01) restarted.take().evict();
      });
      expect(afterEach.table.size).toBeGreaterThan(0);
      expect(afterEach.facts.size).toBeGreaterThan(500);
      expect(afterEach.text()).toBe(atTheEnd.text());
      expect(restarted.text()).toBe(atTheEnd.text());
      expect(restarted.engine.refusals()).toEqual(atTheEnd.engine.refusals());
      expect(restarted.engine.live()).toEqual(atTheEnd.engine.live());
      for (const fact of atTheEnd.facts.values()) expect([...Value.Errors(FACT_SCHEMAS[fact.kind], fact)]).toEqual([]);
    },
  );

  it.each(seeds)('gives equal figures however the streams of different devices are interleaved (seed %i)', (seed) => {
    const random = seeded(1000 + seed);
    const days = randomDay(random, 100);
    const reference = new Bench().all(interleave(random, days, true)).text(false);
    for (let round = 0; round < 3; round += 1)
      expect(new Bench().all(interleave(random, days, false)).text(false)).toBe(reference);
    expect(new Bench().all(days.flat()).text(false)).toBe(reference);
    expect(new Bench().all([...days].reverse().flat()).text(false)).toBe(reference);
  });

  it('does not restate a fact whose value an event leaves as it was', () => {
    const bench = new Bench().all([sale('till-1', START + 60_000, 'r1', [['milk', 1, 1250]])]);
    const [first] = bench.values('sale');
    // One unit leaves s1: the share moves there. A second one from s1 changes nothing any more.
    const take = (at: number, units: number) =>
      [0, 250, 500, 750].map((after) => weight('shelf-1', START + at + after, 's1', units * 1000));
    bench.all([weight('shelf-1', START, 's1', 20_000), ...take(10_000, 19)]);
    const moved = bench.values('sale')[0];
    expect(moved?.seq).toBeGreaterThan(first?.seq as number);
    expect(moved?.value.lines[0]?.shares).toEqual([
      { slotId: 's1', zoneId: 'dairy', quantityMicro: 1_000_000, netMinor: 1250 },
    ]);
    bench.all(take(20_000, 18));
    expect(bench.values('slot', 's1')[0]?.value.pickups).toBe(2);
    expect(bench.values('sale')[0]?.seq).toBe(moved?.seq);
  });

  it('pages an old minute in for a late crossing, and counts in full', () => {
    const bench = new Bench();
    bench.all([crossing('counter', START + 1000, 'in', 2), crossing('counter', START + 2000, 'out')]);
    const first = sale('till-1', START + 1000, 'r-1', [['milk', 1, 1250]]);
    bench.apply(first);
    for (let at = 0; at < 3 * 3_600_000; at += 1000) bench.apply(positions('cam-1', START + at, [['a', 2, 2]]));
    bench.take();
    expect(bench.evict()).toBeGreaterThan(30);
    expect([...bench.table.keys()]).toContain(`crossings|${START}|main`);
    bench.asked.length = 0;
    bench.apply(crossing('counter', START + 30_000, 'in', 5));
    expect(bench.asked).toContain(`crossings|${START}|main`);
    const [fact] = bench.values('crossings', 'main');
    expect(fact?.value).toEqual({ in: 0, out: 0, source: 'tracks', others: [{ source: 'counter', in: 7, out: 1 }] });
    // Nor is a record forgotten with its minute.
    expect(bench.apply({ ...first, digest: 'again' })).toMatchObject({ reason: 'duplicate' });
    expect(bench.apply({ ...first, digest: 'other', contentDigest: 'other' })).toMatchObject({ reason: 'conflict' });
    // As a release knew it that read codes as they were written.
    expect(
      bench.apply({ ...first, digest: 'more', contentDigest: 'other', formerDigest: first.contentDigest }),
    ).toMatchObject({ reason: 'duplicate' });
  });

  it('goes on with a long visit of a camera that lags hours behind the others', () => {
    const bench = new Bench();
    const stand = (at: number) => positions('cam-1', START + at, [['a', 2, 1.5]]);
    for (let at = 0; at <= 300_000; at += 1000) bench.apply(stand(at));
    for (let at = 0; at < 11_000; at += 1) bench.apply(positions('cam-2', START + at * 1500, []));
    bench.take();
    expect(bench.evict()).toBeGreaterThan(0);
    bench.apply(stand(301_000));
    expect(bench.values('zone', 'dairy')[0]?.value).toMatchObject({
      visits: 1,
      dwellMs: 301_000,
      histogram: [[301, 1]],
    });
  });

  it('holds no more than about two hours in memory, however long it runs', () => {
    const bench = new Bench();
    const sizes: number[] = [];
    for (let hour = 0; hour < 10; hour += 1) {
      for (let at = 0; at < 3_600_000; at += 1000) {
        const ts = START + hour * 3_600_000 + at;
        bench.apply(positions('cam-1', ts, [[`p${Math.floor(ts / 60_000)}`, 2 + (at % 5), 2]]));
        // Of goods with several slots a sale is kept for a day, as long as late pickups may revise it.
        if (at % 60_000 === 0) bench.apply(sale('till-1', ts, `r${ts}`, [['yogurt', 1, 1250]]));
        if (at % 10_000 === 0) bench.apply(weight('shelf-1', ts, 's1', 20_000));
      }
      bench.take().facts.clear();
      bench.evict();
      sizes.push(JSON.stringify(bench.engine.snapshot()).length);
    }
    expect(sizes[9]).toBeLessThan((sizes[4] as number) * 1.2);
    expect(sum(sizes)).toBeGreaterThan(0);
  });
});
