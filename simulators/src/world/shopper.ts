import type { Random } from '../random.js';
import type { Behaviour, Manner, ShopperKind } from '../settings/behaviour.js';
import {
  DOOR_INSIDE_METRES,
  DOOR_OUTSIDE_METRES,
  doorReach,
  middleOf,
  type Door,
  type FloorPlan,
  type SlotPlace,
  type TillPlace,
} from './floor-plan.js';
import { distance, offset, unit, type Vec } from './geometry.js';
import { placeOf, type Stop } from './needs.js';
import type { Shelves } from './shelves.js';
import type { Tills } from './tills.js';
import { Walk } from './walk.js';

/** Moves its person on by `seconds` to the instant `ts`; true once it is done. */
export type Step = (seconds: number, ts: number) => boolean;

/** One unit or more in a basket, and where it came from. */
export interface Taken {
  readonly place: SlotPlace;
  readonly units: number;
}
/** One visit to the shop. */
export interface Trip {
  readonly entry: Door;
  readonly exit: Door;
  readonly stops: readonly Stop[];
  readonly companion: boolean;
}
export interface Surroundings {
  readonly plan: FloorPlan;
  readonly shelves: Shelves;
  readonly tills: Tills;
  readonly behaviour: Behaviour;
  now(): number;
  /** Whether somebody else stands there or is about to. */
  isTaken(at: Vec, personId: number): boolean;
  pay(till: TillPlace, basket: readonly Taken[], random: Random): void;
}

const PATIENCE_MS = 25_000;
const REACTION_SECONDS = 0.4;
/** Nobody strides along a shelf that they look at. */
const STEP_PACE = 0.5;
const MOST_STAND_OFF_METRES = 1.2;
/** Further than this from the place before the goods, people step up before they reach out. */
const ARM_METRES = 0.6;
const SIDE_STEP_METRES = 0.3;
/** Share of a door's half width left free between those who come in and those who go out. */
const LANE_SHARE = 0.2;
/** How far companions walk apart when they enter together. */
const COMPANION_SIDE_METRES = 0.8;

const insideOf = (door: Door): Vec => offset(middleOf(door), door.inward, DOOR_INSIDE_METRES);

/** One person: a script of steps, from the street in and out again. */
export class Shopper {
  position: Vec;
  /** where the person stands or is walking to stand */
  claim: Vec | null = null;
  readonly basket: Taken[] = [];
  private readonly script: Generator<Step, void>;
  private step: Step | undefined;
  private readonly pace: number;
  private readonly doorSpeed: number;

  constructor(
    readonly personId: number,
    private readonly world: Surroundings,
    private readonly random: Random,
    private readonly manners: Random,
    kind: ShopperKind,
    trip: Trip,
  ) {
    const { metresPerSecond, doorMetresPerSecond } = world.behaviour.walking;
    const own = metresPerSecond.mean + metresPerSecond.deviation * random.normal();
    this.pace = Math.min(metresPerSecond.most, Math.max(metresPerSecond.least, own)) * kind.pace;
    this.doorSpeed = Math.max(this.pace, doorMetresPerSecond);
    const [outside, within] = this.throughDoor(trip.entry, 1, trip.companion ? COMPANION_SIDE_METRES : 0);
    this.position = outside;
    this.script = this.visit(trip.stops, trip.entry, [outside, within], trip.exit);
  }

  /** Moves on by `seconds` to the instant `ts`; false once the person has gone. */
  advance(seconds: number, ts: number): boolean {
    if (this.step === undefined || this.step(seconds, ts)) {
      const next = this.script.next();
      if (next.done) return false;
      this.step = next.value;
    }
    return true;
  }

