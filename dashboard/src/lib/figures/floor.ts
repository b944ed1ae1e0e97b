import { crossesItself, overlap, type StoreFile } from '@aisle/contracts';
import { fixtureBox } from './labels.js';
import { centreOf } from './zones.js';

/**
 * The floor as the drawing board changes it: metres from the upper left corner, to the centimetre. Nothing is changed in place, so that
 * a step back is the file before.
 */
export type Spot = readonly [x: number, y: number];
/** Devices are drawn where they hang, and come and go elsewhere. */
export const KINDS = ['zones', 'walls', 'entrances', 'passersBy', 'fixtures', 'devices'] as const;
export type Kind = (typeof KINDS)[number];
export type DrawnKind = Exclude<Kind, 'devices'>;
export interface Ref {
  kind: Kind;
  id: string;
}
export type ItemOf<K extends Kind> = NonNullable<StoreFile[K]>[number];
export type Item = ItemOf<Kind>;

export const sameRef = (one: Ref | null, other: Ref | null): boolean =>
  one?.kind === other?.kind && one?.id === other?.id;
export const toCm = (metres: number): number => Math.round(metres * 100) / 100;
export const spotAt = (x: number, y: number): [number, number] => [toCm(x), toCm(y)];

export function itemOf(file: StoreFile, { kind, id }: Ref): Item | undefined {
  return (file[kind] as readonly Item[] | undefined)?.find((item) => item.id === id);
}
export function withItem(file: StoreFile, { kind, id }: Ref, next: Item | null): StoreFile {
  const list = (file[kind] ?? []) as Item[];
  const changed =
    next === null ? list.filter((item) => item.id !== id) : list.map((item) => (item.id === id ? next : item));
  return { ...file, [kind]: changed };
}
export const withNew = (file: StoreFile, kind: Kind, item: Item): StoreFile => ({
  ...file,
  [kind]: [...(file[kind] ?? []), item],
});

/** `zone-1`, `zone-2` …: the first id of its kind that nobody has. */
const PREFIX: Record<DrawnKind, string> = {
  ...{ zones: 'zone', walls: 'wall', entrances: 'door', passersBy: 'street', fixtures: 'fx' },
};
export function newId(file: StoreFile, kind: DrawnKind): string {
  const taken = new Set(KINDS.flatMap((one) => (file[one] ?? []).map(({ id }) => id)));
  for (let n = 1; ; n += 1) if (!taken.has(`${PREFIX[kind]}-${n}`)) return `${PREFIX[kind]}-${n}`;
}

/** What is drawn of something: the corners of an outline, the ends of a line, a fixture's corner and the opposite one, a device's place. */
export function spotsOf(file: StoreFile, ref: Ref): Spot[] {
  const item = itemOf(file, ref);
  if (!item) return [];
  if (ref.kind === 'devices') return placeOf(item as ItemOf<'devices'>);
  if ('polygon' in item) return [...item.polygon];
  if ('line' in item) return [...item.line];
  const box = fixtureBox(item as ItemOf<'fixtures'>);
  return box
    ? [
        [box.left, box.top],
        [box.right, box.bottom],
      ]
    : [];
}

const placeOf = ({ at }: ItemOf<'devices'>): Spot[] => (at ? [at] : []);

/** The same with other corners; as many as it had, of a zone three or more. */
export function withSpots(file: StoreFile, ref: Ref, given: readonly Spot[]): StoreFile {
  const item = itemOf(file, ref);
  const spots = given.map(([x, y]) => spotAt(x, y));
  const [first] = spots;
  if (!item || !first) return file;
  if (ref.kind === 'devices') return withItem(file, ref, { ...(item as ItemOf<'devices'>), at: first });
  if (spots.length < 2) return file;
  if ('polygon' in item) return spots.length < 3 ? file : withItem(file, ref, { ...item, polygon: spots });
  if ('line' in item) return withItem(file, ref, { ...item, line: [spots[0], spots[1]] } as Item);
  const fixture = item as ItemOf<'fixtures'>;
  const [[ax, ay] = [0, 0], [bx, by] = [0, 0]] = spots;
  const [width, depth] = [toCm(Math.abs(bx - ax)), toCm(Math.abs(by - ay))];
  if (width < 0.05 || depth < 0.05) return file;
  const turned = Math.abs(Math.round((fixture.facingDegrees ?? 0) / 90)) % 2 === 1;
  const at = spotAt(Math.min(ax, bx), Math.min(ay, by));
  return withItem(file, ref, { ...fixture, at, size: turned ? [depth, width] : [width, depth] });
}

export const moved = (file: StoreFile, refs: readonly Ref[], dx: number, dy: number): StoreFile =>
  refs.reduce(
    (next, ref) =>
      withSpots(
        next,
        ref,
        spotsOf(next, ref).map(([x, y]) => [x + dx, y + dy] as const),
      ),
    file,
  );

