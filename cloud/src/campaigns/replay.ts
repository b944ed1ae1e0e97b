import { DAY_MS, round6, type FactValue, type Goal, type ReplayPolicy, type ReplayView } from '@aisle/contracts';
import { mayIn } from '../access/rights.js';
import type { Principal } from '../access/access.js';
import { policyIntervals, type LoggedDecision } from '../insight/experiments/off-policy.js';
import { mergeEpochs } from '../insight/tallies/index.js';
import type { Clock, SeriesStore } from '../ports/index.js';
import type { Stores } from '../stores/stores.js';
import { itemName } from './agent-campaign.js';
import type { Campaigns } from './campaigns.js';
import { replaySentence } from './replay-sentence.js';

type Decision = FactValue<'decision'>;
/** Of a log so many choices are replayed, the newest: the bootstrap goes over them again and again. */
const MOST = 2_000;
const REPEATS = 100;
/** An answer is good for so long: one day more changes little. */
const KEPT_MS = 600_000;
/** Fewer say nothing: an interval that rests on a handful of rewards is none. */
const LEAST = { choices: 200, rewards: 20 } as const;
const DAYS = 28;

/** What another policy would have done with a campaign's own decisions. */
export class Replays {
  readonly #kept = new Map<string, { until: number; view: ReplayView }>();

  constructor(
    private readonly parts: {
      campaigns: Campaigns;
      series: Pick<SeriesStore, 'read'>;
      stores: Stores;
      clock: Pick<Clock, 'now'>;
    },
  ) {}

