import { closeSync, fdatasync, openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';

const sync = promisify(fdatasync);

/**
 * Brings DuckDB's commit to the disk in our own words as well: DuckDB syncs its write-ahead log itself, but whether it
 * does is its own affair (a setting, a version), while "acknowledged means durable" is ours. The log is gone when a
 * checkpoint has just moved it into the database file; then that file is synced. Only the sync itself may take long: the ways to
 * another thread and back for opening and closing would cost more than these do.
 */
export async function syncCommit(databaseFile: string): Promise<void> {
  for (const file of [`${databaseFile}.wal`, databaseFile]) {
    const handle = openIfThere(file);
    if (handle === undefined) continue;
    try {
      return await sync(handle);
    } finally {
      closeSync(handle);
    }
  }
}

function openIfThere(file: string): number | undefined {
  try {
    return openSync(file, 'r+');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
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
