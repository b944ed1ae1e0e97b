import { overlapOf } from '../../../src/domain/tracking/cost.js';
import type { TrackerDetection } from '../../../src/domain/tracking/types.js';
import { Chance } from './random.js';
import type { Labelled } from './score.js';
import { placeOf, type Walk } from './walks.js';

/** A pinhole camera. Metres; the picture in pixels. */
export interface View {
  x: number;
  y: number;
  /** above the floor */
  height: number;
  /** where it looks on the floor plan, radians; 0 is along x */
  yaw: number;
  /** below the horizon, radians */
  pitch: number;
  /** focal length in pixels */
  focal: number;
  width: number;
  depth: number;
  /** metres per second along the direction it looks at: a camera that is carried */
  speed?: number;
}

/** How a detector errs. Lengths in heights of the box, times in seconds. */
export interface Noise {
  /** jitter of the centre, the top and bottom edges, the width */
  centre: number;
  edge: number;
  width: number;
  /** over which a part of the jitter stays the same */
  jitterSeconds: number;
  /** share of frames in which somebody in full view is missed, and how long that lasts */
  missShare: number;
  missSeconds: number;
  /** visible share at which half of the people are missed */
  halfVisible: number;
  /** false detections per second that come and go */
  flickersPerSecond: number;
  /** places that look like people now and then */
  decoys: number;
  /** detections below it are not given */
  floorScore: number;
  /** of two that overlap more, the weaker is dropped */
  suppressOverlap: number;
  /** how far a box ends where what is seen of a half hidden person ends, 0 to 1: detectors are taught to box what they see */
  seenOnly?: number;
}

/** What Faster R-CNN does on the sequences of the MOT15 challenge that the tracker is tried on. */
export const RCNN_NOISE: Noise = {
  centre: 0.038,
  edge: 0.068,
  width: 0.057,
  jitterSeconds: 0.12,
  missShare: 0.06,
  missSeconds: 0.25,
  halfVisible: 0.5,
  flickersPerSecond: 0.5,
  decoys: 2,
  floorScore: 0.5,
  suppressOverlap: 0.3,
};

/** A detector that also gives its doubts. */
export const DOUBTING_NOISE: Noise = {
  ...RCNN_NOISE,
  centre: 0.02,
  edge: 0.03,
  width: 0.03,
  halfVisible: 0.35,
  flickersPerSecond: 4,
  floorScore: 0.1,
  suppressOverlap: 0.5,
};

export interface Scene {
  name: string;
  framesPerSecond: number;
  picture: { width: number; height: number };
  /** milliseconds of each frame */
  times: number[];
  detections: TrackerDetection[][];
  truth: Labelled[][];
}

interface Body {
  walk: Walk;
  height: number;
  radius: number;
  chance: Chance;
  centre: number;
  top: number;
  bottom: number;
  side: number;
  missing: number;
  mood: number;
}

interface Seen {
  body: Body;
  box: Labelled;
  away: number;
  floor: [number, number];
}

/** Renders walks to boxes and what a detector makes of them, with the truth. Same seed, same scene. */
export function makeScene(options: {
  name: string;
  seed: number;
  walks: readonly Walk[];
  view: View;
  noise: Noise;
  framesPerSecond: number;
  from: number;
  seconds: number;
  withFloor?: boolean;
}): Scene {
  const { view, noise, framesPerSecond } = options;
  const chance = new Chance(options.seed);
  const bodies: Body[] = options.walks.map((walk) => ({
    walk,
    height: chance.between(1.55, 1.88),
    radius: chance.between(0.24, 0.32),
    chance: new Chance(options.seed * 7919 + walk.id),
    centre: chance.normal(),
    top: chance.normal(),
    bottom: chance.normal(),
    side: chance.normal(),
    missing: chance.normal(),
    mood: chance.normal(),
  }));
  const decoys = Array.from({ length: noise.decoys }, () => {
    const h = chance.between(0.12, 0.4) * view.depth;
    return {
      x: chance.between(0, view.width - 0.4 * h),
      y: chance.between(0.2, 0.6) * view.depth,
      w: 0.4 * h,
      h,
      until: 0,
      shows: false,
      score: chance.between(0.5, 0.9),
    };
  });
  const picture = { width: view.width, height: view.depth };
  const scene: Scene = { name: options.name, framesPerSecond, picture, times: [], detections: [], truth: [] };
  const frames = Math.round(options.seconds * framesPerSecond);
  const dt = 1 / framesPerSecond;
  for (let frame = 0; frame < frames; frame += 1) {
    const elapsed = frame / framesPerSecond;
    const now = options.from + elapsed;
    const seen = look(bodies, view, now, elapsed);
    scene.times.push(Math.round(elapsed * 1000));
    scene.truth.push(seen.map((one) => clip(one.box, view)));
    const found: TrackerDetection[] = [];
    for (const [index, one] of seen.entries()) {
      const detection = detect(one, whatIsSeen(one, seen, index), noise, dt);
      if (!detection) continue;
      if (options.withFloor) {
        // The farther away, the coarser a position on the floor is.
        const spread = 0.05 + 0.012 * one.away;
        detection.floor = [
          Math.round(1000 * (one.floor[0] + one.body.side * spread)),
          Math.round(1000 * (one.floor[1] + one.body.bottom * spread)),
        ];
      }
      found.push(detection);
    }
    for (const decoy of decoys) {
      if (now >= decoy.until) {
        decoy.shows = !decoy.shows && decoy.until > 0;
        decoy.until = now + chance.between(0.1, 1) * (decoy.shows ? 0.8 : 12);
      }
      if (decoy.shows && chance.next() < 0.8)
        found.push(shaken(decoy, chance, clamp(decoy.score + 0.1 * chance.normal(), noise.floorScore, 0.97)));
    }
    if (chance.next() < noise.flickersPerSecond / framesPerSecond) {
      const h = chance.between(0.1, 0.5) * view.depth;
      const x = chance.between(0, view.width - 0.4 * h);
      const score = noise.floorScore + (0.95 - noise.floorScore) * chance.next() ** 3;
      found.push(shaken({ x, y: chance.between(0, view.depth - h), w: 0.4 * h, h }, chance, score));
    }
    scene.detections.push(
      suppress(
        found.map((one) => clip(one, view)),
        noise,
      ),
    );
  }
  return scene;
}

