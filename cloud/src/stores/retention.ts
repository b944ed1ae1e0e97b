import type { Logger } from 'pino';
import {
  DAY_MS,
  KEPT_FOR_EVER,
  RETAINED,
  RETAINED_KINDS,
  problem,
  type FactKind,
  type Problem,
  type RetentionDays,
  type RetentionDeletes,
  type RetentionView,
} from '@aisle/contracts';
import { storeTime } from '../insight/index.js';
import type { Clock, SeriesStore, StoreRecords } from '../ports/index.js';
import type { Stores } from './stores.js';

export interface RetentionParts {
  records: Pick<StoreRecords, 'store' | 'setRetention'>;
  series: Pick<SeriesStore, 'older' | 'deleteOlder'>;
  stores: Pick<Stores, 'current'>;
  clock: Clock;
  log: Logger;
}

/** Days go as a whole: so often is looked whether one has come to its end. */
const EVERY_MS = 60 * 60_000;

/** How long the facts of each shop are kept, by kind: for ever unless a person has said otherwise. */
export class Retention {
  /** by store id: when it was last looked at, monotonic ms */
  readonly #looked = new Map<string, number>();

  constructor(private readonly parts: RetentionParts) {}

  async view(storeId: string): Promise<RetentionView> {
    return this.preview(storeId, await this.#days(storeId));
  }

  /** What such days would delete now. Nothing is. */
  async preview(storeId: string, days: RetentionDays): Promise<RetentionView> {
    const { series } = this.parts;
    const time = await this.#time(storeId);
    const deletes: RetentionDeletes = [];
    for (const kind of RETAINED_KINDS) {
      const before = this.#before(time, days[kind]);
      if (before === undefined) continue;
      const { count, oldestTs } = await series.older(storeId, RETAINED[kind], before);
      const oldest = oldestTs === undefined ? null : time.iso(oldestTs);
      deletes.push({ kind, before: time.iso(before), oldest, facts: count });
    }
    return { days, deletes };
  }

  /** What is wrong with such days: without its sales, a time of which people are known would say that nobody bought. */
  static wrong({ sensed, sales }: RetentionDays): Problem | undefined {
    const isShorter = sales !== null && (sensed === null || sales < sensed);
    return isShorter ? problem('sales', 'keptShorter') : undefined;
  }

  /** Holds from now on; what is older goes within minutes. */
  async set(storeId: string, days: RetentionDays): Promise<RetentionView> {
    const view = await this.preview(storeId, days);
    await this.parts.records.setRetention(storeId, days);
    this.#looked.delete(storeId);
    return view;
  }

  /** Deletes what has become too old, at most once an hour. */
  async apply(storeId: string): Promise<void> {
    const { clock, series, log } = this.parts;
    const last = this.#looked.get(storeId);
    if (last !== undefined && clock.monotonicMs() - last < EVERY_MS) return;
    this.#looked.set(storeId, clock.monotonicMs());
    const days = await this.#days(storeId);
    if (RETAINED_KINDS.every((kind) => days[kind] === null)) return;
    const time = await this.#time(storeId);
    const remove = async (kinds: readonly FactKind[], before: number | undefined): Promise<void> => {
      if (before === undefined) return;
      const count = await series.deleteOlder(storeId, kinds, before);
      if (count > 0)
        log.info(
          { audit: 'retention', store: storeId, kinds, before: time.iso(before), count },
          'old facts were deleted',
        );
    };
    for (const kind of RETAINED_KINDS) await remove(RETAINED[kind], this.#before(time, days[kind]));
  }

  /** The beginning of the oldest day that is kept. */
  #before(time: ReturnType<typeof storeTime>, days: number | null): number | undefined {
    return days === null ? undefined : time.day(this.parts.clock.now() - days * DAY_MS).from;
  }

  async #days(storeId: string): Promise<RetentionDays> {
    return (await this.parts.records.store(storeId))?.retention ?? KEPT_FOR_EVER;
  }

  async #time(storeId: string) {
    return storeTime((await this.parts.stores.current(storeId))?.storeFile.store.timezone ?? 'UTC');
  }
}
