import { Type, type Static, type TSchema } from '@sinclair/typebox';
import { compile, instantOf, type Problem } from '@aisle/contracts';
import { parse as parseYaml } from 'yaml';
import { NOISY, type DeviceSettings } from '../devices/settings.js';
import { checkFaults, FaultFileError, Faults } from '../faults/fault-file.js';

const strict = { additionalProperties: false } as const;
const Minute = Type.Number({ minimum: 0, maximum: 100_000, description: 'minutes, 0 to 100000' });
const File = Type.String({ minLength: 1, description: 'a file, from where this one is' });

/** Every key of the devices' settings, each of the kind that it usually is. */
function settingsSchema(usual: object): TSchema {
  const properties = Object.entries(usual).map(([key, value]) => {
    if (typeof value === 'object') return [key, Type.Optional(settingsSchema(value as object))] as const;
    if (typeof value === 'boolean')
      return [key, Type.Optional(Type.Boolean({ description: 'true or false' }))] as const;
    return [key, Type.Optional(Type.Number({ description: `a number, usually ${String(value)}` }))] as const;
  });
  return Type.Object(Object.fromEntries(properties), strict);
}

/** One trial of a shop: docs/simulators.md tells what each key does. */
export const Scenario = Type.Object(
  {
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'a name' })),
    store: File,
    behaviour: Type.Optional(File),
    seed: Type.Optional(Type.Integer({ minimum: 0, description: 'a whole number' })),
    /** ISO 8601 with offset; now when left out */
    start: Type.Optional(Type.String({ description: 'a time such as 2026-03-02T09:00:00+08:00' })),
    minutes: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 100_000, description: 'minutes above 0' })),
    speed: Type.Optional(
      Type.Union([Type.Literal('max'), Type.Number({ minimum: 0.01 })], { description: 'a factor, or max' }),
    ),
    noise: Type.Optional(Type.Boolean({ description: 'true or false' })),
    settings: Type.Optional(settingsSchema(NOISY)),
    faults: Type.Optional(
      Type.Union([Type.String({ minLength: 1 }), Type.Object({}, { additionalProperties: true })], {
        description: 'none, default, a file, or faults themselves',
      }),
    ),
    outOfStock: Type.Optional(
      Type.Array(Type.Object({ slot: Type.String({ minLength: 1 }), fromMinute: Minute, toMinute: Minute }, strict)),
    ),
    expect: Type.Optional(File),
  },
  strict,
);
/** The same with the faults' keys written out, for editors. */
export const ScenarioDocument = Type.Object(
  {
    ...Scenario.properties,
    faults: Type.Optional(
      Type.Union([
        Type.String({ minLength: 1, description: 'none, default, or a file' }),
        Type.Object({ ...Faults.properties, extends: Type.Optional(Type.String()) }, strict),
      ]),
    ),
  },
  strict,
);

type Deep<T> = { readonly [K in keyof T]?: T[K] extends object ? Deep<T[K]> : T[K] };
export interface Scenario extends Omit<Static<typeof Scenario>, 'settings' | 'faults'> {
  readonly settings?: Deep<DeviceSettings>;
  readonly faults?: string | FaultsOf;
}
/** Faults written into the scenario; `extends: default`, or a file's, are what they change. */
export interface FaultsOf extends Faults {
  readonly extends?: string;
}

export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
  readonly code = 'scenarioFile';
  constructor(
    readonly source: string,
    readonly problems: readonly Problem[],
  ) {
    super(`${source}: ${problems.map(({ field, message }) => `${field} ${message}`.trim()).join('; ')}`);
  }
}

const checker = compile(Scenario);

/** YAML text → a checked scenario. @throws ScenarioError naming every key's path */
export function parseScenario(text: string, source: string): Scenario {
  let raw: unknown;
  try {
    raw = parseYaml(text);
  } catch (error) {
    const message = `is not YAML: ${(error as Error).message.split('\n')[0]}`;
    throw new ScenarioError(source, [{ field: '', message }]);
  }
  const shape = checker.problems(raw);
  if (shape.length > 0) throw new ScenarioError(source, shape);
  const scenario = raw as Scenario;
  const problems: Problem[] = (scenario.outOfStock ?? []).flatMap(({ fromMinute, toMinute }, at) =>
    toMinute > fromMinute ? [] : [{ field: `outOfStock[${at}].toMinute`, message: 'expected more than fromMinute' }],
  );
  if (scenario.start !== undefined && typeof instantOf(scenario.start) === 'string')
    problems.push({ field: 'start', message: `expected a time such as 2026-03-02T09:00:00+08:00` });
  problems.push(...faultProblems(scenario.faults, source));
  if (problems.length > 0) throw new ScenarioError(source, problems);
  return scenario;
}

function faultProblems(faults: Scenario['faults'], source: string): Problem[] {
  if (faults === undefined || typeof faults === 'string') return [];
  const { extends: base, ...own } = faults;
  if (base !== undefined && typeof base !== 'string')
    return [{ field: 'faults.extends', message: 'expected default, or a file' }];
  try {
    checkFaults(own, source);
    return [];
  } catch (error) {
    if (!(error instanceof FaultFileError)) throw error;
    return error.problems.map(({ field, message }) => ({ field: field ? `faults.${field}` : 'faults', message }));
  }
}

/** The usual settings with what a scenario changes in them. */
export function changed(usual: DeviceSettings, own: Deep<DeviceSettings> = {}): DeviceSettings {
  const entries = Object.entries(usual).map(([key, value]: [string, unknown]) => {
    const other: unknown = (own as Record<string, unknown>)[key];
    if (other === undefined) return [key, value];
    return [key, typeof value === 'object' ? { ...(value as object), ...(other as object) } : other];
  });
  return Object.fromEntries(entries) as unknown as DeviceSettings;
}