/** Whoever is in view, nearest first. */
function look(bodies: readonly Body[], view: View, now: number, elapsed: number): Seen[] {
  const seen: Seen[] = [];
  const forward = (view.speed ?? 0) * elapsed;
  const wobble = view.speed ? 0.02 * Math.sin(elapsed * 1.3) : 0;
  const cameraX = view.x + Math.cos(view.yaw) * forward;
  const cameraY = view.y + Math.sin(view.yaw) * forward;
  const [sinYaw, cosYaw] = [Math.sin(view.yaw + wobble), Math.cos(view.yaw + wobble)];
  const [sinPitch, cosPitch] = [Math.sin(view.pitch), Math.cos(view.pitch)];
  for (const body of bodies) {
    const place = placeOf(body.walk, now);
    if (!place) continue;
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    let nearest = Infinity;
    const radius = body.radius * (1 + 0.15 * Math.sin(now * 11 + body.walk.id));
    for (let corner = 0; corner < 16; corner += 1) {
      const angle = ((corner % 8) * Math.PI) / 4;
      const dx = place[0] + radius * Math.cos(angle) - cameraX;
      const dy = place[1] + radius * Math.sin(angle) - cameraY;
      const dz = (corner < 8 ? 0 : body.height) - view.height;
      const ahead = dx * cosYaw + dy * sinYaw;
      const aside = -dx * sinYaw + dy * cosYaw;
      const away = ahead * cosPitch - dz * sinPitch;
      nearest = Math.min(nearest, away);
      if (away < 0.3) continue;
      const down = -dz * cosPitch - ahead * sinPitch;
      const u = view.width / 2 + (view.focal * aside) / away;
      const v = view.depth / 2 + (view.focal * down) / away;
      left = Math.min(left, u);
      right = Math.max(right, u);
      top = Math.min(top, v);
      bottom = Math.max(bottom, v);
    }
    if (nearest < 0.5) continue;
    const w = right - left;
    const h = bottom - top;
    const insideX = Math.min(right, view.width) - Math.max(left, 0);
    const insideY = Math.min(bottom, view.depth) - Math.max(top, 0);
    if (insideX < w / 2 || insideY < h / 2 || h < 25 || h > view.depth * 1.2) continue;
    const away = Math.hypot(place[0] - cameraX, place[1] - cameraY, view.height);
    seen.push({ body, box: { id: body.walk.id, x: left, y: top, w, h }, away, floor: place });
  }
  return seen.sort((a, b) => a.away - b.away);
}

interface Visible {
  /** share of a person that nobody nearer hides */
  share: number;
  /** how much of the box's left, top, right and bottom is hidden, as shares of its width and height */
  hidden: [number, number, number, number];
}