/** Gone from the floor; a device stays in the shop, and is no longer drawn. */
export function removed(file: StoreFile, ref: Ref): StoreFile {
  if (ref.kind !== 'devices') return withItem(file, ref, null);
  const item = itemOf(file, ref) as ItemOf<'devices'> | undefined;
  if (!item) return file;
  const { at: _at, facingDegrees: _facing, ...device } = item;
  return withItem(file, ref, device);
}

/** Devices that people look for on a plan and that are not on it; a shelf's scale hangs in its fixture. */
export const unplaced = (file: StoreFile): ItemOf<'devices'>[] =>
  (file.devices ?? []).filter(({ at, family }) => at === undefined && family !== 'shelf');

/** Onto the plan: into the zone that a device stands in, else amid what it sees, else in the middle of the floor. */
export function placed(file: StoreFile, id: string): StoreFile {
  const ref: Ref = { kind: 'devices', id };
  const device = itemOf(file, ref) as ItemOf<'devices'> | undefined;
  if (!device) return file;
  const sees = device.zone === undefined ? (device.covers ?? []) : [device.zone];
  const centres = (file.zones ?? []).filter((zone) => sees.includes(zone.id)).map(({ polygon }) => centreOf(polygon));
  const mean = (axis: 0 | 1, middle: number): number =>
    centres.length === 0 ? middle : centres.reduce((sum, centre) => sum + centre[axis], 0) / centres.length;
  return withSpots(file, ref, [[mean(0, file.floor.width / 2), mean(1, file.floor.depth / 2)]]);
}

/** A copy half a metre to the right and down, with an id of its own; of a fixture without its slots, which are places in the shop. */
export function duplicated(file: StoreFile, ref: Ref): { file: StoreFile; ref: Ref } | null {
  const item = itemOf(file, ref);
  if (!item || ref.kind === 'devices') return null;
  const id = newId(file, ref.kind);
  const { slots: _slots, source: _source, ...copy } = item as Item & { slots?: unknown; source?: unknown };
  const next = { kind: ref.kind, id };
  return { file: moved(withNew(file, ref.kind, { ...copy, id } as Item), [next], 0.5, 0.5), ref: next };
}

/** What a finished drawing becomes; null: it is too small to be anything. */
export function drawn(file: StoreFile, kind: DrawnKind, spots: readonly Spot[]): { file: StoreFile; ref: Ref } | null {
  const id = newId(file, kind);
  const ref = { kind, id };
  const [a, b] = spots;
  if (!a || !b) return null;
  if (kind === 'zones') {
    if (spots.length < 3) return null;
    return { file: withNew(file, kind, { id, kind: 'aisle', polygon: spots.map(([x, y]) => spotAt(x, y)) }), ref };
  }
  const line: [[number, number], [number, number]] = [spotAt(...a), spotAt(...b)];
  if (Math.hypot(b[0] - a[0], b[1] - a[1]) < 0.05) return null;
  if (kind === 'passersBy' || kind === 'walls') return { file: withNew(file, kind, { id, line }), ref };
  // inwards is the side on which the middle of the shop lies
  if (kind === 'entrances') return { file: withNew(file, kind, { id, line, inward: inwardOf(file, line) }), ref };
  const begun = withNew(file, kind, { id, at: line[0], size: [1, 0.6], facingDegrees: 180, slots: [] });
  const next = withSpots(begun, ref, line);
  return next === begun ? null : { file: next, ref };
}
export function inwardOf({ floor }: StoreFile, [[ax, ay], [bx, by]]: readonly [Spot, Spot]): [number, number] {
  const [nx, ny] = [-(by - ay), bx - ax];
  const side = nx * (floor.width / 2 - (ax + bx) / 2) + ny * (floor.depth / 2 - (ay + by) / 2);
  const length = Math.hypot(nx, ny) || 1;
  const sign = side < 0 ? -1 : 1;
  return [toCm((sign * nx) / length) + 0, toCm((sign * ny) / length) + 0];
}

