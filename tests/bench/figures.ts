/** One row of the benchmark's table. `ratio` is figure ÷ reference, both from the same run. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  reference: { name: string; value: number };
  ratio: number;
  /** what was promised, and whether it holds */
  target: string;
  met: boolean;
}

export const atLeast = (
  name: string,
  value: number,
  unit: string,
  reference: Figure['reference'],
  target: number,
): Figure => {
  const ratio = value / reference.value;
  return { name, value, unit, reference, ratio, target: `ratio ≥ ${target}`, met: ratio >= target };
};

export const atMost = (
  name: string,
  value: number,
  unit: string,
  reference: Figure['reference'],
  target = 1,
): Figure => {
  const ratio = value / reference.value;
  return { name, value, unit, reference, ratio, target: `ratio ≤ ${target}`, met: ratio <= target };
};

export function percentile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}

export function table(figures: readonly Figure[]): string {
  const text = (value: number) => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3));
  const rows = [
    ['name', 'figure', 'reference', 'ratio', 'target', ''],
    ...figures.map((f) => [
      f.name,
      `${text(f.value)} ${f.unit}`,
      `${text(f.reference.value)} ${f.unit} (${f.reference.name})`,
      f.ratio.toFixed(2),
      f.target,
      f.met ? 'met' : 'MISSED',
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
