import { setTimeout as sleep } from 'node:timers/promises';
import type { LogFile, LogFiles } from '../../../agent/src/ports/log-files.js';

/** How long what was "synced" is still nowhere but in memory, ms. */
const LATE_MS = 250;

/**
 * Log files that lie: a write and its sync are answered at once and done later, so that whoever acknowledges behind a sync
 * acknowledges before the append. A crash in between loses what was acknowledged.
 */
export function lateLogFiles(files: LogFiles, late: () => Promise<unknown> = () => sleep(LATE_MS)): LogFiles {
  return {
    list: () => files.list(),
    read: (name) => files.read(name),
    put: (name, content) => files.put(name, content),
    remove: (name) => files.remove(name),
    rename: (from, to) => files.rename(from, to),
    pathOf: (name) => files.pathOf(name),
    open: async (name) => lateFile(await files.open(name), late),
  };
}

function lateFile(file: LogFile, late: () => Promise<unknown>): LogFile {
  let last: Promise<unknown> = Promise.resolve();
  const behind = (work: () => Promise<void>): Promise<void> => {
    const done = last.then(work);
    last = done;
    return done;
  };
  const lateWrite = (how: 'write' | 'append') => (bytes: Uint8Array, position: number) => {
    // its buffer is used again once the write has been answered
    const copy = Uint8Array.from(bytes);
    last = last.then(late).then(() => file[how](copy, position));
    return Promise.resolve();
  };
  return {
    write: lateWrite('write'),
    append: lateWrite('append'),
    sync: () => {
      last = last.then(() => file.sync());
      return Promise.resolve();
    },
    truncate: (size) => behind(() => file.truncate(size)),
    close: () => behind(() => file.close()),
  };
}
