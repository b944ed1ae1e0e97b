import { EXPECTED, levelFactors, spaceFactor, type ShelfModel } from './shelf-model.js';
import type { Solver } from './solve.js';

/** One level of a fixture. */
export interface ShelfLevel {
  level: number;
  /** in facings, or in whatever widths are given in */
  width: number;
}
/** A product that stands on a fixture, or is to. */
export interface ShelfItem {
  id: string;
  level: number;
  facings: number;
  /** of one facing, in the unit of the levels; 1 when left out */
  width?: number | undefined;
  /** expected net sales a week as it stands */
  sales: number;
  /** at most so many facings; twice as many as it has when left out: farther nobody has measured */
  most?: number | undefined;
  /** units that one facing holds; left out: not known, and no limit */
  unitsPerFacing?: number | undefined;
  /** it must hold at least so many */
  leastUnits?: number | undefined;
  /** it stays where and as it is */
  isFixed?: boolean | undefined;
}
export interface Arranged {
  id: string;
  level: number;
  facings: number;
}
export interface ArrangeOptions {
  solver: Pick<Solver, 'solve'>;
  model?: ShelfModel;
  /** seconds that the solver may take */
  timeLimit?: number;
  /** a product is moved only where it brings at least so much a week */
  worthMoving?: number;
}
/** Why there is no arrangement: `code` with `values`, and the same in words. */
export interface Impossible {
  code: 'itemNeedsMore' | 'tooNarrow' | 'noTime';
  values: Record<string, string | number>;
  sentence: { en: string; zh: string };
}
export type Arrangement =
  | { arrangement: Arranged[]; value: number; gap: number | null; proven: boolean; impossible?: undefined }
  | { arrangement: null; value: null; gap: null; proven: boolean; impossible: Impossible };

const TIME_LIMIT = 2;

interface Choice extends Arranged {
  at: number;
  value: number;
  width: number;
}

/** What an item sells a week on another level with other facings. */
export function salesAt(
  item: Pick<ShelfItem, 'level' | 'facings' | 'sales'>,
  to: { level: number; facings: number },
  factors: ReadonlyMap<number, number>,
  model: ShelfModel,
): number {
  const level = (factors.get(to.level) ?? 1) / (factors.get(item.level) ?? 1);
  return item.sales * level * spaceFactor(item.facings, to.facings, model);
}

/** The fewest facings that hold what an item must hold; of one that stays those that it has. */
export function leastFacings({ facings, isFixed, unitsPerFacing, leastUnits }: ShelfItem): number {
  if (isFixed) return facings;
  if (unitsPerFacing === undefined || leastUnits === undefined) return 1;
  return Math.max(1, Math.ceil(leastUnits / unitsPerFacing - 1e-9));
}

/**
 * Puts every item on a level with a number of facings so that they are expected to sell the most, and no level holds more than its width: a
 * choice of 0 or 1 for each item, level and number of facings, so that what it brings may bend as it likes.
 * @throws SolverFailed
 */
export async function arrange(
  items: readonly ShelfItem[],
  levels: readonly ShelfLevel[],
  { solver, model = EXPECTED, timeLimit = TIME_LIMIT, worthMoving = 0 }: ArrangeOptions,
): Promise<Arrangement> {
  if (items.length === 0) return { arrangement: [], value: 0, gap: 0, proven: true };
  const factors = levelFactors(
    levels.map(({ level }) => level),
    model,
  );
  const choices: Choice[] = [];
  for (const [at, item] of items.entries()) {
    const own = choicesOf(item, levels).map((to) => ({
      ...{ at, id: item.id, ...to, width: to.facings * (item.width ?? 1) },
      value: salesAt(item, to, factors, model),
    }));
    if (own.length === 0) return impossible(needsMore(item, levels));
    choices.push(...own);
  }
  const isPresent = (choice: Choice): boolean => {
    const { level, facings } = items[choice.at] as ShelfItem;
    return choice.level === level && choice.facings === facings;
  };
  const columns = choices.map((_, index) => `x${index}`);
  const present = choices.map((choice) => (isPresent(choice) ? 1 : 0));
  const solved = await solver.solve({
    ...{ columns, timeLimit },
    text: textOf(choices, items.length, levels, (choice) => choice.value - (isPresent(choice) ? 0 : worthMoving)),
    start: fits(choices, present, items.length, levels) ? present : undefined,
  });
  if (solved.status === 'infeasible') return impossible(tooNarrow(items, levels));
  const taken = choices.filter((_, index) => (solved.values?.[index] ?? 0) > 0.5);
  if (taken.length !== items.length) return impossible(noTime(timeLimit), false);
  return {
    arrangement: taken.map(({ id, level, facings }) => ({ id, level, facings })),
    value: taken.reduce((sum, { value }) => sum + value, 0),
    gap: solved.gap,
    proven: solved.status === 'optimal',
  };
}