  /** Over the last four weeks, all stores of the campaign that the caller may look into. @throws CampaignError */
  async of(
    who: Pick<Principal, 'organisationId' | 'grants' | 'name'>,
    campaignId: string,
    policy: ReplayPolicy,
  ): Promise<ReplayView> {
    const { campaigns, series, stores, clock } = this.parts;
    const campaign = await campaigns.record(who, campaignId);
    const seen: string[] = [];
    for (const storeId of campaign.settings.stores) {
      const record = await stores.record(storeId);
      if (record && mayIn(who.grants, 'read', record)) seen.push(storeId);
    }
    const now = clock.now();
    const key = `${campaignId}|${campaign.revision}|${policy}|${seen.join('|')}`;
    const kept = this.#kept.get(key);
    if (kept && kept.until > now) return kept.view;
    for (const [other, { until }] of this.#kept) if (until <= now) this.#kept.delete(other);
    // clocks of shops may be ahead
    const to = now + DAY_MS;
    const found: { ts: number; value: Decision }[] = [];
    const { settings } = campaign;
    const weights = new Map(settings.content.map((item) => [itemName(item, settings.gtins), item.weight ?? 1]));
    for (const storeId of seen) {
      const asked = { storeId, kinds: ['decision'] as const, from: to - (DAYS + 1) * DAY_MS, to, patient: true };
      for (const { ts, value } of mergeEpochs(await series.read(asked)) as Iterable<{ ts: number; value: Decision }>)
        if (value.campaignId === campaignId) found.push({ ts, value });
    }
    const newest = found.sort((a, b) => a.ts - b.ts).map(({ value }) => value);
    const view = replayOf({ policy, goal: settings.goal, seed: campaign.seed, weights }, newest);
    this.#kept.set(key, { until: now + KEPT_MS, view });
    return view;
  }
}

export interface Replayed {
  policy: ReplayPolicy;
  goal: Goal;
  /** of the bootstrap: asked twice, it says the same */
  seed: number;
  /** the campaign's items and how often each comes in its loop */
  weights: ReadonlyMap<string, number>;
}

/** @param decisions of the campaign, the oldest first */
export function replayOf({ policy, goal, seed, weights }: Replayed, decisions: readonly Decision[]): ReplayView {
  const items = [...weights.keys()].sort();
  const target: Float64Array[] = [];
  const cells = new Map<string, number>();
  const log: LoggedDecision[] = [];
  for (const decision of decisions.slice().reverse()) {
    if (log.length >= MOST) break;
    const read = readDecision(decision, items);
    if (!read) continue;
    const wanted = policy === 'rule' ? byRule(read.candidates, items) : undefined;
    const key = `${read.candidates.map(({ contentId }) => contentId).join(' ')}|${wanted ?? ''}`;
    let cell = cells.get(key);
    if (cell === undefined) {
      cell = target.length;
      cells.set(key, cell);
      target.push(wanted === undefined ? byLoop(read.candidates, items, weights) : only(items.length, wanted));
    }
    log.push({ cell, chosen: read.chosen, probability: read.probability, reward: decision.rewarded === true ? 1 : 0 });
  }
  const rewards = log.reduce((sum, { reward }) => sum + reward, 0);
  const nothing = { value: null, low: null, high: null };
  if (log.length < LEAST.choices || rewards < LEAST.rewards) {
    const missing = { choices: Math.max(0, LEAST.choices - log.length), rewards: Math.max(0, LEAST.rewards - rewards) };
    return {
      ...{ policy, choices: log.length, rewards, other: nothing, own: nothing, estimators: [] },
      sentence: replaySentence({ policy, goal, missing }),
    };
  }
  const intervals = policyIntervals(log, target, chanceOf(seed), { repeats: REPEATS });
  const rounded = ({ value, low, high }: { value: number; low: number; high: number }) => ({
    ...{ value: round6(value), low: round6(low), high: round6(high) },
  });
  const other = rounded(intervals.DRos);
  const own = rounded(shareOf(rewards, log.length));
  return {
    ...{ policy, choices: log.length, rewards, other, own },
    estimators: Object.entries(intervals).map(([name, value]) => ({ name, ...rounded(value) })),
    sentence: replaySentence({ policy, goal, other, own }),
  };
}

/** A settled choice by chance, of a treated block, for somebody; with its candidates and probability among the campaign's own items. */
function readDecision(decision: Decision, items: readonly string[]) {
  const { rewarded, arm, policy, contentId, candidates } = decision;
  if (rewarded === undefined || arm !== 'treated' || policy !== 'bandit') return undefined;
  // several campaigns may have played: among its own items the probabilities are those under its policy
  const own = candidates.filter((one) => items.includes(one.contentId) && one.probabilityMicro !== undefined);
  const sum = own.reduce((all, { probabilityMicro = 0 }) => all + probabilityMicro, 0);
  const shown = own.find((one) => one.contentId === contentId);
  const chosen = items.indexOf(contentId);
  if (!shown || own.length < 2 || chosen < 0 || !shown.probabilityMicro) return undefined;
  return { candidates: own, chosen, probability: shown.probabilityMicro / sum };
}

/** The item whose category the audience cares for most, as the agent's rule has it; undefined where it cares for none: then its loop goes on. */
function byRule(candidates: Decision['candidates'], items: readonly string[]): number | undefined {
  let best: Decision['candidates'][number] | undefined;
  for (const one of candidates) if ((one.interestPpm ?? 0) > (best?.interestPpm ?? 0)) best = one;
  return best?.category === null ? undefined : best && items.indexOf(best.contentId);
}

function byLoop(
  candidates: Decision['candidates'],
  items: readonly string[],
  weights: ReadonlyMap<string, number>,
): Float64Array {
  const shares = new Float64Array(items.length);
  const sum = candidates.reduce((all, { contentId }) => all + (weights.get(contentId) ?? 0), 0);
  for (const { contentId } of candidates) shares[items.indexOf(contentId)] = (weights.get(contentId) ?? 0) / sum;
  return shares;
}

function only(count: number, place: number): Float64Array {
  const shares = new Float64Array(count);
  shares[place] = 1;
  return shares;
}

/** Wilson's 95 % interval of a share (JASA 22, 1927). */
function shareOf(hits: number, count: number): { value: number; low: number; high: number } {
  const z = 1.959964;
  const value = hits / count;
  const middle = (value + (z * z) / (2 * count)) / (1 + (z * z) / count);
  const half = (z / (1 + (z * z) / count)) * Math.sqrt((value * (1 - value)) / count + (z * z) / (4 * count * count));
  return { value, low: middle - half, high: middle + half };
}

/** SplitMix in the manner of Steele, Lea, Flood (2014), as the lift's redrawings have it. */
function chanceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
}
