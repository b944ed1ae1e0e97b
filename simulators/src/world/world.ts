import { minorDigits, toMinor, type StoreFile } from '@aisle/contracts';
import { Random } from '../random.js';
import type { Behaviour, ShopperKind } from '../settings/behaviour.js';
import { Arrivals, StoreDay } from './arrivals.js';
import { DOOR_INSIDE_METRES, FloorPlan, middleOf, type Door, type TillPlace } from './floor-plan.js';
import { Crowd } from './crowd.js';
import { offset, type Vec } from './geometry.js';
import { Noticing } from './noticing.js';
import { Needs } from './needs.js';
import { PasserBy } from './passer-by.js';
import { ScreenWall, type Moved } from './screens.js';
import { PlannedOutOfStock, type OutOfStock } from './planned.js';
import { Shelves, type Handled } from './shelves.js';
import { Shopper } from './shopper.js';
import type { Surroundings, Taken, Trip } from './trip.js';
import { StaffMember } from './staff.js';
import { Tills } from './tills.js';
import { receiptsFor, type Receipt } from './receipts.js';

/** The world moves in steps this long; every device samples at a multiple of it. */
export const TICK_MS = 50;

export interface Sold {
  readonly ts: number;
  readonly tillId: string;
  readonly receipt: Receipt;
  readonly personId: number;
}
export interface WorldEvents {
  onHandled(handled: Handled): void;
  onSold(sold: Sold): void;
  onMoved?(moved: Moved): void;
}
type Person = Shopper | PasserBy | StaffMember;

/** The shop as it truly is. Knows nothing of devices, messages or the wall clock. */
export class World implements Surroundings {
  readonly plan: FloorPlan;
  readonly shelves: Shelves;
  readonly tills: Tills;
  readonly crowd = new Crowd();
  readonly screens: ScreenWall;
  readonly noticing: Noticing;
  private readonly persons = new Map<number, Person>();
  private readonly needs: Needs;
  private readonly shoppersArrive: Arrivals;
  private readonly passersByArrive: Arrivals;
  private readonly streetRandom: Random;
  private readonly prices: ReadonlyMap<string, number>;
  /** who has come, in this order, and waits outside for room */
  private outside: (() => readonly Person[])[] = [];
  private nextPersonId = 1;
  private readonly planned: PlannedOutOfStock;

  constructor(
    private readonly store: StoreFile,
    readonly behaviour: Behaviour,
    private readonly seed: number,
    private ts: number,
    private readonly events: WorldEvents,
    quietFromTs = Infinity,
    outOfStock: readonly OutOfStock[] = [],
  ) {
    this.plan = new FloorPlan(store, behaviour);
    this.tills = new Tills(this.plan.tills);
    this.screens = new ScreenWall(store, this.plan.zones, behaviour.screens, (moved) => events.onMoved?.(moved));
    const unseen = (behaviour.staff?.people ?? 0) === 0;
    this.planned = new PlannedOutOfStock(outOfStock, Random.stream(seed, 'planned'), unseen);
    this.shelves = new Shelves(
      this.plan.slots,
      store,
      behaviour,
      Random.stream(seed, 'stock'),
      (handled) => events.onHandled(handled),
      quietFromTs,
      this.planned,
    );
    this.startShift();
    this.noticing = new Noticing(store, behaviour.noticing);
    this.needs = new Needs(this.plan, behaviour, store, seed, this.noticing);
    const day = new StoreDay(store);
    const { perHour, passersByPerHour } = behaviour.arrivals;
    const streets = store.passersBy?.length ?? 0;
    this.shoppersArrive = new Arrivals(
      this.plan.doors.length > 0 ? perHour : 0,
      behaviour,
      day,
      Random.stream(seed, 'arrivals'),
      ts,
    );
    this.passersByArrive = new Arrivals(
      streets > 0 ? passersByPerHour : 0,
      behaviour,
      day,
      Random.stream(seed, 'passers-by'),
      ts,
    );
    this.streetRandom = Random.stream(seed, 'street');
    const digits = minorDigits(store.store.currency);
    this.prices = new Map((store.products ?? []).map((product) => [product.gtin, toMinor(product.price ?? 0, digits)]));
  }

