import { describe, expect, it } from 'vitest';
import { awayOf, type DomainEvent, type StoreFile } from '@aisle/contracts';
import { Bench, configured, positions, sale, SHOP, START, state, sum } from './shop.js';

const MINUTE = 60_000;
const FILE: StoreFile = {
  ...SHOP,
  devices: [
    { id: 'cam-1', family: 'camera', dialect: 'aisle' },
    { id: 'till-1', family: 'till', dialect: 'aisle' },
  ],
};
const at = (minutes: number): number => START + minutes * MINUTE;
const says = (minutes: number, what: 'online' | 'offline' = 'online') => state('till-1', at(minutes), what);
const sells = (minutes: number) => sale('till-1', at(minutes), `r${minutes}`, [['6901234567892', 1, 500]]);
/** The shop goes on: what moves its time. */
const looks = (from: number, to: number): DomainEvent[] =>
  Array.from({ length: Math.round((to - from) * 2) + 1 }, (_, n) => positions('cam-1', at(from + n / 2), []));
const away = (bench: Bench): number[] =>
  bench
    .values('coverage', awayOf('till-1'))
    .flatMap(({ ts, value }) => (value.sensedMs > 0 ? [[(ts - START) / MINUTE, value.sensedMs / MINUTE]] : []))
    .flat();
const awayMinutes = (bench: Bench): number =>
  sum(bench.values('coverage', awayOf('till-1')).map(({ value }) => value.sensedMs)) / MINUTE;

describe('a till is away', () => {
  it('from the moment at which it goes until it is back, told while the shop goes on', () => {
    const bench = Bench.guarded(FILE).all([says(0), sells(1), ...looks(0, 10.5), says(10.5, 'offline')]);
    expect(awayMinutes(bench)).toBe(0);
    bench.all(looks(11, 14));
    expect(away(bench)).toEqual([10, 0.5, 11, 1, 12, 1, 13, 1]);
    bench.restart();
    bench.all([...looks(14.5, 20), says(20.25), ...looks(20.5, 40), sells(50)]);
    expect(awayMinutes(bench)).toBe(9.75);
  });

  it('never, where it says no state, however long it is silent', () => {
    const bench = Bench.guarded(FILE).all([sells(1), ...looks(1, 300), sells(301)]);
    expect(bench.values('coverage', awayOf('till-1'))).toEqual([]);
  });

  it('not while it is connected and sells nothing', () => {
    const bench = Bench.guarded(FILE).all([says(0), ...looks(0, 300), sells(301), says(302)]);
    expect(awayMinutes(bench)).toBe(0);
  });

  it('until it sells again, where it does not say that it is back', () => {
    const bench = Bench.guarded(FILE).all([says(0), sells(1), says(5, 'offline'), ...looks(5, 50)]);
    bench.all([sells(50), ...looks(50.5, 80)]);
    expect(awayMinutes(bench)).toBe(45);
  });

  it.each([
    ['behind its word that it is back', (late: DomainEvent[]) => [says(30), ...late]],
    ['before it', (late: DomainEvent[]) => [...late, says(30)]],
  ])('not where sales that it delivers late show that it sensed: %s', (_what, order) => {
    const usual = [2, 4, 6, 8, 10].map(sells);
    const bench = Bench.guarded(FILE).all([says(0), ...usual, says(10.5, 'offline'), ...looks(11, 30)]);
    expect(awayMinutes(bench)).toBe(19.5);
    bench.all(order([12, 14, 17, 19].map(sells)));
    // the last of them says nothing of what came behind it
    expect(awayMinutes(bench)).toBe(11);
  });

  it('as a last will tells it that was made long before: from what was heard last', () => {
    const bench = Bench.guarded(FILE).all([says(0), sells(7), says(-1, 'offline'), ...looks(8, 12), says(12)]);
    expect(awayMinutes(bench)).toBeCloseTo(5, 4);
  });

  it('for the version then in force, and no longer once it is gone', () => {
    const bench = Bench.guarded(FILE).all([says(0), ...looks(0, 3), says(3, 'offline'), ...looks(3.5, 5)]);
    bench.apply(configured({ ...FILE, settings: { minimumCoverage: 0.4 } }, 2, at(5)));
    bench.all(looks(5.5, 8));
    bench.apply(configured({ ...FILE, devices: (FILE.devices ?? []).slice(0, 1) }, 3, at(8)));
    bench.all(looks(8.5, 12));
    const by = (version: number): number =>
      sum(bench.values('coverage', awayOf('till-1')).filter((f) => f.configVersion === version).map((f) => f.value.sensedMs)); // prettier-ignore
    expect([1, 2, 3].map((version) => by(version) / MINUTE)).toEqual([2, 3, 0]);
  });

  it('at most a day back, however long nothing was heard in the shop', () => {
    const bench = Bench.guarded(FILE).all([says(0), ...looks(0, 1), says(1, 'offline'), says(4 * 1440)]);
    expect(awayMinutes(bench)).toBe(1440);
  });
});
