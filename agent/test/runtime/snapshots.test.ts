import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { FACT_KINDS, factKey, type DomainEvent, type Fact, type StoreFile } from '@aisle/contracts';
import { FsLogFiles } from '../../src/adapters/fs-log-files.js';
import { LibsqlStore } from '../../src/adapters/libsql-store.js';
import { systemClock, systemRandom } from '../../src/adapters/system.js';
import { openJournal } from '../../src/app/journal.js';
import type { AgentConfig } from '../../src/config/agent-config.js';
import { createEngine } from '../../src/domain/engine/engine.js';
import { Journal } from '../../src/journal/journal.js';
import { stateOf, stateText, type SavedState } from '../../src/journal/saved-state.js';
import { EngineHost } from '../../src/pipeline/engine-host.js';
import type { Logger } from '../../src/ports/logger.js';
import { quiet, STORE, tempDir } from './harness.js';

const START = Date.parse('2026-03-02T09:00:00+08:00');
const DOOR: StoreFile = { ...STORE, store: { ...STORE.store, name: 'Door' } };

/** Somebody stands by the milk for ten minutes and takes a litre; in the middle the shop gets another name. */
function* events(): Generator<DomainEvent> {
  yield { kind: 'configured', ts: START, version: 1, storeFile: STORE };
  yield { kind: 'credential', ts: START, deviceId: 'cam-1', sha256: 'ab'.repeat(32) };
  for (let n = 0; n < 1200; n += 1) {
    const ts = START + n * 500;
    const base = { ts, receivedTs: ts, digest: `d${n}` };
    if (n === 700) yield { kind: 'configured', ts, version: 2, storeFile: DOOR };
    yield { kind: 'positions', deviceId: 'cam-1', ...base, people: [['a', 2000, 2000]] };
    const decigrams = 10_300 * (n < 600 ? 20 : 19);
    if (n % 20 === 0) yield { kind: 'weight', deviceId: 'shelf-1', ...base, slotId: 'fx-1-a', decigrams };
  }
}
const ALL = [...events()];
const expected = (): Map<string, Fact> => {
  const engine = createEngine();
  ALL.forEach((event, index) => engine.apply(index + 1, event));
  return new Map(engine.takeFacts().map((fact) => [factKey(fact), fact]));
};

const EVERYTHING = {
  ...{ fromTs: 0, toTs: Number.MAX_SAFE_INTEGER, limit: 1_000_000, kinds: FACT_KINDS },
  exclude: new Set<string>(),
};

interface Machine {
  dir: string;
  store: LibsqlStore;
  journal: Journal;
  host: EngineHost;
}
async function open(dir: string, log: Logger = quiet): Promise<Machine> {
  const store = new LibsqlStore(path.join(dir, 'agent.db'));
  store.open();
  const journal = new Journal(new FsLogFiles(path.join(dir, 'journal')), systemClock, systemRandom, log, {
    segmentBytes: 30_000,
  });
  await journal.open();
  const host = new EngineHost(createEngine, [], journal, store, systemClock, log);
  return { dir, store, journal, host };
}
/** In groups, so that the journal has several files. */
async function take(journal: Journal, list: readonly DomainEvent[]): Promise<void> {
  for (let at = 0; at < list.length; at += 100) {
    for (const event of list.slice(at, at + 100)) journal.append(event);
    await new Promise<void>((resolve) => journal.barrier(resolve));
  }
}
function factsOf({ host, store, journal }: Machine): Map<string, Fact> {
  host.flush();
  const rows = store.takeRows(journal.id, EVERYTHING);
  const facts = rows.map((row) => JSON.parse(row.payload) as Fact);
  return new Map(facts.map((fact) => [factKey(fact), fact]));
}

/** An agent that stopped in the middle, with a snapshot that somebody has changed. */
async function stopped(change: (text: string) => string): Promise<Machine> {
  const machine = await open(tempDir());
  const { host, journal, store } = machine;
  expect(await host.recover()).toBe(true);
  journal.consume((entry) => host.apply(entry).accepted);
  await take(journal, ALL.slice(0, 900));
  const seq = await host.snapshot();
  await take(journal, ALL.slice(900));
  const saved = store.snapshot(journal.id);
  expect(saved?.seq).toBe(seq);
  const times = { savedTs: 0, forgetSavedBefore: 0 };
  store.saveSnapshot({ journalId: journal.id, seq, json: change(saved?.json as string), windows: [], ...times }, []);
  await journal.close();
  store.close();
  return machine;
}

type Parts = Record<string, { version: number; state: unknown }>;
const edited =
  (edit: (state: SavedState, parts: Parts) => void) =>
  (text: string): string => {
    const state = stateOf(text);
    edit(state, (state.engine.data as { parts: Parts }).parts);
    return stateText(state);
  };
