import { AHEAD_SECONDS, BODY_METRES, type Body, type Crowd } from './crowd.js';
import { along, distance, STILL, type Vec } from './geometry.js';

export interface WalkOptions {
  readonly metresPerSecond: number;
  readonly acceleration: number;
  /** speed at the first point: 0 to start from standing */
  readonly initial: number;
  /** whether to slow down and stand at the end */
  readonly stopAtEnd: boolean;
  /** another way to the end from somewhere off the way, where a fixture is in between */
  readonly again?: (from: Vec) => readonly Vec[];
}
/** Whom and what somebody walks among. */
export interface Ground {
  readonly crowd: Crowd;
  /** a body fits there */
  isFree(at: Vec): boolean;
  /** the straight way between both is free of fixtures */
  isClear(a: Vec, b: Vec): boolean;
}

const CARROT_METRES = 1.5;
/** Back on their way are those whom nobody meets for so long. */
const BACK_SECONDS = 1.9;
const SEARCH_METRES = 1.2;
const ARRIVED_METRES = 0.06;
const PASSED_METRES = 0.35;
/** Who has not got further than this is stuck. */
const PROGRESS_METRES = 0.4;
/** Somebody who has been stuck for so many seconds squeezes past at so many metres. */
const SQUEEZES = [
  [14, 0.25],
  [8, 0.36],
] as const;
/** Stuck for so long this close to where they meant to stand, people stand where they are. */
const CLOSE_METRES = 0.8;
const CLOSE_SECONDS = 3.5;
const LONGEST_SECONDS = 7;
/** Off the way, people look about so often whether there is a corner between them and it. */
const LOST_SECONDS = 1;

/** One way walked: a polyline at a pace, with soft starts and stops, and steps aside for others. */
export class Walk {
  private points: readonly Vec[] = [];
  private lengths: number[] = [];
  private total = 0;
  private gone = 0;
  private speed: number;
  private leg = 0;
  private astray = false;
  private mark: Vec;
  private stuckSeconds = 0;
  private lostSeconds = 0;

  constructor(
    points: readonly Vec[],
    private readonly options: WalkOptions,
    private readonly body: Body,
    private readonly ground: Ground,
  ) {
    this.takeWay(points);
    this.speed = options.initial;
    this.mark = body.position;
  }

  /** Moves the body on by `seconds`; true once the end is reached. */
  advance(seconds: number): boolean {
    return this.astray ? this.roundOthers(seconds) : this.straightOn(seconds);
  }

  private straightOn(seconds: number): boolean {
    const { crowd } = this.ground;
    const { position } = this.body;
    const speed = this.speedAfter(seconds, this.total - this.gone);
    const gone = Math.min(this.total, this.gone + speed * seconds);
    const next = this.at(gone);
    // Looking ahead as if at full pace: whoever starts slowly sees as far.
    const pace = this.options.metresPerSecond / Math.max(distance(position, next), 1e-6);
    const velocity = { x: (next.x - position.x) * pace, y: (next.y - position.y) * pace };
    if (crowd.meets(this.body, position, velocity, this.secondsAhead(AHEAD_SECONDS))) {
      this.astray = true;
      return this.roundOthers(seconds);
    }
    // Somebody may have stepped here since.
    if (!crowd.isRoom(this.body, next)) {
      this.speed = 0;
      this.astray = true;
      return false;
    }
    [this.gone, this.speed] = [gone, Math.max(speed, 0)];
    this.body.position = next;
    return this.gone >= this.total;
  }

  /** Who is about to stop looks no further than where. */
  private secondsAhead(most: number): number {
    const { stopAtEnd, metresPerSecond } = this.options;
    return stopAtEnd ? Math.min(most, (this.total - this.gone) / metresPerSecond) : most;
  }

  private speedAfter(seconds: number, left: number): number {
    const { metresPerSecond, acceleration, stopAtEnd } = this.options;
    const speed = Math.min(metresPerSecond, this.speed + acceleration * seconds);
    return stopAtEnd ? Math.min(speed, Math.sqrt(2 * acceleration * Math.max(0, left)) + 0.08) : speed;
  }

