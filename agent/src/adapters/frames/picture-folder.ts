import { promises } from 'node:fs';
import path from 'node:path';
import type { FrameRun, FrameRunEvents } from '../../ports/frame-source.js';
import { MAX_PICTURE_BYTES } from './jpeg-splitter.js';

const PICTURE = /\.(jpe?g|png|webp)$/i;

/** A folder of pictures, in the order of their names, one per 1 / rate: for tests and for looking back at a scene. */
export class PictureFolderRun implements FrameRun {
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  readonly #whole: Promise<void>;

  constructor(folder: string, framesPerSecond: number, events: FrameRunEvents) {
    this.#whole = this.#play(folder, 1000 / framesPerSecond, events).catch((error: NodeJS.ErrnoException) => {
      if (!this.#stopped) events.ended({ finished: false, reason: `the folder cannot be read (${error.code})` });
    });
  }

  async #play(folder: string, stepMs: number, events: FrameRunEvents): Promise<void> {
    const names = (await promises.readdir(folder)).filter((name) => PICTURE.test(name)).sort();
    const began = performance.now();
    for (const [index, name] of names.entries()) {
      await this.#sleep(began + index * stepMs - performance.now());
      if (this.#stopped) return;
      const file = path.join(folder, name);
      if ((await promises.stat(file)).size > MAX_PICTURE_BYTES) continue;
      const picture = await promises.readFile(file);
      if (this.#stopped) return;
      events.frame(picture, index * stepMs);
    }
    if (!this.#stopped) events.ended({ finished: true, reason: 'the last picture has been shown' });
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      this.#timer = setTimeout(resolve, Math.max(0, ms));
    });
  }
  #wake: () => void = () => undefined;

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#wake();
    await this.#whole;
  }
}
