import { AisleError, type Remedy, type FactKind, type FactOf } from '@aisle/contracts';

/** The catalog that comes for its facts. */
export interface FactsOwner {
  catalogId: string;
  /** nothing: it has no shop; itsFacts: a store of facts has borne its name before */
  knows: 'nothing' | 'shops' | 'itsFacts';
  /** a person has said that an empty history is right */
  accept?: boolean;
}

/**
 * The history of every shop: facts, and the rollups made of them. Several engines stand behind it
 * (`store/open-series.ts`) and give the same answers; `test/store/series-suite.ts` and its parts say which.
 *
 * The key of a minute fact is (store, kind, subject, ts, epoch, configVersion), of a record the same without configVersion;
 * the revision is (generation, seq). Of one (kind, subject, ts, epoch) only the highest generation counts, and in it the
 * highest `seq` of each configVersion. Facts without a generation (agents 0.1) know no versions in their keys: there the
 * highest `seq` counts, whatever its configVersion. Two statements of one key and revision that differ are told apart by
 * what they say (`row-rules.ts`), never by who came last. So the same fact may come twice, late or out of order.
 */
export interface SeriesStore {
  /** Opens or creates the store. @throws StoreError `corrupt` | `unreachable`, naming the file or address */
  open(): Promise<void>;
  /**
   * Says whose facts these are: epochs are given out by a catalog, so that facts of two catalogs must never lie in one store.
   * Whoever comes first owns it. @throws StoreError `refused` where it is another's, or where one of the two has lost what it held
   */
  claim(owner: FactsOwner): Promise<void>;
  /** Resolves when what is written next begins at once: who waits for it first has more to write together. Left out: it always does. */
  ready?(): Promise<void>;
  /**
   * Resolves once every row is on disk, and every rollup that one of them falls into is out of use. Rejects as a whole:
   * the caller must then not acknowledge, and may write the same rows again. `final`: each is stated once and will hardly be stated
   * again, as of a past that is loaded: an engine may put them where they will stay.
   */
  write(rows: readonly SeriesRow[], how?: 'final'): Promise<void>;
  /**
   * The same of more rows than should lie in memory: piece by piece, final, all of them in one commit where the engine has commits.
   * A row that no engine could keep is left out.
   * @returns how many were left out
   */
  load(pieces: AsyncIterable<readonly SeriesRow[]>): Promise<number>;
  /**
   * What counts with `from` ≤ ts < `to`: one row for each epoch and, of minute facts with a generation, for each configVersion.
   * Ordered by ts, kind, subject, epoch, configVersion.
   */
  read<K extends FactKind>(query: SeriesQuery<K>): Promise<StoredFact<K>[]>;
  /** The newest statement, by (ts, epoch, generation, seq), of every subject of `kind` with ts < `before`. */
  newest<K extends FactKind>(query: { storeId: string; kind: K; before: number }): Promise<StoredFact<K>[]>;
  /** Incidents that began before `to` and had not ended by `from`, epoch ms, each in its newest statement. Those of other times are not read. */
  lasting(query: { storeId: string; from: number; to: number }): Promise<StoredFact<'incident'>[]>;
  /** Makes now, behind all others, what `newest` and `lasting` would have to make first when somebody waits for them. */
  prepare(storeId: string, before: number): Promise<void>;
  /**
   * Records by id, each in its newest (epoch, generation, seq); a sale (by its receipt key) as the oldest epoch that knows it
   * states it (SEMANTICS §18). Unknown ids are left out.
   */
  lookup<K extends RecordKind>(query: {
    storeId: string;
    kind: K;
    subjects: readonly string[];
    /** where they are looked for first, epoch ms; what is not found there is looked for everywhere */
    near?: { from: number; to: number };
  }): Promise<StoredFact<K>[]>;
  /** The minutes (epoch ms) of the first and the last fact of the store, undefined before the first. */
  span(storeId: string): Promise<{ earliestTs: number; latestTs: number } | undefined>;
  /** The hours of UTC (their starts, rising) within [from, to) in which anything was ever written. */
  writtenHours(storeId: string, from: number, to: number): Promise<number[]>;
  /**
   * The hours of UTC (their starts, rising) in which anything was written after `after`, a mark of an earlier call; all where it is
   * left out or the engine cannot tell. The mark holds everything told of here.
   */
  touchedHours(storeId: string, after?: TouchMark): Promise<{ hours: number[]; mark: TouchMark }>;

