import type { HeardEvent } from '@aisle/contracts';
import { idsTouched, isTouched, type EnginePart, type ModelChange } from '../core/engine-part.js';
import type { StoreModel } from '../core/store-model.js';
import { fits, hints, noEvidence, together, weigh } from './badge-evidence.js';
import { BadgeSeconds, type ToldSecond } from './badge-seconds.js';
import {
  at,
  keyOf,
  migrateBadges,
  nameFrom,
  type Evidence,
  type SavedBadges,
  type TrackName,
  type Wearer,
} from './badge-state.js';
import { Whereabouts } from './whereabouts.js';

const SECOND_MS = 1_000;
/** A badge that was not heard near for so long has gone from there; somebody not seen for so long has left the zone, seconds. */
const BADGE_GAP_S = 10;
const STAY_GAP_S = 5;
/** A badge and a person came, or went, together when no more than this lies between, seconds. */
const TOGETHER_S = 10;
/** Somebody not seen for so long is forgotten, seconds. */
const FORGET_S = 30;
/** A wearer who was elsewhere for so many seconds in a row is somebody else by now; so much of that time another must have been near. */
const ASTRAY_S = 20;
const ASTRAY_SHARE = 0.7;

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
/** Seconds in a row in which a badge was heard, and who was taken for its wearer was elsewhere. */
interface Astray {
  seconds: number;
  /** by who was near it: in how many of them */
  near: Map<string, number>;
}
/** The wearer of a badge has gone astray: who may have taken their place, the likeliest first. */
export interface Strayed {
  wearer: TrackName;
  others: Wearer[];
  /** the first of the others is known to wear it */
  sure: boolean;
}
/** Somebody who is likely to wear a badge since then, event time, but not yet known to. */
export interface Likely {
  name: TrackName;
  since: number;
}
interface Badge {
  astray: Astray | undefined;
  at: Stay | undefined;
  ended: { zone: string; to: number } | undefined;
  evidence: Map<string, Evidence>;
  whereabouts: Whereabouts;
  /** who was last taken for its wearer, and the newest second in which they were seen */
  worn: { name: TrackName; last: number } | undefined;
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
  private readonly seconds = new BadgeSeconds();
  private readonly people = new Map<string, Seen>();
  private readonly badges = new Map<string, Badge>();
  private strayed: Strayed[] = [];
  private likely = new Map<string, Likely>();

  /** A receiver's word; the zone is where it hangs. */
  heard(model: StoreModel, event: HeardEvent): void {
    this.seconds.heard(model, event);
  }

  /** A sample of somebody, whole millimetres. */
  seen(model: StoreModel, name: TrackName, ts: number, x: number, y: number): void {
    this.seconds.seen(model, name, ts, x, y);
  }

  /** Whether something speaks for it that somebody wears a badge, though it may not be enough yet. */
  mayWear(name: TrackName): boolean {
    if (this.badges.size === 0) return false;
    const key = keyOf(name);
    for (const { evidence, whereabouts } of this.badges.values()) {
      if (whereabouts.wearer === key) return true;
      const one = evidence.get(key);
      if (one && hints(one)) return true;
    }
    return false;
  }

  /** Whether somebody who is gone may turn out to have been who wears a badge. */
  mayHaveWorn(name: TrackName): boolean {
    const key = keyOf(name);
    for (const { whereabouts } of this.badges.values()) if (whereabouts.isLikely(key)) return true;
    return false;
  }

  /** Judges the seconds that both sides have passed. @returns whom it takes for staff */
  settle(): Wearer[] {
    return this.seconds.take().flatMap((told) => this.judge(told));
  }

  /** Wearers who were found to be astray by what was settled since the last call. */
  takeStrayed(): Strayed[] {
    return this.strayed.splice(0);
  }

  /** Who has become, or still is, likely to wear a badge in what was settled since the last call. */
  takeLikely(): Likely[] {
    const taken = [...this.likely.values()];
    this.likely.clear();
    return taken;
  }

  /** A wearer who was astray, and who had taken their place, have got their own ways back. */
  exchanged(wearer: TrackName, other: TrackName): void {
    for (const badge of this.badges.values()) {
      badge.whereabouts.exchange(keyOf(wearer), keyOf(other));
      if (badge.worn && keyOf(badge.worn.name) === keyOf(other)) badge.worn.name = nameOf(wearer);
    }
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
    if (zones.size === 0) return;
    this.forget((zone) => zones.has(zone));
    for (const { whereabouts } of this.badges.values()) whereabouts.restart();
  }

  private forget(isForgotten: (zone: string) => boolean): void {
    this.seconds.forget(isForgotten);
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
    for (const one of [this.seconds, this.people, this.badges, this.likely]) one.clear();
    this.strayed = [];
  }

