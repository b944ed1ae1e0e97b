import { AisleError } from '../aisle-error.js';
import { StoreFile } from './store-file.js';
import { withBothNames } from './both-names.js';
import { compile } from '../validation.js';
import { sentenceOf, problem, type Problem, type ProblemCode, type Term, type ValuesOf } from '../words/problem.js';
import { webAddress } from './web-address.js';
import { parseYaml } from './yaml.js';
import { deviceProblems } from './device-check.js';
import { crossesItself, overlap } from './polygon-check.js';
import { productProblems, withOwnCodes } from './product-check.js';
import { decodeText, hasUnreadable } from '../text-encoding.js';
import { readProductsCsv } from './products-csv.js';

const checker = compile(StoreFile);

export class StoreFileError extends AisleError {
  override readonly name = 'StoreFileError';
  readonly code = 'storeFile';
  constructor(
    readonly source: string,
    readonly problems: Problem[],
  ) {
    super(`${source}: ${problems.map(sentenceOf).join('; ')}`);
  }
}

/**
 * YAML text → a checked store file, whose meaning holds together: ids are unique, references exist, polygons do not
 * cross themselves. `readBeside(name)` gives the text of a file beside it (productsFile). Bytes are text in any encoding that is
 * told by itself (decodeText), of which nothing may be unreadable in the store file.
 * @throws StoreFileError that names every key's path
 */
export function parseStoreFile(
  given: string | Uint8Array,
  source: string,
  readBeside?: (name: string) => string | Uint8Array,
): StoreFile {
  const text = textOf(given, source);
  if (typeof given !== 'string' && hasUnreadable(text))
    throw new StoreFileError(source, [problem('', 'unreadableText')]);
  const file = checkStoreFile(yamlData(text, source), source);
  if (file.productsFile === undefined) return file;
  if (!readBeside) throw new StoreFileError(source, [problem('productsFile', 'notReadHere')]);
  let csv: string | Uint8Array;
  try {
    csv = readBeside(file.productsFile);
  } catch (error) {
    throw new StoreFileError(source, [problem('productsFile', 'unreadable', { why: (error as Error).message })]);
  }
  const { productsFile, ...rest } = file;
  return checkStoreFile(
    {
      ...rest,
      products: [
        ...(file.products ?? []),
        ...parseProductsCsv(textOf(csv, `${source}: ${productsFile}`), `${source}: ${productsFile}`),
      ],
    },
    source,
  );
}

function textOf(given: string | Uint8Array, source: string): string {
  if (typeof given === 'string') return given;
  const decoded = decodeText(given);
  if (!decoded) throw new StoreFileError(source, [problem('', 'noText')]);
  return decoded.text;
}

/** What a YAML (or JSON) text says, not checked any further. @throws StoreFileError */
export function yamlData(text: string, source: string): unknown {
  const read = parseYaml(text);
  if (!read.ok) throw new StoreFileError(source, [read.problem]);
  return read.value;
}

/** Checks an object that already is data. */
export const checkStoreFile = (raw: unknown, source: string): StoreFile => checked(raw, source, contentProblems);

/**
 * Checks one that was taken before (an inbox command, a version from the catalog). Rules that came later and do no harm where they
 * are broken are not asked: a shop must not lose its file to a new release.
 */
export const keptStoreFile = (raw: unknown, source: string): StoreFile => checked(raw, source, () => []);

function checked(given: unknown, source: string, later: (file: StoreFile) => Problem[]): StoreFile {
  const raw = withBothNames(given);
  const shape = checker.problems(raw);
  if (shape.length > 0) throw new StoreFileError(source, shape);
  const file = raw as StoreFile;
  const meaning = [...checkMeaning(file), ...later(file)];
  if (meaning.length > 0) throw new StoreFileError(source, meaning);
  return withOwnCodes(file);
}

const contentProblems = ({ content = [] }: StoreFile): Problem[] =>
  content.flatMap(({ url }, index) =>
    url === undefined || webAddress(url)
      ? []
      : problem(`content[${index}].url`, 'expectedOther', { expected: 'webAddress' }),
  );