  /**
   * A mark to be taken before the facts of a rollup are read. A rollup stays in use only while nothing in its
   * [from, to) has been written after its mark.
   */
  mark(storeId: string, from: number, to: number): Promise<RollupMark>;
  /** Rollups that start in [from, to) and are still true, ordered by (from, kind). */
  readRollups(query: RollupQuery): Promise<StoredRollup[]>;
  /** The same without what they hold: to see which there are. */
  trueRollups(query: RollupQuery): Promise<RollupPlace[]>;
  /** Keeps rollups made of facts read after `mark`; an older one of the same (level, from, kind) is replaced. */
  writeRollups(storeId: string, mark: RollupMark, rollups: readonly StoredRollup[]): Promise<void>;

  /** Reads a little of everything. @throws StoreError when the store cannot answer */
  quickCheck(): Promise<void>;
  /** Statements of these kinds before a moment (the beginning of a day of the shop), and the time of the oldest. */
  older(storeId: string, kinds: readonly FactKind[], before: number): Promise<{ count: number; oldestTs?: number }>;
  /**
   * Deletes them for good, with the rollups that they are in; what other kinds say stays. Piece by piece, so that nobody waits:
   * one that fails midway may be asked again. @returns how many
   */
  deleteOlder(storeId: string, kinds: readonly FactKind[], before: number): Promise<number>;
  /** Waits for writes under way, then lets go of files and connections. */
  close(): Promise<void>;
}

export interface SeriesRow {
  storeId: string;
  epoch: number;
  fact: AnyFact;
  /** the fact's value as JSON, where it is at hand */
  valueText?: string;
}
/** Any fact, loosely enough that one value type serves all kinds. */
export type AnyFact = { [K in FactKind]: FactOf<K> }[FactKind];
export type RecordKind = 'sale' | 'decision' | 'play' | 'incident' | 'inForce' | 'block';
export type StoredFact<K extends FactKind = FactKind> = { [P in K]: FactOf<P> & { epoch: number } }[K];

export interface SeriesQuery<K extends FactKind> {
  storeId: string;
  kinds: readonly K[];
  /** epoch ms, inclusive */
  from: number;
  /** epoch ms, exclusive */
  to: number;
  /** only these; all when left out */
  subjects?: readonly string[];
  /** work that nobody waits for: pages and acknowledgements go first */
  patient?: boolean;
}

export type RollupLevel = 'hour' | 'day' | 'week';
/** Opaque outside its engine. */
export type RollupMark = string & { readonly rollupMark?: never };
/** Opaque outside its engine; undefined: it cannot tell what was touched since. */
export type TouchMark = number | undefined;
/** A rollup without what it holds. */
export type RollupPlace = Omit<StoredRollup, 'payload'>;
export interface StoredRollup {
  level: RollupLevel;
  kind: FactKind;
  /** epoch ms; hours and days of store time, so not always whole hours of UTC */
  from: number;
  to: number;
  /** what it was made by: metric version, time zone. The reader refuses one made otherwise. */
  definition: string;
  /** JSON of the merged values of all subjects */
  payload: string;
}
export interface RollupQuery {
  storeId: string;
  level: RollupLevel;
  kinds: readonly FactKind[];
  from: number;
  to: number;
}

export type StoreErrorCode = 'corrupt' | 'unreachable' | 'full' | 'refused' | 'outOfRange' | 'closed';
/** `refused` and `outOfRange` mean the input, the rest the engine; `full`: its disk, and nothing was kept of what was asked. */
export class StoreError extends AisleError {
  override readonly name = 'StoreError';
  constructor(
    readonly code: StoreErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }

  override get remedy(): Remedy {
    return this.code === 'refused' || this.code === 'outOfRange'
      ? 'drop'
      : this.code === 'unreachable' || this.code === 'full'
        ? 'retry'
        : 'stop';
  }
}
