import { DAY_MS, type FactKind } from '@aisle/contracts';
import type { SeriesRow, StoredFact } from '../../ports/series-store.js';
import { byKey, saidLater } from '../row-rules.js';
import { laterOf, type RollupFile } from './rollup-file.js';

export interface LastSaidQuery<K extends FactKind> {
  storeId: string;
  kind: K;
  /** epoch ms, [from, to) */
  from: number;
  to: number;
  /** subjects that are known already */
  but?: readonly string[];
  /** no others are asked about */
  only?: readonly string[];
  patient?: boolean;
}

export interface SaidLastParts {
  file: Pick<RollupFile, 'saidDays' | 'keepSaid' | 'saidBefore' | 'unendedBefore' | 'forgetBefore'>;
  /** what each subject said last within a time, from the facts themselves */
  facts<K extends FactKind>(query: LastSaidQuery<K>): Promise<StoredFact<K>[]>;
  /** by day of UTC (its start): the last commit that wrote in it */
  touchedDays(storeId: string, before: number, patient?: boolean): Promise<Map<number, number>>;
  /** number of the last commit */
  stamp(): number;
}

/** Sensors say where things stand every minute: so short a time before a moment tells of nearly all of them. */
const LATELY_MS = 10 * 60_000;
/** shops whose newest states are kept at hand: raising it answers more shops at once, lowering it keeps memory small */
const SHOPS_KEPT = 60;

/**
 * What each subject of a kind said last before a moment, however long ago, without a look at all that was ever said. Of each day
 * of UTC that is over the last statement of every subject is kept beside the facts, true as long as nothing was written into that day
 * since; the rest of the day that holds the moment is read. What is newest of all is kept in memory and follows the commits.
 */
export class SaidLast {
  /** by kind and store: the newest of every subject; most recently asked last */
  readonly #newest = new Map<string, Map<string, StoredFact>>();
  /** the same of those that are being read: what was committed since */
  readonly #arriving = new Map<string, Map<string, StoredFact>>();
  readonly #bringing = new Map<string, Promise<void>>();
  /** by kind and store: how often something of it was deleted */
  readonly #deletions = new Map<string, number>();

  constructor(private readonly parts: SaidLastParts) {}

  async newest<K extends FactKind>({
    storeId,
    kind,
    before,
  }: {
    storeId: string;
    kind: K;
    before: number;
  }): Promise<StoredFact<K>[]> {
    const newest = await this.#newestOf(storeId, kind);
    const all = [...newest.values()] as StoredFact<K>[];
    const found = all.filter(({ ts }) => ts < before);
    // whoever has spoken since may have spoken before as well
    if (found.length < all.length) {
      const since = new Set(all.filter(({ ts }) => ts >= before).map(({ subject }) => subject));
      const earlier = await this.#before(storeId, kind, before, { wanted: since });
      for (const fact of earlier) if (since.has(fact.subject)) found.push(fact);
    }
    return found.sort(byKey);
  }

