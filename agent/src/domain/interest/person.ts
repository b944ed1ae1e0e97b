import { FEATURE_COUNT } from './features.js';
import { nearestOf, type InterestZone } from './places.js';

/** Slower than this is standing; faster than WALKING_MM_S ends a stand. Between both nothing changes, so that noise does not flap. */
const STANDING_MM_S = 300;
const WALKING_MM_S = 450;
/** Within this of a fixture a hand reaches it. */
export const REACH_MM = 1_200;
/** Time constants of smoothing, ms: longer is calmer and later. Position first, then speed. */
const POSITION_MS = 500;
const SPEED_MS = 700;
/** Items taken count once they have been known for this much event time, so that it does not matter whether shelf or camera comes first. */
export const PICKUP_KNOWN_MS = 10_000;
/** Positions kept for joining pickups to people, and the least time between two of them. */
export const TRAIL_MS = 20_000;
const TRAIL_STEP_MS = 200;

/** What one person has done since they came into view, as far as interest goes. Plain data but for the maps. */
export interface Person {
  /** the engine's own number; never leaves it */
  no: number;
  since: number;
  ts: number;
  /** smoothed position (mm) and velocity (mm/s) */
  x: number;
  y: number;
  vx: number;
  vy: number;
  standing: boolean;
  /** when the stand that goes on began */
  standFrom: number;
  /** when the last one ended, −1 before the first */
  standEnded: number;
  /** positions of the last seconds: ts, x, y, ts, x, y … */
  trail: number[];
  /** visits so far by zone */
  visits: Map<string, number>;
  /** open stays by zone */
  stays: Map<string, InterestStay>;
  pickups: TakenItem[];
  /** newest answer by zone */
  answers: Map<string, Answer>;
}

/** One open stay in a zone with a category. */
export interface InterestStay {
  enter: number;
  /** where it began, mm */
  fromX: number;
  fromY: number;
  ts: number;
  pathMm: number;
  slowMs: number;
  stops: number;
  reachMs: number;
  /** since when within reach, −1 out of it */
  reachFrom: number;
  /** when first within reach, −1 not yet */
  reached: number;
  /** to the nearest fixture, and how fast it shrinks */
  distance: number;
  approach: number;
  /** whole second up to which questions were asked, epoch ms; before the first: enter */
  asked: number;
  visit: boolean;
}

export interface TakenItem {
  /** when it was taken, and when the shelf knew */
  ts: number;
  knownTs: number;
  category: string;
}
export interface Answer {
  ts: number;
  ppm: number;
}

export const newPerson = (no: number, ts: number, x: number, y: number): Person => ({
  no,
  since: ts,
  ts,
  x,
  y,
  vx: 0,
  vy: 0,
  standing: false,
  standFrom: ts,
  standEnded: -1,
  trail: [ts, x, y],
  visits: new Map(),
  stays: new Map(),
  pickups: [],
  answers: new Map(),
});

/** Takes a sample: smooths place and speed, notes stands, remembers the way. Lengths mm, times epoch ms. */
export function move(person: Person, ts: number, x: number, y: number): void {
  const ms = ts - person.ts;
  if (ms <= 0) return;
  const share = 1 - Math.exp(-ms / POSITION_MS);
  const [stepX, stepY] = [(x - person.x) * share, (y - person.y) * share];
  person.x += stepX;
  person.y += stepY;
  const lag = 1 - Math.exp(-ms / SPEED_MS);
  person.vx += ((stepX * 1000) / ms - person.vx) * lag;
  person.vy += ((stepY * 1000) / ms - person.vy) * lag;
  person.ts = ts;
  const speed = Math.hypot(person.vx, person.vy);
  if (!person.standing && speed < STANDING_MM_S && ts - person.since >= POSITION_MS + SPEED_MS) {
    person.standing = true;
    person.standFrom = ts;
    for (const stay of person.stays.values()) stay.stops += 1;
  } else if (person.standing && speed > WALKING_MM_S) {
    person.standing = false;
    person.standEnded = ts;
  }
  const { trail } = person;
  if (ts - (trail[trail.length - 3] as number) < TRAIL_STEP_MS) return;
  trail.push(ts, x, y);
  let old = 0;
  while (ts - (trail[old] as number) > TRAIL_MS) old += 3;
  if (old > 0) trail.splice(0, old);
}

export const newStay = (person: Person, enter: number, zone: InterestZone): InterestStay => ({
  enter,
  fromX: person.x,
  fromY: person.y,
  ts: enter,
  pathMm: 0,
  slowMs: 0,
  stops: person.standing ? 1 : 0,
  reachMs: 0,
  reachFrom: -1,
  reached: -1,
  distance: nearestOf(zone, person.x, person.y).distance,
  approach: 0,
  // Whoever is taken up in the middle of a stay was not asked about what lay before.
  asked: Math.max(enter, person.since),
  visit: false,
});

