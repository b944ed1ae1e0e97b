import type { RowContent } from './csv-line.js';

interface Parted {
  number: string;
  ts: number;
  rows: { content: RowContent; ts: number | undefined }[];
  returnOf: string | undefined;
}

/**
 * A receipt whose goods were given back on a later day, under the same number, → the sale, and for each later day a receipt of what
 * came back on it (`NUMBER/2026-03-05`): a return counts on the day it is made (SEMANTICS §18), and the sale stays on its own.
 * `dayOf`: store day of epoch ms.
 */
export function returnsApart<R extends Parted>(receipt: R, dayOf: (ts: number) => string): R[] {
  const lines = receipt.rows.filter(({ content, ts }) => content.kind === 'line' && ts !== undefined);
  const soldOn = new Set(lines.filter((row) => !isBack(row)).map(({ ts }) => dayOf(ts as number)));
  const [day] = soldOn;
  if (day === undefined || soldOn.size > 1) return [receipt];
  const later = new Map<string, R['rows']>();
  const rest = receipt.rows.filter((row) => {
    const backOn = isBack(row) && row.ts !== undefined ? dayOf(row.ts) : day;
    if (backOn <= day) return true;
    later.set(backOn, [...(later.get(backOn) ?? []), row]);
    return false;
  });
  if (later.size === 0) return [receipt];
  const { number } = receipt;
  return [
    { ...receipt, rows: rest, ts: newest(rest) ?? receipt.ts },
    ...[...later].map(([backOn, rows]) => ({
      ...{ ...receipt, number: `${number}/${backOn}`, rows, ts: newest(rows) ?? receipt.ts },
      returnOf: receipt.returnOf ?? number,
    })),
  ];
}

const isBack = ({ content }: Parted['rows'][number]): boolean => content.kind === 'line' && content.line.quantity < 0;

const newest = (rows: Parted['rows']): number | undefined =>
  rows.reduce<number | undefined>((most, { ts }) => (ts === undefined || (most ?? ts) > ts ? most : ts), undefined);
