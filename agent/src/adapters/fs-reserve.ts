import { promises } from 'node:fs';
import path from 'node:path';
import type { Reserve } from '../ports/reserve.js';

/** Less than this share of the free room, or there is none to keep. */
const SHARE = 8;

/** A file that only takes up room. */
export class FsReserve implements Reserve {
  constructor(
    private readonly file: string,
    private readonly bytes: number,
  ) {}

  async hold(): Promise<void> {
    const known = await promises.stat(this.file).catch(() => undefined);
    if (known?.size === this.bytes) return;
    const { bavail, bsize } = await promises.statfs(path.dirname(this.file));
    if (bavail * bsize < this.bytes * SHARE) return;
    const file = await promises.open(this.file, 'w', 0o600);
    try {
      // Written, not only announced: a sparse file takes no room.
      for (let at = 0; at < this.bytes; at += CHUNK.length)
        await file.write(CHUNK, 0, Math.min(CHUNK.length, this.bytes - at), at);
    } finally {
      await file.close();
    }
  }

  async release(): Promise<boolean> {
    return promises.rm(this.file).then(
      () => true,
      () => false,
    );
  }
}
const CHUNK = Buffer.alloc(1 << 20);
