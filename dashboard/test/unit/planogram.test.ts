import { describe, expect, it } from 'vitest';
import type { Slot, StoreFile } from '@aisle/contracts';
import { asSoldBy, copyOnto } from '../../src/lib/figures/fixture-copy.js';
import { moveLine, productMoves, versionLines } from '../../src/lib/figures/moves.js';
import {
  changedFixtures,
  emptySlots,
  findSlot,
  isSame,
  levelsOf,
  mergePlans,
  moveSlots,
  placeProduct,
  placesOf,
  removeSlots,
  sensedSlots,
  setSlots,
  stepTarget,
  type Plan,
} from '../../src/lib/figures/planogram.js';
import { translate, type Locale, type Translate } from '../../src/lib/i18n/translate.js';

const NONE: ReadonlySet<string> = new Set();
const plan: Plan = [
  {
    id: 'f',
    slots: [
      { id: 'f-a', gtin: 'milk', facings: 3, capacity: 30, level: 1, tareGrams: 120 },
      { id: 'f-b', gtin: 'kefir', level: 1, lowAt: 2 },
      { id: 'f-c', level: 1, capacity: 9 },
      { id: 'f-d', gtin: 'quark', level: 3 },
    ],
  },
  { id: 'g', slots: [{ id: 'g-a', gtin: 'curd', facings: 2 }] },
];
const slot = (of: Plan, id: string): Slot | undefined => findSlot(of, id)?.slot;
const ids = (of: Plan, fixture: string, level = 1): string[] =>
  (levelsOf(of.find(({ id }) => id === fixture) as Plan[number]).find((one) => one.level === level)?.slots ?? []).map(
    ({ id }) => id,
  );

