import { ProductBook, problem, type Fixture, type Problem, type Slot, type StoreFile } from '@aisle/contracts';
import { placed, type Wanted } from './placing.js';
import { PsaDocument } from './psa/document.js';
import { COLUMNS, contentsOf, type PsaPlanogram } from './psa/planogram.js';

/** A cell of a file that counts for nothing. */
export interface Refusal {
  line: number;
  /** from 1; null: the line as a whole */
  column: number | null;
  problem: Problem;
}
/** What a file makes of a shop's fixtures. */
export interface Plan {
  /** of the fixtures that the file speaks of */
  slots: Map<string, Slot[]>;
  refused: Refusal[];
  /** which slot each line stands for */
  places: [line: number, slotId: string][];
  /** and which fixture each Planogram row of a PSA file */
  fixtures: [line: number, fixtureId: string][];
}

/** What stands at the same height of a planogram, as far as rounding goes. */
const SAME_HEIGHT = 1e-6;

/**
 * A planogram of the file is the fixture of the shop that its key or name says (by id, or by name in any language), or `fixtureId`
 * where the file has only one. Its shelves are levels 1, 2 … from below; those at the same height are one.
 * @throws PsaError when the bytes are no such file
 */
export function psaPlan(bytes: Uint8Array, file: StoreFile, fixtureId?: string): Plan {
  const { planograms, refused: unread } = contentsOf(new PsaDocument(bytes));
  const refused: Refusal[] = unread.map(({ line, column, problem: found }) => ({
    line,
    column: column + 1,
    problem: found,
  }));
  const plan: Plan = { slots: new Map(), refused, places: [], fixtures: [] };
  const book = new ProductBook(file.products);
  const byFixture = new Map<string, number>();
  for (const planogram of planograms) {
    const fixture = fixtureOf(file, planogram, planograms.length === 1 ? fixtureId : undefined);
    const refuse = (found: Problem) =>
      refused.push({ line: planogram.row.line, column: COLUMNS.Planogram.name + 1, problem: found });
    if (!fixture) {
      refuse(problem('', 'namesNo', { what: 'fixture', id: planogram.key || planogram.name }));
      continue;
    }
    const other = byFixture.get(fixture.id);
    if (other !== undefined) {
      refuse(problem('', 'psaTwice', { other }));
      continue;
    }
    byFixture.set(fixture.id, planogram.row.line);
    const wanted = levelsOf(planogram).flatMap((row, level) =>
      row.flatMap(({ row: { line }, code, facings, units }): Wanted[] => {
        const product = book.find(code);
        if (!product) {
          const column = COLUMNS.Position.code + 1;
          refused.push({ line, column, problem: problem('', 'namesNo', { what: 'product', id: code }) });
          return [];
        }
        const capacity = units === undefined ? {} : { capacity: Math.max(1, Math.round(units)) };
        return [{ line, level: level + 1, gtin: product.gtin, facings, ...capacity }];
      }),
    );
    const { slots, places } = placed(fixture, wanted);
    plan.slots.set(fixture.id, slots);
    plan.places.push(...places);
    plan.fixtures.push([planogram.row.line, fixture.id]);
  }
  refused.sort((a, b) => a.line - b.line || (a.column ?? 0) - (b.column ?? 0));
  return plan;
}

/** The fixture that a planogram is of. */
export function fixtureOf({ fixtures = [] }: StoreFile, planogram: PsaPlanogram, named?: string): Fixture | undefined {
  if (named !== undefined) return fixtures.find(({ id }) => id === named);
  const said = [planogram.key, planogram.name].map(folded).filter(Boolean);
  const isCalled = (names: readonly string[]) => names.some((name) => said.includes(folded(name)));
  return (
    fixtures.find(({ id }) => isCalled([id])) ??
    fixtures.find(({ name }) => isCalled(typeof name === 'string' ? [name] : Object.values(name ?? {})))
  );
}

const folded = (text: string): string => text.trim().toLowerCase();

/** Positions by level, from below; of each level from left to right. */
export function levelsOf({ fixtures }: PsaPlanogram): PsaPlanogram['fixtures'][number]['positions'][] {
  const levels: { y: number; positions: PsaPlanogram['fixtures'][number]['positions'] }[] = [];
  // from below, and from left to right, as they were read
  for (const { y, positions } of fixtures) {
    const same = levels.at(-1);
    if (same && Math.abs(same.y - y) < SAME_HEIGHT) same.positions.push(...positions);
    else levels.push({ y, positions: [...positions] });
  }
  return levels.map(({ positions }) => positions);
}

/** Of each level, from 1, its leftmost shelf. */
export function shelvesOf({ fixtures }: PsaPlanogram): PsaPlanogram['fixtures'] {
  const shelves: PsaPlanogram['fixtures'] = [];
  for (const fixture of fixtures) {
    const last = shelves.at(-1);
    if (!last || Math.abs(last.y - fixture.y) >= SAME_HEIGHT) shelves.push(fixture);
  }
  return shelves;
}
