import { Type, type TSchema } from '@sinclair/typebox';

/** A part of a JSON Schema 2020-12, on which OpenAPI 3.1 and AsyncAPI 3 rest. */
export type JsonSchema = Record<string, unknown>;

/**
 * A schema with what it means, for documents. Its `description` stays what a refusal says was expected, such as "whole
 * seconds, 1 to 3600".
 */
export const means = <S extends TSchema>(meaning: string, schema: S): S => ({ ...schema, meaning });

/** A field that may be left out, with what it means. */
export const maybe = <S extends TSchema>(meaning: string, schema: S) => Type.Optional(means(meaning, schema));

/** What a schema says of itself to people: what it means, then what is expected of it. */
export function saidOf({ meaning, description }: TSchema): string | undefined {
  if (typeof meaning !== 'string') return description;
  return description === undefined ? meaning : `${meaning} Expected: ${description}.`;
}

/** How another document says a part that has a name of its own, such as `{ $ref: … }`; undefined: it is written out. */
export type Refer = (part: TSchema) => JsonSchema | undefined;

/**
 * A schema as JSON Schema 2020-12 says it: tuples as `prefixItems`, a choice of texts as `enum`, a value or null as a
 * list of types, a record as `additionalProperties`. `refer` is asked for every part, but not for the whole.
 */
export function jsonSchema(schema: TSchema, refer: Refer = () => undefined): JsonSchema {
  const { meaning: _meaning, ...rest } = schema;
  const said = saidOf(schema);
  const out = Object.fromEntries(
    Object.entries({ ...rest, ...(said !== undefined && { description: said }) }).map(
      ([key, value]): [string, unknown] => [key, partOf(key, value, refer)],
    ),
  );
  return asRecord(asTuple(asNullable(asChoice(out))));
}

const isPart = (value: unknown): value is TSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const NAMED_PARTS = new Set(['properties', 'patternProperties']);
const PARTS = new Set(['items', 'additionalProperties', 'not']);
const LISTS_OF_PARTS = new Set(['anyOf', 'allOf', 'items']);

function partOf(key: string, value: unknown, refer: Refer): unknown {
  const part = (inner: TSchema): JsonSchema => refer(inner) ?? jsonSchema(inner, refer);
  if (Array.isArray(value) && LISTS_OF_PARTS.has(key)) return value.map((inner) => part(inner as TSchema));
  if (!isPart(value)) return value;
  if (NAMED_PARTS.has(key)) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, part(inner as TSchema)]));
  }
  return PARTS.has(key) ? part(value) : value;
}

/** `anyOf` of constants → `enum` */
function asChoice({ anyOf, ...rest }: JsonSchema): JsonSchema {
  if (!Array.isArray(anyOf)) return rest;
  const values = (anyOf as JsonSchema[]).map((member) => member.const);
  if (!values.every((value) => typeof value === 'string')) return { ...rest, anyOf };
  return { type: 'string', enum: values, ...rest };
}

const SCALARS = new Set(['string', 'number', 'integer', 'boolean']);

/** `anyOf` of a plain value and null → both types in one */
function asNullable({ anyOf, ...rest }: JsonSchema): JsonSchema {
  if (!Array.isArray(anyOf)) return rest;
  const [value, nothing, ...more] = anyOf as JsonSchema[];
  const plain = more.length === 0 && nothing?.type === 'null' && SCALARS.has(value?.type as string);
  if (!plain || value === undefined || 'enum' in value || 'const' in value) return { ...rest, anyOf };
  return { ...value, ...rest, type: [value.type, 'null'] };
}

/** `items: [a, b]` became `prefixItems` with JSON Schema 2020-12 */
function asTuple({ additionalItems, ...rest }: JsonSchema): JsonSchema {
  if (!Array.isArray(rest.items)) return rest;
  const { items, ...others } = rest;
  return { ...others, prefixItems: items, items: additionalItems ?? {} };
}

/** A record with any key */
function asRecord({ patternProperties, ...rest }: JsonSchema): JsonSchema {
  if (!isPart(patternProperties)) return rest;
  const [[pattern, value] = ['', {}], ...more] = Object.entries(patternProperties);
  return more.length === 0 && pattern === '^(.*)$'
    ? { ...rest, additionalProperties: value }
    : { ...rest, patternProperties };
}
