import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseStoreFile, type StoreFile } from '@aisle/contracts';
import { describe, expect, it } from 'vitest';
import { readBehaviour } from '../src/adapters/files.js';
import { NOISY } from '../src/devices/settings.js';
import { parseFaults } from '../src/faults/fault-file.js';
import { FaultPlan } from '../src/faults/plan.js';
import { Simulation } from '../src/run/simulation.js';
import { readStock, readTags } from '../src/score/ledger-file.js';
import { parseBehaviour } from '../src/settings/behaviour.js';
import { START as ROUND, linesOf } from './support.js';

const shops = new URL('../shops/', import.meta.url);
const text = (name: string) => readFileSync(new URL(name, shops), 'utf8');
const store = (): StoreFile => parseStoreFile(text('all-dialects.yaml'), 'all-dialects.yaml');
const behaviour = readBehaviour(new URL('all-dialects.behaviour.yaml', shops).pathname);
/** Runs begin at any millisecond. */
const START = ROUND + 17;
const MINUTES = 6;

interface Run {
  ledger: string[];
  topics: Map<string, number>;
  rest: string[];
  heard: string[];
  staffSeen: number;
}
const kept = new Map<string, Run>();

/** A few minutes of the shop of all dialects, with one slot that is emptied in the second of them. */
function twin(options: { faults?: boolean } = {}): Run {
  const key = JSON.stringify(options);
  const known = kept.get(key);
  if (known) return known;
  const run: Run = { ledger: [], topics: new Map(), rest: [], heard: [], staffSeen: 0 };
  const endTs = START + MINUTES * 60_000;
  const plan = options.faults
    ? new FaultPlan(parseFaults(text('faults.yaml'), 'faults.yaml'), store(), 5, START)
    : undefined;
  const simulation = new Simulation({
    store: store(),
    behaviour,
    seed: 5,
    startTs: START,
    endTs,
    noise: true,
    settings: plan ? plan.settings(NOISY) : NOISY,
    families: new Set(['camera', 'shelf', 'rfid', 'ble', 'till', 'screen']),
    ...(plan && { ailments: plan }),
    outOfStock: [{ slotId: 'fx-13-b', fromTs: START + 60_000, toTs: START + 280_000 }],
    outlets: {
      rest: (sale) => void run.rest.push(sale),
      bluez: (_, { address }) => void run.heard.push(address),
    },
    writeLedger: (line) => run.ledger.push(line),
  });
  while (simulation.ts < endTs)
    for (const { deviceId } of simulation.advance()) run.topics.set(deviceId, (run.topics.get(deviceId) ?? 0) + 1);
  simulation.finish();
  run.staffSeen = [...simulation.world.people()].filter(({ staff }) => staff).length;
  kept.set(key, run);
  return run;
}

interface TagLine {
  ts: number;
  epc: string;
  gtin: string;
  what: string;
  slotId: string | null;
}

