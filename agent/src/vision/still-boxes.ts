import type { DetectedPerson, Detections } from '../ports/detector.js';

/**
 * A box that has been in one place for so long, event time, ms, is a thing: a table's foot, a vest on a hook, a poster. Raising it
 * lets things count for longer, lowering it takes whoever sits quietly for a thing.
 */
const STILL_MS = 180_000;
/** Whom the detector is surer of on average is somebody, however still: at a till, on a bench. */
const SURE_SCORE = 0.6;
/** In so large a share of the pictures since. */
const SEEN_SHARE = 0.8;
/** No edge has moved by more than this share of the box's height: people sway, turn and reach, things do not. */
const MOVED_SHARE = 0.03;
/** Not seen for so long, it has gone, and whoever comes there is looked at anew. */
const GONE_MS = 60_000;
/** A camera that sees more things than this sees no people well. */
const MOST_PLACES = 200;

interface Place {
  box: readonly [left: number, top: number, right: number, bottom: number];
  sinceTs: number;
  lastTs: number;
  seen: number;
  /** sum of the scores */
  scores: number;
  /** pictures looked at since it was first seen */
  pictures: number;
}

/** Tells people from boxes that never move, in what the detector finds for one camera. */
export class StillBoxes {
  private places: Place[] = [];
  private lastTs = -Infinity;

  /** @returns what is not known for a thing, and how many were left out */
  sift(ts: number, people: Detections): { people: Detections; left: number } {
    if (ts < this.lastTs) this.places = [];
    this.lastTs = ts;
    for (const place of this.places) place.pictures += 1;
    const boxes = people.boxes.filter((box) => !this.isThing(ts, box));
    this.places = this.places.filter(({ lastTs }) => ts - lastTs <= GONE_MS).slice(-MOST_PLACES);
    return {
      people: boxes.length === people.boxes.length ? people : { ...people, boxes },
      left: people.boxes.length - boxes.length,
    };
  }

  private isThing(ts: number, found: DetectedPerson): boolean {
    const box = [found.x, found.y, found.x + found.w, found.y + found.h] as const;
    const near = this.places.find((place) =>
      box.every((edge, at) => Math.abs(edge - (place.box[at] as number)) <= MOVED_SHARE * found.h),
    );
    if (!near) {
      this.places.push({ box, sinceTs: ts, lastTs: ts, seen: 1, scores: found.score, pictures: 1 });
      return false;
    }
    near.lastTs = ts;
    near.seen += 1;
    near.scores += found.score;
    const { sinceTs, seen, pictures, scores } = near;
    return ts - sinceTs >= STILL_MS && seen >= SEEN_SHARE * pictures && scores < SURE_SCORE * seen;
  }
}
