import type { ScoreRow } from './compare.js';

const number = (value: number | null): string =>
  value === null ? 'not sensed' : Number.isInteger(value) ? String(value) : value.toFixed(2);
const error = (row: ScoreRow): string => {
  if (row.target === 'equal' && Number.isInteger(row.truth) === false) return row.error.toFixed(2);
  if (row.error === Infinity) return '–';
  return row.target.startsWith('F1')
    ? `F1 ${(1 - row.error).toFixed(4)}`
    : row.target === 'equal'
      ? number(row.error)
      : `${(row.error * 100).toFixed(2)} %`;
};

/** A table for people, one line per figure, with what was wrong below each missed one. */
export function tableOf(rows: readonly ScoreRow[]): string {
  const cells = rows.map((row) => [
    row.ok ? 'ok' : 'MISS',
    row.name,
    number(row.system),
    number(row.truth),
    error(row),
    row.target,
  ]);
  const all = [['', 'figure', 'system', 'truth', 'error', 'target'], ...cells];
  const widths = (all[0] as string[]).map((_, column) =>
    Math.max(...all.map((line) => (line[column] as string).length)),
  );
  const text = all.map((line) =>
    line
      .map((cell, column) =>
        column >= 2 && column <= 4 ? cell.padStart(widths[column] as number) : cell.padEnd(widths[column] as number),
      )
      .join('  ')
      .trimEnd(),
  );
  return text
    .flatMap((line, index) =>
      rows[index - 1]?.detail && !rows[index - 1]?.ok ? [line, `      ${rows[index - 1]?.detail}`] : [line],
    )
    .join('\n');
}

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** The same as a JUnit report: one test case per figure. */
export function junitOf(rows: readonly ScoreRow[]): string {
  const failures = rows.filter((row) => !row.ok).length;
  const cases = rows.map((row) => {
    const name = `<testcase classname="score" name="${escapeXml(row.name)}"`;
    if (row.ok) return `  ${name}/>`;
    const told = `${number(row.system)} instead of ${number(row.truth)}, error ${error(row)}, target ${row.target}${row.detail ? `: ${row.detail}` : ''}`;
    return `  ${name}><failure message="${escapeXml(told)}"/></testcase>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="simulated shop" tests="${rows.length}" failures="${failures}">\n${cases.join('\n')}\n</testsuite>\n`;
}
