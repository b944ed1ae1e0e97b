import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { WeightEvent } from '@aisle/contracts';
import { FsLogFiles } from '../../src/adapters/fs-log-files.js';
import { systemClock, systemRandom } from '../../src/adapters/system.js';
import { Journal, type JournalOptions } from '../../src/journal/journal.js';
import type { JournalEntry } from '../../src/journal/record.js';
import type { LogFiles } from '../../src/ports/log-files.js';
import { HeldFiles } from './held-files.js';
import { quiet, tempDir, until } from './harness.js';

const event = (n: number, receivedTs = n): WeightEvent => ({
  kind: 'weight',
  deviceId: 'shelf-1',
  ts: n,
  receivedTs,
  digest: createHash('sha256').update(String(n)).digest('hex').slice(0, 16),
  slotId: 'a',
  decigrams: n,
});

async function opened(files: LogFiles, options?: JournalOptions): Promise<Journal> {
  const journal = new Journal(files, systemClock, systemRandom, quiet, options);
  await journal.open();
  return journal;
}
const written = (journal: Journal, from: number, to: number): Promise<void> =>
  new Promise((resolve) => {
    for (let n = from; n <= to; n += 1) journal.append(event(n), n === to ? () => resolve() : undefined);
  });
/** Each in a group of its own. */
async function one(journal: Journal, from: number, to: number): Promise<void> {
  for (let n = from; n <= to; n += 1) await written(journal, n, n);
}
/** Where the records of a file begin. */
function starts(file: Buffer): number[] {
  const found: number[] = [];
  for (let at = 16; at + 14 <= file.length && file.readUInt16LE(at) === 0x5a4a; at += 14 + file.readUInt32LE(at + 2))
    found.push(at);
  return found;
}
async function replayed(journal: Journal, after = 0): Promise<JournalEntry[]> {
  const entries: JournalEntry[] = [];
  await journal.replay(after, (entry) => entries.push(entry));
  return entries;
}
const segments = (dir: string): string[] =>
  readdirSync(dir)
    .filter((name) => name.endsWith('.log'))
    .sort();

