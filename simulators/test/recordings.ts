import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const folder = process.env['AISLE_RECORDINGS'];

/** A recorded file, where AISLE_RECORDINGS names the folder that holds it, or one above or beside that; else undefined. */
export function recording<T>(...names: string[]): T | undefined {
  for (const base of folder ? [folder, path.dirname(folder)] : []) {
    const file = path.join(base, ...names);
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as T;
  }
  return undefined;
}
