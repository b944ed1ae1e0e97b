import type { JournalEntry } from './record.js';

/** State beside the engine that also is a plain consequence of the journal: rebuilt by replay, kept in snapshots. */
export interface StatePart {
  readonly name: string;
  apply(entry: JournalEntry): void;
  save(): unknown;
  restore(data: unknown): void;
}
