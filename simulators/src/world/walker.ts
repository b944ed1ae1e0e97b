import type { Random } from '../random.js';
import type { Behaviour } from '../settings/behaviour.js';
import { Body, BODY_METRES, TIGHT_ELBOW_METRES, type Crowd } from './crowd.js';
import { doorWay, insideOf, isInDoorway } from './doorway.js';
import type { Door, FloorPlan } from './floor-plan.js';
import { along, distance, offset, STILL, unit, type Vec } from './geometry.js';
import { Walk, type Ground } from './walk.js';

/** Moves its person on by `seconds` to the instant `ts`; true once it is done. */
export type Step = (seconds: number, ts: number) => boolean;
/** Where walkers walk. */
export interface Place {
  readonly plan: FloorPlan;
  readonly behaviour: Behaviour;
  readonly crowd: Crowd;
  now(): number;
}

/** Nobody strides along a shelf that they look at. */
const STEP_PACE = 0.5;
/** So far apart two people walk who belong together, in metres … */
export const COUPLE_METRES = 0.6;
/** … who find each other again from further off by walking where the other goes … */
const TOGETHER_METRES = 2.5;
/** … and hurry a little to keep up. */
const CATCH_UP_PACE = 1.15;
/** So long, and on so many sides, people wait at a door for others to get out of it. */
const DOOR_PATIENCE_MS = 3000;
const DOOR_TRIES = 3;
/** Stuck in a door for so long, people squeeze past each other at so many metres. */
const DOOR_SQUEEZE_SECONDS = 2;
const DOOR_SQUEEZE_METRES = 0.36;
const ASIDE_METRES_PER_SECOND = 0.3;
/** Nobody steps aside onto the edge of a zone. */
const ASIDE_EDGE_METRES = 0.4;

/** Somebody on their feet: how they get from place to place among others. */
export class Walker {
  readonly body: Body;
  readonly pace: number;
  protected readonly doorSpeed: number;
  /** which way the person last went */
  heading: Vec = { x: 0, y: -1 };
  private readonly ground: Ground;

  constructor(
    readonly personId: number,
    protected readonly place: Place,
    metresPerSecond: number,
    /** what chooses the side of a door */
    protected readonly doors: Random,
  ) {
    this.pace = metresPerSecond;
    this.doorSpeed = Math.max(this.pace, place.behaviour.walking.doorMetresPerSecond);
    this.body = new Body(personId, STILL);
    const { grid } = place.plan;
    this.ground = {
      crowd: place.crowd,
      isFree: (at) => grid.isWalkable(at),
      isClear: (a, b) => grid.isClear(a, b),
    };
  }

  get position(): Vec {
    return this.body.position;
  }

  protected walk(
    points: readonly Vec[],
    { at, initial, stop }: { at: number; initial: number; stop: boolean },
    again?: (from: Vec) => readonly Vec[],
  ): Step {
    const walk = new Walk(
      points,
      {
        metresPerSecond: at,
        acceleration: this.place.behaviour.walking.accelerationMetresPerSecond2,
        initial,
        stopAtEnd: stop,
        ...(again && { again }),
      },
      this.body,
      this.ground,
    );
    return (seconds) => {
      if (!walk.advance(seconds)) return false;
      // Others may have kept the person from getting there to the inch.
      if (stop) this.body.claim = this.position;
      return true;
    };
  }

  /** To `spot`, by the ways to the fixed place `by` near it. */
  protected walkTo(spot: Vec, by: Vec, initial = 0, factor = 1): Step {
    const { grid } = this.place.plan;
    this.body.claim = spot;
    const way = (from: Vec) => grid.path(from, spot, by);
    return this.walk(way(this.position), { at: this.pace * factor, initial, stop: true }, way);
  }

  /** A few steps in a straight line, slowly. */
  protected stepTo(spot: Vec): Step {
    this.body.claim = spot;
    return this.walk([this.position, spot], { at: this.pace * STEP_PACE, initial: 0, stop: true });
  }

  protected wait(seconds: number): Step {
    const untilTs = this.place.now() + seconds * 1000;
    return (_, ts) => ts >= untilTs;
  }

  protected until(isSo: () => boolean, patienceMs = Infinity): Step {
    const latestTs = this.place.now() + patienceMs;
    return (_, ts) => isSo() || ts >= latestTs;
  }

  protected isDoorFree(from: Vec, to: Vec): boolean {
    return this.place.crowd.isWayFree(from, to, this.doorSpeed, this.body);
  }

