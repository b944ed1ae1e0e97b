import { randomUUID } from 'node:crypto';
import { FACT_KINDS, MINUTE_MS, RECORD_KINDS, minuteOf, type FactKind } from '@aisle/contracts';
import {
  type FactsOwner,
  type RecordKind,
  type RollupMark,
  type RollupPlace,
  type RollupQuery,
  type SeriesQuery,
  type SeriesRow,
  type SeriesStore,
  type StoredFact,
  type StoredRollup,
  type TouchMark,
} from '../../ports/series-store.js';
import { checkOwnership } from '../ownership.js';
import { GroupCommit } from '../group-commit.js';
import { stateOf } from '../rollup-state.js';
import {
  byRevision,
  checkRow,
  isKeepable,
  generationOf,
  highestGenerations,
  hourOf,
  lastBySubject,
  newerRecord,
  saidLater,
} from '../row-rules.js';
import { InfluxClient, type InfluxOptions } from './influx-client.js';
import { MinuteWays, endOf, lyingFact, type LyingFact, type MinuteRange } from './minute-ways.js';
import {
  literal,
  minuteFact,
  minutePoint,
  nanoseconds,
  recordFact,
  recordPoint,
  rollupPoint,
  rowsOf,
  shardOf,
  tag,
  textFields,
  textOf,
  touchPoint,
  ownerPoint,
  untag,
  type Cells,
} from './points.js';
import { placesFor } from './record-places.js';