function whatIsSeen(one: Seen, seen: readonly Seen[], index: number): Visible {
  const { x, y, w, h } = one.box;
  const nearer = seen
    .slice(0, index)
    .filter(({ box }) => box.x < x + w && box.x + box.w > x && box.y < y + h && box.y + box.h > y);
  if (nearer.length === 0) return { share: 1, hidden: [0, 0, 0, 0] };
  let free = 0;
  const hidden: Visible['hidden'] = [1, 1, 1, 1];
  for (let i = 0; i < 6; i += 1)
    for (let j = 0; j < 12; j += 1) {
      const u = x + ((i + 0.5) / 6) * w;
      const v = y + ((j + 0.5) / 12) * h;
      if (
        nearer.some(({ box }) => u > box.x + 0.15 * box.w && u < box.x + 0.85 * box.w && v > box.y && v < box.y + box.h)
      )
        continue;
      free += 1;
      for (const [side, far] of [i / 6, j / 12, (5 - i) / 6, (11 - j) / 12].entries())
        hidden[side] = Math.min(hidden[side] ?? 1, far);
    }
  return { share: free / 72, hidden };
}

function detect(
  one: Seen,
  { share: visible, hidden }: Visible,
  noise: Noise,
  dt: number,
): TrackerDetection | undefined {
  const { body, box } = one;
  const { chance } = body;
  const keep = Math.exp(-dt / noise.jitterSeconds);
  const fresh = Math.sqrt(1 - keep * keep);
  body.centre = keep * body.centre + fresh * chance.normal();
  body.top = keep * body.top + fresh * chance.normal();
  body.bottom = keep * body.bottom + fresh * chance.normal();
  body.side = keep * body.side + fresh * chance.normal();
  const keepMissing = Math.exp(-dt / noise.missSeconds);
  body.missing = keepMissing * body.missing + Math.sqrt(1 - keepMissing * keepMissing) * chance.normal();
  const keepMood = Math.exp(-dt / 2);
  body.mood = keepMood * body.mood + Math.sqrt(1 - keepMood * keepMood) * chance.normal();
  // Small people are harder to see.
  const small = Math.min(1, box.h / 60);
  const found = ((1 - noise.missShare) * small) / (1 + Math.exp(-(visible - noise.halfVisible) / 0.06));
  if (normalShare(body.missing) > found) return undefined;
  const logit = 4 + 0.8 * body.mood + 0.6 * chance.normal() - 5.5 * (1 - visible) - 2 * (1 - small);
  const score = 1 / (1 + Math.exp(-logit));
  if (score < noise.floorScore) return undefined;
  const unsure = 1 + 1.2 * (1 - visible);
  const top = box.y + body.top * noise.edge * box.h * unsure;
  // The lower part is what is hidden mostly: then the box ends early.
  const cut = visible < 0.8 ? (1 - visible) * 0.3 * (body.side > 0 ? 1 : 0) : 0;
  const bottom = box.y + box.h * (1 - cut) + body.bottom * noise.edge * box.h * unsure;
  const w = box.w * Math.max(0.4, 1 + (body.side * noise.width * box.h) / box.w);
  const cx = box.x + box.w / 2 + body.centre * noise.centre * box.h * unsure;
  const [left, over, right, under] = hidden.map((share) => share * (noise.seenOnly ?? 0)) as Visible['hidden'];
  return {
    x: cx - w / 2 + left * w,
    y: top + over * box.h,
    w: Math.max(4, w * (1 - left - right)),
    h: Math.max(5, bottom - top - (over + under) * box.h),
    score,
  };
}

const shaken = (
  box: { x: number; y: number; w: number; h: number },
  chance: Chance,
  score: number,
): TrackerDetection => ({
  x: box.x + 0.04 * box.h * chance.normal(),
  y: box.y + 0.04 * box.h * chance.normal(),
  w: box.w * (1 + 0.08 * chance.normal()),
  h: box.h * (1 + 0.06 * chance.normal()),
  score,
});

/** Non-maximum suppression, as every detector does it. */
function suppress(found: readonly TrackerDetection[], noise: Noise): TrackerDetection[] {
  const kept: TrackerDetection[] = [];
  for (const one of [...found].sort((a, b) => b.score - a.score))
    if (
      one.score >= noise.floorScore &&
      !kept.some((k) => overlapOf(k.x, k.y, k.w, k.h, one.x, one.y, one.w, one.h) > noise.suppressOverlap)
    )
      kept.push(one);
  return kept;
}

function clip<T extends { x: number; y: number; w: number; h: number }>(box: T, view: View): T {
  const x = clamp(box.x, 0, view.width - 2);
  const y = clamp(box.y, 0, view.depth - 2);
  const w = clamp(box.x + box.w, x + 2, view.width) - x;
  const h = clamp(box.y + box.h, y + 2, view.depth) - y;
  return { ...box, x, y, w, h };
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** Share of a normal variable below a value (logistic approximation, good to 0.01). */
const normalShare = (value: number): number => 1 / (1 + Math.exp(-1.702 * value));
