import { describe, expect, it } from 'vitest';
import type { DomainEvent, StoreFile } from '@aisle/contracts';
import { Bench, configured, seeded, SHOP, START, weight } from './shop.js';

const TARE = 500;
const slotOf = (id: string, more = {}) => ({ id, gtin: 'milk', capacity: 12, tareGrams: TARE, ...more });
/** A shelf of four slots of milk (1 kg each), and one that bears 20 kg a slot. */
const FILE: StoreFile = {
  ...SHOP,
  fixtures: [
    { id: 'fx-1', zone: 'dairy', slots: ['s1', 's2', 's3', 's4'].map((id) => slotOf(id)) },
    { id: 'fx-2', zone: 'bread', slots: [{ id: 's5', gtin: 'milk' }] },
  ],
  devices: [
    { id: 'shelf-1', family: 'shelf', dialect: 'aisle', fixture: 'fx-1' },
    { id: 'shelf-2', family: 'shelf', dialect: 'aisle', fixture: 'fx-2', maxGrams: 20_000 },
  ],
};
const units = (count: number): number => TARE + count * 1000;

/** A story of one shop: slots hold what they are told to, measured with noise; restarted now and then. */
class Story {
  readonly bench = Bench.guarded(FILE);
  private readonly random = seeded(7);
  private readonly grams = new Map<string, number>();
  private at = 0;

  /** @param seconds how long it stays so: 4 Hz for two seconds, then every 5 s */
  holds(slots: Record<string, number>, seconds = 30): this {
    for (const [slot, grams] of Object.entries(slots)) this.grams.set(slot, grams);
    const end = this.at + seconds * 1000;
    for (let burst = this.at + 2_000; this.at < end; this.at += this.at < burst ? 250 : 5_000) {
      for (const [slot, grams] of this.grams)
        this.apply(
          weight(slot === 's5' ? 'shelf-2' : 'shelf-1', START + this.at, slot, grams + this.random.normal() * 4),
        );
    }
    this.at = end;
    return this;
  }
  apply(event: DomainEvent): this {
    this.bench.apply(event);
    if (this.random.next() < 0.05) this.bench.restart();
    return this;
  }
  get ts(): number {
    return START + this.at;
  }
  /** [what, subject, from second, to second or null] of every incident */
  get incidents(): unknown[] {
    const seconds = (ts: number | null) => (ts === null ? null : Math.round((ts - START) / 1000));
    return this.bench
      .values('incident')
      .map(({ value }) => [value.what, value.subject, seconds(value.since), seconds(value.until)]);
  }
  moves(slot: string): [pickups: number, putbacks: number, stock: number | null | undefined] {
    const facts = this.bench.values('slot', slot).map(({ value }) => value);
    return [
      facts.reduce((sum, { pickups }) => sum + pickups, 0),
      facts.reduce((sum, { putbacks }) => sum + putbacks, 0),
      facts.at(-1)?.stock,
    ];
  }
}
const story = () => new Story();
const all = (grams: number) => ({ s1: grams, s2: grams, s3: grams, s4: grams });

