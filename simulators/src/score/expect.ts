import { Type } from '@sinclair/typebox';
import { AisleError, compile, type FieldMessage, parseYaml } from '@aisle/contracts';
import type { Figure } from './twin-figures.js';

/** Limits by figure: `pickups.f1: 0.95`. docs/simulators.md lists the figures. */
export const Expectations = Type.Record(
  Type.String(),
  Type.Number({ description: 'a number: the limit of that figure' }),
  { description: 'figures with their limits' },
);
export type Expectations = ReadonlyMap<string, number>;

export class ExpectError extends AisleError {
  override readonly name = 'ExpectError';
  readonly code = 'expectFile';
  constructor(source: string, problems: readonly FieldMessage[]) {
    super(`${source}: ${problems.map(({ field, message }) => `${field} ${message}`.trim()).join('; ')}`);
  }
}

const checker = compile(Expectations);

/** YAML text → limits by figure. @throws ExpectError */
export function parseExpectations(text: string, source: string): Expectations {
  const read = parseYaml(text);
  if (!read.ok) throw new ExpectError(source, [read.problem]);
  const raw = read.value;
  const problems = checker.problems(raw);
  if (problems.length > 0) throw new ExpectError(source, problems);
  return new Map(Object.entries(raw as Record<string, number>));
}

/** A figure with what was expected of it; `ok` is null where nothing was. */
export interface Judged extends Figure {
  readonly limit: number | null;
  readonly ok: boolean | null;
}

/** @throws ExpectError for a limit of a figure that there is not */
export function judge(figures: readonly Figure[], limits: Expectations, source: string): Judged[] {
  const unknown = [...limits.keys()].filter((key) => !figures.some((figure) => figure.key === key));
  if (unknown.length > 0)
    throw new ExpectError(
      source,
      unknown.map((field) => ({ field, message: 'is no figure of this run; see docs/simulators.md' })),
    );
  return figures.map((figure) => {
    const limit = limits.get(figure.key);
    if (limit === undefined) return { ...figure, limit: null, ok: null };
    const { error, wants } = figure;
    return { ...figure, limit, ok: error !== null && (wants === 'most' ? error <= limit : error >= limit) };
  });
}
