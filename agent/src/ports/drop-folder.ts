/** Folders into which tills, or whoever exports from them, put files: one for each till. */
export interface DropFolder {
  /** Makes the folders of these tills. */
  prepare(deviceIds: readonly string[]): Promise<void>;
  /** Files that lie in the folders of these tills, by name; hidden and half-written ones (`.part`, `.tmp`) are left out. */
  list(deviceIds: readonly string[]): Promise<DroppedFile[]>;
  /** The bytes of a file; undefined when it is gone or not the same any more. */
  read(file: DroppedFile): Promise<Uint8Array | undefined>;
  /** Puts the report beside where the file goes, then moves the file there: in this order, so that a crash leaves it to be taken again. */
  settle(file: DroppedFile, where: 'done' | 'refused', report: string): Promise<void>;
}

export interface DroppedFile {
  deviceId: string;
  name: string;
  bytes: number;
  /** epoch ms, by the clock of the file system */
  modifiedTs: number;
}
