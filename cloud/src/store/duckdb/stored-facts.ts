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
    facts.push({
      kind: kinds.getItem(row),
      subject: subjects.getItem(row),
      ts: times.getItem(row),
      seq: sequences.getItem(row),
      ...(generation !== 0 && { generation }),
      configVersion: versions.getItem(row),
      value,
      epoch: epochs.getItem(row),
    } as StoredFact<K>);
  }
}
