import type { Candidate } from './candidates.js';

/** A mutant and what became of it. `timeout`: the tests did not end with it, which a person would notice. */
export interface Outcome extends Candidate {
  state: 'killed' | 'survived' | 'timeout';
  /** how many test files come by it and were run, or would have been until one failed; 0: no test comes by */
  tests: number;
  /** how many more come by it but were left out for their time */
  cut: number;
  /** the test that failed */
  by?: string;
}

export interface Score {
  folder: string;
  killed: number;
  survived: number;
  timeout: number;
  /** (killed + timeout) / all; null where no mutant was run */
  score: number | null;
  /** where the score of all mutants lies, 95 times of 100 (Wilson's interval) */
  between: [number, number] | null;
}

export function scoreOf(folder: string, outcomes: readonly Outcome[]): Score {
  const count = (state: Outcome['state']): number => outcomes.filter((one) => one.state === state).length;
  const [killed, survived, timeout] = [count('killed'), count('survived'), count('timeout')];
  const all = killed + survived + timeout;
  const found = killed + timeout;
  return {
    folder,
    killed,
    survived,
    timeout,
    score: all === 0 ? null : found / all,
    between: all === 0 ? null : wilson(found, all),
  };
}

/**
 * E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", Journal of the American
 * Statistical Association 22 (1927), for 95 %.
 */
export function wilson(hits: number, all: number): [number, number] {
  const z = 1.959964;
  const share = hits / all;
  const middle = share + (z * z) / (2 * all);
  const half = z * Math.sqrt((share * (1 - share)) / all + (z * z) / (4 * all * all));
  const whole = 1 + (z * z) / all;
  return [Math.max(0, (middle - half) / whole), Math.min(1, (middle + half) / whole)];
}

/** One for each folder, in the order given, and one for all. */
export function scores(folders: readonly string[], outcomes: readonly Outcome[]): Score[] {
  return [
    ...folders.map((folder) =>
      scoreOf(
        folder,
        outcomes.filter((one) => one.folder === folder),
      ),
    ),
    scoreOf('all', outcomes),
  ];
}

export function tableOf(rows: readonly Score[]): string {
  const wide = Math.max(6, ...rows.map(({ folder }) => folder.length));
  const line = (cells: readonly string[]): string =>
    [(cells[0] ?? '').padEnd(wide), ...cells.slice(1).map((cell) => cell.padStart(10))].join('');
  return [
    line(['folder', 'killed', 'survived', 'timeout', 'score', '95 %']),
    ...rows.map(({ folder, killed, survived, timeout, score, between }) =>
      line([folder, String(killed), String(survived), String(timeout), percent(score), span(between)]),
    ),
  ].join('\n');
}

/** `file:line operator: before → after`, each side on one line and cut where it is long. */
export function told({ file, mutant, state, tests, cut }: Outcome): string {
  const place = `${file}:${mutant.line} ${mutant.operator}: ${short(mutant.before)} → ${short(mutant.after)}`;
  if (state !== 'survived') return place;
  if (tests === 0) return `${place} (no test comes by)`;
  return `${place} (${tests} test files come by${cut > 0 ? `, ${cut} more not run for their time` : ''})`;
}

function percent(score: number | null): string {
  return score === null ? '–' : `${Math.round(score * 100)} %`;
}

function span(between: [number, number] | null): string {
  return between === null ? '–' : between.map((end) => Math.round(end * 100)).join('–');
}

function short(text: string): string {
  const flat = text.replace(/\s+/g, ' ');
  if (flat === ';') return '(nothing)';
  return flat.length > 80 ? `${flat.slice(0, 79)}…` : flat;
}
