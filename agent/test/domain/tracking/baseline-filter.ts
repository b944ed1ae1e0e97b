import { overlapOf } from '../../../src/domain/tracking/cost.js';
import type { TrackerDetection } from '../../../src/domain/tracking/types.js';
import type { Labelled } from './score.js';

/**
 * The published algorithms, written anew from their papers with the settings that their authors publish, to compare
 * with on the same detections. Like the originals they count in frames.
 */
export type Baseline = (frames: readonly (readonly TrackerDetection[])[]) => Labelled[][];

export interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

export const boxOverlap = (a: Box, b: Box): number => overlapOf(a.x, a.y, a.w, a.h, b.x, b.y, b.w, b.h);

/**
 * One axis of the Kalman filters of SORT, ByteTrack and OC-SORT: all their matrices are diagonal but for each
 * position's own velocity, so that an axis by itself is the same filter. One step is one frame.
 */
export class DiscreteAxis {
  velocity = 0;
  #pp: number;
  #pv = 0;
  #vv: number;

  constructor(
    public position: number,
    positionVariance: number,
    velocityVariance: number,
  ) {
    this.#pp = positionVariance;
    this.#vv = velocityVariance;
  }

  predict(qPosition: number, qVelocity: number): void {
    this.position += this.velocity;
    this.#pp += 2 * this.#pv + this.#vv + qPosition;
    this.#pv += this.#vv;
    this.#vv += qVelocity;
  }

  update(value: number, variance: number): void {
    const total = this.#pp + variance;
    const gain = this.#pp / total;
    const gainVelocity = this.#pv / total;
    const surprise = value - this.position;
    this.position += gain * surprise;
    this.velocity += gainVelocity * surprise;
    this.#vv -= gainVelocity * this.#pv;
    this.#pp *= 1 - gain;
    this.#pv *= 1 - gain;
  }

  copy(): DiscreteAxis {
    const copy = new DiscreteAxis(this.position, this.#pp, this.#vv);
    copy.velocity = this.velocity;
    copy.#pv = this.#pv;
    return copy;
  }
}
