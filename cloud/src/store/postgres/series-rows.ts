import { RECORD_KINDS, type FactKind } from '@aisle/contracts';
import type { SeriesRow, StoredFact } from '../../ports/series-store.js';
import { generationOf, hourOf } from '../row-rules.js';

/** A row of the staging table in PostgreSQL's text format of COPY, its columns as COPY_STAGING names them. */
export function copyLine({ storeId, epoch, fact }: SeriesRow): string {
  const generation = generationOf(fact);
  const way = generation > 0 && !RECORD_KINDS.has(fact.kind) ? fact.configVersion : -1;
  const texts = [storeId, fact.kind, fact.subject].map(escaped).join('\t');
  const numbers = [fact.ts, epoch, way, generation, fact.seq, fact.configVersion].join('\t');
  return `${texts}\t${numbers}\t${escaped(JSON.stringify(fact.value))}\n`;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const escaped = (text: string): string => text.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] as string);

/** kind, subject, ts, epoch, seq, config, value, generation */
export type FactCells = [string, string, number, number, number, number, string, number];

export const factOf = <K extends FactKind>([
  kind,
  subject,
  ts,
  epoch,
  seq,
  configVersion,
  value,
  generation,
]: FactCells) =>
  ({
    ...{ kind, subject, ts, seq },
    ...(generation !== 0 && { generation }),
    ...{ configVersion, value: JSON.parse(value) as unknown, epoch },
  }) as unknown as StoredFact<K>;

/** The hours of UTC that rows lie in, by shop: two lists side by side, in the order in which all transactions lock them. */
export function touchedBy(rows: readonly SeriesRow[]): Touched {
  const touched = new Touched();
  for (const row of rows) touched.add(row);
  return touched;
}

export class Touched {
  readonly #hours = new Map<string, Set<number>>();

  add({ storeId, fact }: SeriesRow): void {
    const known = this.#hours.get(storeId);
    if (known) known.add(hourOf(fact.ts));
    else this.#hours.set(storeId, new Set([hourOf(fact.ts)]));
  }

  lists(): [stores: string[], hours: number[]] {
    const pairs = [...this.#hours]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([store, hours]) => [...hours].sort((a, b) => a - b).map((hour) => [store, hour] as const));
    return [pairs.map(([store]) => store), pairs.map(([, hour]) => hour)];
  }
}
