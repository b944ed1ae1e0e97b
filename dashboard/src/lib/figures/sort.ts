import { LANGUAGE_TAGS, type Locale } from '../i18n/translate.js';

export interface SortState<K extends string> {
  column: K;
  descending: boolean;
}

/** How an order stands in an address: "sales", falling "-sales". Another column than these takes the default. */
export function sortFromText<K extends string>(
  text: string | undefined,
  columns: readonly K[],
  otherwise: SortState<K>,
): SortState<K> {
  const column = columns.find((name) => text === name || text === `-${name}`);
  return column === undefined ? otherwise : { column, descending: text !== column };
}
export const sortToText = ({ column, descending }: SortState<string>): string => `${descending ? '-' : ''}${column}`;

/** Sorted copy; what has no value stands last in both directions, equals keep their order. */
export function sortRows<T>(
  rows: readonly T[],
  key: (row: T) => number | string | null,
  descending: boolean,
  locale: Locale,
): T[] {
  const collator = new Intl.Collator(LANGUAGE_TAGS[locale], { numeric: true });
  const direction = descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const left = key(a);
    const right = key(b);
    if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1;
    if (typeof left === 'string' || typeof right === 'string')
      return direction * collator.compare(String(left), String(right));
    return direction * (left - right);
  });
}
