import type { LogFiles } from '../ports/log-files.js';
import type { Logger } from '../ports/logger.js';
import { packedSegment } from './segment.js';

/**
 * Packs the journal's files when they are closed, one after the other: to a fifth. Written beside a file and put in its place, so that
 * a crash leaves one or the other.
 */
export class FilePacker {
  #working: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(
    private readonly files: LogFiles,
    private readonly log: Logger,
    /** whether the journal still has it, and may be written to */
    private readonly wanted: (name: string) => boolean,
  ) {}

  /** Removes what a crash has broken off; the file itself is there. */
  async tidy(names: readonly string[]): Promise<void> {
    for (const name of names) if (/^\d{16}\.log\.new$/.test(name)) await this.files.remove(name);
  }

  closed(name: string): void {
    this.#working = this.#working.then(() => this.#pack(name));
  }

  /** Waits for the file that is being packed; the others stay as they are. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#working;
  }

  async #pack(name: string): Promise<void> {
    if (this.#stopped || !this.wanted(name)) return;
    try {
      const packed = await packedSegment(await this.files.read(name), name);
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
