import type { StoreFile } from '@aisle/contracts';
import { Edition } from './edition.js';
import { StoreCalendar, type StoreContext } from './store-calendar.js';

/** Where the versions of the shops' files come from: the catalog. */
export interface VersionSource {
  version(storeId: string, version: number): Promise<{ storeFile: StoreFile } | undefined>;
  /** All of them: from when on each holds, epoch ms. */
  versions(storeId: string): Promise<readonly { version: number; validFrom: number }[]>;
}

/** Versions kept ready: raising it answers questions over many changes sooner, lowering it keeps memory small. */
const EDITIONS_KEPT = 200;

/** The versions of all shops that were asked about lately. A version never changes, so none grows stale. */
export class Editions {
  readonly #kept = new Map<string, Edition>();
  readonly #inForce = new WeakMap<StoreFile, Edition>();

  constructor(
    readonly source: VersionSource | undefined,
    private readonly limit = EDITIONS_KEPT,
  ) {}

  /** A version that the catalog does not know (a catalog restored from an older copy) is read as the one in force. */
  async of(store: StoreContext, version: number): Promise<Edition> {
    if (version === store.version) return this.inForce(store);
    const key = `${version}|${store.storeId}`;
    const kept = this.#kept.get(key);
    if (kept) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept;
    }
    const found = await this.source?.version(store.storeId, version);
    if (!found) return new Edition(version, store.storeFile);
    const edition = new Edition(version, found.storeFile);
    this.#kept.set(key, edition);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.limit) break;
      this.#kept.delete(oldest);
    }
    return edition;
  }

  inForce({ version, storeFile }: StoreContext): Edition {
    const known = this.#inForce.get(storeFile);
    if (known?.version === version) return known;
    const edition = new Edition(version, storeFile);
    this.#inForce.set(storeFile, edition);
    return edition;
  }
}

/** The time line of one shop for one question: buckets by the clock of the newest version, everything else by each fact's own. */
export class StoreTimeline extends StoreCalendar {
  readonly #known = new Map<number, Edition>();

  constructor(
    readonly store: StoreContext,
    private readonly editions: Editions,
  ) {
    super(store);
  }

  /** Fetches versions, so that `of` has them at hand. */
  async know(versions: Iterable<number>): Promise<void> {
    for (const version of versions)
      if (!this.#known.has(version)) this.#known.set(version, await this.editions.of(this.store, version));
  }

  of(version: number): Edition {
    const edition = this.#known.get(version);
    if (!edition) throw new Error(`version ${version} of ${this.storeId} was not fetched`);
    return edition;
  }

  /**
   * The version that held at a time of which no fact tells: the highest of those that were valid then; before the first one,
   * that one, as facts may be older than the day on which their shop was made known.
   */
  async at(ts: number): Promise<Edition> {
    const all = (await this.editions.source?.versions(this.storeId)) ?? [];
    const [first] = all;
    if (!first) return this.editions.inForce(this.store);
    const held = all.filter(({ validFrom }) => validFrom <= ts).map(({ version }) => version);
    return this.editions.of(this.store, held.length > 0 ? Math.max(...held) : first.version);
  }
}
