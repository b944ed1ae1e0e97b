import { gunzipSync } from 'node:zlib';
import type { Fact } from '@aisle/contracts';
import type { RecordedMessage } from './line-recorder.js';

/** What facts of one epoch say, whichever release stated them: by kind, time and subject, over all versions of the store file. */
export type Statements = Map<string, Json>;
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
const isObject = (value: unknown): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const subjectKey = ({ kind, ts, subject }: Fact): string => `${kind}|${ts}|${subject}`;

/**
 * Read plainly, apart from the engines that do it in earnest: the highest generation alone counts; in generation 0 its highest
 * sequence, from 1 on the highest sequence of each version, added up.
 */
export function statementsOf(facts: Iterable<Fact>): Statements {
  const bySubject = new Map<string, Fact[]>();
  for (const fact of facts) {
    const key = subjectKey(fact);
    const known = bySubject.get(key);
    if (known) known.push(fact);
    else bySubject.set(key, [fact]);
  }
  const said: Statements = new Map();
  for (const [key, statements] of bySubject) {
    const generation = Math.max(...statements.map((fact) => fact.generation ?? 0));
    const newest = new Map<number, Fact>();
    for (const fact of statements) {
      if ((fact.generation ?? 0) !== generation) continue;
      const version = generation === 0 ? 0 : fact.configVersion;
      if ((newest.get(version)?.seq ?? -1) <= fact.seq) newest.set(version, fact);
    }
    const rising = [...newest.values()].sort((a, b) => a.seq - b.seq).map((fact) => fact.value as Json);
    said.set(
      key,
      ['sale', 'decision', 'play', 'incident', 'inForce'].some((kind) => key.startsWith(`${kind}|`))
        ? (rising.at(-1) as Json)
        : rising.reduce((sum, value) => added('', sum, value)),
    );
  }
  return said;
}

/** Two statements of one minute, under different versions, as one. */
function added(name: string, one: Json, other: Json): Json {
  if (name === 'stock') return other ?? one;
  if (typeof one === 'number' && typeof other === 'number')
    return name === 'maxOpen' || name === 'columns' || name === 'rows' ? Math.max(one, other) : one + other;
  if (Array.isArray(one) && Array.isArray(other)) {
    if (!one.concat(other).every(Array.isArray)) return other;
    const sums = new Map<Json, number>();
    for (const [key, count] of one.concat(other) as [number, number][]) sums.set(key, (sums.get(key) ?? 0) + count);
    return [...sums].sort(([a], [b]) => Number(a) - Number(b));
  }
  if (isObject(one) && isObject(other)) {
    const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
    return Object.fromEntries(
      names.map((key) => [
        key,
        key in one && key in other
          ? added(key, one[key] as Json, other[key] as Json)
          : ((one[key] ?? other[key]) as Json),
      ]),
    );
  }
  return other;
}

/** Every fact that went over a line. */
export function factsOver(messages: readonly Pick<RecordedMessage, 'topic' | 'payload'>[]): Fact[] {
  return messages.flatMap(({ topic, payload }) =>
    topic.endsWith('/up/facts') ? (JSON.parse(gunzipSync(payload).toString('utf8')) as { facts: Fact[] }).facts : [],
  );
}

/** A place where something else is said than was expected. */
export interface Difference {
  at: string;
  now: unknown;
  before: unknown;
}
export const inWords = ({ at, now, before }: Difference): string =>
  `${at}: ${JSON.stringify(now)}, expected ${JSON.stringify(before)}`;

/**
 * Where `actual` does not say what `expected` says. Fields that came with later releases are left alone.
 * @param ignored names of fields that are not compared
 */
export function differences(
  expected: unknown,
  actual: unknown,
  ignored: ReadonlySet<string> = new Set(),
  at = '',
): Difference[] {
  if (Array.isArray(expected) && Array.isArray(actual)) {
    if (expected.length !== actual.length) return [{ at: `${at}.length`, now: actual.length, before: expected.length }];
    return expected.flatMap((value, index) => differences(value, actual[index], ignored, `${at}[${index}]`));
  }
  if (isObject(expected) && isObject(actual))
    return Object.keys(expected).flatMap((key) =>
      ignored.has(key) ? [] : differences(expected[key], actual[key], ignored, `${at}.${key}`),
    );
  return Object.is(expected, actual) ? [] : [{ at, now: actual, before: expected }];
}

/** A statement of nothing is as good as none. */
const isNothing = (value: Json | undefined): boolean =>
  value === undefined ||
  value === 0 ||
  value === null ||
  (Array.isArray(value) && value.length === 0) ||
  (isObject(value) &&
    Object.entries(value).every(
      ([key, inner]) =>
        ['columns', 'rows', 'source', 'gtin', 'zoneId', 'stock', 'others'].includes(key) || isNothing(inner),
    ));

export function statementDifferences(
  expected: Statements,
  actual: Statements,
  ignored?: ReadonlySet<string>,
): Difference[] {
  const found: Difference[] = [];
  for (const [key, value] of expected) {
    const said = actual.get(key);
    if (said === undefined && isNothing(value)) continue;
    found.push(...differences(value, said, ignored, key));
  }
  for (const [key, value] of actual)
    if (!expected.has(key) && !key.startsWith('inForce|') && !isNothing(value))
      found.push({ at: key, now: value, before: undefined });
  return found;
}
