import type { DuckDBConnection } from '@duckdb/node-api';
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
  for (const { storeId, epoch, fact } of rows) {
    appender.appendVarchar(storeId);
    appender.appendVarchar(fact.kind);
    appender.appendVarchar(fact.subject);
    appender.appendBigInt(BigInt(fact.ts));
    appender.appendInteger(epoch);
    appender.appendBigInt(BigInt(fact.seq));
    appender.appendInteger(fact.configVersion);
    appender.appendVarchar(JSON.stringify(fact.value));
    appender.appendInteger(generationOf(fact));
    if (table === 'recent') appender.appendBigInt(BigInt(stamp));
    appender.endRow();
  }
  appender.flushSync();
  appender.closeSync();
}

export async function appendTouched(raw: DuckDBConnection, rows: readonly SeriesRow[], stamp: number): Promise<void> {
  const hours = new Map<string, Set<number>>();
  for (const { storeId, fact } of rows) {
    let ofStore = hours.get(storeId);
    if (!ofStore) hours.set(storeId, (ofStore = new Set()));
    ofStore.add(hourOf(fact.ts));
  }
  const appender = await raw.createAppender('recent_touched');
  for (const [storeId, ofStore] of hours) {
    for (const hour of ofStore) {
      appender.appendVarchar(storeId);
      appender.appendBigInt(BigInt(hour));
      appender.appendBigInt(BigInt(stamp));
      appender.endRow();
    }
  }
  appender.flushSync();
  appender.closeSync();
}
