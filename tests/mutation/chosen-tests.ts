import path from 'node:path';
import type { Learnt } from './learn.js';

export interface ChosenTests {
  /** in the order in which they are run */
  tests: Learnt[];
  /** how many more come by the mutant, but were left out so that it does not take longer */
  cut: number;
  /** what they take together without a mutant */
  milliseconds: number;
}

/**
 * The tests that come by a mutant: those that name its file first, unless one alone takes longer than is given, then the
 * quicker ones, as many as end within the time; at least one.
 * @param learnt what may be run
 * @param names whether a test imports the file itself
 */
export function chosenTests(
  name: string,
  learnt: readonly Learnt[],
  names: (test: string) => boolean,
  milliseconds: number,
): ChosenTests {
  const covering = learnt
    .filter(({ failure, seen }) => failure === null && seen.includes(name))
    .map((one) => ({ one, isFirst: one.milliseconds <= milliseconds && names(one.test) }))
    .sort((a, b) => Number(b.isFirst) - Number(a.isFirst) || a.one.milliseconds - b.one.milliseconds)
    .map(({ one }) => one);
  const tests: Learnt[] = [];
  let sum = 0;
  for (const one of covering) {
    if (tests.length > 0 && sum + one.milliseconds > milliseconds) continue;
    tests.push(one);
    sum += one.milliseconds;
  }
  return { tests, cut: covering.length - tests.length, milliseconds: sum };
}

/** Whether a test's text imports this source. */
export function importsFile(testText: string, file: string): boolean {
  return testText.includes(`/${path.basename(file, '.ts')}.js'`);
}