function choicesOf(item: ShelfItem, levels: readonly ShelfLevel[]): { level: number; facings: number }[] {
  const { level, facings, width = 1, isFixed = false } = item;
  const least = leastFacings(item);
  const most = isFixed ? facings : (item.most ?? Math.max(2 * facings, least));
  return levels.flatMap((to) => {
    const here: { level: number; facings: number }[] = [];
    for (let count = least; count <= most && count * width <= to.width + 1e-9; count += 1)
      if (!isFixed || to.level === level) here.push({ level: to.level, facings: count });
    return here;
  });
}

function textOf(
  choices: readonly Choice[],
  items: number,
  levels: readonly ShelfLevel[],
  worth: (choice: Choice) => number,
): string {
  const term = (factor: number, index: number): string => `${factor < 0 ? '-' : '+'} ${Math.abs(factor)} x${index}`;
  const sum = (of: (choice: Choice) => number | undefined): string =>
    choices
      .flatMap((choice, index) => {
        const factor = of(choice);
        return factor === undefined ? [] : [term(factor, index)];
      })
      .join('\n ');
  const rows = Array.from({ length: items }, (_, at) => ` i${at}: ${sum((c) => (c.at === at ? 1 : undefined))} = 1`);
  for (const { level, width } of levels) {
    const used = sum((choice) => (choice.level === level ? choice.width : undefined));
    if (used !== '') rows.push(` l${level}: ${used} <= ${width}`);
  }
  const names = choices.map((_, index) => `x${index}`).join('\n ');
  return `Maximize\n worth: ${sum(worth)}\nSubject To\n${rows.join('\n')}\nBinary\n ${names}\nEnd\n`;
}

/** Whether what stands there now is within the limits: the solver begins with it then. */
function fits(choices: readonly Choice[], present: readonly number[], items: number, levels: readonly ShelfLevel[]) {
  const taken = choices.filter((_, index) => present[index] === 1);
  return (
    taken.length === items &&
    levels.every(
      ({ level, width }) =>
        taken.reduce((sum, choice) => sum + (choice.level === level ? choice.width : 0), 0) <= width + 1e-9,
    )
  );
}

const impossible = (why: Impossible, proven = true): Arrangement => ({
  ...{ arrangement: null, value: null, gap: null, proven, impossible: why },
});
const round = (value: number): number => Math.round(value * 100) / 100;

function needsMore(item: ShelfItem, levels: readonly ShelfLevel[]): Impossible {
  const facings = leastFacings(item);
  const needed = round(facings * (item.width ?? 1));
  const widest = round(Math.max(0, ...levels.map(({ width }) => width)));
  const most = item.isFixed ? Infinity : (item.most ?? Infinity);
  return {
    code: 'itemNeedsMore',
    values: { item: item.id, facings, needed, widest, ...(Number.isFinite(most) && { most }) },
    sentence:
      facings > most
        ? {
            en: `${item.id} needs ${facings} facings to hold what it must, and may have ${most} at most.`,
            zh: `${item.id} 需要 ${facings} 个排面才能放下所需数量，但最多只允许 ${most} 个。`,
          }
        : {
            en: `${item.id} needs ${facings} facings (${needed} wide), and no level that it may stand on has room for them: the widest is ${widest}.`,
            zh: `${item.id} 需要 ${facings} 个排面（宽 ${needed}），可用的层都放不下：最宽为 ${widest}。`,
          },
  };
}

function tooNarrow(items: readonly ShelfItem[], levels: readonly ShelfLevel[]): Impossible {
  const needed = round(items.reduce((sum, item) => sum + leastFacings(item) * (item.width ?? 1), 0));
  const there = round(levels.reduce((sum, { width }) => sum + width, 0));
  return {
    code: 'tooNarrow',
    values: { items: items.length, needed, there },
    sentence: {
      en: `The levels have no room for all ${items.length} products: they need ${needed} at the least, in whole facings, and the levels are ${there} wide together.`,
      zh: `各层放不下全部 ${items.length} 个商品：按整排面计至少需要 ${needed}，各层总宽为 ${there}。`,
    },
  };
}

const noTime = (seconds: number): Impossible => ({
  code: 'noTime',
  values: { seconds },
  sentence: {
    en: `No arrangement was found within ${seconds} s.`,
    zh: `${seconds} 秒内没有找到可行的陈列方案。`,
  },
});
