import type { HeardEvent } from '@aisle/contracts';
import { idsTouched, isTouched, type EnginePart, type ModelChange } from '../core/engine-part.js';
import { contains } from '../core/geometry.js';
import type { StoreModel } from '../core/store-model.js';
import { migrateBadges, type Evidence, type SavedBadges, type Sighting, type TrackName } from './badge-state.js';
import { Whereabouts, type Reading } from './whereabouts.js';

/** A badge is near a receiver above this where the store file does not say, dBm. */
const NEAR_DBM = -65;
const SECOND_MS = 1_000;
/** Both sides must have said what they know of a second before it counts, in seconds of event time… */
const SETTLE_S = 3;
/** …but nobody is waited for longer than this. */
const PATIENCE_S = 120;
/** A badge that was not heard near for so long has gone from there; somebody not seen for so long has left the zone, seconds. */
const BADGE_GAP_S = 10;
const STAY_GAP_S = 5;
/** A badge and a person came, or went, together when no more than this lies between, seconds. */
const TOGETHER_S = 10;
/** Somebody not seen for so long is forgotten, seconds. */
const FORGET_S = 30;
/** Seconds alone in the zone with the badge that are enough, after so many comings and goings together. Raising calms, lowering is sooner. */
const ENOUGH: readonly (readonly [together: number, seconds: number])[] = [
  [3, 20],
  [2, 60],
  [1, 120],
];
/** So many seconds near the badge are a hint. */
const HINT_S = 20;
/** At most one second elsewhere to so many near. */
const NEAR_TO_AWAY = 4;
/** A wearer who was elsewhere for so many seconds in a row is somebody else by now; so much of that time another must have been near. */
const ASTRAY_S = 20;
const ASTRAY_SHARE = 0.7;
/** Nobody else may have been near for more than this share of the time. */
const RIVAL_SHARE = 0.5;

interface Stay {
  zone: string;
  from: number;
  to: number;
}
interface Seen extends TrackName {
  /** newest second */
  last: number;
  stays: Stay[];
  /** the newest stay that ended, by zone */
  ended: Map<string, number>;
}
const noEvidence = (): Evidence => ({ near: 0, alone: 0, away: 0, together: 0, wears: false });
/** Seconds in a row in which a badge was heard, and who was taken for its wearer was elsewhere. */
interface Astray {
  seconds: number;
  /** by who was near it: in how many of them */
  near: Map<string, number>;
}
/** The wearer of a badge has gone astray: who may have taken their place, the likeliest first. */
export interface Strayed {
  wearer: TrackName;
  others: TrackName[];
  /** the first of the others is known to wear it */
  sure: boolean;
}
interface Badge {
  astray: Astray | undefined;
  at: Stay | undefined;
  ended: { zone: string; to: number } | undefined;
  evidence: Map<string, Evidence>;
  whereabouts: Whereabouts;
}

/**
 * Who of the people on the floor wears which badge. A receiver tells that a badge is near; the cameras tell who is in its zone. That
 * alone proves nothing: a shopper at a counter stands near the badge of whoever serves them. So it takes seconds in which
 * nobody else was there, that the person came or went when the badge did, that the badge was hardly ever near while the person
 * was elsewhere, and that nobody else fits half as well. Both sides arrive when they do; seconds are judged in event time, once
 * both have passed.
 */
export class Badges implements EnginePart {
  readonly name = 'badges';
  readonly version = 2;
  /** by second: badge → receiver's zone and signal, the loudest */
  private readonly heardIn = new Map<number, Map<string, { zone: string; dbm: number }>>();
  /** by second: track → its name and the zones it was in */
  private readonly seenIn = new Map<number, Map<string, Sighting>>();
  /** by second and badge: how loud it was at every receiver that hangs somewhere */
  private readonly loudIn = new Map<number, Map<string, Reading[]>>();
  private readonly people = new Map<string, Seen>();
  private readonly badges = new Map<string, Badge>();
  private newestHeard = -1;
  private newestSeen = -1;
  /** newest second that was judged */
  private judged = -1;
  private strayed: Strayed[] = [];

