import { close, closeSync, existsSync, fdatasync, mkdirSync, open, openSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import Database from 'libsql';
import { FACT_KINDS, factKey, RECORD_KINDS, type Fact } from '@aisle/contracts';
import type { InterestSample, StoredWindow } from '../domain/engine/engine-api.js';
import type { AgentStore, OutboxRow, RowFilter, SavedSnapshot, SnapshotWrite } from '../ports/agent-store.js';
import { StartError } from '../ports/errors.js';
import type { SampleStore, StoredSample } from '../ports/sample-store.js';
import { Statement } from './libsql-statement.js';
import { dropSamples, putSamples, readSamples, SAMPLE_SCHEMA } from './sample-table.js';

const SCHEMA = `
  create table if not exists outbox (journal text not null, key text not null, seq integer not null, kind text not null,
    ts integer not null, payload text not null, generation integer not null default 0, primary key (journal, key)) without rowid;
  create index if not exists outbox_by_ts on outbox (journal, ts);
  create table if not exists windows (key text primary key, saved integer not null, data text not null) without rowid;
  create index if not exists windows_by_saved on windows (saved);
  create table if not exists snapshots (one integer primary key check (one = 1), journal text not null, seq integer not null, json text not null);
  create table if not exists meta (key text primary key, value text not null) without rowid;`;

/** Few rows are none of a minute: this finds them among many that are. */
const NOT_OF_A_MINUTE = `kind not in (${FACT_KINDS.filter((kind) => !RECORD_KINDS.has(kind))
  .map((kind) => `'${kind}'`)
  .join(', ')})`;
const RECORDS_INDEX = `create index if not exists outbox_records on outbox (kind) where ${NOT_OF_A_MINUTE};`;

/** A snapshot as it lies in the database: packed, or by agents up to 0.2 as text. What cannot be unpacked is no snapshot's text. */
function unpacked(json: unknown): string {
  if (typeof json === 'string') return json;
  try {
    return gunzipSync(Buffer.from(json as ArrayBuffer)).toString('utf8');
  } catch (error) {
    return `cannot be unpacked: ${(error as Error).message}`;
  }
}

/** agent.db: the outbox, windows paged out, the newest snapshot, samples of interest, and a few words to remember. */
export class LibsqlStore implements AgentStore, SampleStore {
  #database: Database.Database | undefined;
  #statements = new Map<string, Statement>();

  constructor(private readonly file: string) {}

  open(): void {
    try {
      mkdirSync(path.dirname(this.file), { recursive: true });
      this.#checkHead();
      this.#database = new Database(this.file);
      // The journal is what must not be lost; this file catches up from it, so that a commit need not wait for the disk.
      for (const pragma of ['journal_mode = wal', 'synchronous = normal', 'cache_size = -4000', 'temp_store = memory'])
        this.#database.exec(`pragma ${pragma}`);
      const check = this.#database.prepare('pragma quick_check(1)').get([]) as { quick_check?: string } | undefined;
      if (check?.quick_check !== 'ok')
        throw Object.assign(new Error(check?.quick_check ?? 'check failed'), { code: 'SQLITE_CORRUPT' });
      this.#database.exec(SCHEMA + SAMPLE_SCHEMA);
      this.#addGenerations(this.#database);
      this.#database.exec(RECORDS_INDEX);
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      const corrupt = code === 'SQLITE_NOTADB' || code?.startsWith('SQLITE_CORRUPT');
      if (corrupt)
        throw new StartError(
          'corruptDatabase',
          `${this.file}: the database is corrupt (${message}); restore it from a copy, or move it away to begin again`,
        );
      throw new StartError('io', `${this.file}: cannot be opened (${message})`);
    }
  }

  /** What an agent of 0.1 left waits under keys without a configVersion and has no generation: it goes as it is. */
  #addGenerations(database: Database.Database): void {
    const columns = database.prepare('pragma table_info(outbox)').all([]) as { name: string }[];
    if (!columns.some(({ name }) => name === 'generation'))
      database.exec('alter table outbox add column generation integer not null default 0');
  }

  /** A log beside it can hide that the file itself is damaged, until it is gone. */
  #checkHead(): void {
    if (!existsSync(this.file) || statSync(this.file).size === 0) return;
    const head = Buffer.alloc(16);
    const fd = openSync(this.file, 'r');
    readSync(fd, head, 0, 16, 0);
    closeSync(fd);
    if (head.toString('latin1') !== 'SQLite format 3\0')
      throw Object.assign(new Error('file is not a database'), { code: 'SQLITE_NOTADB' });
  }

  close(): void {
    this.#statements.clear();
    // libsql leaves the log behind; a clean end leaves one file.
    this.#database?.exec('pragma wal_checkpoint(truncate)');
    this.#database?.close();
    this.#database = undefined;
  }

  #sql(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (!statement) {
      if (!this.#database) throw new Error(`${this.file} is not open`);
      statement = new Statement(this.#database, sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #together(work: () => void): void {
    this.#sql('begin immediate').run();
    try {
      work();
      this.#sql('commit').run();
    } catch (error) {
      try {
        this.#sql('rollback').run();
      } catch {
        // SQLite has rolled back by itself.
      }
      throw error;
    }
  }

  snapshot(journalId: string): SavedSnapshot | undefined {
    const row = this.#sql('select seq, json from snapshots where journal = ?').row<{ seq: number; json: unknown }>(
      journalId,
    );
    return row && { seq: row.seq, json: unpacked(row.json) };
  }

  saveSnapshot(
    { journalId, seq, json, windows, savedTs, forgetSavedBefore }: SnapshotWrite,
    facts: readonly Fact[],
  ): void {
    this.#together(() => {
      this.#putFacts(journalId, facts);
      const put = this.#sql(
        'insert into windows (key, saved, data) values (?, ?, ?) on conflict (key) do update set saved = excluded.saved, data = excluded.data',
      );
      for (const window of windows) put.run(window.key, savedTs, JSON.stringify(window.data));
      this.#sql('delete from windows where saved < ?').run(forgetSavedBefore);
      this.#sql('insert or replace into snapshots (one, journal, seq, json) values (1, ?, ?, ?)').run(
        journalId,
        seq,
        // The whole state, time and again: a tenth of it is written.
        gzipSync(json, { level: 1 }),
      );
    });
  }

  windows(keys: readonly string[]): StoredWindow[] {
    const find = this.#sql('select data from windows where key = ?');
    return keys.flatMap((key) => {
      const row = find.row<{ data: string }>(key);
      return row ? [{ key, data: JSON.parse(row.data) as unknown }] : [];
    });
  }

  windowsFrom(fromTs: number, kinds: readonly string[]): StoredWindow[] {
    // A key is kind|time|subject; the cast reads the digits up to the bar.
    const rows = this.#sql(
      `select key, data from windows where substr(key, 1, instr(key, '|') - 1) in (select value from json_each(?))
       and cast(substr(key, instr(key, '|') + 1) as integer) >= ?`,
    ).rows<{ key: string; data: string }>(JSON.stringify(kinds), fromTs);
    return rows.map(({ key, data }) => ({ key, data: JSON.parse(data) as unknown }));
  }

  forgetState(): void {
    this.#together(() => {
      this.#sql('delete from snapshots').run();
      this.#sql('delete from windows').run();
    });
  }

  saveFacts(journalId: string, facts: readonly Fact[]): void {
    if (facts.length > 0) this.#together(() => this.#putFacts(journalId, facts));
  }

  #putFacts(journalId: string, facts: readonly Fact[]): void {
    const put = this.#sql(
      `insert into outbox (journal, key, generation, seq, kind, ts, payload) values (?, ?, ?, ?, ?, ?, ?)
       on conflict (journal, key) do update set generation = excluded.generation, seq = excluded.seq, payload = excluded.payload
         where (excluded.generation, excluded.seq) >= (outbox.generation, outbox.seq)`,
    );
    for (const fact of facts) {
      const { generation = 0, seq, kind, ts } = fact;
      put.run(journalId, factKey(fact), generation, seq, kind, ts, JSON.stringify(fact));
    }
  }

  takeRows(journalId: string, { fromTs, toTs, limit, kinds, exclude }: RowFilter): OutboxRow[] {
    const find = this.#sql(
      `select key, kind, generation, seq, ts, payload from outbox where journal = ? and ts >= ? and ts < ?
       and kind in (select value from json_each(?)) order by ts limit ?`,
    );
    const rows = find.rows<OutboxRow>(journalId, fromTs, toTs, JSON.stringify(kinds), limit + exclude.size);
    return (exclude.size === 0 ? rows : rows.filter((row) => !exclude.has(row.key))).slice(0, limit);
  }

  removeRows(journalId: string, rows: readonly Pick<OutboxRow, 'key' | 'generation' | 'seq'>[]): void {
    const remove = this.#sql('delete from outbox where journal = ? and key = ? and (generation, seq) <= (?, ?)');
    this.#together(() => {
      for (const { key, generation, seq } of rows) remove.run(journalId, key, generation, seq);
    });
  }

  waitingBut(kinds: readonly string[]): { kind: string; count: number }[] {
    return this.#sql(
      `select kind, count(*) as count from outbox where ${NOT_OF_A_MINUTE} and kind not in (select value from json_each(?))
       group by kind order by kind`,
    ).rows<{ kind: string; count: number }>(JSON.stringify(kinds));
  }

  dropOldestMinuteFacts(count: number): number {
    const records = [...RECORD_KINDS].map((kind) => `'${kind}'`).join(', ');
    const rows = this.#sql(
      `select journal, key, seq from outbox where kind not in (${records}) order by ts limit ?`,
    ).rows<{ journal: string; key: string; seq: number }>(count);
    const remove = this.#sql('delete from outbox where journal = ? and key = ?');
    this.#together(() => {
      for (const row of rows) remove.run(row.journal, row.key);
    });
    return rows.length;
  }

  outbox(): { waiting: number; oldestTs: number | null } {
    const row = this.#sql('select count(*) as waiting, min(ts) as oldestTs from outbox').row<{
      waiting: number;
      oldestTs: number | null;
    }>();
    return { waiting: row?.waiting ?? 0, oldestTs: row?.oldestTs ?? null };
  }
  stored(journalId: string, keys: readonly string[]): number {
    const count = this.#sql(
      'select count(*) as n from outbox where journal = ? and key in (select value from json_each(?))',
    ).row<{ n: number }>(journalId, JSON.stringify(keys));
    return count?.n ?? 0;
  }
  journalsWaiting(): string[] {
    return this.#sql('select distinct journal from outbox')
      .rows<{ journal: string }>()
      .map((row) => row.journal);
  }

  epoch(journalId: string): number | undefined {
    const value = this.meta(`epoch:${journalId}`);
    return value === undefined ? undefined : Number(value);
  }
  setEpoch(journalId: string, epoch: number): void {
    this.setMeta(`epoch:${journalId}`, String(epoch));
  }
  meta(key: string): string | undefined {
    return this.#sql('select value from meta where key = ?').row<{ value: string }>(key)?.value;
  }
  setMeta(key: string, value: string): void {
    this.#sql('insert or replace into meta (key, value) values (?, ?)').run(key, value);
  }

  saveSamples(journalId: string, version: number, samples: readonly InterestSample[]): void {
    this.#together(() => putSamples((sql) => this.#sql(sql), journalId, version, samples));
  }
  pruneSamples(keepMs: number, most: number): void {
    this.#together(() => dropSamples((sql) => this.#sql(sql), keepMs, most));
  }
  samples(version: number): StoredSample[] {
    return readSamples((sql) => this.#sql(sql), version);
  }

  sync(): Promise<void> {
    // In WAL mode a commit is durable once the log is; syncing it here, in the thread pool, keeps the event loop free.
    return new Promise((resolve, reject) => {
      open(`${this.file}-wal`, 'r', (missing, fd) => {
        if (missing) return missing.code === 'ENOENT' ? resolve() : reject(missing);
        fdatasync(fd, (failed) => close(fd, () => (failed ? reject(failed) : resolve())));
      });
    });
  }
}
