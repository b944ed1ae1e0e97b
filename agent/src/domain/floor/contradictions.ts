import { apart, detach, isActive, othersOf, type Person, type Seen, type Views } from './people.js';

/** A camera's track goes to somebody whom the others see this near to it, mm, if that is nearer by so much. */
const OTHERS_MM = 450;
const GAIN_MM = 250;
/** Two people whom a camera has mixed up are told by so much less distance the other way round, mm. */
const MIX_UP_MM = 600;

type People = ReadonlyMap<number, Person>;

/**
 * Two cameras' tracks are said to be one person, and too far apart for it: finds which of them is somebody else's.
 * @param seen one of the tracks
 * @param far the other
 * @returns whether it could be put right
 */
export function putRight(people: People, views: Views, seen: Seen, far: Seen, ts: number): boolean {
  // Putting either camera right makes them agree; whose metres are fewer pixels mixes people up sooner.
  const [worse, better] = seen.spread < far.spread ? [far, seen] : [seen, far];
  if (exchange(people, views, worse, ts) || exchange(people, views, better, ts)) return true;
  const [mine, theirs] = [ownerOf(people, views, seen, ts), ownerOf(people, views, far, ts)];
  // Either track may be the one that is wrong. Who has only just appeared may be the very person whom they are said to be.
  if (mine && !(theirs && theirs.since < mine.since)) handOn(people, views, seen, mine);
  else if (theirs) handOn(people, views, far, theirs);
  return mine !== undefined || theirs !== undefined;
}

/** A camera has mixed two people up who passed each other: they get their tracks back. @returns whether it had */
function exchange(people: People, views: Views, seen: Seen, ts: number): boolean {
  const { device } = seen;
  const person = people.get(seen.person) as Person;
  let [best, gain]: [Seen | undefined, number] = [undefined, MIX_UP_MM];
  for (const rival of views.get(device)?.seen.values() ?? []) {
    const other = people.get(rival.person);
    if (rival === seen || !other || !isActive(rival, views) || othersOf(other, device, views).length === 0) continue;
    const asTheyAre = around(views, person, seen, ts) + around(views, other, rival, ts);
    const won = asTheyAre - around(views, person, rival, ts) - around(views, other, seen, ts);
    if (won > gain) [best, gain] = [rival, won];
  }
  if (!best) return false;
  const other = people.get(best.person) as Person;
  person.seen.set(device, best);
  other.seen.set(device, seen);
  [seen.person, best.person] = [best.person, seen.person];
  beginAnew(person, other);
  return true;
}

/** Somebody whom this camera was not thought to see, and who stands where its track is: it was theirs. */
function ownerOf(people: People, views: Views, seen: Seen, ts: number): Person | undefined {
  const { device } = seen;
  const person = people.get(seen.person) as Person;
  const own = around(views, person, seen, ts);
  let [owner, least]: [Person | undefined, number] = [undefined, Math.min(OTHERS_MM + seen.spread, own - GAIN_MM)];
  for (const other of people.values()) {
    const held = other.seen.get(device);
    if (other === person || (held && isActive(held, views))) continue;
    if (othersOf(other, device, views).length === 0) continue;
    const distance = around(views, other, seen, ts);
    if (distance < least) [owner, least] = [other, distance];
  }
  return owner;
}

function handOn(people: People, views: Views, seen: Seen, owner: Person): void {
  const { device } = seen;
  const person = people.get(seen.person) as Person;
  const held = owner.seen.get(device);
  if (held) detach(people, views, held);
  if (person.seen.get(device) === seen) person.seen.delete(device);
  owner.seen.set(device, seen);
  seen.person = owner.id;
  beginAnew(person, owner);
}

/** What cameras were thought to be off by came from mixing two people up. */
function beginAnew(...people: Person[]): void {
  for (const person of people) for (const seen of person.seen.values()) [seen.ox, seen.oy, seen.apart] = [0, 0, -1];
}

/** How far, on average, a track lies from what the other cameras say of a person, mm. */
function around(views: Views, whom: Person, one: Seen, ts: number): number {
  const others = othersOf(whom, one.device, views);
  return others.reduce((sum, other) => sum + apart(one, other, ts), 0) / Math.max(1, others.length);
}
