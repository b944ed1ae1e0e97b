import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { StoreError, type ContentRecord, type MediaEye, type MediaStore } from '../ports/index.js';

/** Stills of content, made when they are first asked for and kept on this machine; what is lost is made anew. */
export class Previews {
  readonly #making = new Map<string, Promise<Buffer>>();
  /** one after the other: a video takes a processor for a moment */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: { media: MediaStore; eye: MediaEye; folder: string }) {}

  async of({ sha256, type }: Pick<ContentRecord, 'sha256' | 'type'>, width: number): Promise<Buffer> {
    const file = path.join(this.parts.folder, `${sha256}-${width}.webp`);
    const kept = await readFile(file).catch(() => undefined);
    if (kept) return kept;
    const making = this.#making.get(file) ?? this.#inTurn(() => this.#make(sha256, type, width, file));
    this.#making.set(file, making);
    try {
      return await making;
    } finally {
      this.#making.delete(file);
    }
  }

  async #make(sha256: string, type: string, width: number, kept: string): Promise<Buffer> {
    const { media, eye, folder } = this.parts;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const own = await mkdtemp(path.join(folder, 'make-'));
    try {
      const stream = await media.read(sha256);
      if (!stream) throw new StoreError('unreachable', 'the file of a content is not there');
      const whole = path.join(own, 'file');
      await pipeline(stream, createWriteStream(whole, { mode: 0o600 }));
      const still = await eye.preview(whole, type, width);
      await writeFile(path.join(own, 'still'), still, { mode: 0o600 });
      await rename(path.join(own, 'still'), kept);
      return still;
    } finally {
      await rm(own, { recursive: true, force: true });
    }
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(task, task);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }
}
