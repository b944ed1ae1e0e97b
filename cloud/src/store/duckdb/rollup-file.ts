import { rmSync } from 'node:fs';
import { DAY_MS, type FactKind } from '@aisle/contracts';
import type { RollupPlace, RollupQuery, StoredFact, StoredRollup } from '../../ports/series-store.js';
import { saidLater } from '../row-rules.js';
import { Sqlite, type Bindable } from '../sqlite/sqlite.js';

/** Steps of the schema. What was released is never changed; but all of it can be made anew from the facts. */
export const ROLLUP_MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE rollup (
    store TEXT NOT NULL,
    level TEXT NOT NULL,
    kind TEXT NOT NULL,
    from_ts INTEGER NOT NULL,
    to_ts INTEGER NOT NULL,
    definition TEXT NOT NULL,
    -- the commit by whose data it was made
    mark INTEGER NOT NULL,
    payload TEXT NOT NULL,
    PRIMARY KEY (store, level, kind, from_ts)
  ) STRICT, WITHOUT ROWID;

  -- days of UTC of which what each subject said last is kept
  CREATE TABLE said_day (
    store TEXT NOT NULL,
    kind TEXT NOT NULL,
    day INTEGER NOT NULL,
    mark INTEGER NOT NULL,
    PRIMARY KEY (store, kind, day)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE said (
    store TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    day INTEGER NOT NULL,
    fact TEXT NOT NULL,
    PRIMARY KEY (store, kind, subject, day)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX said_of_day ON said (store, kind, day);

  -- one row: the newest commit by whose data anything here was made
  CREATE TABLE newest (mark INTEGER NOT NULL) STRICT;
  INSERT INTO newest VALUES (0);
  `,
];

export type Marked<T> = T & { mark: number };

/**
 * What is derived from the facts of a DuckDB file, in a SQLite file beside it: small things found by their key, which a table of
 * columns is bad at, and whose writing nobody who commits facts should wait for. All of it can be made anew: a file that is missing,
 * broken, or newer than the facts beside it (a copy was put back) is begun again.
 */
export class RollupFile {
  readonly #sqlite: Sqlite;

  constructor(private readonly file: string) {
    this.#sqlite = new Sqlite(file, true);
  }

  /** @param stamp number of the last commit of the facts beside it */
  open(stamp: number): void {
    try {
      this.#sqlite.open(ROLLUP_MIGRATIONS);
      if (this.#newestMark() <= stamp) return;
      this.#sqlite.close();
    } catch {
      this.#sqlite.close();
    }
    for (const end of ['', '-wal', '-shm']) rmSync(`${this.file}${end}`, { force: true });
    this.#sqlite.open(ROLLUP_MIGRATIONS);
  }

  read({ storeId, level, kinds, from, to }: RollupQuery): Marked<StoredRollup>[] {
    return kinds.flatMap((kind) =>
      this.#rows(
        `SELECT from_ts, to_ts, definition, mark, payload FROM rollup
         WHERE store = ? AND level = ? AND kind = ? AND from_ts >= ? AND from_ts < ? ORDER BY from_ts`,
        [storeId, level, kind, from, to],
      ).map((row) => ({ ...placeOf(level, kind, row), mark: Number(row['mark']), payload: String(row['payload']) })),
    );
  }

  places({ storeId, level, kinds, from, to }: RollupQuery): Marked<RollupPlace>[] {
    return kinds.flatMap((kind) =>
      this.#rows(
        `SELECT from_ts, to_ts, definition, mark FROM rollup
         WHERE store = ? AND level = ? AND kind = ? AND from_ts >= ? AND from_ts < ? ORDER BY from_ts`,
        [storeId, level, kind, from, to],
      ).map((row) => ({ ...placeOf(level, kind, row), mark: Number(row['mark']) })),
    );
  }

  write(storeId: string, mark: number, rollups: readonly StoredRollup[]): void {
    this.#together(() => {
      for (const { level, kind, from, to, definition, payload } of rollups)
        this.#rows('INSERT OR REPLACE INTO rollup VALUES (?, ?, ?, ?, ?, ?, ?, ?)', [
          ...[storeId, level, kind, from, to, definition, mark, payload],
        ]);
      this.#madeBy(mark);
    });
  }

  /** The days (their starts) of which is kept what was said last, with the commit by whose data. */
  saidDays(storeId: string, kind: FactKind): Map<number, number> {
    const rows = this.#rows('SELECT day, mark FROM said_day WHERE store = ? AND kind = ?', [storeId, kind]);
    return new Map(rows.map((row) => [Number(row['day']), Number(row['mark'])]));
  }

  /** @param facts what each subject said last within a whole day */
  keepSaid(storeId: string, kind: FactKind, day: number, mark: number, facts: readonly StoredFact[]): void {
    this.#together(() => {
      this.#rows('DELETE FROM said WHERE store = ? AND kind = ? AND day = ?', [storeId, kind, day]);
      for (const fact of facts)
        this.#rows('INSERT INTO said VALUES (?, ?, ?, ?, ?)', [
          ...[storeId, kind, fact.subject, day, JSON.stringify(fact)],
        ]);
      this.#rows('INSERT OR REPLACE INTO said_day VALUES (?, ?, ?, ?)', [storeId, kind, day, mark]);
      this.#madeBy(mark);
    });
  }

  /** What each subject said last before a day, as far as it is kept. */
  saidBefore<K extends FactKind>(storeId: string, kind: K, day: number): StoredFact<K>[] {
    const found: StoredFact<K>[] = [];
    // from subject to subject by the key, each at its newest day: a day's work, however long the past
    for (let subject = ''; ;) {
      const [next] = this.#rows(
        `SELECT subject FROM said WHERE store = ? AND kind = ? AND subject > ? ORDER BY subject LIMIT 1`,
        [storeId, kind, subject],
      );
      if (!next) return found;
      subject = String(next['subject']);
      const [row] = this.#rows(
        `SELECT fact FROM said WHERE store = ? AND kind = ? AND subject = ? AND day < ? ORDER BY day DESC LIMIT 1`,
        [storeId, kind, subject, day],
      );
      if (row) found.push(JSON.parse(String(row['fact'])) as StoredFact<K>);
    }
  }

  /** Incidents of days before a day that had not ended by `from`. */
  unendedBefore(storeId: string, day: number, from: number): StoredFact<'incident'>[] {
    return this.#rows(
      `SELECT fact FROM said WHERE store = ? AND kind = 'incident' AND day < ?
       AND coalesce(json_extract(fact, '$.value.until'), ?) >= ?`,
      [storeId, day, from, from],
    ).map((row) => JSON.parse(String(row['fact'])) as StoredFact<'incident'>);
  }

  /** Forgets all that is derived of a time of one shop, [from, to). */
  forget(storeId: string, from: number, to: number): void {
    this.#together(() => {
      this.#rows('DELETE FROM rollup WHERE store = ? AND to_ts > ? AND from_ts < ?', [storeId, from, to]);
      for (const table of ['said', 'said_day'])
        this.#rows(`DELETE FROM ${table} WHERE store = ? AND day > ? AND day < ?`, [storeId, from - DAY_MS, to]);
    });
  }

  /** What was made of facts of these kinds that are about to be deleted. */
  forgetBefore(storeId: string, kinds: readonly FactKind[], before: number): void {
    this.#together(() => {
      for (const kind of kinds) {
        this.#rows('DELETE FROM rollup WHERE store = ? AND kind = ? AND from_ts < ?', [storeId, kind, before]);
        for (const table of ['said', 'said_day'])
          this.#rows(`DELETE FROM ${table} WHERE store = ? AND kind = ? AND day < ?`, [storeId, kind, before]);
      }
    });
  }

  close(): void {
    this.#sqlite.close();
  }

  #newestMark(): number {
    return Number(this.#rows('SELECT mark FROM newest', [])[0]?.['mark'] ?? 0);
  }

  #madeBy(mark: number): void {
    this.#rows('UPDATE newest SET mark = ? WHERE mark < ?', [mark, mark]);
  }

  #rows(sql: string, values: readonly Bindable[]): Record<string, unknown>[] {
    return this.#sqlite.query(sql, values).rows;
  }

  #together(work: () => void): void {
    this.#sqlite.begin();
    try {
      work();
      this.#sqlite.commit();
    } catch (error) {
      this.#sqlite.rollback();
      throw error;
    }
  }
}

const placeOf = (level: RollupQuery['level'], kind: FactKind, row: Record<string, unknown>): RollupPlace => ({
  level,
  kind,
  from: Number(row['from_ts']),
  to: Number(row['to_ts']),
  definition: String(row['definition']),
});

/** The later statement of each subject. */
export function laterOf<K extends FactKind>(...said: readonly (readonly StoredFact<K>[])[]): StoredFact<K>[] {
  const last = new Map<string, StoredFact<K>>();
  for (const facts of said)
    for (const fact of facts) {
      const known = last.get(fact.subject);
      if (!known || saidLater(fact, known)) last.set(fact.subject, fact);
    }
  return [...last.values()];
}
