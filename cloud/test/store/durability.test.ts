import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DuckDbSeriesStore } from '../../src/store/duckdb/duckdb-series.js';

const CLOUD = fileURLToPath(new URL('../../', import.meta.url));
const hasStrace = spawnSync('strace', ['-V']).status === 0;
const COMMITS = 12;

/** A process of its own: writes, says so, writes again; `KILL` ends it in the middle of a write. */
const WRITER = `
import { DuckDbSeriesStore } from './src/store/duckdb/duckdb-series.js';
import { writeSync } from 'node:fs';
const store = new DuckDbSeriesStore({ file: process.argv[2], compactRows: Number(process.argv[3]) });
await store.open();
const fact = (seq) => ({ storeId: 'demo', epoch: 1, fact: { kind: 'play', subject: 'p' + seq, ts: 1000 + seq, seq, configVersion: 1,
  value: { screenId: 's', decisionId: 'd', contentId: 'c', startedTs: 0, endedTs: 0, completed: true } } });
for (let seq = 1; seq <= ${COMMITS}; seq++) {
  await store.write([fact(seq)]);
  writeSync(1, 'committed ' + seq + '\\n');
}
void store.write([fact(${COMMITS + 1})]);
process.kill(process.pid, 'SIGKILL');
`;

describe('a commit of the series store', () => {
  let dir: string;
  beforeAll(async () => {
    dir = mkdtempSync(join(CLOUD, '.durability-'));
    writeFileSync(join(dir, 'package.json'), '{"type":"module"}');
    await build({
      stdin: { contents: WRITER, resolveDir: CLOUD, loader: 'ts' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      outfile: join(dir, 'writer.mjs'),
      external: ['@duckdb/node-api'],
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    });
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it.each([1_000_000, 1])('outlives kill -9 (compaction every %d rows)', async (compactRows) => {
    const data = mkdtempSync(join(tmpdir(), 'aisle-durable-'));
    const file = join(data, 'series.duckdb');
    const run = spawnSync(process.execPath, [join(dir, 'writer.mjs'), file, String(compactRows)], { encoding: 'utf8' });
    expect([run.signal, run.stdout.trim().split('\n').at(-1)]).toEqual(['SIGKILL', `committed ${COMMITS}`]);
    const store = new DuckDbSeriesStore({ file });
    await store.open();
    const read = await store.read({ storeId: 'demo', kinds: ['play'], from: 0, to: 60_000 });
    expect(read.map((fact) => fact.seq).slice(0, COMMITS)).toEqual(Array.from({ length: COMMITS }, (_, at) => at + 1));
    await store.close();
    rmSync(data, { recursive: true });
  });

  it.skipIf(!hasStrace)('reaches the disk by fdatasync before it is said to be done (package strace)', () => {
    const data = mkdtempSync(join(tmpdir(), 'aisle-durable-'));
    const trace = join(data, 'trace');
    spawnSync('strace', [
      '-f',
      '-y',
      '-e',
      'trace=fdatasync,write,pwrite64',
      '-o',
      trace,
      process.execPath,
      join(dir, 'writer.mjs'),
      join(data, 'series.duckdb'),
      '1000000',
    ]);
    const steps = readFileSync(trace, 'utf8')
      .split('\n')
      .flatMap((line) => {
        if (/ p?write(64)?\(\d+<[^>]*\.duckdb\.wal>/.test(line)) return ['written'];
        if (/fdatasync\(\d+<[^>]*\.duckdb(\.wal)?>/.test(line)) return ['synced'];
        return /write\(1.*"committed /.test(line) ? ['committed'] : [];
      });
    const order = steps
      .filter((step, at) => step !== steps[at - 1])
      .slice(steps.indexOf('written'))
      .join(' ');
    expect(order.split('written synced committed')).toHaveLength(COMMITS + 1);
    rmSync(data, { recursive: true });
  });
});
