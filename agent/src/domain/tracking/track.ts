import { AXIS, predictAxis, startAxis, updateAxis } from './motion.js';
import type { TrackerSettings } from './settings.js';
import type { TrackerDetection, TrackSample, TrackSnapshot } from './types.js';

/** Places of the axes in a track's state: centre x and y, width, height in pixels; floor x and y in metres. */
export const CX = 0;
export const CY = AXIS;
export const W = 2 * AXIS;
export const H = 3 * AXIS;
export const FX = 4 * AXIS;
export const FY = 5 * AXIS;
const STATE = 6 * AXIS;
/** Moments kept for the direction of movement: time in seconds, centre x and y. */
const TRAIL = 4;
/** An occlusion is walked again in at most so many steps. */
const MAX_VIRTUAL_STEPS = 20;
/** Width and height change slowly: share of the centre's acceleration. */
const SIZE_ACCELERATION = 0.3;

/** A person's size in pixels: see settings.ts. */
export const sizeOf = (w: number, h: number): number => Math.max(h, 2 * w, 1);

/** One person followed. Only the tracker changes it. */
export class Track {
  readonly id: number;
  /** seconds of the last prediction */
  #step = 1;
  /** filter state at the frame being looked at */
  readonly state = new Float64Array(STATE);
  /** filter state just after the last observation */
  readonly saved = new Float64Array(STATE);
  /** time, x and y of earlier observations, newest last, and how many */
  readonly trail = new Float64Array(3 * TRAIL);
  trailed = 0;
  confirmed = false;
  /** whether the floor axes are in use */
  floored = false;
  firstTs: number;
  lastTs: number;
  /** when a detection was last sure enough to start a track */
  sureTs: number;
  /** seconds in which it was seen, less those in which it was not */
  evidence = 0;
  /** frames since the last observation */
  misses = 0;
  /** of the last observation */
  detection = -1;
  score = 0;
  box: [number, number, number, number] = [0, 0, 0, 0];
  foot: [number, number] = [0, 0];
  floor: [number, number] | undefined;
  history: TrackSample[] = [];

  constructor(id: number, ts: number) {
    this.id = id;
    this.firstTs = ts;
    this.lastTs = ts;
    this.sureTs = ts;
  }

  /** First observation. */
  start(seen: TrackerDetection, index: number, settings: TrackerSettings): void {
    const size = sizeOf(seen.w, seen.h);
    const centre = settings.centreNoise * size;
    const noise = settings.sizeNoise * size;
    const speed = settings.startSpeed * size;
    startAxis(this.state, CX, seen.x + seen.w / 2, centre, speed);
    startAxis(this.state, CY, seen.y + seen.h / 2, centre, speed * 0.7);
    startAxis(this.state, W, seen.w, noise, speed * 0.2);
    startAxis(this.state, H, seen.h, noise, speed * 0.2);
    this.#startFloor(seen, settings);
    this.#remember(this.firstTs, seen, index, settings);
  }

  /** Moves the prediction on by `dt` seconds. */
  predict(dt: number, settings: TrackerSettings): void {
    this.#step = dt;
    const state = this.state;
    const size = sizeOf(state[W] as number, state[H] as number);
    const q = (settings.acceleration * size) ** 2;
    predictAxis(state, CX, dt, q);
    predictAxis(state, CY, dt, q);
    predictAxis(state, W, dt, q * SIZE_ACCELERATION ** 2);
    predictAxis(state, H, dt, q * SIZE_ACCELERATION ** 2);
    // A shrinking prediction must not turn inside out while nothing is seen.
    const [, , w, h] = this.box;
    if ((state[W] as number) < w * 0.5) state[W] = w * 0.5;
    if ((state[H] as number) < h * 0.5) state[H] = h * 0.5;
    if (!this.floored) return;
    const floorQ = settings.floorAcceleration ** 2;
    predictAxis(state, FX, dt, floorQ);
    predictAxis(state, FY, dt, floorQ);
  }

  /** Takes in a detection of this frame; after a gap the way there is walked again from the last observation. */
  observe(ts: number, seen: TrackerDetection, index: number, settings: TrackerSettings): void {
    const gap = (ts - this.lastTs) / 1000;
    if (this.misses > 0) this.#walkAgain(gap, seen, settings);
    else this.#update(seen.x + seen.w / 2, seen.y + seen.h / 2, seen.w, seen.h, seen.floor, settings);
    this.misses = 0;
    this.#remember(ts, seen, index, settings);
  }

