import type { Fixture, Slot, StoreFile } from '@aisle/contracts';

/** What a file wants to stand in a place; the places of one level are told from left to right. */
export interface Wanted {
  /** where the file says it: a line, from 1 */
  line: number;
  /** the slot that it names; undefined: the file knows no slots */
  slotId?: string;
  level?: number;
  gtin?: string;
  facings?: number;
  capacity?: number;
}
export interface Placed {
  slots: Slot[];
  /** which slot each line went to */
  places: [line: number, slotId: string][];
}

/**
 * The slots of a fixture so that they hold what is wanted. Slots keep their ids, which sensors and figures go by: first those that
 * hold the product already (the longest row of them that is in order), then those between them, then new ones. A slot that
 * nothing is wanted in stays, empty.
 */
export function placed(fixture: Fixture, wanted: readonly Wanted[]): Placed {
  const levels = new Map<number, { own: Slot[]; wanted: Wanted[] }>();
  const at = (level: number) => {
    let found = levels.get(level);
    if (!found) levels.set(level, (found = { own: [], wanted: [] }));
    return found;
  };
  for (const slot of fixture.slots ?? []) at(slot.level ?? 1).own.push(slot);
  for (const want of wanted) at(want.level ?? 1).wanted.push(want);
  const taken = new Set((fixture.slots ?? []).map(({ id }) => id));
  const places: [number, string][] = [];
  // slots stay in their order; new ones stand beside their neighbours on the level
  const changed = new Map<string, Slot>();
  const [before, after] = [new Map<string, Slot[]>(), new Map<string, Slot[]>()];
  const end: Slot[] = [];
  for (const [level, { own, wanted: here }] of [...levels].sort(([a], [b]) => a - b)) {
    let [waiting, last]: [Slot[], string | undefined] = [[], undefined];
    for (const { slot, want } of aligned(own, here)) {
      const id = slot?.id ?? freeId(`${fixture.id}-L${level}`, taken);
      if (want) places.push([want.line, id]);
      if (slot) {
        changed.set(id, want ? filled(slot, want) : emptied(slot));
        before.set(id, waiting);
        [waiting, last] = [[], id];
      } else waiting.push(filled({ id, level }, want as Wanted));
    }
    if (last === undefined) end.push(...waiting);
    else after.set(last, waiting);
  }
  const slots = (fixture.slots ?? []).flatMap((slot) => [
    ...(before.get(slot.id) ?? []),
    changed.get(slot.id) ?? slot,
    ...(after.get(slot.id) ?? []),
  ]);
  slots.push(...end);
  return { slots, places: places.sort(([a], [b]) => a - b) };
}

/** A slot with another product, or more or less of it. What the slot itself is (its tare, its level) stays. */
export function filled(slot: Slot, want: Wanted): Slot {
  const own = <T>(said: T): T | undefined => (slot.gtin === want.gtin ? said : undefined);
  const { gtin: _gtin, facings, capacity, lowAt, ...rest } = slot;
  return {
    ...rest,
    ...(want.gtin !== undefined && { gtin: want.gtin }),
    // how many stand side by side, fit and are few was said of the product that stood there
    ...told('facings', want.facings === 1 && facings === undefined ? undefined : (want.facings ?? own(facings))),
    ...told('capacity', want.capacity ?? own(capacity)),
    ...told('lowAt', own(lowAt)),
  };
}

const emptied = ({ gtin: _gtin, facings: _facings, capacity: _capacity, lowAt: _lowAt, ...slot }: Slot): Slot => slot;

const told = <K extends string>(key: K, value: number | undefined): Partial<Record<K, number>> =>
  value === undefined ? {} : ({ [key]: value } as Partial<Record<K, number>>);

interface Pair {
  slot: Slot | undefined;
  want: Wanted | undefined;
}

/** Both rows in one, each in its order. */
function aligned(own: readonly Slot[], wanted: readonly Wanted[]): Pair[] {
  const pairs: Pair[] = [];
  let [from, start] = [0, 0];
  for (const [i, j] of [...inCommon(own, wanted), [own.length, wanted.length] as const]) {
    const [slots, wants] = [own.slice(from, i), wanted.slice(start, j)];
    for (let at = 0; at < Math.max(slots.length, wants.length); at += 1)
      pairs.push({ slot: slots[at], want: wants[at] });
    if (i < own.length) pairs.push({ slot: own[i], want: wanted[j] });
    [from, start] = [i + 1, j + 1];
  }
  return pairs;
}

/** Beyond so many comparisons (a level of 2,000 places against another) only the order counts. */
const MOST_COMPARED = 4_000_000;

/** Longest common subsequence: of slots and wants with the same product, as many as keep their order. */
function inCommon(own: readonly Slot[], wanted: readonly Wanted[]): (readonly [number, number])[] {
  if (own.length * wanted.length > MOST_COMPARED) return [];
  const isSame = (i: number, j: number) => own[i]?.gtin !== undefined && own[i]?.gtin === wanted[j]?.gtin;
  const width = wanted.length + 1;
  const lengths = new Uint32Array((own.length + 1) * width);
  const length = (i: number, j: number) => lengths[i * width + j] as number;
  for (let i = own.length - 1; i >= 0; i -= 1)
    for (let j = wanted.length - 1; j >= 0; j -= 1)
      lengths[i * width + j] = isSame(i, j) ? length(i + 1, j + 1) + 1 : Math.max(length(i + 1, j), length(i, j + 1));
  const found: (readonly [number, number])[] = [];
  for (let i = 0, j = 0; i < own.length && j < wanted.length;) {
    if (isSame(i, j)) found.push([i++, j++]);
    else if (length(i + 1, j) >= length(i, j + 1)) i += 1;
    else j += 1;
  }
  return found;
}

function freeId(prefix: string, taken: Set<string>): string {
  // ids have at most 64 characters
  const start = prefix.slice(0, 56);
  for (let at = 1; ; at += 1) {
    const id = `${start}-${at}`;
    if (taken.has(id)) continue;
    taken.add(id);
    return id;
  }
}

/** The same file with the slots of some fixtures. */
export function withSlots(file: StoreFile, slots: ReadonlyMap<string, Slot[]>): StoreFile {
  return {
    ...file,
    fixtures: (file.fixtures ?? []).map((fixture) => {
      const own = slots.get(fixture.id);
      return own ? { ...fixture, slots: own } : fixture;
    }),
  };
}