  /** Briskly and straight through a door; round those who block it all the same. */
  protected through(door: Door, to: Vec, initial: number): Step {
    const { crowd, plan, behaviour } = this.place;
    const from = this.position;
    const length = distance(from, to);
    let speed = initial;
    let waited = 0;
    return (seconds) => {
      speed = Math.min(this.doorSpeed, speed + behaviour.walking.accelerationMetresPerSecond2 * seconds);
      const left = distance(this.position, to);
      const next = along(this.position, to, Math.min(1, (speed * seconds) / Math.max(left, 0.001)));
      if (crowd.isRoom(this.body, next)) this.body.position = next;
      else {
        waited += seconds;
        const velocity = crowd.steer(this.body, {
          towards: to,
          metresPerSecond: this.pace,
          seconds,
          nearest: waited < DOOR_SQUEEZE_SECONDS ? BODY_METRES : DOOR_SQUEEZE_METRES,
          waiting: waited,
          isFree: (at) => plan.grid.isWalkable(at) || isInDoorway(door, at),
        });
        this.body.position = offset(this.position, velocity, seconds);
        speed = Math.hypot(velocity.x, velocity.y);
      }
      return distance(this.position, to) < 0.05 || distance(this.position, from) >= length;
    };
  }

  /** Out by a door: to it, until nobody is in it, and through. */
  protected *leave(exit: Door, initial: number): Generator<Step, void> {
    const { grid } = this.place.plan;
    this.body.claim = null;
    let speed = initial;
    for (let tries = 1; ; tries += 1) {
      const { outside, within } = doorWay(exit, -1, grid, this.doors);
      const way = (from: Vec) => grid.path(from, within, insideOf(exit));
      yield this.walk(way(this.position), { at: this.pace, initial: speed, stop: false }, way);
      const { now } = this.place;
      const sinceTs = now.call(this.place);
      yield this.until(() => this.isDoorFree(this.position, outside), DOOR_PATIENCE_MS);
      const waited = now.call(this.place) - sinceTs;
      speed = waited < 100 ? this.pace : 0;
      if (tries < DOOR_TRIES && !this.isDoorFree(this.position, outside)) continue;
      yield this.through(exit, outside, speed);
      return;
    }
  }

  /** Walks beside `other` until it is so, or until they have lost each other. */
  protected beside(other: Walker, isSo: () => boolean): Step {
    const { crowd, plan } = this.place;
    this.body.claim = null;
    let lostSeconds = 0;
    return (seconds) => {
      if (isSo()) return this.stay();
      const away = distance(this.position, other.position);
      const apart = away > TOGETHER_METRES || !plan.grid.isClear(this.position, other.position);
      lostSeconds = apart ? lostSeconds + seconds : 0;
      if (lostSeconds > 1) return this.stay();
      const goal = this.placeBeside(other);
      const left = distance(goal, this.position);
      const theirs = Math.hypot(other.body.velocity.x, other.body.velocity.y);
      // Nobody shuffles about for a hand's breadth while the other stands.
      if (theirs < 0.1 && left < 0.25 && away >= TIGHT_ELBOW_METRES) return false;
      const velocity = crowd.steer(this.body, {
        towards: offset(goal, other.body.velocity, 0.5),
        metresPerSecond: Math.min(this.pace * CATCH_UP_PACE, theirs + left),
        seconds,
        nearest: BODY_METRES,
        waiting: 1,
        isFree: (at) => plan.grid.isWalkable(at),
      });
      this.body.position = offset(this.position, velocity, seconds);
      return false;
    };
  }

  private stay(): true {
    this.body.claim = this.position;
    return true;
  }

  /** On the nearer free side of somebody who walks or stands, else behind them. */
  private placeBeside(other: Walker): Vec {
    const { heading, position } = other;
    const side = { x: -heading.y, y: heading.x };
    const right = (this.position.x - position.x) * side.x + (this.position.y - position.y) * side.y >= 0 ? 1 : -1;
    const { grid } = this.place.plan;
    for (const sign of [right, -right]) {
      const goal = offset(position, side, sign * COUPLE_METRES);
      if (grid.isWalkable(goal) && !this.place.crowd.isTaken(goal, this.personId, BODY_METRES)) return goal;
    }
    return offset(position, heading, -COUPLE_METRES);
  }

  /** Somebody who stands and has another at their elbow makes room, as far as there is any. */
  private makeRoom(seconds: number): void {
    const { crowd, plan } = this.place;
    const other = crowd.nearestTo(this.body, TIGHT_ELBOW_METRES);
    if (!other) return;
    const { x, y } = this.position;
    const away = unit({ x: x - other.position.x, y: y - other.position.y });
    for (const direction of [away, { x: -away.y, y: away.x }, { x: away.y, y: -away.x }]) {
      const at = offset(this.position, direction, ASIDE_METRES_PER_SECOND * seconds);
      if (!plan.grid.isWalkable(at) || !crowd.isRoom(this.body, at, TIGHT_ELBOW_METRES)) continue;
      if (plan.edgeRoom(at) < Math.min(plan.edgeRoom(this.position), ASIDE_EDGE_METRES)) continue;
      this.body.position = at;
      return;
    }
  }

  /** To be called after every step: makes room, and shows others what has become of it. */
  protected moved(from: Vec, seconds: number): void {
    if (this.body.position === from) this.makeRoom(seconds);
    const { position } = this.body;
    if (position === from) {
      this.body.velocity = STILL;
      return;
    }
    const velocity = { x: (position.x - from.x) / seconds, y: (position.y - from.y) / seconds };
    this.body.velocity = velocity;
    if (Math.hypot(velocity.x, velocity.y) > 0.2) this.heading = unit(velocity);
  }
}
