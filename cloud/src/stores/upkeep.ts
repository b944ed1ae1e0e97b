import type { Insight } from '../insight/index.js';
import type { StoreRecords } from '../ports/index.js';
import type { Retention } from './retention.js';
import type { Stores } from './stores.js';

export interface UpkeepParts {
  records: Pick<StoreRecords, 'stores'>;
  stores: Pick<Stores, 'current'>;
  retention: Pick<Retention, 'apply'>;
  insight: Pick<Insight, 'maintainRollups'>;
  log: { error(details: object, message: string): void };
}

/** Old facts go, rollups come. Answers are the same without, only slower: a failure here harms nobody. */
export class Upkeep {
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(private readonly parts: UpkeepParts) {}

  /** All shops; while that runs, asking again waits for the same. */
  run(): Promise<void> {
    return (this.#running ??= this.#all()
      .catch((error: unknown) => this.parts.log.error({ err: error }, 'rollups could not be made'))
      .finally(() => (this.#running = undefined)));
  }

  /** The rollups of one shop, behind what runs. */
  async roll(storeId: string): Promise<void> {
    await this.#running;
    const store = await this.parts.stores.current(storeId);
    if (store && !this.#stopped) await this.parts.insight.maintainRollups(store);
  }

  /** Begins no other shop. */
  stop(): void {
    this.#stopped = true;
  }

  /** Resolves when nothing runs. */
  async settle(): Promise<void> {
    await this.#running;
  }

  async #all(): Promise<void> {
    const { records, stores, retention, insight } = this.parts;
    for (const { storeId } of await records.stores()) {
      const store = await stores.current(storeId);
      if (this.#stopped) return;
      if (!store) continue;
      await retention.apply(storeId);
      await insight.maintainRollups(store);
    }
  }
}
