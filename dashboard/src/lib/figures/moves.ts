import type { Slot, StoreChange, StoreFile } from '@aisle/contracts';
import { nameOf, type Locale, type Name, type Translate } from '../i18n/translate.js';
import { changeLines, type ChangeWords } from './changes.js';
import { facingsOf, levelOf, type Plan } from './planogram.js';

/** What a change of the planogram means for goods: products that move, come and go, instead of slots whose fields differ. */
export interface Stand {
  slotId: string;
  fixtureId: string;
  /** null: not known, of a slot that is no more */
  level: number | null;
  facings: number;
}
export interface ProductMove {
  kind: 'moved' | 'placed' | 'taken' | 'facings';
  gtin: string;
  from: Stand | null;
  to: Stand | null;
  name?: Name;
}

type Held = readonly (Stand & { gtin: string; name?: Name })[];

/** Between two plans, in the order of the newer one; what left comes last. */
export function productMoves(before: Plan, after: Plan): ProductMove[] {
  return matched(standsOf(before), standsOf(after));
}
const standsOf = (plan: Plan): Held =>
  plan.flatMap(({ id, slots }) => slots.flatMap((slot) => (slot.gtin === undefined ? [] : [standOf(id, slot)])));
const standOf = (fixtureId: string, slot: Slot) => ({
  ...{ slotId: slot.id, fixtureId, level: levelOf(slot), facings: facingsOf(slot), gtin: slot.gtin as string },
});

/** One in the same slot is the same; of the others each that left is taken for the first that came of its product. */
function matched(before: Held, after: Held): ProductMove[] {
  const open = new Map<string, (Held[number] | null)[]>();
  for (const stand of before) open.set(stand.gtin, [...(open.get(stand.gtin) ?? []), stand]);
  const take = (gtin: string, fits: (stand: Stand) => boolean): Stand | null => {
    const list = open.get(gtin) ?? [];
    const at = list.findIndex((stand) => stand !== null && fits(stand));
    const found = list[at] ?? null;
    if (at >= 0) list[at] = null;
    return found;
  };
  const same = after.map((to) => take(to.gtin, ({ slotId }) => slotId === to.slotId));
  const named = ({ name }: Held[number]) => (name === undefined ? {} : { name });
  const came = after.flatMap((to, index): ProductMove[] => {
    const stayed = same[index];
    const from = stayed ?? take(to.gtin, () => true);
    const base = { gtin: to.gtin, from, to, ...named(to) };
    if (!from) return [{ kind: 'placed', ...base }];
    const isThere = from.fixtureId === to.fixtureId && (from.level === to.level || from.level === null);
    if (stayed && isThere) return from.facings === to.facings ? [] : [{ kind: 'facings', ...base }];
    return [{ kind: 'moved', ...base }];
  });
  const left = [...open.values()]
    .flat()
    .flatMap((from): ProductMove[] =>
      from ? [{ kind: 'taken', gtin: from.gtin, from, to: null, ...named(from) }] : [],
    );
  return [...came, ...left];
}

/**
 * The same from what a version says of its changes; `file` knows where slots are that it does not tell of. `rest`: what of the changes
 * is not said by the moves.
 */
export function movesOfChanges(
  changes: readonly StoreChange[],
  file: StoreFile,
): { moves: ProductMove[]; rest: StoreChange[] } {
  const known = new Map(
    (file.fixtures ?? []).flatMap(({ id, slots = [] }) => slots.map((slot) => [slot.id, { fixtureId: id, slot }])),
  );
  const [before, after]: [Held[number][], Held[number][]] = [[], []];
  const rest: StoreChange[] = [];
  for (const change of changes) {
    const told = change.what === 'slots' && change.id !== '';
    const tells = told && (change.how !== 'changed' || change.fields.some((field) => TOLD.has(field)));
    if (!tells) {
      rest.push(change);
      continue;
    }
    const now = known.get(change.id);
    const one = (values: StoreChange['before'], other: StoreChange['before']): Held[number] | null => {
      // of what did not change the file has the value
      const unchanged = change.how === 'changed' && !change.fields.includes('gtin');
      const gtin = (values?.['gtin'] ?? (unchanged ? now?.slot.gtin : undefined)) as string | undefined;
      if (gtin === undefined) return null;
      const name = values?.['product'] as Name;
      const level = (values?.['level'] ?? (other?.['level'] === undefined ? now?.slot.level : undefined)) as
        number | undefined;
      const facings = values?.['facings'] ?? (change.fields.includes('facings') ? 1 : now?.slot.facings);
      return {
        ...{ slotId: change.id, gtin, facings: Number(facings ?? 1) },
        ...{ fixtureId: String(values?.['fixture'] ?? now?.fixtureId ?? ''), level: level ?? (now ? 1 : null) },
        ...(name !== undefined && { name }),
      };
    };
    const was = change.how === 'added' ? null : one(change.before, change.after);
    const is = change.how === 'removed' ? null : one(change.after, change.before);
    if (was) before.push(was);
    if (is) after.push(is);
    const more = change.fields.filter((field) => !TOLD.has(field));
    if (change.how === 'changed' && more.length > 0) rest.push({ ...change, fields: more });
    if (change.how !== 'changed' && !was && !is) rest.push(change);
  }
  return { moves: matched(before, after), rest };
}
const TOLD: ReadonlySet<string> = new Set(['gtin', 'facings', 'level', 'fixture']);

export interface MoveWords {
  t: Translate;
  locale: Locale;
  file: StoreFile;
}

/** "Milk 950 ml moved from Dairy left level 2 to Dairy front level 4, 2 → 3 facings" */
export function moveLine({ t, locale, file }: MoveWords, { kind, gtin, from, to, name }: ProductMove): string {
  const product = nameOf(file.products?.find((one) => one.gtin === gtin)?.name ?? name, locale, gtin);
  const where = (stand: Stand | null): string => {
    const fixture = nameOf(
      file.fixtures?.find(({ id }) => id === stand?.fixtureId)?.name,
      locale,
      stand?.fixtureId || (stand?.slotId ?? ''),
    );
    return !stand || stand.level === null ? fixture : t('move.where', { fixture, level: stand.level });
  };
  const facings =
    from && to && from.facings !== to.facings ? t('move.facings', { before: from.facings, after: to.facings }) : '';
  if (kind === 'moved') return t('move.moved', { product, from: where(from), to: where(to), facings });
  if (kind === 'placed') return t('move.placed', { product, to: where(to), n: to?.facings ?? 1 });
  if (kind === 'taken') return t('move.taken', { product, from: where(from) });
  return t('move.facingsOnly', { product, where: where(to), before: from?.facings ?? 1, after: to?.facings ?? 1 });
}

/** All that a version changes: goods first, as people would say it. */
export function versionLines(words: ChangeWords, changes: readonly StoreChange[]): string[] {
  const { moves, rest } = movesOfChanges(changes, words.file);
  return [...moves.map((move) => moveLine(words, move)), ...rest.flatMap((change) => changeLines(words, change))];
}

/** Two minutes a product: to take it out, clean, carry, put it in and change its label. */
export const MINUTES_A_MOVE = 2;
/** What staff has to do, one line a product; a product whose facings alone change is pulled or filled up on the spot. */
export const workMinutes = (moves: readonly ProductMove[]): number =>
  moves.reduce((sum, { kind }) => sum + (kind === 'facings' ? 1 : MINUTES_A_MOVE), 0);
