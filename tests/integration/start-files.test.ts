import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { smallShop, writeShop } from '../support/shop.js';
import { root } from '../support/system.js';

type Json = Record<string, unknown>;
interface StartFiles {
  writeStartFiles(options: object, root: string): { files: { cloud: string; agent: string }; isFirst: boolean };
}
interface PrivateFile {
  writePrivate(file: string, value: unknown): void;
  readPrivate(file: string, say: (line: string) => void): Json | undefined;
}
interface KeptEdits {
  keepEdits(wanted: Json, found: Json | undefined, written: Json | undefined, own?: string[]): Json;
}
const script = async <T>(name: string): Promise<T> => (await import(path.join(root, 'scripts', name))) as T;
const { writeStartFiles } = await script<StartFiles>('start-files.mjs');
const { writePrivate, readPrivate } = await script<PrivateFile>('private-file.mjs');
const { keepEdits } = await script<KeptEdits>('kept-edits.mjs');
interface Past {
  file: string;
  plan: { seed: number; from: number; to: number; done: boolean };
}
type Say = (line: string) => void;
interface StartHistory {
  plannedHistory(options: object, isFirst: boolean, now: number, say: Say): Past | undefined;
}
interface StartOptions {
  parseOptions(args: string[], root: string, cwd: string): { history: number | undefined; usualHistory: number };
}
const { plannedHistory } = await script<StartHistory>('start-history.mjs');
const { parseOptions } = await script<StartOptions>('start-options.mjs');

const storeFile = writeShop(smallShop());
let dataDir: string;
const start = (more: object = {}) =>
  writeStartFiles(
    {
      dataDir,
      host: '127.0.0.1',
      storeFile,
      ports: { port: 8080, 'store-mqtt-port': 1883, 'cloud-mqtt-port': 1884, 'agent-port': 8090 },
      ...more,
    },
    root,
  );
const read = (file: string): Json => JSON.parse(readFileSync(path.join(dataDir, file), 'utf8')) as Json;
const edit = (file: string, change: (value: Json) => Json): void =>
  writeFileSync(path.join(dataDir, file), JSON.stringify(change(read(file))));

beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'aisle-start-files-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

describe('the files of a start', () => {
  it('are the same at the next start, which is not the first', () => {
    expect(start().isFirst).toBe(true);
    const names = [
      'demo-access.json',
      'secrets.json',
      'cloud/cloud.json',
      'agent/agent.json',
      'agent/credentials.json',
    ];
    const before = names.map(read);
    expect(start().isFirst).toBe(false);
    expect(names.map(read)).toEqual(before);
  });

  it('keep what an operator added, changed or took out, start after start, and follow the options all the same', () => {
    start();
    edit('agent/agent.json', (agent) => ({ ...agent, reachableAs: 'shop.lan', httpPort: 1 }));
    edit('cloud/cloud.json', (cloud) => ({
      ...cloud,
      trustProxy: true,
      sessionDays: 7,
      series: { engine: 'influxdb', url: 'http://influx.lan:8086', database: 'aisle', username: 'u', password: 'p' },
      logLevel: undefined,
    }));
    edit('agent/credentials.json', (known) => ({
      ...known,
      integrators: { ...(known.integrators as Json), gateway: 'ab' },
    }));
    for (let starts = 0; starts < 2; starts += 1) {
      start({ ports: { port: 9000, 'store-mqtt-port': 1883, 'cloud-mqtt-port': 1884, 'agent-port': 8090 } });
      expect(read('agent/agent.json')).toMatchObject({ reachableAs: 'shop.lan', httpPort: 8090 });
      const cloud = read('cloud/cloud.json');
      expect(cloud).toMatchObject({ trustProxy: true, sessionDays: 7, httpPort: 9000 });
      expect(cloud.series).toEqual({
        ...{ engine: 'influxdb', url: 'http://influx.lan:8086', database: 'aisle' },
        ...{ username: 'u', password: 'p' },
      });
      expect(cloud).not.toHaveProperty('logLevel');
      expect(Object.keys(read('agent/credentials.json').integrators as Json)).toEqual(['integrator', 'gateway']);
    }
  });

  it('of a shop that comes back after another are its own', () => {
    start();
    edit('agent/agent.json', (agent) => ({ ...agent, reachableAs: 'shop.lan' }));
    const other = writeShop(smallShop({ store: { ...(smallShop().store as Json), id: 'other' } }));
    start({ storeFile: other });
    expect(read('agent/agent.json')).not.toHaveProperty('reachableAs');
    start({ ports: { port: 8080, 'store-mqtt-port': 1883, 'cloud-mqtt-port': 9884, 'agent-port': 8090 } });
    expect(read('agent/agent.json')).toMatchObject({
      reachableAs: 'shop.lan',
      cloud: { url: 'mqtt://127.0.0.1:9884', username: 'agent:small' },
    });
    const { devices } = read('demo-access.json') as { devices: Record<string, { password: string }> };
    const known = read('agent/credentials.json').devices as Record<string, string>;
    for (const [id, { password }] of Object.entries(devices))
      expect(known[id]).toBe(createHash('sha256').update(password).digest('hex'));
  });

  it('say that a proxy is trusted when asked to, and no longer when not', () => {
    start({ trustProxy: true });
    expect(read('cloud/cloud.json')).toMatchObject({ trustProxy: true });
    start();
    expect(read('cloud/cloud.json')).not.toHaveProperty('trustProxy');
  });

  it.each([
    'demo-access.json',
    'secrets.json',
    'cloud/cloud.json',
    'cloud/provision.json',
    'agent/agent.json',
    'written.json',
  ])('are made anew where %s was broken, and the broken one is kept', (name) => {
    start();
    for (const broken of ['', '{"storeId": "sma', 'null']) {
      writeFileSync(path.join(dataDir, name), broken);
      start();
      expect(Object.keys(read(name)).length).toBeGreaterThan(1);
      expect(readFileSync(path.join(dataDir, `${name}.broken`), 'utf8')).toBe(broken);
    }
  });

  it('belong to their owner only, also in a folder that everybody may read', () => {
    mkdirSync(path.join(dataDir, 'agent'));
    chmodSync(dataDir, 0o777);
    start();
    for (const name of [
      'demo-access.json',
      'secrets.json',
      'cloud/cloud.json',
      'agent/credentials.json',
      'written.json',
    ])
      expect(statSync(path.join(dataDir, name)).mode & 0o777, name).toBe(0o600);
  });

  it('that cannot be written are named', () => {
    writeFileSync(path.join(dataDir, 'agent'), 'a file where a folder should be');
    expect(() => writePrivate(path.join(dataDir, 'agent/agent.json'), {})).toThrow(
      `${path.join(dataDir, 'agent/agent.json')} cannot be written`,
    );
  });

  it('are read as they were written, and leave nothing beside them', () => {
    const file = path.join(dataDir, 'deep/er/file.json');
    writePrivate(file, { a: ['1', { b: 2 }] });
    expect(readPrivate(file, () => undefined)).toEqual({ a: ['1', { b: 2 }] });
    expect(existsSync(`${file}.${process.pid}.tmp`)).toBe(false);
    expect(readPrivate(path.join(dataDir, 'nothing.json'), () => undefined)).toBeUndefined();
  });
});

