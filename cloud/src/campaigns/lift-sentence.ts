import type { Goal, LiftView } from '@aisle/contracts';

export interface Said {
  goal: Goal;
  missing: { treated: number; heldOut: number };
  lift: number | null;
  low: number | null;
  high: number | null;
  alwaysLow: number | null;
  alwaysHigh: number | null;
  neededDays: number | null;
  isLoop: boolean;
  isOver: boolean;
  shops: number;
  needsMoreThanAYear: boolean;
  /** share */
  sought: number;
}

const GOALS: Readonly<Record<Goal, { en: string; zh: string }>> = {
  stops: { en: 'stops', zh: '停留' },
  pickups: { en: 'pickups', zh: '拿取' },
  scans: { en: 'scans', zh: '扫码' },
  sales: { en: 'sales', zh: '销量' },
};

const percent = (share: number): string => {
  const value = Math.abs(share * 100);
  return value < 10 ? String(Math.round(value * 10) / 10) : String(Math.round(value));
};
const signed = (share: number): string => `${share < 0 ? '−' : '+'}${percent(share)}`;

/** What may be said of a lift now, in one sentence. While it runs only what may be looked at every day counts. */
export function liftSentence(said: Said): LiftView['sentence'] {
  const { missing, lift, isOver, neededDays } = said;
  const goal = GOALS[said.goal];
  if (said.isLoop)
    return {
      en: 'This campaign plays as a plain loop: nothing is held out, so nothing can be shown to have been moved.',
      zh: '该投放为普通轮播，没有对照时段，因此无法证明效果。',
    };
  if (missing.treated > 0 || missing.heldOut > 0) return ofMissing(missing);
  if (lift === null)
    return {
      en: `No ${goal.en} yet in one of the arms: there is nothing to compare.`,
      zh: `其中一组还没有${goal.zh}记录，无法比较。`,
    };
  const [low, high] = isOver ? [said.low, said.high] : [said.alwaysLow, said.alwaysHigh];
  if (low !== null && high !== null && (low > 0 || high < 0)) {
    const [more, less] = lift > 0 ? ['more', '增加'] : ['fewer', '减少'];
    return {
      en: `${percent(lift)} % ${more} ${goal.en} with it (between ${signed(low)} % and ${signed(high)} %).`,
      zh: `投放使${goal.zh}${less} ${percent(lift)}%（区间 ${signed(low)}% 到 ${signed(high)}%）。`,
    };
  }
  if (said.needsMoreThanAYear && !isOver) return ofTooFew(said, goal);
  if (isOver || neededDays === null || neededDays === 0)
    return {
      en: `No difference can be seen; a change of ${goal.en} of ${percent(said.sought)} % or more would most likely have shown by now.`,
      zh: `看不出差别；如果${goal.zh}变化达到 ${percent(said.sought)}% 或以上，现在多半已能看出。`,
      ...(isOver && neededDays !== null && neededDays > 0 && ofOverTooSoon(neededDays)),
    };
  return {
    en: `No difference can be seen yet; about ${neededDays} more ${neededDays === 1 ? 'day' : 'days'} at this rate.`,
    zh: `暂时看不出差别；按目前的速度，还需约 ${neededDays} 天。`,
  };
}

const ofMissing = ({ treated, heldOut }: Said['missing']): LiftView['sentence'] => ({
  en: `Too few blocks yet: ${treated} more with the campaign and ${heldOut} more without it are missing.`,
  zh: `时段还太少：还缺 ${treated} 个投放时段和 ${heldOut} 个对照时段。`,
});

function ofTooFew(
  { shops, sought, goal: of }: Pick<Said, 'shops' | 'sought' | 'goal'>,
  goal: { en: string; zh: string },
): LiftView['sentence'] {
  const [where, whereZh] = shops > 1 ? ['these shops', '这些门店'] : ['this shop', '本店'];
  // stops are the most frequent outcome: there is nothing finer to measure
  const [instead, insteadZh] =
    of === 'sales'
      ? ['measure pickups', '改为衡量拿取']
      : of === 'stops'
        ? ['let it run longer', '延长投放']
        : ['measure stops', '改为衡量停留'];
  return {
    en: `In ${where} a ${percent(sought)} % change of ${goal.en} cannot be shown within a year: ${instead}, or run it in more shops.`,
    zh: `在${whereZh}，一年内无法证明${goal.zh}变化 ${percent(sought)}%：请${insteadZh}，或在更多门店投放。`,
  };
}

const ofOverTooSoon = (days: number): LiftView['sentence'] => ({
  en: `No difference could be seen when it ended; about ${days} more days would have been needed.`,
  zh: `结束时看不出差别；还需要约 ${days} 天才能看出。`,
});

type Words = LiftView['sentence'];
/** Below it chance alone explains what is seen seldom enough to be said. */
const SEEN = 0.05;

/** How long a proof takes at the usual rate of the shops: told when a campaign is made, and until its own blocks tell better. */
export function outlookNote(goal: Goal, days: number, sought: number, shops: number): Words {
  if (days > 365) return ofTooFew({ goal, sought, shops }, GOALS[goal]);
  const [whose, whoseZh] = shops > 1 ? ['of these shops', '这些门店'] : ['of this shop', '本店'];
  const about = Math.max(1, Math.ceil(days));
  return {
    en: `At the usual rate ${whose} a change of ${GOALS[goal].en} of ${percent(sought)} % shows after about ${about} ${about === 1 ? 'day' : 'days'}.`,
    zh: `按${whoseZh}平时的水平，${GOALS[goal].zh}变化 ${percent(sought)}% 约需 ${about} 天才能看出。`,
  };
}

/** That a new screen was looked at more, and now is less; or the other way round. */
export function noveltyNote(p: number | null, weeks: readonly { lift: number }[]): Words[] {
  const [first, last] = [weeks[0], weeks.at(-1)];
  if (p === null || p > SEEN || !first || !last || weeks.length < 2) return [];
  const [how, howZh] = last.lift < first.lift ? ['fades', '正在减弱'] : ['grows', '正在增强'];
  return [
    {
      en: `The effect ${how}: ${signed(first.lift)} % in the first week, ${signed(last.lift)} % in the last.`,
      zh: `效果${howZh}：第一周 ${signed(first.lift)}%，最近一周 ${signed(last.lift)}%。`,
    },
  ];
}

/** That what was shown before still works when the next block is counted. */
export const carryOverNote = (p: number | null, washInMinutes: number): Words[] =>
  p === null || p > SEEN
    ? []
    : [
        {
          en: `What the block before showed can still be seen after a wash-in of ${washInMinutes} minutes: the lift is told too small, and a longer wash-in would tell it better.`,
          zh: `经过 ${washInMinutes} 分钟过渡后，上一时段的内容仍有影响：效果被低估，延长过渡时间会更准确。`,
        },
      ];
