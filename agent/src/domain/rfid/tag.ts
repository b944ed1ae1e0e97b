import type { SlotModel } from '../core/store-model.js';
import type { Place } from './places.js';
import type { Stay } from './presence.js';
import { holdsUntil, isGap, positionsOf, type Position } from './timeline.js';

/** What is known of an item: `inside` it is in the shop and nobody has taken it from its place. */
export type Whereabouts = 'unseen' | 'inside' | 'shelf' | 'away' | 'paid' | 'left';

/** What a tag's way says of a slot: `in`, `out` change what lies there; `take`, `put` are what somebody did. */
export type Effect = [what: 'in' | 'out' | 'take' | 'put', slotId: string, ts: number];

/** A time at a place; `until` null: still there. */
export interface Span {
  from: number;
  /** newest sighting */
  last: number;
  until: number | null;
  zoneId: string | null;
}
export interface Exit extends Span {
  /** seen at a till before */
  paid: boolean;
  /** one of the shop's goods, not yet gone out: not what somebody brought along */
  known: boolean;
}

/** An item of the shop's goods by its tag. Plain data; never leaves the agent. */
export interface Tag {
  epc: string;
  /** 14 digits */
  gtin: string;
  stays: Stay[];
  /** before the oldest of them */
  before: Whereabouts;
  /** what has been stated of it */
  effects: Effect[];
  /** where its product has no slot */
  lying: Span[];
  exits: Exit[];
  /** newest pickup that others were told of */
  toldTs: number;
}

export const newTag = (epc: string, gtin: string): Tag => ({
  epc,
  gtin,
  stays: [],
  before: 'unseen',
  effects: [],
  lying: [],
  exits: [],
  toldTs: -1,
});

/** What the way of a tag is read with. */
export interface Surroundings {
  placeOf(stay: Stay): Place | undefined;
  homeOf(gtin: string, place: Place): SlotModel | undefined;
  isWeighed(slotId: string): boolean;
  hysteresisOf(reader: string): number;
}

interface Leg extends Span {
  place: Place;
  home: string | undefined;
  newest: Position;
}

export interface Way {
  effects: Effect[];
  /** whose leg each effect is */
  legOf: number[];
  legs: readonly Leg[];
  /** behind each leg */
  after: Whereabouts[];
  lying: Span[];
  exits: Exit[];
}

/** The stays of a tag → what they mean. A function of the stays, of what was before them, and of the store file. */
export function wayOf(tag: Pick<Tag, 'gtin' | 'stays' | 'before'>, around: Surroundings): Way {
  const legs = legsOf(tag, around);
  const way: Way = { effects: [], legOf: [], legs, after: [], lying: [], exits: [] };
  let now = tag.before;
  legs.forEach((leg, index) => {
    const say = (what: Effect[0], ts: number) => {
      if (leg.home === undefined || around.isWeighed(leg.home)) return;
      way.effects.push([what, leg.home, ts]);
      way.legOf.push(index);
    };
    const { from, last, until, zoneId } = leg;
    switch (leg.place.role) {
      case 'shelf':
        if (leg.home === undefined) {
          way.lying.push({ from, last, until, zoneId });
          if (now === 'unseen') now = 'inside';
          break;
        }
        if (now === 'away' || now === 'paid' || now === 'left') say('put', from);
        say('in', from);
        now = 'shelf';
        if (until === null) break;
        say('out', until);
        say('take', until);
        now = 'away';
        break;
      case 'storage':
        now = 'inside';
        break;
      case 'fitting':
        if (now === 'unseen') now = 'inside';
        break;
      case 'till':
        now = 'paid';
        break;
      case 'exit':
        way.exits.push({ from, last, until, zoneId, paid: now === 'paid', known: now !== 'unseen' && now !== 'left' });
        now = 'left';
        break;
    }
    way.after.push(now);
  });
  return way;
}

/** Positions one after another at one place are one leg. */
function legsOf(tag: Pick<Tag, 'gtin' | 'stays'>, around: Surroundings): Leg[] {
  const legs: Leg[] = [];
  for (const position of positionsOf(tag.stays, around.hysteresisOf)) {
    const place = around.placeOf(position.stay);
    if (!place) continue;
    const home = place.role === 'shelf' ? around.homeOf(tag.gtin, place)?.id : undefined;
    const before = legs.at(-1);
    const until = position.open ? null : position.to;
    if (before && isSame(before, place, home) && !isGap(before.newest, position)) {
      Object.assign(before, { last: position.to, until, newest: position });
    } else
      legs.push({ from: position.from, last: position.to, until, zoneId: place.zoneId, place, home, newest: position });
  }
  return legs;
}

function isSame(leg: Leg, place: Place, home: string | undefined): boolean {
  if (leg.home !== undefined || home !== undefined) return leg.home === home;
  const { role, slotId, fixtureId, zoneId } = leg.place;
  return role === place.role && slotId === place.slotId && fixtureId === place.fixtureId && zoneId === place.zoneId;
}

/** Lets go of legs that ended before `ts`: what was stated of them stays as it is. */
export function trim(tag: Tag, ts: number, around: Surroundings): void {
  if (tag.stays.length < 2) return;
  const way = wayOf(tag, around);
  let kept = way.legs.length - 1;
  while (kept > 0 && (way.legs[kept] as Leg).from >= ts) kept -= 1;
  if (kept <= 0) return;
  const first = way.legs[kept] as Leg;
  tag.before = way.after[kept - 1] as Whereabouts;
  const dropped = new Set(way.effects.filter((_, index) => (way.legOf[index] as number) < kept).map(String));
  tag.effects = tag.effects.filter((effect) => !dropped.has(String(effect)));
  tag.stays = tag.stays.filter((stay) => stay.ended === null || holdsUntil(stay) >= first.from);
  for (const stay of tag.stays) {
    // One of a reader that has been silent since: should it hear the tag again, that is a new stay.
    if (holdsUntil(stay) < first.from) stay.asleep = true;
    else if (stay.from < first.from) stay.from = stay === first.newest.stay ? first.from : first.from + 1;
    stay.last = Math.max(stay.last, stay.from);
  }
}