/** The stay goes on to where the person is now. */
export function dwell(person: Person, stay: InterestStay, zone: InterestZone): void {
  const { ts } = person;
  const ms = ts - stay.ts;
  const speed = Math.hypot(person.vx, person.vy);
  const { distance } = nearestOf(zone, person.x, person.y);
  if (ms > 0) {
    stay.pathMm += (speed * ms) / 1000;
    if (speed < STANDING_MM_S) stay.slowMs += ms;
    stay.approach += (((stay.distance - distance) * 1000) / ms - stay.approach) * (1 - Math.exp(-ms / SPEED_MS));
  }
  if (distance < REACH_MM) {
    if (stay.reachFrom < 0) stay.reachFrom = ts;
    else stay.reachMs += ms;
    if (stay.reached < 0) stay.reached = ts;
  } else stay.reachFrom = -1;
  stay.distance = distance;
  stay.ts = ts;
}

/** The features of this moment, in the order of FEATURE_NAMES, rounded to thousandths. */
export function featuresOf(person: Person, stay: InterestStay, zone: InterestZone, otherVisits: number): number[] {
  const { ts } = person;
  const speed = Math.hypot(person.vx, person.vy);
  const { distance, towardsX, towardsY } = nearestOf(zone, person.x, person.y);
  const seconds = (ms: number, limit: number) => Math.min(limit, ms / 1000);
  const dwellMs = ts - stay.enter;
  const moved = Math.hypot(person.x - stay.fromX, person.y - stay.fromY);
  const known = person.pickups.filter((item) => item.knownTs <= ts - PICKUP_KNOWN_MS);
  const here = known.filter((item) => item.category === zone.category && item.ts >= stay.enter);
  const last = known.reduce((newest, item) => Math.max(newest, item.ts), -1);
  const features = [
    seconds(dwellMs, 600),
    seconds(ts - person.since, 3600),
    speed / 1000,
    dwellMs > 0 ? stay.pathMm / dwellMs : 0,
    dwellMs > 0 ? stay.slowMs / dwellMs : 0,
    stay.stops,
    person.standing ? seconds(ts - person.standFrom, 120) : 0,
    person.standing ? 0 : person.standEnded < 0 ? 60 : seconds(ts - person.standEnded, 60),
    distance / 1000,
    (person.vx * towardsX + person.vy * towardsY) / Math.max(500, speed),
    stay.approach / 1000,
    seconds(stay.reachMs, 600),
    stay.reachFrom < 0 ? 0 : seconds(ts - stay.reachFrom, 120),
    stay.reached < 0 ? 60 : seconds(stay.reached - stay.enter, 60),
    // A step or two say nothing of a way.
    stay.pathMm < 500 ? 1 : Math.min(1, moved / stay.pathMm),
    Math.min(20, (person.visits.get(zone.id) ?? 1) - 1),
    Math.min(50, otherVisits),
    Math.min(50, known.length),
    Math.min(20, here.length),
    last < 0 ? 120 : seconds(ts - last, 120),
  ];
  if (features.length !== FEATURE_COUNT) throw new Error('features and their names differ');
  return features.map((value) => Math.round(value * 1000) / 1000);
}

/** Where the person was around `ts`: the mean of what was seen within `reachMs` of it; undefined when nothing was. */
export function placeAt(person: Person, ts: number, reachMs: number): [x: number, y: number] | undefined {
  const { trail } = person;
  let [count, x, y] = [0, 0, 0];
  for (let at = 0; at < trail.length; at += 3) {
    if (Math.abs((trail[at] as number) - ts) > reachMs) continue;
    count += 1;
    x += trail[at + 1] as number;
    y += trail[at + 2] as number;
  }
  return count === 0 ? undefined : [x / count, y / count];
}

type SavedPerson = Omit<Person, 'visits' | 'stays' | 'answers'> & {
  visits: [zoneId: string, count: number][];
  stays: [zoneId: string, stay: InterestStay][];
  answers: [zoneId: string, answer: Answer][];
};

/** A deep copy as JSON data. */
export const savePerson = (person: Person): unknown =>
  structuredClone({
    ...person,
    visits: [...person.visits],
    stays: [...person.stays],
    answers: [...person.answers],
  } satisfies SavedPerson);

export function restorePerson(json: unknown): Person {
  const saved = structuredClone(json as SavedPerson);
  return {
    ...saved,
    visits: new Map(saved.visits),
    stays: new Map(saved.stays),
    answers: new Map(saved.answers),
  };
}

/** A person of 0.1, which named zones by their place in the store file. */
export function migratePerson(json: unknown, zoneIds: readonly string[]): unknown {
  const saved = json as Record<'visits' | 'stays' | 'answers', [zone: number, value: unknown][]>;
  const byId = (list: [zone: number, value: unknown][]) =>
    list.flatMap(([zone, value]) => (zoneIds[zone] === undefined ? [] : [[zoneIds[zone], value]]));
  return { ...saved, visits: byId(saved.visits), stays: byId(saved.stays), answers: byId(saved.answers) };
}
