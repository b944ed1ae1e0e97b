import type { StoreChange, StoreFile, Zone } from '@aisle/contracts';
import { KINDS, itemOf, type Item, type ItemOf, type Ref } from './floor.js';
import { mergePlans, type Clash, type Plan } from './planogram.js';
import { areaOf } from './zones.js';

/** What differs, as a version would tell it; small values only. */
export function floorChanges(before: StoreFile, after: StoreFile): StoreChange[] {
  const changes: StoreChange[] = [];
  const change = (what: StoreChange['what'], id: string, how: StoreChange['how'], more: Partial<StoreChange>) =>
    changes.push({ section: 'layout', what, id, how, fields: [], ...more });
  if (JSON.stringify(before.floor) !== JSON.stringify(after.floor)) {
    const fields = (['width', 'depth'] as const).filter((field) => before.floor[field] !== after.floor[field]);
    change('floor', '', 'changed', { fields: [...fields], before: before.floor, after: after.floor });
  }
  for (const kind of KINDS) {
    const was = new Map(((before[kind] ?? []) as Item[]).map((item) => [item.id, item]));
    const now = new Map(((after[kind] ?? []) as Item[]).map((item) => [item.id, item]));
    for (const [id, item] of now) {
      const old = was.get(id);
      const named = { ...(item.name !== undefined && { name: item.name }), ...familyOf(item) };
      if (!old) change(kind, id, 'added', { ...named, after: told(item, []) });
      else if (old !== item) {
        const keys = [...new Set([...Object.keys(old), ...Object.keys(item)])].filter((key) => key !== 'slots');
        const value = (of: Item, key: string): unknown => (of as unknown as Record<string, unknown>)[key];
        const fields = keys.filter((key) => JSON.stringify(value(old, key)) !== JSON.stringify(value(item, key)));
        if (fields.length > 0)
          change(kind, id, 'changed', { ...named, fields, before: told(old, fields), after: told(item, fields) });
      }
    }
    for (const [id, item] of was)
      if (!now.has(id))
        change(kind, id, 'removed', {
          ...(item.name === undefined ? {} : { name: item.name }),
          before: told(item, []),
        });
  }
  return changes;
}
const familyOf = (item: Item) => ('family' in item ? { family: item.family } : {});
function told(item: Item, fields: readonly string[]): Record<string, unknown> {
  const all = item as unknown as Record<string, unknown>;
  const values: Record<string, unknown> = {};
  for (const field of fields) {
    if (field === 'polygon') values['squareMetres'] = Math.round(areaOf((item as Zone).polygon) * 100) / 100;
    else if (field !== 'line' && all[field] !== undefined) values[field] = all[field];
  }
  return values;
}

/** Another's floor with my changes on it, thing by thing; where both changed one, mine, which is told of. */
export function mergeFloors(base: StoreFile, mine: StoreFile, theirs: StoreFile): { file: StoreFile; clashes: Ref[] } {
  const clashes: Ref[] = [];
  const text = (item: Item | undefined): string => JSON.stringify(item);
  const same = (one: StoreFile['floor'], other: StoreFile['floor']): boolean =>
    JSON.stringify(one) === JSON.stringify(other);
  let file: StoreFile = same(base.floor, mine.floor) ? theirs : { ...theirs, floor: mine.floor };
  for (const kind of KINDS) {
    const ids = new Set([...(theirs[kind] ?? []), ...(mine[kind] ?? [])].map(({ id }) => id));
    const list: Item[] = [];
    for (const id of ids) {
      // what lies in a fixture is the planogram's, and what a device is the device page's: always theirs
      const others = itemOf(theirs, { kind, id });
      const [b, m, t] = [base, mine, theirs].map((of) => ownOf(kind, itemOf(of, { kind, id }), others));
      const isMine = text(b) !== text(m);
      if (isMine && text(b) !== text(t) && text(m) !== text(t)) clashes.push({ kind, id });
      const chosen = isMine ? m : t;
      if (chosen) list.push(chosen);
    }
    if (list.length > 0 || file[kind]) file = { ...file, [kind]: list };
  }
  return { file, clashes };
}

/** What of something the floor says; the rest is as the other version has it. */
function ownOf(kind: Ref['kind'], item: Item | undefined, others: Item | undefined): Item | undefined {
  if (!item || !others) return kind === 'devices' && !others ? undefined : item;
  if (kind === 'fixtures') {
    const { slots } = others as ItemOf<'fixtures'>;
    return slots ? ({ ...item, slots } as Item) : item;
  }
  if (kind !== 'devices') return item;
  const { at, facingDegrees } = item as ItemOf<'devices'>;
  const { at: _at, facingDegrees: _facing, ...device } = others as ItemOf<'devices'>;
  return { ...device, ...(at && { at }), ...(facingDegrees !== undefined && { facingDegrees }) };
}

export const planOf = (file: StoreFile): Plan => (file.fixtures ?? []).map(({ id, slots = [] }) => ({ id, slots }));
/** The file with what stands where by a plan; fixtures that the plan does not have stay as they are. */
export function withPlan(file: StoreFile, plan: Plan): StoreFile {
  const slots = new Map(plan.map((fixture) => [fixture.id, fixture.slots]));
  const fixtures = file.fixtures?.map((fixture) => {
    const own = slots.get(fixture.id);
    return own === undefined || own === (fixture.slots ?? []) || (own.length === 0 && !fixture.slots)
      ? fixture
      : { ...fixture, slots: [...own] };
  });
  return fixtures ? { ...file, fixtures } : file;
}

/** Floor and planogram of another's file with my changes of both on it. */
export function mergeFiles(
  base: StoreFile,
  mine: StoreFile,
  theirs: StoreFile,
): { file: StoreFile; clashes: Ref[]; slots: Clash[] } {
  const floor = mergeFloors(base, mine, theirs);
  // a fixture that I drew is in the plan already, with what I put into it
  const { plan, clashes: slots } = mergePlans(planOf(base), planOf(mine), planOf(floor.file));
  return { file: withPlan(floor.file, plan), clashes: floor.clashes, slots };
}
