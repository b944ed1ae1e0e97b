import type { DetectedPerson, Detections } from '../../agent/src/ports/detector.js';
import { readFootage } from '../../agent/src/adapters/footage/footage.js';
import type { InlineDetector } from '../../agent/src/adapters/vision/inline-detector.js';

/** Boxes that share at least so much (intersection over union) are of one person. */
const SAME_IOU = 0.5;
const DEFAULT_FRAMES_PER_SECOND = 5;

export interface BoxScore {
  frames: number;
  /** people of the reference */
  people: number;
  /** of those, found */
  found: number;
  /** boxes that are nobody of the reference */
  extra: number;
  /** from pixels to people, milliseconds per frame, median */
  milliseconds: number;
}

export const recallOf = ({ found, people }: Pick<BoxScore, 'found' | 'people'>): number | null =>
  people === 0 ? null : found / people;

/** Overlap of two boxes, 0 to 1. */
export function iou(a: DetectedPerson, b: DetectedPerson): number {
  const width = Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (a.w * a.h + b.w * b.h - shared);
}

/** Who of the reference is found, best overlaps first; each box is one person at most. */
export function matched(reference: readonly DetectedPerson[], boxes: readonly DetectedPerson[]): number {
  const pairs = reference
    .flatMap((person, at) => boxes.map((box, index) => ({ at, index, overlap: iou(person, box) })))
    .filter(({ overlap }) => overlap >= SAME_IOU)
    .sort((a, b) => b.overlap - a.overlap);
  const [people, used] = [new Set<number>(), new Set<number>()];
  for (const { at, index } of pairs) {
    if (people.has(at) || used.has(index)) continue;
    people.add(at);
    used.add(index);
  }
  return people.size;
}

/** What a detector finds in every frame of a clip, with scores of at least `least`. */
export async function lookAt(
  clip: string,
  detector: InlineDetector,
  least: number,
): Promise<{ frames: Detections[]; milliseconds: number }> {
  const frames: Detections[] = [];
  const times: number[] = [];
  for await (const { picture } of readFootage(clip, { framesPerSecond: DEFAULT_FRAMES_PER_SECOND })) {
    const began = performance.now();
    const found = await detector.detect(picture);
    times.push(performance.now() - began);
    frames.push({ ...found, boxes: found.boxes.filter(({ score }) => score >= least) });
  }
  times.sort((a, b) => a - b);
  return { frames, milliseconds: times[Math.floor(times.length / 2)] ?? 0 };
}

export function scoreBoxes(
  reference: readonly Detections[],
  frames: readonly Detections[],
  milliseconds: number,
): BoxScore {
  const score = { frames: frames.length, people: 0, found: 0, extra: 0, milliseconds };
  frames.forEach(({ boxes }, at) => {
    const people = reference[at]?.boxes ?? [];
    const found = matched(people, boxes);
    score.people += people.length;
    score.found += found;
    score.extra += boxes.length - found;
  });
  return score;
}
