import {
  dialectsOf,
  termOf,
  traitsOf,
  wordsOf,
  type Device,
  type ProblemCode,
  type StoreFile,
  type Told,
} from '@aisle/contracts';
import type { Locale, MessageKey, Translate } from '../i18n/translate.js';

export type Family = Device['family'];
export const FAMILIES: readonly Family[] = ['shelf', 'rfid', 'camera', 'ble', 'till', 'screen'];
/** "Shelf · ESPHome"; what is not known here is named as the store file names it. */
export function kindWords(t: Translate, family: string, dialect: string): string {
  if (!FAMILIES.includes(family as Family)) return `${family} · ${dialect}`;
  const words = dialectsOf(family as Family).includes(dialect)
    ? t(`dialect.${family}.${dialect}` as MessageKey)
    : dialect;
  return `${t(`family.${family as Family}`)} · ${words}`;
}

export const CSV_COLUMNS = ['receipt', 'date', 'time', 'gtin', 'quantity', 'net', 'gross', 'discount'] as const;
export const CSV_NEEDED: ReadonlySet<string> = new Set(['receipt', 'date', 'gtin', 'net']);
export const RULE_KINDS = ['line', 'counter', 'occupancy', 'field', 'loitering'] as const;
export const ROLES = ['shelf', 'storage', 'fitting', 'till', 'exit'] as const;

export interface AntennaDraft {
  antenna: string;
  role: (typeof ROLES)[number];
  /** `zone:dairy`, `fixture:fx-1`, `slot:fx-1-a`; empty: nowhere yet */
  place: string;
}
export interface RuleDraft {
  rule: string;
  kind: (typeof RULE_KINDS)[number];
  entrance: string;
  direction: 'in' | 'out';
  zone: string;
  resetAt: string;
}
export interface SensorDraft {
  sensor: string;
  slot: string;
  unit: 'g' | 'kg' | 'lb';
}
/** The form as it is typed: texts, so that nothing that was typed is lost. */
export interface Draft {
  family: Family;
  dialect: string;
  id: string;
  name: string;
  otherName: string;
  fixture: string;
  zone: string;
  gateway: string;
  address: string;
  key: string;
  nearDbm: string;
  nvrCamera: string;
  targetUrl: string;
  targetUsername: string;
  targetPassword: string;
  covers: string[];
  sensors: SensorDraft[];
  antennas: AntennaDraft[];
  rules: RuleDraft[];
  columns: Record<(typeof CSV_COLUMNS)[number], string>;
  delimiter: '' | ',' | ';' | '\t' | '|';
  decimal: 'point' | 'comma';
  dateOrder: '' | 'ymd' | 'dmy' | 'mdy';
  corrected: boolean;
}

export const newRule = (): RuleDraft => ({
  rule: '',
  kind: 'line',
  entrance: '',
  direction: 'in',
  zone: '',
  resetAt: '',
});
export const newAntenna = (number: number): AntennaDraft => ({ antenna: String(number), role: 'shelf', place: '' });

export function newDraft(file: StoreFile, family: Family, id = ''): Draft {
  return {
    family,
    dialect: 'aisle',
    id: id || freeId(file, family),
    name: '',
    otherName: '',
    fixture: '',
    zone: '',
    gateway: '',
    address: '',
    key: '',
    nearDbm: '',
    nvrCamera: '',
    targetUrl: '',
    targetUsername: '',
    targetPassword: '',
    covers: [],
    sensors: [],
    antennas: [newAntenna(1)],
    rules: [newRule()],
    columns: Object.fromEntries(CSV_COLUMNS.map((column) => [column, ''])) as Draft['columns'],
    delimiter: '',
    decimal: 'point',
    dateOrder: '',
    corrected: false,
  };
}

