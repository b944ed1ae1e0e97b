import type { TrackedBox, TrackerDetection } from '../tracking/index.js';

/** A box counts as cut where another that stands nearer takes so much of its width just below it, shares of the box's own size. */
const COVERED_WIDTH = 0.4;
const NEARER = 0.05;
/** It is known by its head: so far from where a followed person's head was, shares of that person's height and width. */
const HEAD_HEIGHT = 0.25;
const HEAD_WIDTH = 0.6;
/** Whoever is shorter by less than this is not cut. */
const LEAST_CUT = 0.1;
/** How quickly somebody's height follows a box that is not cut: people come nearer, boxes jitter. */
const HEIGHT_SHARE = 0.3;

/** Pixels: middle and top of the last box, its width, and how high the whole person was last. */
type Body = [centre: number, top: number, width: number, height: number];

/**
 * Where half hidden people stand. A detector boxes what it sees: who stands behind somebody else loses their legs, their box ends at the
 * hip, and by its lower edge they would have jumped a metre away, to where the tracker takes the nearer person for them. Their head
 * has not moved: whoever has a known head has its height, too, and stands that far below it.
 */
export class WholeBodies {
  private readonly bodies = new Map<number, Body>();
  /** detections of the newest picture whose feet were told by their heads; not part of the state */
  private readonly cut = new Set<number>();

  /**
   * @param detections of one picture, pixels
   * @returns the feet of those that are cut, by index, in pixels
   */
  feet(detections: readonly TrackerDetection[]): Map<number, [x: number, y: number]> {
    this.cut.clear();
    const feet = new Map<number, [x: number, y: number]>();
    for (const [index, seen] of detections.entries()) {
      const ground = groundBelow(seen, detections);
      if (ground === undefined) continue;
      this.cut.add(index);
      const body = this.bodyOf(seen);
      if (!body || body[3] < seen.h * (1 + LEAST_CUT)) continue;
      // Whoever hides somebody stands nearer, which is lower in the picture.
      feet.set(index, [seen.x + seen.w / 2, Math.min(seen.y + body[3], ground)]);
    }
    return feet;
  }

  /** Who was whom in the picture of the last call. */
  learn(tracks: readonly TrackedBox[], detections: readonly TrackerDetection[]): void {
    for (const { id, detection } of tracks) {
      const seen = detections[detection];
      if (!seen) continue;
      const [, , width, height] = this.bodies.get(id) ?? [0, 0, seen.w, seen.h];
      const share = this.cut.has(detection) && height >= seen.h ? 0 : HEIGHT_SHARE;
      const follow = (was: number, now: number) => was + (now - was) * share;
      this.bodies.set(id, [seen.x + seen.w / 2, seen.y, follow(width, seen.w), follow(height, seen.h)]);
    }
  }

  forget(id: number): void {
    this.bodies.delete(id);
  }

  clear(): void {
    this.bodies.clear();
  }

  save(): [number, Body][] {
    return structuredClone([...this.bodies]);
  }

  restore(bodies: readonly [number, Body][]): void {
    for (const [id, body] of bodies) this.bodies.set(id, body);
  }

  /** Whose head is nearest to that of a box, if it is near. */
  private bodyOf({ x, y, w }: TrackerDetection): Body | undefined {
    let found: Body | undefined;
    let least = 1;
    for (const body of this.bodies.values()) {
      const [centre, top, width, height] = body;
      const off = Math.hypot((x + w / 2 - centre) / (HEAD_WIDTH * width), (y - top) / (HEAD_HEIGHT * height));
      if (off < least) [found, least] = [body, off];
    }
    return found;
  }
}

/** The lowest edge of those in front of somebody's lower edge; undefined where nobody hides it. */
function groundBelow(seen: TrackerDetection, all: readonly TrackerDetection[]): number | undefined {
  const bottom = seen.y + seen.h;
  let ground: number | undefined;
  for (const other of all) {
    const below = other.y + other.h;
    if (other === seen || other.y >= bottom || other.y <= seen.y || below < bottom + NEARER * seen.h) continue;
    const shared = Math.min(seen.x + seen.w, other.x + other.w) - Math.max(seen.x, other.x);
    if (shared >= COVERED_WIDTH * seen.w) ground = Math.max(ground ?? 0, below);
  }
  return ground;
}
