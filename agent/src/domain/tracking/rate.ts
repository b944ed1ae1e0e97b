import { Assignment } from './assignment.js';
import { overlapOf } from './cost.js';
import { sizeOf } from './track.js';
import type { TrackerDetection } from './types.js';

/**
 * Somebody who walks across the view covers 0.75 of their size in a second: 1.3 m/s, and 1.75 m tall. Whoever has at least half
 * the speed of the fastest tenth walks. Where all do, they mostly walk across; where half of those in view do not, the others too
 * are partly seen walking towards the camera, or aslant from above, and look slower.
 */
const FASTEST_FROM = 0.9;
const WALKS_FROM = 0.5;
const WALKING_SPEED = { all: 0.72, half: 0.49 };
/** A speed is taken over the way of so many sizes: jitter is small against it. */
const WAY = 0.75;
/** Who has not been followed for so many frames says nothing about standing. */
const LEAST_FRAMES = 10;
const MIN_RATE = 1;
const MAX_RATE = 60;
/** Without anybody who could be followed. */
const NOMINAL_RATE = 25;

/** Two boxes are one person's from frame to frame from this overlap, and up to this difference in the height's logarithm. */
const LEAST_OVERLAP = 0.3;
const MOST_GROWTH = 0.35;
/** A chain of boxes goes on over so many frames without one. */
const MOST_MISSED = 1;

/** Steps a second of people who walk (A. Pachi, T. Ji, The Structural Engineer 83(3), 2005: 1.8 in shops, 2.0 on bridges). */
const STEPS_PER_SECOND = 1.85;
/** Frequencies beside it that hold no steps. */
const BESIDE = 1.7;
/** Steps are looked for in pieces of so many seconds; so many pieces are needed, and no more than so many looked at. */
const PIECE_SECONDS = 2.5;
const LEAST_PIECES = 8;
const MOST_PIECES = 400;
/** How far steps must stand out (logarithm of power), and how much that counts against the speed's own spread. */
const LEAST_CONTRAST = 0.4;
const CONTRAST_WEIGHT = 4;
const SPEED_SPREAD = 0.3;
/** Rates around the speed's own that are tried: factors of this, to both sides. */
const STEP = 1.06;
const STEPS = 14;

type Chain = { frame: number; x: number; y: number; w: number; h: number }[];

/**
 * Frames per second of a recording, told by two things that people have in common: how fast they walk against their size, and
 * how often they step, which makes boxes wide and narrow in turn. Steps say it better where the view shows them.
 */
export function estimateRate(frames: readonly (readonly TrackerDetection[])[]): number {
  const chains = chainsOf(frames);
  const speeds = chains.flatMap(speedsOf).sort((a, b) => a - b);
  const fast = speeds[Math.floor(speeds.length * FASTEST_FROM)] ?? 0;
  const walkers = speeds.filter((speed) => speed > WALKS_FROM * fast);
  const walking = walkers[Math.floor(walkers.length / 2)];
  if (walking === undefined) return NOMINAL_RATE;
  const across = Math.min(1, Math.max(0, (2 * walkers.length) / speeds.length - 1));
  const bySpeed = (WALKING_SPEED.half + across * (WALKING_SPEED.all - WALKING_SPEED.half)) / walking;
  let best = { rate: bySpeed, score: 0 };
  for (let step = -STEPS; step <= STEPS; step += 1) {
    const rate = bySpeed * STEP ** step;
    const stepping = CONTRAST_WEIGHT * (stepContrast(chains, rate) - LEAST_CONTRAST);
    const score = Math.max(0, stepping) - ((step * Math.log(STEP)) / SPEED_SPREAD) ** 2 / 2;
    if (score > best.score) best = { rate, score };
  }
  return Math.min(MAX_RATE, Math.max(MIN_RATE, best.rate));
}

