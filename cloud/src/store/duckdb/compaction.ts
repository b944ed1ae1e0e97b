import { Serial } from '../serial.js';
import type { Connection } from './connection.js';
import { COMPACT, COMPACT_TOUCHED, ROWS_OF_HOURS, ROWS_OF_SHOPS } from './schema.js';

export interface CompactionOptions {
  /** rows in the log before it is compacted; raising it makes compaction rarer, the pause it causes longer, and reading slower */
  compactRows?: number;
  /** monotonic, ms; without it rows have no age */
  monotonicMs?: (() => number) | undefined;
}

const COMPACT_ROWS = 20_000;
/** What was restated within this time may be restated again: it stays in the log. */
const AGE_MS = 120_000;
/** Rows looked at in one piece: raising it takes more memory, and no less work. */
const PIECE_ROWS = 50_000;
const EVER = Number.MAX_SAFE_INTEGER;
/** What is compacted at once: shops from first to last, and of them what lies in [from, to). */
interface Piece {
  first: string;
  last: string;
  from: number;
  to: number;
}
/**
 * Compactions are so far apart: what is young only grows older by waiting. Raising it makes the log longer; lowering it looks through it
 * more often for little, and strews the facts of a shop over more places of the file.
 */
const APART_MS = 60_000;
/** Rows moved before the file is brought up to date. Raising it makes the pauses rarer and longer, and the log longer at a start. */
const CHECKPOINT_ROWS = 200_000;

/** Brings the log behind the compacted facts, on a connection of its own: whoever commits or reads does not wait for it. */
export class Compaction {
  #rows: number;
  #sinceCheckpoint = 0;
  #running: Promise<void> | undefined;
  readonly #turns = new Serial();
  /** the commit up to which is to be compacted next, −1: none */
  #wanted = -1;
  #lastMs = -Infinity;
  #closed = false;
  /** commits and when they were made, oldest first */
  readonly #commits: { stamp: number; ms: number }[] = [];
  /** the newest commit that is old enough */
  #settled: number;

  /** @param state of the log as it was found: all of it is old */
  constructor(
    private readonly connection: Connection,
    private readonly options: CompactionOptions,
    state: { rows: number; stamp: number },
  ) {
    this.#rows = state.rows;
    this.#settled = state.stamp;
  }

  /** The log has grown by a commit. */
  grown(rows: number, stamp: number): void {
    this.#rows += rows;
    const ms = this.options.monotonicMs?.();
    if (ms === undefined) this.#settled = stamp;
    else {
      this.#commits.push({ stamp, ms });
      while (this.#commits[0] && ms - this.#commits[0].ms >= AGE_MS)
        this.#settled = (this.#commits.shift() as { stamp: number }).stamp;
      if (ms - this.#lastMs < APART_MS) return;
      this.#lastMs = ms;
    }
    if (this.#rows < (this.options.compactRows ?? COMPACT_ROWS)) return;
    void this.now(this.#settled).catch(() => undefined);
  }

  /** Moves what has not been restated since a commit. */
  now(settled: number): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#wanted = Math.max(this.#wanted, settled);
    this.#running ??= this.#turns.run(() => this.#runAll()).finally(() => (this.#running = undefined));
    return this.#running;
  }

  /** Runs when no compaction does: of two that delete the same row of the log at once the database refuses one. */
  apart<T>(task: () => Promise<T>): Promise<T> {
    return this.#turns.run(task);
  }

  async #runAll(): Promise<void> {
    while (this.#wanted >= 0 && !this.#closed) {
      const settled = this.#wanted;
      this.#wanted = -1;
      await this.#run(settled);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#turns.idle();
    await this.connection.close();
  }

  async #run(settled: number): Promise<void> {
    const shops = (await this.connection.rows(ROWS_OF_SHOPS)).map(([store, rows]) => ({
      store: String(store),
      rows: Number(rows),
    }));
    const before = shops.reduce((sum, { rows }) => sum + rows, 0);
    for (const { first, last, from, to } of await this.#pieces(shops))
      await this.connection.transaction(async (raw) => {
        for (const statement of COMPACT)
          await raw.run(
            statement,
            statement.includes('$1') ? [BigInt(settled), first, last, BigInt(from), BigInt(to)] : [],
          );
      });
    // a commit may add hours meanwhile: then this comes to nothing, and the next one does it
    await this.connection
      .transaction(async (raw) => {
        for (const statement of COMPACT_TOUCHED) await raw.run(statement);
      })
      .catch(() => undefined);
    this.#rows = await this.#count();
    this.#sinceCheckpoint += Math.max(0, before - this.#rows);
    if (this.#sinceCheckpoint < (this.options.monotonicMs ? CHECKPOINT_ROWS : 0)) return;
    // a long reader may stand in its way; later then
    await this.connection.rows('CHECKPOINT').then(
      () => (this.#sinceCheckpoint = 0),
      () => undefined,
    );
  }

  /** Shops, in order, in pieces of bearable size; one that is too large for a piece by hours. */
  async #pieces(shops: readonly { store: string; rows: number }[]): Promise<Piece[]> {
    const found: Piece[] = [];
    let size = Infinity;
    for (const { store, rows } of shops) {
      if (rows > PIECE_ROWS) {
        const hours = (await this.connection.rows(ROWS_OF_HOURS, [store])).map((row) => row.map(Number));
        let within = Infinity;
        for (const [hour = 0, count = 0] of hours) {
          if (within + count > PIECE_ROWS) {
            found.push({ first: store, last: store, from: hour, to: EVER });
            within = 0;
          }
          (found.at(-1) as Piece).to = hour + 3_600_000;
          within += count;
        }
        size = Infinity;
        continue;
      }
      if (size + rows > PIECE_ROWS) {
        found.push({ first: store, last: store, from: 0, to: EVER });
        size = 0;
      }
      (found.at(-1) as Piece).last = store;
      size += rows;
    }
    return found;
  }

  async #count(): Promise<number> {
    return Number((await this.connection.rows('SELECT count(*)::DOUBLE FROM recent'))[0]?.[0] ?? 0);
  }
}
