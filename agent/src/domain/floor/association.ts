import { TOLD_SPREAD_MM, type FloorFrame, type FloorPerson } from './frames.js';
import { othersOf, opposed, placeOf, type Person, type Views } from './people.js';

/** Whoever leaves one camera's view and appears in another's within this is one person, ms; also how long a camera's track may pause. */
export const HAND_OVER_MS = 2_000;
/**
 * How far from where a person is expected another camera may place them, mm, beside what both are uncertain by. Raising it joins
 * people who walk together, lowering it counts one person twice where calibrations differ.
 */
const GATE_MM = 600;
/** The gate grows while nobody sees the person, mm per ms, up to the widest. */
const GATE_GROWTH = 0.5;
const WIDEST_MM = 2_200;
const MOST_SPREAD_MM = 600;
/** Whoever a camera has lost so shortly before nobody saw them any more, it saw to the end. */
const TO_THE_END_MS = 1_000;
/** Whoever was last seen outside and has been lost for longer is not coming back. */
export const GONE_MS = 500;
/**
 * Whoever stood still when somebody else hid them stands there still: found again within this, ms, and so near, mm. Raising them takes
 * somebody who comes up later for the one who has left; lowering them breaks visits in crowds.
 */
export const STOOD_MS = 12_000;
const STOOD_GATE_MM = 900;
const STANDING = 350;
/** Nearer than this, walking the other way is jitter, mm. */
const SAME_PLACE_MM = 300;
/** What expecting without seeing costs against 1 for standing a whole gate away. */
const UNSEEN_COST = 0.2;

interface Candidate {
  given: FloorPerson;
  index: number;
  person: Person;
  cost: number;
}

/**
 * Which of the new tracks of a camera belong to people who are known: each to one at most, nearest first.
 * @param before whom a track that was lost for a while and has come back was taken for
 */
export function associate(
  frame: FloorFrame,
  fresh: readonly FloorPerson[],
  people: Iterable<Person>,
  views: Views,
  isOutside: (x: number, y: number) => boolean,
  before: ReadonlyMap<FloorPerson, number>,
): Map<FloorPerson, Person> {
  const candidates: Candidate[] = [];
  for (const person of people) {
    const stands = frame.ts - person.ts > HAND_OVER_MS;
    if (stands && !isKept(person, frame.ts, isOutside)) continue;
    const own = person.seen.get(frame.deviceId);
    // This camera sees them already.
    if (own?.ts === frame.ts) continue;
    const others = othersOf(person, frame.deviceId, views);
    // A camera that saw them to the end says itself that this is somebody else: it looks for those whom it has lost.
    const toTheEnd = own !== undefined && person.ts - own.ts < TO_THE_END_MS && others.length === 0;
    const unseenMs = others.length > 0 ? 0 : frame.ts - person.ts;
    // Who went out and was lost is gone.
    if (unseenMs > GONE_MS && isOutside(person.x, person.y)) continue;
    const [x, y] = placeOf(person, views, frame.ts);
    fresh.forEach((given, index) => {
      if (toTheEnd && before.get(given) !== person.id) return;
      const spread = Math.min(MOST_SPREAD_MM, given.spread + spreadOf(others));
      const gate = stands ? STOOD_GATE_MM : Math.min(WIDEST_MM, GATE_MM + spread + GATE_GROWTH * unseenMs);
      const distance = Math.hypot(given.x - x, given.y - y);
      if (distance > gate) return;
      if (!stands && (unseenMs > 0 || distance > SAME_PLACE_MM) && opposed(person, speedOf(frame.ts, given))) return;
      candidates.push({ given, index, person, cost: distance / gate + (unseenMs > 0 ? UNSEEN_COST : 0) });
    });
  }
  candidates.sort((a, b) => a.cost - b.cost || a.index - b.index || a.person.id - b.person.id);
  const joined = new Map<FloorPerson, Person>();
  const taken = new Set<Person>();
  for (const { given, person } of candidates) {
    if (joined.has(given) || taken.has(person)) continue;
    joined.set(given, person);
    taken.add(person);
  }
  return joined;
}

/** Whether somebody unseen at `ts` may still be found where they were. */
export const isKept = (person: Person, ts: number, isOutside: (x: number, y: number) => boolean): boolean =>
  ts - person.ts <= HAND_OVER_MS ||
  (person.made &&
    ts - person.ts <= STOOD_MS &&
    Math.hypot(person.vx, person.vy) < STANDING &&
    !isOutside(person.x, person.y));

const spreadOf = (others: readonly { spread: number }[]): number =>
  others.reduce((least, seen) => Math.min(least, seen.spread), others.length === 0 ? TOLD_SPREAD_MM : Infinity);

/** From where a new track was first seen; nought where that is now. */
function speedOf(ts: number, { x, y, earlier }: FloorPerson): { vx: number; vy: number } {
  const first = earlier?.[0];
  if (!first || ts - first[0] < 150) return { vx: 0, vy: 0 };
  const seconds = (ts - first[0]) / 1000;
  return { vx: (x - first[1]) / seconds, vy: (y - first[2]) / seconds };
}
