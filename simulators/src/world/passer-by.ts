import type { Random } from '../random.js';
import { distance, offset, unit, vec, type Vec } from './geometry.js';
import { Walk } from './walk.js';

const STREET_METRES = 9;
const OUTSIDE_METRES = 0.6;

/** Somebody who only walks past the shop, over one of its `passersBy` lines. */
export class PasserBy {
  position: Vec;
  readonly claim = null;
  private readonly walk: Walk;

  constructor(
    readonly personId: number,
    line: readonly [readonly [number, number], readonly [number, number]],
    floor: { width: number; depth: number },
    metresPerSecond: number,
    random: Random,
  ) {
    const points = street(vec(line[0]), vec(line[1]), floor, random);
    if (random.chance(0.5)) points.reverse();
    this.position = points[0] as Vec;
    this.walk = new Walk(points, { metresPerSecond, acceleration: 10, initial: metresPerSecond, stopAtEnd: false });
  }

  advance(seconds: number): boolean {
    const gone = this.walk.advance(seconds);
    this.position = this.walk.position;
    return !gone;
  }
}

/** Straight across the line; where that would lead into the shop, slantwise over it along the wall. */
function street(a: Vec, b: Vec, floor: { width: number; depth: number }, random: Random): Vec[] {
  const line = unit({ x: b.x - a.x, y: b.y - a.y });
  const normal = { x: -line.y, y: line.x };
  const share = random.between(0.2, 0.8);
  const middle = { x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share };
  const indoors = (p: Vec) =>
    p.x > -OUTSIDE_METRES &&
    p.y > -OUTSIDE_METRES &&
    p.x < floor.width + OUTSIDE_METRES &&
    p.y < floor.depth + OUTSIDE_METRES;
  const crossesShop = (from: Vec, to: Vec) => {
    const steps = Math.ceil(distance(from, to) / 0.2);
    return Array.from({ length: steps + 1 }, (_, i) =>
      offset(from, unit({ x: to.x - from.x, y: to.y - from.y }), (i / steps) * distance(from, to)),
    ).some(indoors);
  };
  const [from, to] = [offset(middle, normal, -STREET_METRES), offset(middle, normal, STREET_METRES)];
  if (!crossesShop(from, to)) return [from, to];
  return [
    offset(offset(middle, line, -STREET_METRES), normal, -OUTSIDE_METRES),
    offset(offset(middle, line, STREET_METRES), normal, OUTSIDE_METRES),
  ];
}
