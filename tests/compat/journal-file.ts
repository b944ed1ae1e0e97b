import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { scanSegment } from '../../agent/src/journal/segment.js';
import type { JournalEntry } from '../../agent/src/journal/record.js';

/** Everything that a journal folder holds, in order. @throws Error when it is damaged */
export function readJournal(dir: string): JournalEntry[] {
  const entries: JournalEntry[] = [];
  for (const name of readdirSync(dir)
    .filter((file) => file.endsWith('.log'))
    .sort()) {
    const { tail } = scanSegment(readFileSync(path.join(dir, name)), name, (entry) => entries.push(entry) > 0);
    if (tail === 'broken') throw new Error(`${name} is broken behind entry ${entries.at(-1)?.seq ?? 0}`);
  }
  return entries;
}
