import type { TSchema } from '@sinclair/typebox';
import { ValueErrorType, type ValueError } from '@sinclair/typebox/compiler';
import { jsonWithoutSecrets } from '../secrecy.js';
import { expectedOf, isSecret } from './expects.js';
import { problem, type Problem } from './problem.js';
import type { ProblemValues } from './problem-schema.js';
import type { Term } from './terms-en.js';

/** What a schema refuses, as a problem at its path. */
export function describeError(error: ValueError): Problem {
  const field = fieldOf(error.path);
  if (error.type === ValueErrorType.ObjectAdditionalProperties) return problem(field, 'unknownKey');
  if (error.type === ValueErrorType.ObjectRequiredProperty) return problem(field, 'missing');
  const within = besideNull(error);
  if (within) return describeError(within);
  const { term, values } = expectation(error);
  if (error.value === undefined) return problem(field, 'expectedNothing', { ...values, expected: term });
  if (isSecret(error.schema)) return problem(field, 'expectedOther', { ...values, expected: term });
  return problem(field, 'expectedGot', { ...values, expected: term, got: previewOf(error.value) });
}

/** Of what may be null the first fault of what else it may be: that is what its sender meant. */
function besideNull({ type, schema, errors }: ValueError): ValueError | undefined {
  if (type !== ValueErrorType.Union || expectedOf(schema) || schema.description !== undefined) return undefined;
  const branches = (schema['anyOf'] as readonly TSchema[]).map((branch, index) => ({ branch, index }));
  const others = branches.filter(({ branch }) => branch['type'] !== 'null');
  const [only] = others;
  if (!only || others.length > 1 || branches.length === 1) return undefined;
  return errors[only.index]?.First();
}

/** As the schema says by expects(); one that only has an English description is told by that; else by its kind. */
function expectation({ schema, type }: ValueError): { term: string; values: ProblemValues } {
  const expected = expectedOf(schema);
  if (expected) return expected;
  if (schema.description !== undefined) return { term: schema.description as string, values: {} };
  const [term, least, most] = KINDS[type] ?? ['other'];
  const bound = (name: string | undefined): string | number => (name === undefined ? '' : String(schema[name]));
  if (term === 'constant') return { term, values: { value: JSON.stringify(schema['const']) } };
  return { term, values: { ...(least && { least: bound(least) }), ...(most && { most: bound(most) }) } };
}

const T = ValueErrorType;
/** What each kind of error of TypeBox's asks for, and which keywords of the schema hold its bounds. */
const KINDS: Readonly<Partial<Record<ValueErrorType, [term: Term, least?: string | undefined, most?: string]>>> = {
  [T.String]: ['text'],
  [T.StringMinLength]: ['longText', 'minLength'],
  [T.StringMaxLength]: ['textUpTo', undefined, 'maxLength'],
  [T.StringPattern]: ['pattern'],
  [T.StringFormat]: ['pattern'],
  [T.Number]: ['number'],
  [T.NumberMinimum]: ['least', 'minimum'],
  [T.NumberMaximum]: ['most', undefined, 'maximum'],
  [T.NumberExclusiveMinimum]: ['above', 'exclusiveMinimum'],
  [T.NumberExclusiveMaximum]: ['below', undefined, 'exclusiveMaximum'],
  [T.Integer]: ['integer'],
  [T.IntegerMinimum]: ['least', 'minimum'],
  [T.IntegerMaximum]: ['most', undefined, 'maximum'],
  [T.IntegerExclusiveMinimum]: ['above', 'exclusiveMinimum'],
  [T.IntegerExclusiveMaximum]: ['below', undefined, 'exclusiveMaximum'],
  [T.Boolean]: ['boolean'],
  [T.Object]: ['object'],
  [T.Array]: ['list'],
  [T.ArrayMinItems]: ['longList', 'minItems'],
  [T.ArrayMaxItems]: ['listUpTo', undefined, 'maxItems'],
  [T.Tuple]: ['list'],
  [T.Literal]: ['constant'],
  [T.Union]: ['choice'],
  [T.Null]: ['null'],
};

/** `/lines/0/net` → `lines[0].net` */
function fieldOf(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : path === '' ? part : `${path}.${part}`), '');
}

/** A value as JSON, without secrets and no longer than a line. */
export function previewOf(value: unknown): string {
  const text = jsonWithoutSecrets(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
