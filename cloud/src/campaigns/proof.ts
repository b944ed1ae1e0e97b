import {
  DAY_MS,
  minorDigits,
  round6,
  type FactValue,
  type Goal,
  type LiftView,
  type StoreFile,
} from '@aisle/contracts';
import { alwaysValid } from '../insight/experiments/always-valid.js';
import { LEAST_BLOCKS, sampleOf, type BlockOutcome, type Sample } from '../insight/experiments/blocks.js';
import type { Chance } from '../insight/experiments/draws.js';
import { carryOver, novelty } from '../insight/experiments/over-time.js';
import { neededFor, outcomesFor } from '../insight/experiments/power.js';
import { fixedHorizon } from '../insight/experiments/randomisation.js';
import { storeTime } from '../insight/index.js';
import type { CampaignSettings } from '../ports/index.js';
import { carryOverNote, liftSentence, noveltyNote, outlookNote } from './lift-sentence.js';
import type { UsualRate } from './usual-rate.js';

export type Block = FactValue<'block'>;
export interface BlocksOfStore {
  storeId: string;
  storeFile: StoreFile;
  /** every block of the store, of whichever campaign */
  blocks: readonly Block[];
}
export interface Question {
  campaignId: string;
  seed: number;
  settings: Pick<CampaignSettings, 'goal' | 'holdout' | 'gtins' | 'category' | 'content' | 'policy'> & {
    washInMinutes?: number;
  };
  /** it is over, by a person or by its time: then the fixed interval may be read, once */
  isOver: boolean;
  /** how long it is planned for, days; null: without an end */
  plannedDays: number | null;
  /** of the shops before any block tells; left out where nobody knows */
  usual?: UsualRate;
}

/** Parts of the day within which arms are drawn: hours at which each begins, as agents draw them (SEMANTICS §24). */
const DAY_PARTS = [0, 6, 11, 14, 17] as const;
/** What a campaign without an end is planned for, days: the always-valid bounds are tightest there. */
const USUAL_DAYS = 28;
/** The lift whose proof is asked about while nothing is seen. */
export const SOUGHT_LIFT = 0.05;
/** Redrawings times blocks: more keeps the process from others for longer than a blink. */
const MOST_WORK = 4_000_000;

type Moved = 'featured' | 'category' | 'store';

/** What the campaign is about, as far as it says: its products, else their category, else the whole store. */
function aboutOf({ gtins, category, content }: Question['settings']): Moved {
  if (gtins.length > 0 || content.some((item) => (item.gtins ?? []).length > 0)) return 'featured';
  return category === null ? 'store' : 'category';
}

const outcomeOf = (block: Block, goal: Goal, about: Moved): number => {
  if (goal === 'stops') return block.stops;
  if (goal === 'scans') return block.scans;
  // units, not money: a price that changes is no effect, and money has heavier tails
  return goal === 'pickups' ? block[about].pickups : block[about].unitsMicro / 1e6;
};

/** Lift of a campaign by the blocks of its stores (SEMANTICS §26, §27; docs/experiments.md). */
export function liftOf(question: Question, stores: readonly BlocksOfStore[]): LiftView {
  const { goal, holdout, policy } = question.settings;
  const about = aboutOf(question.settings);
  const { outcomes, firstTs, days } = outcomesOf(question, stores, about);
  const sample = sampleOf(outcomes);
  const arms = { treated: sums(question, stores, 'treated', about), heldOut: sums(question, stores, 'heldOut', about) };
  const missing = {
    treated: Math.max(0, LEAST_BLOCKS - sample.blocks.treated),
    heldOut: Math.max(0, LEAST_BLOCKS - sample.blocks.heldOut),
  };
  const chance = chanceOf(question.seed);
  const isEnough = missing.treated === 0 && missing.heldOut === 0;
  const redraws = Math.max(199, Math.min(999, Math.floor(MOST_WORK / Math.max(1, sample.size))));
  const fixed = isEnough ? fixedHorizon(sample, chance, redraws) : undefined;
  const always = fixed && alwaysValid(sample, plannedBlocks(question, sample, days));
  const needed = isEnough && days > 0 ? neededFor(sample, SOUGHT_LIFT, sample.size / days, holdout) : undefined;
  const carried = fixed && carryOver(sample, chance, redraws);
  const faded = fixed && novelty(outcomes, chance, redraws);
  const time = stores[0] && storeTime(stores[0].storeFile.store.timezone);
  const figures = {
    lift: fixed ? round6(fixed.lift) : null,
    low: fixed ? round6(fixed.low) : null,
    high: fixed ? round6(fixed.high) : null,
    p: fixed ? round6(fixed.p) : null,
    alwaysLow: always ? round6(always.low) : null,
    alwaysHigh: always ? round6(always.high) : null,
    neededDays: needed ? Math.max(0, Math.ceil(needed.days - days)) : null,
  };
  return {
    goal,
    ...arms,
    ...figures,
    carryover: { p: carried ? round6(carried.p) : null },
    weeks:
      faded && time
        ? faded.weeks.map(({ week, lift, low, high }) => ({
            from: time.iso(firstTs + week * 7 * DAY_MS),
            lift: round6(lift),
            low: round6(low),
            high: round6(high),
          }))
        : [],
    sentence: liftSentence({
      ...{ goal, missing, ...figures },
      isLoop: policy === 'loop',
      isOver: question.isOver,
      shops: stores.length,
      needsMoreThanAYear: needed !== undefined && needed.days > 365,
      sought: SOUGHT_LIFT,
    }),
    notes: [
      ...(isEnough || policy === 'loop' ? [] : outlook(question, stores.length)),
      ...noveltyNote(faded?.p ?? null, faded?.weeks ?? []),
      ...carryOverNote(carried?.p ?? null, question.settings.washInMinutes ?? 0),
    ],
  };
}

