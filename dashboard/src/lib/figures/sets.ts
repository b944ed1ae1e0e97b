/** Sets and maps that are never changed in place: whoever holds one keeps what it saw. */
export const setOf = <T>(values: Iterable<T> = []): ReadonlySet<T> => new Set(values);
export function toggled<T>(set: ReadonlySet<T>, value: T): ReadonlySet<T> {
  const next = new Set(set);
  if (!next.delete(value)) next.add(value);
  return next;
}
export const mapOf = <K, V>(entries: Iterable<readonly [K, V]> = []): ReadonlyMap<K, V> => new Map(entries);
export const withEntry = <K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> =>
  new Map(map).set(key, value);
