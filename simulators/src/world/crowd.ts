import { distance, STILL, type Vec } from './geometry.js';

/** Bodies are shoulders wide: no two middles come nearer than this, in metres … */
export const BODY_METRES = 0.46;
/** … people walk round one another at least at this … */
const BERTH_METRES = 0.6;
/** … look this far ahead, in seconds … */
export const AHEAD_SECONDS = 1.6;
/** … and change their speed by no more than this much, in m/s², but for stopping dead rather than bumping. */
const AGILITY = 6;
const REACH_METRES = 4.5;
/** Room that somebody wants who goes through a door without looking about. */
const WAY_METRES = 0.56;
/** Weights of a way to go on: what turns away from the goal, swings about, meets others, runs into a wall. */
const SWING_COST = 0.15;
const MEETING_COST = 1.1;
const WALL_COST = 2;
/** Those who meet head on both go right. */
const LEFT_COST = 0.06;
const TURNS = [0, 15, -15, 32, -32, 52, -52, 78, -78, 110, -110].map((degrees) => ({
  cos: Math.cos((degrees * Math.PI) / 180),
  sin: Math.sin((degrees * Math.PI) / 180),
  left: degrees < 0,
}));
const PACES = [1, 0.6, 0.25];
const WALL_SECONDS = 0.4;

/** Strangers stand this far apart, in metres, and closer only where they must. */
export const ELBOW_METRES = 0.65;
export const TIGHT_ELBOW_METRES = 0.52;

/** Where somebody's body is, and where it is going. */
export class Body {
  /** metres per second */
  velocity: Vec = STILL;
  /** where the person stands or is walking to stand */
  claim: Vec | null = null;

  constructor(
    readonly personId: number,
    public position: Vec,
  ) {}
}

export interface Wish {
  /** where to in a straight line */
  readonly towards: Vec;
  readonly metresPerSecond: number;
  /** seconds until the next look */
  readonly seconds: number;
  /** how near others may be in a squeeze, in metres; usually BODY_METRES */
  readonly nearest: number;
  /** what standing and waiting costs against going astray: 1 for those who have just been stopped, more for the impatient */
  readonly waiting: number;
  readonly isFree: (at: Vec) => boolean;
}

/** Everybody's bodies: who stands in whose way, and how people step aside for one another. */
export class Crowd {
  private readonly bodies: Body[] = [];

  add(body: Body): void {
    this.bodies.push(body);
  }

  remove(body: Body): void {
    const at = this.bodies.indexOf(body);
    if (at >= 0) this.bodies.splice(at, 1);
  }

  /** Whether somebody else stands nearer than `metres` to `at`, or is about to. */
  isTaken(at: Vec, personId: number, metres: number): boolean {
    return this.bodies.some(
      ({ personId: other, claim, velocity, position }) =>
        other !== personId &&
        ((claim !== null && distance(claim, at) < metres) || (velocity === STILL && distance(position, at) < metres)),
    );
  }

  /** Whether nobody's body is in the way of a step of `body` to `at`. */
  isRoom(body: Body, at: Vec, nearest = BODY_METRES): boolean {
    const { x, y } = body.position;
    for (const other of this.bodies) {
      const { position } = other;
      const after = (at.x - position.x) ** 2 + (at.y - position.y) ** 2;
      if (after >= nearest * nearest || other === body) continue;
      if (after < (x - position.x) ** 2 + (y - position.y) ** 2) return false;
    }
    return true;
  }

  /** Whoever stands or walks nearest, within so many metres. */
  nearestTo(body: Body, metres: number): Body | undefined {
    let best: Body | undefined;
    let least = metres * metres;
    const { x, y } = body.position;
    for (const other of this.bodies) {
      const away = (other.position.x - x) ** 2 + (other.position.y - y) ** 2;
      if (other !== body && away < least) [least, best] = [away, other];
    }
    return best;
  }

  /** Whether `body`, going on from `from` as `velocity` says for so many seconds, would come near somebody who goes on as now. */
  meets(body: Body, from: Vec, velocity: Vec, seconds = AHEAD_SECONDS, berth = BERTH_METRES): boolean {
    for (const other of this.bodies) {
      if (other === body) continue;
      const [x, y] = [other.position.x - from.x, other.position.y - from.y];
      if (x * x + y * y > REACH_METRES * REACH_METRES) continue;
      const [vx, vy] = [other.velocity.x - velocity.x, other.velocity.y - velocity.y];
      const closing = -(x * vx + y * vy);
      // Who is near but not getting nearer is in nobody's way.
      if (closing <= 0) continue;
      const then = Math.min(seconds, closing / (vx * vx + vy * vy));
      if ((x + vx * then) ** 2 + (y + vy * then) ** 2 < berth * berth) return true;
    }
    return false;
  }

