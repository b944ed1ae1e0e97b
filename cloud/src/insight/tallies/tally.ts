import { RECORD_KINDS, type FactKind } from '@aisle/contracts';
import type { StoredFact } from '../../ports/index.js';

/**
 * The merged values of one kind over some time, exact: adding facts one by one, or adding the payload of another tally
 * over the same facts, comes to the same. That is what lets hours and days stand in for their minutes.
 */
export interface Tally<K extends FactKind> {
  /** One newest revision of one key, after `mergeEpochs`. */
  add(fact: StoredFact<K>): void;
  /** What `payload` of another tally gave. */
  addPayload(payload: string): void;
  payload(): string;
}

/** The value of a key, made when it is first asked for. */
export function entry<T>(map: Map<string, T>, key: string, make: () => T): T {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

/**
 * What several epochs say of the same minute or record, made ready to be added up: of coverage the larger counts, of a
 * record the newest (epoch, seq). All other kinds add up as they are; their largest and newest values are the tallies' care.
 * The facts are of one kind, and come and go in the order of time.
 */
export function mergeEpochs(facts: readonly StoredFact[]): readonly StoredFact[] {
  const kind = facts[0]?.kind;
  if (kind === undefined || (kind !== 'coverage' && !RECORD_KINDS.has(kind))) return facts;
  const kept = new Map<string, StoredFact>();
  for (const fact of facts) {
    const key = `${fact.ts}|${fact.subject}`;
    const known = kept.get(key);
    if (!known || counts(fact, known)) kept.set(key, fact);
  }
  return [...kept.values()];
}

function counts(fact: StoredFact, known: StoredFact): boolean {
  if (fact.kind === 'coverage' && known.kind === 'coverage') return fact.value.sensedMs > known.value.sensedMs;
  return fact.epoch !== known.epoch ? fact.epoch > known.epoch : fact.seq > known.seq;
}
