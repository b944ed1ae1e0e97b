import { createReadStream, constants } from 'node:fs';
import { access, copyFile, chmod, link, mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { StoreError, type ByteRange, type MediaStore } from '../ports/index.js';

/** Bytes at a time: at the 64 KiB of a stream, videos spend their time on steps. */
const CHUNK = 1 << 20;

/** Files of the library in a folder of this machine: `ab/abcd…`, readable by this user alone. */
export class MediaFolder implements MediaStore {
  #made = 0;

  constructor(private readonly folder: string) {}

  async open(): Promise<void> {
    try {
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      await access(this.folder, constants.R_OK | constants.W_OK);
    } catch (error) {
      throw new StoreError('unreachable', `the folder of the library ${this.folder} cannot be used`, { cause: error });
    }
  }

  async put(sha256: string, file: string): Promise<void> {
    const kept = this.#file(sha256);
    const folder = path.dirname(kept);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const half = `${kept}.${process.pid}-${(this.#made += 1)}.half`;
    try {
      // another name of the same bytes costs nothing; what lies on another disk is copied
      await link(file, half).catch(() => copyFile(file, half));
      await chmod(half, 0o600);
      await synced(half);
      await rename(half, kept);
      // the name is there after a power cut, too
      await synced(folder);
    } catch (error) {
      await rm(half, { force: true });
      const full = (error as NodeJS.ErrnoException).code === 'ENOSPC';
      throw new StoreError(full ? 'full' : 'unreachable', 'a file of the library could not be written', {
        cause: error,
      });
    }
  }

  async read(sha256: string, range?: ByteRange): Promise<Readable | undefined> {
    try {
      // opened here, so that a file that is not there is known before anything is answered
      const handle = await open(this.#file(sha256), 'r');
      return createReadStream('', {
        fd: handle,
        highWaterMark: CHUNK,
        ...(range && { start: range.from, end: range.to }),
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new StoreError('unreachable', 'a file of the library could not be read', { cause: error });
    }
  }

  async remove(sha256: string): Promise<void> {
    await rm(this.#file(sha256), { force: true });
  }

  #file(sha256: string): string {
    return path.join(this.folder, sha256.slice(0, 2), sha256);
  }
}

async function synced(name: string): Promise<void> {
  const handle = await open(name, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