describe('an edited configuration', () => {
  it.each<[string, Json, Json | undefined, Json | undefined, Json]>([
    ['is not there', { a: 1 }, undefined, undefined, { a: 1 }],
    ['is untouched, and the start wants another value', { a: 2 }, { a: 1 }, { a: 1 }, { a: 2 }],
    ['has another value', { a: 2 }, { a: 3 }, { a: 1 }, { a: 3 }],
    ['has a key more', { a: 1 }, { a: 1, b: 2 }, { a: 1 }, { a: 1, b: 2 }],
    ['lacks a key', { a: 1, b: 2 }, { b: 2 }, { a: 1, b: 2 }, { b: 2 }],
    ['has a key that the start wrote and no longer wants', { a: 1 }, { a: 1, b: 2 }, { a: 1, b: 2 }, { a: 1 }],
    [
      'has another value deep inside',
      { s: { x: 1, y: 2 } },
      { s: { x: 9, y: 1 } },
      { s: { x: 1, y: 1 } },
      { s: { x: 9, y: 2 } },
    ],
    [
      'has another engine, whose keys are its own',
      { s: { engine: 'duckdb', memoryLimit: '1MB' } },
      { s: { engine: 'influxdb', url: 'u' } },
      { s: { engine: 'duckdb', memoryLimit: '1MB' } },
      { s: { engine: 'influxdb', url: 'u' } },
    ],
    ['is older than the record of what was written', { a: 2 }, { a: 1, b: 3 }, undefined, { a: 2, b: 3 }],
  ])('that %s', (_what, wanted, found, written, expected) => {
    expect(keepEdits(wanted, found, written)).toEqual(expected);
  });
});

describe('the simulated past of a start', () => {
  const now = Date.parse('2026-06-13T17:24:31Z');
  const said: string[] = [];
  const planned = (dataDir: string, isFirst: boolean, history?: number, usual = 4) =>
    plannedHistory({ dataDir, history, usual, seed: 9 }, isFirst, now, (line: string) => said.push(line));

  it('is four weeks that end before the first minute, of a first start; none when asked for none', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'aisle-'));
    const { plan } = planned(folder, true)!;
    expect(plan).toEqual({
      ...{ seed: 9, done: false },
      from: Date.parse('2026-05-16T17:24:00Z'),
      to: Date.parse('2026-06-13T17:24:00Z'),
    });
    const other = mkdtempSync(path.join(tmpdir(), 'aisle-'));
    expect(planned(other, true, 0)).toBeUndefined();
    expect(planned(other, true, undefined, 0)).toBeUndefined();
  });

  it('is taken up by the next start when it was cut off, the same one, and not when it is done', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'aisle-'));
    const first = planned(folder, true, 1)!;
    expect(planned(folder, false)?.plan).toEqual(first.plan);
    writeFileSync(first.file, JSON.stringify({ ...first.plan, done: true }));
    expect(planned(folder, false)).toBeUndefined();
  });

  it('is not loaded beside what was measured, and says so to who asks for it', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'aisle-'));
    expect(planned(folder, false, 2)).toBeUndefined();
    expect(said.at(-1)).toContain('--history');
  });

  it('comes with the demo shop alone, unless its weeks are given', () => {
    const usual = (...args: string[]) => parseOptions(args, root, root).usualHistory;
    expect([usual(), usual('--no-simulator'), usual('--trial'), usual('--store', 'x.yaml')]).toEqual([4, 0, 0, 0]);
    expect(parseOptions(['--history', '2', '--store', 'x.yaml'], root, root).history).toBe(2);
    expect(() => parseOptions(['--history', 'many'], root, root)).toThrow(/--history/);
  });
});