  /** Incidents that began before `to` and had not ended by `from`: of days that are over by what is kept of them, whatever else there was. */
  async lasting(query: { storeId: string; from: number; to: number }): Promise<StoredFact<'incident'>[]> {
    const { storeId, from, to } = query;
    const found = await this.#before(storeId, 'incident', to, {
      ofDays: (day) => this.parts.file.unendedBefore(storeId, day, from),
    });
    return found.filter(({ value: { until } }) => until === null || until >= from).sort(byKey);
  }

  /**
   * Facts of these kinds before a moment have been deleted: nothing that is kept may tell of them, nor what was being made of them
   * meanwhile.
   */
  async deleted(storeId: string, kinds: readonly FactKind[], before: number): Promise<void> {
    for (const kind of kinds) {
      const key = keyOf(storeId, kind);
      this.#deletions.set(key, (this.#deletions.get(key) ?? 0) + 1);
      this.#newest.delete(key);
      while (this.#bringing.has(key)) await this.#bringing.get(key)?.catch(() => undefined);
    }
    this.parts.file.forgetBefore(storeId, kinds, before);
  }

  /** Rows that have just been committed. */
  committed(rows: readonly SeriesRow[]): void {
    if (this.#newest.size === 0 && this.#arriving.size === 0) return;
    for (const { storeId, epoch, fact } of rows) {
      const key = keyOf(storeId, fact.kind);
      const newest = this.#newest.get(key) ?? this.#arriving.get(key);
      if (!newest) continue;
      const said = { ...fact, epoch } as StoredFact;
      const known = newest.get(fact.subject);
      if (!known || saidLater(said, known)) newest.set(fact.subject, said);
    }
  }

  async #newestOf(storeId: string, kind: FactKind): Promise<Map<string, StoredFact>> {
    const key = keyOf(storeId, kind);
    const known = this.#newest.get(key);
    if (known) {
      this.#newest.delete(key);
      this.#newest.set(key, known);
      return known;
    }
    // what is committed while the rest is read may or may not be in it
    const arriving = this.#arriving.get(key) ?? new Map<string, StoredFact>();
    this.#arriving.set(key, arriving);
    const deletions = this.#deletions.get(key);
    let facts: StoredFact[];
    try {
      facts = await this.#before(storeId, kind, Number.MAX_SAFE_INTEGER);
    } finally {
      this.#arriving.delete(key);
    }
    const newest = new Map(laterOf(facts, [...arriving.values()]).map((fact) => [fact.subject, fact]));
    // read in part before the deletion: true for who asked before it, not to be kept
    if (this.#deletions.get(key) !== deletions) return newest;
    this.#newest.set(key, newest);
    for (const oldest of this.#newest.keys()) {
      if (this.#newest.size <= SHOPS_KEPT) break;
      this.#newest.delete(oldest);
    }
    return newest;
  }

  async #before<K extends FactKind>(
    storeId: string,
    kind: K,
    before: number,
    {
      ofDays = (day) => this.parts.file.saidBefore(storeId, kind, day),
      wanted,
    }: {
      ofDays?: (before: number) => StoredFact<K>[];
      /** subjects of which the answer has to be right; left out: of all */
      wanted?: ReadonlySet<string>;
    } = {},
  ): Promise<StoredFact<K>[]> {
    await this.bringUp(storeId, kind, before);
    const touched = await this.parts.touchedDays(storeId, before);
    const last = Math.max(...touched.keys());
    // the day that holds the moment; where that is over, the one behind it, which is empty
    const today = Math.min(dayOf(before), touched.size > 0 ? last + DAY_MS : 0);
    const kept = ofDays(today);
    if (today >= before || !touched.has(today)) return kept;
    const lately = Math.max(today, before - LATELY_MS);
    const late = await this.parts.facts({ storeId, kind, from: lately, to: before });
    const but = late.map(({ subject }) => subject);
    // nearly always nobody is left: then most of a day need not be read
    const only = wanted && [...wanted].filter((subject) => !but.includes(subject));
    const isAll = lately === today || only?.length === 0;
    const rest = only ? { only } : { but };
    const early = isAll ? [] : await this.parts.facts({ storeId, kind, from: today, to: lately, ...rest });
    return laterOf(kept, early, late);
  }

  /** Makes what is missing or no longer true of the days that are over before a moment. */
  async bringUp(storeId: string, kind: FactKind, before: number, patient?: boolean): Promise<void> {
    const key = keyOf(storeId, kind);
    // one at a time: who comes second finds the work done
    while (this.#bringing.has(key)) await this.#bringing.get(key)?.catch(() => undefined);
    const work = this.#bringUp(storeId, kind, before, patient).finally(() => this.#bringing.delete(key));
    this.#bringing.set(key, work);
    await work;
  }

  async #bringUp(storeId: string, kind: FactKind, before: number, patient?: boolean): Promise<void> {
    const touched = await this.parts.touchedDays(storeId, before, patient);
    const kept = this.parts.file.saidDays(storeId, kind);
    for (const [day, stamp] of touched) {
      if (day + DAY_MS > before || (kept.get(day) ?? -1) >= stamp) continue;
      const mark = this.parts.stamp();
      const facts = await this.parts.facts({
        ...{ storeId, kind, from: day, to: day + DAY_MS },
        ...(patient !== undefined && { patient }),
      });
      this.parts.file.keepSaid(storeId, kind, day, mark, facts);
    }
  }
}

const keyOf = (storeId: string, kind: FactKind): string => `${kind}|${storeId}`;
const dayOf = (ts: number): number => Math.floor(ts / DAY_MS) * DAY_MS;