  private judge({ second, heard, seen, loud }: ToldSecond): Wearer[] {
    this.leave(second);
    for (const [key, { name, zones }] of seen) this.enter(key, name, zones, second);
    this.silence(second);
    for (const { worn } of this.badges.values()) if (worn && seen.has(keyOf(worn.name))) worn.last = second;
    for (const [badge, zone] of heard) this.near(badge, zone, second);
    for (const [badge, zone] of heard) {
      const one = this.badges.get(badge) as Badge;
      weigh(one.evidence, zone, seen);
      this.follow(one, seen, zone);
    }
    return [...this.wearers(second), ...this.walkers(second, seen, loud)];
  }

  /** Whose way fits how loud the badges were heard where. */
  private walkers(second: number, seen: ToldSecond['seen'], loud: ToldSecond['loud']): Wearer[] {
    for (const id of loud.keys()) at(this.badges, id, newBadge);
    const staff: Wearer[] = [];
    for (const [id, badge] of this.badges) {
      const { whereabouts, evidence } = badge;
      const before = whereabouts.wearer;
      const readings = (loud.get(id) ?? []).sort((a, b) => (a.receiverId < b.receiverId ? -1 : 1));
      const found = whereabouts.judge(second, readings, seen);
      const likely = whereabouts.likely();
      const maybe = this.people.get(likely?.key ?? '');
      if (likely && maybe) this.likely.set(likely.key, { name: nameOf(maybe), since: likely.since * SECOND_MS });
      const name = found === undefined ? undefined : this.people.get(found);
      if (found === undefined || !name) continue;
      const astray = before === undefined ? undefined : this.people.get(before);
      const wearer = wornBy(badge, name, second);
      if (astray && !evidence.get(found)?.wears)
        this.strayed.push({ wearer: nameOf(astray), others: [wearer], sure: true });
      else staff.push(wearer);
      at(evidence, found, noEvidence).wears = true;
      staff.push(...whereabouts.before(found).map(nameFrom));
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
  private wearers(second: number): Wearer[] {
    const staff: Wearer[] = [];
    for (const badge of this.badges.values()) {
      const { evidence, whereabouts } = badge;
      for (const [key, one] of evidence) {
        const name = this.people.get(key);
        if (one.wears || !name || !fits(evidence, key) || !whereabouts.mayBe(key)) continue;
        one.wears = true;
        staff.push(wornBy(badge, name, second));
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
    const { newest, ...told } = this.seconds.save();
    return {
      ...told,
      people: [...this.people.values()].map((one) => ({
        ...one,
        stays: structuredClone(one.stays),
        ended: [...one.ended],
      })),
      badges: [...this.badges].map(([id, { at: place, ended, evidence, astray, whereabouts, worn }]) => [
        id,
        structuredClone({
          ...{ at: place ?? null, ended: ended ?? null, evidence: [...evidence] },
          ...(astray && { astray: { seconds: astray.seconds, near: [...astray.near] } }),
          whereabouts: whereabouts.save(),
          ...(worn && { worn }),
        }),
      ]),
      newest,
    };
  }

  restore(json: unknown): void {
    if (json === undefined) return;
    const saved = structuredClone(json) as SavedBadges;
    this.seconds.restore(saved);
    for (const one of saved.people) this.people.set(keyOf(one), { ...one, ended: new Map(one.ended) });
    for (const [id, { at: place, ended, evidence, astray, whereabouts, worn }] of saved.badges)
      this.badges.set(id, {
        ...{ at: place ?? undefined, ended: ended ?? undefined, evidence: new Map(evidence) },
        astray: astray && { seconds: astray.seconds, near: new Map(astray.near) },
        whereabouts: whereabouts ? Whereabouts.restore(whereabouts) : new Whereabouts(),
        worn,
      });
  }

  migrate(json: unknown, _from: number, model: StoreModel | undefined): unknown {
    return migrateBadges(json, model);
  }
}

const nameOf = ({ source, id, since }: TrackName): TrackName => ({ source, id, since });

/** Somebody is taken for its wearer from now on. */
function wornBy(badge: Badge, found: TrackName, second: number): Wearer {
  const { worn } = badge;
  const wearer: Wearer = nameOf(found);
  if (worn && keyOf(worn.name) !== keyOf(found))
    wearer.before = { name: { ...worn.name }, seenTs: worn.last * SECOND_MS + SECOND_MS - 1 };
  badge.worn = { name: nameOf(found), last: second };
  return wearer;
}

const newBadge = (): Badge => ({
  ...{ astray: undefined, at: undefined, ended: undefined, worn: undefined },
  ...{ evidence: new Map(), whereabouts: new Whereabouts() },
});
