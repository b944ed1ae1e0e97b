import { describe, expect, it } from 'vitest';
import { type Operator, mutantsOf, mutated } from './operators.js';

/** All texts that one operator makes of a text. */
const made = (operator: Operator, text: string): string[] =>
  mutantsOf(text)
    .filter((mutant) => mutant.operator === operator)
    .map((mutant) => mutated(text, mutant));

describe('mutants of a source', () => {
  it.each<[Operator, string, string[]]>([
    ['boundary', 'f(a < b);', ['f(a <= b);']],
    ['boundary', 'f(a >= b);', ['f(a > b);']],
    ['equality', 'f(a === b);', ['f(a !== b);']],
    ['equality', 'f(a != b);', ['f(a == b);']],
    ['arithmetic', 'f(a * b % c);', ['f(a / b % c);', 'f(a * b * c);']],
    ['arithmetic', 'a += b;', ['a -= b;']],
    ['arithmetic', 'f(a++, --b);', ['f(a--, --b);', 'f(a++, ++b);']],
    ['boolean', 'f(true, false);', ['f(false, false);', 'f(true, true);']],
    ['logical', 'f(a && b);', ['f(((a) || (b)));']],
    ['logical', 'f(a ?? b);', ['f(((a) && (b)));']],
    ['condition', 'if (a) b();', ['if (true) b();', 'if (false) b();']],
    ['condition', 'f(a ? b : c);', ['f(true ? b : c);', 'f(false ? b : c);']],
    ['condition', 'while (a) b();', ['while (false) b();']],
    ['condition', 'for (let i = 0; i < n; i++) b();', ['for (let i = 0; false; i++) b();']],
    ['statement', 'a();', [';']],
    ['statement', 'if (a) throw b;', ['if (a) ;']],
    ['number', 'f(1_000);', ['f(1001);', 'f((999));']],
    ['number', 'f(0);', ['f(1);', 'f((-1));']],
    ['string', "f('a');", ["f('');"]],
    ['return', 'function f() { return a; }', ['function f() { return undefined; }']],
  ])('%s of %s', (operator, text, expected) => {
    expect(made(operator, text)).toEqual(expected);
  });

  it('keeps the order of operands when the operator changes how strongly it binds', () => {
    expect(made('logical', 'f((a || b) && c);')).toEqual(['f((((a || b)) || (c)));', 'f((((a) && (b))) && c);']);
  });

  it('leaves types, imports, names of members and empty texts as they are', () => {
    const text = `import { a } from 'a';
export { b } from 'b';
export type C = 'c' | 1 | true;
interface D { e: 'e' }
declare const g: boolean;
const h = { 'i-j': a as 'k', 1: '' };
const { 'l-m': n } = h;`;
    expect(mutantsOf(text)).toEqual([]);
  });

  it('does not subtract texts, and does not drop a call of the parent class', () => {
    expect(made('arithmetic', "f('a' + b + c);")).toEqual([]);
    expect(made('arithmetic', 'f(`a${b}` + c);')).toEqual([]);
    expect(made('statement', 'class A extends B { constructor() { super(); this.c(); } }')).toHaveLength(1);
  });

  it('says the line, from 1, and what stood there', () => {
    expect(mutantsOf('\n\nf(a <\n b);').find(({ operator }) => operator === 'boundary')).toMatchObject({
      line: 3,
      before: '<',
      after: '<=',
    });
  });
});
