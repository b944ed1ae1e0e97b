import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { StoredFact } from '../ports/series-store.js';
import { MoveError, type Row, type Table } from './move-catalog.js';

/**
 * A backup: one file, gzip of JSON lines. The head comes first and the end last; between them every shop's facts by rising days, then the
 * catalog's tables, those first that others refer to. It knows no engine: what DuckDB and SQLite held, PostgreSQL can take in.
 */
export interface ArchiveHead {
  aisle: 'backup';
  format: 1;
  /** epoch ms */
  madeTs: number;
  catalogId: string;
  /** the one shop that it is of; null: of all, with everything that belongs to none */
  storeId: string | null;
  stores: string[];
}
export type ArchiveLine =
  | ArchiveHead
  | { shop: string; day: number; facts: StoredFact[] }
  | { table: Table; rows: Row[] }
  | { end: true; facts: number; rows: number };

const FORMAT = 1;

/** Writes it whole or not at all; readable by its owner only, for it holds hashes of passwords. */
export async function writeArchive(file: string, lines: AsyncIterable<ArchiveLine>): Promise<void> {
  const part = `${file}.part`;
  async function* texts(): AsyncGenerator<string> {
    for await (const line of lines) yield `${JSON.stringify(line)}\n`;
  }
  try {
    await pipeline(Readable.from(texts()), createGzip({ level: 5 }), createWriteStream(part, { mode: 0o600 }));
    const handle = await open(part, 'r+');
    await handle.sync().finally(() => handle.close());
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/** @throws MoveError `damaged` where it is no backup, is of a newer format, or breaks off */
export async function* readArchive(file: string): AsyncGenerator<ArchiveLine> {
  let [isFirst, hasEnded, facts, rows] = [true, false, 0, 0];
  for await (const text of linesOf(file)) {
    let line: ArchiveLine;
    try {
      line = JSON.parse(text) as ArchiveLine;
    } catch {
      throw new MoveError('damaged', `${file} is no backup, or is damaged: a line of it cannot be read`);
    }
    if (isFirst) checkHead(file, line);
    isFirst = false;
    if ('facts' in line && 'shop' in line) facts += line.facts.length;
    if ('table' in line) rows += line.rows.length;
    if ('end' in line) {
      if (line.facts !== facts || line.rows !== rows)
        throw new MoveError('damaged', `${file} is damaged: parts of it are missing`);
      hasEnded = true;
    }
    yield line;
  }
  if (!hasEnded)
    throw new MoveError('damaged', `${file} breaks off: take another copy of it, or make the backup again`);
}

function checkHead(file: string, line: ArchiveLine): void {
  if (!('aisle' in line) || line.aisle !== 'backup') throw new MoveError('damaged', `${file} is no backup of Aisle`);
  if (line.format !== FORMAT)
    throw new MoveError(
      'damaged',
      `${file} was made by a newer Aisle (format ${String(line.format)}, this one reads ${FORMAT}): restore it with that`,
    );
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const source = createReadStream(file);
  const unpacked = source.pipe(createGunzip());
  source.on('error', (error) => unpacked.destroy(error));
  let rest: Buffer[] = [];
  try {
    for await (const chunk of unpacked as AsyncIterable<Buffer>) {
      let from = 0;
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
        yield Buffer.concat([...rest, chunk.subarray(from, end)]).toString('utf8');
        rest = [];
        from = end + 1;
      }
      if (from < chunk.length) rest.push(chunk.subarray(from));
    }
  } catch (error) {
    if (error instanceof MoveError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EACCES') throw new MoveError('damaged', `${file} cannot be read (${code})`);
    if (code?.startsWith('Z_')) throw new MoveError('damaged', `${file} is no backup, or it breaks off (${code})`);
    throw error;
  } finally {
    source.destroy();
  }
  if (rest.length > 0) yield Buffer.concat(rest).toString('utf8');
}
