import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import Database from 'libsql';
import { Unpacker } from '../../agent/src/journal/packing.js';
import { HEADER_BYTES, bodyAt } from '../../agent/src/journal/record.js';
import { FIRST_RECORD, segmentStart } from '../../agent/src/journal/segment.js';

/**
 * All that lies in an agent's folder, file by file, as it is and as whoever opens it would read it: the journal is packed, and so are the
 * snapshots in its database. A file that is gone meanwhile is left out.
 */
export function keptByTheAgent(dir: string): (readonly [name: string, bytes: Buffer])[] {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.flatMap((entry) => {
    const name = path.join(entry.parentPath, entry.name);
    let bytes: Buffer;
    try {
      bytes = readFileSync(name);
    } catch {
      return [];
    }
    const unpacked =
      segmentStart(entry.name) !== undefined
        ? journalText(bytes)
        : entry.name === 'agent.db'
          ? snapshotsIn(name)
          : undefined;
    return [[name, bytes] as const, ...(unpacked ? [[`${name}, unpacked`, unpacked] as const] : [])];
  });
}

/** The events of a journal file, one a line. */
function journalText(file: Buffer): Buffer {
  const unpacker = new Unpacker();
  const lines: Buffer[] = [];
  let at = FIRST_RECORD;
  for (let body = bodyAt(file, at); body; body = bodyAt(file, at)) {
    lines.push(...unpacker.lines(body), Buffer.from('\n'));
    at += HEADER_BYTES + body.length;
  }
  return Buffer.concat(lines);
}

function snapshotsIn(file: string): Buffer {
  const database = new Database(file, { readonly: true });
  try {
    const rows = database.prepare('select json from snapshots').all() as { json: string | ArrayBuffer }[];
    return Buffer.concat(
      rows.map(({ json }) => (typeof json === 'string' ? Buffer.from(json) : gunzipSync(Buffer.from(json)))),
    );
  } finally {
    database.close();
  }
}
