import { DAY_MS, FACT_KINDS, factKey, type Fact, type RecomputedEvent, type StoreFile } from '@aisle/contracts';
import { indexStore } from '../devices/store-index.js';
import type { StoreIndex } from '../devices/decode.js';
import type { Engine, EngineSnapshot, Outcome } from '../domain/engine/engine-api.js';
import type { Journal } from '../journal/journal.js';
import { recompute } from '../journal/recompute.js';
import type { JournalEntry } from '../journal/record.js';
import { HeritageReader, type Heritage } from '../journal/heritage.js';
import { stateOf, stateText, type SavedState } from '../journal/saved-state.js';
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
/** In the database: how many snapshots could not be used. */
const UNUSABLE = 'unusableSnapshots';

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
  /** what could be read of a snapshot that could not be used */
  #unusable: Partial<SavedState> | undefined;
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

  /** Snapshots that could not be used, over the agent's whole life. */
  get unusableSnapshots(): number {
    return Number(this.store.meta(UNUSABLE) ?? 0);
  }

  /**
   * Last snapshot and the journal behind it → the state before the crash. A snapshot that cannot be used is left out: the journal
   * alone says the same, as far as it reaches.
   * @returns false when the journal's beginning is needed and gone: nothing has been applied then
   */
  async recover(): Promise<boolean> {
    const saved = this.store.snapshot(this.journal.id);
    if (saved) {
      // A journal shorter than its own snapshot has lost acknowledged events.
      if (saved.seq > this.journal.lastSeq || saved.seq + 1 < this.journal.firstSeq) return false;
      if (await this.#goOnFrom(saved.seq, saved.json)) return true;
    }
    if (this.journal.firstSeq > 1) return false;
    this.store.forgetState();
    await this.#replay(0);
    return true;
  }

  async #goOnFrom(seq: number, text: string): Promise<boolean> {
    const blank = this.parts.map((part) => part.save());
    try {
      const state = (this.#unusable = stateOf(text));
      this.#engine = this.create(state.engine);
      this.#inboxSeq = state.inboxSeq;
      if (state.config) this.#config = this.#indexed(state.config.storeFile, state.config.version);
      for (const part of this.parts) if (part.name in state.parts) part.restore(state.parts[part.name]);
      this.#appliedSeq = this.#snapshotSeq = seq;
      await this.#replay(seq);
      this.#unusable = undefined;
      return true;
    } catch (error) {
      this.store.setMeta(UNUSABLE, String(this.unusableSnapshots + 1));
      this.log.error(
        { seq, reason: error instanceof Error ? error.message : String(error) },
        'the snapshot cannot be used: the state is rebuilt from the journal alone',
      );
      this.#engine = this.create(undefined);
      this.#inboxSeq = this.#appliedSeq = this.#snapshotSeq = 0;
      this.#config = undefined;
      this.parts.forEach((part, index) => part.restore(blank[index]));
      return false;
    }
  }

  #indexed(file: StoreFile, version: number): StoreIndex {
    return indexStore(file, version, undefined, (ts) => this.#engine.inForceAt(ts)?.storeFile);
  }

  async #replay(from: number): Promise<void> {
    const began = this.clock.monotonicMs();
    await this.journal.replay(from, (entry) => {
      this.apply(entry);
    });
    this.log.info(
      { snapshotSeq: from, replayed: this.#appliedSeq - from, ms: Math.round(this.clock.monotonicMs() - began) },
      'state rebuilt from snapshot and journal',
    );
  }

  /** After `recover` has said false: what a new journal is to begin with. */
  async heritage(): Promise<Heritage> {
    const reader = new HeritageReader(this.#unusable, this.clock.now());
    await this.journal.replay(0, (entry) => reader.read(entry));
    return reader.heritage();
  }

  /** Applies one durable entry. */
  apply(entry: JournalEntry): Outcome {
    const { seq, event, inboxSeq } = entry;
    if (inboxSeq > 0) this.#inboxSeq = Math.max(this.#inboxSeq, inboxSeq);
    if (event.kind === 'configured') this.#config = this.#indexed(event.storeFile, event.version);
    const missing = this.#engine.requires(event);
    if (missing.length > 0) this.#engine.load(this.store.windows(missing));
    const outcome = this.#engine.apply(seq, event);
    this.#appliedSeq = seq;
    for (const part of this.parts) part.apply(entry, outcome);
    return outcome;
  }

  /**
   * States facts anew from the journal, as entry `seq` of it has asked; they go into the outbox. What has come in since then is
   * stated in the new generation by the engine itself, and wins.
   */
  async recompute(seq: number, { fromTs, generation }: RecomputedEvent): Promise<{ reachedTs: number; facts: number }> {
    const stated = function* (this: EngineHost, from: number): Iterable<Fact> {
      for (const window of this.store.windowsFrom(from, FACT_KINDS)) yield* this.#engine.factsIn(window);
      yield* this.#engine.statements(from);
    };
    const { reachedTs, facts } = await recompute({
      create: () => this.create(undefined),
      replay: (handle) => this.journal.replay(0, handle),
      firstSeq: this.journal.firstSeq,
      inForce: (ts) => this.#engine.inForceAt(ts),
      stated: stated.bind(this),
      ...{ seq, generation, fromTs },
    });
    for (const fact of facts) {
      const key = factKey(fact);
      const waiting = this.#unsaved.get(key);
      if (!waiting || (waiting.generation ?? 0) < generation) this.#unsaved.set(key, fact);
    }
    this.flush();
    return { reachedTs, facts: facts.length };
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
          json: stateText(state),
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
