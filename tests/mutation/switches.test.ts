import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runInNewContext } from 'node:vm';
import { transformSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { root } from '../support/system.js';
import { type Mutant, mutantsOf, mutated } from './operators.js';
import { switched } from './switches.js';

const numbered = (text: string): Map<number, Mutant> => new Map(mutantsOf(text).map((mutant, at) => [at, mutant]));

/** What the text leaves in `result`, or the error it ends with, with one mutant on and the others off. */
const resultOf = (text: string, on = -1): unknown => {
  try {
    const world = { aisleMutant: (number: number) => number === on, result: undefined };
    runInNewContext(text, world, { timeout: 300 });
    return world.result;
  } catch (error) {
    return (error as Error).name;
  }
};

const PROGRAM = `
function sum(list, limit = 10) {
  let total = 0;
  for (let at = 0; at < list.length && total <= limit; at++) {
    if (list[at] < 0) throw new TypeError('negative');
    total += list[at] * 2 - (list[at] === 3 ? 1 : 0);
  }
  return total;
}
const fallback = { value: null }.value ?? 'none';
let text = '';
do { text += 'x'; } while (text.length < 3);
if (text) text += '!';
result = [sum([1, 2, 3, 4]), sum([9, 9]), fallback, text, (() => { try { return sum([-1]); } catch (error) { return error.message; } })()].join();
`;

describe('a text with its mutants switched', () => {
  it('does what the text does while none is on, and what each mutant does while that is on', () => {
    const mutants = numbered(PROGRAM);
    const text = switched(PROGRAM, mutants);
    expect(resultOf(text)).toBe(resultOf(PROGRAM));
    expect(mutants.size).toBeGreaterThan(40);
    for (const [number, mutant] of mutants)
      expect(resultOf(text, number), `${mutant.operator}: ${mutant.before} → ${mutant.after}`).toEqual(
        resultOf(mutated(PROGRAM, mutant)),
      );
  });

  it('keeps lines where they were, and needs nobody to answer', () => {
    const text = 'a(\n  b < 1);\nc();\n';
    const made = switched(text, new Map([...numbered(text)].filter(([, { operator }]) => operator === 'boundary')));
    expect(made).toBe('a(\n  (globalThis.aisleMutant?.(1) ? (b <= 1) : (b < 1)));\nc();\n');
    const world = { result: undefined };
    runInNewContext(switched(PROGRAM, numbered(PROGRAM)), world);
    expect(world.result).toBe(resultOf(PROGRAM));
  });

  it('can be read, with all mutants of a file at once, for every source of the agent and the cloud', () => {
    for (const folder of ['agent/src/domain', 'agent/src/journal', 'agent/src/uplink', 'cloud/src']) {
      const names = readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' });
      for (const name of names.filter((name) => name.endsWith('.ts'))) {
        const text = readFileSync(path.join(root, folder, name), 'utf8');
        // Throws, with the place, where it cannot be read.
        expect(transformSync(switched(text, numbered(text)), { loader: 'ts', sourcefile: name }).warnings).toEqual([]);
      }
    }
  });
});