  /** A receiver's word; the zone is where it hangs. */
  heard(model: StoreModel, event: HeardEvent): void {
    const second = Math.floor(event.ts / SECOND_MS);
    this.newestHeard = Math.max(this.newestHeard, second);
    const device = model.devices.get(event.deviceId);
    const zone = device?.zone;
    if (!device || zone === undefined || !model.zonesById.has(zone) || second <= this.judged) return;
    for (const [badge, dbm] of event.badges) {
      if (dbm !== null) this.loud(second, badge, { receiverId: device.id, ...middleOf(model, zone), dbm });
      if (dbm === null || dbm <= (device.nearDbm ?? NEAR_DBM)) continue;
      const badges = at(this.heardIn, second, () => new Map<string, { zone: string; dbm: number }>());
      const known = badges.get(badge);
      if (known && (known.dbm > dbm || (known.dbm === dbm && known.zone <= zone))) continue;
      badges.set(badge, { zone, dbm });
    }
  }

  /** Of what a receiver hears within a second the loudest counts. */
  private loud(second: number, badge: string, reading: Reading): void {
    const readings = at(
      at(this.loudIn, second, () => new Map<string, Reading[]>()),
      badge,
      (): Reading[] => [],
    );
    const known = readings.find(({ receiverId }) => receiverId === reading.receiverId);
    if (!known) readings.push(reading);
    else if (known.dbm < reading.dbm) known.dbm = reading.dbm;
  }

  /** A sample of somebody, whole millimetres. */
  seen(model: StoreModel, name: TrackName, ts: number, x: number, y: number): void {
    const second = Math.floor(ts / SECOND_MS);
    this.newestSeen = Math.max(this.newestSeen, second);
    if (second <= this.judged) return;
    const key = keyOf(name);
    const seen = at(this.seenIn, second, () => new Map<string, Sighting>());
    const entry = at(seen, key, (): Sighting => ({ name: { ...name }, zones: [], x, y }));
    Object.assign(entry, { x, y });
    for (const { id, polygon } of model.receiverZones)
      if (!entry.zones.includes(id) && contains(polygon, x, y)) entry.zones.push(id);
  }

  /** Whether something speaks for it that somebody wears a badge, though it may not be enough yet. */
  mayWear(name: TrackName): boolean {
    if (this.badges.size === 0) return false;
    const key = keyOf(name);
    for (const { evidence, whereabouts } of this.badges.values()) {
      if (whereabouts.wearer === key) return true;
      const one = evidence.get(key);
      if (one && one.near >= HINT_S && one.away * NEAR_TO_AWAY <= one.near) return true;
    }
    return false;
  }

  /** Judges the seconds that both sides have passed. @returns whom it takes for staff */
  settle(): TrackName[] {
    const newest = Math.max(this.newestHeard, this.newestSeen);
    const until = Math.max(Math.min(this.newestHeard, this.newestSeen) - SETTLE_S, newest - PATIENCE_S);
    if (until <= this.judged) return [];
    const told = [this.heardIn, this.seenIn, this.loudIn].flatMap((one) => [...one.keys()]);
    const seconds = [...new Set(told)].filter((one) => one <= until);
    const staff: TrackName[] = [];
    for (const second of seconds.sort((a, b) => a - b)) {
      staff.push(...this.judge(second));
      this.heardIn.delete(second);
      this.seenIn.delete(second);
      this.loudIn.delete(second);
    }
    this.judged = until;
    return staff;
  }

  /** Wearers who were found to be astray by what was settled since the last call. */
  takeStrayed(): Strayed[] {
    return this.strayed.splice(0);
  }

  /** A wearer who was astray, and who had taken their place, have got their own ways back. */
  exchanged(wearer: TrackName, other: TrackName): void {
    for (const { whereabouts } of this.badges.values()) whereabouts.exchange(keyOf(wearer), keyOf(other));
  }

