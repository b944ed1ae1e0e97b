import path from 'node:path';
import { expect, it } from 'vitest';
import { deviceTopic, type DomainEvent, type Fact, type StoreFile } from '@aisle/contracts';
import { FsLogFiles } from '../../src/adapters/fs-log-files.js';
import { LibsqlStore } from '../../src/adapters/libsql-store.js';
import { systemClock, systemRandom } from '../../src/adapters/system.js';
import { DeviceDecoder } from '../../src/devices/registry.js';
import type { StoreIndex } from '../../src/devices/decode.js';
import { createEngine } from '../../src/domain/engine/engine.js';
import { Journal } from '../../src/journal/journal.js';
import { EngineHost } from '../../src/pipeline/engine-host.js';
import { quiet, STORE, tempDir } from './harness.js';

const START = Date.parse('2026-03-02T09:00:00+08:00');
const HOUR = 3_600_000;
const IN_YEN: StoreFile = { ...STORE, store: { ...STORE.store, currency: 'JPY' } };

function told(config: StoreIndex | undefined, ts: number, receipt: string, net: number): DomainEvent[] {
  const sale = { ts, receipt, lines: [{ gtin: '06901234567892', quantity: 1, net }] };
  const message = { deviceId: 'till-1', topic: deviceTopic('till-1', 'till/sale'), payload: Buffer.from(JSON.stringify(sale)), receivedTs: START + 3 * HOUR }; // prettier-ignore
  const decoded = new DeviceDecoder().decode(message, config as StoreIndex);
  if (!decoded.ok) throw new Error(decoded.message);
  return decoded.events;
}

it('a sale that is told late has the minor units of the currency that held then, also over a restart', async () => {
  const dir = tempDir();
  const open = async () => {
    const store = new LibsqlStore(path.join(dir, 'agent.db'));
    store.open();
    const journal = new Journal(new FsLogFiles(path.join(dir, 'journal')), systemClock, systemRandom, quiet);
    await journal.open();
    const host = new EngineHost(createEngine, [], journal, store, systemClock, quiet);
    expect(await host.recover()).toBe(true);
    journal.consume((entry) => host.apply(entry).accepted);
    const take = async (...events: DomainEvent[]): Promise<void> => {
      for (const event of events) journal.append(event);
      await new Promise<void>((resolve) => journal.barrier(resolve));
    };
    const nets = (): [string, number, number][] => {
      host.flush();
      const every = { fromTs: 0, toTs: Number.MAX_SAFE_INTEGER, limit: 100, kinds: ['sale'], exclude: new Set<string>() } as const; // prettier-ignore
      const facts = store.takeRows(journal.id, { ...every, kinds: [...every.kinds] });
      return facts
        .map(({ payload }) => JSON.parse(payload) as Extract<Fact, { kind: 'sale' }>)
        .map(({ value, configVersion }): [string, number, number] => [value.receipt, configVersion, value.netMinor])
        .sort();
    };
    return { host, take, nets, close: async () => (await journal.close(), store.close()) };
  };
  const first = await open();
  await first.take({ kind: 'configured', ts: START, version: 1, storeFile: STORE });
  await first.take(...told(first.host.config, START + HOUR, 'early', 12.5));
  await first.take({
    kind: 'configured',
    ts: START + 2 * HOUR,
    validFrom: START + HOUR,
    version: 2,
    storeFile: IN_YEN,
  });
  await first.take(...told(first.host.config, START + HOUR - 60_000, 'late', 12.5));
  await first.take(...told(first.host.config, START + HOUR, 'early', 12.5), ...told(first.host.config, START + 2 * HOUR, 'new', 1250)); // prettier-ignore
  const said = [['early', 1, 1250], ['late', 1, 1250], ['new', 2, 1250]]; // prettier-ignore
  expect(first.nets()).toEqual(said);
  await first.host.snapshot();
  await first.close();
  const again = await open();
  await again.take(...told(again.host.config, START + HOUR - 30_000, 'later', 0.5));
  expect(again.nets()).toEqual([said[0], said[1], ['later', 1, 50], said[2]]);
  await again.close();
});
