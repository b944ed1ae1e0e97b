import { DEFAULT_MINIMUM_COVERAGE } from '@aisle/contracts';
import { formatPercent } from '../i18n/format.js';
import type { Locale, Translate } from '../i18n/translate.js';

/** A figure that may be read: a number, or words that say why there is none. */
export type Told =
  | { kind: 'value'; value: number; base?: Base }
  | {
      kind: 'words';
      words: string;
      short: string;
      why: 'notSensed' | 'tooLittle' | 'noBase' | 'notJudged' | 'mixedMoney' | 'tooShort';
    };

/** What a comparison has to know of each of its sides. */
export interface Base {
  /** share of the time that was sensed, 0 to 1 */
  share: number;
  /** least share of which anything is said */
  minimum: number;
  /** true: it adds up over time, so that half the time sensed is half the figure; false: a ratio */
  isSum: boolean;
}

export interface TellOptions {
  /** share of the time that was sensed; leave out for what no sensor limits (tills) */
  coverage?: number;
  minimum?: number;
  /** true when a null only means that there was nothing to divide by */
  ratioOf?: number | null;
  /** of money: what it is in; null: sales in several currencies, which are not added */
  currency?: string | null;
  /** a model gives this figure: where visits were sensed, a null means that none has */
  judged?: boolean;
  /** of what is told whatever was sensed (tills): the share that a comparison rests on; by default `coverage` */
  heard?: number;
  /** it adds up over time */
  isSum?: boolean;
}

/**
 * Never a number that was not sensed: too little coverage and null are told in words. A null ratio over a base of
 * exactly 0 says that there was no one yet, which is known; money in several currencies has no sum; a judgement missing over a base above 0 is a missing model;
 * every other null was not sensed.
 */
export function tell(t: Translate, locale: Locale, value: number | null | undefined, options: TellOptions = {}): Told {
  const minimum = options.minimum ?? DEFAULT_MINIMUM_COVERAGE;
  // "Not enough (0 %)" would be a long way to say that nothing was sensed.
  const nothing = options.coverage !== undefined && options.coverage < 0.005;
  if (options.coverage !== undefined && options.coverage < minimum && !nothing) {
    return {
      kind: 'words',
      why: 'tooLittle',
      words: t('truth.tooLittle', { percent: formatPercent(locale, options.coverage) }),
      short: t('truth.tooLittleShort'),
    };
  }
  if (nothing) return { kind: 'words', why: 'notSensed', words: t('truth.nothing'), short: t('truth.nothing') };
  if (value !== null && value !== undefined && Number.isFinite(value)) {
    const share = options.heard ?? options.coverage;
    return {
      kind: 'value',
      value,
      ...(share !== undefined && { base: { share, minimum, isSum: options.isSum ?? false } }),
    };
  }
  if (options.currency === null)
    return { kind: 'words', why: 'mixedMoney', words: t('truth.mixedMoney'), short: t('truth.mixedMoneyShort') };
  if (options.ratioOf === 0)
    return { kind: 'words', why: 'noBase', words: t('truth.noBase'), short: t('truth.noBaseShort') };
  if (options.judged && options.ratioOf)
    return { kind: 'words', why: 'notJudged', words: t('truth.notJudged'), short: '–' };
  return { kind: 'words', why: 'notSensed', words: t('truth.notSensed'), short: t('truth.notSensed') };
}

/** Sums over shares of time that differ by more than this say more of the sensing than of the shop. */
const UNEVEN = 0.1;

/** Whether two sides rest on the same: both sensed enough, and what adds up over time on about the same share of it. */
export function isComparable(now: Told, before: Told | null): boolean {
  if (now.kind !== 'value' || before?.kind !== 'value') return false;
  const [a, b] = [now.base, before.base];
  if (!a || !b) return true;
  if (a.share < a.minimum || b.share < b.minimum) return false;
  return !(a.isSum || b.isSum) || Math.abs(a.share - b.share) <= UNEVEN;
}

export interface Change {
  direction: 'up' | 'down' | 'same';
  tone: 'better' | 'worse' | 'same';
  /** ≥ 0: a share of what it was, or the difference of two shares */
  by: number;
  isInPoints: boolean;
}

/**
 * Change as it is told. Shares change by points: 28 % after 25 % is 3 points more, not 12 %. What reads the same on both sides is the
 * same: "28 %, was 28 %, up" explains nothing. Null where either side may not be told.
 */
export function changeTold(
  now: Told,
  before: Told | null,
  {
    isShare,
    lessIsBetter = false,
    format,
  }: { isShare: boolean; lessIsBetter?: boolean; format: (value: number) => string },
): Change | null {
  if (now.kind !== 'value' || before?.kind !== 'value' || !isComparable(now, before)) return null;
  const by = isShare ? now.value - before.value : changeOf(now, before);
  if (by === null) return null;
  const isSame = format(now.value) === format(before.value) || (!isShare && Math.abs(by) < 0.005);
  return {
    direction: isSame ? 'same' : by > 0 ? 'up' : 'down',
    tone: isSame ? 'same' : by > 0 === !lessIsBetter ? 'better' : 'worse',
    by: Math.abs(by),
    isInPoints: isShare,
  };
}

/** Change against the comparison; null where either side may not be told, or they do not rest on the same. */
export function changeOf(now: Told, before: Told | null): number | null {
  if (now.kind !== 'value' || before?.kind !== 'value' || before.value === 0 || !isComparable(now, before)) return null;
  return (now.value - before.value) / Math.abs(before.value);
}