/** Everything together along one edge or middle. */
export type Edge = 'left' | 'right' | 'top' | 'bottom' | 'centre' | 'middle';
export function aligned(file: StoreFile, refs: readonly Ref[], edge: Edge): StoreFile {
  const boxes = refs.map((ref) => boundsOfSpots(spotsOf(file, ref)));
  const known = boxes.filter((box) => box !== null);
  if (known.length < 2) return file;
  const by = (pick: (box: NonNullable<(typeof boxes)[number]>) => number): number[] => known.map(pick);
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const to = {
    ...{ left: Math.min(...by(({ left }) => left)), right: Math.max(...by(({ right }) => right)) },
    ...{ top: Math.min(...by(({ top }) => top)), bottom: Math.max(...by(({ bottom }) => bottom)) },
    centre: mean(by(({ left, right }) => (left + right) / 2)),
    middle: mean(by(({ top, bottom }) => (top + bottom) / 2)),
  }[edge];
  return refs.reduce((next, ref, at) => {
    const box = boxes[at];
    if (!box) return next;
    if (edge === 'centre') return moved(next, [ref], to - (box.left + box.right) / 2, 0);
    if (edge === 'middle') return moved(next, [ref], 0, to - (box.top + box.bottom) / 2);
    return edge === 'left' || edge === 'right'
      ? moved(next, [ref], to - box[edge], 0)
      : moved(next, [ref], 0, to - box[edge]);
  }, file);
}
export function boundsOfSpots(spots: readonly Spot[]) {
  if (spots.length === 0) return null;
  const [xs, ys] = [spots.map(([x]) => x), spots.map(([, y]) => y)];
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}

export interface Snapping {
  /** metres between lines of the grid; 0: none */
  grid: number;
  /** metres within which a corner of something else is taken */
  reach: number;
}
/** Corners of others first, then their edges' x and y, then the grid. */
export function snapped(
  file: StoreFile,
  [x, y]: Spot,
  { grid, reach }: Snapping,
  except: readonly Ref[] = [],
): [number, number] {
  const corners: Spot[] = [
    [0, 0],
    [file.floor.width, file.floor.depth],
  ];
  for (const kind of KINDS)
    for (const { id } of file[kind] ?? [])
      if (!except.some((ref) => ref.kind === kind && ref.id === id)) corners.push(...spotsOf(file, { kind, id }));
  let [best, least]: [Spot | null, number] = [null, reach];
  for (const corner of corners) {
    const away = Math.hypot(corner[0] - x, corner[1] - y);
    if (away <= least) [best, least] = [corner, away];
  }
  if (best) return spotAt(...best);
  const near = (value: number, axis: 0 | 1): number => {
    const line = corners.map((corner) => corner[axis]).find((other) => Math.abs(other - value) <= reach / 2);
    return line ?? (grid > 0 ? Math.round(value / grid) * grid : value);
  };
  return spotAt(near(x, 0), near(y, 1));
}

export interface FloorProblem {
  ref: Ref;
  code: 'crossesItself' | 'overlaps' | 'outside' | 'noLength' | 'alongTheLine';
  /** the id of the other one */
  other?: string;
  /** what the schema refuses; false: a shop could mean it */
  refused: boolean;
}
/** What would be refused, where it is; `open`: an outline that is just being drawn. */
export function floorProblems(file: StoreFile, open: readonly Spot[] = []): FloorProblem[] {
  const problems: FloorProblem[] = [];
  const zones = [...(file.zones ?? [])];
  if (open.length >= 3) zones.push({ id: '', kind: 'aisle', polygon: open.map(([x, y]) => spotAt(x, y)) });
  const outside = (spots: readonly Spot[]): boolean =>
    spots.some(([x, y]) => x < -0.005 || y < -0.005 || x > file.floor.width + 0.005 || y > file.floor.depth + 0.005);
  zones.forEach((zone, at) => {
    const ref: Ref = { kind: 'zones', id: zone.id };
    if (crossesItself(zone.polygon)) problems.push({ ref, code: 'crossesItself', refused: true });
    else if (zone.kind !== 'screen')
      for (const other of zones.slice(0, at))
        if (other.kind !== 'screen' && overlap(zone.polygon, other.polygon))
          problems.push({ ref, code: 'overlaps', other: other.id, refused: true });
    if (outside(zone.polygon)) problems.push({ ref, code: 'outside', refused: false });
  });
  for (const kind of ['fixtures', 'walls', 'devices'] as const)
    for (const { id } of file[kind] ?? [])
      if (outside(spotsOf(file, { kind, id }))) problems.push({ ref: { kind, id }, code: 'outside', refused: false });
  for (const { id, line } of file.walls ?? [])
    if (line[0][0] === line[1][0] && line[0][1] === line[1][1])
      problems.push({ ref: { kind: 'walls', id }, code: 'noLength', refused: true });
  for (const {
    id,
    line: [a, b],
    inward,
  } of file.entrances ?? []) {
    const ref: Ref = { kind: 'entrances', id };
    if (a[0] === b[0] && a[1] === b[1]) problems.push({ ref, code: 'noLength', refused: true });
    else if ((b[0] - a[0]) * inward[1] - (b[1] - a[1]) * inward[0] === 0)
      problems.push({ ref, code: 'alongTheLine', refused: true });
  }
  return problems;
}
