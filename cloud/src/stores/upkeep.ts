import type { Insight } from '../insight/index.js';
import type { Clock, StoreRecords } from '../ports/index.js';
import type { Retention } from './retention.js';
import type { Stores } from './stores.js';

export interface UpkeepParts {
  records: Pick<StoreRecords, 'stores'>;
  stores: Pick<Stores, 'current' | 'calendarInForce'>;
  retention: Pick<Retention, 'apply'>;
  insight: Pick<Insight, 'maintainRollups' | 'rollupsDue'>;
  clock: Pick<Clock, 'monotonicMs'>;
  log: { error(details: object, message: string): void };
}

/** A shop whose past is being loaded is left alone for so long after each piece: its hours would be made again and again. */
const LOADING_MS = 60_000;

/** Old facts go, rollups come. Answers are the same without, only slower: a failure here harms nobody. */
export class Upkeep {
  #running: Promise<void> | undefined;
  /** by store id, while its past is being loaded: until when it is left alone, monotonic */
  readonly #loading = new Map<string, number>();
  #stopped = false;

  constructor(private readonly parts: UpkeepParts) {}

  /** All shops; while that runs, asking again waits for the same. `still`: whether it is this process's to do. */
  run(still: () => boolean = () => true): Promise<void> {
    return (this.#running ??= this.#all(still)
      .catch((error: unknown) => this.parts.log.error({ err: error }, 'rollups could not be made'))
      .finally(() => (this.#running = undefined)));
  }

  /** A piece of a shop's past has come. Whoever loads says when to make rollups of it; when nothing comes any more, they come as everywhere. */
  loading(storeId: string): void {
    this.#loading.set(storeId, this.parts.clock.monotonicMs() + LOADING_MS);
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

  async #all(still: () => boolean): Promise<void> {
    const { records, stores, retention, insight } = this.parts;
    for (const { storeId } of await records.stores()) {
      if (this.#stopped || !still()) return;
      if ((this.#loading.get(storeId) ?? 0) > this.parts.clock.monotonicMs()) continue;
      this.#loading.delete(storeId);
      await retention.apply(storeId);
      const calendar = stores.calendarInForce(storeId);
      if (calendar && !(await insight.rollupsDue(calendar))) continue;
      // only now: reading the files of a thousand shops each minute would cost more than all the rest
      const store = await stores.current(storeId);
      if (store && !this.#stopped) await insight.maintainRollups(store);
    }
  }
}
