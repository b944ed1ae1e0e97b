import { Type, type Static } from '@sinclair/typebox';
import { COLLECTIONS, SECTIONS, itemsOf, storeChanges, type Collection, type Item, type Touched } from './sections.js';
import type { Product, StoreFile, Zone } from './store-file.js';
import { doubleAreaMm2 } from './polygon-check.js';

/** What a change of the store file says to people: codes and values, worded where they are shown. */
const Values = Type.Record(Type.String(), Type.Unknown(), {
  description:
    'small values by field; of a polygon its `squareMetres`, beside a `gtin` the name of its `product`, of what came or went what it is known by',
});
export const StoreChange = Type.Object({
  section: Type.Union(SECTIONS.map((section) => Type.Literal(section))),
  what: Type.Union(COLLECTIONS.map((collection) => Type.Literal(collection))),
  id: Type.String({ description: 'of the zone, product, device …; empty for what the file has once' }),
  how: Type.Union([Type.Literal('added'), Type.Literal('removed'), Type.Literal('changed')]),
  fields: Type.Array(Type.String(), { description: 'what of it changed; `order`: the same ids in another order' }),
  name: Type.Optional(
    Type.Union([Type.String(), Type.Object({ en: Type.String(), zh: Type.Optional(Type.String()) })], {
      description: 'as the newer file calls it, where it went as the older did',
    }),
  ),
  family: Type.Optional(Type.String({ description: 'of a device' })),
  before: Type.Optional(Values),
  after: Type.Optional(Values),
});
export type StoreChange = Static<typeof StoreChange>;

/** Longer texts and lists say less than that they changed. */
const LONGEST = 80;
/** Secrets are not repeated in lists of changes. */
const SECRET: ReadonlySet<string> = new Set(['key', 'stream']);
/** What something that came or went is known by, beside its name. */
const KNOWN_BY: Readonly<Partial<Record<Collection, readonly string[]>>> = {
  zones: ['kind', 'polygon', 'category'],
  fixtures: ['zone'],
  products: ['price', 'category'],
  slots: ['gtin', 'facings', 'fixture'],
  devices: ['dialect', 'zone', 'fixture'],
  content: ['category'],
};

/** Everything in which two store files differ, with what it was and is now. `before` undefined: all of it came. */
export function changesOf(before: StoreFile | undefined, after: StoreFile): StoreChange[] {
  const [old, now] = [lookUp(before), lookUp(after)];
  return storeChanges(before, after).map((touched) => described(touched, old, now));
}

function described(touched: Touched, old: LookUp, now: LookUp): StoreChange {
  const { section, what, id, how, fields } = touched;
  const [was, is] = [old.item(what, id), now.item(what, id)];
  const told = how === 'changed' ? fields : (KNOWN_BY[what] ?? []);
  const [before, after] = [valuesOf(was, told, old), valuesOf(is, told, now)];
  const { name, family } = (is ?? was ?? {}) as Pick<StoreChange, 'name' | 'family'>;
  return {
    section,
    what,
    id,
    how,
    fields: [...fields],
    ...(name !== undefined && what !== 'store' && { name }),
    ...(family !== undefined && { family }),
    ...(before && { before }),
    ...(after && { after }),
  };
}

function valuesOf(item: Item | undefined, fields: readonly string[], file: LookUp): Item | undefined {
  const values: Record<string, unknown> = {};
  for (const field of fields) {
    const value = item?.[field];
    if (value === undefined || SECRET.has(field)) continue;
    if (field === 'polygon') values['squareMetres'] = Math.round(doubleAreaMm2(value as Zone['polygon']) / 2e4) / 100;
    else if (isSmall(value)) values[field] = value;
    if (field === 'gtin') {
      const product = file.product(value as string)?.name;
      if (product !== undefined) values['product'] = product;
    }
  }
  return Object.keys(values).length > 0 ? values : undefined;
}

function isSmall(value: unknown): boolean {
  const isScalar = (part: unknown) => ['string', 'number', 'boolean'].includes(typeof part);
  if (isScalar(value)) return String(value).length <= LONGEST;
  const parts = Object.values(value as object);
  return parts.every(isScalar) && JSON.stringify(value).length <= LONGEST;
}

interface LookUp {
  item(what: Collection, id: string): Item | undefined;
  product(gtin: string): Product | undefined;
}

function lookUp(file: StoreFile | undefined): LookUp {
  const kept = new Map<Collection, ReadonlyMap<string, Item>>();
  const items = (what: Collection): ReadonlyMap<string, Item> => {
    let known = kept.get(what);
    if (!known) kept.set(what, (known = itemsOf(file, what)));
    return known;
  };
  return {
    item: (what, id) => items(what).get(id),
    product: (gtin) => items('products').get(gtin) as Product | undefined,
  };
}
