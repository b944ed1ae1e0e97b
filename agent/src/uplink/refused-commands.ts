import { COMMAND_REFUSALS, type CommandRefusal, type RefusedCommand } from '@aisle/contracts';
import type { AgentStore } from '../ports/agent-store.js';
import { isDiskFull } from '../ports/log-files.js';

/** The newest are remembered. Refusals are rare: one more than this has been told long ago. */
const MOST = 200;
const KEY = 'inboxRefused';

/**
 * Commands that this agent refused, over its whole life: told with every hello, so that none is taken for done when the
 * acknowledgement that said so was lost.
 */
export class RefusedCommands {
  #newest: RefusedCommand[];

  constructor(private readonly store: Pick<AgentStore, 'meta' | 'setMeta'>) {
    this.#newest = read(store.meta(KEY));
  }

  list(): readonly RefusedCommand[] {
    return this.#newest;
  }
  has(seq: number): boolean {
    return this.#newest.some((refused) => refused.seq === seq);
  }
  add(refused: RefusedCommand): void {
    this.#keep([...this.#newest.filter(({ seq }) => seq !== refused.seq), refused].slice(-MOST));
  }
  /** It was taken after all. */
  remove(seq: number): void {
    if (this.has(seq)) this.#keep(this.#newest.filter((refused) => refused.seq !== seq));
  }

  #keep(newest: RefusedCommand[]): void {
    this.#newest = newest;
    try {
      this.store.setMeta(KEY, JSON.stringify(this.#newest));
    } catch (error) {
      // Told in this life all the same.
      if (!isDiskFull(error)) throw error;
    }
  }
}

function read(text: string | undefined): RefusedCommand[] {
  if (text === undefined) return [];
  const list = JSON.parse(text) as { seq: number; code: string }[];
  return list.flatMap(({ seq, code }) =>
    // Of a newer agent that this one took the place of.
    COMMAND_REFUSALS.includes(code as CommandRefusal) ? [{ seq, code: code as CommandRefusal }] : [],
  );
}
