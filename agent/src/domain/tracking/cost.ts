import { CX, CY, FX, FY, H, W, sizeOf, type Track } from './track.js';
import type { TrackerSettings } from './settings.js';
import type { TrackerDetection } from './types.js';

/** Shared area over joint area, 0 to 1. */
export function overlapOf(
  ax: number,
  ay: number,
  aw: number,
  ah: number,
  bx: number,
  by: number,
  bw: number,
  bh: number,
): number {
  const w = Math.min(ax + aw, bx + bw) - Math.max(ax, bx);
  if (w <= 0) return 0;
  const h = Math.min(ay + ah, by + bh) - Math.max(ay, by);
  if (h <= 0) return 0;
  const shared = w * h;
  return shared / (aw * ah + bw * bh - shared);
}

/**
 * What pairing a track with a detection costs: below 0 is worth it, the lower the better; 0 means out of the question.
 * It is made of the distance from the prediction in its own uncertainty, missing overlap, another size and turning
 * back; on the floor, where both are known there, the distance in metres takes most of the picture's place. How far
 * the prediction may be off grows with the time since the last observation, so that a person who moved by more than
 * their own width between two frames is still found, and nobody is faster than people are.
 */
export function pairCost(track: Track, seen: TrackerDetection, seconds: number, settings: TrackerSettings): number {
  const { state } = track;
  const size = sizeOf(seen.w, seen.h);
  const cx = seen.x + seen.w / 2;
  const cy = seen.y + seen.h / 2;
  const stepX = cx - (track.box[0] + track.box[2] / 2);
  const stepY = cy - (track.box[1] + track.box[3] / 2);
  const gate = settings.gate * settings.gate;
  const noise = (settings.centreNoise * size) ** 2;
  const dx = cx - (state[CX] as number);
  const dy = cy - (state[CY] as number);
  const sx = (state[CX + 2] as number) + noise;
  const sy = (state[CY + 2] as number) + noise;
  let distance = ((dx * dx) / sx + (dy * dy) / sy) / gate;

  const w = state[W] as number;
  const h = state[H] as number;
  const overlap = overlapOf(
    (state[CX] as number) - w / 2,
    (state[CY] as number) - h / 2,
    w,
    h,
    seen.x,
    seen.y,
    seen.w,
    seen.h,
  );
  if (track.floored && seen.floor) {
    const floorNoise = settings.floorNoiseMetres * settings.floorNoiseMetres;
    const fx = seen.floor[0] / 1000 - (state[FX] as number);
    const fy = seen.floor[1] / 1000 - (state[FY] as number);
    const far =
      ((fx * fx) / ((state[FX + 2] as number) + floorNoise) + (fy * fy) / ((state[FY + 2] as number) + floorNoise)) /
      gate;
    distance = settings.floorWeight * far + (1 - settings.floorWeight) * distance;
  }
  if (distance >= 1 && overlap < settings.lastSeenOverlap) return 0;

  let cost = Math.min(distance, 1) + settings.overlapWeight * (1 - overlap);
  cost += settings.sizeWeight * Math.min(1, Math.abs(Math.log(seen.h / h)) + 0.5 * Math.abs(Math.log(seen.w / w)));
  if (settings.directionWeight > 0) cost += settings.directionWeight * turning(track, stepX, stepY, size);
  cost += settings.lostPenalty * seconds;
  return Math.min(cost - settings.costLimit, 0);
}

/**
 * How much a step to the side or back contradicts the way so far: 0 straight on, 1 straight back. Short ways weigh
 * little, since their direction is mostly jitter.
 */
function turning(track: Track, stepX: number, stepY: number, size: number): number {
  const { trail, trailed } = track;
  if (trailed < 2) return 0;
  const newest = (trailed - 1) * 3;
  const wayX = (trail[newest + 1] as number) - (trail[1] as number);
  const wayY = (trail[newest + 2] as number) - (trail[2] as number);
  const way = Math.sqrt(wayX * wayX + wayY * wayY);
  const step = Math.sqrt(stepX * stepX + stepY * stepY);
  if (way === 0 || step === 0) return 0;
  const cosine = (wayX * stepX + wayY * stepY) / (way * step);
  const sure = Math.min(1, way / (0.2 * size)) * Math.min(1, step / (0.2 * size));
  return (sure * (1 - cosine)) / 2;
}
