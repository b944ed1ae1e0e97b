import { MOMENT_FEATURES, featuresOf, type AgentCampaign, type DecidedEvent, type ScreenPrior } from '@aisle/contracts';
import { Bandit, type BanditSettings, type ItemState } from './bandit.js';

/** What a moment is: `featuresOf`. */
const SETTINGS: BanditSettings = {
  features: MOMENT_FEATURES,
  prior: { mean: [0.1, 0, 0, 0, 0], precision: [25, 25, 50, 50, 50] },
  noise: 0.05,
  halfLifeDays: 30,
};
const MINUTE_MS = 60_000;
/** A reward comes so long after an item began at most, by goal. */
const REACH_MS = { stops: 5, pickups: 5, scans: 30, sales: 30 } as const;

export const itemKey = (campaignId: string, screenId: string, contentId: string): string =>
  `${campaignId}|${screenId}|${contentId}`;

/** An item that was shown and whose reward is not settled. */
interface Waiting {
  key: string;
  /** left out by agents that told nobody what came of it */
  decisionId?: string;
  features: number[];
  ts: number;
  until: number;
  goal: AgentCampaign['goal'];
  gtins: string[];
  category: string | null;
  rewarded: boolean;
}
interface Saved {
  items: [string, ItemState][];
  waiting: Waiting[];
  /** left out where the cloud has said nothing */
  priors?: ScreenPrior[];
}
/** Hears what came of a choice, once that is settled. */
export type Settled = (decisionId: string, ts: number, rewarded: boolean) => void;

/** What has been gained: of a product, or in a zone of a category. */
export interface Gain {
  goal: AgentCampaign['goal'];
  /** event time */
  ts: number;
  gtin?: string;
  category?: string;
}

/**
 * What campaigns' items have been worth: whether the goal was reached within a time behind each choice of the policy. A consequence of
 * journaled events, so a replay learns the same. A choice counts once that time is over.
 */
export class Learning {
  #bandit = new Bandit(SETTINGS);
  #waiting: Waiting[] = [];
  readonly #priors = new Map<AgentCampaign['goal'], ScreenPrior>();
  readonly #listeners: Settled[] = [];

  onSettled(listener: Settled): void {
    this.#listeners.push(listener);
  }

  /** What shops together have found; the newest counts. What this shop has learnt itself is not touched by it. */
  prior(prior: ScreenPrior): void {
    if ((this.#priors.get(prior.goal)?.atTs ?? -1) <= prior.atTs) this.#priors.set(prior.goal, prior);
  }

  /** What an item is taken to be worth that was not shown yet. */
  priorOf(goal: AgentCampaign['goal']): BanditSettings['prior'] {
    return this.#priors.get(goal) ?? SETTINGS.prior;
  }

  get bandit(): Pick<Bandit, 'choose'> {
    return this.#bandit;
  }

  /** Only what was chosen in a treated block for people who were there teaches anything. */
  decided(event: DecidedEvent, campaign: AgentCampaign): void {
    const item = campaign.items.find(({ contentId }) => contentId === event.contentId);
    const { hour, people } = event.inputs ?? {};
    if (!item || event.arm !== 'treated' || typeof hour !== 'number' || typeof people !== 'number' || people < 1)
      return;
    const interestPpm = event.candidates.find(({ contentId }) => contentId === event.contentId)?.interestPpm ?? 0;
    this.#waiting.push({
      key: itemKey(campaign.campaignId, event.screenId, item.contentId),
      decisionId: event.decisionId,
      features: featuresOf({ hour, people }, interestPpm),
      ts: event.ts,
      until: event.ts + REACH_MS[campaign.goal] * MINUTE_MS,
      goal: campaign.goal,
      gtins: item.gtins.length > 0 ? item.gtins : campaign.gtins,
      category: item.category ?? campaign.category,
      rewarded: false,
    });
  }

  /** @param sameProduct whether two codes name one product */
  gained({ goal, ts, gtin, category }: Gain, sameProduct: (one: string, other: string) => boolean): void {
    for (const one of this.#waiting) {
      if (one.rewarded || one.goal !== goal || ts < one.ts || ts >= one.until) continue;
      const isOf =
        gtin === undefined
          ? category !== undefined && one.category === category
          : one.gtins.some((known) => sameProduct(known, gtin)) ||
            (one.gtins.length === 0 && category !== undefined && one.category === category);
      if (isOf) one.rewarded = true;
    }
  }

  /** The choice of an item at `ts` was scanned. */
  scanned(key: string, ts: number): void {
    for (const one of this.#waiting) if (one.goal === 'scans' && one.key === key && one.ts === ts) one.rewarded = true;
  }

  /** Event time has come to `ts`: what nothing can reward any more is learnt. */
  advance(ts: number): void {
    const first = this.#waiting[0];
    if (!first || first.until > ts) {
      if (this.#waiting.every(({ until }) => until > ts)) return;
    }
    this.#waiting = this.#waiting.filter((one) => {
      if (one.until > ts) return true;
      this.#bandit.reward(one.key, one.features, one.rewarded ? 1 : 0, one.ts);
      const { decisionId } = one;
      if (decisionId !== undefined) for (const listener of this.#listeners) listener(decisionId, one.ts, one.rewarded);
      return false;
    });
  }

  /** A campaign is over: nothing of it is chosen again. */
  forget(campaignId: string): void {
    this.#waiting = this.#waiting.filter(({ key }) => !key.startsWith(`${campaignId}|`));
    for (const [key] of this.#bandit.state()) if (key.startsWith(`${campaignId}|`)) this.#bandit.forget(key);
  }

  save(): Saved {
    return { items: this.#bandit.state(), waiting: structuredClone(this.#waiting), ...this.#savedPriors() };
  }

  #savedPriors(): Pick<Saved, 'priors'> {
    return this.#priors.size > 0 ? { priors: structuredClone([...this.#priors.values()]) } : {};
  }

  restore({ items, waiting, priors = [] }: Saved): void {
    for (const prior of structuredClone(priors)) this.#priors.set(prior.goal, prior);
    this.#bandit = new Bandit(SETTINGS, items);
    this.#waiting = structuredClone(waiting);
  }
}