/** Boxes that are one person's, by overlap alone: no rate is known yet. */
function chainsOf(frames: readonly (readonly TrackerDetection[])[]): Chain[] {
  const assignment = new Assignment();
  const done: Chain[] = [];
  let open: Chain[] = [];
  for (const [frame, detections] of frames.entries()) {
    assignment.begin(open.length, detections.length);
    for (const [row, chain] of open.entries()) {
      const last = chain[chain.length - 1] as Chain[number];
      for (const [column, seen] of detections.entries()) {
        const overlap = overlapOf(last.x, last.y, last.w, last.h, seen.x, seen.y, seen.w, seen.h);
        if (overlap > LEAST_OVERLAP && Math.abs(Math.log(seen.h / last.h)) < MOST_GROWTH)
          assignment.offer(row, column, -overlap);
      }
    }
    assignment.solve();
    const next: Chain[] = [];
    for (const [row, chain] of open.entries()) {
      const seen = detections[assignment.rowTo[row] as number];
      if (seen) chain.push({ frame, x: seen.x, y: seen.y, w: seen.w, h: seen.h });
      const missed = frame - (chain[chain.length - 1] as Chain[number]).frame;
      if (missed <= MOST_MISSED + 1) next.push(chain);
      else done.push(chain);
    }
    for (const [column, { x, y, w, h }] of detections.entries())
      if ((assignment.columnTo[column] as number) < 0) next.push([{ frame, x, y, w, h }]);
    open = next;
  }
  return [...done, ...open];
}

/** From every moment of a chain: sizes per frame until it has gone a good way, or less where it never does. */
function speedsOf(chain: Chain): number[] {
  const speeds: number[] = [];
  for (const [index, from] of chain.entries()) {
    let gone = 0;
    let taken = 0;
    for (let at = index + 1; at < chain.length && gone < WAY; at += 1) {
      const to = chain[at] as Chain[number];
      // The head: feet are hidden now and then.
      gone =
        (2 * Math.hypot(to.x + to.w / 2 - from.x - from.w / 2, to.y - from.y)) /
        (sizeOf(from.w, from.h) + sizeOf(to.w, to.h));
      taken = to.frame - from.frame;
    }
    if (gone >= WAY || taken >= LEAST_FRAMES) speeds.push(gone / taken);
  }
  return speeds;
}

/** How far the power of boxes' shape at the frequency of steps stands out from that beside it; 0 where that cannot be told. */
function stepContrast(chains: readonly Chain[], rate: number): number {
  const length = Math.round(PIECE_SECONDS * rate);
  const frequency = STEPS_PER_SECOND / rate;
  if (frequency * BESIDE > 0.5) return 0;
  const pieces: number[][] = [];
  for (const chain of chains)
    for (let at = 0; at + length <= chain.length && pieces.length < MOST_PIECES;) {
      const whole = (chain[at + length - 1]?.frame ?? 0) - (chain[at]?.frame ?? 0) === length - 1;
      if (whole) pieces.push(withoutTrend(chain.slice(at, at + length).map(({ w, h }) => Math.log(w / h))));
      at += whole ? Math.ceil(length / 2) : 1;
    }
  if (pieces.length < LEAST_PIECES) return 0;
  const power = (at: number) => Math.log(pieces.reduce((sum, piece) => sum + powerAt(piece, at), 0));
  return power(frequency) - (power(frequency / BESIDE) + power(frequency * BESIDE)) / 2;
}

/** Less its straight line, and of unit variance. */
function withoutTrend(values: readonly number[]): number[] {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = values.reduce((sum, _, index) => sum + (index - middle) ** 2, 0);
  const slope = values.reduce((sum, value, index) => sum + (index - middle) * value, 0) / spread;
  const rest = values.map((value, index) => value - mean - slope * (index - middle));
  const deviation = Math.sqrt(rest.reduce((sum, value) => sum + value * value, 0) / rest.length);
  return deviation > 0 ? rest.map((value) => value / deviation) : rest;
}

/** Power at a frequency in cycles per frame, through Hann's window; more than 0. */
function powerAt(values: readonly number[], frequency: number): number {
  let [cosine, sine] = [0, 0];
  for (const [index, value] of values.entries()) {
    const seen = value * (0.5 - 0.5 * Math.cos((2 * Math.PI * (index + 0.5)) / values.length));
    cosine += seen * Math.cos(2 * Math.PI * frequency * index);
    sine += seen * Math.sin(2 * Math.PI * frequency * index);
  }
  return cosine * cosine + sine * sine + Number.MIN_VALUE;
}
