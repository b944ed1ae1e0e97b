import { describe, expect, it } from 'vitest';
import { aboutOf } from '../src/devices/screen.js';
import { Random } from '../src/random.js';
import { Attention, ScreenWall, type About } from '../src/world/screens.js';

const STORE = {
  products: [
    { gtin: '1', category: 'dairy' },
    { gtin: '2', category: 'snacks' },
  ],
  devices: [{ id: 'screen-1', family: 'screen', dialect: 'aisle', zone: 'hall' }],
} as never;
const ZONES = [
  {
    zoneId: 'hall',
    kind: 'screen',
    polygon: [
      { x: 0, y: 0 },
      { x: 2, y: 0 },
      { x: 2, y: 2 },
      { x: 0, y: 2 },
    ],
  },
];
const INSIDE = { x: 1, y: 1 };

/** Somebody who has been before the screen for a second and a half, from second 0 on. */
function watcher(about: About, reaction = { strength: 1, noticeShare: 1, rememberSeconds: 60 }, at = INSIDE) {
  const wall = new ScreenWall(STORE, ZONES, reaction, () => undefined);
  wall.show('screen-1', about);
  const attention = new Attention(wall, Random.stream(1, 'a'));
  for (let ts = 0; ts <= 1500; ts += 50) attention.look(at, ts);
  return attention;
}
const DAIRY = { category: 'dairy', gtins: [] };

describe('a shopper who reacts to screens', () => {
  it('takes what was noticed so many times more often, and says because of which screen', () => {
    const attention = watcher(DAIRY);
    expect(attention.takes('1', 0.3, 0.29, 2000)).toEqual({ takes: true });
    expect(attention.takes('1', 0.3, 0.59, 2000)).toEqual({ takes: true, because: 'screen-1' });
    expect(attention.takes('1', 0.3, 0.61, 2000)).toEqual({ takes: false });
  });

  it.each([
    ['of another category', watcher(DAIRY), '2', 2000],
    ['of another product', watcher({ category: 'dairy', gtins: ['2'] }), '1', 2000],
    ['that was forgotten', watcher(DAIRY), '1', 62_000],
    ['that was not noticed', watcher(DAIRY, { strength: 1, noticeShare: 0, rememberSeconds: 60 }), '1', 2000],
    ['with a strength of 0', watcher(DAIRY, { strength: 0, noticeShare: 1, rememberSeconds: 60 }), '1', 2000],
    ['from elsewhere', watcher(DAIRY, undefined, { x: 3, y: 1 }), '1', 2000],
  ])('takes as usual what is %s', (_, attention, gtin, ts) => {
    expect(attention.takes(gtin, 0.3, 0.29, ts)).toEqual({ takes: true });
    expect(attention.takes(gtin, 0.3, 0.31, ts)).toEqual({ takes: false });
  });

  it('notices each item by itself, and nothing in less than a second', () => {
    const wall = new ScreenWall(STORE, ZONES, { strength: 1, noticeShare: 1, rememberSeconds: 60 }, () => undefined);
    const attention = new Attention(wall, Random.stream(1, 'a'));
    wall.show('screen-1', DAIRY);
    for (let ts = 0; ts < 1000; ts += 50) attention.look(INSIDE, ts);
    wall.show('screen-1', { category: null, gtins: ['2'] });
    for (let ts = 1000; ts < 3000; ts += 50) attention.look(INSIDE, ts);
    expect(attention.takes('1', 0.3, 0.5, 3000).takes).toBe(false);
    expect(attention.takes('2', 0.3, 0.5, 3000).takes).toBe(true);
  });
});

describe('what an order says that it is about', () => {
  it.each([
    [{ about: { category: 'dairy', gtins: ['1'] } }, { category: 'dairy', gtins: ['1'] }],
    [{ about: { category: null, gtins: ['1', 2] } }, { category: null, gtins: ['1'] }],
    [{ about: 'dairy' }, undefined],
    [{}, undefined],
    [null, undefined],
  ])('is read from %j', (order, about) => expect(aboutOf(order)).toEqual(about));
});