/** The series in InfluxDB (1.6 and later), for many shops or several replicas of the cloud. How it lies there: points.ts. */
export class InfluxSeriesStore implements SeriesStore {
  readonly #client: InfluxClient;
  readonly #commits = new GroupCommit<SeriesRow>((rows) => this.#commit(rows), 20_000);
  readonly #ways = new MinuteWays({
    lying: (range) => this.#lying(range),
    text: (row, way) => this.#lyingText(row, way),
  });

  constructor(options: InfluxOptions) {
    this.#client = new InfluxClient(options);
  }

  open(): Promise<void> {
    return this.#client.open();
  }

  async claim(claiming: FactsOwner): Promise<void> {
    const owners = async (): Promise<string[]> =>
      [...rowsOf(await this.#client.query('SELECT "since" FROM "owner" GROUP BY "catalog"'))]
        .map((cells) => untag(String(cells['catalog'])))
        .sort();
    const hasFacts = [...rowsOf(await this.#client.query('SHOW MEASUREMENTS'))].some(
      (cells) => cells['name'] !== 'owner',
    );
    const found = { place: 'the InfluxDB database of `series`', hasFacts, isNew: false };
    const [owner] = await owners();
    checkOwnership(claiming, { ...found, owner });
    if (owner !== undefined) return;
    await this.#client.write([ownerPoint(claiming.catalogId)]);
    // two may have come at once: both see both, and the first by name stays
    checkOwnership(claiming, { ...found, owner: (await owners())[0] });
  }

  async write(rows: readonly SeriesRow[]): Promise<void> {
    for (const row of rows) checkRow(row);
    if (rows.length > 0) await this.#commits.add(rows);
  }

  async load(pieces: AsyncIterable<readonly SeriesRow[]>): Promise<number> {
    let lost = 0;
    for await (const piece of pieces) {
      const rows = piece.filter(isKeepable);
      lost += piece.length - rows.length;
      await this.write(rows);
    }
    return lost;
  }

  /** InfluxDB syncs its log before it answers a write, so what it has taken is on disk. */
  async #commit(rows: SeriesRow[]): Promise<void> {
    const isRecord = (row: SeriesRow): boolean => RECORD_KINDS.has(row.fact.kind);
    const records = rows.filter(isRecord);
    const places = records.length > 0 ? await placesFor(this.#client, records) : undefined;
    const minutes = rows.filter((row) => !isRecord(row));
    try {
      const chosen = await this.#ways.choose(minutes);
      await this.#client.write([
        ...records.map((row) => recordPoint(row, places?.get(row) as number)),
        ...chosen.map(({ row, way }) => minutePoint(row, way)),
      ]);
    } catch (error) {
      this.#ways.forget(minutes);
      throw error;
    }
    // after the facts: whoever sees a new stamp sees the facts behind it as well
    const stamp = randomUUID();
    const touched = new Map(
      rows.map(({ storeId, fact }) => [`${hourOf(fact.ts)}|${storeId}`, { storeId, hour: hourOf(fact.ts) }]),
    );
    await this.#client.write([...touched.values()].map(({ storeId, hour }) => touchPoint(storeId, hour, stamp)));
  }

  async read<K extends FactKind>(query: SeriesQuery<K>): Promise<StoredFact<K>[]> {
    if (query.subjects?.length === 0 || query.to <= query.from) return [];
    const found: StoredFact<K>[] = [];
    for (const kind of query.kinds) {
      const ofKind = RECORD_KINDS.has(kind) ? await this.#records<K>(kind, query) : await this.#minutes<K>(kind, query);
      for (const fact of ofKind) found.push(fact);
    }
    return highestGenerations(found);
  }

  async #minutes<K extends FactKind>(
    kind: K,
    { storeId, from, to, subjects }: SeriesQuery<K>,
  ): Promise<StoredFact<K>[]> {
    const where = [
      `"store" = ${literal(tag(storeId))}`,
      `time >= ${nanoseconds(minuteUp(from))}`,
      `time < ${nanoseconds(minuteUp(to))}`,
      ...(subjects ? [anyOf('subject', subjects.map(tag))] : []),
    ];
    return (await this.#newestOfMinutes(kind, where)).map((cells) => minuteFact<K>(cells));
  }

  #newestOfMinutes(kind: FactKind, where: readonly string[]): Promise<(Cells & { measurement: string })[]> {
    return this.#texts(
      (fields) =>
        `SELECT last("q") AS "q", "c", "n", ${fields} FROM "${kind}" WHERE ${where.join(' AND ')} GROUP BY time(1m), "subject", "epoch", "g", "w" fill(none)`,
    );
  }

  async #lying(range: MinuteRange): Promise<LyingFact[]> {
    const rows = await this.#newestOfMinutes(range.kind, [
      `"store" = ${literal(tag(range.storeId))}`,
      `time >= ${nanoseconds(range.from)}`,
      `time < ${nanoseconds(endOf(range))}`,
    ]);
    return rows.map((cells) => lyingFact(cells));
  }

  async #lyingText({ storeId, epoch, fact }: SeriesRow, way: number): Promise<string | undefined> {
    const [cells] = await this.#newestOfMinutes(fact.kind, [
      `"store" = ${literal(tag(storeId))}`,
      `"subject" = ${literal(tag(fact.subject))}`,
      `"epoch" = ${literal(String(epoch))}`,
      `"g" = ${literal(generationOf(fact) > 0 ? String(generationOf(fact)) : '')}`,
      `"w" = ${literal(way > 0 ? String(way) : '')}`,
      `time >= ${nanoseconds(fact.ts)}`,
      `time < ${nanoseconds(fact.ts + MINUTE_MS)}`,
    ]);
    return cells && textOf(cells);
  }

  async #records<K extends FactKind>(
    kind: K,
    { storeId, from, to, subjects }: SeriesQuery<K>,
  ): Promise<StoredFact<K>[]> {
    const where = [
      `"store" = ${literal(tag(storeId))}`,
      `time >= ${nanoseconds(minuteOf(from))}`,
      `time < ${nanoseconds(minuteUp(to))}`,
      ...(subjects ? [ofRecords(subjects)] : []),
    ];
    const newest = new Map<string, StoredFact<K>>();
    for (const fact of await this.#recordsWhere<K>(kind, where)) {
      if (fact.ts < from || fact.ts >= to) continue;
      const key = `${fact.epoch}|${fact.ts}|${fact.subject}`;
      const known = newest.get(key);
      if (!known || byRevision(fact, known) > 0) newest.set(key, fact);
    }
    return [...newest.values()];
  }

  async #recordsWhere<K extends FactKind>(kind: K, where: readonly string[]): Promise<StoredFact<K>[]> {
    const rows = await this.#texts(
      (fields) =>
        `SELECT "id", "ts", "q", "c", "n", "gen", ${fields} FROM "${kind}" WHERE ${where.join(' AND ')} GROUP BY "epoch"`,
    );
    return rows.map((cells) => recordFact<K>(cells));
  }

  /** Asks once more with more fields when a text has more parts than the first one: long texts are rare. */
  async #texts(statement: (fields: string) => string): Promise<(Cells & { measurement: string })[]> {
    const rows = [...rowsOf(await this.#client.query(statement(textFields(1))))];
    const parts = rows.reduce((most, cells) => Math.max(most, Number(cells['n'])), 1);
    return parts === 1 ? rows : [...rowsOf(await this.#client.query(statement(textFields(parts))))];
  }

  async newest<K extends FactKind>(query: { storeId: string; kind: K; before: number }): Promise<StoredFact<K>[]> {
    const { storeId, kind, before } = query;
    if (RECORD_KINDS.has(kind)) {
      return lastBySubject(await this.#records<K>(kind, { storeId, kinds: [kind], from: 0, to: before }), saidLater);
    }
    const where = `"store" = ${literal(tag(storeId))} AND time < ${nanoseconds(minuteUp(before))}`;
    const rows = await this.#texts(
      (fields) =>
        `SELECT last("q") AS "q", "c", "n", ${fields} FROM "${kind}" WHERE ${where} GROUP BY "subject", "epoch", "g", "w"`,
    );
    return lastBySubject(
      rows.map((cells) => minuteFact<K>(cells)),
      saidLater,
    );
  }

  async lasting(query: { storeId: string; from: number; to: number }): Promise<StoredFact<'incident'>[]> {
    const { storeId, from, to } = query;
    const all = await this.newest({ storeId, kind: 'incident', before: to });
    return all.filter(({ value: { until } }) => until === null || until >= from);
  }

  /** Nothing is made ahead here. */
  async prepare(): Promise<void> {}

  async lookup<K extends RecordKind>(query: {
    storeId: string;
    kind: K;
    subjects: readonly string[];
  }): Promise<StoredFact<K>[]> {
    if (query.subjects.length === 0) return [];
    const where = [`"store" = ${literal(tag(query.storeId))}`, ofRecords(query.subjects)];
    return lastBySubject(await this.#recordsWhere<K>(query.kind, where), newerRecord);
  }

  async span(storeId: string): Promise<{ earliestTs: number; latestTs: number } | undefined> {
    const from = FACT_KINDS.map((kind) => `"${kind}"`).join(', ');
    const times = async (which: 'first' | 'last'): Promise<number[]> => {
      const answer = await this.#client.query(
        `SELECT ${which}("q") FROM ${from} WHERE "store" = ${literal(tag(storeId))}`,
      );
      return [...rowsOf(answer)].map((cells) => minuteOf(Number(cells['time'])));
    };
    const [first, last] = [await times('first'), await times('last')];
    return first.length === 0 ? undefined : { earliestTs: Math.min(...first), latestTs: Math.max(...last) };
  }

  async writtenHours(storeId: string, from: number, to: number): Promise<number[]> {
    return [...(await this.#stamps(storeId, from, to)).keys()].sort((a, b) => a - b);
  }

  /** Stamps have no order here: all that was ever written is told again. */
  async touchedHours(storeId: string): Promise<{ hours: number[]; mark: TouchMark }> {
    return { hours: await this.writtenHours(storeId, 0, 9_000_000_000_000), mark: undefined };
  }

  /** by hour of UTC: the stamp of the last write in it */
  async #stamps(storeId: string, from: number, to: number): Promise<Map<number, string>> {
    const where = `"store" = ${literal(tag(storeId))} AND time >= ${nanoseconds(hourOf(from))} AND time < ${nanoseconds(to)}`;
    const answer = await this.#client.query(`SELECT "s" FROM "touched" WHERE ${where}`);
    return new Map([...rowsOf(answer)].map((cells) => [Number(cells['time']), String(cells['s'])]));
  }

  async mark(storeId: string, from: number, to: number): Promise<RollupMark> {
    return JSON.stringify([...(await this.#stamps(storeId, from, to))]);
  }

  async writeRollups(storeId: string, mark: RollupMark, rollups: readonly StoredRollup[]): Promise<void> {
    const stamps = new Map(JSON.parse(mark) as [number, string][]);
    await this.#client.write(rollups.map((rollup) => rollupPoint(storeId, rollup, stateOf(stamps, rollup))));
  }

  async readRollups(query: RollupQuery): Promise<StoredRollup[]> {
    const rows = await this.#rollups(query, (of) => this.#texts((fields) => of(`"n", ${fields}`)));
    return this.#stillTrue(query, rows).then((found) =>
      found.map((cells) => ({ ...placeOf(query, cells), payload: textOf(cells) })),
    );
  }

  async trueRollups(query: RollupQuery): Promise<RollupPlace[]> {
    const rows = await this.#rollups(query, async (of) => [...rowsOf(await this.#client.query(of('"n"')))]);
    return (await this.#stillTrue(query, rows)).map((cells) => placeOf(query, cells));
  }

  async #rollups(
    query: RollupQuery,
    ask: (statement: (fields: string) => string) => Promise<Cells[]>,
  ): Promise<Cells[]> {
    if (query.kinds.length === 0 || query.to <= query.from) return [];
    const where = [
      `"store" = ${literal(tag(query.storeId))}`,
      `"level" = ${literal(query.level)}`,
      anyOf('kind', query.kinds),
      `time >= ${nanoseconds(query.from)}`,
      `time < ${nanoseconds(query.to)}`,
    ].join(' AND ');
    return ask((fields) => `SELECT "to", "d", "mark", ${fields} FROM "rollup" WHERE ${where} GROUP BY "kind"`);
  }

  /** Those over which nothing was written after their mark, in order. */
  async #stillTrue(query: RollupQuery, rows: readonly Cells[]): Promise<Cells[]> {
    if (rows.length === 0) return [];
    const places = rows.map((cells) => ({ cells, place: placeOf(query, cells) }));
    // read after the rollups: a write in between only puts more of them out of use
    const from = Math.min(...places.map(({ place }) => place.from));
    const stamps = await this.#stamps(query.storeId, from, Math.max(...places.map(({ place }) => place.to)));
    return places
      .filter(({ cells, place }) => stateOf(stamps, place) === String(cells['mark']))
      .sort((a, b) => a.place.from - b.place.from || (a.place.kind < b.place.kind ? -1 : 1))
      .map(({ cells }) => cells);
  }

  async quickCheck(): Promise<void> {
    await this.#client.query('SHOW MEASUREMENTS LIMIT 1');
  }

  async older(storeId: string, kinds: readonly FactKind[], before: number) {
    let count = 0;
    let oldestTs = Infinity;
    for (const kind of kinds) {
      const where = `FROM "${kind}" WHERE "store" = ${literal(tag(storeId))} AND time < ${nanoseconds(before)}`;
      const [counted] = rowsOf(await this.#client.query(`SELECT count("q") AS "count" ${where}`));
      count += Number(counted?.['count'] ?? 0);
      const [first] = rowsOf(await this.#client.query(`SELECT first("q") ${where}`));
      if (first) oldestTs = Math.min(oldestTs, minuteOf(Number(first['time'])));
    }
    return { count, ...(count > 0 && { oldestTs }) };
  }

  async deleteOlder(storeId: string, kinds: readonly FactKind[], before: number): Promise<number> {
    const { count } = await this.older(storeId, kinds, before);
    if (count === 0) return 0;
    const where = `"store" = ${literal(tag(storeId))} AND time < ${nanoseconds(before)}`;
    for (const kind of kinds) {
      await this.#client.query(`DELETE FROM "rollup" WHERE ${where} AND "kind" = ${literal(kind)}`);
      await this.#client.query(`DELETE FROM "${kind}" WHERE ${where}`);
    }
    return count;
  }

  async close(): Promise<void> {
    await this.#commits.idle();
    this.#client.close();
  }
}

const placeOf = ({ level }: RollupQuery, cells: Cells): RollupPlace => ({
  level,
  kind: String(cells['kind']) as FactKind,
  from: Number(cells['time']),
  to: Number(cells['to']),
  definition: String(cells['d']),
});

const minuteUp = (ts: number): number => Math.ceil(ts / MINUTE_MS) * MINUTE_MS;
const anyOf = (name: string, values: readonly string[]): string =>
  `(${values.map((value) => `"${name}" = ${literal(value)}`).join(' OR ')})`;
/** Records by id: the shard is a tag and quickly found, the id is a field. */
const ofRecords = (subjects: readonly string[]): string =>
  `${anyOf('shard', [...new Set(subjects.map(shardOf))])} AND ${anyOf('id', subjects.map(tag))}`;
