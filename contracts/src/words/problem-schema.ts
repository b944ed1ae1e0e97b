import { Type, type Static } from '@sinclair/typebox';

/** How a problem travels. Apart from its words, which browsers need without the library of schemas. */
export const ProblemValues = Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]), {
  description: 'what its sentence speaks of, by name; ids and numbers as they are, kinds of things as their terms',
});
export type ProblemValues = Static<typeof ProblemValues>;

/** A code with its values, without the words. */
export const Told = Type.Object({ code: Type.String({ minLength: 1, maxLength: 64 }), values: ProblemValues });
export type Told = Static<typeof Told>;
