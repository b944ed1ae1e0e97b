import type { Clock } from '../ports/clock.js';
import type { LogFiles } from '../ports/log-files.js';
import type { Logger } from '../ports/logger.js';
import { packedSegment } from './segment.js';

/** After each block, ms: whoever packs old events gives way to whoever takes new ones. Lower makes room sooner, under load. */
const REST_MS = 20;

/**
 * Packs the journal's files when they are closed, one after the other: to a fifth. Written beside a file and put in its place, so that
 * a crash leaves one or the other.
 */
export class FilePacker {
  #working: Promise<void> = Promise.resolve();
  #stopped = false;
  #wake: (() => void) | undefined;

  constructor(
    private readonly files: LogFiles,
    private readonly clock: Clock,
    private readonly log: Logger,
    /** whether the journal still has it, and may be written to */
    private readonly wanted: (name: string) => boolean,
  ) {}

  /** Removes what a crash has broken off; the file itself is there. */
  async tidy(names: readonly string[]): Promise<void> {
    for (const name of names) if (/^\d{16}\.log\.new$/.test(name)) await this.files.remove(name);
  }

  /** @param newestTs of its entries */
  closed(name: string, newestTs: number): void {
    this.#working = this.#working.then(() => this.#pack(name, newestTs));
  }

  /** What is not packed by now stays as it is. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake?.();
    await this.#working;
  }

  #rest(): Promise<boolean> {
    if (this.#stopped) return Promise.resolve(false);
    return new Promise((resolve) => {
      const wake = () => resolve(!this.#stopped);
      const timer = this.clock.after(REST_MS, wake);
      this.#wake = () => {
        timer.cancel();
        wake();
      };
    });
  }

  async #pack(name: string, newestTs: number): Promise<void> {
    if (this.#stopped || !this.wanted(name)) return;
    try {
      const packed = await packedSegment(await this.files.read(name), name, newestTs, () => this.#rest());
      if (!packed || !this.wanted(name)) return;
      await this.files.put(name, packed);
      // Deleted while it was written.
      if (!this.wanted(name)) await this.files.remove(name);
    } catch (error) {
      // Half a file is of use to nobody, least of all on a full disk.
      await this.files.remove(`${name}.new`).catch(() => undefined);
      this.log.warn({ file: this.files.pathOf(name), reason: String(error) }, 'a journal file was not packed');
    }
  }
}
