import { FEATURE_COUNT } from '../domain/interest/features.js';

/** Moments whose outcome is known, in order of time: row by row FEATURE_COUNT features, and 1 where something was taken. */
export interface Examples {
  count: number;
  features: Float32Array;
  taken: Uint8Array;
}

export function examplesOf(samples: readonly { features: ArrayLike<number>; taken: boolean }[]): Examples {
  const features = new Float32Array(samples.length * FEATURE_COUNT);
  const taken = new Uint8Array(samples.length);
  samples.forEach((sample, at) => {
    features.set(sample.features, at * FEATURE_COUNT);
    taken[at] = sample.taken ? 1 : 0;
  });
  return { count: samples.length, features, taken };
}

/** The examples from `from` up to, but not, `to`. */
export const slice = (examples: Examples, from: number, to: number): Examples => ({
  count: to - from,
  features: examples.features.subarray(from * FEATURE_COUNT, to * FEATURE_COUNT),
  taken: examples.taken.subarray(from, to),
});

export function join(parts: readonly Examples[]): Examples {
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const all: Examples = {
    count,
    features: new Float32Array(count * FEATURE_COUNT),
    taken: new Uint8Array(count),
  };
  let at = 0;
  for (const part of parts) {
    all.features.set(part.features, at * FEATURE_COUNT);
    all.taken.set(part.taken, at);
    at += part.count;
  }
  return all;
}
