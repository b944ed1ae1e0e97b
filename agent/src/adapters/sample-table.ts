import type { InterestSample } from '../domain/engine/engine-api.js';
import type { StoredSample } from '../ports/sample-store.js';
import type { Statement } from './libsql-statement.js';

export const SAMPLE_SCHEMA = `
  create table if not exists interest_samples (journal text not null, question integer not null, version integer not null,
    ts integer not null, taken integer not null, ppm integer, features blob not null, primary key (journal, question)) without rowid;
  create index if not exists interest_samples_by_ts on interest_samples (ts);`;

type Sql = (sql: string) => Statement;

/** The table of interest samples: `features` are float32, little endian. */
export function putSamples(sql: Sql, journalId: string, version: number, samples: readonly InterestSample[]): void {
  const put = sql(
    `insert into interest_samples (journal, question, version, ts, taken, ppm, features) values (?, ?, ?, ?, ?, ?, ?)
     on conflict (journal, question) do nothing`,
  );
  for (const { n, ts, taken, ppm, features } of samples) {
    const bytes = Buffer.from(Float32Array.from(features).buffer);
    put.run(journalId, n, version, ts, taken ? 1 : 0, ppm, bytes);
  }
}

export function dropSamples(sql: Sql, keepMs: number, most: number): void {
  sql('delete from interest_samples where ts < (select max(ts) from interest_samples) - ?').run(keepMs);
  sql(
    'delete from interest_samples where ts <= (select ts from interest_samples order by ts desc limit 1 offset ?)',
  ).run(most);
}

export function readSamples(sql: Sql, version: number): StoredSample[] {
  return sql('select ts, taken, ppm, features from interest_samples where version = ? order by ts, journal, question')
    .rows<{ ts: number; taken: number; ppm: number | null; features: ArrayBuffer | Uint8Array }>(version)
    .map(({ ts, taken, ppm, features }) => ({
      ts,
      taken: taken === 1,
      ppm,
      // A copy of its own: what the database gives need not lie on a multiple of four.
      features: new Float32Array(Uint8Array.from(new Uint8Array(features)).buffer),
    }));
}
