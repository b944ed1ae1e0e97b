import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import {
  FACTS_NEED,
  FACT_KINDS,
  MAX_BATCH_FACTS,
  RECORD_KINDS,
  understands,
  upTopic,
  type Ack,
  type FactKind,
  type Speaks,
} from '@aisle/contracts';
import type { AgentStore, OutboxRow } from '../ports/agent-store.js';
import type { Clock, Timer } from '../ports/clock.js';
import { isDiskFull } from '../ports/log-files.js';
import type { CloudLink } from '../ports/cloud-link.js';
import type { Logger } from '../ports/logger.js';
import type { Random } from '../ports/random.js';

const pack = promisify(gzip);

export interface SenderOptions {
  /** least time between two rounds while little waits, ms */
  roundMs?: number;
  /**
   * least time between two rounds of minute facts while nobody reads figures, ms; lower has them newer in the cloud before anybody
   * asks, and states the same minute more often: a minute that goes on changing is stated 60,000 ÷ this times and once at its end
   */
  calmMs?: number;
  /** a batch without an answer is sent again after this, ms */
  answerMs?: number;
  maxInFlight?: number;
}

interface InFlight {
  journalId: string;
  rows: OutboxRow[];
  timeout: Timer;
}

const CALM_MS = 10_000;

/**
 * Sends what waits in the outbox. Records (sales, alerts, decisions, plays) go at once. A minute's facts change with nearly every
 * message until the minute is over: they go once in ten seconds, and each second only while somebody reads figures. Today's facts first, then the backlog from the oldest; at most four batches in flight.
 * A row leaves the outbox when the cloud has committed it, unless it has changed since.
 */
export class FactSender {
  readonly #inFlight = new Map<string, InFlight>();
  /** Keys in flight: a newer statement of one waits until the older is acknowledged. */
  readonly #keys = new Set<string>();
  #epochs: ReadonlyMap<string, number> = new Map();
  /** Kinds that go up: those that the cloud speaks. Before the first welcome nobody knows, and nothing goes. */
  #kinds: readonly string[] = FACT_KINDS;
  #lastRoundMs = -Infinity;
  /** of minute facts too */
  #lastFullMs = -Infinity;
  #askedUntilMs = -Infinity;
  #calm: Timer | undefined;
  #round: Timer | undefined;
  /** The last batch on its way out. */
  #line: Promise<void> = Promise.resolve();
  #refusedByCloud = 0;
  #acknowledged = 0;

  constructor(
    private readonly storeId: string,
    private readonly store: AgentStore,
    private readonly link: CloudLink,
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly log: Logger,
    /** start of the store's day, epoch ms */
    private readonly dayStart: () => number,
    private readonly options: SenderOptions = {},
  ) {}

  /** Facts that the cloud refused since the start: not sent again. */
  get refusedByCloud(): number {
    return this.#refusedByCloud;
  }
  get acknowledged(): number {
    return this.#acknowledged;
  }
  get batchesInFlight(): number {
    return this.#inFlight.size;
  }

  /**
   * The cloud knows these journals (id → epoch), the one in use first, and speaks these facts: sending may begin. What it does not
   * speak stays in the outbox, and the rest goes on.
   */
  open(epochs: ReadonlyMap<string, number>, spoken: Speaks['facts']): void {
    this.#epochs = epochs;
    // Kinds that this agent does not know are a newer one's, whose place it took: they need what such a fact needs at least.
    this.#kinds = Object.keys(spoken).filter((kind) => understands(spoken, kind, FACTS_NEED[kind] ?? 1));
    this.poke();
  }