describe('incidents of a shelf', () => {
  it('calls a slot low, then empty, and fine again once refilled', () => {
    const told = story().holds({ s1: units(5) }).holds({ s1: units(2) }).holds({ s1: units(0) }).holds({ s1: units(12) }); // prettier-ignore
    expect(told.incidents).toEqual([
      ['lowStock', 's1', 30, 60],
      ['outOfStock', 's1', 60, 90],
    ]);
    // A whole crate is no shopper's.
    expect(told.moves('s1')).toEqual([5, 0, 12]);
  });

  it('does not call a slot empty while a hand is in it, nor a full one after a hand or a garbled message', () => {
    const told = story().holds({ s1: units(3) });
    for (const grams of [TARE, TARE + 4]) told.apply(weight('shelf-1', told.ts + 10, 's1', grams));
    told.holds({ s1: units(3) }, 10);
    told.apply(weight('shelf-1', told.ts + 10, 's1', TARE));
    told.holds({ s1: units(3) }, 60);
    expect(told.incidents).toEqual([]);
    expect(told.moves('s1')).toEqual([0, 0, 3]);
  });

  it('says nothing of a slot whose first message alone called it empty', () => {
    const told = story();
    told.apply(weight('shelf-1', START - 1000, 's1', TARE));
    told.holds({ s1: units(8) });
    expect(told.incidents).toEqual([]);
  });

  it('takes a slot that weighs less than nothing for lifted off its cell, and counts no pickups', () => {
    const told = story()
      .holds({ s1: units(6) })
      .holds({ s1: -300 }, 20)
      .holds({ s1: units(6) }, 60);
    expect(told.incidents).toEqual([['tampering', 's1', 30, 50]]);
    expect(told.moves('s1')).toEqual([0, 0, 6]);
    // Somebody has taken two meanwhile: nobody saw a pickup, but the stock is right.
    const less = story()
      .holds({ s1: units(6) })
      .holds({ s1: -300 }, 20)
      .holds({ s1: units(4) }, 60);
    expect(less.moves('s1')).toEqual([0, 0, 4]);
    expect(less.holds({ s1: units(3) }).moves('s1')).toEqual([1, 0, 3]);
  });

  it.each([
    ['far above its capacity', 's1', units(6), 45_000],
    ['above what its sensor bears', 's5', 6000, 21_000],
  ])('takes a slot that weighs %s for overloaded, and counts no putbacks', (_title, slot, before, heavy) => {
    const told = story()
      .holds({ [slot]: before })
      .holds({ [slot]: heavy }, 20)
      .holds({ [slot]: before }, 60);
    expect(told.incidents).toEqual([['overload', slot, 30, 50]]);
    expect(told.moves(slot)).toEqual([0, 0, 6]);
  });

  it('takes a shelf all of whose slots jump at once for pushed, and counts nothing until it rests', () => {
    const told = story().holds(all(units(6))).holds({ s1: units(7), s2: units(5), s3: units(6) + 300, s4: units(4) }, 8); // prettier-ignore
    expect(told.incidents).toEqual([['tampering', 'fx-1', 30, 32]]);
    told.holds(all(units(6)), 60);
    // Pushed back.
    expect(told.incidents[1]).toEqual(['tampering', 'fx-1', 38, 39]);
    for (const slot of ['s1', 's2', 's3', 's4']) expect(told.moves(slot)).toEqual([0, 0, 6]);
    expect(told.holds({ s2: units(5) }).moves('s2')).toEqual([1, 0, 5]);
  });

  it('counts what two hands take from two slots at once: that is no push', () => {
    const told = story()
      .holds(all(units(6)))
      .holds({ s1: units(5), s2: units(4) });
    expect(told.incidents).toEqual([]);
    expect([told.moves('s1'), told.moves('s2')]).toEqual([[1, 0, 5], [2, 0, 4]]); // prettier-ignore
  });

  it('ends the incidents of a slot that leaves the store file, or holds another product', () => {
    const told = story().holds({ s1: units(0), s2: units(0) });
    const [fixture, other] = FILE.fixtures ?? [];
    const slots = [slotOf('s2', { gtin: 'yogurt' }), slotOf('s3')];
    told.apply(configured({ ...FILE, fixtures: [{ ...fixture!, slots }, other!] }, 2, told.ts));
    expect(told.incidents).toEqual([
      ['outOfStock', 's1', 0, 27],
      ['outOfStock', 's2', 0, 27],
    ]);
  });

  it.each([
    ['every 5 s, and at 4 Hz around a change', 5_000, 250],
    ['at 10 Hz', 100, 100],
    ['every 30 s only', 30_000, 30_000],
  ])('is told of within 60 s of event time by a shelf that speaks %s', (_title, heartbeat, hurry) => {
    const random = seeded(3);
    for (let round = 0; round < 8; round += 1) {
      const bench = new Bench(FILE);
      const emptied = START + 120_000 + random.whole(0, 60_000);
      let told: number | undefined;
      for (let ts = START + random.whole(0, 5000); told === undefined;) {
        bench.apply(weight('shelf-1', ts, 's1', units(ts < emptied ? 3 : 0) + random.normal() * 4));
        if (bench.values('incident').some(({ value }) => value.what === 'outOfStock')) told = ts;
        const next = ts + (ts >= emptied && ts < emptied + 1_500 ? hurry : heartbeat);
        ts = hurry < heartbeat && ts < emptied && next > emptied ? emptied : next;
      }
      expect(told).toBeGreaterThanOrEqual(emptied);
      expect(told - emptied).toBeLessThanOrEqual(60_000);
    }
  });
});

describe('taring a slot', () => {
  const tared = (slotId: string, knownGrams: number, ts: number) => ({ kind: 'tared' as const, ts, slotId, knownDecigrams: knownGrams * 10 }); // prettier-ignore

  it('reads the stock anew, goes on over a restart, and does not count the weight as goods when it is taken off', () => {
    // The scale was never set to zero: 2.3 kg lie on it while nothing does.
    const told = story().holds({ s5: 2300 });
    expect(told.moves('s5')[2]).toBe(2);
    told.holds({ s5: 2800 }).apply(tared('s5', 500, told.ts));
    told.bench.restart();
    const [pickups, putbacks, stock] = told.moves('s5');
    expect(stock).toBe(0);
    told.holds({ s5: 2300 }).holds({ s5: 8300 });
    expect(told.moves('s5')).toEqual([pickups, putbacks, 6]);
  });

  it('weighs what lies there now, though the scale has not come to rest', () => {
    const told = story().holds({ s5: 2300 });
    // Half a second after the weight was put there: nothing has settled yet.
    told.holds({ s5: 4300 }, 0.5).apply(tared('s5', 2000, told.ts));
    told.holds({ s5: 2300 }).holds({ s5: 8300 });
    expect(told.moves('s5')[2]).toBe(6);
  });

  it('holds until the store file says something else of that slot', () => {
    const told = story()
      .holds({ s5: 2300 })
      .apply(tared('s5', 0, START + 30_000))
      .holds({ s5: 5300 });
    expect(told.moves('s5')[2]).toBe(3);
    told.apply(configured({ ...FILE, staff: { afterMinutes: 60 } }, 2, told.ts)).holds({}, 60);
    expect(told.moves('s5')[2]).toBe(3);
    const [fixture] = FILE.fixtures ?? [];
    const other = { id: 'fx-2', zone: 'bread', slots: [{ id: 's5', gtin: 'milk', tareGrams: 1300 }] };
    told.apply(configured({ ...FILE, fixtures: [fixture!, other] }, 3, told.ts)).holds({}, 60);
    expect(told.moves('s5')[2]).toBe(4);
  });

  it('is refused for a slot that does not exist or has not been weighed', () => {
    const bench = new Bench(FILE);
    for (const slot of ['s1', 'nowhere'])
      expect(bench.apply(tared(slot, 500, START))).toMatchObject({ accepted: false });
  });
});
