import { Type, type Static } from '@sinclair/typebox';
import { TEMPLATES } from './campaigns.js';
import { nullable } from '../nullable.js';

/** A layout as it is filled at the moment of playing: what `screen/show` carries of a template. Money in the store's currency. */
const Names = Type.Object({ en: Type.String(), zh: Type.String() });
export const MEASURES = ['kg', 'l', 'm', 'piece'] as const;

export const ShownProduct = Type.Object({
  gtin: Type.String(),
  name: Names,
  price: nullable(Type.Number()),
  /** only while it is more than the price */
  was: nullable(Type.Number()),
  /** price of one kilogram, litre, metre or piece */
  unit: nullable(Type.Object({ price: Type.Number(), per: Type.Union(MEASURES.map((unit) => Type.Literal(unit))) })),
  /** http or https */
  picture: nullable(Type.String()),
});
export type ShownProduct = Static<typeof ShownProduct>;

export const ShownTemplate = Type.Object({
  template: Type.Union(TEMPLATES.map((name) => Type.Literal(name))),
  category: nullable(Names),
  products: Type.Array(ShownProduct),
  /** a short link that counts for this play, drawn as a QR code; null: none */
  link: nullable(Type.String()),
});
export type ShownTemplate = Static<typeof ShownTemplate>;
