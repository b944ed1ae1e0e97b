import type { Slot } from '@aisle/contracts';
import {
  changedFixtures,
  emptySlots,
  findSlot,
  isOnto,
  levelOf,
  moveSlots,
  placeProduct,
  removeSlots,
  setSlots,
  stepTarget,
  type Plan,
  type Target,
} from '../figures/planogram.js';
import { setOf, toggled } from '../figures/sets.js';
import { Steps } from './steps.svelte.js';

/** What somebody carries: slots of the plan, or a product of the list. */
export type Cargo = { slotIds: readonly string[] } | { gtin: string };
export interface Held {
  cargo: Cargo;
  /** where it would be put down */
  at: Target;
}

/** A plan that somebody changes, what of it is chosen, and what is carried. */
export class PlanDraft extends Steps<Plan> {
  #selected = $state.raw<ReadonlySet<string>>(setOf<string>());
  #held = $state.raw<Held | null>(null);

  constructor(
    base: Plan,
    readonly sensed: ReadonlySet<string>,
  ) {
    super(base);
  }

  get plan(): Plan {
    return this.now;
  }
  get selected(): ReadonlySet<string> {
    return this.#selected;
  }
  get held(): Held | null {
    return this.#held;
  }
  get changed(): ReturnType<typeof changedFixtures> {
    return changedFixtures(this.base, this.plan);
  }
  slot = (id: string): Slot | undefined => findSlot(this.plan, id)?.slot;

  protected override show(plan: Plan): void {
    super.show(plan);
    const ids = setOf(plan.flatMap(({ slots }) => slots.map(({ id }) => id)));
    if ([...this.#selected].some((id) => !ids.has(id)))
      this.#selected = setOf([...this.#selected].filter((id) => ids.has(id)));
  }

  select(ids: Iterable<string>): void {
    this.#selected = setOf(ids);
  }
  toggle(id: string): void {
    this.#selected = toggled(this.#selected, id);
  }

  /** Takes a slot up (with all that are chosen, where it is one of them), or a product of the list. */
  pickUp(cargo: Cargo, at: Target): void {
    this.#held = { cargo, at };
  }
  /** What is carried when a slot is: all that is chosen, or it alone. */
  cargoOf(slotId: string): Cargo {
    return { slotIds: this.#selected.has(slotId) && this.#selected.size > 1 ? [...this.#selected] : [slotId] };
  }
  aim(at: Target): void {
    if (this.#held) this.#held = { ...this.#held, at };
  }
  carry(key: 'left' | 'right' | 'up' | 'down', least: number): Target | null {
    if (!this.#held) return null;
    this.aim(stepTarget(this.plan, this.#held.at, key, least));
    return this.#held.at;
  }
  letGo(): void {
    this.#held = null;
  }
  /** Puts what is carried down; the answer is the id of the slot in which it lies, null where nothing changed. */
  drop(target = this.#held?.at): string | null {
    const held = this.#held;
    this.#held = null;
    if (!held || !target) return null;
    return this.put(held.cargo, target);
  }
  put(cargo: Cargo, target: Target): string | null {
    const next =
      'gtin' in cargo
        ? placeProduct(this.plan, cargo.gtin, target)
        : moveSlots(this.plan, cargo.slotIds, target, this.sensed);
    const known = setOf(this.plan.flatMap(({ slots }) => slots.map(({ id }) => id)));
    if (!this.step(next)) return null;
    if (isOnto(target)) {
      this.select([target.slotId]);
      return target.slotId;
    }
    const fixture = next.find(({ id }) => id === target.fixtureId);
    const lies = (fixture?.slots ?? []).filter(
      ({ id }) => !known.has(id) || ('slotIds' in cargo && cargo.slotIds.includes(id)),
    );
    const ids = lies.filter((slot) => levelOf(slot) === target.level).map(({ id }) => id);
    this.select(ids);
    return ids[0] ?? null;
  }

  empty = (ids = this.#selected): boolean => this.step(emptySlots(this.plan, ids));
  remove = (ids = this.#selected): boolean => this.step(removeSlots(this.plan, ids));
  set = (values: Parameters<typeof setSlots>[2], ids = this.#selected): boolean =>
    this.step(setSlots(this.plan, ids, values));
}