  /** Facts that wait for a newer cloud, by kind. */
  held(): { kind: string; count: number }[] {
    return this.store.waitingBut(this.#kinds);
  }

  /** The line broke, or the cloud asks for a new hello: what was in flight waits in the outbox again. */
  close(): void {
    this.#epochs = new Map();
    this.#round?.cancel();
    this.#calm?.cancel();
    this.#round = this.#calm = undefined;
    this.#lastFullMs = -Infinity;
    for (const [batchId, batch] of this.#inFlight) this.#forget(batchId, batch);
  }

  /** Somebody reads figures for the next so many ms: what has changed goes up at once. */
  asked(leaseMs: number): void {
    this.#askedUntilMs = Math.max(this.#askedUntilMs, this.clock.monotonicMs() + leaseMs);
    this.poke();
  }

  /** Something new may wait: sends at once, or when the round is due. */
  poke(): void {
    if (this.#epochs.size === 0 || this.#round) return;
    const wait = this.#lastRoundMs + (this.options.roundMs ?? 1000) - this.clock.monotonicMs();
    this.#round = this.clock.after(Math.max(0, wait), () => {
      this.#round = undefined;
      this.#sendRound();
    });
  }

  #sendRound(): void {
    const now = this.clock.monotonicMs();
    const calmMs = this.options.calmMs ?? CALM_MS;
    this.#lastRoundMs = now;
    if (now < this.#askedUntilMs || now - this.#lastFullMs >= calmMs) {
      this.#lastFullMs = now;
      return this.#sendWaiting(this.#kinds);
    }
    this.#sendWaiting(this.#kinds.filter((kind) => RECORD_KINDS.has(kind as FactKind)));
    // Whatever else waits has its turn without being asked for again.
    this.#calm ??= this.clock.after(this.#lastFullMs + calmMs - now, () => {
      this.#calm = undefined;
      this.poke();
    });
  }

  #sendWaiting(kinds: readonly string[]): void {
    const now = this.dayStart();
    for (const [journalId, epoch] of this.#epochs) {
      while (this.#inFlight.size < (this.options.maxInFlight ?? 4)) {
        const which = { limit: MAX_BATCH_FACTS, kinds, exclude: this.#keys };
        let rows = this.store.takeRows(journalId, { ...which, fromTs: now, toTs: Number.MAX_SAFE_INTEGER });
        if (rows.length < MAX_BATCH_FACTS) {
          const limit = MAX_BATCH_FACTS - rows.length;
          const backlog = { ...which, limit, fromTs: Number.MIN_SAFE_INTEGER, toTs: now };
          rows = [...rows, ...this.store.takeRows(journalId, backlog)];
        }
        if (rows.length === 0) break;
        this.#send(journalId, epoch, rows);
        if (rows.length < MAX_BATCH_FACTS) break;
      }
    }
  }

  #send(journalId: string, epoch: number, rows: OutboxRow[]): void {
    const batchId = this.random.id();
    const timeout = this.clock.after(this.options.answerMs ?? 30_000, () => {
      this.log.warn({ batchId, facts: rows.length }, 'the cloud did not answer a batch: it is sent again');
      this.#release(batchId);
    });
    this.#inFlight.set(batchId, { journalId, rows, timeout });
    for (const row of rows) this.#keys.add(row.key);
    const head = JSON.stringify({ batchId, journalId, epoch });
    const body = `${head.slice(0, -1)},"facts":[${rows.map((row) => row.payload).join(',')}]}`;
    const notSent = (reason: unknown) => {
      this.log.debug({ batchId, reason: String(reason) }, 'a batch was not sent');
      this.#release(batchId);
    };
    const packed = pack(body);
    packed.catch(() => undefined);
    // Packing runs in the thread pool and may finish out of turn; batches leave in the order in which they were made.
    this.#line = this.#line
      .then(async () => {
        const bytes = await packed;
        if (this.#inFlight.has(batchId)) void this.link.send(upTopic(this.storeId, 'facts'), bytes).catch(notSent);
      })
      .catch(notSent);
  }

  /** The cloud's answer to a batch. Returns true when it asks for a new hello. */
  answer(ack: Ack): boolean {
    const batch = this.#inFlight.get(ack.batchId);
    if (!batch) return false;
    if (ack.status === 'refused') {
      this.log.warn({ batchId: ack.batchId, reason: ack.reason ?? '' }, 'the cloud refused a batch');
      if (ack.reason === 'epoch') {
        // The journal in use asks anew; one that is gone cannot, and what it left would be refused for ever.
        if (batch.journalId === [...this.#epochs.keys()][0]) return true;
        this.#epochs = new Map([...this.#epochs].filter(([journalId]) => journalId !== batch.journalId));
        this.#release(ack.batchId);
        return false;
      }
      // Tried again when the answer's time is up: a whole batch refused is the cloud's trouble, not the facts'.
      return false;
    }
    const unread = this.#unread(batch, ack);
    for (const { index, field, message } of ack.refused) {
      const row = batch.rows[index];
      if (row && unread.has(row.kind)) continue;
      this.#refusedByCloud += 1;
      this.log.warn({ key: row?.key, field, message }, 'the cloud refused a fact: it is not sent again');
    }
    const done = unread.size === 0 ? batch.rows : batch.rows.filter(({ kind }) => !unread.has(kind));
    this.#acknowledged += done.length;
    try {
      this.store.removeRows(batch.journalId, done);
    } catch (error) {
      // A full disk takes no deletions either: they stay, and are sent once more. Nothing counts twice.
      if (!isDiskFull(error)) throw error;
      return false;
    }
    this.#forget(ack.batchId, batch);
    if (batch.rows.length >= MAX_BATCH_FACTS) this.#sendWaiting(this.#kinds);
    else this.poke();
    return false;
  }

  /** Kinds that the cloud turned out not to speak, whatever it had said: they wait for the next that speaks them. */
  #unread(batch: InFlight, ack: Ack): ReadonlySet<string> {
    const unread = new Set<string>();
    for (const { index, field } of ack.refused) {
      const kind = batch.rows[index]?.kind;
      if (field === 'kind' && kind !== undefined) unread.add(kind);
    }
    if (unread.size === 0) return unread;
    this.#kinds = this.#kinds.filter((kind) => !unread.has(kind));
    this.log.warn({ kinds: [...unread] }, 'the cloud does not know these facts: they wait here for a newer one');
    return unread;
  }

  #release(batchId: string): void {
    const batch = this.#inFlight.get(batchId);
    if (batch) this.#forget(batchId, batch);
    this.poke();
  }

  #forget(batchId: string, batch: InFlight): void {
    batch.timeout.cancel();
    this.#inFlight.delete(batchId);
    for (const row of batch.rows) this.#keys.delete(row.key);
  }
}
