import { Type, type Static, type TProperties } from '@sinclair/typebox';
import { AisleError, compile, DEVICE_FAMILIES, type FieldMessage, maybe, means, parseYaml } from '@aisle/contracts';

/** What goes wrong in a run: `simulators/shops/faults.yaml` explains each key. */
const strict = <P extends TProperties>(properties: P) => Type.Object(properties, { additionalProperties: false });
const within = (minimum: number, maximum: number, unit: string) =>
  Type.Number({ minimum, maximum, description: `${unit}, ${minimum} to ${maximum}` });
const Share = within(0, 1, 'a share');
const Minute = within(0, 100_000, 'minutes');
const Seconds = within(0.1, 86_400, 'seconds');
const Device = Type.String({ minLength: 1, description: 'a device, by its id or as "FAMILY DIALECT"' });
const Span = { fromMinute: means('When it begins.', Minute), toMinute: means('When it ends.', Minute) };
const OneDevice = means('Of which device: an id, or the first one of a family and dialect.', Device);

export const LineFaults = strict({
  lost: maybe('Never arrives. Raising it makes holes; beyond some percent, devices look dead for moments.', Share),
  doubled: maybe('Arrives twice, the same bytes, as senders do that were not answered in time.', Share),
  late: maybe('Arrives after others that were sent later.', Share),
  lateSeconds: maybe(
    'How late that is.',
    strict({ least: means('At least so late.', Seconds), most: means('At most so late.', Seconds) }),
  ),
  reordered: maybe('Changes places with the next message of its device.', Share),
  garbled: maybe('Is cut off somewhere, or a few bytes of it are overwritten.', Share),
});
export const Faults = strict({
  line: maybe('What the line between devices and broker does, as shares of messages.', LineFaults),
  lines: maybe('Another line for some devices, by id or "FAMILY DIALECT".', Type.Record(Type.String(), LineFaults)),
  clocks: maybe(
    'Clocks of devices are wrong.',
    strict({
      families: maybe(
        'Of which families; of all when left out.',
        Type.Array(Type.Union(DEVICE_FAMILIES.map((family) => Type.Literal(family)))),
      ),
      skewSeconds: means('By how much: one standard deviation, at most three times it.', within(0, 3600, 'seconds')),
    }),
  ),
  jumps: maybe(
    'A clock is set.',
    Type.Array(
      strict({
        device: OneDevice,
        atMinute: means('When it is set.', Minute),
        seconds: means('How far forward, or back where it is negative.', within(-86_400, 86_400, 'seconds')),
      }),
    ),
  ),
  dead: maybe('A device says nothing for a while, and comes back.', Type.Array(strict({ device: OneDevice, ...Span }))),
  flapping: maybe(
    'A device comes and goes.',
    Type.Array(
      strict({
        device: OneDevice,
        ...Span,
        onSeconds: means('How long it is there each time.', Seconds),
        offSeconds: means('How long it is away each time.', Seconds),
      }),
    ),
  ),
  drift: maybe(
    'Load cells that wander steadily, beyond the noise that they all have.',
    Type.Array(
      strict({
        device: OneDevice,
        gramsPerHour: means('How fast, and which way.', within(-10_000, 10_000, 'grams an hour')),
      }),
    ),
  ),
  rfid: maybe(
    'Beyond what all readers miss and overhear.',
    strict({
      missedShare: maybe('Share of turns in which a tag is missed.', Share),
      strayDb: maybe('How much louder the goods of others are.', within(0, 40, 'decibels')),
    }),
  ),
  cloudCut: maybe('The line from the shop to the cloud is cut.', Type.Array(strict(Span))),
});
export type Faults = Static<typeof Faults>;
export type LineFaults = Static<typeof LineFaults>;

export class FaultFileError extends AisleError {
  override readonly name = 'FaultFileError';
  readonly code = 'faultFile';
  constructor(
    readonly source: string,
    readonly problems: readonly FieldMessage[],
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
  const problems: FieldMessage[] = [];
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
  const read = parseYaml(text);
  if (!read.ok) throw new FaultFileError(source, [read.problem]);
  return checkFaults(read.value, source);
}
