import { DAY_MS, factKey, type Fact, type StoreFile } from '@aisle/contracts';
import { indexStore } from '../devices/store-index.js';
import type { StoreIndex } from '../devices/decode.js';
import type { Engine, EngineSnapshot, Outcome } from '../domain/engine/engine-api.js';
import type { Journal } from '../journal/journal.js';
import type { JournalEntry } from '../journal/record.js';
import type { AgentStore } from '../ports/agent-store.js';
import type { Clock } from '../ports/clock.js';
import { isDiskFull } from '../ports/log-files.js';
import type { Logger } from '../ports/logger.js';
import type { StatePart } from '../journal/state-part.js';

export type EngineFactory = (snapshot: EngineSnapshot | undefined) => Engine;

/**
 * Records count up to 35 days late; a window that has lain in the table for longer cannot be touched again. Measured by the wall
 * clock of the write, never by event time: a replay of last year's walk must not lose its windows to today's.
 */
const KEEP_WINDOWS_MS = 37 * DAY_MS;

interface SavedState {
  engine: EngineSnapshot;
  inboxSeq: number;
  config: { version: number; storeFile: StoreFile } | null;
  parts: Record<string, unknown>;
}

/**
 * Feeds the engine from the journal, in order, and keeps what comes out of it: facts go to the outbox, snapshots and
 * windows paged out to the database. A window that leaves the engine is stored in the same transaction as the snapshot
 * that misses it: a replay from that snapshot then meets exactly the state that it had.
 */
export class EngineHost {
  #engine: Engine;
  #config: StoreIndex | undefined;
  #inboxSeq = 0;
  #appliedSeq = 0;
  #snapshotSeq = 0;
  #flushedSeq = 0;
  /** Facts that the database did not take (its disk is full), by key. */
  readonly #unsaved = new Map<string, Fact>();

  constructor(
    private readonly create: EngineFactory,
    private readonly parts: readonly StatePart[],
    private readonly journal: Journal,
    private readonly store: AgentStore,
    private readonly clock: Clock,
    private readonly log: Logger,
  ) {
    this.#engine = create(undefined);
  }

  get engine(): Engine {
    return this.#engine;
  }
  /** The store file in force, undefined before the first. */
  get config(): StoreIndex | undefined {
    return this.#config;
  }
  /** Highest inbox command that is in the journal. */
  get inboxSeq(): number {
    return this.#inboxSeq;
  }
  get appliedSeq(): number {
    return this.#appliedSeq;
  }
  /** Sequence up to which all facts stand in the outbox. */
  get flushedSeq(): number {
    return this.#flushedSeq;
  }
  get snapshotSeq(): number {
    return this.#snapshotSeq;
  }
  get unsavedFacts(): number {
    return this.#unsaved.size;
  }

  /** Last snapshot and the journal behind it → the state before the crash. Returns false when the journal's beginning is needed and gone. */
  async recover(): Promise<boolean> {
    const saved = this.store.snapshot(this.journal.id);
    if (!saved) {
      if (this.journal.firstSeq > 1) return false;
      this.store.forgetState();
    } else {
      // A journal shorter than its own snapshot has lost acknowledged events.
      if (saved.seq > this.journal.lastSeq || saved.seq + 1 < this.journal.firstSeq) return false;
      const state = JSON.parse(saved.json) as SavedState;
      this.#engine = this.create(state.engine);
      this.#inboxSeq = state.inboxSeq;
      if (state.config) this.#config = indexStore(state.config.storeFile, state.config.version);
      for (const part of this.parts) if (part.name in state.parts) part.restore(state.parts[part.name]);
      this.#appliedSeq = this.#snapshotSeq = saved.seq;
    }
    const from = this.#appliedSeq;
    const began = this.clock.monotonicMs();
    await this.journal.replay(from, (entry) => {
      this.apply(entry);
    });
    this.log.info(
      { snapshotSeq: from, replayed: this.#appliedSeq - from, ms: Math.round(this.clock.monotonicMs() - began) },
      'state rebuilt from snapshot and journal',
    );
    return true;
  }

  /** Applies one durable entry. */
  apply(entry: JournalEntry): Outcome {
    const { seq, event, inboxSeq } = entry;
    if (inboxSeq > 0) this.#inboxSeq = Math.max(this.#inboxSeq, inboxSeq);
    if (event.kind === 'configured') this.#config = indexStore(event.storeFile, event.version);
    const missing = this.#engine.requires(event);
    if (missing.length > 0) this.#engine.load(this.store.windows(missing));
    const outcome = this.#engine.apply(seq, event);
    this.#appliedSeq = seq;
    for (const part of this.parts) part.apply(entry);
    return outcome;
  }

  /** Moves changed facts into the outbox. Returns how many rows that were. */
  flush(): number {
    for (const fact of this.#engine.takeFacts()) this.#unsaved.set(factKey(fact), fact);
    const seq = this.#appliedSeq;
    if (this.#unsaved.size === 0) {
      this.#flushedSeq = seq;
      return 0;
    }
    const facts = [...this.#unsaved.values()];
    try {
      this.store.saveFacts(this.journal.id, facts);
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      this.log.warn({ facts: facts.length }, 'no room for facts: they wait in memory');
      return 0;
    }
    this.#unsaved.clear();
    this.#flushedSeq = seq;
    return facts.length;
  }

  /** Stores the whole state durably. Returns the sequence that it reaches to. */
  async snapshot(): Promise<number> {
    this.flush();
    const seq = this.#appliedSeq;
    if (seq === this.#snapshotSeq) return seq;
    const windows = this.#engine.takeEvictions();
    const state: SavedState = {
      engine: this.#engine.snapshot(),
      inboxSeq: this.#inboxSeq,
      config: this.#config ? { version: this.#config.version, storeFile: this.#config.file } : null,
      parts: Object.fromEntries(this.parts.map((part) => [part.name, part.save()])),
    };
    try {
      this.store.saveSnapshot(
        {
          journalId: this.journal.id,
          seq,
          json: JSON.stringify(state),
          windows,
          savedTs: this.clock.now(),
          forgetSavedBefore: this.clock.now() - KEEP_WINDOWS_MS,
        },
        [...this.#unsaved.values()],
      );
    } catch (error) {
      // What left the engine is in no table yet: it goes back, and leaves again with the next snapshot.
      this.#engine.load(windows);
      throw error;
    }
    this.#unsaved.clear();
    await this.store.sync();
    this.#snapshotSeq = seq;
    return seq;
  }
}
