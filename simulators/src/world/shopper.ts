import type { Random } from '../random.js';
import type { Manner, ShopperKind } from '../settings/behaviour.js';
import { ELBOW_METRES } from './crowd.js';
import { besideWay, doorWay, insideOf, isThroughDoor, type DoorWay } from './doorway.js';
import type { Door, SlotPlace, TillPlace } from './floor-plan.js';
import { distance, offset, type Vec } from './geometry.js';
import { placeOf, type Stop } from './needs.js';
import { Attention } from './screens.js';
import { ARM_METRES, spotBefore, spotInReach } from './standing.js';
import type { Chances, Leader, Progress, Surroundings, Taken, Trip } from './trip.js';
import { COUPLE_METRES, Walker, type Step } from './walker.js';

const PATIENCE_MS = 25_000;
const LOOK_AGAIN_SECONDS = 0.5;
const REACTION_SECONDS = 0.4;
const MOST_STAND_OFF_METRES = 1.2;
/** Whoever is this close to the end of a queue is in it. */
const QUEUE_METRES = 1.2;
/** How long people wait, and how often, for room at a shelf before they go on without. */
const FULL_SECONDS = 4;
const FULL_TRIES = 3;

/** One person: a script of steps, from the street in and out again. */
export class Shopper extends Walker {
  readonly basket: Taken[] = [];
  readonly progress: Progress = { stop: -1, arrived: false, paying: false, leaving: false };
  private readonly script: Generator<Step, void>;
  private step: Step | undefined;
  private wayIn: DoorWay | undefined;
  private readonly random: Random;
  private readonly manners: Random;
  private readonly attention: Attention;

  constructor(
    personId: number,
    private readonly world: Surroundings,
    chances: Chances,
    kind: ShopperKind,
    private readonly trip: Trip,
  ) {
    const { mean, deviation, least, most } = world.behaviour.walking.metresPerSecond;
    const own = Math.min(most, Math.max(least, mean + deviation * chances.random.normal())) * kind.pace;
    // Two who belong together walk at one pace.
    super(personId, world, trip.leader?.pace ?? own, chances.doors);
    this.random = chances.random;
    this.manners = chances.manners;
    this.attention = new Attention(world.screens, chances.attention);
    this.script = trip.leader ? this.accompany(trip, trip.leader) : this.visit(trip);
  }

  /** Steps out of the street before the door, alone or beside `companion`, if nobody is in the way there; false otherwise. */
  enter(companion?: Shopper): boolean {
    const way = doorWay(this.trip.entry, 1, this.place.plan.grid, this.doors);
    if (!this.mayStartAt(way)) return false;
    if (companion && !companion.enterBeside(this.trip.entry, way)) return false;
    this.startAt(way);
    return true;
  }

  private enterBeside(door: Door, others: DoorWay): boolean {
    for (const aside of [COUPLE_METRES, -COUPLE_METRES]) {
      const way = besideWay(door, others, aside);
      if (!isThroughDoor(door, way) || !this.place.plan.grid.isWalkable(way.within)) continue;
      if (!this.mayStartAt(way)) continue;
      this.startAt(way);
      return true;
    }
    return false;
  }

  private mayStartAt({ outside, within }: DoorWay): boolean {
    return this.place.crowd.isEmpty(outside, COUPLE_METRES, this.body) && this.isDoorFree(outside, within);
  }

  private startAt(way: DoorWay): void {
    this.wayIn = way;
    this.body.position = way.outside;
    this.place.crowd.add(this.body);
  }

  /** Moves on by `seconds` to the instant `ts`; false once the person has gone. */
  advance(seconds: number, ts: number): boolean {
    const from = this.position;
    if (this.step === undefined || this.step(seconds, ts)) {
      const next = this.script.next();
      if (next.done) return false;
      this.step = next.value;
    }
    this.moved(from, seconds);
    this.attention.look(this.position, ts);
    return true;
  }

  private *visit({ stops, entry, exit }: Trip): Generator<Step, void> {
    yield this.through(entry, (this.wayIn as DoorWay).within, this.doorSpeed);
    let initial = this.pace;
    const pause = this.pauseInHall(entry);
    if (pause) {
      yield this.walkTo(pause, insideOf(entry), initial);
      yield this.wait(
        this.random.logNormal(this.world.behaviour.hall.seconds.mean, this.world.behaviour.hall.seconds.variation),
      );
      initial = 0;
    }
    for (const [index, stop] of stops.entries()) {
      Object.assign(this.progress, { stop: index, arrived: false });
      const manner = this.mannerAt(stop);
      const rest = manner && this.restOnTheWay(stop, manner);
      if (rest) {
        yield this.walkTo(rest, placeOf(stop), initial, manner.paceFactor);
        yield this.wait(this.drawn(this.manners, this.world.behaviour.intent.pauseSeconds));
        initial = 0;
      }
      const spot = yield* this.findSpot(stop, manner, initial === 0);
      if (!spot) continue;
      yield this.walkTo(spot, byOf(stop), initial, manner?.paceFactor);
      initial = 0;
      this.progress.arrived = true;
      yield* this.stopAt(stop, manner, () => false);
    }
    Object.assign(this.progress, { stop: stops.length, arrived: false });
    if (this.basket.length > 0 && !this.random.chance(this.world.behaviour.till.giveUpShare)) {
      yield* this.queueAndPay();
      initial = 0;
    }
    this.progress.leaving = true;
    yield* this.leave(exit, initial);
  }

