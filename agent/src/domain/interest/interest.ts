import { minuteOf, type DomainEvent, type JudgedEvent } from '@aisle/contracts';
import { idsTouched, type EnginePart, type ModelChange } from '../core/engine-part.js';
import { restartsOf } from '../core/restarts.js';
import type { StoreModel } from '../core/store-model.js';
import type { InterestQuestion, InterestSample } from '../engine/engine-api.js';
import type { Stay } from '../people/visits.js';
import type { ZoneWindows } from '../people/zone-windows.js';
import { migrateInterest, type Pickup, type SavedInterest } from './interest-state.js';
import { Moments } from './moments.js';
import { Sensed } from './sensed.js';
import {
  dwell,
  featuresOf,
  move,
  newPerson,
  newStay,
  REACH_MM,
  placeAt,
  restorePerson,
  savePerson,
  TRAIL_MS,
  type Answer,
  type InterestStay,
  type Person,
} from './person.js';
import { placesOf, type InterestZone, type Places, type SlotPlace } from './places.js';

/** A pickup is joined to people once their camera has passed the moment in which the shelf knew of it by this, ms. */
const JOIN_AFTER_MS = 3_000;
/** Pickups wait this long for cameras that lag behind the shelves, and so many of them. */
const PICKUPS_KEPT_MS = 600_000;
const PICKUPS_LIMIT = 2_000;
/** Where somebody stood is the mean of what was seen this near to the moment, ms. */
const AROUND_MS = 700;
/** Two people whose distances to the slot differ by less than this cannot be told apart, mm. */
const TELL_APART_MM = 400;
const ITEMS_KEPT = 50;
const SECOND_MS = 1_000;

/** What Interest needs of a track: where it is, which stays are open, and the number that interest gave it (0: none yet). */
export interface Followed {
  x: number;
  y: number;
  ts: number;
  stays: ReadonlyMap<string, Stay>;
  person: number;
}

interface Source {
  ts: number;
  swept: number;
  people: Map<number, Person>;
}

/**
 * Poses a question for each whole second of each visit to a zone with a category, takes the model's answers into the
 * zone's windows (SEMANTICS §16), and labels moments by what was taken later. Which model answers, if any, it does not
 * know. Between devices nothing depends on the order of arrival as long as shelves and cameras are less than ten seconds of
 * event time apart.
 */
export class Interest implements EnginePart {
  readonly name = 'interest';
  readonly version = 2;
  /** of the store file in force */
  private configVersion = 0;
  private places: Places | undefined;
  private readonly sources = new Map<string, Source>();
  private readonly sensed = new Sensed((category) => this.places?.byCategory.get(category) ?? []);
  private readonly moments = new Moments((category, untilTs) => this.sensed.isSensed(category, untilTs));
  private pickups: Pickup[] = [];
  private nextPerson = 1;

  constructor(private readonly zones: ZoneWindows) {}

  /** What was asked in zones that are gone, redrawn or for other goods is over; so is what follows from cameras that begin anew. */
  configure(change: ModelChange): void {
    this.prepare(change.after);
    const { cameras, groups } = restartsOf(change);
    for (const source of [...cameras, ...groups]) this.restart(source);
    const cut = idsTouched(change, 'zones', ['polygon', 'category']);
    for (const { people } of this.sources.values())
      for (const person of people.values())
        for (const zoneId of cut) for (const known of [person.stays, person.answers]) known.delete(zoneId);
    const closed = idsTouched(change, 'zones', ['category']);
    if (closed.size > 0) this.moments.close(({ zoneId }) => closed.has(zoneId));
    this.sensed.keep((slotId) => change.after.slots.has(slotId));
    if (this.places?.zones.length === 0) this.sources.clear();
  }

  private prepare(model: StoreModel): void {
    this.configVersion = model.version;
    this.places = placesOf(model.storeFile);
  }

  /** The clock of a camera was set back. */
  restart(sourceId: string): void {
    this.sources.delete(sourceId);
    this.moments.forget(sourceId);
  }

  /** The person does not count: what was asked of them is closed, and the answers still known (of the last minute or so) are taken back. */
  withdraw(sourceId: string, person: number): void {
    for (const { zoneId, version, ppm, from, to } of this.moments.withdraw(sourceId, person))
      this.zones.judge(zoneId, minuteOf(to - 1), version, ppm, from - to);
    this.sources.get(sourceId)?.people.delete(person);
  }

