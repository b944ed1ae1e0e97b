import { problem, readCode, type Problem } from '@aisle/contracts';
import type { PsaDocument, PsaRow } from './document.js';

/**
 * What a PSA file says of shelves and goods. Lengths are those of the file, which says nowhere here whether they are inches or
 * centimetres: only their order and proportion count. Columns by their place behind the type, by the repository named in
 * document.ts; versions only ever append columns, so that one order reads them all.
 */
export const COLUMNS = {
  Product: { code: 1, id: 2, name: 3, width: 5, height: 6, depth: 7, category: 13, price: 33 },
  Planogram: { name: 1, key: 2, width: 3, height: 4, depth: 5 },
  Fixture: { type: 1, name: 2, key: 3, x: 4, width: 5, y: 6, height: 7, z: 8, depth: 9 },
  Position: {
    code: 1,
    id: 2,
    key: 3,
    x: 4,
    width: 5,
    y: 6,
    height: 7,
    wide: 14,
    high: 15,
    deep: 16,
    units: 43,
    rank: 44,
  },
} as const;

/** Cells behind the type by version, as the same repository counted them: a row with fewer was cut off. */
export const WIDTHS: Readonly<Record<string, Readonly<Record<string, number>>>> = (() => {
  const old = {
    Fixture: 166,
    Performance: 149,
    Planogram: 262,
    Position: 166,
    Product: 273,
    Project: 215,
    Segment: 51,
  };
  const of2019 = { ...old, Performance: 150, Planogram: 264 };
  const of2020 = { ...of2019, Performance: 153, Planogram: 271, Product: 274, Project: 217 };
  const of2021 = { ...of2020, Fixture: 169 };
  const of2024 = { ...of2021, Performance: 176, Planogram: 288, Product: 326 };
  return {
    ...{ '2017.1.0': old, '2017.2.0': old, '2019.1.0': of2019, '2019.1.1': of2019, '2020.1.0': of2020 },
    ...{ '2020.1.1': of2020, '2021.1.2': of2021, '2023.1.0': of2021, '2024.1.0': of2021, '2024.4.0': of2024 },
  };
})();

export interface PsaPosition {
  row: PsaRow;
  /** as the file writes it, without what a spreadsheet puts around it */
  code: string;
  x: number;
  width: number;
  facings: number;
  /** units that fit, as the file says; undefined where it says nothing */
  units: number | undefined;
}
export interface PsaFixture {
  row: PsaRow;
  name: string;
  x: number;
  y: number;
  /** 0: not said */
  width: number;
  /** from left to right */
  positions: PsaPosition[];
}
export interface PsaPlanogram {
  row: PsaRow;
  name: string;
  key: string;
  /** from below, and from left to right on the same height; those without positions too */
  fixtures: PsaFixture[];
}
export interface PsaProduct {
  row: PsaRow;
  code: string;
  name: string;
  category: string;
}
/** A row that counts for nothing, and why. @see PsaError for what the whole file is refused for */
export interface PsaRefusal {
  line: number;
  /** from 0 for the row's type */
  column: number;
  problem: Problem;
}
export interface PsaContents {
  products: PsaProduct[];
  planograms: PsaPlanogram[];
  refused: PsaRefusal[];
}

/** Positions at the same place of a fixture, as far as rounding goes. */
const SAME_PLACE = 1e-6;
/** What may stick out: cells are rounded to hundredths. */
const STICKS_OUT = 0.02;

