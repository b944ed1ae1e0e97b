import { createHash } from 'node:crypto';
import { Point } from '@influxdata/influxdb-client';
import { MINUTE_MS, minuteOf, type FactKind } from '@aisle/contracts';
import type { SeriesRow, StoredFact, StoredRollup } from '../../ports/series-store.js';
import { SEQ_LIMIT, generationOf } from '../row-rules.js';
import type { ResultSeries } from './influx-client.js';

/**
 * How facts lie in InfluxDB. One measurement per kind. A point is known by its tags and its time; a second write of the same
 * point takes the place of the first, and that is what everything here is about.
 *
 * - A minute fact: tags store, subject, epoch, g, w; time = its minute + `seq` nanoseconds. Every revision is a point of its
 *   own, the last one of a minute is the newest, whatever the order of writing. `g` is the generation, left out for 0 (so are
 *   those of version 0.1). `w` tells the versions of the store file within one minute apart, see minute-ways.ts: a tag with
 *   the version itself would make a series of every subject and version for ever.
 * - A record (sale, decision, play …): its id would be a tag without end, so it is a field. Tags store, epoch, shard (of 16,
 *   by id); time = its minute + `place` nanoseconds, a number drawn by a hash from all that it says. Two that draw the same
 *   number are told apart before writing: see record-places.ts.
 * - Values are JSON in string fields p0, p1, … because a string field holds 64 KB at most; `n` says how many.
 *
 * Tags are percent-encoded: line protocol cannot carry a line break or a backslash at their end.
 */
const SHARDS = 16;
/** UTF-16 units per string field: at most 60,000 bytes of UTF-8 */
const PART_UNITS = 20_000;

export const tag = (text: string): string => encodeURIComponent(text);
export const untag = (text: string): string => decodeURIComponent(text);
/** A string literal of InfluxQL. */
export const literal = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
/** Milliseconds → the nanoseconds of InfluxQL and line protocol, which no double can hold. */
export const nanoseconds = (ms: number, more = 0): string => String(BigInt(ms) * 1_000_000n + BigInt(more));

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();
export const shardOf = (subject: string): string => String((hashOf(subject)[0] as number) % SHARDS);
/** Short, and as good as different for different contents: version and value of a fact. */
export const digestOf = (configVersion: number, text: string): string =>
  hashOf(`${configVersion}|${text}`).toString('base64url').slice(0, 16);
const recordDigest = ({ fact }: SeriesRow): string =>
  digestOf(fact.configVersion, `${generationOf(fact)}|${JSON.stringify(fact.value)}`);
/** What tells a record in one of its statements from all others. */
export const recordIdentity = (row: SeriesRow): string =>
  identityOf(tag(row.fact.subject), row.fact.ts, row.fact.seq, recordDigest(row));
/** `id` as it is kept. Points of version 0.1 have no digest. */
export const identityOf = (id: string, ts: number, seq: number, digest: string): string =>
  [id, ts, seq, digest].join('|');
/** Where a record would like to lie within its minute, nanoseconds. */
export const wishedPlace = (row: SeriesRow): number =>
  Number(hashOf(recordIdentity(row)).readBigUInt64BE(8) % BigInt(SEQ_LIMIT));

/** `way` 0 for the first version of the store file within the minute, which is nearly always the only one. */
export function minutePoint({ storeId, epoch, fact }: SeriesRow, way: number): Point {
  const point = new Point(fact.kind)
    .tag('store', tag(storeId))
    .tag('subject', tag(fact.subject))
    .tag('epoch', String(epoch))
    .intField('q', fact.seq)
    .intField('c', fact.configVersion)
    .timestamp(nanoseconds(fact.ts, fact.seq));
  const generation = generationOf(fact);
  if (generation > 0) point.tag('g', String(generation));
  if (way > 0) point.tag('w', String(way));
  return withText(point, JSON.stringify(fact.value));
}

export function recordPoint(row: SeriesRow, place: number): Point {
  const { storeId, epoch, fact } = row;
  const point = new Point(fact.kind)
    .tag('store', tag(storeId))
    .tag('shard', shardOf(fact.subject))
    .tag('epoch', String(epoch))
    .stringField('id', tag(fact.subject))
    .intField('ts', fact.ts)
    .intField('q', fact.seq)
    .intField('c', fact.configVersion)
    .intField('o', place)
    .intField('gen', generationOf(fact))
    .stringField('h', recordDigest(row))
    .timestamp(nanoseconds(minuteOf(fact.ts), place));
  return withText(point, JSON.stringify(fact.value));
}

export function rollupPoint(storeId: string, rollup: StoredRollup, mark: string): Point {
  const point = new Point('rollup')
    .tag('store', tag(storeId))
    .tag('level', rollup.level)
    .tag('kind', rollup.kind)
    .intField('to', rollup.to)
    .stringField('d', rollup.definition)
    .stringField('mark', mark)
    .timestamp(nanoseconds(rollup.from));
  return withText(point, rollup.payload);
}

/** Says that something was written in an hour of UTC. */
export const touchPoint = (storeId: string, hour: number, stamp: string): Point =>
  new Point('touched').tag('store', tag(storeId)).stringField('s', stamp).timestamp(nanoseconds(hour));

/** Says whose facts these are. */
export const ownerPoint = (catalogId: string): Point =>
  new Point('owner').tag('catalog', tag(catalogId)).booleanField('since', true).timestamp('0');

function withText(point: Point, text: string): Point {
  let count = 0;
  for (let from = 0; from < text.length || count === 0; count++) {
    let to = Math.min(from + PART_UNITS, text.length);
    // a character of two halves stays whole
    if (to < text.length && /[\uD800-\uDBFF]/.test(text[to - 1] as string)) to--;
    point.stringField(`p${count}`, text.slice(from, to));
    from = to;
  }
  return point.intField('n', count);
}

/** The fields that hold a text of `parts` parts, quoted for InfluxQL. */
export const textFields = (parts: number): string => Array.from({ length: parts }, (_, at) => `"p${at}"`).join(', ');

/** One row of an answer, by column, its tags among them. */
export type Cells = Record<string, unknown>;
export function* rowsOf(answer: readonly ResultSeries[]): Generator<Cells & { measurement: string }> {
  for (const { name, tags, columns, values } of answer) {
    for (const row of values) {
      const cells: Cells = { ...tags };
      columns.forEach((column, at) => (cells[column] = row[at]));
      yield { ...cells, measurement: name };
    }
  }
}

export function textOf(cells: Cells): string {
  let text = '';
  for (let at = 0; at < Number(cells['n']); at++) text += String(cells[`p${at}`] ?? '');
  return text;
}

export const minuteFact = <K extends FactKind>(cells: Cells & { measurement: string }): StoredFact<K> =>
  fact(cells, untag(String(cells['subject'])), Math.floor(Number(cells['time']) / MINUTE_MS) * MINUTE_MS, cells['g']);
export const recordFact = <K extends FactKind>(cells: Cells & { measurement: string }): StoredFact<K> =>
  fact(cells, untag(String(cells['id'])), Number(cells['ts']), cells['gen']);

const fact = <K extends FactKind>(
  cells: Cells & { measurement: string },
  subject: string,
  ts: number,
  generation: unknown,
): StoredFact<K> =>
  ({
    kind: cells.measurement,
    subject,
    ts,
    seq: Number(cells['q']),
    // points of version 0.1 have none
    ...(Number(generation) > 0 && { generation: Number(generation) }),
    configVersion: Number(cells['c']),
    value: JSON.parse(textOf(cells)),
    epoch: Number(cells['epoch']),
  }) as StoredFact<K>;
