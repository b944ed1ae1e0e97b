import { Type, type Static, type TSchema } from '@sinclair/typebox';
import { AisleError, compile, type FieldMessage, instantOf, maybe, means, parseYaml } from '@aisle/contracts';
import { MEANINGS, NOISY, type DeviceSettings, type Meanings } from '../devices/settings.js';
import { checkFaults, FaultFileError, Faults } from '../faults/fault-file.js';

const strict = { additionalProperties: false } as const;
const Minute = Type.Number({ minimum: 0, maximum: 100_000, description: 'minutes, 0 to 100000' });
const File = Type.String({ minLength: 1, description: 'a file, from where this one is' });

/** Every key of the devices' settings, each of the kind that it usually is. */
function settingsSchema<T extends object>(usual: T, meanings: Meanings<T>): TSchema {
  const properties = Object.entries(usual).map(([key, value]: [string, unknown]) => {
    const meaning: unknown = meanings[key as keyof T];
    if (typeof meaning !== 'string') {
      const [own, parts] = meaning as readonly [string, Meanings<object>];
      return [key, maybe(own, settingsSchema(value as object, parts))] as const;
    }
    return [
      key,
      maybe(
        meaning,
        typeof value === 'boolean'
          ? Type.Boolean({ description: 'true or false' })
          : Type.Number({ minimum: -1e9, maximum: 1e9, description: `a number, usually ${String(value)}` }),
      ),
    ] as const;
  });
  return Type.Object(Object.fromEntries(properties), strict);
}

/** One trial of a shop: docs/simulators.md tells what each key does. */
export const Scenario = Type.Object(
  {
    name: maybe('What reports call it.', Type.String({ minLength: 1, maxLength: 200, description: 'a name' })),
    store: means('The shop: its store file.', File),
    behaviour: maybe(
      'How shoppers behave; STORE.behaviour.yaml beside the store file when left out, else the usual.',
      File,
    ),
    seed: maybe(
      'The same seed gives the same shoppers and the same noise.',
      Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'a whole number' }),
    ),
    start: maybe(
      'When the run begins in store time, with its offset; now when left out.',
      Type.String({ description: 'a time such as 2026-03-02T09:00:00+08:00' }),
    ),
    minutes: maybe(
      'How long it runs, in the shop’s time.',
      Type.Number({ exclusiveMinimum: 0, maximum: 100_000, description: 'minutes above 0' }),
    ),
    speed: maybe(
      'How many times faster than the clock it runs; max: as fast as the system follows.',
      Type.Union([Type.Literal('max'), Type.Number({ minimum: 0.01 })], { description: 'a factor, or max' }),
    ),
    noise: maybe('Whether devices are as imprecise as real ones.', Type.Boolean({ description: 'true or false' })),
    settings: maybe('How good the devices are; what is left out stays as it is.', settingsSchema(NOISY, MEANINGS)),
    faults: maybe(
      'What goes wrong.',
      Type.Union([Type.String({ minLength: 1 }), Type.Object({}, { additionalProperties: true })], {
        description: 'none, default, a file, or faults themselves',
      }),
    ),
    outOfStock: maybe(
      'Slots that are to stand empty for a while.',
      Type.Array(
        Type.Object(
          {
            slot: means('Which slot stands empty.', Type.String({ minLength: 1 })),
            fromMinute: means('From when on nobody fills it up.', Minute),
            toMinute: means('When it is filled up again.', Minute),
          },
          strict,
        ),
      ),
    ),
    screenStrength: maybe(
      'How strongly shoppers react to what screens show, instead of what their behaviour says; 0: not at all.',
      Type.Number({ minimum: 0, maximum: 20, description: 'a share beyond the usual, 0 to 20' }),
    ),
    expect: maybe('Limits of the figures that are scored.', File),
  },
  strict,
);
/** The same with the faults' keys written out, for editors. */
export const ScenarioDocument = Type.Object(
  {
    ...Scenario.properties,
    faults: maybe(
      'What goes wrong.',
      Type.Union([
        Type.String({ minLength: 1, description: 'none, default, or a file' }),
        Type.Object(
          { ...Faults.properties, extends: maybe('default, or a file: the faults that these change.', Type.String()) },
          strict,
        ),
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

export class ScenarioError extends AisleError {
  override readonly name = 'ScenarioError';
  readonly code = 'scenarioFile';
  constructor(
    readonly source: string,
    readonly problems: readonly FieldMessage[],
  ) {
    super(`${source}: ${problems.map(({ field, message }) => `${field} ${message}`.trim()).join('; ')}`);
  }
}

const checker = compile(Scenario);

/** YAML text → a checked scenario. @throws ScenarioError naming every key's path */
export function parseScenario(text: string, source: string): Scenario {
  const read = parseYaml(text);
  if (!read.ok) throw new ScenarioError(source, [read.problem]);
  const raw = read.value;
  const shape = checker.problems(raw);
  if (shape.length > 0) throw new ScenarioError(source, shape);
  const scenario = raw as Scenario;
  const problems: FieldMessage[] = (scenario.outOfStock ?? []).flatMap(({ fromMinute, toMinute }, at) =>
    toMinute > fromMinute ? [] : [{ field: `outOfStock[${at}].toMinute`, message: 'expected more than fromMinute' }],
  );
  if (scenario.start !== undefined && typeof instantOf(scenario.start) === 'string')
    problems.push({ field: 'start', message: `expected a time such as 2026-03-02T09:00:00+08:00` });
  problems.push(...faultProblems(scenario.faults, source));
  if (problems.length > 0) throw new ScenarioError(source, problems);
  return scenario;
}

function faultProblems(faults: Scenario['faults'], source: string): FieldMessage[] {
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
