import { toMillimetres, type Fixture, type StoreFile, type Zone } from '@aisle/contracts';

/** Millimetres throughout. A fixture as it stands: its middle, the way it faces, and half its width and depth. */
export interface Rectangle {
  x: number;
  y: number;
  /** unit vector of its front; the side runs along (−facingY, facingX) or against it */
  facingX: number;
  facingY: number;
  halfWidth: number;
  halfDepth: number;
}

/** A zone in which interest is asked for: it has a category and fixtures. */
export interface InterestZone {
  id: string;
  category: string;
  /** those with a place on the plan */
  fixtures: Rectangle[];
  /** its corners, for distances where no fixture has a place */
  corners: [x: number, y: number][];
}

export interface SlotPlace {
  id: string;
  /** what is taken from it counts for this category; undefined: for none */
  category: string | undefined;
  /** the middle of its front; undefined where the file does not say where its fixture stands */
  front: [x: number, y: number] | undefined;
  /** of its fixture's zone */
  zoneId: string | undefined;
}

/** A store file as the interest model looks at it. */
export interface Places {
  zones: InterestZone[];
  slots: ReadonlyMap<string, SlotPlace>;
  /** slots by category */
  byCategory: ReadonlyMap<string, string[]>;
}

/** The nearest point of a fixture (or edge): how far, and the unit vector towards it (0, 0 when there). */
export interface Nearest {
  distance: number;
  towardsX: number;
  towardsY: number;
}

export function placesOf(file: StoreFile): Places {
  const zones = file.zones ?? [];
  const fixtures = file.fixtures ?? [];
  const rectangles = new Map(fixtures.map((fixture) => [fixture.id, rectangleOf(fixture, zoneOf(zones, fixture))]));
  const categoryOf = new Map((file.products ?? []).map((product) => [product.gtin, product.category]));
  const slots = new Map<string, SlotPlace>();
  const byCategory = new Map<string, string[]>();
  for (const fixture of fixtures) {
    const goods = (fixture.slots ?? []).filter((slot) => slot.gtin !== undefined);
    const zone = zoneOf(zones, fixture);
    goods.forEach((slot, at) => {
      const category = categoryOf.get(slot.gtin as string) ?? zone?.category;
      const rectangle = rectangles.get(fixture.id);
      const front = rectangle && frontOf(rectangle, (at + 0.5) / goods.length - 0.5);
      slots.set(slot.id, { id: slot.id, category, front, zoneId: zone?.id });
      if (category !== undefined) byCategory.set(category, [...(byCategory.get(category) ?? []), slot.id]);
    });
  }
  return {
    zones: zones.flatMap((zone): InterestZone[] => {
      const own = fixtures.filter((fixture) => fixture.zone === zone.id);
      if (zone.category === undefined || own.length === 0) return [];
      return [
        {
          id: zone.id,
          category: zone.category,
          fixtures: own.flatMap((fixture) => rectangles.get(fixture.id) ?? []),
          corners: zone.polygon.map(([x, y]) => [toMillimetres(x), toMillimetres(y)]),
        },
      ];
    }),
    slots,
    byCategory,
  };
}

const zoneOf = (zones: readonly Zone[], fixture: Fixture): Zone | undefined =>
  zones.find((zone) => zone.id === fixture.zone);

/** `at` is the corner nearest to the plan's origin; a fixture that faces left or right lies with its width down the plan. */
export function rectangleOf(fixture: Fixture, zone: Zone | undefined): Rectangle | undefined {
  if (!fixture.at || !fixture.size) return undefined;
  const [x, y] = [toMillimetres(fixture.at[0]), toMillimetres(fixture.at[1])];
  const [width, depth] = [toMillimetres(fixture.size[0]), toMillimetres(fixture.size[1])];
  const degrees = (((fixture.facingDegrees ?? facingOf(x, y, width, depth, zone)) % 360) + 360) % 360;
  const across = degrees === 90 || degrees === 270;
  // Exact for the four usual ways: shelves stand straight.
  const square = (
    [
      [0, -1],
      [1, 0],
      [0, 1],
      [-1, 0],
    ] as const
  )[degrees / 90];
  const radians = (degrees * Math.PI) / 180;
  return {
    x: x + (across ? depth : width) / 2,
    y: y + (across ? width : depth) / 2,
    facingX: square ? square[0] : Math.sin(radians),
    facingY: square ? square[1] : -Math.cos(radians),
    halfWidth: width / 2,
    halfDepth: depth / 2,
  };
}

/** Where the file does not say which way a fixture faces: towards the middle of its zone. */
function facingOf(x: number, y: number, width: number, depth: number, zone: Zone | undefined): number {
  if (!zone) return 180;
  const xs = zone.polygon.map((point) => toMillimetres(point[0]));
  const ys = zone.polygon.map((point) => toMillimetres(point[1]));
  const middle = (values: number[]) => (Math.min(...values) + Math.max(...values)) / 2;
  if (width >= depth) return middle(ys) >= y + depth / 2 ? 180 : 0;
  return middle(xs) >= x + width / 2 ? 90 : 270;
}

/** A point of the front, `share` of the width from its middle; slots run from left to right, or top to bottom, on the plan. */
function frontOf(r: Rectangle, share: number): [number, number] {
  let [sideX, sideY] = [-r.facingY, r.facingX];
  if (sideX < -1e-9 || (Math.abs(sideX) <= 1e-9 && sideY < 0)) [sideX, sideY] = [-sideX, -sideY];
  const along = share * 2 * r.halfWidth;
  return [
    Math.round(r.x + r.facingX * r.halfDepth + sideX * along),
    Math.round(r.y + r.facingY * r.halfDepth + sideY * along),
  ];
}

/** The nearest of the zone's fixtures; its edge where none has a place. */
export function nearestOf(zone: Pick<InterestZone, 'fixtures' | 'corners'>, x: number, y: number): Nearest {
  let best: Nearest = { distance: Infinity, towardsX: 0, towardsY: 0 };
  const offer = (toX: number, toY: number) => {
    const distance = Math.hypot(toX, toY);
    if (distance >= best.distance) return;
    best = { distance, towardsX: distance > 0 ? toX / distance : 0, towardsY: distance > 0 ? toY / distance : 0 };
  };
  for (const r of zone.fixtures) {
    const [dx, dy] = [r.x - x, r.y - y];
    // Into the fixture's own axes: what of the way lies beyond half its width and depth is left to walk.
    const across = beyond(dx * r.facingY - dy * r.facingX, r.halfWidth);
    const ahead = beyond(dx * r.facingX + dy * r.facingY, r.halfDepth);
    offer(across * r.facingY + ahead * r.facingX, -across * r.facingX + ahead * r.facingY);
  }
  if (zone.fixtures.length > 0) return best;
  zone.corners.forEach(([bx, by], at) => {
    const [ax, ay] = zone.corners[at === 0 ? zone.corners.length - 1 : at - 1] as [number, number];
    const length2 = (bx - ax) ** 2 + (by - ay) ** 2;
    const share = length2 === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length2));
    offer(ax + share * (bx - ax) - x, ay + share * (by - ay) - y);
  });
  return best;
}

const beyond = (way: number, half: number): number => Math.sign(way) * Math.max(0, Math.abs(way) - half);
