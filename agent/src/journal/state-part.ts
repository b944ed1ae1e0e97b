import type { Outcome } from '../domain/engine/engine-api.js';
import type { JournalEntry } from './record.js';

/** State beside the engine that also is a plain consequence of the journal: rebuilt by replay, kept in snapshots. */
export interface StatePart {
  readonly name: string;
  /** @param outcome what the engine made of it */
  apply(entry: JournalEntry, outcome?: Outcome): void;
  save(): unknown;
  restore(data: unknown): void;
}