function checkMeaning(file: StoreFile): Problem[] {
  const problems: Problem[] = [];
  const say = <C extends ProblemCode>(field: string, code: C, ...values: ValuesOf<C>) =>
    problems.push(problem(field, code, ...values));
  const namesNo = (field: string, what: Term, id: string) => say(field, 'namesNo', { what, id });
  const unique = (field: string, ids: readonly string[]) => {
    const seen = new Map<string, number>();
    ids.forEach((id, index) => {
      if (seen.has(id)) say(`${field}[${index}]`, 'repeats', { id, other: `${field}[${seen.get(id)}]` });
      else seen.set(id, index);
    });
    return new Set(ids);
  };
  try {
    new Intl.DateTimeFormat('en', { timeZone: file.store.timezone });
  } catch {
    say('store.timezone', 'expectedGot', { expected: 'timeZone', got: `"${file.store.timezone}"` });
  }
  const zones = file.zones ?? [];
  const fixtures = file.fixtures ?? [];
  const lines = [...(file.entrances ?? []), ...(file.passersBy ?? [])];
  const zoneIds = unique(
    'zones',
    zones.map((zone) => zone.id),
  );
  const deviceIds = unique(
    'devices',
    (file.devices ?? []).map((device) => device.id),
  );
  const fixtureIds = unique(
    'fixtures',
    fixtures.map((fixture) => fixture.id),
  );
  unique(
    'content',
    (file.content ?? []).map((content) => content.id),
  );
  unique(
    'entrances',
    lines.map((line) => line.id),
  );

  unique(
    'walls',
    (file.walls ?? []).map((wall) => wall.id),
  );
  (file.walls ?? []).forEach(({ line: [[ax, ay], [bx, by]] }, index) => {
    if (ax === bx && ay === by) say(`walls[${index}].line`, 'noLength');
  });
  zones.forEach((zone, index) => {
    if (zone.id === 'unplaced') say(`zones[${index}].id`, 'unplacedIsTaken');
    if (crossesItself(zone.polygon)) say(`zones[${index}].polygon`, 'crossesItself', { id: zone.id });
  });
  zones.forEach((zone, index) => {
    if (zone.kind === 'screen') return;
    for (const other of zones.slice(0, index)) {
      if (other.kind !== 'screen' && overlap(zone.polygon, other.polygon))
        say(`zones[${index}].polygon`, 'overlaps', { id: zone.id, other: other.id });
    }
  });
  (file.entrances ?? []).forEach((entrance, index) => {
    const [[ax, ay], [bx, by]] = entrance.line;
    if (ax === bx && ay === by) say(`entrances[${index}].line`, 'noLength');
    else if ((bx - ax) * entrance.inward[1] - (by - ay) * entrance.inward[0] === 0)
      say(`entrances[${index}].inward`, 'alongTheLine');
    if (entrance.source !== undefined && !deviceIds.has(entrance.source))
      namesNo(`entrances[${index}].source`, 'device', entrance.source);
  });
  const slotIds: string[] = [];
  fixtures.forEach((fixture, index) => {
    if (fixture.zone !== undefined && !zoneIds.has(fixture.zone))
      namesNo(`fixtures[${index}].zone`, 'zone', fixture.zone);
    (fixture.slots ?? []).forEach((slot) => {
      slotIds.push(slot.id);
    });
  });
  unique('slots', slotIds);
  (file.devices ?? []).forEach((device, index) => {
    if (device.fixture !== undefined && !fixtureIds.has(device.fixture))
      namesNo(`devices[${index}].fixture`, 'fixture', device.fixture);
    if (device.zone !== undefined && !zoneIds.has(device.zone)) namesNo(`devices[${index}].zone`, 'zone', device.zone);
    (device.covers ?? []).forEach((zone, at) => {
      if (!zoneIds.has(zone) && !lines.some((line) => line.id === zone))
        namesNo(`devices[${index}].covers[${at}]`, 'zoneOrEntrance', zone);
    });
  });
  problems.push(...productProblems(file), ...deviceProblems(file));
  (file.staff?.zones ?? []).forEach((zone, at) => {
    if (!zoneIds.has(zone)) namesNo(`staff.zones[${at}]`, 'zone', zone);
  });
  if (file.staff && file.staff.zones === undefined && file.staff.afterMinutes === undefined && !file.staff.badges)
    say('staff', 'staffSaysNothing');
  return problems;
}

/** A file of products, see readProductsCsv(). @throws StoreFileError that names rows and columns */
export function parseProductsCsv(text: string, source: string): unknown[] {
  const { products, problems } = readProductsCsv(text);
  if (problems.length > 0) throw new StoreFileError(source, problems);
  return products;
}