  /** Where the other goes, wanting nothing: beside them on the way, and at a shelf of theirs as long as they are. */
  private *accompany({ stops, entry, exit }: Trip, leader: Leader): Generator<Step, void> {
    yield this.through(entry, (this.wayIn as DoorWay).within, this.doorSpeed);
    const { progress } = leader;
    for (const [index, stop] of stops.entries()) {
      const isThere = () => progress.stop > index || (progress.stop === index && progress.arrived) || progress.leaving;
      yield this.beside(leader, isThere);
      if (progress.stop > index || progress.leaving) continue;
      const manner = this.mannerAt(stop);
      const spot = yield* this.findSpot(stop, manner, true);
      if (!spot) continue;
      yield this.walkTo(spot, byOf(stop), 0);
      yield* this.stopAt(stop, manner, () => progress.stop > index);
    }
    const isPaying = () => progress.paying && this.basket.length > 0;
    yield this.beside(leader, () => progress.leaving || isPaying());
    if (this.basket.length > 0 && !this.random.chance(this.world.behaviour.till.giveUpShare)) yield* this.queueAndPay();
    else yield this.beside(leader, () => progress.leaving);
    yield* this.leave(exit, 0);
  }

  private pauseInHall(entry: Door): Vec | undefined {
    const zone = this.random.chance(this.world.behaviour.hall.stopShare) ? this.world.plan.hallOf(entry) : undefined;
    for (let i = 0; zone && i < 6; i += 1) {
      const at = this.world.plan.pointIn(zone, this.random);
      if (at && !this.world.crowd.isTaken(at, this.personId, ELBOW_METRES)) return at;
    }
    return undefined;
  }

  /** A place at the stop, waited for a little if it is full; undefined if it stays so. */
  private *findSpot(stop: Stop, manner: Manner | undefined, canWait: boolean): Generator<Step, Vec | undefined> {
    const off = manner ? Math.min(MOST_STAND_OFF_METRES, this.drawn(this.manners, manner.standOffMetres)) : 0;
    for (let tries = 0; ; tries += 1) {
      const spot = spotBefore(stop, off, this.personId, this.world, this.random);
      if (spot || !canWait || tries === FULL_TRIES) return spot;
      yield this.wait(FULL_SECONDS);
    }
  }

  private *stopAt(stop: Stop, manner: Manner | undefined, isOver: () => boolean): Generator<Step, void> {
    const { linger } = this.world.behaviour;
    if (stop.kind === 'shelf') yield* this.standAt(stop.place, stop.wanted, manner, isOver);
    else yield this.until(isOver, this.random.logNormal(linger.seconds.mean, linger.seconds.variation) * 1000);
  }

  private drawn(random: Random, { mean, variation }: { mean: number; variation: number }): number {
    return Math.min(random.logNormal(mean, variation), 10 * mean);
  }

  /** How the person carries themselves at a shelf: mostly as fits what they mean, now and then the other way. */
  private mannerAt(stop: Stop): Manner | undefined {
    if (stop.kind !== 'shelf') return undefined;
    const { coming, browsing, mistakenShare } = this.world.behaviour.intent;
    return stop.wanted !== this.manners.chance(mistakenShare) ? coming : browsing;
  }

  /** A place in the shelf's zone where somebody stops before they come to the shelf itself, if they do. */
  private restOnTheWay(stop: Stop, manner: Manner): Vec | undefined {
    if (stop.kind !== 'shelf' || !this.manners.chance(manner.pauseShare)) return undefined;
    const zone = this.world.plan.zones.find((candidate) => candidate.zoneId === stop.place.zoneId);
    const at = zone && !stop.place.checkout ? this.world.plan.pointIn(zone, this.manners) : undefined;
    return at && !this.world.crowd.isTaken(at, this.personId, ELBOW_METRES) ? at : undefined;
  }

