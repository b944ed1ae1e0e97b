import type { FactKind } from '@aisle/contracts';
import type { StoredFact } from '../../ports/series-store.js';
import type { Column } from './connection.js';

/**
 * Rows of NEWEST_REVISIONS and LAST_SAID as facts. Whoever senses says the same of many subjects, minute after minute: a text that
 * follows itself is read once, and the facts share what it says, which nobody changes.
 */
export function appendStored<K extends FactKind>(
  facts: StoredFact<K>[],
  columns: readonly Column[],
  rows: number,
): void {
  const [kinds, subjects, times, epochs, sequences, versions, values, generations] = columns as [
    ...[Column, Column, Column, Column, Column, Column, Column, Column],
  ];
  let text: unknown;
  let value: unknown;
  for (let row = 0; row < rows; row += 1) {
    const next = values.getItem(row);
    if (next !== text) value = JSON.parse((text = next) as string);
    const generation = generations.getItem(row);
    const kind = kinds.getItem(row);
    const subject = subjects.getItem(row);
    const ts = times.getItem(row);
    const seq = sequences.getItem(row);
    const configVersion = versions.getItem(row);
    const epoch = epochs.getItem(row);
    // of hundreds of thousands each is made at once, in one of two shapes
    const fact =
      generation === 0
        ? { kind, subject, ts, seq, configVersion, value, epoch }
        : { kind, subject, ts, seq, generation, configVersion, value, epoch };
    facts.push(fact as StoredFact<K>);
  }
}
