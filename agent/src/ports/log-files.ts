/** Files of the journal: one folder, append only. All calls leave the event loop free. */
export interface LogFiles {
  /** Names in the folder, sorted. Makes the folder when missing. */
  list(): Promise<string[]>;
  read(name: string): Promise<Buffer>;
  /** Writes a small file whole and durably. */
  put(name: string, content: string | Uint8Array): Promise<void>;
  remove(name: string): Promise<void>;
  /** Gives an open or closed file another name, durably. */
  rename(from: string, to: string): Promise<void>;
  /** Opens for appending; a missing file is created, durably. */
  open(name: string): Promise<LogFile>;
  /** For messages: where the file lies. */
  pathOf(name: string): string;
}

export interface LogFile {
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** Writes what comes last: nothing of worth stands behind it, and up to the end of its sector there may be zeros afterwards. */
  append(bytes: Uint8Array, position: number): Promise<void>;
  /** Comes back once everything written is on the disk (fdatasync). */
  sync(): Promise<void>;
  truncate(size: number): Promise<void>;
  close(): Promise<void>;
}

/** Whether writing failed because the disk (or the quota) is full: wait for space, do not give up. */
export const isDiskFull = (error: unknown): boolean =>
  ['ENOSPC', 'EDQUOT', 'EFBIG', 'SQLITE_FULL'].includes((error as { code?: string } | undefined)?.code ?? '');
