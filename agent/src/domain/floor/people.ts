/** The people of a group of cameras, and what each camera sees of them. Lengths in millimetres, speeds in mm/s, times epoch ms. */

/** One track of one camera, joined to a person. */
export interface Seen {
  device: string;
  /** of the camera's track */
  id: string;
  ts: number;
  /** as the camera says */
  x: number;
  y: number;
  vx: number;
  vy: number;
  spread: number;
  person: number;
  /** what this camera is off by against the other cameras that see the person */
  ox: number;
  oy: number;
  since: number;
  /** since when it has been so far from the others that it is doubted, −1 while it is not */
  apart: number;
  /** since when it has been too far from them to be the same person, −1 while it is not */
  parted: number;
  /** when `ox` and `oy` were last looked at */
  agreed: number;
}

export interface Person {
  id: number;
  ts: number;
  x: number;
  y: number;
  vx: number;
  vy: number;
  since: number;
  /** placed by this agent: from detections, or by more than one camera */
  made: boolean;
  /** the camera that saw them first */
  first: string;
  /** by camera */
  seen: Map<string, Seen>;
}

/** What one camera sees: its tracks by their ids. */
export interface View {
  /** of its newest frame */
  ts: number;
  seen: Map<string, Seen>;
}
export type Views = ReadonlyMap<string, View>;

/** Over this time a camera's track tells its speed. */
const SPEED_MS = 400;
/** Nobody is thought to walk on for longer than this. */
const AHEAD_MS = 1_000;

/** The camera sees its track again. */
export function move(seen: Seen, ts: number, x: number, y: number, spread: number): void {
  const ms = ts - seen.ts;
  if (ms > 0) {
    const share = 1 - Math.exp(-ms / SPEED_MS);
    seen.vx += (((x - seen.x) * 1000) / ms - seen.vx) * share;
    seen.vy += (((y - seen.y) * 1000) / ms - seen.vy) * share;
  }
  seen.x = x;
  seen.y = y;
  seen.ts = ts;
  seen.spread = spread;
}

/** Whether the newest frame of its camera still holds it. */
export const isActive = (seen: Seen, views: Views): boolean => views.get(seen.device)?.ts === seen.ts;

/** What other cameras see of the person just now. */
export const othersOf = (person: Person, device: string, views: Views): Seen[] =>
  [...person.seen.values()].filter((seen) => seen.device !== device && isActive(seen, views));

/** Where the camera would say that the person is at `ts`. */
export function aheadOf({ x, y, vx, vy, ts: from }: Seen | Person, ts: number): [x: number, y: number] {
  const seconds = Math.min(AHEAD_MS, Math.max(0, ts - from)) / 1000;
  return [x + vx * seconds, y + vy * seconds];
}

/** Where the person is at `ts`: by all cameras that see them, each as much as it is certain; else straight on from where they were. */
export function placeOf(person: Person, views: Views, ts: number): [x: number, y: number] {
  let [weight, x, y] = [0, 0, 0];
  for (const seen of person.seen.values()) {
    if (!isActive(seen, views)) continue;
    const [atX, atY] = aheadOf(seen, ts);
    const w = 1 / seen.spread ** 2;
    weight += w;
    x += w * (atX - seen.ox);
    y += w * (atY - seen.oy);
  }
  return weight === 0 ? aheadOf(person, ts) : [x / weight, y / weight];
}

/** How far apart two cameras see one person at `ts`. */
export function apart(a: Seen, b: Seen, ts: number): number {
  const [ax, ay] = aheadOf(a, ts);
  const [bx, by] = aheadOf(b, ts);
  return Math.hypot(ax - bx, ay - by);
}

/** The camera's track belongs to nobody any more. */
export function detach(people: ReadonlyMap<number, Person>, views: Views, seen: Seen): void {
  views.get(seen.device)?.seen.delete(seen.id);
  const person = people.get(seen.person);
  if (person?.seen.get(seen.device) === seen) person.seen.delete(seen.device);
}

/** Whether two walk in ways that one person cannot walk both. Who stands says nothing. */
export function opposed(a: { vx: number; vy: number }, b: { vx: number; vy: number }): boolean {
  const [speedA, speedB] = [Math.hypot(a.vx, a.vy), Math.hypot(b.vx, b.vy)];
  return speedA > WALKING && speedB > WALKING && a.vx * b.vx + a.vy * b.vy < OPPOSED * speedA * speedB;
}
const WALKING = 400;
const OPPOSED = -0.3;

type SavedPerson = Omit<Person, 'seen'>;
interface Saved {
  people: SavedPerson[];
  views: [device: string, ts: number, seen: Seen[]][];
}

/** A deep copy as JSON data. */
export const savePeople = (people: ReadonlyMap<number, Person>, views: Views): unknown =>
  ({
    people: [...people.values()].map(({ seen: _seen, ...person }) => person),
    views: [...views].map(([device, { ts, seen }]) => [device, ts, [...seen.values()].map((one) => ({ ...one }))]),
  }) satisfies Saved;

export function restorePeople(json: unknown, people: Map<number, Person>, views: Map<string, View>): void {
  const saved = json as Saved;
  for (const person of saved.people) people.set(person.id, { ...person, seen: new Map() });
  for (const [device, ts, list] of saved.views) {
    const view: View = { ts, seen: new Map() };
    views.set(device, view);
    for (const one of list) {
      const seen = { ...one };
      view.seen.set(seen.id, seen);
      people.get(seen.person)?.seen.set(device, seen);
    }
  }
}
