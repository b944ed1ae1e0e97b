import { describe, expect, it } from 'vitest';
import { OwnList } from '../../src/player/own-list.js';
import type { OwnItem } from '../../src/screens/player-list.js';

const item = (contentId: string, more: Partial<OwnItem> = {}): OwnItem => ({
  ...{ contentId, weight: 1, minPlaySeconds: 8, fromTs: null, toTs: null, days: null, hours: null },
  ...more,
});
/** a Saturday, 21:30 in Shanghai */
const NOW = Date.parse('2026-06-13T21:30:00+08:00');
const next = (items: OwnItem[], now = NOW, timezone = 'Asia/Shanghai') =>
  new OwnList().next({ items, timezone }, now, () => true)?.contentId;

describe("the player's own list", () => {
  it('comes round by weight', () => {
    const list = { timezone: 'UTC', items: [item('a', { weight: 2 }), item('b'), item('c')] };
    const own = new OwnList();
    const shown = Array.from({ length: 400 }, () => own.next(list, NOW, () => true)?.contentId);
    const times = (id: string) => shown.filter((one) => one === id).length;
    expect([times('a'), times('b'), times('c')]).toEqual([200, 100, 100]);
  });
  it('leaves out what is not here, and has nothing to say when nothing is', () => {
    const list = { timezone: 'UTC', items: [item('a'), item('b')] };
    const own = new OwnList();
    expect(own.next(list, NOW, (id) => id === 'b')?.contentId).toBe('b');
    expect(own.next(list, NOW, () => false)).toBeUndefined();
  });
  it.each([
    ['before it begins', { fromTs: NOW + 1 }, undefined],
    ['from its beginning on', { fromTs: NOW }, 'a'],
    ['until its end', { toTs: NOW + 1 }, 'a'],
    ['at its end', { toTs: NOW }, undefined],
    ['on another weekday', { days: ['sun'] }, undefined],
    ['on its weekday in the store', { days: ['sat'] }, 'a'],
    ['within its hours', { hours: [['21:30', '22:00']] as [string, string][] }, 'a'],
    ['at the end of its hours', { hours: [['09:00', '21:30']] as [string, string][] }, undefined],
    ['to the end of the day', { hours: [['20:00', '24:00']] as [string, string][] }, 'a'],
  ])('plays by the store’s own clock: %s', (_when, more, expected) => {
    expect(next([item('a', more)])).toBe(expected);
  });
  it('knows the day of the store, not of the machine', () => {
    const late = Date.parse('2026-06-14T00:30:00+08:00');
    expect(next([item('a', { days: ['sun'] })], late)).toBe('a');
    expect(next([item('a', { days: ['sun'] })], late, 'America/New_York')).toBeUndefined();
  });
});
