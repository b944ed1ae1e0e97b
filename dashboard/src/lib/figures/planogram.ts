import type { Slot, StoreFile } from '@aisle/contracts';

/**
 * What stands where, as the drawing board changes it. Nothing is changed in place: a step gives another plan in which fixtures that it
 * did not touch are the same objects, so that only what changed is drawn anew and a step back is the plan before.
 */
export interface PlanFixture {
  readonly id: string;
  /** from left to right, levels mixed */
  readonly slots: readonly Slot[];
}
export type Plan = readonly PlanFixture[];

/** A place between slots: before the slot that is at `index` of its level, from the left; behind the last where there is none. */
export interface Gap {
  fixtureId: string;
  level: number;
  index: number;
}
export interface Onto {
  slotId: string;
}
export type Target = Gap | Onto;
export const isOnto = (target: Target): target is Onto => 'slotId' in target;

/** A slot without a level lies on the lowest. */
export const levelOf = (slot: Slot): number => slot.level ?? 1;
export const facingsOf = (slot: Slot): number => slot.facings ?? 1;

/** The levels of a fixture, the highest first, with those that are empty up to the highest in use (at least `least`). */
export function levelsOf(fixture: PlanFixture, least = 1): { level: number; slots: readonly Slot[] }[] {
  const byLevel = new Map<number, Slot[]>();
  let highest = least;
  for (const slot of fixture.slots) {
    const level = levelOf(slot);
    highest = Math.max(highest, level);
    const list = byLevel.get(level);
    if (list) list.push(slot);
    else byLevel.set(level, [slot]);
  }
  return Array.from({ length: highest }, (_, at) => ({
    level: highest - at,
    slots: byLevel.get(highest - at) ?? [],
  }));
}

export interface Found {
  fixture: PlanFixture;
  slot: Slot;
}
export function findSlot(plan: Plan, slotId: string): Found | undefined {
  for (const fixture of plan) {
    const slot = fixture.slots.find(({ id }) => id === slotId);
    if (slot) return { fixture, slot };
  }
  return undefined;
}

/** Which slots a scale or an antenna of their own looks at: such a slot stays where it is when its product goes. */
export function sensedSlots(file: StoreFile): ReadonlySet<string> {
  const sensed = new Set<string>();
  const ofFixture = new Map((file.fixtures ?? []).map(({ id, slots = [] }) => [id, slots.map((slot) => slot.id)]));
  for (const device of file.devices ?? []) {
    if (device.family !== 'shelf' && device.family !== 'rfid') continue;
    const named = [...(device.sensors ?? []), ...(device.antennas ?? [])];
    for (const { slot } of named) if (slot !== undefined) sensed.add(slot);
    const whole = [device.fixture, ...(device.antennas ?? []).map(({ fixture }) => fixture)];
    if (device.family === 'rfid' || (device.sensors ?? []).length === 0)
      for (const id of whole) for (const slot of ofFixture.get(id ?? '') ?? []) sensed.add(slot);
  }
  return sensed;
}

/** Where a gtin stands: its slots in the order of the plan. */
export function placesOf(plan: Plan): ReadonlyMap<string, readonly Found[]> {
  const places = new Map<string, Found[]>();
  for (const fixture of plan)
    for (const slot of fixture.slots) {
      if (slot.gtin === undefined) continue;
      const list = places.get(slot.gtin);
      if (list) list.push({ fixture, slot });
      else places.set(slot.gtin, [{ fixture, slot }]);
    }
  return places;
}

/** What goes along when a product leaves its slot; what the empty slot weighs stays. */
const GOODS = ['gtin', 'facings', 'capacity', 'lowAt'] as const;
type Goods = Partial<Pick<Slot, (typeof GOODS)[number]>>;
export function goodsOf(slot: Slot): Goods {
  return Object.fromEntries(GOODS.flatMap((name) => (slot[name] === undefined ? [] : [[name, slot[name]]])));
}
export function holding(slot: Slot, goods: Goods): Slot {
  const { gtin: _gtin, facings: _facings, capacity: _capacity, lowAt: _lowAt, ...bare } = slot;
  return { ...bare, ...goods };
}
/** What can be said of a slot in which nothing lies: how much would fit. */
export function emptied(slot: Slot): Slot {
  const { gtin: _gtin, lowAt: _lowAt, facings: _facings, ...rest } = slot;
  return rest;
}

export function withSlots(plan: Plan, changed: ReadonlyMap<string, readonly Slot[]>): Plan {
  return plan.map((fixture) => {
    const slots = changed.get(fixture.id);
    return slots ? { ...fixture, slots } : fixture;
  });
}
function eachSlot(plan: Plan, ids: ReadonlySet<string>, change: (slot: Slot) => Slot | null): Plan {
  const changed = new Map<string, readonly Slot[]>();
  for (const { id, slots } of plan) {
    if (!slots.some((slot) => ids.has(slot.id))) continue;
    changed.set(
      id,
      slots.flatMap((slot) => (ids.has(slot.id) ? (change(slot) ?? []) : slot)),
    );
  }
  return changed.size === 0 ? plan : withSlots(plan, changed);
}