function outlook({ usual, settings: { goal, holdout } }: Question, shops: number): LiftView['sentence'][] {
  if (!usual || usual.perDay <= 0) return [];
  const days = outcomesFor(SOUGHT_LIFT, holdout, usual.dispersion) / usual.perDay;
  return [outlookNote(goal, days, SOUGHT_LIFT, shops)];
}

/** Counted blocks in the order of time, group by group, and how many days they lie apart. */
function outcomesOf(
  { campaignId, settings: { goal } }: Question,
  stores: readonly BlocksOfStore[],
  about: Moved,
): { outcomes: BlockOutcome[]; firstTs: number; days: number } {
  const own = stores.flatMap(({ blocks }) => blocks.filter((block) => block.campaignId === campaignId));
  const firstTs = own.reduce((least, { fromTs }) => Math.min(least, fromTs), Infinity);
  const lastTs = own.reduce((most, { toTs }) => Math.max(most, toTs), 0);
  const outcomes = stores.flatMap(({ storeId, storeFile, blocks }) => {
    const time = storeTime(storeFile.store.timezone);
    const local = (ts: number): Date => new Date(ts + time.offset(ts));
    const usual = usualIn(
      blocks.filter((block) => block.campaignId !== campaignId && block.toTs <= firstTs),
      (block) => local(block.fromTs).getUTCHours(),
      (block) => outcomeOf(block, goal, about),
    );
    const sorted = blocks
      .filter((block) => block.campaignId === campaignId)
      .sort((a, b) => (a.groupId === b.groupId ? a.fromTs - b.fromTs : a.groupId < b.groupId ? -1 : 1));
    return sorted.flatMap((block, at): BlockOutcome[] => {
      if (!block.counted) return [];
      const before = sorted[at - 1];
      const follows = before?.groupId === block.groupId && before.toTs === block.fromTs;
      const clock = local(block.fromTs);
      const part = DAY_PARTS.filter((hour) => hour <= clock.getUTCHours()).length;
      return [
        {
          arm: block.arm,
          stratum: `${storeId}|${block.groupId}|${clock.toISOString().slice(0, 10)}|${part}`,
          week: Math.floor((block.fromTs - firstTs) / (7 * DAY_MS)),
          previousArm: follows ? before.arm : null,
          shoppers: block.opportunities,
          outcome: outcomeOf(block, goal, about),
          usual: usual(block),
        },
      ];
    });
  });
  return { outcomes, firstTs: Number.isFinite(firstTs) ? firstTs : 0, days: Math.max(0, (lastTs - firstTs) / DAY_MS) };
}

/**
 * Outcome per shopper in the same hour at the same screens before the campaign began, from what other campaigns held out: what came after
 * its beginning is part of what is to be judged.
 */
function usualIn(
  past: readonly Block[],
  hourOf: (block: Block) => number,
  outcome: (block: Block) => number,
): (block: Block) => number | null {
  const sums = new Map<string, { outcome: number; shoppers: number }>();
  const key = (block: Block): string => `${block.groupId}|${hourOf(block)}`;
  for (const block of past) {
    if (!block.counted || block.arm !== 'heldOut') continue;
    const sum = sums.get(key(block)) ?? { outcome: 0, shoppers: 0 };
    sums.set(key(block), { outcome: sum.outcome + outcome(block), shoppers: sum.shoppers + block.opportunities });
  }
  return (block) => {
    const sum = sums.get(key(block));
    return sum && sum.shoppers > 0 ? sum.outcome / sum.shoppers : null;
  };
}

function plannedBlocks(question: Question, sample: Sample, days: number): { treated: number; heldOut: number } {
  const share = days > 0 ? Math.max(days, question.plannedDays ?? USUAL_DAYS) / days : 1;
  return { treated: sample.blocks.treated * share, heldOut: sample.blocks.heldOut * share };
}

function sums(
  { campaignId }: Question,
  stores: readonly BlocksOfStore[],
  arm: Block['arm'],
  about: Moved,
): LiftView['treated'] {
  const total = { blocks: 0, opportunities: 0, watchers: 0, stops: 0, pickups: 0, units: 0, salesNet: 0, scans: 0 };
  let digits = 2;
  for (const { storeFile, blocks } of stores) {
    digits = minorDigits(storeFile.store.currency);
    for (const block of blocks) {
      if (block.campaignId !== campaignId || block.arm !== arm || !block.counted) continue;
      total.blocks += 1;
      total.opportunities += block.opportunities;
      total.watchers += block.watchers;
      total.stops += block.stops;
      total.scans += block.scans;
      total.pickups += block[about].pickups;
      total.units += block[about].unitsMicro;
      total.salesNet += block[about].netMinor;
    }
  }
  return {
    ...total,
    units: round6(total.units / 1e6),
    salesNet: Number((total.salesNet / 10 ** digits).toFixed(digits)),
  };
}

/** The same redrawings for the same campaign: asked twice, it says the same. A small generator in the manner of SplitMix (Steele, Lea, Flood 2014). */
function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
}
