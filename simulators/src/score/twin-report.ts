import type { Judged } from './expect.js';

const number = (value: number | null): string => {
  if (value === null) return '–';
  return Number.isInteger(value) ? String(value) : String(Number(value.toFixed(Math.abs(value) < 10 ? 4 : 2)));
};
const limitOf = ({ limit, wants }: Judged): string =>
  limit === null ? '' : `${wants === 'most' ? '≤' : '≥'} ${number(limit)}`;

/** A table for people: figure, truth, system, error, limit; what was wrong stands below a figure that misses its limit. */
export function twinTable(rows: readonly Judged[]): string {
  const cells = rows.map((row) => [
    row.ok === null ? '' : row.ok ? 'ok' : 'MISS',
    row.key,
    number(row.truth),
    number(row.system),
    `${number(row.error)} ${row.unit}`,
    limitOf(row),
  ]);
  const all = [['', 'figure', 'truth', 'system', 'error', 'limit'], ...cells];
  const widths = (all[0] ?? []).map((_, column) => Math.max(...all.map((line) => line[column]?.length ?? 0)));
  return all
    .flatMap((line, at) => {
      const text = line
        .map((cell, column) =>
          column === 2 || column === 3 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd();
      const row = rows[at - 1];
      return row?.detail !== undefined && row.ok !== true && row.error !== 0 ? [text, `      ${row.detail}`] : [text];
    })
    .join('\n');
}

/** What XML 1.0 does not allow in any way of writing it. */
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const escapeXml = (text: string): string =>
  text
    .replace(FORBIDDEN, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\n', '&#10;');

/** A JUnit report: a test case for each figure, skipped where nothing was expected of it. */
export function twinJunit(rows: readonly Judged[], about: { name: string; seconds: number }): string {
  const count = (ok: boolean | null) => rows.filter((row) => row.ok === ok).length;
  const cases = rows.map((row) => {
    const open = `    <testcase classname="${escapeXml(about.name)}" name="${escapeXml(row.key)}" time="0"`;
    if (row.ok === true) return `${open}/>`;
    if (row.ok === null)
      return `${open}><skipped message="${escapeXml(`nothing was expected: ${told(row)}`)}"/></testcase>`;
    return `${open}><failure type="limit" message="${escapeXml(told(row))}">${escapeXml(row.detail ?? '')}</failure></testcase>`;
  });
  const counts = `tests="${rows.length}" failures="${count(false)}" errors="0" skipped="${count(null)}" time="${about.seconds.toFixed(3)}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts.replace(/ skipped="\d+"/, '')}>`,
    `  <testsuite name="${escapeXml(about.name)}" ${counts}>`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

const told = (row: Judged): string =>
  `${number(row.system)} instead of ${number(row.truth)}, error ${number(row.error)} ${row.unit}${row.limit === null ? '' : `, limit ${limitOf(row)}`}`;
