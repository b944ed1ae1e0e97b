import { expect, it } from 'vitest';
import { GroupCommit } from '../../src/store/group-commit.js';
import { Pace } from '../../src/store/pace.js';
import { ManualClock, settled } from '../service/manual-clock.js';

function paced() {
  const clock = new ManualClock();
  const pace = new Pace({ monotonicMs: () => clock.monotonicMs(), after: (ms, task) => clock.after(ms, task) });
  const commits: number[][] = [];
  const commit = async (items: number[]): Promise<void> => {
    pace.began(items.length);
    commits.push(items);
  };
  return { clock, commits, group: new GroupCommit<number>(commit, undefined, () => pace.next()) };
}

it('what comes after a silence is committed at once, what follows it closely together and a little later', async () => {
  const { clock, commits, group } = paced();
  await group.add([1]);
  const second = Promise.all([group.add([2]), group.add([3])]);
  await settled();
  expect(commits).toEqual([[1]]);
  await clock.advance(20);
  const third = group.add([4]);
  await settled();
  expect(commits).toEqual([[1]]);
  await clock.advance(6);
  await Promise.all([second, third]);
  expect(commits).toEqual([[1], [2, 3, 4]]);
  await clock.advance(1000);
  await group.add([5]);
  expect(commits.at(-1)).toEqual([5]);
});

it('the more a commit held the later the next one, and never by more than a tenth of a second', async () => {
  const { clock, commits, group } = paced();
  await group.add(Array.from({ length: 7000 }, () => 0));
  const next = group.add([1]);
  await clock.advance(99);
  await settled();
  expect(commits).toHaveLength(1);
  await clock.advance(1);
  await next;
  expect(commits).toHaveLength(2);
  await group.idle();
});

it('without a clock no commit waits', async () => {
  const pace = new Pace({});
  pace.began(7000);
  await pace.next();
});
