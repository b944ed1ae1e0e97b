import { sameOutline } from './polygon-check.js';
import type { StoreFile, Zone } from './store-file.js';

/**
 * The store file is one document for people and four sections for programs (docs/architecture.md). A change of the file says
 * which sections and which ids it touches, so that nothing starts anew that did not change.
 */
export const SECTIONS = ['layout', 'assortment', 'devices', 'rules'] as const;
export type Section = (typeof SECTIONS)[number];

/** What the file lists by id, and what it has once (id ""), in the order of their sections. */
export const COLLECTIONS = [
  ...(['floor', 'walls', 'zones', 'entrances', 'passersBy', 'fixtures'] as const),
  ...(['categories', 'products', 'slots'] as const),
  'devices',
  ...(['store', 'hours', 'staff', 'members', 'content', 'settings'] as const),
] as const;
export type Collection = (typeof COLLECTIONS)[number];

export interface Touched {
  section: Section;
  what: Collection;
  /** of the zone, product, device …; "" for what the file has once, and for the order of a list */
  id: string;
  how: 'added' | 'removed' | 'changed';
  /** what of it changed, rising; "order" where the same ids stand in another order; empty where it came or went */
  fields: readonly string[];
}

/**
 * Fields that belong to another section than what they stand in: thresholds are rules, whatever zone they are of, and where a device
 * hangs is drawn and nothing else, so that whoever moves it on the plan starts nothing anew.
 */
const FIELDS_ELSEWHERE: Partial<Record<Collection, Readonly<Record<string, Section>>>> = {
  zones: { engagedAfterSeconds: 'rules' },
  devices: { at: 'layout', facingDegrees: 'layout' },
};
const SECTION_OF: Readonly<Record<Collection, Section>> = {
  floor: 'layout',
  walls: 'layout',
  zones: 'layout',
  entrances: 'layout',
  passersBy: 'layout',
  fixtures: 'layout',
  categories: 'assortment',
  products: 'assortment',
  slots: 'assortment',
  devices: 'devices',
  store: 'rules',
  hours: 'rules',
  staff: 'rules',
  members: 'rules',
  content: 'rules',
  settings: 'rules',
};

/** Everything in which two store files differ, in the order of COLLECTIONS and of the newer file. `before` undefined: all of it. */
export function storeChanges(before: StoreFile | undefined, after: StoreFile): Touched[] {
  const touched: Touched[] = [];
  for (const what of COLLECTIONS) {
    const [old, now] = [itemsOf(before, what), itemsOf(after, what)];
    for (const [id, item] of now) touched.push(...differences(what, id, old.get(id), item));
    for (const id of old.keys())
      if (!now.has(id)) touched.push({ section: SECTION_OF[what], what, id, how: 'removed', fields: [] });
    const kept = (ids: Iterable<string>, others: ReadonlyMap<string, unknown>) =>
      [...ids].filter((id) => others.has(id));
    if (kept(old.keys(), now).join('\n') !== kept(now.keys(), old).join('\n'))
      touched.push({ section: SECTION_OF[what], what, id: '', how: 'changed', fields: ['order'] });
  }
  return touched;
}

/** The same by section; sections that did not change are left out. */
export function changedSections(
  before: StoreFile | undefined,
  after: StoreFile,
): ReadonlyMap<Section, readonly Touched[]> {
  const sections = new Map<Section, Touched[]>();
  for (const touched of storeChanges(before, after)) {
    const list = sections.get(touched.section);
    if (list) list.push(touched);
    else sections.set(touched.section, [touched]);
  }
  return sections;
}

export type Item = Readonly<Record<string, unknown>>;

/** What a file says of one kind of thing, by id. */
export function itemsOf(file: StoreFile | undefined, what: Collection): ReadonlyMap<string, Item> {
  if (!file) return new Map();
  const byId = (items: readonly Item[] = [], key = 'id') => new Map(items.map((item) => [String(item[key]), item]));
  switch (what) {
    case 'products':
      return byId(file.products, 'gtin');
    case 'fixtures':
      return byId(file.fixtures?.map(({ slots: _slots, ...fixture }) => fixture));
    case 'slots':
      return byId(file.fixtures?.flatMap(({ id, slots = [] }) => slots.map((slot) => ({ ...slot, fixture: id }))));
    case 'hours':
      return file.hours ? new Map([['', { openings: file.hours }]]) : new Map();
    case 'floor':
    case 'store':
    case 'staff':
    case 'members':
    case 'settings':
      return file[what] ? new Map([['', file[what]]]) : new Map();
    default:
      return byId(file[what]);
  }
}

function differences(what: Collection, id: string, before: Item | undefined, after: Item): Touched[] {
  if (!before) return [{ section: SECTION_OF[what], what, id, how: 'added', fields: [] }];
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const bySection = new Map<Section, string[]>();
  for (const field of fields) {
    if (isSame(before[field], after[field]) || isRedrawnTheSame(what, field, before[field], after[field])) continue;
    const section = FIELDS_ELSEWHERE[what]?.[field] ?? SECTION_OF[what];
    bySection.set(section, [...(bySection.get(section) ?? []), field]);
  }
  return [...bySection].map(([section, changed]) => ({ section, what, id, how: 'changed', fields: changed }));
}

/** A zone whose outline was written down otherwise is where it was: whoever stays in it stays. */
const isRedrawnTheSame = (what: Collection, field: string, before: unknown, after: unknown): boolean =>
  what === 'zones' && field === 'polygon' && sameOutline(before as Zone['polygon'], after as Zone['polygon']);

/** Whether two pieces of JSON say the same, whatever the order of their keys. A key without a value is none. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [a as Item, b as Item];
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  if (Array.isArray(a) && a.length !== (b as readonly unknown[]).length) return false;
  for (const key of keys) if (!isSame(left[key], right[key])) return false;
  return true;
}