describe('what stands where', () => {
  it('has its levels from above, the empty ones between too', () => {
    expect(levelsOf(plan[0] as Plan[number]).map(({ level, slots }) => [level, slots.length])).toEqual([
      [3, 1],
      [2, 0],
      [1, 3],
    ]);
    expect(levelsOf(plan[1] as Plan[number], 4)).toHaveLength(4);
    expect(
      placesOf(plan)
        .get('milk')
        ?.map(({ slot: { id } }) => id),
    ).toEqual(['f-a']);
  });

  it('onto a slot two products change places with what is said of them; what the slot weighs stays', () => {
    const next = moveSlots(plan, ['f-a'], { slotId: 'f-b' }, NONE);
    expect(slot(next, 'f-a')).toEqual({ id: 'f-a', gtin: 'kefir', level: 1, tareGrams: 120, lowAt: 2 });
    expect(slot(next, 'f-b')).toEqual({ id: 'f-b', gtin: 'milk', facings: 3, capacity: 30, level: 1 });
    expect(next[1]).toBe(plan[1]);
    const free = moveSlots(plan, ['f-a'], { slotId: 'f-c' }, NONE);
    expect(slot(free, 'f-a')).toEqual({ id: 'f-a', capacity: 30, level: 1, tareGrams: 120 });
    expect(slot(free, 'f-c')).toEqual({ id: 'f-c', gtin: 'milk', facings: 3, capacity: 30, level: 1 });
    expect(moveSlots(plan, ['f-a'], { slotId: 'f-a' }, NONE)).toBe(plan);
    expect(moveSlots(plan, ['nobody'], { slotId: 'f-a' }, NONE)).toBe(plan);
  });

  it('between slots the slot itself moves along, counted without itself; to where it was nothing changes', () => {
    const next = moveSlots(plan, ['f-a'], { fixtureId: 'f', level: 1, index: 2 }, NONE);
    expect(ids(next, 'f')).toEqual(['f-b', 'f-a', 'f-c']);
    expect(ids(moveSlots(plan, ['f-a', 'f-b'], { fixtureId: 'f', level: 3, index: 0 }, NONE), 'f', 3)).toEqual([
      'f-a',
      'f-b',
      'f-d',
    ]);
    expect(moveSlots(plan, ['f-a'], { fixtureId: 'f', level: 1, index: 1 }, NONE)).toBe(plan);
    expect(moveSlots(plan, ['f-a'], { fixtureId: 'none', level: 1, index: 1 }, NONE)).toBe(plan);
  });

  it('to another fixture a slot is made; the old one goes, or stays empty where a sensor looks at it', () => {
    const to = { fixtureId: 'g', level: 1, index: 0 };
    const gone = moveSlots(plan, ['f-a'], to, NONE);
    expect(slot(gone, 'f-a')).toBeUndefined();
    expect(slot(gone, 'g-1')).toEqual({ id: 'g-1', gtin: 'milk', facings: 3, capacity: 30, level: 1 });
    expect(ids(gone, 'g')).toEqual(['g-1', 'g-a']);
    const stays = moveSlots(plan, ['f-a'], to, new Set(['f-a']));
    expect(slot(stays, 'f-a')).toEqual({ id: 'f-a', capacity: 30, level: 1, tareGrams: 120 });
  });

  it('a product of the list goes into a slot in the place of another, or into one of its own', () => {
    const onto = placeProduct(plan, 'rice', { slotId: 'f-b' });
    expect(slot(onto, 'f-b')).toEqual({ id: 'f-b', gtin: 'rice', facings: 1, level: 1 });
    const between = placeProduct(plan, 'rice', { fixtureId: 'f', level: 1, index: 1 });
    expect(ids(between, 'f')).toEqual(['f-a', 'f-1', 'f-b', 'f-c']);
    expect(slot(between, 'f-1')).toEqual({ id: 'f-1', gtin: 'rice', facings: 1, level: 1 });
  });

  it('empties, removes and sets several at once', () => {
    const two = new Set(['f-a', 'g-a']);
    expect(slot(emptySlots(plan, two), 'f-a')).toEqual({ id: 'f-a', capacity: 30, level: 1, tareGrams: 120 });
    expect(removeSlots(plan, two).map(({ slots }) => slots.length)).toEqual([3, 0]);
    const set = setSlots(plan, two, { facings: 5, capacity: null });
    expect([slot(set, 'f-a'), slot(set, 'g-a')]).toEqual([
      { id: 'f-a', gtin: 'milk', facings: 5, level: 1, tareGrams: 120 },
      { id: 'g-a', gtin: 'curd', facings: 5 },
    ]);
    expect(emptySlots(plan, new Set(['nobody']))).toBe(plan);
  });

  it('knows which slots sensors look at: those named, and all of a fixture whose device names none', () => {
    const file = {
      fixtures: plan.map(({ id, slots }) => ({ id, slots: [...slots] })),
      devices: [
        { id: 's', family: 'shelf', dialect: 'esphome', fixture: 'f', sensors: [{ slot: 'f-b' }] },
        { id: 'r', family: 'rfid', dialect: 'aisle', fixture: 'g' },
        { id: 'c', family: 'camera', dialect: 'aisle', fixture: 'f' },
      ],
    } as unknown as StoreFile;
    expect([...sensedSlots(file)].sort()).toEqual(['f-b', 'g-a']);
  });

  it('carried by keys, goes through gaps and slots and from level to level, and never off the fixture', () => {
    expect(stepTarget(plan, { slotId: 'f-a' }, 'right', 1)).toEqual({ fixtureId: 'f', level: 1, index: 1 });
    expect(stepTarget(plan, { fixtureId: 'f', level: 1, index: 1 }, 'right', 1)).toEqual({ slotId: 'f-b' });
    expect(stepTarget(plan, { fixtureId: 'f', level: 1, index: 0 }, 'left', 1)).toEqual({
      fixtureId: 'f',
      level: 1,
      index: 0,
    });
    expect(stepTarget(plan, { slotId: 'f-c' }, 'up', 1)).toEqual({ fixtureId: 'f', level: 2, index: 0 });
    expect(stepTarget(plan, { slotId: 'f-d' }, 'up', 1)).toEqual({ slotId: 'f-d' });
  });
});

