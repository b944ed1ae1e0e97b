import type { StoreChange, StoreFile } from '@aisle/contracts';
import { formatExact, formatPrice } from '../i18n/format.js';
import { nameOf, type Locale, type MessageKey, type Translate } from '../i18n/translate.js';

export type Section = StoreChange['section'];
export const SECTION_ORDER: readonly Section[] = ['assortment', 'layout', 'devices', 'rules'];

/** What words of changes are made from. */
export interface ChangeWords {
  t: Translate;
  locale: Locale;
  currency: string;
  /** names of what a change refers to, as far as this file knows them */
  file: StoreFile;
}
type Value = string | number | boolean | { en: string; zh?: string } | readonly (string | number | boolean)[];

/** Fields with words of their own; others are named as the file does. */
export const FIELDS = [
  ...['address', 'antennas', 'at', 'badges', 'calibration', 'capacity', 'category', 'clock', 'codes', 'cost', 'covers'],
  ...['csv', 'currency', 'depth', 'dialect', 'eddystone', 'engagedAfterSeconds', 'facings', 'facingDegrees', 'family'],
  ...['fixture', 'gateway', 'group', 'gtin', 'ibeacon', 'inward', 'key', 'kind', 'level', 'line', 'lowAt', 'maxGrams'],
  ...['minPlaySeconds', 'minimumCoverage', 'model', 'name', 'nearDbm', 'nvrCamera', 'openings', 'polygon', 'presence'],
  ...['price', 'receiptScope', 'rules', 'sensors', 'size', 'soldBy', 'source', 'stitch', 'stream', 'tareGrams'],
  ...['target', 'timezone', 'topics', 'unitGrams', 'url', 'width', 'zone', 'zones', 'afterMinutes'],
] as const;
const KNOWN: ReadonlySet<string> = new Set(FIELDS);

/** One line for each thing that came or went, and for each field that changed. */
export function changeLines(words: ChangeWords, change: StoreChange): string[] {
  const { t } = words;
  const { what, how, fields } = change;
  if (how !== 'changed') return [cameOrWent(words, change)];
  return fields.map((field) => {
    if (field === 'order') return t('change.order', { things: t(`change.things.${what}` as MessageKey) });
    if (what === 'hours') return t('change.hours');
    return fieldLine(words, change, field);
  });
}

function cameOrWent(words: ChangeWords, change: StoreChange): string {
  const { t } = words;
  const thing = thingOf(words, change);
  const told = change.how === 'added' ? change.after : change.before;
  const detail =
    told?.['squareMetres'] !== undefined
      ? areaOf(words, told['squareMetres'])
      : told?.['product'] !== undefined || told?.['gtin'] !== undefined
        ? valueOf(words, 'gtin', told)
        : told?.['price'] !== undefined
          ? valueOf(words, 'price', told)
          : undefined;
  if (detail === undefined) return t(`change.${change.how as 'added' | 'removed'}`, { thing });
  return t(`change.${change.how as 'added' | 'removed'}.detail`, { thing, detail });
}

function fieldLine(words: ChangeWords, change: StoreChange, field: string): string {
  const { t } = words;
  const thing = thingOf(words, change);
  const key = field === 'polygon' ? 'squareMetres' : field;
  const [was, is] = [change.before?.[key], change.after?.[key]];
  const label = KNOWN.has(field) ? t(`field.${field}` as MessageKey) : field;
  if (was === undefined && is === undefined) return t('change.field', { thing, field: label });
  const [before, after] = [told(words, field, change.before), told(words, field, change.after)];
  if (field === 'polygon') return t('change.redrawn', { thing, before, after });
  if (field === 'name')
    return t('change.renamed', { thing: thingOf(words, { ...change, name: change.id }), before, after });
  if (field === 'price') return t('change.price', { thing: plainName(words, change), before, after });
  if (field === 'gtin') return t('change.gtin', { thing, before, after });
  return t('change.value', { thing, field: label, before, after });
}

/** "Zone Dairy", "Camera cam-2 (Entrance)": what it is and what it is called. */
function thingOf({ t, locale }: ChangeWords, { what, id, name, family }: StoreChange): string {
  const called = nameOf(name, locale, id);
  if (what !== 'devices') {
    const kind = t(`change.thing.${what}` as MessageKey);
    return id === '' ? kind : t('change.thing.named', { kind, name: called });
  }
  // people know devices by their ids, which stand on them
  const kind = family === undefined ? t('change.thing.device') : t(`family.${family}` as MessageKey);
  if (called === id) return t('change.thing.named', { kind, name: id });
  return t('change.thing.known', { kind, id, name: called });
}

/** "Milk 1 l": for what nobody takes for anything else. */
const plainName = ({ t, locale }: ChangeWords, { id, name }: StoreChange): string =>
  t('change.thing.plain', { name: nameOf(name, locale, id) });

function told(words: ChangeWords, field: string, values: StoreChange['before']): string {
  const key = field === 'polygon' ? 'squareMetres' : field;
  if (values?.[key] === undefined) return words.t('change.notSet');
  return field === 'polygon' ? areaOf(words, values[key]) : valueOf(words, field, values);
}

const areaOf = ({ t, locale }: ChangeWords, squareMetres: unknown): string =>
  t('zone.area', { area: formatExact(locale, squareMetres as number, 2) });

function valueOf(words: ChangeWords, field: string, values: Readonly<Record<string, unknown>>): string {
  const { t, locale, currency, file } = words;
  const value = values[field] as Value;
  const called = (list: readonly { id: string; name?: Named }[] | undefined): string =>
    nameOf(list?.find(({ id }) => id === value)?.name, locale, String(value));
  switch (field) {
    case 'price':
    case 'cost':
      return formatPrice(locale, value as number, currency);
    case 'gtin':
      return nameOf(
        (values['product'] as Named | undefined) ?? productName(file, value as string),
        locale,
        String(value),
      );
    case 'zone':
      return called(file.zones);
    case 'fixture':
      return called(file.fixtures);
    case 'category':
      return called(file.categories);
    case 'kind':
      return t(`zone.kind.${String(value)}` as MessageKey);
    default:
      return plain(words, value);
  }
}

type Named = string | { en: string; zh?: string };
const productName = (file: StoreFile, gtin: string): Named | undefined =>
  file.products?.find((product) => product.gtin === gtin)?.name;

function plain({ t, locale }: ChangeWords, value: Value): string {
  if (typeof value === 'number') return formatExact(locale, value, 6);
  if (typeof value === 'boolean') return t(value ? 'change.yes' : 'change.no');
  if (typeof value === 'string') return value;
  if ('en' in value) return nameOf(value, locale, '');
  return value
    .map((part) => (typeof part === 'number' ? formatExact(locale, part, 6) : String(part)))
    .join(t('change.comma'));
}
