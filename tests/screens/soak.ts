import { Dice } from '../fuzz/mutate.js';
import { watchChanges } from './changes.js';

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