describe('the journal', () => {
  it('gives back every entry in order after it was opened again, with its inbox sequence and the same id', async () => {
    const dir = tempDir();
    const journal = await opened(new FsLogFiles(dir), { segmentBytes: 1000 });
    await written(journal, 1, 40);
    await new Promise<void>((resolve) => journal.append(event(41), () => resolve(), 7));
    await written(journal, 42, 60);
    const { id } = journal;
    await journal.close();
    const again = await opened(new FsLogFiles(dir));
    const entries = await replayed(again);
    expect(entries.map((entry) => entry.seq)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
    expect(entries[40]).toEqual({ seq: 41, inboxSeq: 7, event: event(41) });
    expect(await replayed(again, 58)).toHaveLength(2);
    expect(again.id).toBe(id);
    expect(again.append(event(61))).toBe(61);
    await again.close();
    expect(segments(dir).length).toBeGreaterThan(1);
  });

  it('calls nothing done before its group is on the disk, and then all in order', async () => {
    const files = new HeldFiles(new FsLogFiles(tempDir()));
    const journal = await opened(files);
    files.hold = true;
    const done: number[] = [];
    for (let n = 1; n <= 5; n += 1) journal.append(event(n), () => done.push(n));
    journal.barrier(() => done.push(99));
    await until('the group to be written, but not yet safe', () => files.waiting === 1);
    expect(done).toEqual([]);
    files.release();
    await until('the group', () => done.length === 6);
    expect(done).toEqual([1, 2, 3, 4, 5, 99]);
    await journal.close();
  });

  it('forms one group of everything that comes in while another syncs', async () => {
    const files = new HeldFiles(new FsLogFiles(tempDir()));
    const journal = await opened(files);
    files.hold = true;
    journal.append(event(1));
    await until('the first to be written, but not yet safe', () => files.waiting === 1);
    const last = written(journal, 2, 500);
    const before = files.syncs;
    files.release();
    await last;
    expect(files.syncs - before).toBe(2);
    await journal.close();
  });

  it.each([1, 5, 9, 10, 30])(
    'cuts a torn tail of %i bytes at the start and goes on behind the last whole entry',
    async (bytes) => {
      const dir = tempDir();
      const journal = await opened(new FsLogFiles(dir));
      await one(journal, 1, 3);
      await journal.close();
      const file = path.join(dir, segments(dir)[0] as string);
      const [, , third = NaN] = starts(readFileSync(file));
      truncateSync(file, third + bytes);
      const again = await opened(new FsLogFiles(dir));
      expect((await replayed(again)).map((entry) => entry.seq)).toEqual([1, 2]);
      await written(again, 3, 4);
      await again.close();
      expect((await replayed(await opened(new FsLogFiles(dir)))).map((entry) => entry.seq)).toEqual([1, 2, 3, 4]);
    },
  );

  it('takes pages that a power cut left as zeros for a torn tail', async () => {
    const dir = tempDir();
    const journal = await opened(new FsLogFiles(dir));
    await written(journal, 1, 2);
    await journal.close();
    const file = path.join(dir, segments(dir)[0] as string);
    writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.alloc(4096)]));
    expect(await replayed(await opened(new FsLogFiles(dir)))).toHaveLength(2);
  });

  it.each([
    ['small, and so packed', 60],
    ['large, and so as it came', 200],
  ])(
    'takes a group whose sectors came to the disk in another order for torn, as long as no later group proves it whole: %s',
    async (_how, last) => {
      const dir = tempDir();
      const journal = await opened(new FsLogFiles(dir));
      await written(journal, 1, 1);
      await written(journal, 2, last);
      await journal.close();
      const file = path.join(dir, segments(dir)[0] as string);
      const bytes = readFileSync(file);
      const sectors = bytes.length / 512;
      expect(sectors).toBeGreaterThan(2);
      // Sectors of zeros within the second group, from its second one on; the rest of that group is there.
      for (const sector of [1, Math.floor(sectors / 2), Math.floor(sectors)]) {
        const torn = Buffer.from(bytes);
        torn.fill(0, sector * 512, Math.min(bytes.length, (sector + 1) * 512));
        writeFileSync(file, torn);
        const again = await opened(new FsLogFiles(dir));
        expect((await replayed(again)).length).toBeLessThan(last);
        await again.close();
      }
      // The same hole in the first group: the second was only written once that was on the disk.
      const broken = Buffer.from(bytes);
      broken.fill(0, 30, 60);
      writeFileSync(file, broken);
      await expect(opened(new FsLogFiles(dir))).rejects.toMatchObject({ code: 'corruptJournal' });
    },
  );

  it.each([
    [
      'a byte of an entry in the middle',
      (bytes: Buffer) => (bytes[60] = (bytes[60] as number) ^ 1),
      /broken at offset 16/,
    ],
    [
      'a byte of the last entry',
      (bytes: Buffer) => (bytes[bytes.length - 5] = (bytes[bytes.length - 5] as number) ^ 1),
      /broken at offset \d+/,
    ],
    ['the length of an entry', (bytes: Buffer) => (bytes[20] = 0xff), /broken at offset 16/],
    ['the head of the file', (bytes: Buffer) => (bytes[0] = 0), /broken at offset 0/],
  ])('refuses to start with %s changed, naming file and offset', async (_title, damage, message) => {
    const dir = tempDir();
    const journal = await opened(new FsLogFiles(dir));
    await one(journal, 1, 20);
    await journal.close();
    const file = path.join(dir, segments(dir)[0] as string);
    const bytes = readFileSync(file);
    damage(bytes);
    writeFileSync(file, bytes);
    const error = await opened(new FsLogFiles(dir)).catch((reason: unknown) => reason as Error);
    expect(error).toMatchObject({ code: 'corruptJournal', message: expect.stringContaining(file) });
    expect((error as Error).message).toMatch(message);
  });

  it('refuses to start when a file in the middle is missing', async () => {
    const dir = tempDir();
    const journal = await opened(new FsLogFiles(dir), { segmentBytes: 500 });
    for (let n = 1; n <= 30; n += 1) await written(journal, n, n);
    await journal.close();
    const names = segments(dir);
    execFileSync('rm', [path.join(dir, names[2] as string)]);
    await expect(opened(new FsLogFiles(dir))).rejects.toMatchObject({
      code: 'corruptJournal',
      message: expect.stringContaining(names[3] as string),
    });
  });

  it('knows how much waits for the disk, and says that it cut a tail off where one was torn, and nothing where none was', async () => {
    const dir = tempDir();
    const said: [details: unknown, message: string][] = [];
    const log = { ...quiet, warn: (details: object, message: string) => void said.push([details, message]) };
    const again = async (): Promise<void> => {
      const journal = new Journal(new FsLogFiles(dir), systemClock, systemRandom, log, { segmentBytes: 10_000 });
      await journal.open();
      await journal.close();
    };
    const journal = await opened(new FsLogFiles(dir), { segmentBytes: 10_000 });
    expect(journal.queuedBytes).toBe(0);
    journal.append(event(1));
    expect(journal.queuedBytes).toBeGreaterThan(100);
    await one(journal, 2, 3);
    expect(journal.queuedBytes).toBe(0);
    await journal.close();
    await again();
    await again();
    expect(said).toEqual([]);
    const file = path.join(dir, segments(dir)[0]!);
    const bytes = readFileSync(file);
    const last = starts(bytes).at(-1)!;
    truncateSync(file, last + 20);
    await again();
    expect(said).toEqual([[{ file, offset: last }, 'cut a torn tail off the journal']]);
  });

  it('has its next file ready before the one in use is full', async () => {
    const dir = tempDir();
    const journal = await opened(new FsLogFiles(dir), { segmentBytes: 4000 });
    let n = 0;
    while (!readdirSync(dir).includes('next')) {
      n += 1;
      await written(journal, n, n);
      await new Promise((resolve) => setImmediate(resolve));
      expect(segments(dir)).toHaveLength(1);
    }
    await journal.close();
  });

  it('gets a new id when the folder is lost', async () => {
    const [first, second] = [await opened(new FsLogFiles(tempDir())), await opened(new FsLogFiles(tempDir()))];
    expect(first.id).not.toBe(second.id);
  });

  it('deletes only files that lie behind the snapshot and are old enough', async () => {
    const dir = tempDir();
    const journal = await opened(new FsLogFiles(dir), { segmentBytes: 500 });
    for (let n = 1; n <= 40; n += 1) await written(journal, n, n);
    const before = segments(dir);
    expect(await journal.retain(0, Infinity)).toBe(0);
    expect(await journal.retain(40, 0)).toBe(0);
    const removed = await journal.retain(20, Infinity);
    expect(removed).toBeGreaterThan(0);
    expect((await replayed(journal, 20)).map((entry) => entry.seq)[0]).toBe(21);
    expect(segments(dir)).toEqual(expect.arrayContaining(before.slice(removed)));
    expect(segments(dir)).not.toContain(before[0]);
    await journal.close();
    const again = await opened(new FsLogFiles(dir));
    expect(again.firstSeq).toBe(Number((before[removed] as string).slice(0, 16)));
    await again.close();
  });

  it('acknowledges nothing while the disk is full, makes room, and loses nothing once there is some', async () => {
    const dir = tempDir();
    const files = new HeldFiles(new FsLogFiles(dir));
    const journal = await opened(files, { retryMs: 10 });
    await written(journal, 1, 2);
    let asked = 0;
    journal.whenFull(async () => void (asked += 1));
    files.failWrites = 'ENOSPC';
    const done: number[] = [];
    for (let n = 3; n <= 6; n += 1) journal.append(event(n), () => done.push(n));
    await until('room was asked for twice', () => asked >= 2);
    expect([journal.blocked, done]).toEqual([true, []]);
    files.failWrites = undefined;
    await until('everything is durable', () => done.length === 4);
    expect(journal.blocked).toBe(false);
    await journal.close();
    expect((await replayed(await opened(new FsLogFiles(dir)))).map((entry) => entry.seq)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('ends at a failure of the disk that waiting does not mend: no room is made, and nothing is acknowledged', async () => {
    const dir = tempDir();
    const files = new HeldFiles(new FsLogFiles(dir));
    const failures: unknown[] = [];
    const journal = await opened(files, { retryMs: 10, onFatal: (error) => failures.push(error) });
    await written(journal, 1, 2);
    let asked = 0;
    journal.whenFull(async () => void (asked += 1));
    files.failWrites = 'EIO';
    const done: number[] = [];
    journal.append(event(3), () => done.push(3));
    await until('the failure is told', () => failures.length > 0);
    expect(failures).toMatchObject([{ code: 'EIO' }]);
    expect([asked, done, journal.blocked]).toEqual([0, [], false]);
  });
});

describe('what the journal writes', () => {
  it('goes on behind a restart, small and large groups in turns, and is read again as it was', async () => {
    const dir = tempDir();
    let next = 1;
    for (let life = 0; life < 4; life += 1) {
      const journal = await opened(new FsLogFiles(dir));
      for (const size of [1, 3, 1, 400, 1, 2]) {
        await written(journal, next, next + size - 1);
        next += size;
      }
      // The last life is cut off: its file keeps the zeros ahead.
      if (life < 3) await journal.close();
    }
    const entries = await replayed(await opened(new FsLogFiles(dir)));
    expect(entries).toEqual(
      Array.from({ length: next - 1 }, (_, n) => ({ seq: n + 1, inboxSeq: 0, event: event(n + 1) })),
    );
  });

  it('takes half of the room while it is written, and a fifth once the file is closed', async () => {
    const dir = tempDir();
    const journal = await opened(new FsLogFiles(dir), { segmentBytes: 20_000 });
    const plain = (n: number) => JSON.stringify([n, 0, event(n)]).length + 14;
    await one(journal, 1, 600);
    const first = path.join(dir, segments(dir)[0] as string);
    await until('the first file to be packed', () => segments(dir).length > 1 && statSync(first).size < 15_000);
    await journal.close();
    const [closed = '', following = ''] = segments(dir);
    const last = Number(following.slice(0, 16)) - 1;
    const bytes = Array.from({ length: last }, (_, n) => plain(n + 1)).reduce((sum, size) => sum + size, 0);
    expect(bytes).toBeGreaterThan(2 * 20_000);
    expect(readFileSync(path.join(dir, closed)).length).toBeLessThan(bytes / 3);
    const again = await opened(new FsLogFiles(dir));
    expect((await replayed(again)).map(({ event }) => event)).toEqual(
      Array.from({ length: 600 }, (_, n) => event(n + 1)),
    );
    expect(await replayed(again, last - 3)).toHaveLength(600 - last + 3);
    await again.close();
  });

  it('is whole after a kill while a closed file was packed, whichever of the two was there', async () => {
    const dir = tempDir();
    const real = new FsLogFiles(dir);
    const files: LogFiles = {
      ...{ list: () => real.list(), read: (name) => real.read(name), remove: (name) => real.remove(name) },
      ...{
        rename: (from, to) => real.rename(from, to),
        open: (name) => real.open(name),
        pathOf: (name) => real.pathOf(name),
      },
      put: async (name, content) => {
        if (name === 'id') return real.put(name, content);
        // Killed in the middle of it.
        writeFileSync(path.join(dir, `${name}.new`), (content as Uint8Array).subarray(0, 100));
        return new Promise<void>(() => undefined);
      },
    };
    const journal = await opened(files, { segmentBytes: 5_000 });
    await one(journal, 1, 300);
    await until('half a file', () => readdirSync(dir).some((name) => name.endsWith('.new')));
    const again = await opened(new FsLogFiles(dir));
    expect((await replayed(again)).map(({ seq }) => seq)).toEqual(Array.from({ length: 300 }, (_, n) => n + 1));
    expect(readdirSync(dir).some((name) => name.endsWith('.new'))).toBe(false);
    await again.close();
  });

  it('leaves a closed file as it is where there is no room to pack it, and nothing beside it', async () => {
    const dir = tempDir();
    const files = new HeldFiles(new FsLogFiles(dir));
    const put = files.put;
    files.put = async (name, content) => {
      if (name === 'id') return put(name, content);
      writeFileSync(path.join(dir, `${name}.new`), 'half');
      throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    };
    const journal = await opened(files, { segmentBytes: 5_000 });
    await one(journal, 1, 150);
    await journal.close();
    expect(readdirSync(dir).filter((name) => name.endsWith('.new'))).toEqual([]);
    expect(await replayed(await opened(new FsLogFiles(dir)))).toHaveLength(150);
  });

  it('survives a power cut in the middle of any append, and loses no group before it', async () => {
    const dir = tempDir();
    const journal = await opened(new FsLogFiles(dir));
    await one(journal, 1, 40);
    const file = path.join(dir, segments(dir)[0] as string);
    const whole = readFileSync(file);
    await journal.close();
    const begins = starts(whole);
    const end = begins.at(-1) as number;
    const cut = (bytes: Buffer) => {
      const other = tempDir();
      writeFileSync(path.join(other, 'id'), readFileSync(path.join(dir, 'id')));
      writeFileSync(path.join(other, path.basename(file)), bytes);
      return other;
    };
    // Sectors of the last group that had not been written yet are what the file was made of, or what stood there before.
    for (let sector = Math.floor(end / 512); sector * 512 < end + 100; sector += 1) {
      const torn = Buffer.from(whole);
      torn.fill(0, Math.max(end, sector * 512), (sector + 1) * 512);
      const again = await opened(new FsLogFiles(cut(torn)));
      expect((await replayed(again)).length).toBeGreaterThanOrEqual(39);
      await again.close();
    }
  });

  it.skipIf(process.platform !== 'linux')(
    'is little more than what is said: a small group costs the disk two sectors, not a page',
    async () => {
      // beside the sources: the folder for temporary files may lie in memory
      const cache = path.join(process.cwd(), 'node_modules/.cache');
      mkdirSync(cache, { recursive: true });
      const dir = mkdtempSync(path.join(cache, 'journal-'));
      const files = new FsLogFiles(dir);
      const journal = await opened(files, { segmentBytes: 1 << 20 });
      const ioBytes = () => Number(/^write_bytes: (\d+)/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
      await written(journal, 1, 1);
      const before = ioBytes();
      const groups = 200;
      for (let n = 2; n <= groups + 1; n += 1) await written(journal, n, n);
      const each = (ioBytes() - before) / groups;
      await journal.close();
      rmSync(dir, { recursive: true });
      // Where the disk cannot (a file system in memory, sectors of a page) it is a page each.
      expect(each).toBeLessThan(files.direct ? 1_100 : 8_300);
    },
  );
});