  private *visit(stops: readonly Stop[], entry: Door, wayIn: readonly Vec[], exit: Door): Generator<Step, void> {
    yield this.walk(wayIn, { at: this.doorSpeed, initial: this.doorSpeed, stop: false });
    let initial = this.pace;
    const { hall } = this.world.behaviour;
    const zone = this.random.chance(hall.stopShare) ? this.world.plan.hallOf(entry) : undefined;
    const pause = zone && this.world.plan.pointIn(zone, this.random);
    if (pause) {
      yield this.walkTo(pause, insideOf(entry), initial);
      yield this.wait(this.random.logNormal(hall.seconds.mean, hall.seconds.variation));
      initial = 0;
    }
    for (const stop of stops) {
      const manner = this.mannerAt(stop);
      const rest = manner && this.restOnTheWay(stop, manner);
      if (rest) {
        yield this.walkTo(rest, placeOf(stop), initial, manner.paceFactor);
        yield this.wait(this.drawn(this.manners, this.world.behaviour.intent.pauseSeconds));
        initial = 0;
      }
      const spot = this.chooseSpot(stop, manner);
      yield this.walkTo(spot, stop.kind === 'shelf' ? stop.place.stand : stop.by, initial, manner?.paceFactor);
      initial = 0;
      if (stop.kind === 'shelf') yield* this.standAt(stop.place, stop.wanted, manner);
      else
        yield this.wait(
          this.random.logNormal(
            this.world.behaviour.linger.seconds.mean,
            this.world.behaviour.linger.seconds.variation,
          ),
        );
    }
    if (this.basket.length > 0 && !this.random.chance(this.world.behaviour.till.giveUpShare)) yield* this.queueAndPay();
    this.claim = null;
    const [outside, within] = this.throughDoor(exit, -1, 0);
    yield this.walk(this.world.plan.grid.path(this.position, within, insideOf(exit)), {
      at: this.pace,
      initial,
      stop: false,
    });
    yield this.walk([within, outside], { at: this.doorSpeed, initial: this.pace, stop: false });
  }

  private walk(points: readonly Vec[], { at, initial, stop }: { at: number; initial: number; stop: boolean }): Step {
    const walk = new Walk(points, {
      metresPerSecond: at,
      acceleration: this.world.behaviour.walking.accelerationMetresPerSecond2,
      initial,
      stopAtEnd: stop,
    });
    return (seconds) => {
      const arrived = walk.advance(seconds);
      this.position = walk.position;
      return arrived;
    };
  }

  private walkTo(spot: Vec, by: Vec, initial = 0, factor = 1): Step {
    this.claim = spot;
    const at = this.pace * factor;
    return this.walk(this.world.plan.grid.path(this.position, spot, by), { at, initial, stop: true });
  }

  /** A few steps in a straight line, slowly. */
  private stepTo(spot: Vec): Step {
    this.claim = spot;
    return this.walk([this.position, spot], { at: this.pace * STEP_PACE, initial: 0, stop: true });
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
    return at && !this.world.isTaken(at, this.personId) ? at : undefined;
  }

  private wait(seconds: number): Step {
    const untilTs = this.world.now() + seconds * 1000;
    return (_, ts) => ts >= untilTs;
  }

  private until(isSo: () => boolean, patienceMs = Infinity): Step {
    const latestTs = this.world.now() + patienceMs;
    return (_, ts) => isSo() || ts >= latestTs;
  }

  /** A straight way through a door: [a point outside, a point inside]. `lane` 1 on the way in, −1 out: people keep to their side. */
  private throughDoor(door: Door, lane: 1 | -1, aside: number): [Vec, Vec] {
    const { grid } = this.world.plan;
    const line = unit({ x: door.to.x - door.from.x, y: door.to.y - door.from.y });
    const reach = doorReach(door);
    for (let i = 0; i < 20; i += 1) {
      const crossing = offset(
        middleOf(door),
        line,
        Math.max(-reach, Math.min(reach, lane * this.random.between(LANE_SHARE * reach, reach) + aside)),
      );
      const within = offset(crossing, door.inward, DOOR_INSIDE_METRES);
      const outside = offset(offset(crossing, door.inward, -DOOR_OUTSIDE_METRES), line, this.random.between(-0.5, 0.5));
      if (grid.isWalkable(within)) return [outside, within];
    }
    const crossing = middleOf(door);
    return [offset(crossing, door.inward, -DOOR_OUTSIDE_METRES), grid.nearest(insideOf(door))];
  }