const STEM: Record<Family, string> = {
  shelf: 'shelf',
  rfid: 'reader',
  camera: 'cam',
  ble: 'ble',
  till: 'till',
  screen: 'screen',
};
/** "cam-5" where cam-1 to cam-4 are there; two digits where the others have two. */
export function freeId(file: StoreFile, family: Family): string {
  const ids = (file.devices ?? []).map((device) => device.id);
  const numbers = ids.flatMap((id) => new RegExp(`^${STEM[family]}-(\\d+)$`).exec(id)?.[1] ?? []);
  const wide = Math.max(1, ...numbers.map((number) => number.length));
  return `${STEM[family]}-${String(Math.max(0, ...numbers.map(Number)) + 1).padStart(wide, '0')}`;
}

/** Each slot of the fixture with the sensor name that the ready configuration gives it. */
export const sensorsOf = (file: StoreFile, fixture: string): SensorDraft[] =>
  (file.fixtures?.find(({ id }) => id === fixture)?.slots ?? []).map(({ id }, index) => ({
    sensor: `weight_${index + 1}`,
    slot: id,
    unit: 'g',
  }));

/** The slots of a fixture as they are seen from the front: the highest level first, each level in the file's order. */
export function slotRows(file: StoreFile, fixture: string): { id: string; level: number }[][] {
  const slots = file.fixtures?.find(({ id }) => id === fixture)?.slots ?? [];
  const levels = new Map<number, { id: string; level: number }[]>();
  for (const { id, level = 1 } of slots) levels.set(level, [...(levels.get(level) ?? []), { id, level }]);
  return [...levels].sort(([a], [b]) => b - a).map(([, row]) => row);
}

/** With one more sensor for a slot, or without those that weigh it. A new one takes the first name that is free. */
export function withSlot(sensors: readonly SensorDraft[], slot: string): SensorDraft[] {
  if (sensors.some((row) => row.slot === slot)) return sensors.filter((row) => row.slot !== slot);
  const names = new Set(sensors.map(({ sensor }) => sensor));
  let number = 1;
  while (names.has(`weight_${number}`)) number += 1;
  return [...sensors, { sensor: `weight_${number}`, slot, unit: 'g' }];
}

/** The entry that is sent: empty fields are left out, and those of other dialects too. What is wrong in it the server says. */
export function deviceOf(draft: Draft, locale: 'en' | 'zh'): Device {
  const { family, dialect } = draft;
  const traits = traitsOf(draft);
  const asked = new Set(traits.asks);
  const text = (value: string): string | undefined => value.trim() || undefined;
  const entry: Record<string, unknown> = {
    id: draft.id.trim(),
    name: nameOf(draft, locale),
    family,
    dialect,
    fixture: family === 'shelf' ? text(draft.fixture) : undefined,
    zone: asked.has('place') && family !== 'shelf' ? text(draft.zone) : undefined,
    gateway: asked.has('nvr') ? text(draft.gateway) : undefined,
    address: asked.has('address') ? text(draft.address) : undefined,
    key: asked.has('address') ? text(draft.key) : undefined,
    nearDbm: asked.has('near') ? number(draft.nearDbm) : undefined,
    nvrCamera: asked.has('nvr') ? text(draft.nvrCamera) : undefined,
    covers: asked.has('covers') && draft.covers.length > 0 ? draft.covers : undefined,
    sensors:
      asked.has('sensors') && draft.sensors.length > 0
        ? draft.sensors.map((row) => sensorOf(row, traits.namedSensors === true))
        : undefined,
    antennas: asked.has('antennas') && draft.antennas.length > 0 ? draft.antennas.map(antennaOf) : undefined,
    rules: asked.has('rules') && draft.rules.length > 0 ? draft.rules.map(ruleOf) : undefined,
    csv: asked.has('csv')
      ? known({
          columns: known(Object.fromEntries(CSV_COLUMNS.map((column) => [column, text(draft.columns[column])]))),
          delimiter: draft.delimiter || undefined,
          decimal: draft.decimal,
          dateOrder: draft.dateOrder || undefined,
        })
      : undefined,
    target: asked.has('target')
      ? known({
          url: text(draft.targetUrl),
          username: text(draft.targetUsername),
          // as it was typed: blanks may belong to it
          password: draft.targetPassword || undefined,
        })
      : undefined,
    clock: draft.corrected && traits.reached !== true ? 'corrected' : undefined,
  };
  return known(entry) as unknown as Device;
}