  /**
   * Observation-centred re-update (J. Cao et al., Observation-Centric SORT, CVPR 2023): the error that the filter
   * piled up while nothing was seen is undone by updates along the straight way between the two observations.
   */
  #walkAgain(gap: number, seen: TrackerDetection, settings: TrackerSettings): void {
    const [x, y, w, h] = this.box;
    const floor = this.floor;
    const steps = Math.min(this.misses + 1, MAX_VIRTUAL_STEPS);
    this.state.set(this.saved);
    for (let step = 1; step <= steps; step += 1) {
      const share = step / steps;
      this.predict(gap / steps, settings);
      const nowW = w + (seen.w - w) * share;
      const nowH = h + (seen.h - h) * share;
      const onFloor: [number, number] | undefined =
        floor && seen.floor
          ? [floor[0] + (seen.floor[0] - floor[0]) * share, floor[1] + (seen.floor[1] - floor[1]) * share]
          : undefined;
      this.#update(
        x + (seen.x - x) * share + nowW / 2,
        y + (seen.y - y) * share + nowH / 2,
        nowW,
        nowH,
        onFloor ?? (step === steps ? seen.floor : undefined),
        settings,
      );
    }
  }

  #update(
    cx: number,
    cy: number,
    w: number,
    h: number,
    floor: readonly [number, number] | undefined,
    settings: TrackerSettings,
  ): void {
    // Jitter that lasts is not new in every frame: at a high rate each frame says the less.
    const lasting = Math.sqrt(1 + settings.jitterSeconds / this.#step);
    const size = sizeOf(w, h) * lasting;
    const centre = settings.centreNoise * size;
    const noise = settings.sizeNoise * size;
    updateAxis(this.state, CX, cx, centre);
    updateAxis(this.state, CY, cy, centre);
    updateAxis(this.state, W, w, noise);
    updateAxis(this.state, H, h, noise);
    if (!floor || !this.floored) return;
    updateAxis(this.state, FX, floor[0] / 1000, settings.floorNoiseMetres * lasting);
    updateAxis(this.state, FY, floor[1] / 1000, settings.floorNoiseMetres * lasting);
  }

  #startFloor(seen: TrackerDetection, settings: TrackerSettings): void {
    if (!seen.floor) return;
    const speed = settings.floorMaxSpeed / 3;
    startAxis(this.state, FX, seen.floor[0] / 1000, settings.floorNoiseMetres, speed);
    startAxis(this.state, FY, seen.floor[1] / 1000, settings.floorNoiseMetres, speed);
    this.floored = true;
  }

  #remember(ts: number, seen: TrackerDetection, index: number, settings: TrackerSettings): void {
    if (!seen.floor) this.floored = false;
    else if (!this.floored) this.#startFloor(seen, settings);
    this.lastTs = ts;
    if (seen.score >= settings.startScore) this.sureTs = ts;
    this.detection = index;
    this.score = seen.score;
    this.box[0] = seen.x;
    this.box[1] = seen.y;
    this.box[2] = seen.w;
    this.box[3] = seen.h;
    this.foot[0] = seen.foot ? seen.foot[0] : seen.x + seen.w / 2;
    this.foot[1] = seen.foot ? seen.foot[1] : seen.y + seen.h;
    this.floor = seen.floor ? [seen.floor[0], seen.floor[1]] : undefined;
    this.saved.set(this.state);
    // Moments closer together than a part of the direction's time say nothing new: the newest takes their place.
    const spacing = (settings.directionSeconds * 1000) / (TRAIL - 1);
    const trail = this.trail;
    if (this.trailed >= 2 && ts - (trail[(this.trailed - 2) * 3] as number) < spacing) this.trailed -= 1;
    else if (this.trailed === TRAIL) {
      trail.copyWithin(0, 3);
      this.trailed -= 1;
    }
    const at = this.trailed * 3;
    trail[at] = ts;
    trail[at + 1] = seen.x + seen.w / 2;
    trail[at + 2] = seen.y + seen.h / 2;
    this.trailed += 1;
  }

  /** The box as the filter has it: less jitter than the detection's. */
  smoothBox(): [number, number, number, number] {
    const { state } = this;
    const w = state[W] as number;
    const h = state[H] as number;
    return [(state[CX] as number) - w / 2, (state[CY] as number) - h / 2, w, h];
  }

  /** This frame's observation as a sample of the history. */
  sample(): TrackSample {
    const sample: TrackSample = {
      ts: this.lastTs,
      box: this.smoothBox(),
      seen: [...this.box],
      score: this.score,
      foot: [this.foot[0], this.foot[1]],
    };
    if (this.floor) sample.floor = [this.floor[0], this.floor[1]];
    return sample;
  }

  save(): TrackSnapshot {
    const snapshot: TrackSnapshot = {
      id: this.id,
      state: Array.from(this.state),
      saved: Array.from(this.saved),
      trail: Array.from(this.trail.subarray(0, this.trailed * 3)),
      flags: { confirmed: this.confirmed, floor: this.floored },
      firstTs: this.firstTs,
      lastTs: this.lastTs,
      sureTs: this.sureTs,
      evidence: this.evidence,
      misses: this.misses,
      score: this.score,
      box: [...this.box],
      foot: [...this.foot],
      history: structuredClone(this.history),
    };
    if (this.floor) snapshot.floor = [...this.floor];
    return snapshot;
  }

  static restore(snapshot: TrackSnapshot): Track {
    const track = new Track(snapshot.id, snapshot.firstTs);
    track.state.set(snapshot.state);
    track.saved.set(snapshot.saved);
    track.trail.set(snapshot.trail);
    track.trailed = snapshot.trail.length / 3;
    track.confirmed = snapshot.flags.confirmed;
    track.floored = snapshot.flags.floor;
    track.lastTs = snapshot.lastTs;
    track.sureTs = snapshot.sureTs ?? snapshot.lastTs;
    track.evidence = snapshot.evidence;
    track.misses = snapshot.misses;
    track.score = snapshot.score;
    track.box = [...snapshot.box];
    track.foot = [...snapshot.foot];
    track.floor = snapshot.floor ? [...snapshot.floor] : undefined;
    track.history = structuredClone(snapshot.history);
    return track;
  }
}
