import { writeFileSync } from 'node:fs';
import { MOVE_KINDS, TwinShop, WEEKS_AHEAD, type Outcome } from './twin.js';

const MOVES_PER_SHOP = 5;
const LEAST_COVERED = 0.85;

export interface WhatIfScore {
  moves: number;
  /** share of moves whose interval holds what the twin sold */
  covered: number;
  /** mean |expected − sold| ÷ what was sold before, and of "sales stay as they were" */
  error: number;
  noModel: number;
}

export function scoreOf(outcomes: readonly Outcome[]): WhatIfScore {
  const mean = (of: (outcome: Outcome) => number): number =>
    outcomes.reduce((sum, each) => sum + of(each), 0) / outcomes.length;
  return {
    moves: outcomes.length,
    covered: mean(({ low, high, real }) => (low <= real && real <= high ? 1 : 0)),
    error: mean(({ expected, real, now }) => Math.abs(expected - real) / now),
    noModel: mean(({ now, real }) => Math.abs(now - real) / now),
  };
}

/** `--what-if`: random moves in the twin, each simulated anew. Prints what was expected beside what was sold. @returns whether all is as promised */
export async function evaluateWhatIf(
  { moves, seed, json }: { moves: number; seed: number; json: string | undefined },
  say: (line: string) => void,
): Promise<boolean> {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  say(
    `${moves} random moves, seed ${seed}, in ${Math.ceil(moves / MOVES_PER_SHOP)} shops of the twin whose people see shelves in ways of their own; four weeks before, ${WEEKS_AHEAD} after.`,
  );
  const outcomes: Outcome[] = [];
  for (let shop = 0; outcomes.length < moves; shop += 1) {
    const twin = new TwinShop(seed, shop);
    for (let move = 0; move < MOVES_PER_SHOP && outcomes.length < moves; move += 1)
      outcomes.push(await twin.move(move));
  }
  say('');
  say('moves      number   interval holds it   mean error   no model');
  const line = (name: string, of: readonly Outcome[]): void => {
    if (of.length === 0) return;
    const { moves: count, covered, error, noModel } = scoreOf(of);
    say(
      `${name.padEnd(11)}${String(count).padEnd(9)}${percent(covered).padEnd(20)}${percent(error).padEnd(13)}${percent(noModel)}`,
    );
  };
  for (const kind of MOVE_KINDS)
    line(
      kind,
      outcomes.filter((each) => each.kind === kind),
    );
  line('all', outcomes);
  const score = scoreOf(outcomes);
  const good = score.covered >= LEAST_COVERED && score.error < score.noModel;
  say(good ? '\nAs it should be.' : '\nNOT as it should be.');
  if (json !== undefined) writeFileSync(json, JSON.stringify({ good, seed, ...score, outcomes }));
  return good;
}