  /** A camera's event time has come to `ts`; before what it saw then is followed. */
  advance(sourceId: string, ts: number): void {
    if (!this.places || this.places.zones.length === 0) return;
    let source = this.sources.get(sourceId);
    if (!source) this.sources.set(sourceId, (source = { ts, swept: ts, people: new Map() }));
    const before = source.ts;
    source.ts = ts;
    for (const pickup of this.pickups) {
      const due = pickup.knownTs + JOIN_AFTER_MS;
      if (due > before && due <= ts) this.join(sourceId, source, pickup);
    }
    if (ts - source.swept < SECOND_MS) return;
    source.swept = ts;
    this.moments.settle(sourceId, ts);
    for (const [no, person] of source.people) if (ts - person.ts > TRAIL_MS) source.people.delete(no);
  }

  /** A sample of a track, its stays already brought up to it. @returns the number that the track is to keep */
  follow(sourceId: string, track: Followed): number {
    const source = this.sources.get(sourceId);
    if (!this.places || !source) return 0;
    let person = source.people.get(track.person);
    if (person) move(person, track.ts, track.x, track.y);
    else {
      person = newPerson(this.nextPerson, track.ts, track.x, track.y);
      this.nextPerson += 1;
      source.people.set(person.no, person);
    }
    for (const zone of this.places.zones) this.look(sourceId, person, zone, track.stays.get(zone.id));
    return person.no;
  }

  private look(sourceId: string, person: Person, zone: InterestZone, open: Stay | undefined): void {
    let stay = person.stays.get(zone.id);
    if (!open) {
      if (stay) person.stays.delete(zone.id);
      return;
    }
    if (open.outside >= 0) return;
    if (!stay || stay.enter !== open.enter) {
      stay = newStay(person, open.enter, zone);
      person.stays.set(zone.id, stay);
    }
    dwell(person, stay, zone);
    if (!open.visit) return;
    if (!stay.visit) {
      stay.visit = true;
      person.visits.set(zone.id, (person.visits.get(zone.id) ?? 0) + 1);
    }
    this.ask(sourceId, person, zone, stay);
  }

  private ask(sourceId: string, person: Person, zone: InterestZone, stay: InterestStay): void {
    const second = Math.floor(person.ts / SECOND_MS) * SECOND_MS;
    if (second <= stay.asked) return;
    let others = 0;
    for (const [id, visits] of person.visits) if (id !== zone.id) others += visits;
    this.moments.pose(sourceId, {
      person: person.no,
      zoneId: zone.id,
      category: zone.category,
      version: this.configVersion,
      ts: person.ts,
      from: stay.asked,
      to: second,
      features: featuresOf(person, stay, zone, others),
    });
    stay.asked = second;
  }

  /** A slot was weighed: its goods are sensed. */
  weight(slotId: string, ts: number): void {
    this.sensed.weight(slotId, ts);
  }

  /** Something was taken from a slot at `ts`; the shelf was sure of it at `knownTs`. */
  pickup(slotId: string, ts: number, knownTs: number): void {
    const slot = this.places?.slots.get(slotId);
    if (slot?.category === undefined) return;
    const pickup = { slotId, ts, knownTs };
    if (this.pickups.length >= PICKUPS_LIMIT || (this.pickups[0]?.knownTs ?? knownTs) < knownTs - PICKUPS_KEPT_MS)
      this.pickups = this.pickups.filter((old) => old.knownTs >= knownTs - PICKUPS_KEPT_MS).slice(-PICKUPS_LIMIT / 2);
    this.pickups.push(pickup);
    // Cameras that are already past it; the others will come to it.
    for (const [id, source] of this.sources) if (source.ts >= knownTs + JOIN_AFTER_MS) this.join(id, source, pickup);
  }