function nameOf({ name, otherName }: Draft, locale: 'en' | 'zh'): Device['name'] | undefined {
  const own = name.trim();
  const other = otherName.trim();
  if (!own && !other) return undefined;
  if (!own || !other) return own || other;
  return locale === 'en' ? { en: own, zh: other } : { en: other, zh: own };
}
const sensorOf = ({ sensor, slot, unit }: SensorDraft, named: boolean): unknown =>
  known({
    sensor: named ? sensor.trim() || undefined : undefined,
    slot,
    unit: named && unit !== 'g' ? unit : undefined,
  });
function antennaOf({ antenna, role, place }: AntennaDraft): unknown {
  const [what = '', id = ''] = place.split(/:(.*)/s);
  return known({ antenna: number(antenna), role: role === 'shelf' ? undefined : role, ...(id && { [what]: id }) });
}
function ruleOf({ rule, kind, entrance, direction, zone, resetAt }: RuleDraft): unknown {
  const counts = kind === 'line' || kind === 'counter';
  return known({
    rule: rule.trim(),
    kind,
    ...(counts ? { entrance: entrance || undefined, direction } : { zone: zone || undefined }),
    resetAt: kind === 'counter' || kind === 'occupancy' ? resetAt.trim() || undefined : undefined,
  });
}
/** A number where there is one; what is none goes as it was typed, so that the server can say what it wants. */
function number(text: string): number | string | undefined {
  if (text.trim() === '') return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : text;
}
const known = (entry: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined));

/** The field of the form that a server's path belongs to: the path itself, else the nearest one above it that the form has. */
export function fieldFor(path: string | undefined, fields: ReadonlySet<string>): string | null {
  // one choice among three keys
  let at = (path ?? '').replace(/^(antennas\[\d+\])\.(?:zone|fixture|slot)$/, '$1.place');
  while (at !== '') {
    if (fields.has(at)) return at;
    at = at.slice(0, Math.max(0, at.lastIndexOf('.'), at.lastIndexOf('[')));
  }
  return null;
}

/** What people who enrol are told in words of their own. */
const WRONG: Readonly<Partial<Record<ProblemCode, MessageKey>>> = {
  missing: 'enrol.wrong.missing',
  addressMissing: 'enrol.wrong.missing',
  ruleEntrance: 'enrol.wrong.missing',
  ruleDirection: 'enrol.wrong.missing',
  ruleZone: 'enrol.wrong.missing',
  deviceKnown: 'enrol.wrong.known',
  namesNo: 'enrol.wrong.noSuch',
  twice: 'enrol.wrong.twice',
  weighedTwice: 'enrol.wrong.twice',
  addressTwice: 'enrol.wrong.address',
  idTaken: 'enrol.wrong.taken',
  beingChanged: 'enrol.wrong.busy',
};
/** What the server found wrong, in the reader's words; of one that tells no code, as it says it. */
export function wrongWords(t: Translate, locale: Locale, problem: Told | undefined, message: string): string {
  const key = problem && Object.hasOwn(WRONG, problem.code) ? WRONG[problem.code as ProblemCode] : undefined;
  if (key) return t(key);
  const { expected } = problem?.values ?? {};
  if (problem && typeof expected === 'string' && wordsOf(locale, problem) !== undefined)
    return t('enrol.wrong.expected', { what: termOf(locale, expected, problem.values) });
  return t('enrol.wrong.other', { what: (problem && wordsOf(locale, problem)) ?? message });
}
