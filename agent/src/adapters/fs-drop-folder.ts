import { lstat, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DropFolder, DroppedFile } from '../ports/drop-folder.js';

/** Being written, by the customs of those who write: browsers, FTP servers, rsync, editors. */
const HALF_WRITTEN = /(?:^\.|\.(?:part|partial|tmp|temp|filepart|crdownload|swp)$|~$)/i;

/** `FOLDER/{deviceId}/` for what comes, `done/` and `refused/` in it for what has been looked at. */
export class FsDropFolder implements DropFolder {
  constructor(private readonly root: string) {}

  async prepare(deviceIds: readonly string[]): Promise<void> {
    for (const id of deviceIds)
      for (const folder of ['done', 'refused']) await mkdir(path.join(this.root, id, folder), { recursive: true });
  }

  async list(deviceIds: readonly string[]): Promise<DroppedFile[]> {
    const files: DroppedFile[] = [];
    for (const deviceId of deviceIds) {
      const names = await readdir(path.join(this.root, deviceId)).catch(() => []);
      for (const name of names.sort()) {
        if (HALF_WRITTEN.test(name)) continue;
        // A link could lead out of the folder.
        const stat = await lstat(path.join(this.root, deviceId, name)).catch(() => undefined);
        if (stat?.isFile()) files.push({ deviceId, name, bytes: stat.size, modifiedTs: Math.floor(stat.mtimeMs) });
      }
    }
    return files;
  }

  async read(file: DroppedFile): Promise<Uint8Array | undefined> {
    const at = path.join(this.root, file.deviceId, file.name);
    try {
      const bytes = await readFile(at);
      const after = await lstat(at);
      const same = after.isFile() && after.size === file.bytes && Math.floor(after.mtimeMs) === file.modifiedTs;
      return same && bytes.length === file.bytes ? bytes : undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async settle(file: DroppedFile, where: 'done' | 'refused', report: string): Promise<void> {
    const folder = path.join(this.root, file.deviceId, where);
    await mkdir(folder, { recursive: true });
    const name = await freeName(folder, file.name);
    const reportAt = path.join(folder, `${name}.report.json`);
    await writeFile(`${reportAt}.tmp`, report);
    await rename(`${reportAt}.tmp`, reportAt);
    await rename(path.join(this.root, file.deviceId, file.name), path.join(folder, name));
  }
}

/** A till that always writes the same name keeps its older files all the same. */
async function freeName(folder: string, name: string): Promise<string> {
  const { name: stem, ext } = path.parse(name);
  for (let count = 1; ; count += 1) {
    const candidate = count === 1 ? name : `${stem}-${count}${ext}`;
    if (!(await lstat(path.join(folder, candidate)).catch(() => undefined))) return candidate;
  }
}
