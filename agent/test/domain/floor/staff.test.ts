import type { DomainEvent, StoreFile } from '@aisle/contracts';
import { describe, expect, it } from 'vitest';
import { listVisits } from '../../../src/visits.js';
import { randomDay, interleave } from '../random-day.js';
import { Bench, configured, positions, seeded, SHOP, START, sum } from '../shop.js';

const withStaff = (staff: StoreFile['staff']): StoreFile => ({ ...SHOP, ...(staff && { staff }) });
const ONE = { devices: [{ id: 'cam-1', family: 'camera' as const, dialect: 'aisle' }] };
type Spot = [x: number, y: number];

/** Each person stands at their place, second by second. */
const shift = (from: number, to: number, people: Record<string, (at: number) => Spot | undefined>): DomainEvent[] => {
  const events: DomainEvent[] = [];
  for (let at = from; at <= to; at += 1000) {
    const seen = Object.entries(people).flatMap(([id, place]): [string, number, number][] => {
      const spot = place(at);
      return spot ? [[id, ...spot]] : [];
    });
    events.push(positions('cam-1', START + at, seen));
  }
  return events;
};
/** In by the door, then at a shelf, then in the bread zone, then out. */
const round = (at: number): Spot | undefined =>
  at < 1000
    ? [6, 8.5]
    : at < 3000
      ? [6, 7]
      : at < 20_000
        ? [3, 2.5]
        : at < 30_000
          ? [6, 2]
          : at < 32_000
            ? [6, 7]
            : [6, 8.5];
const shopper = (at: number): Spot => (at < 2000 ? [6, 8.5] : at < 5000 ? [6, 7] : [3.2, 2.2]);

const figures = (bench: Bench) => ({
  // A minute of which all was taken back is stated as empty.
  dairy: bench
    .values('zone', 'dairy')
    .filter(({ value }) => value.overlapMs > 0)
    .map(({ ts, value }) => [ts, value]),
  crossings: bench.values('crossings', 'main').map(({ value }) => [value.in, value.out]),
  heat: bench
    .values('heat')
    .filter(({ value }) => value.cells.length > 0)
    .map(({ ts, value }) => [ts, value.cells]),
  liveHeat: [...bench.engine.live().heatMs],
  tracks: bench.engine.live().tracks.length,
});

