import { Type } from '@sinclair/typebox';
import { AisleError, compile, type FieldMessage, parseYaml, type StoreFile } from '@aisle/contracts';
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

/** Figures of every run whose error is to be at most the limit, and those that are shares of what was right, at least. */
const AT_MOST = [
  ...['entries', 'exits', 'visits', 'visitors', 'dwell', 'staff.leak', 'visits.worstZone', 'dwell.worstZone'],
  ...['sales.net', 'sales.zones', 'sales.transactions', 'sales.unitsOff', 'sales.netOff'],
  ...['outOfStock.planted', 'outOfStock.delay', 'outOfStock.lasting', 'outOfStock.false'],
  ...['rfid.falseEvents', 'rfid.falseItems'],
];
const AT_LEAST = [
  ...['pickups', 'putbacks'].flatMap((kind) => [`${kind}.f1`, `${kind}.precision`, `${kind}.recall`]),
  ...['stock.withinOne', 'coverage.worstZone'],
];
const UNKNOWN = 'is no figure of this run; see docs/simulators.md';

/** Before a run: figures that this store cannot have, and limits that nothing can meet or miss. @throws ExpectError */
export function checkLimits(limits: Expectations, store: StoreFile, source: string): void {
  const entrances = (store.entrances ?? []).flatMap(({ id }) => [`entries.${id}`, `exits.${id}`]);
  const most = new Set([...AT_MOST, ...entrances]);
  const problems = [...limits].flatMap(([field, limit]): FieldMessage[] => {
    if (AT_LEAST.includes(field))
      return limit >= 0 && limit <= 1 ? [] : [{ field, message: `expected a share from 0 to 1, got ${limit}` }];
    if (!most.has(field)) return [{ field, message: UNKNOWN }];
    return limit >= 0 ? [] : [{ field, message: `expected a number from 0 on, got ${limit}` }];
  });
  if (problems.length > 0) throw new ExpectError(source, problems);
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
      unknown.map((field) => ({ field, message: UNKNOWN })),
    );
  return figures.map((figure) => {
    const limit = limits.get(figure.key);
    if (limit === undefined) return { ...figure, limit: null, ok: null };
    const { error, wants } = figure;
    return { ...figure, limit, ok: error !== null && (wants === 'most' ? error <= limit : error >= limit) };
  });
}
