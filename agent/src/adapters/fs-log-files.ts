import { close, fdatasync, ftruncate, mkdir, open, promises, write } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { LogFile, LogFiles } from '../ports/log-files.js';

const openFile = promisify(open);
const makeFolder = promisify(mkdir);

/** A folder on the local disk. Callbacks of node:fs run in its thread pool, so a slow fdatasync blocks nobody. */
export class FsLogFiles implements LogFiles {
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
  async put(name: string, text: string): Promise<void> {
    const beside = this.pathOf(`${name}.new`);
    const file = await promises.open(beside, 'w', 0o600);
    await file.writeFile(text);
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
    return new FsLogFile(fd);
  }
  async #syncFolder(): Promise<void> {
    const folder = await promises.open(this.folder, 'r');
    await folder.sync();
    await folder.close();
  }
}

class FsLogFile implements LogFile {
  constructor(private readonly fd: number) {}

  write(bytes: Uint8Array, position: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const rest = (from: number): void =>
        write(this.fd, bytes, from, bytes.length - from, position + from, (error, written) => {
          if (error) reject(error);
          else if (from + written < bytes.length) rest(from + written);
          else resolve();
        });
      rest(0);
    });
  }
  sync(): Promise<void> {
    return new Promise((resolve, reject) => fdatasync(this.fd, (error) => (error ? reject(error) : resolve())));
  }
  truncate(size: number): Promise<void> {
    return new Promise((resolve, reject) => ftruncate(this.fd, size, (error) => (error ? reject(error) : resolve())));
  }
  close(): Promise<void> {
    return new Promise((resolve, reject) => close(this.fd, (error) => (error ? reject(error) : resolve())));
  }
}