  private *standAt(
    place: SlotPlace,
    wanted: boolean,
    manner: Manner | undefined,
    isOver: () => boolean,
  ): Generator<Step, void> {
    const { shelf } = this.world.behaviour;
    const seconds = this.drawn(this.random, shelf.lookSeconds) * (manner?.lookFactor ?? 1);
    yield* this.lookAround(place, seconds, manner, isOver);
    const usual = (wanted ? shelf.takeShare : shelf.impulseShare) * this.world.noticing.share(place.slotId, wanted);
    const { takes, because } = this.attention.takes(place.gtin, usual, this.random.next(), this.world.now());
    if (!takes) return;
    const units = this.random.chance(shelf.secondUnitShare) ? 2 : 1;
    // A hand goes no further than an arm.
    if (!(yield* this.stepUp(place))) return;
    if (!(yield* this.reach(place, -units))) return;
    const { slotId, gtin } = place;
    if (because !== undefined)
      this.world.screens.onMoved({
        ...{ ts: this.world.now(), personId: this.personId, screenId: because, slotId, gtin, units },
      });
    yield this.wait(this.random.logNormal(shelf.inspectSeconds.mean, shelf.inspectSeconds.variation));
    if (this.random.chance(shelf.putbackShare) && (yield* this.reach(place, units))) return;
    this.basket.push({ place, units });
  }

  /** Steps up to the goods as soon as there is room; false if others stood there for too long. */
  private *stepUp(place: SlotPlace): Generator<Step, boolean> {
    const latestTs = this.world.now() + PATIENCE_MS;
    while (distance(this.position, place.stand) > ARM_METRES) {
      if (this.world.now() >= latestTs) return false;
      const spot = spotInReach(place, this.position, this.personId, this.world);
      yield spot ? this.stepTo(spot) : this.wait(LOOK_AGAIN_SECONDS);
    }
    return true;
  }

  /** Looks for so many seconds, from one spot or, drifting along the shelf, from several. */
  private *lookAround(
    place: SlotPlace,
    seconds: number,
    manner: Manner | undefined,
    isOver: () => boolean,
  ): Generator<Step, void> {
    const untilTs = this.world.now() + seconds * 1000;
    for (;;) {
      const left = (untilTs - this.world.now()) / 1000;
      const still = manner ? this.drawn(this.manners, manner.shiftSeconds) : Infinity;
      yield this.until(isOver, Math.max(0, Math.min(left, still)) * 1000);
      if (still >= left || isOver()) return;
      const aside = this.manners.between(0.4, 1) * (this.manners.chance(0.5) ? 1 : -1);
      const spot = offset(this.position, place.side, aside);
      const { grid } = this.world.plan;
      const free = grid.isWalkable(spot) && grid.isClear(this.position, spot) && this.world.plan.isClearOfEdges(spot);
      if (free && !this.world.crowd.isTaken(spot, this.personId, ELBOW_METRES)) yield this.stepTo(spot);
    }
  }

  /** Waits for the slot, then takes or returns units; false if others were in the way for too long, or it is empty. */
  private *reach(place: SlotPlace, deltaUnits: number): Generator<Step, boolean> {
    const { shelves } = this.world;
    const slot = shelves.slot(place.slotId);
    yield this.until(() => shelves.isFree(slot, this.world.now()), PATIENCE_MS);
    if (!shelves.isFree(slot, this.world.now()) || slot.units + deltaUnits < 0) return false;
    const { personId } = this;
    const doneTs = shelves.reach(slot, deltaUnits, this.world.now(), this.random, { personId });
    yield (_, ts) => ts >= doneTs;
    return true;
  }

  /** To where the queue ends, wherever that is when the person comes. */
  private *walkToQueue(till: TillPlace): Generator<Step, void> {
    const { tills } = this.world;
    let isThere = false;
    while (!isThere) {
      const length = tills.length(till);
      const tail = tills.spot(till, length);
      const walk = this.walkTo(tail, tail, Math.hypot(this.body.velocity.x, this.body.velocity.y));
      this.body.claim = null;
      yield (seconds, ts) => {
        isThere = walk(seconds, ts) || distance(this.position, tail) < QUEUE_METRES;
        return isThere || tills.length(till) !== length;
      };
    }
  }

  private *queueAndPay(): Generator<Step, void> {
    const { tills, behaviour } = this.world;
    // Nobody queues where the queue has no end that one could stand at.
    const isRoom = () => tills.hasRoom(tills.shortest());
    yield this.until(isRoom);
    const till = tills.shortest();
    if (!till) return;
    this.body.claim = null;
    yield* this.walkToQueue(till);
    tills.join(till, this.personId);
    this.progress.paying = true;
    for (;;) {
      const position = tills.positionOf(till, this.personId);
      const spot = tills.spot(till, position);
      if (distance(spot, this.position) > 0.05) yield this.walkTo(spot, spot);
      if (position === 0) break;
      yield this.until(() => tills.positionOf(till, this.personId) < position);
      yield this.wait(REACTION_SECONDS);
    }
    const units = this.basket.reduce((sum, taken) => sum + taken.units, 0);
    const payment = this.random.logNormal(behaviour.till.paymentSeconds.mean, behaviour.till.paymentSeconds.variation);
    yield this.wait(payment + units * behaviour.till.secondsPerUnit);
    this.world.pay(till, this.basket, this.random, this.personId);
    tills.leave(till, this.personId);
  }
}

const byOf = (stop: Stop): Vec => (stop.kind === 'shelf' ? stop.place.stand : stop.by);
