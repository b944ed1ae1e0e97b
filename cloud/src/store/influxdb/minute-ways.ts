import { HOUR_MS, MINUTE_MS, minuteOf, type FactKind } from '@aisle/contracts';
import type { SeriesRow } from '../../ports/series-store.js';
import { bySaying, generationOf } from '../row-rules.js';
import { digestOf, textOf, untag, type Cells } from './points.js';

/** The newest statement that lies in one way of a minute. */
export interface LyingStatement {
  way: number;
  configVersion: number;
  seq: number;
  digest: string;
}
/** Of which minutes what lies there has to be known. */
export interface MinuteRange {
  storeId: string;
  kind: FactKind;
  /** epoch ms of the first and the last minute */
  from: number;
  to: number;
}
export interface LyingFact extends LyingStatement {
  ts: number;
  /** subject, epoch, generation */
  key: string;
}
export interface WaySource {
  /** The newest statement of every way, key and minute of a range. */
  lying(range: MinuteRange): Promise<LyingFact[]>;
  /** The text of a statement that lies there, undefined when it is gone. */
  text(row: SeriesRow, way: number): Promise<string | undefined>;
}

/** Keys kept in memory; whoever is forgotten is read again when it is written to again. */
const KEYS_KEPT = 300_000;

type Ways = LyingStatement[];

/**
 * Which way of its minute each fact goes. InfluxDB keeps the last write of a point, and a point is known by tags and time. So
 * that no statement of one version of the store file takes the place of another's, and of two that claim one revision the
 * same one stays whatever the order (row-rules.ts: bySaying), the writer must know what lies there: it reads each minute
 * once, before it first writes to it, and remembers what it has put there since.
 */
export class MinuteWays {
  /** by shop, kind and minute, longest untouched first: what lies there by subject, epoch and generation */
  readonly #minutes = new Map<string, Map<string, Ways>>();
  #keys = 0;

  constructor(
    private readonly source: WaySource,
    private readonly keysKept = KEYS_KEPT,
  ) {}

  /** Rows that must be written, each with its way. Those that could never be read are left out. */
  async choose(rows: readonly SeriesRow[]): Promise<{ row: SeriesRow; way: number }[]> {
    await this.#load(rows);
    const chosen: { row: SeriesRow; way: number }[] = [];
    for (const row of rows) {
      const { fact } = row;
      const ways = this.#waysOf(row);
      const digest = digestOf(fact.configVersion, JSON.stringify(fact.value));
      const own = generationOf(fact) === 0 ? ways[0] : ways.find((way) => way.configVersion === fact.configVersion);
      if (!own) {
        const way = ways.length;
        ways.push({ way, configVersion: fact.configVersion, seq: fact.seq, digest });
        this.#keys++;
        chosen.push({ row, way });
      } else if (fact.seq > own.seq || (fact.seq === own.seq && (await this.#outranks(row, own, digest, chosen)))) {
        Object.assign(own, { configVersion: fact.configVersion, seq: fact.seq, digest });
        chosen.push({ row, way: own.way });
      }
    }
    this.#forgetOld();
    // of several of one revision the last one chosen: two of one point in one request are left to nobody's order
    return [...new Map(chosen.map((entry) => [pointKey(entry), entry])).values()];
  }

  /** A write has failed: nobody knows what lies there now. */
  forget(rows: readonly SeriesRow[]): void {
    for (const row of rows) this.#drop(minuteKey(row.storeId, row.fact.kind, row.fact.ts));
  }

  async #outranks(
    row: SeriesRow,
    own: LyingStatement,
    digest: string,
    chosen: readonly { row: SeriesRow; way: number }[],
  ): Promise<boolean> {
    if (digest === own.digest) return false;
    const waiting = chosen.findLast((entry) => entry.way === own.way && isSameKey(entry.row, row))?.row.fact.value;
    const text = waiting ? JSON.stringify(waiting) : await this.source.text(row, own.way);
    if (text === undefined) return true;
    const { configVersion, value } = row.fact;
    return bySaying({ configVersion, text: JSON.stringify(value) }, { configVersion: own.configVersion, text }) > 0;
  }

  async #load(rows: readonly SeriesRow[]): Promise<void> {
    const missing = new Map<string, { storeId: string; kind: FactKind; minutes: Set<number> }>();
    for (const { storeId, fact } of rows) {
      const key = minuteKey(storeId, fact.kind, fact.ts);
      const known = this.#minutes.get(key);
      if (known) {
        this.#minutes.delete(key);
        this.#minutes.set(key, known);
        continue;
      }
      const group = `${fact.kind}|${storeId}`;
      const of = missing.get(group) ?? { storeId, kind: fact.kind, minutes: new Set() };
      missing.set(group, of);
      of.minutes.add(fact.ts);
    }
    for (const { storeId, kind, minutes } of missing.values()) {
      for (const range of stretches(minutes)) {
        const found = await this.source.lying({ storeId, kind, ...range });
        for (const minute of minutes)
          if (minute >= range.from && minute <= range.to)
            this.#minutes.set(minuteKey(storeId, kind, minute), new Map());
        for (const { ts, key, ...statement } of found) {
          const subjects = this.#minutes.get(minuteKey(storeId, kind, ts));
          if (!subjects) continue;
          const ways = subjects.get(key);
          if (ways) ways.push(statement);
          else subjects.set(key, [statement]);
          this.#keys++;
        }
      }
    }
  }

