import { describe, expect, it } from 'vitest';
import type { DomainEvent, StoreFile } from '@aisle/contracts';
import { Bench, configured, crossing, positions, seeded, SHOP, START, state, sum, weight } from './shop.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const shopOf = (...ids: string[]): StoreFile => ({
  ...SHOP,
  devices: (SHOP.devices ?? []).filter(({ id }) => ids.includes(id)),
});
const sensed = (bench: Bench, group: string): number =>
  sum(bench.values('coverage', group).map(({ value }) => value.sensedMs));
const looks = (from: number, to: number, everyMs: number): DomainEvent[] =>
  Array.from({ length: Math.ceil((to - from) / everyMs) }, (_, n) =>
    positions('cam-1', START + from + n * everyMs, []),
  );

describe('a device senses from each of its messages until the next', () => {
  it.each([
    ['one weight every 30 s, give or take', 1, 30 * SECOND],
    ['two slots every minute, at once', 2, 60 * SECOND],
    ['one weight every 90 s', 1, 90 * SECOND],
  ])('all the time where that is how often it speaks: %s', (_what, slots, everyMs) => {
    const random = seeded(4);
    const events: DomainEvent[] = [];
    for (let at = 0; at <= 40 * MINUTE; at += everyMs)
      for (const slot of ['s1', 's2'].slice(0, slots))
        events.push(weight('shelf-1', START + at + random.whole(0, 900), slot, 5000));
    events.sort((a, b) => a.ts - b.ts);
    const bench = Bench.guarded(shopOf('shelf-1')).all(events);
    expect(sensed(bench, 'shelf-1')).toBe((events.at(-1)?.ts ?? 0) - (events[0]?.ts ?? 0));
  });

  it.each([
    ['40 s of a camera', looks(0, 2 * MINUTE, 500), 40 * SECOND, looks(0, 2 * MINUTE, 500)],
    ['40 minutes of a camera', looks(0, 2 * MINUTE, 500), 40 * MINUTE, looks(0, 2 * MINUTE, 500)],
    ['31 s of one that begins', looks(0, 1, 500), 31 * SECOND, looks(0, 2 * MINUTE, 500)],
    ['6 minutes of one that speaks every two', looks(0, 20 * MINUTE, 2 * MINUTE), 6 * MINUTE, looks(0, 4 * MINUTE, 2 * MINUTE)], // prettier-ignore
  ])('not through a silence that is longer than suits it: %s', (_what, before, silence, after) => {
    const moved = (before.at(-1)?.ts ?? 0) + silence - START;
    const bench = new Bench(shopOf('cam-1'));
    bench.all(before).all(after.map((event, n) => ({ ...event, ts: event.ts + moved, digest: `again${n}` })));
    const spoken = [before, after].map((events) => (events.at(-1)?.ts ?? 0) - (events[0]?.ts ?? 0));
    expect(sensed(bench, 'cam-1')).toBe(sum(spoken));
  });

  it('never through more than five minutes, however seldom it speaks', () => {
    const bench = new Bench(shopOf('cam-1')).all(looks(0, 60 * MINUTE, 6 * MINUTE));
    expect(sensed(bench, 'cam-1')).toBe(0);
  });

  it('while it is connected, where it only speaks when something happens', () => {
    const bench = Bench.guarded(shopOf('cam-1'));
    bench.all([state('cam-1', START), crossing('cam-1', START + 20 * MINUTE, 'in')]);
    expect(sensed(bench, 'cam-1>main')).toBe(20 * MINUTE);
    bench.all([crossing('cam-1', START + 50 * MINUTE, 'out'), state('cam-1', START + 55 * MINUTE, 'offline')]);
    expect(sensed(bench, 'cam-1>main')).toBe(55 * MINUTE);
    bench.all([state('cam-1', START + 80 * MINUTE), crossing('cam-1', START + 90 * MINUTE, 'in')]);
    bench.restart();
    bench.apply(crossing('cam-1', START + 100 * MINUTE, 'in'));
    expect(sensed(bench, 'cam-1>main')).toBe(75 * MINUTE);
  });

  it('not while it is connected, where it would speak all the time if it saw anything', () => {
    const bench = new Bench(shopOf('cam-1')).all([state('cam-1', START), ...looks(0, 1 * MINUTE, 500)]);
    const before = sensed(bench, 'cam-1');
    bench.all([state('cam-1', START + 20 * MINUTE), state('cam-1', START + 40 * MINUTE)]);
    expect(sensed(bench, 'cam-1')).toBe(before);
  });

  it('for the version then in force: a group that a change makes begins with it, and a minute adds up', () => {
    const covers = (one: string[], other: string[]): StoreFile => ({
      ...shopOf('cam-1', 'cam-2'),
      devices: [
        { id: 'cam-1', family: 'camera', dialect: 'aisle', covers: one },
        { id: 'cam-2', family: 'camera', dialect: 'aisle', covers: other },
      ],
    });
    const both = (from: number, to: number) =>
      looks(from, to, 500).flatMap((event) => [event, positions('cam-2', event.ts, [])]);
    const bench = Bench.guarded(covers(['dairy'], ['bread'])).all(both(0, 20_000));
    bench.apply(configured(covers(['dairy'], ['bread', 'dairy']), 2, START + 20_000));
    bench.all(both(20_000, 60_500));
    const of = (group: string) =>
      bench.values('coverage', group).map(({ configVersion, value }) => [configVersion, value.sensedMs]);
    expect(of('cam-1')).toEqual([[1, 19_500]]);
    expect(of('cam-1&cam-2')).toEqual([[2, 40_500]]);
    expect(of('cam-2')).toEqual([[1, 19_500], [2, 40_500]]); // prettier-ignore
  });
});
