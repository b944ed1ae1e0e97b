type Point = readonly [number, number];

const cross = (a: Point, b: Point, c: Point): number => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
const mm = (polygon: readonly Point[]): Point[] =>
  polygon.map(([x, y]) => [Math.round(x * 1000), Math.round(y * 1000)]);
const onSegment = (a: Point, b: Point, p: Point): boolean =>
  cross(a, b, p) === 0 &&
  p[0] >= Math.min(a[0], b[0]) &&
  p[0] <= Math.max(a[0], b[0]) &&
  p[1] >= Math.min(a[1], b[1]) &&
  p[1] <= Math.max(a[1], b[1]);
/** They cross at a point inside both. */
const properlyCross = (a: Point, b: Point, c: Point, d: Point): boolean =>
  Math.sign(cross(a, b, c)) * Math.sign(cross(a, b, d)) < 0 &&
  Math.sign(cross(c, d, a)) * Math.sign(cross(c, d, b)) < 0;
const touch = (a: Point, b: Point, c: Point, d: Point): boolean =>
  properlyCross(a, b, c, d) || onSegment(a, b, c) || onSegment(a, b, d) || onSegment(c, d, a) || onSegment(c, d, b);

/** Twice the area in square millimetres: whole, so that nothing is rounded before the one division. Points in metres. */
export function doubleAreaMm2(polygon: readonly Point[]): number {
  const points = mm(polygon);
  let sum = 0;
  points.forEach(([x, y], i) => {
    const [nextX, nextY] = points[(i + 1) % points.length] as Point;
    sum += x * nextY - nextX * y;
  });
  return Math.abs(sum);
}

/**
 * Whether two polygons are one area, to the millimetre, wherever they begin, whichever way round they go, and however many corners lie
 * on a straight edge. Points in metres.
 */
export function sameOutline(first: readonly Point[], second: readonly Point[]): boolean {
  const [a, b] = [cornersOf(first), cornersOf(second)];
  if (a.length !== b.length) return false;
  const isAt = (from: number, step: 1 | -1): boolean =>
    a.every(([x, y], i) => {
      const [otherX, otherY] = b[(from + step * i + b.length) % b.length] as Point;
      return x === otherX && y === otherY;
    });
  return b.some((_, from) => isAt(from, 1) || isAt(from, -1));
}

/** The points in millimetres at which the outline turns. */
function cornersOf(polygon: readonly Point[]): Point[] {
  const points = mm(polygon).filter(([x, y], i, all) => {
    const [beforeX, beforeY] = all.at(i - 1) as Point;
    return all.length === 1 || x !== beforeX || y !== beforeY;
  });
  return points.filter(
    (point, i) => cross(points.at(i - 1) as Point, point, points[(i + 1) % points.length] as Point) !== 0,
  );
}

/** Whether edges that are not neighbours meet, neighbours fold back, or the area is nil. Points in metres. */
export function crossesItself(polygon: readonly Point[]): boolean {
  const points = mm(polygon);
  const n = points.length;
  const at = (i: number) => points[i % n] as Point;
  if (doubleAreaMm2(polygon) === 0) return true;
  for (let i = 0; i < n; i += 1) {
    if (at(i)[0] === at(i + 1)[0] && at(i)[1] === at(i + 1)[1]) return true;
    for (let j = i + 1; j < n; j += 1) {
      const neighbours = j === i + 1 || (i === 0 && j === n - 1);
      if (neighbours) {
        const shared = j === i + 1 ? at(j) : at(0);
        const [before, after] = j === i + 1 ? [at(i), at(j + 1)] : [at(j), at(1)];
        const foldsBack =
          cross(before, shared, after) === 0 &&
          (before[0] - shared[0]) * (after[0] - shared[0]) + (before[1] - shared[1]) * (after[1] - shared[1]) > 0;
        if (foldsBack) return true;
      } else if (touch(at(i), at(i + 1), at(j), at(j + 1))) return true;
    }
  }
  return false;
}

/** Whether two simple polygons share area; a shared edge or corner is no overlap. Points in metres. */
export function overlap(first: readonly Point[], second: readonly Point[]): boolean {
  const a = mm(first);
  const b = mm(second);
  for (let i = 0; i < a.length; i += 1) {
    for (let j = 0; j < b.length; j += 1) {
      if (properlyCross(a[i] as Point, a[(i + 1) % a.length] as Point, b[j] as Point, b[(j + 1) % b.length] as Point))
        return true;
    }
  }
  // No proper crossing: they overlap only when a point just inside one lies inside the other.
  return interiorPoints(a).some((p) => strictlyInside(b, p)) || interiorPoints(b).some((p) => strictlyInside(a, p));
}

/** Corners, middles of edges, and middles of corner pairs and corner triangles that lie inside: samples of the polygon. */
function interiorPoints(polygon: readonly Point[]): Point[] {
  const points: Point[] = [];
  const n = polygon.length;
  for (let i = 0; i < n; i += 1) {
    points.push(polygon[i] as Point);
    for (let j = i + 1; j < n; j += 1) {
      const a = polygon[i] as Point;
      const b = polygon[j] as Point;
      const middle: Point = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
      const edge = j === i + 1 || (i === 0 && j === n - 1);
      if (edge || strictlyInside(polygon, middle)) points.push(middle);
    }
    const [p, q, r] = [polygon[i] as Point, polygon[(i + 1) % n] as Point, polygon[(i + 2) % n] as Point];
    const centroid: Point = [(p[0] + q[0] + r[0]) / 3, (p[1] + q[1] + r[1]) / 3];
    if (strictlyInside(polygon, centroid)) points.push(centroid);
  }
  return points;
}

function strictlyInside(polygon: readonly Point[], p: Point): boolean {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i, i += 1) {
    const a = polygon[i] as Point;
    const b = polygon[j] as Point;
    if (onSegment(a, b, p)) return false;
    if (a[1] > p[1] !== b[1] > p[1] && p[0] < ((b[0] - a[0]) * (p[1] - a[1])) / (b[1] - a[1]) + a[0]) inside = !inside;
  }
  return inside;
}
