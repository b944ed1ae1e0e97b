import { MINUTE_MS } from '@aisle/contracts';
import type { PerMinute } from './ledger-file.js';

export interface Matched {
  readonly matched: number;
  readonly expected: number;
  readonly found: number;
  /** 2·matched ÷ (expected + found); 1 when there was nothing to find and nothing was found */
  readonly f1: number;
  /** `key|minute` with items missed (negative) or found too many (positive) */
  readonly off: readonly { key: string; items: number }[];
}

/**
 * Matches items of the same subject (a product, a zone) whose minutes differ by one at most: the ledger dates an item to
 * the end of a reach, a scale may notice it at its beginning. Within a subject, first come first served is best possible.
 */
export function match(expected: PerMinute, found: PerMinute): Matched {
  const sum = (map: PerMinute) => [...map.values()].reduce((total, items) => total + items, 0);
  const [left, right] = [bySubject(expected), bySubject(found)];
  let matched = 0;
  const off: { key: string; items: number }[] = [];
  for (const subject of new Set([...left.keys(), ...right.keys()])) {
    const wanted = left.get(subject) ?? [];
    const offered = right.get(subject) ?? [];
    for (const want of wanted) {
      for (const offer of offered) {
        if (Math.abs(offer.minute - want.minute) > MINUTE_MS) continue;
        const items = Math.min(want.items, offer.items);
        want.items -= items;
        offer.items -= items;
        matched += items;
      }
    }
    const rest = (list: Counted[], sign: number) => {
      for (const { minute, items } of list)
        if (items > 0)
          off.push({ key: `${subject} ${new Date(minute).toISOString().slice(0, 16)}Z`, items: sign * items });
    };
    rest(wanted, -1);
    rest(offered, 1);
  }
  const [e, f] = [sum(expected), sum(found)];
  return { matched, expected: e, found: f, f1: e + f === 0 ? 1 : (2 * matched) / (e + f), off };
}

interface Counted {
  minute: number;
  items: number;
}

function bySubject(map: PerMinute): Map<string, Counted[]> {
  const subjects = new Map<string, Counted[]>();
  for (const [key, items] of map) {
    const at = key.lastIndexOf('|');
    const subject = key.slice(0, at);
    subjects.set(subject, [...(subjects.get(subject) ?? []), { minute: Number(key.slice(at + 1)), items }]);
  }
  for (const list of subjects.values()) list.sort((a, b) => a.minute - b.minute);
  return subjects;
}
