import type { LogFile, LogFiles } from '../../src/ports/log-files.js';

/** Real files whose syncs and writes a test can hold or fail. */
export class HeldFiles implements LogFiles {
  hold = false;
  failWrites: string | undefined;
  syncs = 0;
  #waiting: (() => void)[] = [];
  /** how many syncs wait to be released */
  get waiting(): number {
    return this.#waiting.length;
  }
  constructor(private readonly files: LogFiles) {}
  release(): void {
    this.hold = false;
    for (const go of this.#waiting.splice(0)) go();
  }
  list = () => this.files.list();
  read = (name: string) => this.files.read(name);
  put = (name: string, content: string | Uint8Array) => this.files.put(name, content);
  remove = (name: string) => this.files.remove(name);
  rename = (from: string, to: string) => this.files.rename(from, to);
  pathOf = (name: string) => this.files.pathOf(name);
  async open(name: string): Promise<LogFile> {
    const file = await this.files.open(name);
    const failing = (how: 'write' | 'append') => async (bytes: Uint8Array, position: number) => {
      if (this.failWrites !== undefined) {
        // Half of it gets through, as on a real disk.
        await file[how](bytes.subarray(0, bytes.length >> 1), position);
        throw Object.assign(new Error('no space left'), { code: this.failWrites });
      }
      await file[how](bytes, position);
    };
    return {
      write: failing('write'),
      append: failing('append'),
      sync: async () => {
        if (this.hold) await new Promise<void>((go) => this.#waiting.push(go));
        await file.sync();
        this.syncs += 1;
      },
      truncate: (size) => file.truncate(size),
      close: () => file.close(),
    };
  }
}