  /** Off the way, round those who are on it, and back. */
  private roundOthers(seconds: number): boolean {
    const { body, ground, options } = this;
    const end = this.points[this.points.length - 1] as Vec;
    this.gone = this.nearestOnTheWay();
    const left = distance(body.position, end);
    if (left < (options.stopAtEnd ? ARRIVED_METRES : PASSED_METRES)) return true;
    if (distance(body.position, this.mark) > PROGRESS_METRES) [this.mark, this.stuckSeconds] = [body.position, 0];
    this.stuckSeconds += seconds;
    if (left < CLOSE_METRES && this.stuckSeconds > CLOSE_SECONDS) return true;
    if (options.stopAtEnd && this.stuckSeconds > LONGEST_SECONDS) return true;
    let carrot = this.carrot();
    const speed = this.speedAfter(seconds, left);
    this.lostSeconds += seconds;
    if (this.lostSeconds > LOST_SECONDS) {
      this.lostSeconds = 0;
      if (options.again && !ground.isClear(body.position, carrot)) {
        this.takeWay(options.again(body.position));
        carrot = this.carrot();
      }
    }
    if (this.stuckSeconds < 0.5 && this.isBack(carrot)) return this.straightOn(seconds);
    const nearest = SQUEEZES.find(([after]) => this.stuckSeconds > after)?.[1] ?? BODY_METRES;
    const velocity = ground.crowd.steer(body, {
      towards: carrot,
      metresPerSecond: Math.max(speed, 0.3 * options.metresPerSecond),
      seconds,
      nearest,
      waiting: 1 + this.stuckSeconds,
      isFree: (at) => ground.isFree(at),
    });
    this.speed = Math.hypot(velocity.x, velocity.y);
    if (velocity !== STILL)
      body.position = { x: body.position.x + velocity.x * seconds, y: body.position.y + velocity.y * seconds };
    return false;
  }

  private carrot(): Vec {
    return this.at(Math.min(this.total, this.gone + CARROT_METRES));
  }

  /** Goes on from here on a straight way to the old one, if nobody is in it. */
  private isBack(carrot: Vec): boolean {
    const { position } = this.body;
    const away = distance(position, carrot);
    if (away < ARRIVED_METRES || !this.ground.isClear(position, carrot)) return false;
    const pace = this.options.metresPerSecond / away;
    const velocity = { x: (carrot.x - position.x) * pace, y: (carrot.y - position.y) * pace };
    if (this.ground.crowd.meets(this.body, position, velocity, this.secondsAhead(BACK_SECONDS))) return false;
    const from = this.gone + CARROT_METRES;
    this.takeWay([position, carrot, ...this.points.filter((_, i) => (this.lengths[i] as number) > from)]);
    this.astray = false;
    return true;
  }

  private takeWay(points: readonly Vec[]): void {
    this.points = points;
    this.lengths = lengthsOf(points);
    this.total = this.lengths[this.lengths.length - 1] as number;
    [this.gone, this.leg] = [0, 0];
  }

  /** How far along the way its nearest point to the body is, never back. */
  private nearestOnTheWay(): number {
    const { position } = this.body;
    let best = this.gone;
    let least = Infinity;
    for (let metres = this.gone; metres <= Math.min(this.total, this.gone + SEARCH_METRES); metres += 0.1) {
      const away = distance(this.at(metres), position);
      if (away < least - 1e-9) [least, best] = [away, metres];
    }
    return best;
  }

  private at(metres: number): Vec {
    while (this.leg > 0 && (this.lengths[this.leg] as number) > metres) this.leg -= 1;
    while (this.leg < this.points.length - 2 && (this.lengths[this.leg + 1] as number) < metres) this.leg += 1;
    const [start, end] = [this.lengths[this.leg] as number, this.lengths[this.leg + 1] ?? 0];
    const from = this.points[this.leg] as Vec;
    const to = this.points[this.leg + 1] ?? from;
    return end > start ? along(from, to, Math.min(1, (metres - start) / (end - start))) : to;
  }
}

function lengthsOf(points: readonly Vec[]): number[] {
  let sum = 0;
  return points.map((p, i) => (sum += i === 0 ? 0 : distance(points[i - 1] as Vec, p)));
}