describe('a staff rule', () => {
  it('takes back all that somebody has counted once they enter a zone of the staff, and counts nothing of them any more', () => {
    const rule: StoreFile = { ...SHOP, ...ONE, staff: { zones: ['bread'] } };
    const both = new Bench(rule).all(shift(0, 40_000, { clerk: round, shopper }));
    const alone = new Bench(rule).all(shift(0, 40_000, { shopper }));
    expect(figures(both)).toEqual(figures(alone));
    expect(figures(alone).crossings).toEqual([[1, 0]]);
    expect(both.engine.audienceOf('dairy')).toHaveLength(1);
    // Without the rule both count.
    const free = new Bench({ ...SHOP, ...ONE }).all(shift(0, 40_000, { clerk: round, shopper }));
    expect(figures(free).crossings).toEqual([[2, 1]]);
  });

  it('takes back what was said of their interest, and asks no more', () => {
    const [dairy, ...others] = SHOP.zones ?? [];
    const zones = [{ ...dairy, category: 'milk' } as NonNullable<typeof dairy>, ...others];
    const bench = new Bench({ ...SHOP, ...ONE, zones, staff: { zones: ['bread'] } });
    bench.all(shift(0, 15_000, { clerk: round, shopper }));
    const questions = bench.engine.takeQuestions();
    const answers = questions.map(({ n }): [number, number] => [n, 250_000]);
    bench.apply({ kind: 'judged', ts: START, model: 'm', answers });
    const interest = () => bench.values('zone', 'dairy')[0]?.value.interest ?? { ppmMs: 0, ms: 0 };
    const both = interest();
    bench.all(shift(16_000, 30_000, { clerk: round, shopper }));
    expect(interest().ms).toBeGreaterThan(0);
    expect(interest().ms).toBeLessThan(both.ms);
    expect(interest().ppmMs).toBe(interest().ms * 250_000);
    const left = bench.engine.takeQuestions().filter(({ ts }) => ts > START + 22_000);
    expect(new Set(left.map(({ ts }) => ts)).size).toBe(left.length);
  });

  it('takes whoever is followed for too long for staff, as far back as two hours', () => {
    const rule: StoreFile = { ...SHOP, ...ONE, staff: { afterMinutes: 10 } };
    const clerk = (at: number): Spot => (at < 1000 ? [6, 8.5] : [2 + ((at / 1000) % 7) * 0.4, 1.5 + ((at / 1000) % 3)]);
    const bench = Bench.guarded(rule).all(shift(0, 599_000, { clerk, shopper }));
    expect(bench.values('zone', 'dairy').at(0)?.value.visitors).toBe(2);
    bench.all(shift(600_000, 605_000, { clerk }));
    const alone = new Bench(rule).all([...shift(0, 599_000, { shopper }), ...shift(600_000, 605_000, {})]);
    expect(figures(bench)).toEqual(figures(alone));
    expect(bench.values('zone', 'dairy').at(0)?.value.visitors).toBe(1);
  });

  it('does not make staff of somebody who brushes past their zone', () => {
    const rule: StoreFile = { ...SHOP, ...ONE, staff: { zones: ['bread'] } };
    const brush = (at: number): Spot => (at === 5000 ? [5.2, 2] : [4.5, 2]);
    const bench = new Bench(rule).all(shift(0, 10_000, { brush }));
    expect(bench.values('zone', 'dairy')[0]?.value).toMatchObject({ visits: 1, dwellMs: 10_000 });
  });

  it('changes not a byte where it is not set, and finds the same after a restart anywhere', () => {
    const random = seeded(3);
    const stream = interleave(random, randomDay(random, 40), true);
    const plain = new Bench().all(stream).text();
    // A rule that nobody can meet: nobody is followed for a day.
    expect(new Bench(withStaff({ afterMinutes: 1440 })).all(stream).text()).toBe(plain);
    const rule = withStaff({ zones: ['bread'], afterMinutes: 5 });
    const whole = Bench.guarded(rule).all(stream);
    const restarted = new Bench(rule);
    stream.forEach((event, index) => {
      restarted.apply(event);
      if (index % 1301 === 0) restarted.restart();
      if (index % 977 === 0) restarted.take().evict();
    });
    expect(whole.text()).not.toBe(plain);
    expect(restarted.text()).toBe(whole.text());
    for (const { value } of whole.values('zone')) {
      expect(value.visits).toBeGreaterThanOrEqual(0);
      expect(sum(value.histogram.map(([, count]) => count))).toBe(value.visits);
    }
  });

  it('forgets who was staff with another store file, under which what was counted before stays as it was', () => {
    const rule: StoreFile = { ...SHOP, ...ONE, staff: { zones: ['bread'] } };
    const bench = new Bench(rule).all(shift(0, 15_000, { clerk: round }));
    const [before] = bench.values('zone', 'dairy');
    bench.apply(configured({ ...SHOP, ...ONE, staff: { zones: ['ad'] } }, 2, START + 15_500));
    bench.all(shift(16_000, 60_000, { clerk: round }));
    expect(before?.value.visits).toBe(1);
    expect(bench.values('zone', 'dairy')[0]?.value).toEqual(before?.value);
  });

  it('holds in the list of visits of a recording too', async () => {
    const lines = shift(0, 40_000, { clerk: round, shopper }).map((event) =>
      JSON.stringify({
        ts: event.ts,
        people: (event as ReturnType<typeof positions>).people.map(([id, x, y]) => ({ id, x: x / 1000, y: y / 1000 })),
      }),
    );
    const list = (store: StoreFile) => listVisits(store, lines, () => undefined);
    const { visits, crossings } = await list({ ...SHOP, ...ONE, staff: { zones: ['bread'] } });
    expect(visits.filter((visit) => visit.zoneId === 'dairy')).toHaveLength(1);
    expect(visits.filter((visit) => visit.zoneId === 'bread')).toHaveLength(0);
    expect(crossings).toMatchObject([{ ts: START + 2000, direction: 'in' }]);
    expect((await list({ ...SHOP, ...ONE })).crossings).toHaveLength(3);
  });
});
