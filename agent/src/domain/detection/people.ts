import type { Candidates } from './candidates.js';
import type { Letterbox } from './letterbox.js';

/** One person in a picture, in pixels of the picture. */
export interface FoundPerson {
  x: number;
  y: number;
  w: number;
  h: number;
  /** 0 to 1 */
  score: number;
  /** where the person stands; may lie outside the picture when a model says so */
  foot: [x: number, y: number];
  /** how far they face the camera, see DetectedPerson.facing; left out where the model does not say */
  facing?: number;
}

/** A box that shows less than this of a person, in pixels of the picture on either side, is none. */
const LEAST_PIXELS = 1;

/** From the model's input back onto the picture: boxes are clipped to it, the foot is the middle of the lower edge by default. */
export function peopleOf(
  found: Candidates,
  kept: Uint32Array,
  box: Letterbox,
  pictureWidth: number,
  pictureHeight: number,
): FoundPerson[] {
  const people: FoundPerson[] = [];
  for (const i of kept) {
    const left = clip(((found.left[i] as number) - box.left) * box.scaleX, pictureWidth);
    const top = clip(((found.top[i] as number) - box.top) * box.scaleY, pictureHeight);
    const right = clip(((found.right[i] as number) - box.left) * box.scaleX, pictureWidth);
    const bottom = clip(((found.bottom[i] as number) - box.top) * box.scaleY, pictureHeight);
    // NaN from a broken model fails both comparisons.
    if (!(right - left >= LEAST_PIXELS && bottom - top >= LEAST_PIXELS)) continue;
    const footX = ((found.footX[i] as number) - box.left) * box.scaleX;
    const footY = ((found.footY[i] as number) - box.top) * box.scaleY;
    const facing = found.facing[i] as number;
    people.push({
      x: left,
      y: top,
      w: right - left,
      h: bottom - top,
      score: Math.min(1, found.score[i] as number),
      foot: Number.isFinite(footX) && Number.isFinite(footY) ? [footX, footY] : [(left + right) / 2, bottom],
      // A ratio of two lengths: the same in both, but where the input has lost the picture's proportions.
      ...(Number.isFinite(facing) && { facing: (facing * box.scaleX) / box.scaleY }),
    });
  }
  return people;
}

const clip = (value: number, most: number): number => Math.max(0, Math.min(most, value));