export function contentsOf(file: PsaDocument): PsaContents {
  const refused: PsaRefusal[] = [];
  const refuse = ({ line }: PsaRow, column: number, found: Problem): undefined => {
    refused.push({ line, column, problem: found });
    return undefined;
  };
  const number = (row: PsaRow, column: number, least: number, otherwise: number): number | undefined => {
    const text = file.cell(row, column).trim();
    if (text === '') return otherwise;
    const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(text) ? Number(text) : Number.NaN;
    if (Number.isFinite(value) && value >= least) return value;
    return refuse(row, column, problem('', 'psaNumber', { least, got: text.slice(0, 40) }));
  };
  const code = (row: PsaRow, column: number): string | undefined => {
    const text = file.cell(row, column);
    if (text.trim() === '') return refuse(row, column, problem('', 'psaNoCode'));
    const read = readCode(text);
    return read.ok ? read.value : refuse(row, column, read.problem);
  };

  const products: PsaProduct[] = [];
  const planograms: PsaPlanogram[] = [];
  let fixture: PsaFixture | undefined;
  for (const row of file.rows) {
    const cutOff = cutShort(file, row);
    if (cutOff) {
      refuse(row, file.width(row) - 1, cutOff);
      if (row.type === 'Fixture') fixture = undefined;
      continue;
    }
    if (row.type === 'Product') {
      const { Product } = COLUMNS;
      const found = code(row, Product.code);
      if (found === undefined) continue;
      products.push({
        row,
        code: found,
        name: file.cell(row, Product.name),
        category: file.cell(row, Product.category),
      });
    } else if (row.type === 'Planogram') {
      const { Planogram } = COLUMNS;
      planograms.push({
        row,
        name: file.cell(row, Planogram.name),
        key: file.cell(row, Planogram.key),
        fixtures: [],
      });
      fixture = undefined;
    } else if (row.type === 'Fixture') {
      const { Fixture } = COLUMNS;
      const [x, y, width] = [
        number(row, Fixture.x, -1e9, 0),
        number(row, Fixture.y, -1e9, 0),
        number(row, Fixture.width, 0, 0),
      ];
      fixture = undefined;
      if (x === undefined || y === undefined || width === undefined) continue;
      fixture = { row, name: file.cell(row, Fixture.name), x, y, width, positions: [] };
      planograms.at(-1)?.fixtures.push(fixture);
    } else if (row.type === 'Position' && fixture) {
      const position = positionOf(row, fixture);
      if (position) fixture.positions.push(position);
    }
  }
  for (const { fixtures } of planograms) {
    fixtures.sort((a, b) => a.y - b.y || a.x - b.x || a.row.line - b.row.line);
    for (const { positions } of fixtures) positions.sort((a, b) => a.x - b.x || a.row.line - b.row.line);
  }
  return { products, planograms, refused: refused.sort((a, b) => a.line - b.line) };

  function positionOf(row: PsaRow, { x: left, width, positions }: PsaFixture): PsaPosition | undefined {
    const { Position } = COLUMNS;
    const found = code(row, Position.code);
    const x = number(row, Position.x, -1e9, 0);
    const own = number(row, Position.width, 0, 0);
    const facings = number(row, Position.wide, 1, 1);
    const units = number(row, Position.units, 0, 0);
    if (found === undefined || x === undefined || own === undefined || facings === undefined || units === undefined)
      return undefined;
    // files count a position's x from the planogram's left edge or from its fixture's: it is outside when it is by both
    const isInside = (from: number): boolean => from >= -STICKS_OUT && from + own <= width + STICKS_OUT;
    if (width > 0 && !isInside(x) && !isInside(x - left))
      return refuse(row, Position.x, problem('', 'psaOutside', { from: round(x), to: round(x + own), width }));
    const same = positions.find((other) => Math.abs(other.x - x) < SAME_PLACE && other.width > 0);
    if (same && own > 0) return refuse(row, Position.x, problem('', 'psaTwice', { other: same.row.line }));
    return { row, code: found, x, width: own, facings: Math.round(facings), units: units > 0 ? units : undefined };
  }
}

const round = (value: number): number => Math.round(value * 100) / 100;

/** A row of a known version that has fewer cells than all of its kind: the file ends in it, or something was lost. */
function cutShort(file: PsaDocument, row: PsaRow): Problem | undefined {
  const expected = WIDTHS[file.version ?? '']?.[row.type];
  const found = file.width(row) - 1;
  return expected !== undefined && found < expected ? problem('', 'psaCutOff', { found, expected }) : undefined;
}
