import type { Moment } from './pieces.js';

/** So many of `shapeSeconds` a box's shape is looked for, before and after. */
export const SHAPE_REACH = 2;

/** How a followed person's boxes are brought into shape, in seconds and shares. */
export interface ShapeSettings {
  /** Width and height are taken over so many seconds (standard deviation). ↑ who comes nearer lags. ↓ half hidden people shrink. */
  shapeSeconds: number;
  /** A box that is so much smaller or larger than usual (share) counts half. ↑ cut boxes count. ↓ real changes lag. */
  shapeNoise: number;
}

/** Rounds: in the second, boxes that do not fit the first lose their weight. */
const ROUNDS = 2;
/** A box that ends early does so at the feet: goods and other people hide legs. The head's share in placing a cut box. */
const HEAD_SHARE = 0.75;

/**
 * Gives every box the size that the person has had for a while. A detector boxes what it sees: who is half hidden for a moment
 * becomes short or narrow, and two who touch become one wide box, but nobody changes their size within a second. Width and
 * height are straight lines in their logarithms, so that somebody who comes nearer grows, and boxes that do not fit count
 * little (Cauchy's weights, P. Holland, R. Welsch, Communications in Statistics 6, 1977). A cut box is held by its head.
 * @param moments of one person, frames rising
 * @param rate frames a second
 * @param isWanted which of them are answered
 */
export function bringIntoShape(
  moments: readonly Moment[],
  rate: number,
  settings: ShapeSettings,
  isWanted: (one: Moment) => boolean = () => true,
): Moment[] {
  const width = settings.shapeSeconds * rate;
  if (width <= 0.5 || moments.length < 3) return moments.filter(isWanted);
  const reach = Math.ceil(SHAPE_REACH * width);
  const logs = moments.map(({ w, h }) => [Math.log(w), Math.log(h)] as const);
  let from = 0;
  let to = 0;
  return moments.filter(isWanted).map((one) => {
    while ((moments[from] as Moment).frame < one.frame - reach) from += 1;
    while (to < moments.length && (moments[to] as Moment).frame <= one.frame + reach) to += 1;
    let [w, h] = [NaN, NaN];
    for (let round = 0; round < ROUNDS; round += 1) {
      const sums = [new Line(), new Line()] as const;
      for (let at = from; at < to; at += 1) {
        const t = (moments[at] as Moment).frame - one.frame;
        const [logW, logH] = logs[at] as readonly [number, number];
        let weight = Math.exp((-t * t) / (2 * width * width));
        if (round > 0) {
          const off = ((logW - w) / (2 * settings.shapeNoise)) ** 2 + ((logH - h) / settings.shapeNoise) ** 2;
          weight /= 1 + off;
        }
        sums[0].add(t, logW, weight);
        sums[1].add(t, logH, weight);
      }
      [w, h] = [sums[0].value(width), sums[1].value(width)];
    }
    const [wide, high] = [Math.exp(w), Math.exp(h)];
    const cut = Math.max(0, high - one.h);
    // Where it is not cut, the middle is the middle; where it is, the head tells more than the feet.
    return { ...one, cy: one.cy + cut * (HEAD_SHARE - 0.5), w: wide, h: high };
  });
}

/** A weighted straight line. */
class Line {
  #s0 = 0;
  #s1 = 0;
  #s2 = 0;
  #y0 = 0;
  #y1 = 0;

  add(t: number, y: number, weight: number): void {
    this.#s0 += weight;
    this.#s1 += weight * t;
    this.#s2 += weight * t * t;
    this.#y0 += weight * y;
    this.#y1 += weight * t * y;
  }

  /** At t = 0; the slope is drawn towards 0 where the moments reach less far than `scale`. */
  value(scale: number): number {
    const mean = this.#s1 / this.#s0;
    const spread = this.#s2 / this.#s0 - mean * mean;
    const slope = (this.#y1 / this.#s0 - (mean * this.#y0) / this.#s0) / (spread + 0.05 * scale * scale);
    return this.#y0 / this.#s0 - slope * mean;
  }
}
