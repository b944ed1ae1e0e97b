import { close, constants, fdatasync, ftruncate, mkdir, open, promises, read, write } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { LogFile, LogFiles } from '../ports/log-files.js';

const openFile = promisify(open);
const makeFolder = promisify(mkdir);

/** A folder on the local disk. Callbacks of node:fs run in its thread pool, so a slow fdatasync blocks nobody. */
export class FsLogFiles implements LogFiles {
  /** Whether small appends go past the page cache here. */
  direct = false;

  constructor(private readonly folder: string) {}

  pathOf(name: string): string {
    return path.join(this.folder, name);
  }
  async list(): Promise<string[]> {
    await makeFolder(this.folder, { recursive: true });
    return (await promises.readdir(this.folder)).sort();
  }
  read(name: string): Promise<Buffer> {
    return promises.readFile(this.pathOf(name));
  }
  async put(name: string, content: string | Uint8Array): Promise<void> {
    const beside = this.pathOf(`${name}.new`);
    const file = await promises.open(beside, 'w', 0o600);
    await file.writeFile(content);
    await file.sync();
    await file.close();
    await promises.rename(beside, this.pathOf(name));
    await this.#syncFolder();
  }
  async remove(name: string): Promise<void> {
    await promises.rm(this.pathOf(name), { force: true });
  }
  async rename(from: string, to: string): Promise<void> {
    await promises.rename(this.pathOf(from), this.pathOf(to));
    await this.#syncFolder();
  }
  async open(name: string): Promise<LogFile> {
    // Not O_APPEND: after a write that failed half-way the same place is written again.
    const fd = await openFile(this.pathOf(name), 'r+', 0o600).catch(() => openFile(this.pathOf(name), 'w+', 0o600));
    await this.#syncFolder();
    const direct = O_DIRECT === undefined ? undefined : await this.#openDirect(name);
    return new FsLogFile(fd, direct);
  }
  /** Undefined where the file system has no way past the page cache. */
  #openDirect(name: string): Promise<DirectFile | undefined> {
    return openFile(this.pathOf(name), constants.O_RDWR | (O_DIRECT as number)).then(
      (fd) => {
        this.direct = true;
        return { fd, area: this.#area() };
      },
      () => undefined,
    );
  }
  #sectors: Uint8Array | undefined;
  #area(): Uint8Array {
    return (this.#sectors ??= alignedBytes());
  }
  async #syncFolder(): Promise<void> {
    const folder = await promises.open(this.folder, 'r');
    await folder.sync();
    await folder.close();
  }
}

const O_DIRECT = constants.O_DIRECT as number | undefined;
const SECTOR_BYTES = 512;
const PAGE_BYTES = 64 << 10;

/** Memory that begins at a page, as writing past the page cache wants it; Node has no other way to ask for some. */
function alignedBytes(): Uint8Array {
  type Memory = new (size: { initial: number }) => { buffer: ArrayBuffer };
  const { Memory } = (globalThis as unknown as { WebAssembly: { Memory: Memory } }).WebAssembly;
  return new Uint8Array(new Memory({ initial: 1 }).buffer);
}

interface DirectFile {
  fd: number;
  area: Uint8Array;
}

/**
 * Small appends go past the page cache where the disk allows it, in whole sectors: through it each of them would write a whole page,
 * eight times as much.
 */
class FsLogFile implements LogFile {
  /** bytes of the sector that was appended to last, up to where the next append begins */
  #tail: { position: number; bytes: Uint8Array } | undefined;

  constructor(
    private readonly fd: number,
    private direct: DirectFile | undefined,
  ) {}

  async append(bytes: Uint8Array, position: number): Promise<void> {
    const start = position - (position % SECTOR_BYTES);
    const before = position - start;
    const length = Math.ceil((before + bytes.length) / SECTOR_BYTES) * SECTOR_BYTES;
    if (!this.direct || length > PAGE_BYTES) return this.write(bytes, position);
    const { fd, area } = this.direct;
    area.set(this.#tail?.position === position ? this.#tail.bytes : await this.#read(start, before));
    this.#tail = undefined;
    area.set(bytes, before);
    area.fill(0, before + bytes.length, length);
    try {
      await writeAll(fd, area.subarray(0, length), start);
    } catch (error) {
      // Sectors of this disk are larger, or its file system had promised too much.
      if ((error as { code?: string }).code !== 'EINVAL') throw error;
      this.#leaveDirect();
      return this.write(bytes, position);
    }
    const end = position + bytes.length;
    const from = before + bytes.length - (end % SECTOR_BYTES);
    this.#tail = { position: end, bytes: area.slice(from, before + bytes.length) };
  }

  #read(start: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    if (length === 0) return Promise.resolve(bytes);
    return new Promise((resolve, reject) =>
      read(this.fd, bytes, 0, length, start, (error) => (error ? reject(error) : resolve(bytes))),
    );
  }
  #leaveDirect(): void {
    if (this.direct) close(this.direct.fd, () => undefined);
    this.direct = undefined;
  }

  write(bytes: Uint8Array, position: number): Promise<void> {
    this.#tail = undefined;
    return writeAll(this.fd, bytes, position);
  }
  sync(): Promise<void> {
    return new Promise((resolve, reject) => fdatasync(this.fd, (error) => (error ? reject(error) : resolve())));
  }
  truncate(size: number): Promise<void> {
    return new Promise((resolve, reject) => ftruncate(this.fd, size, (error) => (error ? reject(error) : resolve())));
  }
  close(): Promise<void> {
    this.#leaveDirect();
    return new Promise((resolve, reject) => close(this.fd, (error) => (error ? reject(error) : resolve())));
  }
}

function writeAll(fd: number, bytes: Uint8Array, position: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const rest = (from: number): void =>
      write(fd, bytes, from, bytes.length - from, position + from, (error, written) => {
        if (error) reject(error);
        else if (from + written < bytes.length) rest(from + written);
        else resolve();
      });
    rest(0);
  });
}
