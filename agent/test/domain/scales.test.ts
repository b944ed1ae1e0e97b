import { describe, expect, it } from 'vitest';
import type { StoreFile } from '@aisle/contracts';
import { indexStore } from '../../src/devices/store-index.js';
import { esphomeDialect } from '../../src/devices/shelf/esphome.js';
import { weightEvent } from '../../src/devices/shelf/aisle.js';
import { Bench, seeded, SHOP, START, weight } from './shop.js';

type Slots = NonNullable<NonNullable<StoreFile['fixtures']>[number]['slots']>;
/** A shelf whose store file says no capacity and no limit of its sensors; a milk weighs 1 kg, a yogurt 120 g. */
const shelf = (slots: Slots): StoreFile => ({
  ...SHOP,
  fixtures: [{ id: 'fx-1', zone: 'dairy', slots }],
  devices: [{ id: 'shelf-1', family: 'shelf', dialect: 'aisle', fixture: 'fx-1' }],
});
const ONE = shelf([{ id: 's1', gtin: 'yogurt' }]);
const TWO = shelf([
  { id: 's1', gtin: 'yogurt', capacity: 30 },
  { id: 's2', gtin: 'milk', capacity: 12 },
]);
const THREE_MINUTES = 180;

/** Plays [seconds, grams of each slot] one behind the other: 4 Hz, noise of 2 g but where a scale says exactly 0. */
function play(file: StoreFile, ...stays: [seconds: number, ...grams: number[]][]) {
  const bench = new Bench(file);
  const random = seeded(3);
  let at = 0;
  for (const [seconds, ...grams] of stays)
    for (const end = at + seconds * 1000; at < end; at += 250)
      grams.forEach((value, index) =>
        bench.apply(
          weight('shelf-1', START + at + index, `s${index + 1}`, value === 0 ? 0 : value + 2 * random.normal()),
        ),
      );
  const of = (slot: string) => {
    const facts = bench.values('slot', slot).map(({ value }) => value);
    const sum = (what: 'pickups' | 'putbacks') => facts.reduce((all, value) => all + value[what], 0);
    return [sum('pickups'), sum('putbacks'), facts.at(-1)?.stock];
  };
  const incidents = () =>
    bench.values('incident').map(({ value }) => [value.what, value.subject, value.until !== null]);
  return { of, incidents };
}

describe('the end of a 24-bit converter', () => {
  const store = indexStore(ONE, 1);
  const device = store.devices.get('shelf-1');
  if (!device) throw new Error('the shop has no shelf');
  const context = { device, store, receivedTs: START, digest: 'd' };
  it.each([8_388_607, -8_388_607, 8_388_608, -8_388_608, 16_777_215, 16_777_216])('is no weight: %i', (value) => {
    const native = weightEvent({ ts: START, slot: 's1', grams: value }, context);
    const text = new TextEncoder().encode(`${value}.00`);
    for (const decoded of [native, esphomeDialect.decode('shelf-1/sensor/s1/state', text, context)])
      expect(decoded).toMatchObject({ ok: false, reason: 'malformed' });
  });

  it('is told from a weight beside it', () => {
    expect(weightEvent({ ts: START, slot: 's1', grams: 8_388_606 }, context).ok).toBe(true);
  });
});

describe('a step that is more than can be', () => {
  it('is an overload where it goes beyond what a shelf bears, even if nobody has said a limit', () => {
    const { of, incidents } = play(ONE, [6, 1200], [8, 419_430], [6, 1200]);
    expect(of('s1')).toEqual([0, 0, 10]);
    expect(incidents()).toEqual([['overload', 's1', true]]);
  });

  it('is neither put back nor taken when it goes again', () => {
    const { of } = play(ONE, [6, 1200], [8, 1200 + 60 * 120], [6, 1200]);
    expect(of('s1')).toEqual([0, 0, 10]);
  });

  it('is goods once it has stayed, and what is taken of them counts', () => {
    const { of } = play(ONE, [6, 1200], [THREE_MINUTES, 1200 + 60 * 120], [6, 1200 + 59 * 120]);
    expect(of('s1')).toEqual([1, 0, 69]);
  });

  it('is bounded by the capacity where there is one', () => {
    const { of } = play(TWO, [6, 20 * 120, 5000], [8, 50 * 120, 5000], [6, 20 * 120, 5000]);
    expect(of('s1')).toEqual([0, 0, 20]);
  });
});

describe('a scale that starts anew and says 0', () => {
  it('sells nothing, and goes on counting when it is back', () => {
    const { of, incidents } = play(ONE, [6, 1200], [10, 0], [6, 1200], [6, 1080]);
    expect(of('s1')).toEqual([1, 0, 9]);
    expect(incidents()).toEqual([['tampering', 's1', true]]);
  });

  it('is known by both slots of a shelf of two', () => {
    const { of } = play(TWO, [6, 1200, 5000], [10, 0, 0], [6, 1200, 4000]);
    expect(of('s1')).toEqual([0, 0, 10]);
    expect(of('s2')).toEqual([0, 0, 4]);
  });

  it('is not believed of one slot while the other weighs as before: somebody has taken all', () => {
    const { of, incidents } = play(TWO, [6, 1200, 5000], [10, 0, 5000]);
    expect(of('s1')).toEqual([10, 0, 0]);
    expect(incidents()).toEqual([['outOfStock', 's1', false]]);
  });

  it('is told from the last handful taken', () => {
    const { of, incidents } = play(ONE, [6, 360], [10, 0]);
    expect(of('s1')).toEqual([3, 0, 0]);
    expect(incidents()).toEqual([['outOfStock', 's1', false]]);
  });
});
