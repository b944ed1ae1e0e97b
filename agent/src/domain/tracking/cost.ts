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
  let overlapWeight = settings.overlapWeight;
  if (track.floored && track.floor && seen.floor) {
    const far = floorDistance(track, seen.floor, seconds, settings);
    if (far < 0) return 0;
    // Metres take the overlap's place too: in a steep or distant view boxes of one person need not overlap.
    const share = settings.floorWeight;
    distance = (1 - share) * distance + share * (1 + overlapWeight) * (far / gate);
    overlapWeight *= 1 - share;
    if (far >= gate) return 0;
  } else if (distance >= 1 && overlap < settings.lastSeenOverlap) return 0;

  let cost = (track.floored && seen.floor ? distance : Math.min(distance, 1)) + overlapWeight * (1 - overlap);
  cost += settings.sizeWeight * Math.min(1, Math.abs(Math.log(seen.h / h)) + 0.5 * Math.abs(Math.log(seen.w / w)));
  if (settings.directionWeight > 0) cost += settings.directionWeight * turning(track, stepX, stepY, size);
  cost += settings.lostPenalty * seconds;
  return Math.min(cost - settings.costLimit, 0);
}

/** Squared distance on the floor in standard deviations of the prediction; below 0 where nobody walks so fast. */
function floorDistance(
  track: Track,
  floor: readonly [number, number],
  seconds: number,
  settings: TrackerSettings,
): number {
  const { state } = track;
  const last = track.floor as readonly [number, number];
  const x = floor[0] / 1000;
  const y = floor[1] / 1000;
  const moved = Math.sqrt((x - last[0] / 1000) ** 2 + (y - last[1] / 1000) ** 2);
  if (moved > settings.floorMaxSpeed * seconds + 4 * settings.floorNoiseMetres) return -1;
  const noise = settings.floorNoiseMetres * settings.floorNoiseMetres;
  const dx = x - (state[FX] as number);
  const dy = y - (state[FY] as number);
  return (dx * dx) / ((state[FX + 2] as number) + noise) + (dy * dy) / ((state[FY + 2] as number) + noise);
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
