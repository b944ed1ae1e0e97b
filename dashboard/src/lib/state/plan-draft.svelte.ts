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

/** What somebody carries: slots of the plan, or a product of the list. */
export type Cargo = { slotIds: readonly string[] } | { gtin: string };
export interface Held {
  cargo: Cargo;
  /** where it would be put down */
  at: Target;
}
const MOST_STEPS = 200;

/** A plan that somebody changes: what it was based on, each step for undoing it, what is chosen, and what is carried. */
export class PlanDraft {
  #base: Plan;
  #plan = $state.raw<Plan>([]);
  #past = $state.raw<readonly Plan[]>([]);
  #future = $state.raw<readonly Plan[]>([]);
  #selected = $state.raw<ReadonlySet<string>>(setOf<string>());
  #held = $state.raw<Held | null>(null);
  readonly sensed: ReadonlySet<string>;

  constructor(base: Plan, sensed: ReadonlySet<string>) {
    this.#base = base;
    this.#plan = base;
    this.sensed = sensed;
  }

  get base(): Plan {
    return this.#base;
  }
  get plan(): Plan {
    return this.#plan;
  }
  get selected(): ReadonlySet<string> {
    return this.#selected;
  }
  get held(): Held | null {
    return this.#held;
  }
  get canUndo(): boolean {
    return this.#past.length > 0;
  }
  get canRedo(): boolean {
    return this.#future.length > 0;
  }
  get changed(): ReturnType<typeof changedFixtures> {
    return changedFixtures(this.#base, this.#plan);
  }
  slot = (id: string): Slot | undefined => findSlot(this.#plan, id)?.slot;

  /** false: nothing changed by it */
  step(next: Plan): boolean {
    if (next === this.#plan) return false;
    this.#past = [...this.#past, this.#plan].slice(-MOST_STEPS);
    this.#future = [];
    this.#show(next);
    return true;
  }
  undo(): boolean {
    const before = this.#past.at(-1);
    if (!before) return false;
    this.#future = [...this.#future, this.#plan];
    this.#past = this.#past.slice(0, -1);
    this.#show(before);
    return true;
  }
  redo(): boolean {
    const next = this.#future.at(-1);
    if (!next) return false;
    this.#past = [...this.#past, this.#plan];
    this.#future = this.#future.slice(0, -1);
    this.#show(next);
    return true;
  }
  #show(plan: Plan): void {
    this.#plan = plan;
    const ids = setOf(plan.flatMap(({ slots }) => slots.map(({ id }) => id)));
    if ([...this.#selected].some((id) => !ids.has(id)))
      this.#selected = setOf([...this.#selected].filter((id) => ids.has(id)));
  }
  /** Another basis: what somebody else made meanwhile, with one's own changes in it as a step that can be undone. */
  rebase(base: Plan, plan: Plan): void {
    this.#base = base;
    this.#past = [base];
    this.#future = [];
    this.#show(plan);
  }
  /** Everything as it was made into a version. */
  saved(): void {
    this.#base = this.#plan;
    this.#past = [];
    this.#future = [];
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
    this.aim(stepTarget(this.#plan, this.#held.at, key, least));
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
        ? placeProduct(this.#plan, cargo.gtin, target)
        : moveSlots(this.#plan, cargo.slotIds, target, this.sensed);
    const known = setOf(this.#plan.flatMap(({ slots }) => slots.map(({ id }) => id)));
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

  empty = (ids = this.#selected): boolean => this.step(emptySlots(this.#plan, ids));
  remove = (ids = this.#selected): boolean => this.step(removeSlots(this.#plan, ids));
  set = (values: Parameters<typeof setSlots>[2], ids = this.#selected): boolean =>
    this.step(setSlots(this.#plan, ids, values));
}
