import type { FactKind } from '@aisle/contracts';
import type { StoredFact } from '../../ports/index.js';

/**
 * The merged values of one kind over some time, exact: adding facts one by one, or adding what another tally
 * packed over the same facts, comes to the same. That is what lets hours and days stand in for their minutes.
 */
export interface Tally<K extends FactKind> {
  /** One newest revision of one key, after `mergeEpochs`. */
  add(fact: StoredFact<K>): void;
  /** What `packed` of another tally gave. */
  addPacked(packed: unknown): void;
  /** JSON data */
  packed(): unknown;
}

/** The value of a key, made when it is first asked for. */
export function entry<T>(map: Map<string, T>, key: string, make: () => T): T {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