/** Slot ids are unique in a shop: `fx-1-1`, `fx-1-2` …, the first that nobody has. */
export function newIds(plan: Plan, fixtureId: string, count: number): string[] {
  const taken = new Set(plan.flatMap(({ slots }) => slots.map(({ id }) => id)));
  const ids: string[] = [];
  for (let n = 1; ids.length < count; n += 1) if (!taken.has(`${fixtureId}-${n}`)) ids.push(`${fixtureId}-${n}`);
  return ids;
}

/** Puts slots where `gap` says, in the order given. They must not be among the fixture's own any more. */
function insertAt(slots: readonly Slot[], { level, index }: Gap, added: readonly Slot[]): Slot[] {
  const own = slots.filter((slot) => levelOf(slot) === level);
  const before = own[index];
  const at = before ? slots.indexOf(before) : own.length > 0 ? slots.indexOf(own.at(-1) as Slot) + 1 : slots.length;
  return [...slots.slice(0, at), ...added, ...slots.slice(at)];
}

/**
 * Products move with what is said of them. Onto a slot: one product changes places with what lies there, several go before it. Between
 * slots: within a fixture the slots themselves move; to another fixture a slot is made, and the old one goes, or stays empty where a
 * sensor looks at it.
 */
export function moveSlots(plan: Plan, ids: readonly string[], target: Target, sensed: ReadonlySet<string>): Plan {
  const moving = plan.flatMap(({ slots }) => slots.filter(({ id }) => ids.includes(id)));
  if (moving.length === 0) return plan;
  if (isOnto(target)) {
    const there = findSlot(plan, target.slotId);
    if (!there || (moving.length === 1 && moving[0]?.id === target.slotId)) return plan;
    const [only] = moving;
    if (only && moving.length === 1) {
      const swapped = new Map([
        [only.id, there.slot.gtin === undefined ? emptied(only) : holding(only, goodsOf(there.slot))],
        [there.slot.id, holding(there.slot, goodsOf(only))],
      ]);
      return eachSlot(plan, new Set(swapped.keys()), (slot) => swapped.get(slot.id) ?? slot);
    }
    const level = levelOf(there.slot);
    const index = there.fixture.slots.filter((slot) => levelOf(slot) === level).indexOf(there.slot);
    return moveSlots(plan, ids, { fixtureId: there.fixture.id, level, index }, sensed);
  }
  const fixture = plan.find(({ id }) => id === target.fixtureId);
  if (!fixture) return plan;
  const inside = new Set(fixture.slots.map(({ id }) => id));
  const isMoving = new Set(moving.map(({ id }) => id));
  const onLevel = fixture.slots.filter((slot) => levelOf(slot) === target.level);
  // what moves away from before the gap no longer counts
  const index = target.index - onLevel.slice(0, target.index).filter(({ id }) => isMoving.has(id)).length;
  const fresh = newIds(plan, fixture.id, moving.filter(({ id }) => !inside.has(id)).length);
  const added = moving.map((slot): Slot =>
    inside.has(slot.id)
      ? { ...slot, level: target.level }
      : { id: fresh.shift() as string, ...goodsOf(slot), level: target.level },
  );
  const left = eachSlot(plan, isMoving, (slot) => (inside.has(slot.id) || !sensed.has(slot.id) ? null : emptied(slot)));
  const rest = left.find(({ id }) => id === fixture.id)?.slots ?? [];
  const next = insertAt(rest, { ...target, index }, added);
  const same = next.length === fixture.slots.length && next.every((slot, at) => isSame(slot, fixture.slots[at]));
  return same ? plan : withSlots(left, new Map([[fixture.id, next]]));
}

/** A product of the list: into a slot, in the place of what lies there, or into a new slot between others. */
export function placeProduct(plan: Plan, gtin: string, target: Target): Plan {
  if (isOnto(target))
    return eachSlot(plan, new Set([target.slotId]), (slot) =>
      slot.gtin === gtin ? slot : { ...emptied(slot), gtin, facings: facingsOf(slot) },
    );
  const fixture = plan.find(({ id }) => id === target.fixtureId);
  if (!fixture) return plan;
  const [id] = newIds(plan, fixture.id, 1) as [string];
  const slot: Slot = { id, gtin, facings: 1, level: target.level };
  return withSlots(plan, new Map([[fixture.id, insertAt(fixture.slots, target, [slot])]]));
}

export const emptySlots = (plan: Plan, ids: ReadonlySet<string>): Plan => eachSlot(plan, ids, emptied);
export const removeSlots = (plan: Plan, ids: ReadonlySet<string>): Plan => eachSlot(plan, ids, () => null);
/** null takes a value out. */
export function setSlots(plan: Plan, ids: ReadonlySet<string>, values: { facings?: number; capacity?: number | null }) {
  return eachSlot(plan, ids, (slot) => {
    const { capacity, ...rest } = slot;
    const fits = values.capacity === undefined ? capacity : (values.capacity ?? undefined);
    return {
      ...rest,
      ...(fits !== undefined && { capacity: fits }),
      ...(values.facings !== undefined && { facings: values.facings }),
    };
  });
}

