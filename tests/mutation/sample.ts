import { Dice } from '../fuzz/mutate.js';

/** `count` of the items, or all where there are fewer, each equally likely; the same for the same seed. */
export function sampleOf<T>(items: readonly T[], count: number, seed: number): T[] {
  const dice = new Dice(seed);
  const left = [...items];
  const taken: T[] = [];
  while (taken.length < count && left.length > 0) taken.push(...left.splice(dice.below(left.length), 1));
  return taken;
}

/** The first of each, then the second of each …: a run that is stopped early has seen all of them. */
export function inTurn<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, index) =>
    lists.flatMap((list) => (index < list.length ? [list[index] as T] : [])),
  ).flat();
}
