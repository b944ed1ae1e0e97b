import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MediaFile } from '@aisle/contracts';
import { FsMediaDisk } from '../../src/adapters/fs-media-disk.js';
import { HttpMediaSource } from '../../src/adapters/http-media-source.js';
import type { MediaDisk, MediaPart } from '../../src/ports/media.js';
import { MediaKeeper } from '../../src/screens/media/media-keeper.js';
import { TestClock, steadyRandom } from '../frames/support.js';
import { quiet, tempDir, until } from '../runtime/harness.js';
import { FileServer, answerStatus, breakOffAfter, fileOf } from './file-server.js';

const MB = 1 << 20;

describe('files of campaigns on the disk of the shop', () => {
  let dir: string;
  let server: FileServer;
  let address: string;
  let clock: TestClock;
  let needed: MediaFile[];
  let keeper: MediaKeeper;
  const media = () => path.join(dir, 'media');
  const here = (file: MediaFile) => existsSync(path.join(media(), file.sha256));

  const make = (disk: MediaDisk = new FsMediaDisk(media()), quotaBytes = 100 * MB): MediaKeeper =>
    (keeper = new MediaKeeper({
      neededFiles: () => needed,
      disk,
      source: new HttpMediaSource({ username: 'agent:demo', password: 'pass:word', ca: undefined }),
      ...{ quotaBytes, leftFreeBytes: 0, clock, random: steadyRandom, log: quiet },
    }));
  const begin = async (...made: Parameters<typeof make>): Promise<void> => {
    await make(...made).start();
    keeper.from(address);
  };
  const trouble = (file: MediaFile, code: string) =>
    until(`trouble ${code}`, () => keeper.troubleOf(file.sha256) === code);
  const comes = (file: MediaFile) => until('the file', () => keeper.has(file.sha256));
  /** Time passes until the next try is due; what asks real servers runs beside it. */
  const laterComes = (file: MediaFile) =>
    until('the file, after pauses', async () => {
      if (keeper.has(file.sha256)) return true;
      await clock.pass(500);
      return false;
    });

  beforeEach(async () => {
    dir = tempDir();
    server = new FileServer();
    address = await server.start();
    clock = new TestClock();
    needed = [];
  });
  afterEach(async () => {
    await keeper.stop();
    await server.stop();
    rmSync(dir, { recursive: true });
  });

  it('come with the account of the agent, whole, under their hash and for this user only', async () => {
    const bytes = randomBytes(3 * MB);
    needed = [server.add(bytes), server.add(randomBytes(10))];
    await begin();
    await comes(needed[1] as MediaFile);
    const [file] = needed as [MediaFile];
    expect(readFileSync(path.join(media(), file.sha256)).equals(bytes)).toBe(true);
    expect(statSync(path.join(media(), file.sha256)).mode & 0o777).toBe(0o600);
    expect(server.asked[0]).toMatchObject({ sha256: file.sha256, login: 'agent%3Ademo:pass:word', range: undefined });
    expect(readdirSync(media()).sort()).toEqual(needed.map(({ sha256 }) => sha256).sort());
    expect(keeper.shown(needed)).toEqual({ here: 2, missing: 0, missingBytes: 0, full: false });
  });

  it('go on where the line broke off, also after a start of the agent', async () => {
    const file = server.add(randomBytes(2 * MB));
    needed = [file];
    server.next.push(breakOffAfter(MB));
    await begin();
    await trouble(file, 'unreachable');
    expect(here(file)).toBe(false);
    expect(keeper.shown(needed)).toMatchObject({ missing: 1, missingBytes: 2 * MB, full: false });
    await keeper.stop();
    const begun = statSync(path.join(media(), `${file.sha256}.part`)).size;
    expect(begun).toBeGreaterThan(0);
    await begin();
    await comes(file);
    expect(server.asked.at(-1)).toMatchObject({
      range: `bytes=${begun}-`,
      ifRange: `"${file.sha256.slice(0, 12)}"`,
    });
    expect(readdirSync(media())).toEqual([file.sha256]);
  });

  it.each([
    ['the whole although the rest was asked for', undefined],
    ['that there is no such rest', answerStatus(416)],
    [
      'the rest of other bytes',
      ((_request, response, bytes) => {
        response
          .writeHead(206, { 'content-range': `bytes 5-${bytes.length - 1}/${bytes.length}` })
          .end(bytes.subarray(5));
        return true;
      }) as (typeof server.next)[number],
    ],
  ])('begin anew when the server answers %s', async (_what, answer) => {
    const bytes = randomBytes(MB);
    const file = server.add(bytes);
    mkdirSync(media());
    writeFileSync(path.join(media(), `${file.sha256}.part`), randomBytes(1000));
    writeFileSync(path.join(media(), `${file.sha256}.tag`), '"of-another-time"');
    if (answer) server.next.push(answer);
    needed = [file];
    await begin();
    await comes(file);
    expect(server.asked[0]?.range).toBe('bytes=1000-');
    expect(readFileSync(path.join(media(), file.sha256)).equals(bytes)).toBe(true);
  });

  it.each([
    ['401', answerStatus(401), 'denied'],
    ['404', answerStatus(404), 'missing'],
    ['500', answerStatus(500), 'status'],
    ['a redirect', answerStatus(302), 'status'],
    [
      'other bytes of the same length',
      ((_request, response, bytes) => {
        response.end(Buffer.alloc(bytes.length));
        return true;
      }) as (typeof server.next)[number],
      'otherBytes',
    ],
    [
      'more bytes',
      ((_request, response, bytes) => {
        response.end(Buffer.concat([bytes, bytes]));
        return true;
      }) as (typeof server.next)[number],
      'otherBytes',
    ],
    [
      'fewer bytes, and says that this is all',
      ((_request, response, bytes) => {
        response.end(bytes.subarray(0, 9));
        return true;
      }) as (typeof server.next)[number],
      'unreachable',
    ],
  ])('are tried again with a pause after %s, and the others come meanwhile', async (_what, answer, code) => {
    const [file, other] = [server.add(randomBytes(MB)), server.add(randomBytes(100))];
    server.next.push(answer);
    needed = [file, other];
    await begin();
    await comes(other);
    await trouble(file, code);
    expect(here(file)).toBe(false);
    expect(server.asked).toHaveLength(2);
    await laterComes(file);
    expect(server.asked).toHaveLength(3);
  });

  it('are given up and tried anew when nothing comes any more', async () => {
    const file = server.add(randomBytes(MB));
    needed = [file];
    server.next.push((_request, response, bytes, tag) => {
      response.writeHead(200, { etag: tag, 'content-length': bytes.length });
      response.write(bytes.subarray(0, 1000));
      return true;
    });
    await begin();
    await until(
      'the first bytes',
      () => server.asked.length === 1 && existsSync(path.join(media(), `${file.sha256}.tag`)),
    );
    await clock.pass(30_000);
    await trouble(file, 'stalled');
    await laterComes(file);
  });

  it('that are needed are never dropped: what is needed longest ago goes first, the rest waits, and it is said', async () => {
    const [a, b, c, d] = [1, 2, 3, 4].map(() => server.add(randomBytes(MB))) as [
      MediaFile,
      MediaFile,
      MediaFile,
      MediaFile,
    ];
    needed = [a, b];
    await begin(undefined, 3 * MB);
    await comes(b);
    await clock.pass(3_600_000);
    needed = [b, c];
    keeper.look();
    await comes(c);
    expect(here(a)).toBe(true);
    await clock.pass(3_600_000);
    needed = [c, d];
    keeper.look();
    await comes(d);
    expect([here(a), here(b), here(c), here(d)]).toEqual([false, true, true, true]);
    needed = [b, c, d, a];
    keeper.look();
    await trouble(a, 'noRoom');
    expect([here(a), here(b), here(c), here(d)]).toEqual([false, true, true, true]);
    expect(keeper.shown(needed)).toEqual({ here: 3, missing: 1, missingBytes: MB, full: true });
    needed = [c, d, a];
    await laterComes(a);
    expect(here(b)).toBe(false);
  });

  it('wait on a full disk, and come when there is room', async () => {
    const file = server.add(randomBytes(MB));
    const real = new FsMediaDisk(media());
    let isFull = true;
    const disk: MediaDisk = {
      ...{
        list: () => real.list(),
        freeBytes: () => real.freeBytes(),
        pathOf: (sha256: string) => real.pathOf(sha256),
      },
      ...{ touch: () => Promise.resolve(), remove: (sha256: string) => real.remove(sha256) },
      async part(sha256): Promise<MediaPart> {
        const part = await real.part(sha256);
        const write = part.write.bind(part);
        part.write = (chunk) =>
          isFull ? Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' })) : write(chunk);
        return part;
      },
    };
    needed = [file];
    await begin(disk);
    await trouble(file, 'noRoom');
    expect(keeper.shown(needed)).toMatchObject({ full: true });
    isFull = false;
    await laterComes(file);
  });

  it('are asked for at an address of the web only', async () => {
    needed = [fileOf(randomBytes(10))];
    await make().start();
    keeper.from('file:///etc/passwd');
    keeper.from(undefined);
    await clock.pass(120_000);
    expect(server.asked).toEqual([]);
  });
});
