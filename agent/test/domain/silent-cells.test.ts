import { describe, expect, it } from 'vitest';
import { silentOf, type DomainEvent, type StoreFile } from '@aisle/contracts';
import { Bench, configured, sale, SHOP, START, state, sum, weight } from './shop.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const FILE: StoreFile = {
  ...SHOP,
  devices: (SHOP.devices ?? []).filter(({ id }) => ['shelf-1', 'shelf-2', 'till-1'].includes(id)),
};
const at = (seconds: number): number => START + seconds * SECOND;
/** Slots of the first shelf, told every so many seconds. */
const told = (slots: readonly string[], from: number, to: number, every = 5): DomainEvent[] =>
  Array.from({ length: Math.floor((to - from) / every) + 1 }, (_, n) =>
    slots.map((slot, index) => weight('shelf-1', at(from + n * every) + index, slot, 5000)),
  ).flat();
const silence = (bench: Bench, slot = 's2'): number =>
  sum(bench.values('coverage', silentOf(slot)).map(({ value }) => value.sensedMs)) / SECOND;
const BOTH = ['s1', 's2'];

describe('a load cell that is silent while its shelf speaks on', () => {
  it('senses nothing from its last word until its next, and no other slot is concerned', () => {
    const bench = Bench.guarded(FILE).all(told(BOTH, 0, 100));
    bench.all(told(['s1'], 105, 128));
    expect(silence(bench)).toBe(0);
    bench.all(told(['s1'], 130, 135));
    expect(silence(bench)).toBeCloseTo(35, 1);
    bench.restart();
    bench.all(told(['s1'], 140, 400));
    expect(silence(bench)).toBeCloseTo(300, 1);
    bench.all(told(BOTH, 405, 600));
    expect(silence(bench)).toBeCloseTo(305, 1);
    expect(silence(bench, 's1')).toBe(0);
    expect(bench.values('coverage', silentOf('s2')).every(({ value }) => value.sensedMs <= MINUTE)).toBe(true);
  });

  it('is no more silent than its shelf has sensed: one that was off altogether is not counted twice', () => {
    const bench = Bench.guarded(FILE).all([
      ...told(BOTH, 0, 100),
      ...told(['s1'], 1000, 1100),
      ...told(BOTH, 1105, 1200),
    ]);
    expect(silence(bench)).toBeCloseTo(105, 1);
    const other = Bench.guarded(FILE).all([...told(BOTH, 0, 100), ...told(BOTH, 1000, 1100)]);
    // one cell comes back a moment before the other
    expect(other.values('coverage', silentOf('s2'))).toEqual([]);
  });

  it.each([
    ['before it has spoken at all', told(['s1'], 0, 900)],
    ['before it has shown a rhythm', [...told(BOTH, 0, 30), ...told(['s1'], 35, 900)]],
    ['where it speaks only when something changes', [[0, 4, 9, 15, 300, 310, 700, 705, 712, 1200, 1500, 2600].flatMap((s) => told(['s2'], s, s)), told(['s1'], 0, 2700)].flat().sort((a, b) => a.ts - b.ts)], // prettier-ignore
    ['through intervals that are usual of it', [...told(BOTH, 0, 1000, 50), ...told(['s1'], 1005, 1140), ...told(BOTH, 1145, 1200)]], // prettier-ignore
  ])('says nothing of it %s', (_what, events) => {
    expect(silence(Bench.guarded(FILE).all(events))).toBe(0);
  });

  it.each([12, -12])('is told the same where words of one slot arrive %d s later than those of another', (late) => {
    const events = [...told(BOTH, 0, 100), ...told(['s1'], 105, 300), ...told(BOTH, 305, 500)];
    const arrival = (event: DomainEvent): number =>
      event.ts + ('slotId' in event && event.slotId === 's2' ? late * SECOND : 0);
    const mixed = [...events].sort((a, b) => arrival(a) - arrival(b));
    expect(silence(Bench.guarded(FILE).all(events))).toBeCloseTo(205, 1);
    expect(silence(Bench.guarded(FILE).all(mixed))).toBeCloseTo(205, 1);
  });

  it('is taken back when its words come late', () => {
    const bench = Bench.guarded(FILE).all([...told(BOTH, 0, 100), ...told(['s1'], 105, 200)]);
    expect(silence(bench)).toBeCloseTo(100, 1);
    bench.all(told(['s2'], 105, 200));
    expect(silence(bench)).toBe(0);
  });

  it('belongs to the version then in force, and ends with the slot or its shelf', () => {
    const bench = Bench.guarded(FILE).all([...told(BOTH, 0, 100), ...told(['s1'], 105, 240)]);
    bench.apply(configured({ ...FILE, settings: { minimumCoverage: 0.4 } }, 2, at(240)));
    bench.all(told(['s1'], 245, 360));
    const other = (FILE.devices ?? []).map((device) =>
      device.id === 'shelf-1' ? { ...device, fixture: 'fx-2' } : device,
    );
    bench.apply(configured({ ...FILE, devices: other }, 3, at(360)));
    bench.all([state('shelf-1', at(420)), state('shelf-1', at(480))]);
    const by = (version: number): number =>
      sum(bench.values('coverage', silentOf('s2')).filter((f) => f.configVersion === version).map((f) => f.value.sensedMs)) / SECOND; // prettier-ignore
    expect([1, 2, 3].map((version) => Math.round(by(version)))).toEqual([140, 120, 0]);
  });

  it('leaves what was sold meanwhile to its slot: what it did not see taken is no proof', () => {
    // Milk stands in s1 and s3; of s3 three were taken, and nobody knows of s1, whose cell is broken.
    const file: StoreFile = { ...FILE, devices: [...(FILE.devices ?? [])] };
    const soldOf = (broken: boolean): number => {
      const bench = Bench.guarded(file);
      const events: DomainEvent[] = [...told(BOTH, 0, 100), ...told(broken ? ['s2'] : BOTH, 105, 3600)];
      for (let s = 0; s <= 3600; s += 5) events.push(weight('shelf-2', at(s) + 3, 's3', s < 1800 ? 9000 : 8000));
      bench.all(events.sort((a, b) => a.ts - b.ts));
      bench.apply(sale('till-1', at(3600) + 10, 'r1', [['milk', 4, 4000]]));
      const [fact] = bench.values('sale').map(({ value }) => value);
      return (fact?.lines[0]?.shares ?? []).find(({ slotId }) => slotId === 's1')?.quantityMicro ?? 0;
    };
    expect([soldOf(false), soldOf(true)]).toEqual([0, 3e6]);
  });
});
