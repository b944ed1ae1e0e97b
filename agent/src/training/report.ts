import type { Scores } from '../ports/interest-model.js';

/** A comparison as text: one line per candidate, AUC, Brier and ECE side by side. */
export function comparison(rows: readonly { name: string; scores: Scores }[]): string {
  const width = Math.max(...rows.map(({ name }) => name.length), 5);
  const line = (name: string, cells: readonly string[]) =>
    `${name.padEnd(width)}  ${cells.map((cell) => cell.padStart(7)).join('  ')}`;
  return [
    line('', ['AUC', 'Brier', 'ECE']),
    ...rows.map(({ name, scores: { auc, brier, ece } }) =>
      line(
        name,
        [auc, brier, ece].map((value) => value.toFixed(4)),
      ),
    ),
  ].join('\n');
}

/** Scores rounded for a manifest. */
export const rounded = ({ auc, brier, ece }: Scores): Scores => ({
  auc: Number(auc.toFixed(4)),
  brier: Number(brier.toFixed(4)),
  ece: Number(ece.toFixed(4)),
});
