import type { Clock, Notices } from '../ports/index.js';

/** how often the others are told whom this process hears. Raising it costs less, and lets them say later when a shop was last heard */
const TELL_MS = 10_000;

/**
 * What each agent says comes to one of the processes, and to another when that one dies. Each tells the others whom it hears, so that
 * none of them takes what it once heard itself for the newest.
 */
export class Hearing {
  readonly #heard = new Set<string>();
  #cancel: (() => void) | undefined;

  constructor(private readonly parts: { notices: Notices; clock: Clock }) {}

  start(): void {
    this.#cancel = this.parts.clock.every(TELL_MS, () => void this.tell());
  }
  stop(): void {
    this.#cancel?.();
  }

  /** An agent has said something here that no other process has got. */
  heard(storeId: string): void {
    this.#heard.add(storeId);
  }

  async tell(): Promise<void> {
    const storeIds = [...this.#heard];
    this.#heard.clear();
    if (storeIds.length > 0) await this.parts.notices.tell('heard', storeIds);
  }
}
