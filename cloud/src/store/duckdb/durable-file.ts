import { open } from 'node:fs/promises';

/**
 * Brings DuckDB's commit to the disk in our own words as well: DuckDB syncs its write-ahead log itself, but whether it
 * does is its own affair (a setting, a version), while "acknowledged means durable" is ours. The log is gone when a
 * checkpoint has just moved it into the database file; then that file is synced.
 */
export async function syncCommit(databaseFile: string): Promise<void> {
  for (const file of [`${databaseFile}.wal`, databaseFile]) {
    const handle = await open(file, 'r+').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (!handle) continue;
    try {
      await handle.datasync();
      return;
    } finally {
      await handle.close();
    }
  }
}

/** Brings a file, or a folder with its names, to the disk. */
export async function syncFile(name: string): Promise<void> {
  try {
    const handle = await open(name, 'r');
    await handle.sync().finally(() => handle.close());
  } catch (error) {
    // systems that cannot open or sync a folder see to it themselves
    if (!['EISDIR', 'EPERM', 'EINVAL', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
