import { Type } from '@sinclair/typebox';
import { nullable } from './nullable.js';

/** Parts that the answers of the REST API share. */
export const LocalName = Type.Union([
  Type.String(),
  Type.Object({ en: Type.String(), zh: Type.Optional(Type.String()) }),
]);
/** What every row of figures says of how it was made (SEMANTICS §21, §22). */
export const Made = {
  versions: Type.Array(Type.Integer(), {
    description: 'versions of the store file that the figures were made under, rising',
  }),
  metricVersion: Type.Integer({ description: 'version of the definitions of the figures' }),
};
const Share = nullable(Type.Number({ description: '0 to 1; null: nothing can sense it' }));
export const CoverageOf = Type.Object(
  { people: Share, goods: Share, sales: Share },
  { description: 'share of the time in which what tells of people, of goods and of sales was sensing' },
);
export const Currency = nullable(
  Type.String({ description: 'ISO 4217; null: sales in several currencies, which are not added' }),
);
export const Name = nullable(LocalName);
/** null: sales in several currencies, which are not added */
export const Money = nullable(Type.Number());
