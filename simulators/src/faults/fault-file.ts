import { Type, type Static, type TProperties } from '@sinclair/typebox';
import { compile, DEVICE_FAMILIES, type Problem } from '@aisle/contracts';
import { parse as parseYaml } from 'yaml';

/** What goes wrong in a run: `simulators/shops/faults.yaml` explains each key. */
const strict = <P extends TProperties>(properties: P) => Type.Object(properties, { additionalProperties: false });
const within = (minimum: number, maximum: number, unit: string) =>
  Type.Number({ minimum, maximum, description: `${unit}, ${minimum} to ${maximum}` });
const Share = within(0, 1, 'a share');
const Minute = within(0, 100_000, 'minutes');
const Seconds = within(0.1, 86_400, 'seconds');
const Device = Type.String({ minLength: 1, description: 'a device, by its id or as "FAMILY DIALECT"' });
const Span = { fromMinute: Minute, toMinute: Minute };

export const LineFaults = strict({
  lost: Type.Optional(Share),
  doubled: Type.Optional(Share),
  late: Type.Optional(Share),
  lateSeconds: Type.Optional(strict({ least: Seconds, most: Seconds })),
  reordered: Type.Optional(Share),
  garbled: Type.Optional(Share),
});
export const Faults = strict({
  line: Type.Optional(LineFaults),
  /** another line for some devices */
  lines: Type.Optional(Type.Record(Type.String(), LineFaults)),
  clocks: Type.Optional(
    strict({
      families: Type.Optional(Type.Array(Type.Union(DEVICE_FAMILIES.map((family) => Type.Literal(family))))),
      skewSeconds: within(0, 3600, 'seconds'),
    }),
  ),
  jumps: Type.Optional(
    Type.Array(strict({ device: Device, atMinute: Minute, seconds: within(-86_400, 86_400, 'seconds') })),
  ),
  dead: Type.Optional(Type.Array(strict({ device: Device, ...Span }))),
  flapping: Type.Optional(Type.Array(strict({ device: Device, ...Span, onSeconds: Seconds, offSeconds: Seconds }))),
  drift: Type.Optional(Type.Array(strict({ device: Device, gramsPerHour: within(-10_000, 10_000, 'grams an hour') }))),
  rfid: Type.Optional(strict({ missedShare: Type.Optional(Share), strayDb: Type.Optional(within(0, 40, 'decibels')) })),
  cloudCut: Type.Optional(Type.Array(strict(Span))),
});
export type Faults = Static<typeof Faults>;
export type LineFaults = Static<typeof LineFaults>;

export class FaultFileError extends Error {
  override readonly name = 'FaultFileError';
  readonly code = 'faultFile';
  constructor(
    readonly source: string,
    readonly problems: readonly Problem[],
  ) {
    super(
      `${source}: ${problems.map((problem) => (problem.field ? `${problem.field} ${problem.message}` : problem.message)).join('; ')}`,
    );
  }
}

const checker = compile(Faults);

/** Parsed YAML or JSON → checked faults. @throws FaultFileError naming every key's path */
export function checkFaults(raw: unknown, source: string): Faults {
  const shape = checker.problems(raw ?? {});
  if (shape.length > 0) throw new FaultFileError(source, shape);
  const faults = (raw ?? {}) as Faults;
  const problems: Problem[] = [];
  for (const key of ['dead', 'flapping', 'cloudCut'] as const)
    (faults[key] ?? []).forEach(({ fromMinute, toMinute }, at) => {
      if (toMinute <= fromMinute)
        problems.push({ field: `${key}[${at}].toMinute`, message: 'expected more than fromMinute' });
    });
  const { least = 0, most = 0 } = faults.line?.lateSeconds ?? {};
  if (least > most) problems.push({ field: 'line.lateSeconds', message: 'expected the least not above the most' });
  if (problems.length > 0) throw new FaultFileError(source, problems);
  return faults;
}

/** YAML text → checked faults. @throws FaultFileError naming every key's path */
export function parseFaults(text: string, source: string): Faults {
  let raw: unknown;
  try {
    raw = parseYaml(text);
  } catch (error) {
    throw new FaultFileError(source, [
      { field: '', message: `is not YAML: ${(error as Error).message.split('\n')[0]}` },
    ]);
  }
  return checkFaults(raw, source);
}
