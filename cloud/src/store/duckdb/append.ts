import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api';
import { minuteOf } from '@aisle/contracts';
import type { SeriesRow } from '../../ports/series-store.js';
import { generationOf, hourOf } from '../row-rules.js';

/** Rows → DuckDB's appender, column by column as schema.ts has them; inside a transaction of the caller's. */
export async function appendFacts(
  raw: DuckDBConnection,
  table: 'recent' | 'facts',
  rows: readonly SeriesRow[],
  stamp: number,
): Promise<void> {
  const appender = await raw.createAppender(table);
  for (const row of rows) {
    appendFact(appender, row);
    if (table === 'recent') appender.appendBigInt(BigInt(stamp));
    appender.endRow();
  }
  appender.flushSync();
  appender.closeSync();
}

/** The columns that both tables have; the row is left open. */
function appendFact(appender: DuckDBAppender, { storeId, epoch, fact, valueText }: SeriesRow): void {
  appender.appendVarchar(storeId);
  appender.appendVarchar(fact.kind);
  appender.appendVarchar(fact.subject);
  appender.appendBigInt(BigInt(fact.ts));
  appender.appendInteger(epoch);
  appender.appendBigInt(BigInt(fact.seq));
  appender.appendInteger(fact.configVersion);
  appender.appendVarchar(valueText ?? JSON.stringify(fact.value));
  appender.appendInteger(generationOf(fact));
}

/** Rows that come piece by piece, to where they stay; inside a transaction of the caller's. `each` sees every one first, and says whether it is kept. */
export async function appendPieces(
  raw: DuckDBConnection,
  pieces: AsyncIterable<readonly SeriesRow[]>,
  each: (row: SeriesRow) => boolean,
): Promise<void> {
  const appender = await raw.createAppender('facts');
  try {
    for await (const piece of pieces)
      for (const row of piece) {
        if (!each(row)) continue;
        appendFact(appender, row);
        appender.endRow();
      }
    appender.flushSync();
  } finally {
    appender.closeSync();
  }
}

/** What rows touch, by store id: the hours of UTC that they lie in, and the minutes of the first and the last of them. */
export type Written = Map<string, { hours: Set<number>; earliestTs: number; latestTs: number }>;

export function noteWritten(written: Written, { storeId, fact }: SeriesRow): void {
  const minute = minuteOf(fact.ts);
  let ofStore = written.get(storeId);
  if (!ofStore) written.set(storeId, (ofStore = { hours: new Set(), earliestTs: minute, latestTs: minute }));
  ofStore.hours.add(hourOf(minute));
  if (minute < ofStore.earliestTs) ofStore.earliestTs = minute;
  else if (minute > ofStore.latestTs) ofStore.latestTs = minute;
}

export async function appendTouched(raw: DuckDBConnection, written: Written, stamp: number): Promise<void> {
  const appender = await raw.createAppender('recent_touched');
  for (const [storeId, { hours }] of written) {
    for (const hour of hours) {
      appender.appendVarchar(storeId);
      appender.appendBigInt(BigInt(hour));
      appender.appendBigInt(BigInt(stamp));
      appender.endRow();
    }
  }
  appender.flushSync();
  appender.closeSync();
}
