import type { Random } from '../random.js';
import type { Behaviour, ShopperKind } from '../settings/behaviour.js';
import type { Vec } from '../world/geometry.js';
import { Noticing } from '../world/noticing.js';
import type { Goods } from './goods.js';
import type { Minutes } from './minute-sums.js';
import type { DoorPlace, Places, SlotPlace, ZonePlace } from './places.js';
import type { BasketEntry, Tills } from './tills.js';

/** Somebody who walks through a zone to get somewhere else is in it for some seconds. */
const PASSING_SHARE = 0.35;
/** Standing before goods is standing in the view of a screen that hangs there, as often as this. */
const IN_VIEW_SHARE = 0.5;

interface Stop {
  zone: number | undefined;
  at: Vec;
  slot: number | undefined;
  wanted: boolean;
}

/** A slot at which something is wrong from a moment on: a wrong label, a torn pack. */
export interface Astray {
  slotId: string;
  /** epoch ms */
  from: number;
  /** so many times as often put back, at most always */
  putbacks: number;
  /** of what was bought before, this share still is; what is neither bought nor put back is left somewhere else */
  purchases: number;
}

/** One shopper after another: where they go, how long they stand there, what they take. Plans a whole trip when it begins. */
export class Trips {
  private readonly kinds: readonly ShopperKind[];
  private readonly categories: readonly string[];
  private readonly sights: readonly number[];
  private readonly aisles: readonly number[];
  private readonly checkout: number | undefined;
  private readonly noticing: Noticing;

  constructor(
    private readonly places: Places,
    private readonly behaviour: Behaviour,
    private readonly minutes: Minutes,
    private readonly goods: Goods,
    private readonly tills: Tills,
    private readonly random: Random,
    /** whether a model has judged interest */
    private readonly judges: boolean,
    private readonly astray?: Astray,
  ) {
    this.noticing = new Noticing(places.store, behaviour.noticing);
    this.kinds = Object.values(behaviour.kinds);
    this.categories = [...places.byCategory.keys()];
    const ofKind = (...kinds: string[]) =>
      places.zones.flatMap((zone, index) => (kinds.includes(zone.kind) ? [index] : []));
    this.sights = ofKind('promotion', 'other');
    this.aisles = ofKind('aisle', 'promotion');
    const [checkout] = ofKind('checkout');
    this.checkout = checkout;
  }

  begin(ts: number): void {
    const { random, places, minutes, behaviour } = this;
    if (places.doors.length === 0) return;
    const door = random.pick(places.doors, ({ weight }) => weight);
    minutes.crossed(door.id, 'in', ts);
    const seen = new Set<number>();
    let at = door.at;
    let now = ts;
    if (door.zone !== undefined) {
      const stops = random.chance(behaviour.hall.stopShare);
      const leave = now + this.ms(stops ? behaviour.hall.seconds : { mean: 3, variation: 0.4 });
      this.stay(door.zone, at, now, leave, seen, 0.05);
      now = leave;
    }
    const basket: BasketEntry[] = [];
    for (const stop of this.plan()) {
      now = minutes.walked(at, stop.at, now);
      this.pass(now, seen);
      at = stop.at;
      const look = behaviour.shelf.lookSeconds;
      const leave = now + this.ms(stop.slot === undefined ? behaviour.linger.seconds : look);
      const judged = stop.wanted ? 0.55 : stop.slot === undefined ? 0.15 : 0.25;
      if (stop.zone !== undefined) this.stay(stop.zone, at, now, leave, seen, judged);
      else minutes.stood(at, now, leave);
      if (stop.slot !== undefined) this.reach(stop.slot, stop.wanted, leave - 500, basket);
      now = leave;
    }
    // what is in the basket is known once all hands have reached: that is before anybody stands at a till
    const paysTs = this.toTheTill(at, now, seen);
    const exit = random.chance(0.75) ? door : random.pick(places.doors, ({ weight }) => weight);
    minutes.at(paysTs).happens.push({
      ts: paysTs,
      run: () => {
        if (basket.length > 0 && !random.chance(behaviour.till.giveUpShare)) this.tills.pay(basket, paysTs);
      },
    });
    this.leave(at, exit, paysTs + 2000, seen);
  }

  private leave(at: Vec, exit: DoorPlace, ts: number, seen: Set<number>): void {
    const end = this.minutes.walked(at, exit.at, ts);
    if (exit.zone === undefined) return this.minutes.crossed(exit.id, 'out', end);
    const gone = end + this.ms({ mean: 4, variation: 0.4 });
    this.stay(exit.zone, exit.at, end, gone, seen, 0.02);
    this.minutes.crossed(exit.id, 'out', gone);
  }

