import { expect, it } from 'vitest';
import { Records } from '../../src/domain/core/records.js';
import { WINDOW_KEPT_EVENTS, WINDOW_KEPT_MS, WindowStore } from '../../src/domain/core/window-store.js';
import { START, play } from './shop.js';

const MINUTE = 60_000;

it('what a door tells late of an old minute stays at hand while it goes on telling, and is paged out whole afterwards', () => {
  const store = new WindowStore();
  const records = new Records(store, { at: () => undefined });
  const swept = (applied: number) => {
    store.applied = applied;
    store.takeFacts();
    return store.takeEvictions(() => undefined);
  };
  store.newest = 10 * MINUTE + WINDOW_KEPT_MS + MINUTE;
  records.remember('door-1', 10 * MINUTE + 1, 'a');
  store.applied = WINDOW_KEPT_EVENTS;
  records.remember('door-1', 10 * MINUTE + 2, 'b');
  expect(swept(2 * WINDOW_KEPT_EVENTS - 1)).toEqual([]);
  expect(records.isKnown('door-1', 10 * MINUTE + 1, 'a')).toBe(true);
  const [gone, ...more] = swept(3 * WINDOW_KEPT_EVENTS);
  expect([gone?.key, more]).toEqual([`records|${10 * MINUTE}|door-1`, []]);
  store.load(gone ? [gone] : []);
  expect(['a', 'b', 'c'].map((digest) => records.isKnown('door-1', 10 * MINUTE + 59_999, digest))).toEqual([true, true, false]); // prettier-ignore
});

it('a play is told anew once more is known of who saw it, and only then', () => {
  const store = new WindowStore();
  let seen = 1;
  const records = new Records(store, { at: () => undefined }, () => ({ opportunities: seen, watchers: 0 }));
  const shown = play(START + 20_000, 'd1', { startedTs: START + 10_000, endedTs: START + 20_000 });
  store.newest = START + 20_000;
  records.play(shown);
  const told = () =>
    store.takeFacts().map(({ kind, value }) => [kind, (value as { opportunities: number }).opportunities]);
  expect(told()).toEqual([['play', 1]]);
  const look = (from: number, to: number) => {
    records.watched(shown.deviceId, START + from, START + to);
    return told();
  };
  expect(look(11_000, 12_000)).toEqual([]);
  seen = 2;
  // before it began, and from its end on, it was not there
  expect([look(0, 10_000), look(20_000, 30_000)]).toEqual([[], []]);
  expect(look(19_999, 30_000)).toEqual([['play', 2]]);
  seen = 3;
  expect(look(0, 10_001)).toEqual([['play', 3]]);
});
