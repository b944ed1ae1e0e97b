import type { RecordKind, StoredFact } from '../ports/series-store.js';
import { lastBySubject, newerRecord } from './row-rules.js';

export interface LookupQuery<K extends RecordKind> {
  storeId: string;
  kind: K;
  subjects: readonly string[];
  near?: { from: number; to: number };
}

/**
 * Records by id: first where they are likely to lie, then everywhere those that were not there.
 * @param find all statements of some subjects, of a time where one is given
 */
export async function nearFirst<K extends RecordKind>(
  { kind, subjects, near }: LookupQuery<K>,
  find: (subjects: readonly string[], near?: { from: number; to: number }) => Promise<StoredFact<K>[]>,
): Promise<StoredFact<K>[]> {
  if (subjects.length === 0) return [];
  // a receipt counts as its oldest epoch tells it, whenever that was: only what is decided by its newest may be found near by
  const close = near && kind !== 'sale' ? await find(subjects, near) : [];
  const known = new Set(close.map(({ subject }) => subject));
  const left = subjects.filter((subject) => !known.has(subject));
  return lastBySubject([...close, ...(left.length > 0 ? await find(left) : [])], newerRecord);
}
