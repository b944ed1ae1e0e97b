import { minorDigits, toMinor, type StoreFile } from '@aisle/contracts';
import { Random } from '../random.js';
import type { Behaviour, ShopperKind } from '../settings/behaviour.js';
import { Arrivals, StoreDay } from './arrivals.js';
import { DOOR_INSIDE_METRES, FloorPlan, middleOf, type Door, type TillPlace } from './floor-plan.js';
import { distance, offset, type Vec } from './geometry.js';
import { Needs } from './needs.js';
import { PasserBy } from './passer-by.js';
import { Shelves, type Handled } from './shelves.js';
import { Shopper, type Surroundings, type Taken, type Trip } from './shopper.js';
import { Tills } from './tills.js';
import { receiptsFor, type Receipt } from './receipts.js';

/** The world moves in steps this long; every device samples at a multiple of it. */
export const TICK_MS = 50;
const ELBOW_METRES = 0.55;
const COMPANION_DELAY_MS = 1200;

export interface Sold {
  readonly ts: number;
  readonly tillId: string;
  readonly receipt: Receipt;
}
export interface WorldEvents {
  onHandled(handled: Handled): void;
  onSold(sold: Sold): void;
}
type Person = Shopper | PasserBy;

/** The shop as it truly is. Knows nothing of devices, messages or the wall clock. */
export class World implements Surroundings {
  readonly plan: FloorPlan;
  readonly shelves: Shelves;
  readonly tills: Tills;
  private readonly persons = new Map<number, Person>();
  private readonly needs: Needs;
  private readonly shoppersArrive: Arrivals;
  private readonly passersByArrive: Arrivals;
  private readonly streetRandom: Random;
  private readonly prices: ReadonlyMap<string, number>;
  private readonly companions: { dueTs: number; start: () => void }[] = [];
  private nextPersonId = 1;

  constructor(
    private readonly store: StoreFile,
    readonly behaviour: Behaviour,
    private readonly seed: number,
    private ts: number,
    private readonly events: WorldEvents,
    quietFromTs = Infinity,
  ) {
    this.plan = new FloorPlan(store, behaviour);
    this.tills = new Tills(this.plan.tills);
    this.shelves = new Shelves(
      this.plan.slots,
      store,
      behaviour,
      Random.stream(seed, 'stock'),
      (handled) => events.onHandled(handled),
      quietFromTs,
    );
    this.needs = new Needs(this.plan, behaviour, store, seed);
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
  people(): IterableIterator<{ readonly personId: number; readonly position: Vec }> {
    return this.persons.values();
  }

  /** One step of TICK_MS. */
  advance(): void {
    this.ts += TICK_MS;
    for (let count = this.shoppersArrive.take(this.ts); count > 0; count -= 1) this.shopperArrives();
    for (let count = this.passersByArrive.take(this.ts); count > 0; count -= 1) this.somebodyPasses();
    while (this.companions[0] && this.companions[0].dueTs <= this.ts) this.companions.shift()?.start();
    this.shelves.advance(this.ts);
    for (const person of this.persons.values())
      if (!person.advance(TICK_MS / 1000, this.ts)) this.persons.delete(person.personId);
  }

  private shopperArrives(): void {
    const personId = this.nextPersonId++;
    const random = Random.stream(this.seed, `shopper/${personId}`);
    const kind = random.pick(Object.values(this.behaviour.kinds), (candidate) => candidate.share);
    const entry = this.pickDoor(random);
    const exit = random.chance(0.6) ? entry : this.pickDoor(random);
    const stops = this.needs.stops(kind, offset(middleOf(entry), entry.inward, DOOR_INSIDE_METRES), random);
    this.persons.set(personId, this.shopper(personId, random, kind, { entry, exit, stops, companion: false }));
    if (!random.chance(this.behaviour.arrivals.groupShare)) return;
    // A companion goes where the other goes, wanting nothing, a step behind.
    const along = stops.map((stop) => (stop.kind === 'shelf' ? { ...stop, wanted: false } : stop));
    const companionId = this.nextPersonId++;
    const own = Random.stream(this.seed, `shopper/${companionId}`);
    this.companions.push({
      dueTs: this.ts + COMPANION_DELAY_MS,
      start: () =>
        this.persons.set(
          companionId,
          this.shopper(companionId, own, kind, { entry, exit, stops: along, companion: true }),
        ),
    });
  }

  /** Manners draw from a stream of their own: what somebody wants and takes is the same whatever they are. */
  private shopper(personId: number, random: Random, kind: ShopperKind, trip: Trip): Shopper {
    return new Shopper(personId, this, random, Random.stream(this.seed, `manner/${personId}`), kind, trip);
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
    this.persons.set(personId, new PasserBy(personId, line, this.store.floor, pace, random));
  }

  isTaken(at: Vec, personId: number): boolean {
    for (const person of this.persons.values()) {
      if (person.personId !== personId && person.claim && distance(person.claim, at) < ELBOW_METRES) return true;
    }
    return false;
  }

  pay(till: TillPlace, basket: readonly Taken[], random: Random): void {
    for (const receipt of receiptsFor(basket, this.prices, this.behaviour, random)) {
      this.events.onSold({ ts: this.ts, tillId: till.deviceId, receipt });
    }
  }
}
