import type { CsvFormat } from '../store/device-entry.js';
import { isEncoding } from '../text-encoding.js';
import { problem, type Problem } from '../words/problem.js';
import { PRESETS, type OptionalColumn, type PresetLayout } from './presets.js';

export type ColumnName = keyof NonNullable<CsvFormat['columns']> | OptionalColumn;
/** A column each for what no sale can do without, and `net` or `price`. */
export type Columns = NonNullable<CsvFormat['columns']> & Record<'receipt' | 'date' | 'gtin', string>;

/** Sales from a file of comma separated values, one row per sale line. The shop says which column is what. */
export interface CsvSettings
  extends Omit<CsvFormat, 'columns' | 'preset'>, Partial<Pick<PresetLayout, 'optional' | 'usual' | 'maySkip'>> {
  columns: Columns;
  /** IANA zone of the store: a time without a zone is read in it */
  timezone: string;
  /** of the store, ISO 4217: an amount that names another is refused */
  currency?: string;
  /** day: receipt numbers begin anew each store day, so the same number on another day is another receipt */
  receiptScope?: 'store' | 'day';
  /** largest file in bytes */
  limitBytes?: number;
}

const NEEDED = ['receipt', 'date', 'gtin'] as const;

/** An entry with its preset filled in: what the entry says of a column comes before, of the others the preset's word holds. */
export function withPreset(csv: CsvFormat): CsvFormat & Partial<PresetLayout> {
  if (csv.preset === undefined) return csv;
  const { preset, columns, ...own } = csv;
  const { maySkip, ...known } = PRESETS[preset];
  const countsAll = own.skip !== undefined && Object.keys(own.skip).length === 0;
  return {
    ...{ ...known, ...own, columns: { ...known.columns, ...columns } },
    ...(known.only && { only: { ...known.only, ...own.only } }),
    ...(known.returns && { returns: { ...known.returns, ...own.returns } }),
    ...(known.skip && { skip: countsAll ? {} : { ...known.skip, ...own.skip } }),
    ...(maySkip && !countsAll && { maySkip }),
  };
}

/** What does not hold together in an entry; fields are within `csv`. */
export function csvProblems(csv: CsvFormat): Problem[] {
  const problems: Problem[] = [];
  const { columns = {} } = withPreset(csv);
  for (const name of NEEDED) if (columns[name] === undefined) problems.push(problem(`.columns.${name}`, 'missing'));
  if (columns.net === undefined && columns.price === undefined) problems.push(problem('.columns.net', 'missing'));
  if (csv.encoding !== undefined && !isEncoding(csv.encoding))
    problems.push(problem('.encoding', 'namesNo', { what: 'encodingName', id: csv.encoding }));
  return problems;
}