  /** Who came and went where a zone was redrawn, or a receiver hung elsewhere, came and went nowhere; all else goes on. */
  configure(change: ModelChange): void {
    const { before, after, touched } = change;
    if (isTouched(change, 'staff', '', ['badges'])) this.restart();
    const moved = idsTouched(change, 'zones', ['polygon']);
    const zones = new Set(moved);
    for (const { what, id } of touched) {
      if (what !== 'devices') continue;
      const [was, is] = [before?.devices.get(id), after.devices.get(id)];
      if (was?.family !== 'ble' || (was.zone === is?.zone && was.nearDbm === is?.nearDbm)) continue;
      if (was.zone !== undefined) zones.add(was.zone);
    }
    if (zones.size > 0) this.forget((zone) => zones.has(zone));
    if (zones.size === 0) return;
    this.loudIn.clear();
    for (const { whereabouts } of this.badges.values()) whereabouts.restart();
  }

  private forget(isForgotten: (zone: string) => boolean): void {
    for (const badges of this.heardIn.values())
      for (const [badge, { zone }] of badges) if (isForgotten(zone)) badges.delete(badge);
    for (const seen of this.seenIn.values())
      for (const one of seen.values()) one.zones = one.zones.filter((zone) => !isForgotten(zone));
    for (const one of this.people.values()) {
      one.stays = one.stays.filter(({ zone }) => !isForgotten(zone));
      for (const zone of one.ended.keys()) if (isForgotten(zone)) one.ended.delete(zone);
    }
    for (const badge of this.badges.values()) {
      if (badge.at && isForgotten(badge.at.zone)) badge.at = undefined;
      if (badge.ended && isForgotten(badge.ended.zone)) badge.ended = undefined;
    }
  }

  /** A clock was set back, or badges are worn in another way: nothing goes on from before. */
  restart(): void {
    for (const map of [this.heardIn, this.seenIn, this.loudIn, this.people, this.badges]) map.clear();
    this.strayed = [];
    this.newestHeard = this.newestSeen = this.judged = -1;
  }

