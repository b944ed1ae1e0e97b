import type { Goal, ReplayPolicy, ReplayView } from '@aisle/contracts';

type Value = { value: number; low: number; high: number };
type Said = { policy: ReplayPolicy; goal: Goal } & (
  { missing: { choices: number; rewards: number } } | { other: Value; own: Value }
);

const POLICIES: Readonly<Record<ReplayPolicy, { en: string; zh: string }>> = {
  loop: { en: 'As a plain loop', zh: '若改为普通轮播' },
  rule: { en: 'By the rule of interest', zh: '若按兴趣规则' },
};
const GOALS: Readonly<Record<Goal, { en: string; zh: string }>> = {
  stops: { en: 'stop', zh: '停留' },
  pickups: { en: 'pickup', zh: '拿取' },
  scans: { en: 'scan', zh: '扫码' },
  sales: { en: 'sale', zh: '成交' },
};
const hundred = (share: number): string => (share * 100).toFixed(1);

/** What another policy would have been worth, in one sentence; more or fewer only where the interval leaves out what was. */
export function replaySentence(said: Said): ReplayView['sentence'] {
  const policy = POLICIES[said.policy];
  const goal = GOALS[said.goal];
  if ('missing' in said) {
    const { choices, rewards } = said.missing;
    return choices > 0
      ? {
          en: `Too few choices were made by chance to say what another policy would have done: ${choices} more are needed.`,
          zh: `随机做出的选择太少，无法判断换一种方式的效果：还需 ${choices} 次。`,
        }
      : {
          en: `Too few choices led to a ${goal.en} to say what another policy would have done: ${rewards} more are needed.`,
          zh: `带来${goal.zh}的选择太少，无法判断换一种方式的效果：还需 ${rewards} 次。`,
        };
  }
  const { other, own } = said;
  const told = {
    en: `${policy.en}, ${hundred(other.value)} of 100 choices would have led to a ${goal.en} (between ${hundred(other.low)} and ${hundred(other.high)}), against ${hundred(own.value)} as it was`,
    zh: `${policy.zh}，每 100 次选择约有 ${hundred(other.value)} 次带来${goal.zh}（区间 ${hundred(other.low)} 到 ${hundred(other.high)}），实际为 ${hundred(own.value)} 次`,
  };
  if (other.low > own.value) return { en: `${told.en}: more.`, zh: `${told.zh}：会更多。` };
  if (other.high < own.value) return { en: `${told.en}: fewer.`, zh: `${told.zh}：会更少。` };
  return { en: `${told.en}: no difference can be seen.`, zh: `${told.zh}：看不出差别。` };
}
