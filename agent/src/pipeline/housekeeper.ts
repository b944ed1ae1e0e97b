import type { Journal } from '../journal/journal.js';
import type { AgentStore } from '../ports/agent-store.js';
import type { Clock, Timer } from '../ports/clock.js';
import { isDiskFull } from '../ports/log-files.js';
import type { Logger } from '../ports/logger.js';
import type { Reserve } from '../ports/reserve.js';
import type { EngineHost } from './engine-host.js';

export interface HousekeeperOptions {
  /** how long events stay in the journal behind a snapshot, ms */
  keepMs: number;
  /** least time between two flushes of facts, ms */
  flushMs?: number;
  /**
   * a snapshot is due after this time (10 min) or this many events (50,000): each writes the whole state, so more of them wear the disk,
   * and fewer make a start after a crash longer, by a second in about 50,000 events
   */
  snapshotMs?: number;
  snapshotEvents?: number;
  /** the outbox has something new */
  onFacts(): void;
  onFatal(error: unknown): void;
}

/** Facts dropped in one go when nothing else makes room. */
const DROP_STEP = 5000;

/** When facts are flushed, snapshots taken, journal files deleted, and what goes first when the disk is full. */
export class Housekeeper {
  #flushDue: Timer | undefined;
  #snapshotTimer: Timer | undefined;
  #snapshotting: Promise<void> | undefined;
  #stopped = false;

  constructor(
    private readonly host: Pick<EngineHost, 'flush' | 'snapshot' | 'appliedSeq' | 'snapshotSeq'>,
    private readonly journal: Pick<Journal, 'retain' | 'blocked' | 'segmentCount'>,
    private readonly store: Pick<AgentStore, 'meta' | 'setMeta' | 'dropOldestMinuteFacts'>,
    private readonly reserve: Reserve,
    private readonly clock: Clock,
    private readonly log: Logger,
    private readonly options: HousekeeperOptions,
  ) {}

  /** Minute facts dropped for lack of room, over the agent's whole life. */
  get discarded(): number {
    return Number(this.store.meta('discarded') ?? 0);
  }

  start(): void {
    this.#holdReserve();
    this.#snapshotTimer = this.clock.every(this.options.snapshotMs ?? 600_000, () => void this.snapshot());
    this.changed();
  }

  /** Events were applied: facts are flushed soon. */
  changed(): void {
    if (this.#stopped) return;
    this.#flushDue ??= this.clock.after(this.options.flushMs ?? 60, () => {
      this.#flushDue = undefined;
      this.#guard(() => {
        if (this.host.flush() > 0) this.options.onFacts();
      });
    });
    if (this.host.appliedSeq - this.host.snapshotSeq >= (this.options.snapshotEvents ?? 50_000)) void this.snapshot();
  }

  #holdReserve(): void {
    this.reserve
      .hold()
      .catch((error: unknown) => this.log.warn({ reason: String(error) }, 'no room is kept in reserve'));
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (isDiskFull(error)) this.log.warn({}, 'the disk is full: facts wait in memory');
      else this.options.onFatal(error);
    }
  }

  /** One at a time; also deletes what the journal need not keep. */
  snapshot(keepMs = this.options.keepMs): Promise<void> {
    this.#snapshotting ??= this.#snapshot(keepMs)
      .catch((error: unknown) => {
        if (!isDiskFull(error)) return this.options.onFatal(error);
        this.log.warn({}, 'no room for a snapshot');
      })
      .finally(() => (this.#snapshotting = undefined));
    return this.#snapshotting;
  }

  async #snapshot(keepMs: number): Promise<void> {
    const began = this.clock.monotonicMs();
    const seq = await this.host.snapshot();
    const removed = await this.journal.retain(seq, this.clock.now() - keepMs);
    if (!this.journal.blocked) this.#holdReserve();
    this.log.debug({ seq, removed, ms: Math.round(this.clock.monotonicMs() - began) }, 'snapshot');
    this.options.onFacts();
  }

  /** The disk is full: old journal first, then the oldest minute facts; sales and plays never. */
  async makeRoom(): Promise<void> {
    const before = this.journal.segmentCount;
    if (await this.reserve.release()) this.log.warn({}, 'the disk is full: the reserve was given up');
    await this.snapshot(0);
    // Without a new snapshot, what lies behind the last one can still go.
    await this.journal.retain(this.host.snapshotSeq, Number.MAX_SAFE_INTEGER);
    if (this.journal.segmentCount < before) return;
    const dropped = this.store.dropOldestMinuteFacts(DROP_STEP);
    if (dropped === 0) return;
    this.store.setMeta('discarded', String(this.discarded + dropped));
    this.log.error({ dropped }, 'the disk is full: the oldest minute facts were dropped');
  }

  /** Last flush and snapshot. After the journal is closed. */
  async stop(): Promise<void> {
    this.#flushDue?.cancel();
    this.#snapshotTimer?.cancel();
    await this.#snapshotting;
    if (!this.#stopped) await this.snapshot();
    this.#stopped = true;
  }
}
