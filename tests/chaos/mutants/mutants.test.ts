import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { FsLogFiles } from '../../../agent/src/adapters/fs-log-files.js';
import type { SeriesRow, SeriesStore } from '../../../cloud/src/ports/index.js';
import { addingSeries } from './adding-series.js';
import { lateLogFiles } from './late-log-files.js';

describe('the mutants of the chaos run', () => {
  it('ack-first: what was synced is lost in a crash before it is written', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'aisle-mutant-'));
    let write = (): void => undefined;
    const late = new Promise<void>((resolve) => (write = resolve));
    const file = await lateLogFiles(new FsLogFiles(folder), () => late).open('log');
    const bytes = Uint8Array.of(1, 2, 3);
    await file.write(bytes, 0);
    await file.sync();
    bytes.fill(9);
    expect([...(await new FsLogFiles(folder).read('log'))]).toEqual([]);
    write();
    await file.close();
    expect([...(await new FsLogFiles(folder).read('log'))]).toEqual([1, 2, 3]);
  });

  it('no-revision: the same rows again are rows of another epoch, also after a restart', async () => {
    const epochs: number[] = [];
    const series = {
      write: (rows: readonly SeriesRow[]) => Promise.resolve(void epochs.push(...rows.map((row) => row.epoch))),
    };
    const row = { storeId: 'demo', epoch: 1 } as SeriesRow;
    const first = addingSeries(series as SeriesStore, () => 5_000_000);
    await first.write([row, row]);
    await first.write([row]);
    await addingSeries(series as SeriesStore, () => 5_001_000).write([row]);
    expect(epochs[0]).toBe(epochs[1]);
    expect(new Set(epochs).size).toBe(3);
    expect([...epochs].sort((a, b) => a - b)).toEqual(epochs);
  });
});
