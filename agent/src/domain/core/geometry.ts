/** Plane geometry in whole millimetres. Every test is exact: products of differences stay below 2^53 up to 90 km. */

export interface Polygon {
  xs: readonly number[];
  ys: readonly number[];
  minX: number;
  minY: number;
  maxX: number;
  maxY: number;
}

export function polygonOf(points: readonly (readonly [number, number])[]): Polygon {
  const xs = points.map((point) => point[0]);
  const ys = points.map((point) => point[1]);
  return { xs, ys, minX: Math.min(...xs), minY: Math.min(...ys), maxX: Math.max(...xs), maxY: Math.max(...ys) };
}

/** Whether a point lies inside or on an edge. */
export function contains(polygon: Polygon, x: number, y: number): boolean {
  if (x < polygon.minX || x > polygon.maxX || y < polygon.minY || y > polygon.maxY) return false;
  const { xs, ys } = polygon;
  let inside = false;
  let ax = xs[xs.length - 1] as number;
  let ay = ys[ys.length - 1] as number;
  for (let i = 0; i < xs.length; i += 1) {
    const bx = xs[i] as number;
    const by = ys[i] as number;
    const side = (bx - ax) * (y - ay) - (by - ay) * (x - ax);
    if (side === 0) {
      if (
        (ax <= bx ? x >= ax && x <= bx : x >= bx && x <= ax) &&
        (ay <= by ? y >= ay && y <= by : y >= by && y <= ay)
      ) {
        return true;
      }
    } else if (ay > y !== by > y && side > 0 === by > ay) inside = !inside;
    ax = bx;
    ay = by;
  }
  return inside;
}

/** A directed line: `sign` times the cross product is positive on the inward side. */
export interface DirectedLine {
  ax: number;
  ay: number;
  bx: number;
  by: number;
  sign: 1 | -1;
}

/** A point exactly on the (endless) line is on the inward side. */
const isInward = (line: DirectedLine, x: number, y: number): boolean =>
  line.sign * ((line.bx - line.ax) * (y - line.ay) - (line.by - line.ay) * (x - line.ax)) >= 0;

/**
 * 1: the step goes inwards through the segment, -1: outwards, 0: it does not change side or passes beside.
 * @param beside the segment is longer by so much at both ends
 */
export function crossingOf(
  line: DirectedLine,
  fromX: number,
  fromY: number,
  toX: number,
  toY: number,
  beside = 0,
): 1 | -1 | 0 {
  const to = isInward(line, toX, toY);
  if (isInward(line, fromX, fromY) === to) return 0;
  // The ends of the segment must not lie strictly on one side of the step; then the step meets the segment.
  const dx = toX - fromX;
  const dy = toY - fromY;
  const share = beside === 0 ? 0 : beside / Math.hypot(line.bx - line.ax, line.by - line.ay);
  const [moreX, moreY] = [share * (line.bx - line.ax), share * (line.by - line.ay)];
  const a = Math.sign(dx * (line.ay - moreY - fromY) - dy * (line.ax - moreX - fromX));
  const b = Math.sign(dx * (line.by + moreY - fromY) - dy * (line.bx + moreX - fromX));
  if (a * b > 0) return 0;
  return to ? 1 : -1;
}
