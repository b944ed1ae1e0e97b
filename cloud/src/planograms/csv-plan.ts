import {
  ProductBook,
  csvRows,
  delimiterOf,
  problem,
  readCode,
  toldDelimiter,
  type Problem,
  type Slot,
  type StoreFile,
} from '@aisle/contracts';
import { filled, type Wanted } from './placing.js';
import type { Plan, Refusal } from './psa-plan.js';

export const PLAN_COLUMNS = ['fixture', 'slot', 'level', 'gtin', 'name', 'facings', 'capacity'] as const;
type Column = (typeof PLAN_COLUMNS)[number];
const MOST = { level: 50, facings: 1000, capacity: 100_000 } as const;

/**
 * A header row, then a slot a row; quotes as in RFC 4180. Fixtures that the file names get the slots that it names, in its order;
 * all others stay as they are. A slot without `gtin` is empty. `name` is for people only. What of a slot the file has no column for
 * stays.
 */
export function csvPlan(text: string, file: StoreFile): Plan {
  const told = toldDelimiter(text);
  const rows = [...csvRows(text, told ?? delimiterOf(text))].slice(told === undefined ? 0 : 1);
  const head = rows.shift();
  const header = (head?.cells ?? []).map((name) => name.replace(/^\ufeff/, '').trim());
  const plan: Plan = { slots: new Map(), refused: [], places: [], fixtures: [] };
  const refuse = (line: number, column: number | null, found: Problem) =>
    void plan.refused.push({ line, column, problem: found } satisfies Refusal);
  const unknown = header.findIndex((name) => !(PLAN_COLUMNS as readonly string[]).includes(name));
  if (unknown >= 0) refuse(1, unknown + 1, problem('', 'unknownColumn', { columns: PLAN_COLUMNS.join(', ') }));
  for (const name of ['fixture', 'slot']) if (!header.includes(name)) refuse(1, null, problem(name, 'missing'));
  if (plan.refused.length > 0) return plan;

  const book = new ProductBook(file.products);
  const before = new Map(
    (file.fixtures ?? []).flatMap(({ id, slots = [] }) => slots.map((slot) => [slot.id, { slot, fixture: id }])),
  );
  const has = (name: Column) => header.includes(name);
  const lines = new Map<string, number>();
  for (const { cells, line, broken } of rows) {
    const column = (name: Column) => header.indexOf(name) + 1;
    const cell = (name: Column) => cells[header.indexOf(name)]?.trim() ?? '';
    const already = plan.refused.length;
    if (broken) {
      refuse(line, null, problem('', 'openQuotes'));
      continue;
    }
    if (cells.slice(header.length).some((extra) => extra !== ''))
      refuse(line, null, problem('', 'tooManyCells', { most: header.length }));
    const fixtureId = cell('fixture');
    const fixture = (file.fixtures ?? []).find(({ id }) => id === fixtureId);
    if (!fixture) refuse(line, column('fixture'), problem('', 'namesNo', { what: 'fixture', id: fixtureId }));
    const slotId = cell('slot');
    const first = lines.get(slotId);
    if (slotId === '') refuse(line, column('slot'), problem('', 'missing'));
    else if (first !== undefined) refuse(line, column('slot'), problem('', 'psaTwice', { other: first }));
    else lines.set(slotId, line);
    const number = (name: keyof typeof MOST): number | undefined => {
      const written = cell(name);
      if (written === '') return undefined;
      const value = /^\d{1,7}$/.test(written) ? Number(written) : 0;
      if (value >= 1 && value <= MOST[name]) return value;
      refuse(line, column(name), problem('', 'expectedOther', { expected: 'wholeFromTo', least: 1, most: MOST[name] }));
      return undefined;
    };
    const want: Wanted = { line, ...defined({ facings: number('facings'), capacity: number('capacity') }) };
    const level = number('level');
    const code = cell('gtin');
    if (code !== '') {
      const read = readCode(code);
      const product = read.ok ? book.find(read.value) : undefined;
      if (!read.ok) refuse(line, column('gtin'), read.problem);
      else if (!product) refuse(line, column('gtin'), problem('', 'namesNo', { what: 'product', id: read.value }));
      else want.gtin = product.gtin;
    }
    if (fixture && !plan.slots.has(fixtureId)) plan.slots.set(fixtureId, []);
    if (plan.refused.length > already) continue;
    const known = before.get(slotId)?.slot;
    const gtin = has('gtin') ? want.gtin : known?.gtin;
    const slot: Slot = filled(known ?? { id: slotId }, { ...want, ...(gtin !== undefined && { gtin }) });
    plan.slots.get(fixtureId)?.push(level === undefined ? slot : { ...slot, level });
    plan.places.push([line, slotId]);
  }
  return plan;
}

const defined = <T extends Record<string, number | undefined>>(values: T): { [K in keyof T]?: number } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: number };

/** What stands where, as `csvPlan` reads it. `name` in English, where the product has one. */
export function planCsv({ fixtures = [], products }: StoreFile): string {
  const book = new ProductBook(products);
  const rows = fixtures.flatMap(({ id, slots = [] }) =>
    slots.map((slot) => {
      const name = slot.gtin === undefined ? undefined : book.find(slot.gtin)?.name;
      const called = typeof name === 'object' ? (Object.values(name)[0] as string | undefined) : name;
      return [id, slot.id, slot.level, slot.gtin, called, slot.facings, slot.capacity].map((value) =>
        quoted(value === undefined ? '' : String(value)),
      );
    }),
  );
  return [[...PLAN_COLUMNS], ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}

/** What a spreadsheet would take for a formula gets a mark before it (OWASP, CSV injection). */
function quoted(given: string): string {
  const text = /^[=+\-@\t\r]/.test(given) ? `'${given}` : given;
  return /[",\r\n;]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