/** Whatever the order of the keys. */
export function isSame(one: Slot | undefined, other: Slot | undefined): boolean {
  if (one === other || !one || !other) return one === other;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]) as Set<keyof Slot>;
  return [...keys].every((key) => one[key] === other[key]);
}
const sameSlots = (one: readonly Slot[], other: readonly Slot[]): boolean =>
  one === other || (one.length === other.length && one.every((slot, at) => isSame(slot, other[at])));

/** The fixtures in which two plans differ, as the newer has them. */
export function changedFixtures(base: Plan, plan: Plan): PlanFixture[] {
  const old = new Map(base.map((fixture) => [fixture.id, fixture]));
  return plan.filter((fixture) => {
    const was = old.get(fixture.id);
    return !was || !sameSlots(was.slots, fixture.slots);
  });
}

export interface Clash {
  fixtureId: string;
  slotId: string;
  mine: Slot | undefined;
  theirs: Slot | undefined;
}

/**
 * Two people changed the same plan: slot by slot the change of whoever made one holds, and where both did, mine, which is told of. The
 * order from left to right is mine where I changed it; what the other put in stands behind what it stood behind.
 */
export function mergePlans(base: Plan, mine: Plan, theirs: Plan): { plan: Plan; clashes: Clash[] } {
  const [was, own] = [new Map(base.map((one) => [one.id, one])), new Map(mine.map((one) => [one.id, one]))];
  const clashes: Clash[] = [];
  const plan = theirs.map((other): PlanFixture => {
    const [old, me] = [was.get(other.id), own.get(other.id)];
    if (!old || !me || sameSlots(old.slots, me.slots)) return other;
    if (sameSlots(old.slots, other.slots)) return me;
    const [b, m, t] = [old, me, other].map(({ slots }) => new Map(slots.map((slot) => [slot.id, slot])));
    const kept = new Map<string, Slot>();
    for (const id of new Set([...(t as Map<string, Slot>).keys(), ...(m as Map<string, Slot>).keys()])) {
      const [before, here, there] = [b?.get(id), m?.get(id), t?.get(id)];
      const chosen = isSame(before, here) ? there : here;
      if (!isSame(before, here) && !isSame(before, there) && !isSame(here, there))
        clashes.push({ fixtureId: other.id, slotId: id, mine: here, theirs: there });
      if (chosen) kept.set(id, chosen);
    }
    const order = (slots: readonly Slot[]): string => slots.map(({ id }) => id).join(' ');
    const [first, second] = order(me.slots) === order(old.slots) ? [other, me] : [me, other];
    return { ...other, slots: inOrder(kept, first.slots, second.slots) };
  });
  return { plan, clashes };
}

function inOrder(kept: ReadonlyMap<string, Slot>, first: readonly Slot[], second: readonly Slot[]): Slot[] {
  const ids = first.map(({ id }) => id).filter((id) => kept.has(id));
  second.forEach(({ id }, at) => {
    if (!kept.has(id) || ids.includes(id)) return;
    const before = second[at - 1]?.id;
    ids.splice(before === undefined ? 0 : ids.indexOf(before) + 1, 0, id);
  });
  return ids.map((id) => kept.get(id) as Slot);
}

/** The sensible next place of what is held, by an arrow key: through gaps and slots of a level, or to the level above or below. */
export function stepTarget(plan: Plan, from: Target, key: 'left' | 'right' | 'up' | 'down', least: number): Target {
  const at = isOnto(from) ? onLevel(plan, from.slotId) : { ...from, half: 0 };
  const fixture = plan.find(({ id }) => id === at?.fixtureId);
  if (!at || !fixture) return from;
  const levels = levelsOf(fixture, least);
  const row = levels.findIndex(({ level }) => level === at.level);
  const own = levels[row]?.slots ?? [];
  // gaps have even numbers, slots odd ones
  const place = at.index * 2 + at.half;
  const asTarget = (level: { level: number; slots: readonly Slot[] }, number: number): Target => {
    const limited = Math.max(0, Math.min(number, level.slots.length * 2));
    const slot = limited % 2 === 1 ? level.slots[(limited - 1) / 2] : undefined;
    return slot ? { slotId: slot.id } : { fixtureId: fixture.id, level: level.level, index: limited / 2 };
  };
  if (key === 'left' || key === 'right')
    return asTarget({ level: at.level, slots: own }, place + (key === 'left' ? -1 : 1));
  const next = levels[row + (key === 'up' ? -1 : 1)];
  return next ? asTarget(next, Math.min(place, next.slots.length * 2)) : from;
}

function onLevel(plan: Plan, slotId: string): (Gap & { half: 1 }) | undefined {
  const found = findSlot(plan, slotId);
  if (!found) return undefined;
  const level = levelOf(found.slot);
  const index = found.fixture.slots.filter((slot) => levelOf(slot) === level).indexOf(found.slot);
  return { fixtureId: found.fixture.id, level, index, half: 1 };
}
