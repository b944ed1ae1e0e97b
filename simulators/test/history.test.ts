import { describe, expect, it } from 'vitest';
import {
  DAY_MS,
  FACT_SCHEMAS,
  HOUR_MS,
  MINUTE_MS,
  allGroups,
  compile,
  factKey,
  type Fact,
  type FactKind,
  type FactOf,
  type StoreFile,
} from '@aisle/contracts';
import { readBehaviour, readStore, shopFile } from '../src/adapters/files.js';
import { historyOf, type HistoryOptions } from '../src/history/history.js';

const behaviour = readBehaviour(shopFile('behaviour.yaml'));
const demo = readStore(shopFile('demo.yaml'));
/** a Monday, 07:00 in the shop */
const MONDAY = Date.parse('2026-03-02T07:00:00+08:00');

const past = (more: Partial<HistoryOptions> = {}): Fact[] => [
  ...(function* () {
    const options = { storeFile: demo, behaviour, seed: 4, from: MONDAY, to: MONDAY + 4 * HOUR_MS, ...more };
    for (const facts of historyOf(options)) yield* facts;
  })(),
];
const ofKind = <K extends FactKind>(facts: readonly Fact[], kind: K): FactOf<K>[] =>
  facts.filter((fact) => fact.kind === kind) as FactOf<K>[];
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

describe('the simulated past of a shop', () => {
  const facts = past();

  it('consists of facts as agents state them, each key once, of kinds that an agent of the demo shop states', () => {
    const checkers = new Map(Object.entries(FACT_SCHEMAS).map(([kind, schema]) => [kind, compile(schema)]));
    for (const fact of facts) expect(checkers.get(fact.kind)?.problems(fact)).toEqual([]);
    expect(new Set(facts.map(factKey)).size).toBe(facts.length);
    expect([...new Set(facts.map(({ kind }) => kind))].sort()).toEqual(
      ['coverage', 'crossings', 'decision', 'heat', 'inForce', 'play', 'sale', 'slot', 'zone']
        .concat(facts.some(({ kind }) => kind === 'incident') ? ['incident'] : [])
        .sort(),
    );
  });

  it('is as dense as what an agent states of such a shop: every group and sensed slot, every minute', () => {
    const minutes = (4 * HOUR_MS) / MINUTE_MS;
    const groups = allGroups(demo).length;
    expect(ofKind(facts, 'coverage').length).toBeGreaterThan(0.97 * groups * minutes);
    expect(facts.length / minutes).toBeGreaterThan(110);
    expect(facts.length / minutes).toBeLessThan(160);
    const sparse = past({ slots: 'changed' });
    expect(sparse.length / minutes).toBeLessThan(75);
    const moved = (all: readonly Fact[]) => sum(ofKind(all, 'slot').map(({ value }) => value.pickups));
    expect(moved(sparse)).toBe(moved(facts));
  });

  it('is the same for the same seed, and another for another', () => {
    expect(past()).toEqual(facts);
    expect(past({ seed: 5 })).not.toEqual(facts);
  });

  it('fits together: who comes in goes out, what is sold was taken, and shares add up to the till', () => {
    const crossings = ofKind(facts, 'crossings').filter(({ subject }) => subject !== 'street');
    const [came, went] = [sum(crossings.map(({ value }) => value.in)), sum(crossings.map(({ value }) => value.out))];
    expect(came).toBeGreaterThan(400);
    expect(Math.abs(came - went)).toBeLessThan(came * 0.15);
    const sales = ofKind(facts, 'sale');
    const units = sum(sales.flatMap(({ value }) => value.lines.map((line) => Math.max(0, line.quantityMicro) / 1e6)));
    const slots = ofKind(facts, 'slot');
    const taken = sum(slots.map(({ value }) => value.pickups - value.putbacks));
    expect(units).toBeGreaterThan(0.8 * taken);
    expect(units).toBeLessThan(1.1 * taken);
    for (const { value } of sales) {
      expect(sum(value.lines.map(({ netMinor }) => netMinor))).toBe(value.netMinor);
      for (const line of value.lines) expect(sum(line.shares.map((share) => share.netMinor))).toBe(line.netMinor);
    }
  });

  it('states stock as it follows from what was taken, put back and filled up', () => {
    const bySlot = new Map<string, FactOf<'slot'>[]>();
    for (const fact of ofKind(facts, 'slot')) bySlot.set(fact.subject, [...(bySlot.get(fact.subject) ?? []), fact]);
    expect(bySlot.size).toBe(78);
    for (const [, stated] of bySlot)
      stated.forEach(({ value, ts }, at) => {
        const before = stated[at - 1];
        if (!before || ts - before.ts !== MINUTE_MS) return;
        const moved = value.putbacks + (value.refilled ?? 0) - value.pickups;
        expect(value.stock).toBe((before.value.stock as number) + moved);
        expect(value.stock).toBeGreaterThanOrEqual(0);
      });
  });

  it('lets visits be as long as the minutes that they overlap', () => {
    const zones = ofKind(facts, 'zone');
    for (const { value } of zones) {
      expect(sum(value.histogram.map(([, visits]) => visits))).toBe(value.visits);
      expect(value.visitors).toBeLessThanOrEqual(value.visits);
      expect(value.maxOpen).toBeGreaterThanOrEqual(value.overlapMs > 0 ? 1 : 0);
      expect(value.overlapMs).toBeLessThanOrEqual(value.maxOpen * MINUTE_MS);
    }
    const [dwell, overlap] = [sum(zones.map((z) => z.value.dwellMs)), sum(zones.map((z) => z.value.overlapMs))];
    expect(Math.abs(dwell / overlap - 1)).toBeLessThan(0.02);
  });

  it('keeps to the opening hours of the shop’s own clock, and to the rhythm of hours and weekdays', () => {
    const storeFile: StoreFile = {
      ...demo,
      store: { ...demo.store, timezone: 'Europe/Berlin' },
      hours: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat'], open: '09:30', close: '20:00' }],
    };
    // over the change of the clock of 2026-03-29
    const from = Date.parse('2026-03-27T00:00:00+01:00');
    const week = past({ storeFile, from, to: from + 4 * DAY_MS, slots: 'changed' });
    const clock = new Intl.DateTimeFormat('en-GB', {
      timeZone: 'Europe/Berlin',
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    const counted = new Map<string, number>();
    const times: string[] = [];
    for (const { subject, ts, value } of ofKind(week, 'crossings')) {
      if (subject === 'street') continue;
      const [day, time] = clock.format(ts).split(/,? /) as [string, string];
      if (value.in > 0) times.push(time);
      counted.set(day, (counted.get(day) ?? 0) + value.in);
    }
    expect(counted.get('Sun')).toBeUndefined();
    expect(times.every((time) => time >= '09:30' && time < '20:00')).toBe(true);
    expect([...times].sort()[0]! < '09:36').toBe(true);
    expect(counted.get('Sat')).toBeGreaterThan(counted.get('Mon') as number);
  });
});
