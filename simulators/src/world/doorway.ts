import type { Random } from '../random.js';
import { DOOR_INSIDE_METRES, DOOR_OUTSIDE_METRES, doorReach, middleOf, type Door } from './floor-plan.js';
import { along, distance, offset, unit, type Vec } from './geometry.js';
import type { Grid } from './grid.js';

/** A straight way through a door. */
export interface DoorWay {
  readonly outside: Vec;
  readonly within: Vec;
}
/** Share of a door's half width left free between those who come in and those who go out. */
const LANE_SHARE = 0.2;
const POST_METRES = 0.3;

/** The place behind a door that all ways in and out lead by. */
export const insideOf = (door: Door): Vec => offset(middleOf(door), door.inward, DOOR_INSIDE_METRES);

const lineOf = (door: Door): Vec => unit({ x: door.to.x - door.from.x, y: door.to.y - door.from.y });

/** A straight way through a door. `lane` 1 on the way in, −1 out: people keep to their side. */
export function doorWay(door: Door, lane: 1 | -1, grid: Grid, random: Random): DoorWay {
  const line = lineOf(door);
  const reach = doorReach(door);
  for (let i = 0; i < 20; i += 1) {
    const crossing = offset(middleOf(door), line, lane * random.between(LANE_SHARE * reach, reach));
    const within = offset(crossing, door.inward, DOOR_INSIDE_METRES);
    const outside = offset(offset(crossing, door.inward, -DOOR_OUTSIDE_METRES), line, random.between(-0.5, 0.5));
    if (grid.isWalkable(within)) return { outside, within };
  }
  const crossing = middleOf(door);
  return { outside: offset(crossing, door.inward, -DOOR_OUTSIDE_METRES), within: grid.nearest(insideOf(door)) };
}

/** The same way, so many metres aside. */
export function besideWay(door: Door, { outside, within }: DoorWay, metres: number): DoorWay {
  const line = lineOf(door);
  return { outside: offset(outside, line, metres), within: offset(within, line, metres) };
}

/** Whether a straight way crosses the door's line, clear of its posts. */
export function isThroughDoor(door: Door, { outside, within }: DoorWay): boolean {
  const line = lineOf(door);
  const middle = middleOf(door);
  const share = DOOR_OUTSIDE_METRES / (DOOR_OUTSIDE_METRES + DOOR_INSIDE_METRES);
  const at = along(outside, within, share);
  return Math.abs((at.x - middle.x) * line.x + (at.y - middle.y) * line.y) <= doorReach(door);
}

/** Before, in or behind a door, between its posts. */
export function isInDoorway(door: Door, at: Vec): boolean {
  const middle = middleOf(door);
  const line = lineOf(door);
  const [x, y] = [at.x - middle.x, at.y - middle.y];
  const inwards = x * door.inward.x + y * door.inward.y;
  const aside = Math.abs(x * line.x + y * line.y);
  return (
    aside <= distance(door.from, door.to) / 2 - POST_METRES &&
    inwards > -DOOR_OUTSIDE_METRES - 1 &&
    inwards < DOOR_INSIDE_METRES
  );
}
