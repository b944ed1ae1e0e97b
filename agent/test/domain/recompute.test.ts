import { describe, expect, it } from 'vitest';
import { factKey, type DomainEvent, type Fact } from '@aisle/contracts';
import { createEngine } from '../../src/domain/engine/engine.js';
import { recompute, RECOMPUTE_MARGIN_MS } from '../../src/journal/recompute.js';
import type { JournalEntry } from '../../src/journal/record.js';
import { interleave, randomDay } from './random-day.js';
import { Bench, configured, crossing, seeded, SHOP, START } from './shop.js';

const MINUTE = 60_000;
const day = (minutes: number): DomainEvent[] => {
  const random = seeded(5);
  const stream = interleave(random, randomDay(random, minutes), true);
  stream.splice(Math.floor(stream.length / 2), 0, configured({ ...SHOP, products: [] }, 2, START + (minutes / 2) * MINUTE)); // prettier-ignore
  return [configured(), ...stream];
};
const byKey = (facts: Iterable<Fact>) => new Map([...facts].map((fact) => [factKey(fact), fact]));

/** A shop that has run, its facts as the cloud knows them, and its journal. */
function shopOf(events: readonly DomainEvent[]) {
  const bench = new Bench(null).all(events).take();
  const entries = events.map((event, index): JournalEntry => ({ seq: index + 1, event, inboxSeq: 0 }));
  const again = (over: { from?: number; fromTs?: number; stated?: readonly Fact[] } = {}) => {
    const { from = 1, fromTs = START, stated = [] } = over;
    return recompute({
      create: () => createEngine(),
      replay: (handle) => Promise.resolve(entries.slice(from - 1).forEach(handle)),
      firstSeq: from,
      inForce: (ts) => bench.engine.inForceAt(ts),
      stated: (ts) => [...bench.engine.statements(ts), ...stated],
      seq: entries.length + 1,
      generation: 2,
      fromTs,
    });
  };
  return { bench, again };
}

describe('recomputing from the journal', () => {
  it('states every fact from a time on anew, of the next generation, and nothing older', async () => {
    const { bench, again } = shopOf(day(40));
    const fromTs = START + 15 * MINUTE;
    const { reachedTs, facts } = await again({ fromTs });
    expect(reachedTs).toBe(fromTs);
    const expected = [...bench.facts.values()].filter(({ ts }) => ts >= fromTs);
    expect(expected.length).toBeGreaterThan(200);
    const found = byKey(facts);
    expect(found.size).toBe(facts.length);
    expect([...found.keys()].sort()).toEqual(expected.map((fact) => factKey(fact)).sort());
    for (const fact of expected) expect(found.get(factKey(fact))).toEqual({ ...fact, generation: 2 });
  });

  it('states as nothing what was stated and is not found any more, but no record', async () => {
    const { bench, again } = shopOf(day(10));
    const [zone] = bench.values('zone', 'dairy');
    const [sale] = bench.values('sale');
    const gone = [{ ...zone!, subject: 'attic' }, { ...zone!, configVersion: 7 }, { ...sale!, subject: 'r-x' }]; // prettier-ignore
    const found = byKey((await again({ stated: gone })).facts);
    const nothing = { visits: 0, visitors: 0, dwellMs: 0, histogram: [], overlapMs: 0, maxOpen: 0 };
    for (const fact of gone.slice(0, 2))
      expect(found.get(factKey(fact))).toMatchObject({ generation: 2, value: nothing });
    expect(found.get(factKey(zone!))?.value).toEqual(zone!.value);
    expect([...found.values()].some(({ subject }) => subject === 'r-x')).toBe(false);
  });

  it('reaches no further back than the journal allows, and knows which store file was in force there', async () => {
    const events = day(200);
    const { bench, again } = shopOf(events);
    const from = events.findIndex((event) => 'receivedTs' in event && event.ts >= START + 30 * MINUTE) + 1;
    const { reachedTs, facts } = await again({ from });
    expect(reachedTs - RECOMPUTE_MARGIN_MS - START).toBeGreaterThanOrEqual(29 * MINUTE);
    expect(reachedTs - RECOMPUTE_MARGIN_MS - START).toBeLessThanOrEqual(30 * MINUTE);
    expect(Math.min(...facts.map(({ ts }) => ts))).toBeGreaterThanOrEqual(reachedTs);
    // People are followed for minutes: what they do two hours later is the same.
    const people = facts.filter(({ kind }) => kind === 'zone' || kind === 'heat');
    expect(people.length).toBeGreaterThan(50);
    for (const fact of people) expect(fact.value).toEqual(bench.facts.get(factKey(fact))?.value);
  });

  it('leaves the first two hours as they were where but the first entry of the journal is gone', async () => {
    const { again } = shopOf([configured(), crossing('cam-1', START + 5 * MINUTE, 'in')]);
    expect((await again({ from: 2 })).reachedTs).toBe(START + 5 * MINUTE + RECOMPUTE_MARGIN_MS);
    expect((await again()).reachedTs).toBe(START);
  });

  it('counts on in windows that were paged out on the way', async () => {
    // Windows stay for two hours and 10,000 events.
    const later = START + 180 * MINUTE;
    const pause: DomainEvent[] = Array.from({ length: 16_000 }, () => ({ kind: 'judged', ts: later, model: 'm', answers: [] })); // prettier-ignore
    const late = [crossing('cam-1', START + MINUTE, 'in'), crossing('cam-1', START + 5 * MINUTE, 'in', 2)];
    const early = [crossing('cam-1', START + MINUTE, 'in'), crossing('cam-1', later, 'in')];
    const { bench, again } = shopOf([...day(10), ...early, ...pause, ...late]);
    const came = (facts: Iterable<Fact>) => [...facts].filter(({ kind, ts }) => kind === 'crossings' && ts >= START);
    const { facts } = await again();
    expect(came(facts).length).toBeGreaterThan(0);
    expect(byKey(came(facts))).toEqual(byKey(came(bench.facts.values()).map((fact) => ({ ...fact, generation: 2 }))));
  });

  it('gives the facts that windows paged out stand for', () => {
    const { bench } = shopOf(day(150));
    for (let n = 0; n < 12_000; n += 1) bench.apply({ kind: 'judged', ts: START, model: 'm', answers: [] });
    expect(bench.evict()).toBeGreaterThan(0);
    const paged = [...bench.table.values()].flatMap((window) => bench.engine.factsIn(window));
    expect(paged.length).toBeGreaterThan(50);
    for (const fact of paged) expect(bench.facts.get(factKey(fact))).toEqual(fact);
  });
});
