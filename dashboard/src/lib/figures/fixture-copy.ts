import type { Product, Slot, StoreFile } from '@aisle/contracts';
import { goodsOf, holding, emptied, levelOf, newIds, withSlots, type Plan } from './planogram.js';

/**
 * What stands on one fixture put onto another, level by level from the left. Slots that are there keep their ids, for sensors and figures
 * go by them; where there are too few, new ones are made, and what is left over goes, or stays empty where a sensor looks at it.
 */
export function copyOnto(plan: Plan, from: readonly Slot[], toId: string, sensed: ReadonlySet<string>): Plan {
  const fixture = plan.find(({ id }) => id === toId);
  if (!fixture) return plan;
  const free = new Map<number, Slot[]>();
  for (const slot of fixture.slots) free.set(levelOf(slot), [...(free.get(levelOf(slot)) ?? []), slot]);
  const missing = from.length - from.filter((slot) => take(free, slot) !== undefined).length;
  const again = new Map<number, Slot[]>();
  for (const slot of fixture.slots) again.set(levelOf(slot), [...(again.get(levelOf(slot)) ?? []), slot]);
  const fresh = newIds(plan, toId, missing);
  const slots = from.map((slot): Slot => {
    const own = take(again, slot);
    const goods = slot.gtin === undefined ? { facings: slot.facings, capacity: slot.capacity } : goodsOf(slot);
    const known = Object.fromEntries(Object.entries(goods).filter(([, value]) => value !== undefined));
    return own
      ? { ...holding(own, known), level: levelOf(slot) }
      : { id: fresh.shift() as string, ...known, level: levelOf(slot) };
  });
  const left = [...again.values()].flat().filter(({ id }) => sensed.has(id));
  const next = [...slots, ...left.map(emptied)];
  return withSlots(plan, new Map([[toId, next]]));
}
const take = (free: ReadonlyMap<number, Slot[]>, slot: Slot): Slot | undefined => free.get(levelOf(slot))?.shift();

/** A fixture's slots as another shop can have them: products by its own codes; what it does not sell leaves its slot free. */
export function asSoldBy(slots: readonly Slot[], { products = [] }: StoreFile): { slots: Slot[]; missing: string[] } {
  const byCode = new Map<string, Product>();
  for (const product of products)
    for (const code of [product.gtin, ...(product.codes ?? [])]) if (!byCode.has(code)) byCode.set(code, product);
  const missing: string[] = [];
  const sold = slots.map((slot) => {
    if (slot.gtin === undefined) return slot;
    const product = byCode.get(slot.gtin);
    if (product) return { ...slot, gtin: product.gtin };
    missing.push(slot.gtin);
    return emptied(slot);
  });
  return { slots: sold, missing: [...new Set(missing)] };
}