  private judge(second: number): TrackName[] {
    const seen = this.seenIn.get(second) ?? new Map<string, Sighting>();
    const heard = [...(this.heardIn.get(second) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
    this.leave(second);
    for (const [key, { name, zones }] of seen) this.enter(key, name, zones, second);
    this.silence(second);
    for (const [badge, { zone }] of heard) this.near(badge, zone, second);
    for (const [badge, { zone }] of heard) {
      const { evidence } = this.badges.get(badge) as Badge;
      const inside = [...seen].filter(([, { zones }]) => zones.includes(zone));
      for (const [key, { zones }] of seen) {
        const one = at(evidence, key, noEvidence);
        if (!zones.includes(zone)) one.away += 1;
        else {
          one.near += 1;
          if (inside.length === 1) one.alone += 1;
        }
      }
      this.follow(this.badges.get(badge) as Badge, seen, zone);
    }
    return [...this.wearers(), ...this.walkers(second, seen)];
  }

  /** Whose way fits how loud the badges were heard where. */
  private walkers(second: number, seen: ReadonlyMap<string, Sighting>): TrackName[] {
    const loud = this.loudIn.get(second);
    for (const id of loud?.keys() ?? []) at(this.badges, id, newBadge);
    const staff: TrackName[] = [];
    for (const [id, { whereabouts, evidence }] of this.badges) {
      const before = whereabouts.wearer;
      const readings = (loud?.get(id) ?? []).sort((a, b) => (a.receiverId < b.receiverId ? -1 : 1));
      const found = whereabouts.judge(second, readings, seen);
      const name = found === undefined ? undefined : this.people.get(found);
      if (found === undefined || !name) continue;
      const astray = before === undefined ? undefined : this.people.get(before);
      if (astray && !evidence.get(found)?.wears)
        this.strayed.push({ wearer: nameOf(astray), others: [nameOf(name)], sure: true });
      else staff.push(nameOf(name));
      at(evidence, found, noEvidence).wears = true;
    }
    return staff;
  }

  /** Whether the wearer is still where the badge is. */
  private follow(badge: Badge, seen: ReadonlyMap<string, { zones: string[] }>, zone: string): void {
    const wearer = [...badge.evidence].find(([key, { wears }]) => wears && seen.has(key))?.[0];
    if (wearer === undefined || wearer === badge.whereabouts.wearer) return;
    if (seen.get(wearer)?.zones.includes(zone)) {
      badge.astray = undefined;
      return;
    }
    const astray = (badge.astray ??= { seconds: 0, near: new Map() });
    astray.seconds += 1;
    for (const [key, { zones }] of seen)
      if (zones.includes(zone)) astray.near.set(key, (astray.near.get(key) ?? 0) + 1);
    if (astray.seconds < ASTRAY_S) return;
    badge.astray = undefined;
    const others = [...astray.near]
      .filter(([, seconds]) => seconds >= astray.seconds * ASTRAY_SHARE)
      .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
      .flatMap(([key]) => this.people.get(key) ?? []);
    const name = this.people.get(wearer);
    if (name && others.length > 0) this.strayed.push({ wearer: nameOf(name), others: others.map(nameOf), sure: false });
  }

  /** Whom enough speaks for, each once. */
  private wearers(): TrackName[] {
    const staff: TrackName[] = [];
    for (const { evidence, whereabouts } of this.badges.values()) {
      for (const [key, one] of evidence) {
        const name = this.people.get(key);
        if (one.wears || !name || !fits(evidence, key) || !whereabouts.mayBe(key)) continue;
        one.wears = true;
        staff.push(name);
      }
    }
    return staff;
  }

  /** Stays that have ended, and people who are gone. */
  private leave(second: number): void {
    for (const [key, one] of this.people) {
      one.stays = one.stays.filter((stay) => {
        if (second - stay.to <= STAY_GAP_S) return true;
        one.ended.set(stay.zone, stay.to);
        for (const { ended, evidence } of this.badges.values())
          if (ended?.zone === stay.zone && Math.abs(ended.to - stay.to) <= TOGETHER_S) together(evidence, key);
        return false;
      });
      if (second - one.last <= FORGET_S) continue;
      this.people.delete(key);
      for (const { evidence } of this.badges.values()) evidence.delete(key);
    }
  }

  private enter(key: string, name: TrackName, zones: readonly string[], second: number): void {
    const one = at(this.people, key, (): Seen => ({ ...name, last: second, stays: [], ended: new Map() }));
    one.last = second;
    for (const zone of zones) {
      const stay = one.stays.find((open) => open.zone === zone);
      if (stay) stay.to = second;
      else {
        one.stays.push({ zone, from: second, to: second });
        for (const { at: place, evidence } of this.badges.values())
          if (place?.zone === zone && second - place.from <= TOGETHER_S) together(evidence, key);
      }
    }
  }

  /** Badges that are near no receiver any more. */
  private silence(second: number): void {
    for (const badge of this.badges.values())
      if (badge.at && second - badge.at.to > BADGE_GAP_S) this.gone(badge, badge.at);
  }

  private near(id: string, zone: string, second: number): void {
    const badge = at(this.badges, id, newBadge);
    if (badge.at?.zone === zone) {
      badge.at.to = second;
      return;
    }
    if (badge.at) this.gone(badge, badge.at);
    badge.at = { zone, from: second, to: second };
    for (const [key, { stays }] of this.people)
      if (stays.some((stay) => stay.zone === zone && second - stay.from <= TOGETHER_S)) together(badge.evidence, key);
  }

  private gone(badge: Badge, { zone, to }: Stay): void {
    badge.ended = { zone, to };
    badge.at = undefined;
    for (const [key, one] of this.people) {
      const ended = one.ended.get(zone);
      if (ended !== undefined && Math.abs(ended - to) <= TOGETHER_S) together(badge.evidence, key);
    }
  }

  save(): unknown {
    return {
      heardIn: [...this.heardIn].map(([second, badges]) => [second, [...badges].map(([id, one]) => [id, { ...one }])]),
      seenIn: [...this.seenIn].map(([second, seen]) => [
        second,
        [...seen.values()].map(({ name, zones, x, y }) => ({ name: { ...name }, zones: [...zones], x, y })),
      ]),
      loudIn: [...this.loudIn].map(([second, badges]) => [second, structuredClone([...badges])]),
      people: [...this.people.values()].map((one) => ({
        ...one,
        stays: structuredClone(one.stays),
        ended: [...one.ended],
      })),
      badges: [...this.badges].map(([id, { at: place, ended, evidence, astray, whereabouts }]) => [
        id,
        structuredClone({
          ...{ at: place ?? null, ended: ended ?? null, evidence: [...evidence] },
          ...(astray && { astray: { seconds: astray.seconds, near: [...astray.near] } }),
          whereabouts: whereabouts.save(),
        }),
      ]),
      newest: [this.newestHeard, this.newestSeen, this.judged],
    };
  }

  restore(json: unknown): void {
    if (json === undefined) return;
    const saved = structuredClone(json) as SavedBadges;
    for (const [second, badges] of saved.heardIn) this.heardIn.set(second, new Map(badges));
    for (const [second, seen] of saved.seenIn)
      this.seenIn.set(second, new Map(seen.map((one) => [keyOf(one.name), { x: 0, y: 0, ...one }])));
    for (const [second, badges] of saved.loudIn ?? []) this.loudIn.set(second, new Map(badges));
    for (const one of saved.people) this.people.set(keyOf(one), { ...one, ended: new Map(one.ended) });
    for (const [id, { at: place, ended, evidence, astray, whereabouts }] of saved.badges)
      this.badges.set(id, {
        ...{ at: place ?? undefined, ended: ended ?? undefined, evidence: new Map(evidence) },
        astray: astray && { seconds: astray.seconds, near: new Map(astray.near) },
        whereabouts: whereabouts ? Whereabouts.restore(whereabouts) : new Whereabouts(),
      });
    [this.newestHeard, this.newestSeen, this.judged] = saved.newest;
  }

  migrate(json: unknown, _from: number, model: StoreModel | undefined): unknown {
    return migrateBadges(json, model);
  }
}

/** Whether so much speaks for it, and for nobody else. */
function fits(evidence: ReadonlyMap<string, Evidence>, key: string): boolean {
  const { near, alone, away, together: times } = evidence.get(key) as Evidence;
  if (away * NEAR_TO_AWAY > near) return false;
  if (!ENOUGH.some(([needed, seconds]) => times >= needed && alone >= seconds)) return false;
  for (const [other, rival] of evidence) if (other !== key && rival.near > near * RIVAL_SHARE) return false;
  return true;
}

function together(evidence: Map<string, Evidence>, key: string): void {
  at(evidence, key, noEvidence).together += 1;
}

const nameOf = ({ source, id, since }: TrackName): TrackName => ({ source, id, since });

const keyOf = ({ source, id, since }: TrackName): string => `${since}|${source}|${id}`;

function at<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = create()));
  return value;
}

const newBadge = (): Badge => ({
  ...{ astray: undefined, at: undefined, ended: undefined },
  ...{ evidence: new Map(), whereabouts: new Whereabouts() },
});

/** Where a receiver hangs, as far as is known: in the middle of its zone. */
function middleOf(model: StoreModel, zoneId: string): { x: number; y: number } {
  const { minX = 0, maxX = 0, minY = 0, maxY = 0 } = model.zonesById.get(zoneId)?.polygon ?? {};
  return { x: (minX + maxX) / 2, y: (minY + maxY) / 2 };
}