  #waysOf({ storeId, epoch, fact }: SeriesRow): Ways {
    const subjects = this.#minutes.get(minuteKey(storeId, fact.kind, fact.ts)) as Map<string, Ways>;
    const key = wayKey(fact.subject, epoch, generationOf(fact));
    let ways = subjects.get(key);
    if (!ways) subjects.set(key, (ways = []));
    return ways;
  }

  #forgetOld(): void {
    for (const key of this.#minutes.keys()) {
      if (this.#keys <= this.keysKept) return;
      this.#drop(key);
    }
  }

  #drop(key: string): void {
    for (const ways of this.#minutes.get(key)?.values() ?? []) this.#keys -= ways.length;
    this.#minutes.delete(key);
  }
}

/** What lies there, from a point. */
export const lyingFact = (cells: Cells): LyingFact => ({
  ts: minuteOf(Number(cells['time'])),
  key: wayKey(untag(String(cells['subject'])), Number(cells['epoch']), Number(cells['g'])),
  way: Number(cells['w']),
  configVersion: Number(cells['c']),
  seq: Number(cells['q']),
  digest: digestOf(Number(cells['c']), textOf(cells)),
});

const wayKey = (subject: string, epoch: number, generation: number): string => `${epoch}|${generation}|${subject}`;
const minuteKey = (storeId: string, kind: FactKind, ts: number): string => `${kind}|${ts}|${storeId}`;
const isSameKey = (a: SeriesRow, b: SeriesRow): boolean =>
  a.storeId === b.storeId &&
  a.epoch === b.epoch &&
  a.fact.kind === b.fact.kind &&
  a.fact.ts === b.fact.ts &&
  a.fact.subject === b.fact.subject &&
  generationOf(a.fact) === generationOf(b.fact);

const pointKey = ({ row: { storeId, epoch, fact }, way }: { row: SeriesRow; way: number }): string =>
  `${way}|${fact.seq}|${minuteKey(storeId, fact.kind, fact.ts)}|${wayKey(fact.subject, epoch, generationOf(fact))}`;

/** The minutes as stretches without a gap of more than an hour. */
function stretches(minutes: ReadonlySet<number>): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  for (const minute of [...minutes].sort((a, b) => a - b)) {
    const last = found.at(-1);
    if (last && minute - last.to <= HOUR_MS) last.to = minute;
    else found.push({ from: minute, to: minute });
  }
  return found;
}

/** The end of a range, exclusive. */
export const endOf = ({ to }: MinuteRange): number => to + MINUTE_MS;