  /** Whether a straight way at that speed stays clear of everybody else who goes on as now. */
  isWayFree(from: Vec, to: Vec, metresPerSecond: number, except: Body): boolean {
    const length = distance(from, to);
    const velocity = {
      x: ((to.x - from.x) / length) * metresPerSecond,
      y: ((to.y - from.y) / length) * metresPerSecond,
    };
    const seconds = length / metresPerSecond;
    return !this.meets(except, from, velocity, seconds, WAY_METRES);
  }

  /** Whether nobody stands or walks nearer than that. */
  isEmpty(at: Vec, metres: number, except: Body): boolean {
    return !this.bodies.some((other) => other !== except && distance(other.position, at) < metres);
  }

  /** The velocity for the next step that gets `body` on best without bumping into anybody; STILL if there is none. */
  steer(body: Body, wish: Wish): Vec {
    const { position, velocity } = body;
    const [gx, gy] = [wish.towards.x - position.x, wish.towards.y - position.y];
    const length = Math.hypot(gx, gy);
    if (length === 0 || wish.metresPerSecond === 0) return STILL;
    const [ux, uy] = [gx / length, gy / length];
    const most = AGILITY * wish.seconds;
    // Only those this close can be bumped into in one step.
    const close = wish.nearest + (wish.metresPerSecond + most) * wish.seconds + 0.01;
    const near: Body[] = [];
    const elbows: Body[] = [];
    for (const other of this.bodies) {
      if (other === body) continue;
      const squared = (other.position.x - position.x) ** 2 + (other.position.y - position.y) ** 2;
      if (squared < REACH_METRES * REACH_METRES) near.push(other);
      if (squared < close * close) elbows.push(other);
    }
    // Who has cut a corner too finely gets out of it.
    const isFree = wish.isFree(position) ? wish.isFree : () => true;
    let best = STILL;
    // Standing and waiting is a way to go on, too.
    let least = wish.waiting + costOf(near, wish, position, 0, 0, 0);
    const scale = wish.metresPerSecond * wish.metresPerSecond;
    for (const { cos, sin, left } of TURNS) {
      const [dx, dy] = [ux * cos - uy * sin, ux * sin + uy * cos];
      for (const pace of PACES) {
        const speed = wish.metresPerSecond * pace;
        const [tx, ty] = [dx * speed, dy * speed];
        const change = Math.hypot(tx - velocity.x, ty - velocity.y);
        const astray = (tx - ux * wish.metresPerSecond) ** 2 + (ty - uy * wish.metresPerSecond) ** 2;
        let cost = (astray + SWING_COST * change * change) / scale + (left ? LEFT_COST : 0);
        if (cost >= least) continue;
        // As far towards it as one can change within the step.
        const share = change > most ? most / change : 1;
        const next = { x: velocity.x + (tx - velocity.x) * share, y: velocity.y + (ty - velocity.y) * share };
        const at = { x: position.x + next.x * wish.seconds, y: position.y + next.y * wish.seconds };
        if (!hasRoom(elbows, position, at, wish.nearest) || !isFree(at)) continue;
        cost += costOf(near, wish, position, dx, dy, speed);
        if (cost >= least) continue;
        if (!wish.isFree({ x: position.x + tx * WALL_SECONDS, y: position.y + ty * WALL_SECONDS })) cost += WALL_COST;
        if (cost < least) [least, best] = [cost, next];
      }
    }
    return best;
  }
}

/**
 * What meeting others costs who goes on from `at` in the direction `ux`, `uy` at so many metres per second. Going slowly puts off
 * meeting those who walk, who will be gone; those who stand are met all the same.
 */
function costOf(near: readonly Body[], wish: Wish, at: Vec, ux: number, uy: number, speed: number): number {
  let cost = 0;
  const berth = Math.min(BERTH_METRES, wish.nearest + 0.14);
  for (const { position, velocity } of near) {
    const [x, y] = [position.x - at.x, position.y - at.y];
    const own = velocity === STILL && speed > 0 ? wish.metresPerSecond : speed;
    const [vx, vy] = [velocity.x - ux * own, velocity.y - uy * own];
    const closing = -(x * vx + y * vy);
    if (closing <= 0) continue;
    const then = Math.min(AHEAD_SECONDS, closing / (vx * vx + vy * vy));
    const squared = (x + vx * then) ** 2 + (y + vy * then) ** 2;
    if (squared < berth * berth) cost += (MEETING_COST * (1 - Math.sqrt(squared) / berth)) / (0.25 + then);
  }
  return cost;
}

/** Whether nobody is in the way of a step: who is too near already may only get away. */
function hasRoom(others: readonly Body[], from: Vec, at: Vec, nearest: number): boolean {
  for (const { position } of others) {
    const after = (at.x - position.x) ** 2 + (at.y - position.y) ** 2;
    if (after < nearest * nearest && after < (from.x - position.x) ** 2 + (from.y - position.y) ** 2) return false;
  }
  return true;
}