  /** Who took it? The nearest within reach, if nobody else is about as near. */
  private join(sourceId: string, source: Source, { slotId, ts, knownTs }: Pickup): void {
    const slot = this.places?.slots.get(slotId);
    if (slot?.category === undefined) return;
    const near: { person: Person; distance: number }[] = [];
    for (const person of source.people.values()) {
      const distance = this.distanceTo(slot, person, ts);
      if (distance <= REACH_MM) near.push({ person, distance });
    }
    near.sort((a, b) => a.distance - b.distance || a.person.no - b.person.no);
    const [first, second] = near;
    if (!first) return;
    if (second && second.distance - first.distance < TELL_APART_MM) {
      for (const { person } of near)
        for (const moment of this.moments.before(sourceId, person.no, slot.category, ts)) moment.unclear = true;
      return;
    }
    const { person } = first;
    for (const moment of this.moments.before(sourceId, person.no, slot.category, ts)) moment.taken = true;
    person.pickups.push({ ts, knownTs, category: slot.category });
    // In order of event time, whichever shelf was heard first.
    person.pickups.sort((a, b) => a.knownTs - b.knownTs || a.ts - b.ts);
    if (person.pickups.length > ITEMS_KEPT) person.pickups.shift();
  }

  /** mm from where the person stood at `ts`; Infinity when they were not seen, or nobody knows where the slot is. */
  private distanceTo(slot: SlotPlace, person: Person, ts: number): number {
    const at = slot.front && placeAt(person, ts, AROUND_MS);
    return at && slot.front ? Math.hypot(at[0] - slot.front[0], at[1] - slot.front[1]) : Infinity;
  }

  /** Keeps the windows in memory that answers may be taken back from. Behind FollowedPeople.pin, which begins the list anew. */
  pin(): void {
    for (const { zoneId, to } of this.moments.answered()) this.zones.pinMinute(zoneId, minuteOf(to - 1));
  }

  /** Adds the keys of the windows that the answers go into. */
  require(keys: string[], event: DomainEvent): void {
    if (event.kind !== 'judged') return;
    for (const [n] of event.answers) {
      const moment = this.moments.open(n);
      if (moment) this.zones.require(keys, minuteOf(moment.to - 1), moment.zoneId);
    }
  }

  /** Answers to questions that are not open (any more) count for nothing. */
  judged(event: JudgedEvent): void {
    for (const [n, ppm] of event.answers) {
      const moment = this.moments.open(n);
      if (!moment) continue;
      moment.ppm = Math.min(1_000_000, Math.max(0, ppm));
      this.zones.judge(moment.zoneId, minuteOf(moment.to - 1), moment.version, moment.ppm, moment.to - moment.from);
      for (const source of this.sources.values()) {
        const person = source.people.get(moment.person);
        if (!person) continue;
        const newest = person.answers.get(moment.zoneId);
        if (!newest || newest.ts < moment.ts) person.answers.set(moment.zoneId, { ts: moment.ts, ppm: moment.ppm });
      }
    }
  }

  /** Newest answers of a track by zone. */
  answersOf(sourceId: string, person: number): ReadonlyMap<string, Answer> | undefined {
    return this.sources.get(sourceId)?.people.get(person)?.answers;
  }

  takeQuestions(): InterestQuestion[] {
    return this.moments.takeFresh().map(({ n, ts, zoneId, features }) => ({ n, ts, zoneId, features: [...features] }));
  }

  takeSamples(): InterestSample[] {
    return this.moments.takeSamples();
  }

  save(): SavedInterest {
    return {
      nextPerson: this.nextPerson,
      moments: this.moments.save(),
      pickups: structuredClone(this.pickups),
      weighed: this.sensed.save(),
      sources: [...this.sources].map(([id, { ts, swept, people }]) => [
        id,
        ts,
        swept,
        [...people.values()].map(savePerson),
      ]),
    };
  }

  restore(json: unknown, model: StoreModel | undefined): void {
    if (model) this.prepare(model);
    if (json === undefined) return;
    const saved = json as SavedInterest;
    this.nextPerson = saved.nextPerson;
    this.moments.restore(saved.moments);
    this.pickups = structuredClone(saved.pickups);
    for (const [slotId, ts] of saved.weighed) this.sensed.weight(slotId, ts);
    for (const [id, ts, swept, people] of saved.sources) {
      const restored = people.map(restorePerson);
      this.sources.set(id, { ts, swept, people: new Map(restored.map((person) => [person.no, person])) });
    }
  }

  migrate(json: unknown, _from: number, model: StoreModel | undefined): unknown {
    return migrateInterest(json, model);
  }
}
