import type { BlockRow, CampaignView, LiftView, ReplayView } from '@aisle/contracts';
import { Chance } from './chance.js';

const MINUTE = 60_000;
const DAY = 86_400_000;
/** China's wall clock, whose offset never changes. */
const iso = (ms: number): string => `${new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`;

/** Blocks of the campaigns on a screen: 07:00 to 11:00, always the same. */
export function mockBlocks(
  campaigns: readonly CampaignView[],
  screen: string,
  query: URLSearchParams,
  now: number,
): BlockRow[] {
  const [from, to] = ['from', 'to'].map((name) => Date.parse(query.get(name) ?? '')) as [number, number];
  return campaigns
    .filter(({ state, screens }) => state !== 'draft' && (screens === null || screens.includes(screen)))
    .flatMap(({ campaignId, blockMinutes, washInMinutes }) => {
      const begin = Math.max(from, now - 33 * DAY);
      const rows: BlockRow[] = [];
      for (
        let at = Math.ceil(begin / (blockMinutes * MINUTE)) * blockMinutes * MINUTE;
        at < Math.min(to, now);
        at += blockMinutes * MINUTE
      ) {
        const hour = new Date(at + 8 * 3_600_000).getUTCHours();
        if (hour < 7 || hour >= 11) continue;
        const chance = new Chance(Math.floor(at / MINUTE) % 1_000_003);
        const arm = chance.next() < 0.2 ? 'heldOut' : 'treated';
        const coverage = chance.next() < 0.06 ? 0.31 : 1;
        const pinned = chance.next() < 0.03;
        const lift = arm === 'treated' ? 1.3 : 1;
        const opportunities = Math.round(chance.between(4, 15));
        const pickups = Math.round(opportunities * 0.22 * lift * chance.between(0.5, 1.5));
        const sums = (times: number) => ({
          pickups: pickups * times,
          units: pickups * times,
          salesNet: pickups * times * 15,
        });
        rows.push({
          ...{
            from: iso(at),
            to: iso(at + blockMinutes * MINUTE),
            countedFrom: iso(at + washInMinutes * MINUTE),
            arm,
            campaignId,
          },
          probability: arm === 'treated' ? 0.8 : 0.2,
          counted: coverage >= 0.5 && !pinned,
          why: coverage < 0.5 ? 'thin' : pinned ? 'pinned' : null,
          coverage,
          opportunities,
          watchers: Math.round(opportunities * 0.4),
          stops: Math.round(opportunities * 0.3 * lift),
          scans: chance.next() < 0.1 ? 1 : 0,
          ...sums(1),
          category: sums(3),
          store: sums(9),
        });
      }
      return rows;
    });
}

const EMPTY = { blocks: 0, opportunities: 0, watchers: 0, stops: 0, pickups: 0, units: 0, salesNet: 0, scans: 0 };
/** What it was worth: plain for the one that has long run, nothing yet for others. */
export function mockLift({ goal, campaignId }: CampaignView, now: number): LiftView {
  if (campaignId !== 'milk')
    return {
      ...{ goal, treated: EMPTY, heldOut: EMPTY, lift: null, low: null, high: null, p: null },
      ...{ alwaysLow: null, alwaysHigh: null, neededDays: 9, carryover: { p: null }, weeks: [] },
      sentence: {
        en: 'No difference can be seen yet; about 9 more days at this rate.',
        zh: '目前还看不出差别；按现在的速度大约还需 9 天。',
      },
    };
  const week = (back: number, lift: number) => ({
    from: iso(now - back * 7 * DAY),
    lift,
    low: lift - 0.21,
    high: lift + 0.24,
  });
  return {
    ...{ goal, lift: 0.28, low: 0.12, high: 0.46, p: 0.002, alwaysLow: 0.03, alwaysHigh: 0.57, neededDays: 0 },
    treated: {
      blocks: 312,
      opportunities: 2964,
      watchers: 1186,
      stops: 1156,
      pickups: 848,
      units: 790,
      salesNet: 13_351,
      scans: 31,
    },
    heldOut: {
      blocks: 78,
      opportunities: 741,
      watchers: 296,
      stops: 222,
      pickups: 166,
      units: 160,
      salesNet: 2704,
      scans: 8,
    },
    carryover: { p: 0.41 },
    weeks: [week(4, 0.41), week(3, 0.31), week(2, 0.24), week(1, 0.2)],
    sentence: {
      en: 'Pickups per shopper rose by 28 % (12 % to 46 %). This may be taken as shown.',
      zh: '每位路过顾客的拿起次数提高 28%（12% 至 46%），可以认定有效。',
    },
  };
}

/** What another policy would have been worth. */
export function mockReplay(policy: string | null): ReplayView {
  const isRule = policy === 'rule';
  const [other, own] = [{ value: isRule ? 0.142 : 0.081, low: isRule ? 0.109 : 0.062, high: isRule ? 0.178 : 0.1 }, { value: 0.131, low: 0.118, high: 0.145 }]; // prettier-ignore
  return {
    ...{ policy: isRule ? 'rule' : 'loop', choices: 2000, rewards: 262, other, own, estimators: [] },
    sentence: isRule
      ? {
          en: 'By the rule of interest, 14.2 of 100 choices would have led to a pickup (between 10.9 and 17.8), against 13.1 as it was: no difference can be seen.',
          zh: '若按兴趣规则，每 100 次选择约有 14.2 次带来拿取（区间 10.9 到 17.8），实际为 13.1 次：看不出差别。',
        }
      : {
          en: 'As a plain loop, 8.1 of 100 choices would have led to a pickup (between 6.2 and 10.0), against 13.1 as it was: fewer.',
          zh: '若改为普通轮播，每 100 次选择约有 8.1 次带来拿取（区间 6.2 到 10.0），实际为 13.1 次：会更少。',
        },
  };
}
