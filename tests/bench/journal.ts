import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DomainEvent } from '@aisle/contracts';
import { FsLogFiles } from '../../agent/src/adapters/fs-log-files.js';
import { systemClock } from '../../agent/src/adapters/system.js';
import { Journal } from '../../agent/src/journal/journal.js';
import { atLeast, type Figure } from './figures.js';

const EVENTS = 100_000;
/** Devices wait for their acknowledgement: five of them with the twenty messages on the way that MQTT clients allow by default. */
const IN_FLIGHT = 100;
const ROUNDS = 3;

const event = (index: number): DomainEvent => ({
  kind: 'positions',
  deviceId: 'cam-1',
  ts: 1_770_000_000_000 + index * 20,
  receivedTs: 1_770_000_000_000 + index * 20,
  digest: '0123456789abcdef',
  people: [
    ['1', 3200 + (index % 1000), 4100],
    ['2', 9000, 1200 + (index % 700)],
    ['3', 12_000, 7000],
  ],
});

/** Durable appends, against raw write and fdatasync of the same bytes in as many groups. Rounds alternate. */
export async function benchJournal(): Promise<Figure[]> {
  const ours: number[] = [];
  const raw: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const folder = mkdtempSync(path.join(tmpdir(), 'aisle-journal-'));
    const { seconds, bytes, groups } = await append(folder);
    ours.push(bytes / 1e6 / seconds);
    raw.push(bytes / 1e6 / (await rawSync(path.join(folder, 'raw'), bytes, groups)));
    rmSync(folder, { recursive: true, force: true });
  }
  const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
  return [
    atLeast(
      'durable append to the journal',
      median(ours),
      'MB/s',
      { name: 'raw batched fdatasync', value: median(raw) },
      0.5,
    ),
  ];
}

async function append(folder: string): Promise<{ seconds: number; bytes: number; groups: number }> {
  const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const journal = new Journal(
    new FsLogFiles(folder),
    systemClock,
    { next: () => 0.5, id: () => '00000000-0000-4000-8000-000000000000' },
    silent,
  );
  await journal.open();
  let groups = 0;
  journal.groups.add(() => void (groups += 1));
  const began = performance.now();
  await new Promise<void>((resolve) => {
    let sent = 0;
    let done = 0;
    const onDone = () => {
      done += 1;
      if (done === EVENTS) resolve();
      else if (sent < EVENTS) {
        journal.append(event(sent), onDone);
        sent += 1;
      }
    };
    for (; sent < IN_FLIGHT; sent += 1) journal.append(event(sent), onDone);
  });
  const seconds = (performance.now() - began) / 1000;
  await journal.close();
  const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0);
  return { seconds, bytes, groups };
}

async function rawSync(file: string, bytes: number, groups: number): Promise<number> {
  const chunk = Buffer.alloc(Math.ceil(bytes / groups), 0x61);
  const handle = await open(file, 'w');
  const began = performance.now();
  for (let group = 0; group < groups; group += 1) {
    await handle.write(chunk);
    await handle.datasync();
  }
  const seconds = (performance.now() - began) / 1000;
  await handle.close();
  return seconds;
}
