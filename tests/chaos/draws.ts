/** Numbers from 0 to 1: a small congruential generator (Numerical Recipes' constants) is random enough to choose moments. */
export function drawsOf(seed: number): () => number {
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
