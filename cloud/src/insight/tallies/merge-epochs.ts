import { MINUTE_MS, RECORD_KINDS } from '@aisle/contracts';
import type { StoredFact } from '../../ports/index.js';

/**
 * What several epochs say of the same minute or record, made ready to be added up. Of a record the newest (epoch, generation,
 * seq) counts, of a receipt the oldest epoch that knows it (SEMANTICS §18). Coverage adds up to at most the minute. All other
 * kinds add up as they are; their largest and newest values are the tallies' care. The facts are of one kind and in the order
 * in which they are read: by ts, subject, epoch.
 */
export function mergeEpochs(facts: readonly StoredFact[]): readonly StoredFact[] {
  const kind = facts[0]?.kind;
  if (kind === 'coverage') return withinTheMinute(facts as readonly StoredFact<'coverage'>[]);
  if (kind === undefined || !RECORD_KINDS.has(kind)) return facts;
  // rising epochs: a receipt stays with the first, any other record goes to the last
  return facts.filter((fact, at) => {
    const other = kind === 'sale' ? facts[at - 1] : facts[at + 1];
    return !other || !isSame(other, fact);
  });
}

function withinTheMinute(facts: readonly StoredFact<'coverage'>[]): readonly StoredFact[] {
  let left = MINUTE_MS;
  return facts.map((fact, at) => {
    const before = facts[at - 1];
    if (!before || !isSame(before, fact)) left = MINUTE_MS;
    const sensedMs = Math.min(fact.value.sensedMs, left);
    left -= sensedMs;
    return sensedMs === fact.value.sensedMs ? fact : { ...fact, value: { sensedMs } };
  });
}

const isSame = (a: StoredFact, b: StoredFact): boolean => a.ts === b.ts && a.subject === b.subject;