describe('the shop of all dialects', { timeout: 120_000 }, () => {
  it('goes on with the tags that lay on its shelves, when it is started again', async () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'aisle-')), 'ledger.jsonl');
    writeFileSync(file, `${twin().ledger.join('\n')}\n`);
    const [stock, tags] = [await readStock(file), await readTags(file)];
    expect(linesOf(twin().ledger, 'tag').length).toBeGreaterThan(10);
    const later = START + 3_600_000;
    const ledger: string[] = [];
    new Simulation({
      store: store(),
      behaviour,
      seed: 9,
      startTs: later,
      endTs: later + 60_000,
      noise: true,
      settings: NOISY,
      families: new Set(['rfid']),
      ...(stock && { stock }),
      tags,
      writeLedger: (line) => ledger.push(line),
    });
    const [start] = linesOf<{ slots: Record<string, string[]> }>(ledger, 'tags');
    const read = Object.keys(start?.slots ?? {});
    expect(read).toHaveLength(10);
    for (const slot of read) expect(start?.slots[slot], slot).toEqual(tags[slot]?.slice(0, stock?.[slot]));
  });

  it('has a device of every dialect, and every one of them speaks', () => {
    const { topics, rest, heard } = twin();
    const silent = (store().devices ?? [])
      .filter(({ id, dialect }) => dialect !== 'bthome' && dialect !== 'bluez' && !topics.has(id))
      .map(({ id }) => id);
    expect(silent).toEqual([]);
    const sold = linesOf<{ till: string }>(twin().ledger, 'sale').filter(({ till }) => till === 'till-4');
    expect(rest).toHaveLength(sold.length);
    // The agent's own radio hears the shelves that advertise, and phones.
    expect(heard.length).toBeGreaterThan(500);
  });

  it('slots: at least sixty, most weighed, some with tags', () => {
    const slots = (store().fixtures ?? []).flatMap((fixture) => fixture.slots ?? []);
    expect(slots.length).toBeGreaterThanOrEqual(60);
    const [{ slots: tagged }] = linesOf<{ slots: Record<string, string[]> }>(twin().ledger, 'tags') as [
      { slots: Record<string, string[]> },
    ];
    expect(Object.keys(tagged).length).toBe(10);
    const epcs = Object.values(tagged).flat();
    expect(new Set(epcs).size).toBe(epcs.length);
    expect(new Set(epcs.map(({ length }) => length))).toEqual(new Set([24, 52]));
  });

  it('is the same for the same seed, faults or not: they touch what is said, never what is true', () => {
    expect(twin({ faults: true }).ledger).toEqual(twin().ledger);
  });

  it('tags move as goods do', () => {
    const { ledger } = twin();
    const [{ slots }] = linesOf<{ slots: Record<string, string[]> }>(ledger, 'tags') as [
      { slots: Record<string, string[]> },
    ];
    const units = new Map(Object.entries(slots).map(([slotId, epcs]) => [slotId, epcs.length]));
    const where = new Map(Object.entries(slots).flatMap(([slotId, epcs]) => epcs.map((epc) => [epc, slotId] as const)));
    const moves = linesOf<TagLine>(ledger, 'tag');
    for (const { epc, what, slotId } of moves) {
      if (what === 'taken' || what === 'cleared') expect(where.get(epc)).toBe(slotId);
      if (slotId === null) continue;
      const delta = what === 'taken' || what === 'cleared' ? -1 : 1;
      units.set(slotId, (units.get(slotId) ?? 0) + delta);
      if (delta < 0) where.delete(epc);
      else where.set(epc, slotId);
    }
    const [{ stock }] = linesOf<{ stock: Record<string, number> }>(ledger, 'end') as [
      { stock: Record<string, number> },
    ];
    for (const [slotId, count] of units) expect(count, slotId).toBe(stock[slotId]);
  });

  it('a slot that is to be empty is so within the minute, and is left alone until its time is over', () => {
    const { ledger } = twin();
    const of = (type: string) =>
      linesOf<{ ts: number; slotId: string }>(ledger, type).filter(({ slotId }) => slotId === 'fx-13-b');
    const [empty] = of('empty');
    expect(empty?.ts).toBeGreaterThan(START + 60_000);
    expect(empty?.ts).toBeLessThan(START + 120_000);
    const [filled] = of('filled');
    if (filled) expect(filled.ts).toBeGreaterThan(START + 280_000);
  });

  it('staff go about inside, fill up what is low, and cross no entrance', () => {
    const { ledger, staffSeen } = twin();
    expect(staffSeen).toBe(2);
    const visits = linesOf<{ person: number; staff?: boolean }>(ledger, 'visit');
    expect(visits.some(({ staff }) => staff)).toBe(true);
    for (const { person, staff } of visits) expect(staff ?? false).toBe(person < 0);
    const filled = linesOf<{ staff?: boolean; slotId: string }>(ledger, 'putback').filter(({ staff }) => staff);
    expect(filled.some(({ slotId }) => slotId === 'fx-13-b')).toBe(true);
  });
});

describe('a behaviour that extends another', () => {
  const base = text('behaviour.yaml');
  it('changes what it names, and keeps the rest', () => {
    const own = parseBehaviour('extends: b.yaml\narrivals: { perHour: 7 }', 'x', () => base);
    expect(own.arrivals).toEqual({ ...parseBehaviour(base, 'b').arrivals, perHour: 7 });
  });

  it('names a key that is wrong, and a file that is none', () => {
    expect(() => parseBehaviour('extends: b.yaml\narrivals: { perDay: 7 }', 'x', () => base)).toThrow(
      /arrivals\.perDay/,
    );
    expect(() => parseBehaviour('extends: 3', 'x', () => base)).toThrow(/extends/);
  });
});
