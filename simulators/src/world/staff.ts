import type { Random } from '../random.js';
import type { Behaviour } from '../settings/behaviour.js';
import type { SlotPlace } from './floor-plan.js';
import { distance } from './geometry.js';
import type { Shelves, SlotState } from './shelves.js';
import { spotBefore } from './standing.js';
import { Walker, type Place, type Step } from './walker.js';

export interface Workplace extends Place {
  readonly behaviour: Behaviour;
  readonly shelves: Shelves;
}
type Shift = NonNullable<Behaviour['staff']>;

const BETWEEN_REACHES_SECONDS = 1;
const LOOK_AGAIN_SECONDS = 2;
const PATIENCE_MS = 20_000;
/** Nobody fills a slot from further away than this: they stand along the front, or behind others, metres. */
const BESIDE_METRES = 2;
/** Somebody who walks on their own floor knows where things are. */
const PACE = 1.1;

/**
 * Somebody of the shop: goes to where goods run low, fills up, and walks about in between. They are inside all day, and cross
 * no entrance.
 */
export class StaffMember extends Walker {
  readonly staff = true;
  private readonly script: Generator<Step, void>;
  private step: Step | undefined;
  private inHand: SlotState | undefined;

  constructor(
    personId: number,
    private readonly work: Workplace,
    private readonly random: Random,
    doors: Random,
    private readonly shift: Shift,
    private readonly others: readonly StaffMember[],
  ) {
    super(personId, work, PACE, doors);
    this.script = this.day();
  }

  /** Begins the shift on the floor, somewhere before the shelves. */
  begin(): void {
    const { slots } = this.work.plan;
    if (slots.length > 0) this.body.position = this.random.pick(slots).stand;
    this.work.crowd.add(this.body);
  }

  advance(seconds: number, ts: number): boolean {
    const from = this.position;
    if (this.step === undefined || this.step(seconds, ts)) this.step = this.script.next().value as Step;
    this.moved(from, seconds);
    return true;
  }

  private *day(): Generator<Step, void> {
    for (;;) {
      const slot = this.lowest();
      if (slot) {
        this.inHand = slot;
        if (yield* this.goTo(slot.place)) yield* this.fill(slot);
        this.inHand = undefined;
        continue;
      }
      const { slots } = this.work.plan;
      if (slots.length > 0) yield* this.goTo(this.random.pick(slots));
      const { mean, variation } = this.shift.restSeconds;
      const untilTs = this.work.now() + Math.min(5 * mean, this.random.logNormal(mean, variation)) * 1000;
      yield (_, ts) => ts >= untilTs || this.lowest() !== undefined;
    }
  }

  /** The slot with the smallest part of its goods left that nobody sees to yet. */
  private lowest(): SlotState | undefined {
    let best: SlotState | undefined;
    const share = ({ units, place }: SlotState) => units / place.capacity;
    for (const slot of this.work.shelves.slots) {
      if (!this.work.shelves.isLow(slot, this.work.now())) continue;
      if (this.others.some((other) => other !== this && other.inHand === slot)) continue;
      if (!best || share(slot) < share(best)) best = slot;
    }
    return best;
  }

  private *goTo(place: SlotPlace): Generator<Step, boolean> {
    const latestTs = this.work.now() + PATIENCE_MS;
    for (;;) {
      const stop = { kind: 'shelf', place, wanted: true } as const;
      const spot = spotBefore(stop, 0, this.personId, this.work, this.random);
      if (spot) {
        yield this.walkTo(spot, place.stand);
        // Whoever could not get through looks for another way.
        if (distance(this.position, place.stand) <= BESIDE_METRES) return true;
      }
      if (this.work.now() >= latestTs) return false;
      yield this.wait(LOOK_AGAIN_SECONDS);
    }
  }

  private *fill(slot: SlotState): Generator<Step, void> {
    const { shelves } = this.work;
    for (;;) {
      yield this.until(() => shelves.isFree(slot, this.work.now()), PATIENCE_MS);
      const units = shelves.missing(slot);
      if (units === 0 || !shelves.isFree(slot, this.work.now())) return;
      const doneTs = shelves.reach(slot, units, this.work.now(), this.random, { staff: true, personId: this.personId });
      yield (_, ts) => ts >= doneTs;
      yield this.wait(BETWEEN_REACHES_SECONDS);
    }
  }
}
