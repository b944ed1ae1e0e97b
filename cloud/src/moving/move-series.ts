import { DAY_MS, FACT_KINDS, MINUTE_MS } from '@aisle/contracts';
import type { SeriesRow, SeriesStore, StoredFact } from '../ports/series-store.js';
import { byKey } from '../store/row-rules.js';
import { MoveError } from './move-catalog.js';

export interface MovedShop {
  storeId: string;
  facts: number;
  days: number;
  /** days that lay there already, the same */
  known: number;
}

/**
 * Copies what counts of a shop's facts, day by day, and reads every day back. A day that is there already is only compared, so that a move
 * that was broken off goes on where it stopped. Rollups are no facts: whoever reads makes them anew.
 * @throws MoveError `differs` with the day and the first fact that is not the same
 */
export async function moveSeries(
  from: Pick<SeriesStore, 'read' | 'span'>,
  to: Pick<SeriesStore, 'read' | 'write'>,
  storeId: string,
): Promise<MovedShop> {
  const moved: MovedShop = { storeId, facts: 0, days: 0, known: 0 };
  const span = await from.span(storeId);
  if (!span) return moved;
  const first = Math.floor(span.earliestTs / DAY_MS) * DAY_MS;
  for (let day = first; day < span.latestTs + MINUTE_MS; day += DAY_MS) {
    const query = { storeId, kinds: FACT_KINDS, from: day, to: day + DAY_MS };
    const facts = await from.read(query);
    let there = await to.read(query);
    if (facts.length === 0 && there.length === 0) continue;
    moved.days += 1;
    moved.facts += facts.length;
    if (difference(facts, there) === undefined) {
      moved.known += 1;
      continue;
    }
    await to.write(
      facts.map((fact) => rowOf(storeId, fact)),
      'final',
    );
    there = await to.read(query);
    const differs = difference(facts, there);
    if (differs !== undefined)
      throw new MoveError(
        'differs',
        `${storeId}, ${new Date(day).toISOString().slice(0, 10)}: ${differs} is not the same on the other side`,
      );
  }
  return moved;
}

export function rowOf(storeId: string, { epoch, ...fact }: StoredFact): SeriesRow {
  return { storeId, epoch, fact: fact as SeriesRow['fact'] };
}

/** The first fact that only one side has, or that they tell differently; both are in the same order. */
export function difference(ours: readonly StoredFact[], theirs: readonly StoredFact[]): string | undefined {
  for (let at = 0; at < Math.max(ours.length, theirs.length); at += 1) {
    const [one, other] = [ours[at], theirs[at]];
    if (one && other && textOf(one) === textOf(other)) continue;
    const { kind, subject, ts } = (one && other ? (byKey(one, other) > 0 ? other : one) : (one ?? other)) as StoredFact;
    return `${kind} "${subject}" of ${new Date(ts).toISOString()}`;
  }
  return undefined;
}

const textOf = ({ kind, subject, ts, epoch, seq, generation, configVersion, value }: StoredFact): string =>
  JSON.stringify([kind, subject, ts, epoch, seq, generation ?? 0, configVersion, value]);
