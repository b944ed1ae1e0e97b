import { statfs } from 'node:fs/promises';

/** Less is as good as none: a checkpoint of the databases takes as much. */
const LEAST_BYTES = 8 << 20;

/** Whether there is room where the cloud keeps its data; a folder that cannot be looked at has none. */
export async function hasRoom(folder: string): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize >= LEAST_BYTES;
  } catch {
    return false;
  }
}
