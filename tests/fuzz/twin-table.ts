import type { Judged } from '../../simulators/src/score/expect.js';

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const count = (value: number | null): string =>
  value === null ? '–' : Number.isInteger(value) ? String(value) : value.toFixed(2);

/** What has a limit, beside it: shares by their error, the rest as truth → system. */
function told({ key, truth, system, error, wants, unit }: Judged): string {
  if (error === null) return 'not known';
  if (wants === 'least') return key.endsWith('.f1') ? `${error.toFixed(3)} (of ${count(truth)})` : percent(error);
  if (unit === 'share' && truth !== null && system !== null && key !== 'staff.leak')
    return `${system >= truth ? '+' : '−'}${percent(error)}`;
  if (unit === 'share') return percent(error);
  if (truth === null || system === null) return `${count(error)} ${unit}`;
  return `${count(truth)} → ${count(system)}`;
}

function limitOf({ limit, wants, unit }: Judged): string {
  if (limit === null) return '';
  const value = unit === 'share' && wants === 'most' ? percent(limit) : String(limit);
  return limit === 0 && wants === 'most' ? 'equal' : `${wants === 'most' ? '≤' : '≥'} ${value}`;
}

/** The figures that have a limit, a column for each seed, in Markdown. What misses its limit is bold. */
export function seedsTable(runs: readonly { seed: number; rows: readonly Judged[] }[]): string {
  const keys = [
    ...new Set(runs.flatMap(({ rows }) => rows.filter(({ limit }) => limit !== null).map(({ key }) => key))),
  ];
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(['figure', ...runs.map(({ seed }) => `seed ${seed}`), 'limit']),
    line(['---', ...runs.map(() => '---'), '---']),
    ...keys.map((key) => {
      const own = runs.map(({ rows }) => rows.find((row) => row.key === key));
      const first = own.find((row) => row !== undefined);
      return line([
        key,
        ...own.map((row) => (row === undefined ? '–' : row.ok === false ? `**${told(row)}**` : told(row))),
        first ? limitOf(first) : '',
      ]);
    }),
  ].join('\n');
}