describe('two plans at once', () => {
  it('hold both changes slot by slot; where both changed one, mine, which is told', () => {
    const mine = setSlots(moveSlots(plan, ['f-a'], { fixtureId: 'f', level: 1, index: 2 }, NONE), new Set(['f-b']), {
      facings: 7,
    });
    const theirs = setSlots(
      placeProduct(plan, 'rice', { fixtureId: 'f', level: 1, index: 0 }),
      new Set(['f-b', 'g-a']),
      {
        facings: 9,
      },
    );
    const { plan: merged, clashes } = mergePlans(plan, mine, theirs);
    expect(clashes.map(({ slotId, mine: m, theirs: t }) => [slotId, m?.facings, t?.facings])).toEqual([['f-b', 7, 9]]);
    expect(ids(merged, 'f')).toEqual(['f-1', 'f-b', 'f-a', 'f-c']);
    expect([slot(merged, 'f-b')?.facings, slot(merged, 'g-a')?.facings]).toEqual([7, 9]);
    expect(changedFixtures(theirs, merged).map(({ id }) => id)).toEqual(['f']);
    expect(changedFixtures(plan, plan)).toEqual([]);
    expect(isSame({ id: 'a', level: 1 }, { level: 1, id: 'a' })).toBe(true);
  });
});

describe('a fixture that is copied', () => {
  it('keeps the slots that are there, level by level; new ones are made, and what is left goes or stays empty', () => {
    const from: Slot[] = [
      { id: 'x-1', gtin: 'milk', facings: 4, capacity: 40, level: 1, tareGrams: 7 },
      { id: 'x-2', level: 3, capacity: 5 },
      { id: 'x-3', gtin: 'rice', level: 3 },
    ];
    const next = copyOnto(plan, from, 'f', new Set(['f-c']));
    expect(next[0]?.slots).toEqual([
      { id: 'f-a', gtin: 'milk', facings: 4, capacity: 40, level: 1, tareGrams: 120 },
      { id: 'f-d', level: 3, capacity: 5 },
      { id: 'f-1', gtin: 'rice', level: 3 },
      { id: 'f-c', level: 1, capacity: 9 },
    ]);
    expect(next[1]).toBe(plan[1]);
    expect(copyOnto(plan, from, 'none', NONE)).toBe(plan);
  });

  it('goes into another shop by its own codes; what it does not sell leaves its slot free and is named', () => {
    const other = { products: [{ gtin: '0690', codes: ['milk'] }, { gtin: 'rice' }] } as unknown as StoreFile;
    const { slots, missing } = asSoldBy([...(plan[0]?.slots ?? []), { id: 'x', gtin: 'quark' }], other);
    expect(slots.map(({ gtin }) => gtin)).toEqual(['0690', undefined, undefined, undefined, undefined]);
    expect(missing).toEqual(['kefir', 'quark']);
  });
});

describe('a change of the planogram in words', () => {
  const file = {
    products: [{ gtin: 'milk', name: { en: 'Milk', zh: '牛奶' } }],
    fixtures: [
      { id: 'f', name: { en: 'Wall', zh: '靠墙架' } },
      { id: 'g', name: { en: 'Island', zh: '中岛' } },
    ],
  } as unknown as StoreFile;
  const words = (locale: Locale) => {
    const t: Translate = (key, params) => translate(locale, key, params);
    return { t, locale, file };
  };

  it('is goods that move, come, go and get other facings', () => {
    const moved = moveSlots(plan, ['f-a'], { fixtureId: 'g', level: 2, index: 0 }, NONE);
    const after = setSlots(
      placeProduct(emptySlots(moved, new Set(['f-b'])), 'rice', { slotId: 'f-c' }),
      new Set(['g-a']),
      { facings: 1 },
    );
    const moves = productMoves(plan, after);
    expect(moves.map(({ kind, gtin }) => [kind, gtin])).toEqual([
      ['placed', 'rice'],
      ['facings', 'curd'],
      ['moved', 'milk'],
      ['taken', 'kefir'],
    ]);
    const milk = moves.find(({ gtin }) => gtin === 'milk');
    expect(milk && moveLine(words('en'), milk)).toBe('Milk moved from Wall level 1 to Island level 2');
    expect(milk && moveLine(words('zh'), milk)).toBe('牛奶从靠墙架第 1 层移到中岛第 2 层');
    expect(productMoves(plan, plan)).toEqual([]);
  });

  it('is said of a version’s changes too', () => {
    const lines = versionLines({ ...words('en'), currency: 'CNY' }, [
      {
        ...{ section: 'assortment', what: 'slots', id: 'f-a', how: 'changed', fields: ['facings'] },
        ...{ before: { facings: 2, gtin: 'milk' }, after: { facings: 3, gtin: 'milk' } },
      },
    ]);
    expect(lines).toEqual(['Milk on f-a: 2 → 3 facings']);
  });
});