  /** Where to stand: near the goods, clear of the edges of zones, and not on somebody's feet. */
  private chooseSpot(stop: Stop, manner: Manner | undefined): Vec {
    const { plan } = this.world;
    const goods = placeOf(stop);
    const off = manner ? Math.min(MOST_STAND_OFF_METRES, this.drawn(this.manners, manner.standOffMetres)) : 0;
    const away = stop.kind === 'shelf' ? offset(goods, stop.place.facing, off) : goods;
    const wish = plan.grid.isWalkable(away) && plan.isClearOfEdges(away) ? away : goods;
    const side = stop.kind === 'shelf' ? stop.place.side : { x: 1, y: 0 };
    let spare: Vec | undefined;
    for (let i = 0; i < 24; i += 1) {
      const spread = SIDE_STEP_METRES * (1 + i / 8);
      const aside = offset(wish, side, this.random.between(-spread, spread));
      const spot = offset(aside, { x: -side.y, y: side.x }, this.random.between(-0.12, 0.12));
      if (!plan.grid.isWalkable(spot) || this.world.isTaken(spot, this.personId)) continue;
      if (plan.isClearOfEdges(spot)) return spot;
      spare ??= spot;
    }
    // Rather close to somebody than half inside a zone: nobody could say then where they stood.
    return plan.isClearOfEdges(wish) ? wish : (spare ?? wish);
  }

  private *standAt(place: SlotPlace, wanted: boolean, manner: Manner | undefined): Generator<Step, void> {
    const { shelf } = this.world.behaviour;
    yield* this.lookAround(place, this.drawn(this.random, shelf.lookSeconds) * (manner?.lookFactor ?? 1), manner);
    if (!this.random.chance(wanted ? shelf.takeShare : shelf.impulseShare)) return;
    const units = this.random.chance(shelf.secondUnitShare) ? 2 : 1;
    // A hand goes no further than an arm.
    if (distance(this.position, place.stand) > ARM_METRES) yield this.stepTo(place.stand);
    if (!(yield* this.reach(place, -units))) return;
    yield this.wait(this.random.logNormal(shelf.inspectSeconds.mean, shelf.inspectSeconds.variation));
    if (this.random.chance(shelf.putbackShare) && (yield* this.reach(place, units))) return;
    this.basket.push({ place, units });
  }

  /** Looks for so many seconds, from one spot or, drifting along the shelf, from several. */
  private *lookAround(place: SlotPlace, seconds: number, manner: Manner | undefined): Generator<Step, void> {
    const untilTs = this.world.now() + seconds * 1000;
    for (;;) {
      const left = (untilTs - this.world.now()) / 1000;
      const still = manner ? this.drawn(this.manners, manner.shiftSeconds) : Infinity;
      yield this.wait(Math.max(0, Math.min(left, still)));
      if (still >= left) return;
      const aside = this.manners.between(0.4, 1) * (this.manners.chance(0.5) ? 1 : -1);
      const spot = offset(this.position, place.side, aside);
      const { grid } = this.world.plan;
      const free = grid.isWalkable(spot) && grid.isClear(this.position, spot) && this.world.plan.isClearOfEdges(spot);
      if (free && !this.world.isTaken(spot, this.personId)) yield this.stepTo(spot);
    }
  }

  /** Waits for the slot, then takes or returns units; false if others were in the way for too long, or it is empty. */
  private *reach(place: SlotPlace, deltaUnits: number): Generator<Step, boolean> {
    const { shelves } = this.world;
    const slot = shelves.slot(place.slotId);
    yield this.until(() => shelves.isFree(slot, this.world.now()), PATIENCE_MS);
    if (!shelves.isFree(slot, this.world.now()) || slot.units + deltaUnits < 0) return false;
    const doneTs = shelves.reach(slot, deltaUnits, this.world.now(), this.random);
    yield (_, ts) => ts >= doneTs;
    return true;
  }

  private *queueAndPay(): Generator<Step, void> {
    const { tills, behaviour } = this.world;
    const till = tills.shortest();
    if (!till) return;
    const tail = tills.spot(till, tills.length(till));
    yield this.walkTo(tail, tail);
    tills.join(till, this.personId);
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
    this.world.pay(till, this.basket, this.random);
    tills.leave(till, this.personId);
  }
}
