import type { Mutant } from './operators.js';

/** What a switched text asks: whether the mutant with this number is the one to be. It also notes that it was asked. */
export const SWITCH = 'globalThis.aisleMutant';

/**
 * The text with all these mutants in it, each off until it is switched on: `a < b` becomes
 * `(globalThis.aisleMutant?.(7) ? (a <= b) : (a < b))`. So one text tells which tests come by which mutants, and serves
 * for all of them. Lines keep their numbers, except where a mutant itself spans several.
 * @param numbered the mutants of this text, by the number that switches them
 */
export function switched(text: string, numbered: ReadonlyMap<number, Mutant>): string {
  const pieces: { at: number; text: string; isEnd: boolean; length: number; nth: number }[] = [];
  let nth = 0;
  for (const [number, { whole }] of numbered) {
    const { from, to, isStatement } = whole;
    // Where both have the same ends, the statement is around the expression.
    const length = to - from + (isStatement ? 0.5 : 0);
    const [open, close] = isStatement
      ? [`{if (${SWITCH}?.(${number})) {${whole.after}} else {`, '}}']
      : [`(${SWITCH}?.(${number}) ? (${whole.after}) : (`, '))'];
    pieces.push({ at: from, text: open, isEnd: false, length, nth });
    pieces.push({ at: to, text: close, isEnd: true, length, nth: nth++ });
  }
  // At one place: ends before starts; what is wider starts before and ends after what it holds.
  pieces.sort(
    (a, b) =>
      a.at - b.at ||
      Number(b.isEnd) - Number(a.isEnd) ||
      (a.isEnd ? a.length - b.length || b.nth - a.nth : b.length - a.length || a.nth - b.nth),
  );
  let made = '';
  let done = 0;
  for (const piece of pieces) {
    made += text.slice(done, piece.at) + piece.text;
    done = piece.at;
  }
  return made + text.slice(done);
}
