import type { TillSale } from '../native.js';
import type { DecimalMark } from './amounts.js';
import type { SalesFaultCode, SalesFaultValues, SalesSkipCode } from './faults.js';

/** Why a row is not in any sale: for whoever has to mend the file. */
export interface RefusedRow {
  /** of the file, from 1 */
  line: number;
  /** title of the column; empty for the whole row */
  column: string;
  code: SalesFaultCode;
  values: SalesFaultValues;
  /** the same in English */
  expected: string;
}
/** A row that is no sale and need be none. */
export interface SkippedRow {
  line: number;
  code: SalesSkipCode;
  values: SalesFaultValues;
  why: string;
}
export interface CsvReport {
  sales: TillSale[];
  /** rows below the titles */
  rows: number;
  refusedRows: number;
  /** the first thousand of them */
  refused: RefusedRow[];
  skippedRows: number;
  skipped: SkippedRow[];
  /** how the file was read */
  read: { encoding: string; delimiter: string; decimal: DecimalMark; titleLine: number };
}