  now(): number {
    return this.ts;
  }

  /** Everybody now in the world, in order of arrival. */
  people(): IterableIterator<{ readonly personId: number; readonly position: Vec; readonly staff?: boolean }> {
    return this.persons.values();
  }

  /** One step of TICK_MS. */
  advance(): void {
    this.ts += TICK_MS;
    for (let count = this.shoppersArrive.take(this.ts); count > 0; count -= 1) this.shopperArrives();
    for (let count = this.passersByArrive.take(this.ts); count > 0; count -= 1) this.somebodyPasses();
    this.letIn();
    this.planned.advance(this.ts, this.shelves);
    this.shelves.advance(this.ts);
    for (const person of this.persons.values())
      if (!person.advance(TICK_MS / 1000, this.ts)) {
        this.persons.delete(person.personId);
        this.crowd.remove(person.body);
      }
  }

  /** The staff are there before the first shopper. Their numbers are negative, so that theirs move nobody else's. */
  private startShift(): void {
    const { staff } = this.behaviour;
    const team: StaffMember[] = [];
    for (let number = 1; staff && number <= staff.people; number += 1) {
      const random = Random.stream(this.seed, `staff/${number}`);
      const doors = Random.stream(this.seed, `staff doors/${number}`);
      const member = new StaffMember(-number, this, random, doors, staff, team);
      member.begin();
      team.push(member);
      this.persons.set(member.personId, member);
    }
  }

  private letIn(): void {
    if (this.outside.length === 0) return;
    this.outside = this.outside.filter((comeIn) => {
      const persons = comeIn();
      for (const person of persons) this.persons.set(person.personId, person);
      return persons.length === 0;
    });
  }

  private shopperArrives(): void {
    const personId = this.nextPersonId++;
    const random = Random.stream(this.seed, `shopper/${personId}`);
    const kind = random.pick(Object.values(this.behaviour.kinds), (candidate) => candidate.share);
    const entry = this.pickDoor(random);
    const exit = random.chance(0.6) ? entry : this.pickDoor(random);
    const stops = this.needs.stops(kind, offset(middleOf(entry), entry.inward, DOOR_INSIDE_METRES), random);
    const shopper = this.shopper(personId, random, kind, { entry, exit, stops });
    let companion: Shopper | undefined;
    if (random.chance(this.behaviour.arrivals.groupShare)) {
      const along = stops.map((stop) => (stop.kind === 'shelf' ? { ...stop, wanted: false } : stop));
      const companionId = this.nextPersonId++;
      const own = Random.stream(this.seed, `shopper/${companionId}`);
      companion = this.shopper(companionId, own, kind, { entry, exit, stops: along, leader: shopper });
    }
    this.outside.push(() => (shopper.enter(companion) ? (companion ? [shopper, companion] : [shopper]) : []));
  }

  private shopper(personId: number, random: Random, kind: ShopperKind, trip: Trip): Shopper {
    const manners = Random.stream(this.seed, `manner/${personId}`);
    const doors = Random.stream(this.seed, `doors/${personId}`);
    const attention = Random.stream(this.seed, `attention/${personId}`);
    return new Shopper(personId, this, { random, manners, doors, attention }, kind, trip);
  }

  private pickDoor(random: Random): Door {
    return random.pick(this.plan.doors, (door) => this.behaviour.arrivals.entranceWeights[door.entranceId] ?? 1);
  }

  private somebodyPasses(): void {
    const personId = this.nextPersonId++;
    const random = this.streetRandom;
    const line = random.pick(this.store.passersBy ?? []).line;
    const { mean, deviation, least, most } = this.behaviour.walking.metresPerSecond;
    const pace = Math.min(most, Math.max(least, mean * 1.1 + deviation * random.normal()));
    const passerBy = new PasserBy(personId, line, this.store.floor, pace, random, this.crowd);
    this.outside.push(() => (passerBy.enter() ? [passerBy] : []));
  }

  pay(till: TillPlace, basket: readonly Taken[], random: Random, personId: number): void {
    for (const receipt of receiptsFor(basket, this.prices, this.behaviour, random)) {
      this.events.onSold({ ts: this.ts, tillId: till.deviceId, receipt, personId });
    }
  }
}