const windowsOf = (parts: Parts) => parts.windows?.state as { windows: unknown[][] };
const CHANGES: [what: string, change: (text: string) => string, reason: RegExp][] = [
  ['of a newer agent', edited(({ engine }) => (engine.version = 99)), /version 99/],
  [
    'with a part of a newer version',
    edited((_state, parts) => (parts.cameras!.version = 99)),
    /"cameras" is of version 99/,
  ],
  [
    'with a part that nobody knows',
    edited((_state, parts) => (parts.campaigns = { version: 1, state: [] })),
    /"campaigns"/,
  ],
  ['with windows of an unknown kind', edited((_state, parts) => windowsOf(parts).windows.push(['mood', START, 'x', 1, 1, 1, {}, 1])), /unknown kind: mood/], // prettier-ignore
  ['that does not say which commands it has seen', edited((state) => delete (state as Partial<SavedState>).inboxSeq), /inboxSeq: expected/], // prettier-ignore
  ['without a part that every one has', edited((_state, parts) => delete parts.windows), /"windows" is missing/],
  ['whose parts are of another shape', edited((_state, parts) => (parts.cameras!.state = 'nobody')), /"cameras" cannot be read/], // prettier-ignore
  ['that breaks what comes behind it', edited((_state, parts) => (parts.crossings!.state = { positioning: [1], reporting: [['main', 7]] })), /"crossings"/], // prettier-ignore
  ['one character of which is another', (text) => text.replace('"applied":9', '"applied":8'), /checksum/],
  ['cut short', (text) => text.slice(0, text.length / 2), /checksum/],
  ['of no agent at all', () => '{"hello":"world"}', /engine.version/],
  ['that is no JSON', () => 'hello', /JSON/],
];

describe('a snapshot', () => {
  it.each(CHANGES)('%s is not used: the journal alone gives the same figures', async (_what, change, reason) => {
    const { dir } = await stopped(change);
    const said: string[] = [];
    const log: Logger = { ...quiet, error: (fields) => said.push(String((fields as { reason: unknown }).reason)) };
    const again = await open(dir, log);
    expect(await again.host.recover()).toBe(true);
    expect(said.join()).toMatch(reason);
    expect(again.host.unusableSnapshots).toBe(1);
    expect(again.host.config?.version).toBe(2);
    expect(factsOf(again)).toEqual(expected());
    await again.journal.close();
    again.store.close();
  });

  it('and the windows beside it know what a recomputation has to replace', async () => {
    const { dir } = await stopped((text) => text);
    const again = await open(dir);
    const { host, journal, store } = again;
    await host.recover();
    journal.consume((entry) => host.apply(entry).accepted);
    // A window that a run of other code had stated, and that this code never finds.
    const zone = [7, 1, 1, [3, 3, 9000, [[3, 3]], 9000, 2, [], [], 0, 0]];
    const ghost = { key: `zone|${START + 60_000}|attic`, data: [zone] };
    const seq = await host.snapshot();
    const { json } = store.snapshot(journal.id) as { json: string };
    store.saveSnapshot({ journalId: journal.id, seq, json, windows: [ghost], savedTs: 0, forgetSavedBefore: 0 }, []);
    const event = { kind: 'recomputed' as const, ts: START, fromTs: START + 60_000, generation: 2 };
    const asked = journal.append(event);
    await new Promise<void>((resolve) => journal.barrier(resolve));
    const { reachedTs, facts } = await host.recompute(asked, event);
    expect(reachedTs).toBe(START + 60_000);
    const rows = factsOf(again);
    const later = [...expected().values()].filter(({ ts }) => ts >= START + 60_000);
    expect(facts).toBe(later.length + 1);
    for (const fact of later) expect(rows.get(factKey(fact))).toEqual({ ...fact, generation: 2 });
    expect([...rows.values()].find(({ subject }) => subject === 'attic')).toMatchObject({
      generation: 2,
      configVersion: 1,
      value: { visits: 0, dwellMs: 0, histogram: [] },
    });
    await journal.close();
    store.close();
  });

  it('that is whole is used, and nothing is counted', async () => {
    const { dir } = await stopped((text) => text);
    const again = await open(dir);
    expect(await again.host.recover()).toBe(true);
    expect(again.host.unusableSnapshots).toBe(0);
    expect(factsOf(again)).toEqual(expected());
    await again.journal.close();
    again.store.close();
  });

  it('that cannot be used, before half a journal, leads to a new journal with what the shop has been told', async () => {
    const { dir } = await stopped(edited(({ engine }) => (engine.version = 99)));
    const half = await open(dir);
    expect(await half.journal.retain(800, Number.MAX_SAFE_INTEGER)).toBeGreaterThan(0);
    const { id } = half.journal;
    await half.journal.close();
    const config = { dataDir: dir } as AgentConfig;
    const deps = { clock: systemClock, random: systemRandom, log: quiet, onFatal: () => undefined };
    const { journal, host } = await openJournal(config, deps, half.store, []);
    expect(journal.id).not.toBe(id);
    expect(host.config?.version).toBe(2);
    expect(host.unusableSnapshots).toBe(1);
    // Nothing is measured twice: the old journal's figures stay as they were stated.
    host.flush();
    const rows = half.store.takeRows(journal.id, EVERYTHING);
    expect(rows.map((row) => (JSON.parse(row.payload) as Fact).kind)).toEqual(['inForce']);
    expect(readdirSync(dir).filter((name) => name.startsWith('journal.left-'))).toHaveLength(1);
    await journal.close();
    half.store.close();
  });
});
