import { along, distance, type Vec } from './geometry.js';

export interface WalkOptions {
  readonly metresPerSecond: number;
  readonly acceleration: number;
  /** speed at the first point: 0 to start from standing */
  readonly initial: number;
  /** whether to slow down and stand at the end */
  readonly stopAtEnd: boolean;
}

/** One way walked: a polyline at a pace, with soft starts and stops. */
export class Walk {
  private readonly lengths: number[];
  private readonly total: number;
  private gone = 0;
  private speed: number;
  private leg = 0;

  constructor(
    private readonly points: readonly Vec[],
    private readonly options: WalkOptions,
  ) {
    let sum = 0;
    this.lengths = points.map((p, i) => (sum += i === 0 ? 0 : distance(points[i - 1] as Vec, p)));
    this.total = sum;
    this.speed = options.initial;
  }

  /** Moves on by `seconds`; true once the end is reached. */
  advance(seconds: number): boolean {
    const { metresPerSecond, acceleration, stopAtEnd } = this.options;
    this.speed = Math.min(metresPerSecond, this.speed + acceleration * seconds);
    let speed = this.speed;
    if (stopAtEnd) speed = Math.min(speed, Math.sqrt(2 * acceleration * Math.max(0, this.total - this.gone)) + 0.08);
    this.gone = Math.min(this.total, this.gone + speed * seconds);
    return this.gone >= this.total;
  }

  get position(): Vec {
    while (this.leg < this.points.length - 2 && (this.lengths[this.leg + 1] as number) < this.gone) this.leg += 1;
    const [start, end] = [this.lengths[this.leg] as number, this.lengths[this.leg + 1] ?? 0];
    const from = this.points[this.leg] as Vec;
    const to = this.points[this.leg + 1] ?? from;
    return end > start ? along(from, to, Math.min(1, (this.gone - start) / (end - start))) : to;
  }
}
