import { Dice } from '../fuzz/mutate.js';
import { watchChanges } from './changes.js';
import { killWhilePlaying } from './kills.js';

/** Changes of item in a real browser, every frame looked at. @returns the exit status */
export async function soakPlayer(changes: number, seed: number): Promise<number> {
  const verdict = await watchChanges(changes, new Dice(seed), (done, { frames, blank, wrong }) =>
    process.stderr.write(`${done} changes, ${frames} frames, ${blank} blank, ${wrong} wrong\n`),
  );
  const { frames, blank, wrong, said, seconds, kinds } = verdict;
  const mixed = Object.entries(kinds)
    .map(([kind, count]) => `${kind} ${count}`)
    .join(', ');
  for (const line of said) process.stdout.write(`${line}\n`);
  process.stdout.write(
    `${changes} changes of item (${mixed}) in ${seconds.toFixed(0)} s, ${frames} frames looked at: ${blank} blank or in part, ${wrong} wrong\n`,
  );
  const isFine = blank === 0 && wrong === 0 && frames > changes;
  if (!isFine) process.stdout.write('FAILED\n');
  return isFine ? 0 : 1;
}

/** The shop's processes die at random; plays as rendered against plays as counted. @returns the exit status */
export async function soakPlays(kills: number, seed: number): Promise<number> {
  const verdict = await killWhilePlaying(kills, new Dice(seed), (text) => process.stderr.write(`${text}\n`));
  const { rendered, counted, onTheEdge, faults } = verdict;
  const killed = Object.entries(verdict.kills)
    .map(([what, times]) => `${what} ${times}`)
    .join(', ');
  for (const fault of faults.slice(0, 30)) process.stdout.write(`${fault}\n`);
  process.stdout.write(
    `${kills} kills (${killed}): ${rendered} plays rendered, ${counted} counted, ${onTheEdge} known to one side only, since their browser was shot within half a second; ${faults.length} faults\n`,
  );
  const isFine = faults.length === 0 && rendered > kills;
  if (!isFine) process.stdout.write('FAILED\n');
  return isFine ? 0 : 1;
}
