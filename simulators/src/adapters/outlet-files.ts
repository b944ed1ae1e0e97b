import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FileDrop } from '../devices/till/file-till.js';

/** `FOLDER/{deviceId}/NAME`, as tills do: under another name until it is whole. */
export const dropInto =
  (folder: string): FileDrop =>
  (deviceId, name, text) => {
    const own = path.join(folder, deviceId);
    mkdirSync(own, { recursive: true });
    writeFileSync(path.join(own, `${name}.part`), text);
    renameSync(path.join(own, `${name}.part`), path.join(own, name));
  };
