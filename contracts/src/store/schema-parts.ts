import { Type, type TProperties } from '@sinclair/typebox';
import { maybe, means } from '../json-schema.js';
import { expects } from '../words/expects.js';
import type { Term } from '../words/terms-en.js';

/** What the store file's schema is put together from. A `description` is what a refusal says was expected. */
export const strict = <P extends TProperties>(properties: P) =>
  Type.Object(properties, { additionalProperties: false });

export const Id = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$',
  ...expects('id'),
});
const Metres = Type.Number({ minimum: -10_000, maximum: 10_000, ...expects('metres') });
export const Point = Type.Tuple([Metres, Metres], expects('point'));
export const Line = Type.Tuple([Point, Point], expects('twoPoints'));
export const Clock = Type.String({
  pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$',
  ...expects('clock'),
});
const Words = Type.String({ minLength: 1 });
/** A name in both languages; a plain text, or one language alone, serves as both. Whoever reads a checked file finds `en`. */
export const Name = Type.Unsafe<string | { en: string; zh?: string }>(
  Type.Union(
    [
      Words,
      strict({
        en: means('The name in English.', Words),
        zh: maybe('The name in Chinese; `en` when left out.', Words),
      }),
      strict({ zh: means('The name in Chinese; it serves as both.', Words) }),
    ],
    expects('nameOrText'),
  ),
);
export const oneOf = <const T extends readonly string[]>(values: T) =>
  Type.Union(
    values.map((value) => Type.Literal(value as T[number])),
    expects('oneOf', { choices: values.join(', ') }),
  );
/** A title, a sensor, a rule: what other people's systems call things. */
export const Label = (what: Term) => Type.String({ minLength: 1, maxLength: 128, ...expects(what) });
