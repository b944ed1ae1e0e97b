import { createHash, type Hash } from 'node:crypto';
import { createReadStream, promises } from 'node:fs';
import path from 'node:path';
import type { KeptFile, MediaDisk, MediaPart } from '../ports/media.js';

const NAME = /^([0-9a-f]{64})(\.part)?$/;
const tagFile = (file: string): string => `${file.slice(0, -'.part'.length)}.tag`;

/** Files by their hash in one folder, mode 0600; what is not whole is called `HASH.part`, its validator `HASH.tag`. */
export class FsMediaDisk implements MediaDisk {
  constructor(private readonly folder: string) {}

  pathOf(sha256: string): string {
    return path.join(this.folder, sha256);
  }

  async list(): Promise<KeptFile[]> {
    const names = await promises.readdir(this.folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    const kept: KeptFile[] = [];
    for (const name of names) {
      const [, sha256, part] = NAME.exec(name) ?? [];
      const known = sha256 && (await promises.stat(path.join(this.folder, name)).catch(() => undefined));
      if (known && sha256)
        kept.push({ sha256, bytes: known.size, neededTs: Math.floor(known.mtimeMs), partial: part !== undefined });
    }
    return kept;
  }

  async freeBytes(): Promise<number> {
    await promises.mkdir(this.folder, { recursive: true, mode: 0o700 });
    const { bavail, bsize } = await promises.statfs(this.folder);
    return bavail * bsize;
  }

  async part(sha256: string): Promise<MediaPart> {
    await promises.mkdir(this.folder, { recursive: true, mode: 0o700 });
    return FsMediaPart.open(this.pathOf(sha256), sha256);
  }

  async touch(sha256: string, now: number): Promise<void> {
    await promises.utimes(this.pathOf(sha256), now / 1000, now / 1000).catch(() => undefined);
  }

  async remove(sha256: string): Promise<void> {
    const file = this.pathOf(sha256);
    for (const name of [file, `${file}.part`, `${file}.tag`]) await promises.rm(name, { force: true });
  }
}

class FsMediaPart implements MediaPart {
  private constructor(
    private readonly file: string,
    private readonly sha256: string,
    private readonly handle: promises.FileHandle,
    private hash: Hash,
    public bytes: number,
    public tag: string | undefined,
  ) {}

  /** What is there of it is read once, for its hash. */
  static async open(whole: string, sha256: string): Promise<FsMediaPart> {
    const file = `${whole}.part`;
    const handle = await promises.open(file, 'a', 0o600);
    try {
      const hash = createHash('sha256');
      let bytes = 0;
      for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
        hash.update(chunk);
        bytes += chunk.length;
      }
      const tag = await promises.readFile(tagFile(file), 'utf8').catch(() => undefined);
      return new FsMediaPart(file, sha256, handle, hash, bytes, tag);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async restart(tag: string | undefined): Promise<void> {
    await this.handle.truncate(0);
    this.hash = createHash('sha256');
    this.bytes = 0;
    this.tag = tag;
    if (tag === undefined) await promises.rm(tagFile(this.file), { force: true });
    else await promises.writeFile(tagFile(this.file), tag, { mode: 0o600 });
  }

  async write(chunk: Buffer): Promise<void> {
    let at = 0;
    while (at < chunk.length) {
      const { bytesWritten } = await this.handle.write(chunk, at);
      this.hash.update(chunk.subarray(at, at + bytesWritten));
      at += bytesWritten;
      this.bytes += bytesWritten;
    }
  }

  async finish(): Promise<boolean> {
    const isRight = this.hash.copy().digest('hex') === this.sha256;
    if (isRight) await this.handle.sync();
    await this.handle.close();
    if (isRight) await promises.rename(this.file, this.file.slice(0, -'.part'.length));
    else await promises.rm(this.file, { force: true });
    await promises.rm(tagFile(this.file), { force: true });
    if (isRight) await syncFolder(path.dirname(this.file));
    return isRight;
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}

/** The new name is durable, too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await promises.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
