import type { TillSale } from '../native.js';
import type { DecimalMark } from './amounts.js';
import { sampleOf } from './csv-line.js';
import type { ColumnName, CsvSettings } from './csv-settings.js';
import {
  faultWords,
  skipWords,
  type SalesFault,
  type SalesFaultCode,
  type SalesFaultValues,
  type SalesSkipCode,
} from './faults.js';

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

const MOST_REPORTED = 1000;

/** Collects what becomes of each row. */
export class ReportBook {
  readonly report: Omit<CsvReport, 'read'> = {
    sales: [],
    rows: 0,
    refusedRows: 0,
    refused: [],
    skippedRows: 0,
    skipped: [],
  };

  constructor(private readonly settings: Pick<CsvSettings, 'columns' | 'decimal' | 'optional'>) {}

  refuse(line: number, { code, field, values }: SalesFault): void {
    this.report.refusedRows += 1;
    if (this.report.refused.length >= MOST_REPORTED) return;
    const titles: Partial<Record<ColumnName, string>> = { ...this.settings.columns, ...this.settings.optional };
    const column = field === '' ? '' : (titles[field as ColumnName] ?? field);
    const told = code === 'amount' ? { ...values, decimal: sampleOf(this.settings) } : values;
    this.report.refused.push({ line, column, code, values: told, expected: faultWords({ code, values: told }) });
  }

  skip(line: number, code: SalesSkipCode, values: SalesFaultValues): void {
    this.report.skippedRows += 1;
    if (this.report.skipped.length < MOST_REPORTED)
      this.report.skipped.push({ line, code, values, why: skipWords({ code, values }) });
  }

  /** By the lines of the file. */
  inOrder(): Omit<CsvReport, 'read'> {
    this.report.refused.sort((one, other) => one.line - other.line);
    this.report.skipped.sort((one, other) => one.line - other.line);
    return this.report;
  }
}
