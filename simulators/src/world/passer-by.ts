import type { Random } from '../random.js';
import { Body, type Crowd } from './crowd.js';
import { distance, offset, STILL, unit, vec, type Vec } from './geometry.js';
import { Walk } from './walk.js';

const STREET_METRES = 9;
const OUTSIDE_METRES = 0.6;
/** However people dodge one another, this far from the shop's walls. */
const WALL_METRES = 0.3;
const APART_METRES = 0.8;
const FIRST_STEPS_METRES = 2;
const PICKS_UP_SPEED = 2;

const isIndoors = (p: Vec, floor: { width: number; depth: number }, margin: number): boolean =>
  p.x > -margin && p.y > -margin && p.x < floor.width + margin && p.y < floor.depth + margin;

/** Somebody who only walks past the shop, over one of its `passersBy` lines. */
export class PasserBy {
  readonly body: Body;
  private readonly walk: Walk;
  private readonly soon: Vec;

  constructor(
    readonly personId: number,
    line: readonly [readonly [number, number], readonly [number, number]],
    floor: { width: number; depth: number },
    private readonly metresPerSecond: number,
    random: Random,
    private readonly crowd: Crowd,
  ) {
    const points = street(vec(line[0]), vec(line[1]), floor, random);
    if (random.chance(0.5)) points.reverse();
    const [from, to] = points as [Vec, Vec];
    this.body = new Body(personId, from);
    this.soon = offset(from, unit({ x: to.x - from.x, y: to.y - from.y }), FIRST_STEPS_METRES);
    this.walk = new Walk(
      points,
      { metresPerSecond, acceleration: PICKS_UP_SPEED, initial: metresPerSecond, stopAtEnd: false },
      this.body,
      { crowd, isFree: (at) => !isIndoors(at, floor, WALL_METRES), isClear: () => true },
    );
  }

  get position(): Vec {
    return this.body.position;
  }

  /** Comes along the street, if nobody is in the way where it is first seen; false otherwise. */
  enter(): boolean {
    if (!this.crowd.isEmpty(this.position, APART_METRES, this.body)) return false;
    if (!this.crowd.isWayFree(this.position, this.soon, this.metresPerSecond, this.body)) return false;
    this.crowd.add(this.body);
    return true;
  }

  advance(seconds: number): boolean {
    const from = this.position;
    const gone = this.walk.advance(seconds);
    const { x, y } = this.position;
    this.body.velocity = this.position === from ? STILL : { x: (x - from.x) / seconds, y: (y - from.y) / seconds };
    return !gone;
  }
}

/** Straight across the line; where that would lead into the shop, slantwise over it along the wall. */
function street(a: Vec, b: Vec, floor: { width: number; depth: number }, random: Random): Vec[] {
  const line = unit({ x: b.x - a.x, y: b.y - a.y });
  const normal = { x: -line.y, y: line.x };
  const share = random.between(0.2, 0.8);
  const middle = { x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share };
  const indoors = (p: Vec) => isIndoors(p, floor, OUTSIDE_METRES);
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
