/** Plane geometry in metres on the floor: origin top left, x right, y down. */
export interface Vec {
  readonly x: number;
  readonly y: number;
}
export type Polygon = readonly Vec[];
/** The velocity of somebody who stands. */
export const STILL: Vec = { x: 0, y: 0 };

export const vec = ([x, y]: readonly [number, number]): Vec => ({ x, y });
export const distance = (a: Vec, b: Vec): number => Math.hypot(a.x - b.x, a.y - b.y);
export const along = (a: Vec, b: Vec, share: number): Vec => ({
  x: a.x + (b.x - a.x) * share,
  y: a.y + (b.y - a.y) * share,
});
export const offset = (p: Vec, direction: Vec, metres: number): Vec => ({
  x: p.x + direction.x * metres,
  y: p.y + direction.y * metres,
});
export const unit = (v: Vec): Vec => {
  const length = Math.hypot(v.x, v.y);
  return length === 0 ? { x: 0, y: -1 } : { x: v.x / length, y: v.y / length };
};

/** Even-odd rule; points on an edge may fall either way, which is good enough for planning. */
export function inside(polygon: Polygon, p: Vec): boolean {
  let within = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i, i += 1) {
    const a = polygon[i] as Vec;
    const b = polygon[j] as Vec;
    if (a.y > p.y !== b.y > p.y && p.x < ((b.x - a.x) * (p.y - a.y)) / (b.y - a.y) + a.x) within = !within;
  }
  return within;
}

export function distanceToSegment(p: Vec, a: Vec, b: Vec): number {
  const squared = (b.x - a.x) ** 2 + (b.y - a.y) ** 2;
  const share =
    squared === 0 ? 0 : Math.max(0, Math.min(1, ((p.x - a.x) * (b.x - a.x) + (p.y - a.y) * (b.y - a.y)) / squared));
  return distance(p, along(a, b, share));
}

/** Metres to the nearest edge, from either side. */
export function distanceToEdge(polygon: Polygon, p: Vec): number {
  let least = Infinity;
  for (let i = 0; i < polygon.length; i += 1)
    least = Math.min(least, distanceToSegment(p, polygon[i] as Vec, polygon[(i + 1) % polygon.length] as Vec));
  return least;
}

/** Metres from `p` to the polygon's area, 0 inside it. */
export const distanceToArea = (polygon: Polygon, p: Vec): number =>
  inside(polygon, p) ? 0 : distanceToEdge(polygon, p);

export function bounds(polygon: Polygon): { low: Vec; high: Vec } {
  const xs = polygon.map((p) => p.x);
  const ys = polygon.map((p) => p.y);
  return { low: { x: Math.min(...xs), y: Math.min(...ys) }, high: { x: Math.max(...xs), y: Math.max(...ys) } };
}

/** A rectangle of `width` by `depth` round `centre`, its depth pointing along `facing`. */
export function rectangle(centre: Vec, width: number, depth: number, facing: Vec): Polygon {
  const side = { x: -facing.y, y: facing.x };
  const corner = (w: number, d: number) => offset(offset(centre, side, (w * width) / 2), facing, (d * depth) / 2);
  return [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)];
}