  private toTheTill(at: Vec, ts: number, seen: Set<number>): number {
    if (this.checkout === undefined) return ts + 20_000;
    const queue = this.places.pointIn(this.checkout, this.random);
    const there = this.minutes.walked(at, queue, ts);
    const { secondsPerUnit, paymentSeconds } = this.behaviour.till;
    const waits = this.ms(paymentSeconds) + Math.round(secondsPerUnit * 4000) + this.ms({ mean: 25, variation: 0.9 });
    this.stay(this.checkout, queue, there, there + waits, seen, 0.1);
    return there + waits;
  }

  /** In the order of the floor, as people go: by distance from where they stand. */
  private plan(): Stop[] {
    const { random, behaviour, places } = this;
    const kind = random.pick(this.kinds, ({ share }) => share);
    const stops: Stop[] = [];
    const shelf = (wanted: boolean): void => {
      if (this.categories.length === 0) return;
      const category = random.pick(this.categories, (name) => behaviour.categoryWeights[name] ?? 1);
      const own = places.byCategory.get(category) as number[];
      const slot = !wanted && behaviour.noticing ? this.browsed(stops) : random.pick(own);
      const { zone, front } = places.slots[slot] as SlotPlace;
      stops.push({ zone, at: front, slot, wanted });
    };
    for (let count = random.integer(...kind.wants); count > 0; count -= 1) shelf(true);
    for (let count = random.integer(...kind.browses); count > 0; count -= 1) shelf(false);
    for (let count = random.integer(...kind.lingers); count > 0 && this.sights.length > 0; count -= 1) {
      const zone = random.pick(this.sights);
      stops.push({ zone, at: places.pointIn(zone, random), slot: undefined, wanted: false });
    }
    const turn = random.chance(0.5) ? 1 : -1;
    return stops.sort((a, b) => turn * (a.at.x - b.at.x) || a.at.y - b.at.y);
  }

  /** Any slot, sooner one in a zone that they come to anyway. */
  private browsed(stops: readonly Stop[]): number {
    const { places, behaviour, noticing } = this;
    const zones = new Set(
      stops.flatMap(({ zone }) => (zone === undefined ? [] : [(places.zones[zone] as ZonePlace).id])),
    );
    return this.random.pick([...places.slots.keys()], (slot) => {
      const { id, category } = places.slots[slot] as SlotPlace;
      const alike = places.byCategory.get(category)?.length ?? 1;
      return ((behaviour.categoryWeights[category] ?? 1) / alike) * noticing.pull(id, zones);
    });
  }

  private reach(slot: number, wanted: boolean, ts: number, basket: BasketEntry[]): void {
    const { random, goods, places } = this;
    const { takeShare, impulseShare, secondUnitShare, putbackShare, inspectSeconds } = this.behaviour.shelf;
    const usual = wanted ? takeShare : impulseShare;
    if (!random.chance(usual * this.noticing.share((places.slots[slot] as SlotPlace).id, wanted))) return;
    const units = random.chance(secondUnitShare) ? 2 : 1;
    const { astray } = this;
    const isAstray = astray !== undefined && ts >= astray.from && places.slots[slot]?.id === astray.slotId;
    const share = isAstray ? Math.min(1, astray.putbacks * putbackShare) : putbackShare;
    const back = random.chance(share) ? ts + this.ms(inspectSeconds) : undefined;
    const kept = Math.max(1e-9, 1 - share);
    const isLeft = isAstray && back === undefined && !random.chance((astray.purchases * (1 - putbackShare)) / kept);
    this.minutes.at(ts).happens.push({
      ts,
      run: () => {
        const taken = goods.take(slot, units, ts);
        if (taken === 0) return;
        if (back === undefined && !isLeft) basket.push({ slot, units: taken });
        else if (back !== undefined)
          this.minutes.at(back).happens.push({ ts: back, run: () => goods.putBack(slot, taken) });
      },
    });
  }

  private stay(zone: number, at: Vec, from: number, to: number, seen: Set<number>, interest: number): void {
    const { under } = this.places.zones[zone] as ZonePlace;
    this.visit(zone, from, to, seen, interest);
    for (const other of under)
      if (this.random.chance(IN_VIEW_SHARE)) {
        const share = 0.2 + 0.6 * this.random.next();
        this.visit(other, from, from + Math.max(400, Math.round((to - from) * share)), seen, interest);
      }
    this.minutes.stood(at, from, to);
  }

  private visit(zone: number, from: number, to: number, seen: Set<number>, interest: number): void {
    const isFirst = !seen.has(zone);
    seen.add(zone);
    this.minutes.visit(zone, from, to, isFirst, this.judges ? interest : undefined);
  }

  private pass(ts: number, seen: Set<number>): void {
    if (this.aisles.length === 0 || !this.random.chance(PASSING_SHARE)) return;
    const ms = this.ms({ mean: 2.8, variation: 0.5 });
    this.visit(this.random.pick(this.aisles), ts - ms, ts, seen, 0.05);
  }

  private ms({ mean, variation }: { mean: number; variation: number }): number {
    return Math.max(400, Math.round(this.random.logNormal(mean, variation) * 1000));
  }
}
