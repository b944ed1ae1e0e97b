import { MINUTE_MS, minuteOf, type TrackedEvent } from '@aisle/contracts';
import type { FollowedPeople } from '../people/followed-people.js';
import { floorOf, type Homography } from '../floor/homography.js';
import type { StoreModel } from '../core/store-model.js';
import { ObjectBook } from './object-book.js';

/**
 * An NVR speaks of a person when something has changed, at the latest a minute after the last time. Somebody of whom it has
 * said nothing for longer was lost without a word: what follows is a new track, ms.
 */
export const TOLD_WITHIN_MS = 90_000;
/** Between two messages of a person, samples lie at most so far apart: while they walk, and while they stand, ms. */
const WALKING_STEP_MS = 200;
const STANDING_STEP_MS = 1_000;
/** Whoever moves by less than this between two messages has stood, mm. */
const STOOD_MM = 150;
const MOST_OBJECTS = 2_000;

interface Followed {
  ts: number;
  x: number;
  y: number;
  /** its camera has said that it is gone */
  ended: boolean;
}

/**
 * People whom a camera's own analysis follows. Each is a track of its own: between two messages the way is a straight line,
 * walked evenly, and no two samples of it are more than 2,000 ms apart (SEMANTICS §10, §12, §15). Beyond its last message
 * nothing is made up: a stay then ends there.
 */
export class FollowedObjects {
  private readonly book: ObjectBook<Followed>;

  constructor(private readonly cameras: FollowedPeople) {
    this.book = new ObjectBook(TOLD_WITHIN_MS, MOST_OBJECTS, (deviceId, id) => cameras.letGo(sourceOf(deviceId, id)));
  }

  require(keys: string[], event: TrackedEvent): void {
    const known = this.book.get(event.deviceId, event.objectId);
    const from = Math.max(known?.ts ?? event.ts, event.ts - TOLD_WITHIN_MS);
    for (let minute = minuteOf(from); minute < event.ts; minute += MINUTE_MS) this.cameras.requireAt(keys, minute);
    this.cameras.requireAt(keys, event.ts);
  }

  /** @returns false for a message older than the last of its object */
  apply(model: StoreModel, event: TrackedEvent, homography: Homography): boolean {
    const { deviceId, objectId, ts, foot } = event;
    const known = this.book.get(deviceId, objectId);
    const ended = event.state === 'end';
    if (known && (ts < known.ts || known.ended)) return false;
    const at = floorOf(homography, foot[0] / 10, foot[1] / 10);
    // Above the horizon nobody stands: wherever they were, they are still thought to be.
    const x = at ? Math.round(at[0]) + 0 : known?.x;
    const y = at ? Math.round(at[1]) + 0 : known?.y;
    if (x === undefined || y === undefined) return true;
    const source = sourceOf(deviceId, objectId);
    let way: [ts: number, x: number, y: number][] = [[ts, x, y]];
    if (known && ts - known.ts <= TOLD_WITHIN_MS) way = wayTo(known, ts, x, y);
    else if (known) this.cameras.letGo(source);
    this.cameras.trace(model, source, deviceId, way);
    this.book.put(deviceId, objectId, { ts, x, y, ended });
    if (ended) this.cameras.letGo(source);
    return true;
  }

  restart(deviceId: string): void {
    this.book.restart(deviceId);
  }

  save(): unknown {
    return this.book.save((object) => ({ ...object }));
  }

  restore(json: unknown): void {
    this.book.restore(json, (plain) => ({ ...(plain as Followed) }));
  }
}

/** No device id holds "#". */
const sourceOf = (deviceId: string, objectId: string): string => `${deviceId}#${objectId}`;

/** The samples from one message of an object to the next, without the first, with the last. */
function wayTo(from: Followed, ts: number, x: number, y: number): [ts: number, x: number, y: number][] {
  const ms = ts - from.ts;
  const stood = Math.hypot(x - from.x, y - from.y) < STOOD_MM;
  const steps = Math.max(1, Math.ceil(ms / (stood ? STANDING_STEP_MS : WALKING_STEP_MS)));
  return Array.from({ length: steps }, (_, index) => {
    const share = (index + 1) / steps;
    const between = (start: number, end: number): number => Math.round(start + (end - start) * share);
    return [between(from.ts, ts), between(from.x, x), between(from.y, y)];
  });
}
