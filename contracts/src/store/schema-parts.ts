import { Type, type TProperties } from '@sinclair/typebox';
import { maybe, means } from '../json-schema.js';

/** What the store file's schema is put together from. A `description` is what a refusal says was expected. */
export const strict = <P extends TProperties>(properties: P) =>
  Type.Object(properties, { additionalProperties: false });

export const Id = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$',
  description: 'an id of letters, digits, "-", "_", "." or ":"',
});
const Metres = Type.Number({ minimum: -10_000, maximum: 10_000, description: 'a number of metres' });
export const Point = Type.Tuple([Metres, Metres], { description: 'a point [x, y] in metres' });
export const Line = Type.Tuple([Point, Point], { description: 'two points [[x, y], [x, y]]' });
export const Clock = Type.String({
  pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$',
  description: 'a time "HH:MM"',
});
const Words = Type.String({ minLength: 1 });
/** A name in both languages; a plain text serves as both. */
export const Name = Type.Union(
  [
    Words,
    strict({ en: means('The name in English.', Words), zh: maybe('The name in Chinese; `en` when left out.', Words) }),
  ],
  { description: 'a name, {en, zh} or a text' },
);
export const oneOf = <const T extends readonly string[]>(values: T) =>
  Type.Union(
    values.map((value) => Type.Literal(value as T[number])),
    { description: `one of ${values.join(', ')}` },
  );
/** A title, a sensor, a rule: what other people's systems call things. */
export const Label = (what: string) => Type.String({ minLength: 1, maxLength: 128, description: what });
