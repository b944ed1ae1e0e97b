import type { Mutant } from './operators.js';

/** A mutant and what became of it. `timeout`: the tests did not end with it, which a person would notice. */
export interface Outcome {
  folder: string;
  /** from the root of the tree */
  file: string;
  mutant: Mutant;
  state: 'killed' | 'survived' | 'timeout';
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
}

export function scoreOf(folder: string, outcomes: readonly Outcome[]): Score {
  const count = (state: Outcome['state']): number => outcomes.filter((one) => one.state === state).length;
  const [killed, survived, timeout] = [count('killed'), count('survived'), count('timeout')];
  const all = killed + survived + timeout;
  return { folder, killed, survived, timeout, score: all === 0 ? null : (killed + timeout) / all };
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
    [(cells[0] ?? '').padEnd(wide), ...cells.slice(1).map((cell) => cell.padStart(9))].join('');
  return [
    line(['folder', 'killed', 'survived', 'timeout', 'score']),
    ...rows.map(({ folder, killed, survived, timeout, score }) =>
      line([folder, String(killed), String(survived), String(timeout), percent(score)]),
    ),
  ].join('\n');
}

/** `file:line operator: before → after`, each side on one line and cut where it is long. */
export function told({ file, mutant }: Pick<Outcome, 'file' | 'mutant'>): string {
  return `${file}:${mutant.line} ${mutant.operator}: ${short(mutant.before)} → ${short(mutant.after)}`;
}

function percent(score: number | null): string {
  return score === null ? '–' : `${Math.round(score * 100)} %`;
}

function short(text: string): string {
  const flat = text.replace(/\s+/g, ' ');
  if (flat === ';') return '(nothing)';
  return flat.length > 80 ? `${flat.slice(0, 79)}…` : flat;
}
