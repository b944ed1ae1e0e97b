import { open } from 'node:fs/promises';
import type { Sqlite } from './sqlite.js';

/**
 * Brings commits of a catalog to the disk beside the event loop. SQLite itself would sync each of them while everything else in the
 * process stands still: pages, acknowledgements, other shops. So it commits without (`synchronous = NORMAL`, which leaves a file that
 * can be opened whenever the power goes), and whoever is told of a commit waits until its log has been synced here; those who come
 * meanwhile share the next sync.
 */
export class WalSync {
  #written = 0;
  #synced = 0;
  #running: Promise<void> | undefined;
  #failed = false;

  /** @param sync for tests: brings a file's bytes to the disk */
  constructor(
    private readonly file: string,
    private readonly sqlite: Pick<Sqlite, 'bringIn'>,
    private readonly sync: (file: string) => Promise<void> = syncData,
  ) {}

  /** Something has been committed. */
  wrote(): void {
    this.#written += 1;
  }

  /** Resolves when all that has been committed so far is on the disk; rejects when it could not be brought there. */
  async settled(): Promise<void> {
    const upTo = this.#written;
    while (this.#synced < upTo) {
      this.#running ??= this.#run().finally(() => (this.#running = undefined));
      await this.#running;
    }
  }

  async #run(): Promise<void> {
    const upTo = this.#written;
    // after a sync that failed the next one may say that all is well of what never arrived: then everything is written anew
    if (this.#failed) this.sqlite.bringIn();
    else {
      this.#failed = true;
      await this.sync(`${this.file}-wal`);
    }
    this.#failed = false;
    this.#synced = upTo;
  }
}

/** The log alone is opened: whoever closes SQLite's file itself takes its locks away. */
async function syncData(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.datasync();
  } finally {
    await handle.close();
  }
}
