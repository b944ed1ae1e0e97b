import type { Sample } from './blocks.js';

/** Uniform in [0, 1). */
export type Chance = () => number;

/** Other ways in which the arms could have been drawn: of each, the blocks of the smaller arm. */
export interface Draws {
  /** whether the listed blocks are the treated ones */
  ofTreated: boolean;
  size: number;
  lists: readonly Int32Array[];
}

/** Draws the arms `count` times anew as they were drawn: each stratum keeps how many of it are treated. */
export function drawsOf(sample: Sample, count: number, chance: Chance): Draws {
  const ofTreated = sample.blocks.treated <= sample.blocks.heldOut;
  const wanted = ofTreated ? 1 : 0;
  const members: number[][] = Array.from({ length: sample.strata }, () => []);
  const quota = new Int32Array(sample.strata);
  for (let i = 0; i < sample.size; i += 1) {
    const stratum = sample.stratum[i]!;
    members[stratum]!.push(i);
    if (sample.treated[i] === wanted) quota[stratum]! += 1;
  }
  const size = Math.min(sample.blocks.treated, sample.blocks.heldOut);
  const lists = Array.from({ length: count }, () => {
    const list = new Int32Array(size);
    let at = 0;
    members.forEach((blocks, stratum) => {
      for (let k = 0; k < quota[stratum]!; k += 1) {
        // the start of a shuffle: what was drawn moves to the front
        const other = k + Math.floor(chance() * (blocks.length - k));
        const drawn = blocks[other]!;
        blocks[other] = blocks[k]!;
        blocks[k] = drawn;
        list[at] = drawn;
        at += 1;
      }
    });
    return list;
  });
  return { ofTreated, size, lists };
}

/** The blocks of the smaller arm as they really were. */
export function drawnList(sample: Sample, { ofTreated, size }: Draws): Int32Array {
  const list = new Int32Array(size);
  const wanted = ofTreated ? 1 : 0;
  let at = 0;
  for (let i = 0; i < sample.size; i += 1) {
    if (sample.treated[i] !== wanted) continue;
    list[at] = i;
    at += 1;
  }
  return list;
}
