import type { AgentStatus, RecomputedEvent } from '@aisle/contracts';
import type { JournalEntry } from '../journal/record.js';
import type { StatePart } from '../journal/state-part.js';
import type { AgentStore } from '../ports/agent-store.js';
import { isDiskFull } from '../ports/log-files.js';
import type { Logger } from '../ports/logger.js';

export type RecomputeStatus = NonNullable<AgentStatus['recompute']>;

export interface RecomputationParts {
  /** states facts anew, as entry `seq` of the journal has asked; they go into the outbox like any other */
  recompute(seq: number, asked: RecomputedEvent): Promise<{ reachedTs: number; facts: number }>;
  store: Pick<AgentStore, 'meta' | 'setMeta'>;
  /** the outbox has something new */
  onFacts(): void;
  log: Logger;
}

interface Asked {
  seq: number;
  event: RecomputedEvent;
}

const KEY = 'recompute';
/** Of more than these the oldest have been done long ago. */
const MOST_REMEMBERED = 20;

/**
 * Facts are stated anew in a generation of their own, one request after the other. What was asked for is what the journal says; how
 * far it has come stands beside it, so that what a crash broke off is done again: the same facts, which change nothing.
 */
export class Recomputation implements StatePart {
  readonly name = 'recompute';
  /** in the order of the journal */
  #asked: Asked[] = [];
  /** promised to a request that is on its way through the journal */
  #promised = 1;
  #status: RecomputeStatus | undefined;
  #running: Promise<void> | undefined;
  #started = false;

  constructor(private readonly parts: RecomputationParts) {}

  /** Generation of the next request; never the same twice. */
  next(): number {
    this.#promised = Math.max(this.#promised, this.#asked.at(-1)?.event.generation ?? 1) + 1;
    return this.#promised;
  }

  /** The newest, for the status; nothing before the first. */
  shown(): { recompute?: RecomputeStatus } {
    return this.#status ? { recompute: this.#status } : {};
  }

  apply({ seq, event }: JournalEntry): void {
    if (event.kind !== 'recomputed') return;
    this.#asked = [...this.#asked, { seq, event }].slice(-MOST_REMEMBERED);
  }
  save(): unknown {
    return this.#asked;
  }
  restore(data: unknown): void {
    this.#asked = data as Asked[];
  }

  /** Goes on with what an earlier life did not finish. */
  start(): void {
    const known = this.parts.store.meta(KEY);
    if (known !== undefined) this.#status = JSON.parse(known) as RecomputeStatus;
    this.#started = true;
    this.look();
  }
  /** Waits for what runs. */
  async stop(): Promise<void> {
    this.#started = false;
    await this.#running;
  }

  /** Something was journaled: it may be a request. */
  look(): void {
    if (!this.#started || this.#running) return;
    const next = this.#asked.find(({ event }) => !this.#isDone(event.generation));
    if (!next) return;
    this.#running = this.#run(next).finally(() => {
      this.#running = undefined;
      this.look();
    });
  }

  #isDone(generation: number): boolean {
    const status = this.#status;
    if (!status || status.generation < generation) return false;
    return status.generation > generation || status.state !== 'running';
  }

  async #run({ seq, event }: Asked): Promise<void> {
    const { recompute, onFacts, log } = this.parts;
    const { generation, fromTs } = event;
    const asked = { generation, fromTs };
    this.#note({ ...asked, reachedTs: null, state: 'running', facts: 0 });
    log.info(asked, 'figures are computed anew from the journal');
    try {
      const { reachedTs, facts } = await recompute(seq, event);
      // A journal that reaches no further back than now gives nothing.
      const reached = Number.isFinite(reachedTs) ? reachedTs : null;
      this.#note({ ...asked, reachedTs: reached, state: 'done', facts });
      log.info({ ...asked, reachedTs: reached, facts }, 'figures were computed anew, as far as the journal reaches');
      onFacts();
    } catch (error) {
      this.#note({ ...asked, reachedTs: null, state: 'failed', facts: 0 });
      log.error({ ...asked, err: (error as Error).stack ?? String(error) }, 'figures could not be computed anew');
    }
  }

  #note(status: RecomputeStatus): void {
    this.#status = status;
    try {
      this.parts.store.setMeta(KEY, JSON.stringify(status));
    } catch (error) {
      // Done once more in the next life: the same facts.
      if (!isDiskFull(error)) throw error;
    }
  }
}
