import { RECORD_KINDS, factKey, type Fact } from '@aisle/contracts';
import type { StoredWindow } from '../domain/engine/engine-api.js';
import type { AgentStore, OutboxRow, RowFilter, SavedSnapshot, SnapshotWrite } from '../ports/agent-store.js';
import { isDiskFull } from '../ports/log-files.js';

/** Facts in memory above which they are written without waiting for a snapshot: the line has been down for long. */
const MOST_IN_MEMORY = 4_000;

type Revision = Pick<OutboxRow, 'generation' | 'seq'>;
const revisionOf = ({ generation = 0, seq }: Fact): Revision => ({ generation, seq });
const isNewer = (a: Revision, b: Revision): boolean => (a.generation - b.generation || a.seq - b.seq) > 0;

/**
 * The outbox: the newest statement of each key, in memory until a snapshot writes what the cloud has not taken by then. Until then
 * the journal holds it: a replay from the snapshot before states it again, with the same revision. So a fact that is stated fifteen
 * times and taken within seconds never touches the disk (docs/decisions/0036).
 */
export class Outbox implements AgentStore {
  /** by key, of the journal in use */
  readonly #facts = new Map<string, Fact>();
  #journalId: string | undefined;

  constructor(
    private readonly store: AgentStore,
    private readonly mostInMemory = MOST_IN_MEMORY,
  ) {}

  /** Facts that stand in no file yet. */
  get inMemory(): number {
    return this.#facts.size;
  }

  saveFacts(journalId: string, facts: readonly Fact[]): void {
    if (journalId !== this.#journalId) {
      this.#write();
      this.#journalId = journalId;
    }
    for (const fact of facts) {
      const key = factKey(fact);
      const known = this.#facts.get(key);
      if (!known || !isNewer(revisionOf(known), revisionOf(fact))) this.#facts.set(key, fact);
    }
    if (this.#facts.size > this.mostInMemory) this.#write();
  }

  #write(): void {
    if (this.#journalId !== undefined && this.#facts.size > 0)
      this.store.saveFacts(this.#journalId, [...this.#facts.values()]);
    this.#facts.clear();
  }

  saveSnapshot(snapshot: SnapshotWrite, facts: readonly Fact[]): void {
    if (this.#journalId !== undefined && this.#journalId !== snapshot.journalId) this.#write();
    this.store.saveSnapshot(snapshot, [...this.#facts.values(), ...facts]);
    this.#facts.clear();
  }

  takeRows(journalId: string, which: RowFilter): OutboxRow[] {
    const own = journalId === this.#journalId ? this.#facts : new Map<string, Fact>();
    if (own.size === 0) return this.store.takeRows(journalId, which);
    const { fromTs, toTs, kinds, exclude, limit } = which;
    const wanted = new Set(kinds);
    const rows: OutboxRow[] = [];
    for (const [key, fact] of own) {
      if (fact.ts < fromTs || fact.ts >= toTs || !wanted.has(fact.kind) || exclude.has(key)) continue;
      rows.push({ key, kind: fact.kind, ts: fact.ts, ...revisionOf(fact), payload: '' });
    }
    const stored = this.store.takeRows(journalId, { ...which, exclude: new Set([...exclude, ...own.keys()]) });
    const taken = [...rows, ...stored].sort((a, b) => a.ts - b.ts).slice(0, limit);
    for (const row of taken) if (row.payload === '') row.payload = JSON.stringify(own.get(row.key));
    return taken;
  }

  removeRows(journalId: string, rows: readonly Pick<OutboxRow, 'key' | 'generation' | 'seq'>[]): void {
    // What an earlier snapshot has written of them goes as well; where there is nothing, nothing is written.
    this.store.removeRows(journalId, rows);
    if (journalId !== this.#journalId) return;
    for (const row of rows) {
      const known = this.#facts.get(row.key);
      if (known && !isNewer(revisionOf(known), row)) this.#facts.delete(row.key);
    }
  }

  dropOldestMinuteFacts(count: number): number {
    const dropped = this.store.dropOldestMinuteFacts(count);
    if (dropped > 0) return dropped;
    const oldest = [...this.#facts]
      .filter(([, { kind }]) => !RECORD_KINDS.has(kind))
      .sort(([, a], [, b]) => a.ts - b.ts)
      .slice(0, Math.max(0, Math.min(count, this.#facts.size - this.mostInMemory)));
    for (const [key] of oldest) this.#facts.delete(key);
    return oldest.length;
  }

  outbox(): { waiting: number; oldestTs: number | null } {
    const { waiting, oldestTs } = this.store.outbox();
    let oldest = oldestTs ?? Infinity;
    for (const { ts } of this.#facts.values()) oldest = Math.min(oldest, ts);
    return {
      waiting: waiting + this.#facts.size - this.#inBoth(waiting),
      oldestTs: Number.isFinite(oldest) ? oldest : null,
    };
  }
  #inBoth(waiting: number): number {
    if (waiting === 0 || this.#facts.size === 0 || this.#journalId === undefined) return 0;
    return this.store.stored(this.#journalId, [...this.#facts.keys()]);
  }

  waitingBut(kinds: readonly string[]): { kind: string; count: number }[] {
    const counts = new Map(this.store.waitingBut(kinds).map(({ kind, count }) => [kind, count]));
    for (const [key, { kind }] of this.#facts) {
      if (!RECORD_KINDS.has(kind) || kinds.includes(kind) || this.#journalId === undefined) continue;
      if (counts.has(kind) && this.store.stored(this.#journalId, [key]) > 0) continue;
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
    return [...counts].map(([kind, count]) => ({ kind, count })).sort((a, b) => (a.kind < b.kind ? -1 : 1));
  }

  journalsWaiting(): string[] {
    const journals = new Set(this.store.journalsWaiting());
    if (this.#facts.size > 0 && this.#journalId !== undefined) journals.add(this.#journalId);
    return [...journals];
  }

  stored(journalId: string, keys: readonly string[]): number {
    return this.store.stored(journalId, keys);
  }

  open(): void {
    this.store.open();
  }
  close(): void {
    try {
      this.#write();
    } catch (error) {
      // The journal states it again.
      if (!isDiskFull(error)) throw error;
    } finally {
      this.store.close();
    }
  }
  snapshot(journalId: string): SavedSnapshot | undefined {
    return this.store.snapshot(journalId);
  }
  windows(keys: readonly string[]): StoredWindow[] {
    return this.store.windows(keys);
  }
  windowsFrom(fromTs: number, kinds: readonly string[]): StoredWindow[] {
    return this.store.windowsFrom(fromTs, kinds);
  }
  forgetState(): void {
    this.store.forgetState();
  }
  epoch(journalId: string): number | undefined {
    return this.store.epoch(journalId);
  }
  setEpoch(journalId: string, epoch: number): void {
    this.store.setEpoch(journalId, epoch);
  }
  meta(key: string): string | undefined {
    return this.store.meta(key);
  }
  setMeta(key: string, value: string): void {
    this.store.setMeta(key, value);
  }
  sync(): Promise<void> {
    return this.store.sync();
  }
}
