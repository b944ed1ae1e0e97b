/** Files that a start needs, and that must be whole after a power cut. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';

/** Whole or not at all, also when the power goes, and readable by the owner only. @throws Error that names the file */
export function writePrivate(file, value) {
  const folder = path.dirname(file);
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const handle = openSync(temporary, 'w', 0o600);
    try {
      const bytes = Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
      for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, file);
    syncFolder(folder);
  } catch (error) {
    throw new Error(`${file} cannot be written (${error.code ?? error.message})`, { cause: error });
  }
}

/** A rename lasts once its folder has reached the disk; systems that cannot open a folder see to it themselves. */
function syncFolder(folder) {
  let handle;
  try {
    handle = openSync(folder, 'r');
    fsyncSync(handle);
  } catch (error) {
    if (!['EISDIR', 'EPERM', 'EINVAL', 'EACCES'].includes(error.code)) throw error;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

/**
 * What stands in a file; undefined when there is none. One that is not JSON is put aside as FILE.broken, and said: what a start
 * writes it can make anew.
 */
export function readPrivate(file, say) {
  if (!existsSync(file)) return undefined;
  try {
    const value = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
    throw new Error('it is no JSON object');
  } catch (error) {
    if (error.code !== undefined) throw new Error(`${file} cannot be read (${error.code})`, { cause: error });
    renameSync(file, `${file}.broken`);
    say(`${file} was broken (${error.message}); it is kept as ${path.basename(file)}.broken and made anew`);
    return undefined;
  }
}
