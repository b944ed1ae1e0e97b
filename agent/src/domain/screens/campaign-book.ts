import {
  DAY_MS,
  HOUR_MS,
  type AgentCampaign,
  type CampaignEvent,
  type DecidedEvent,
  type OrderedEvent,
  type PriorEvent,
  type ScreenOrder,
} from '@aisle/contracts';
import type { Chosen } from '../core/records.js';
import { startOfDay } from '../core/store-day.js';
import type { EnginePart } from '../core/engine-part.js';
import type { InForce } from '../core/versions.js';
import type { Bandit, BanditSettings } from './bandit.js';
import { DrawnBlocks } from './drawn-blocks.js';
import { Learning, itemKey, type Gain, type Settled } from './learning.js';
import { isOver } from './schedule.js';

/** A person in front of a screen, by whom their visit is known inside the engine. */
export type PersonName = readonly [source: string, id: string, since: number];

/** What the choice of content may ask. */
export interface ScreenBook {
  campaigns(): Iterable<AgentCampaign>;
  /** what a person wants of a screen at `now`, if anything */
  orderOf(screenId: string, now: number): ScreenOrder | undefined;
  /** plays of a campaign on a screen on the store's day of `now` */
  playsOf(campaignId: string, screenId: string, now: number): number;
  /** choices of an item on a screen since the campaign is known: where its loop stands */
  turnsOf(screenId: string, contentId: string): number;
  /** whether sensors say that nothing of a product is left */
  isEmpty(gtin: string): boolean;
  /** how often one visit has seen a campaign */
  seenBy(person: PersonName, campaignId: string): number;
  readonly bandit: Pick<Bandit, 'choose'>;
  /** what an item of a campaign with this goal is taken to be worth before it was shown */
  priorOf(goal: AgentCampaign['goal']): BanditSettings['prior'];
  readonly blocks: DrawnBlocks;
}

/** What came late still belongs to a campaign's blocks for so long behind its end; then only its revision is kept. */
const OVER_KEPT_MS = 2 * DAY_MS;
/** Nothing is said of it any more: older words of the cloud are long read. */
const FORGOTTEN_MS = 60 * DAY_MS;

interface Seen {
  person: PersonName;
  campaigns: Map<string, number>;
}
interface Saved {
  campaigns: AgentCampaign[];
  orders: ScreenOrder[];
  plays: [string, [dayTs: number, count: number]][];
  turns: [string, number][];
  stocks: [string, number][];
  seen: [PersonName, [string, number][]][];
  learning: ReturnType<Learning['save']>;
  /** left out where none is over */
  over?: [campaignId: string, sinceTs: number][];
}

/**
 * Campaigns as the cloud has said them, people's orders, and what has been shown of them: by the journal alone, so that a restart
 * without the cloud goes on where it was.
 */
export class CampaignBook implements EnginePart, ScreenBook {
  readonly name = 'campaigns';
  readonly version = 1;
  readonly blocks = new DrawnBlocks();
  readonly #campaigns = new Map<string, AgentCampaign>();
  /** since when, in event time, campaigns are over */
  readonly #over = new Map<string, number>();
  #hour = 0;
  /** newest order by screen */
  readonly #orders = new Map<string, ScreenOrder>();
  /** key: campaign|screen */
  readonly #plays = new Map<string, [dayTs: number, count: number]>();
  /** key: screen|content */
  readonly #turns = new Map<string, number>();
  /** units that sensors found last, by slot */
  readonly #stocks = new Map<string, number>();
  readonly #seen = new Map<string, Seen>();
  readonly #learning = new Learning();

  /** @param isFollowed whether somebody's visit still goes on */
  constructor(
    private readonly versions: Pick<InForce, 'model'>,
    private readonly isFollowed: (person: PersonName) => boolean,
  ) {}

  campaign({ campaign }: CampaignEvent): void {
    const { campaignId, revision, state } = campaign;
    if ((this.#campaigns.get(campaignId)?.revision ?? 0) >= revision) return;
    // Of one that is over only its revision is wanted: an older word may come late.
    this.#campaigns.set(campaignId, campaign);
    if (state === 'ended') this.#learning.forget(campaignId);
  }

  ordered({ order }: OrderedEvent): void {
    if ((this.#orders.get(order.screenId)?.atTs ?? -1) > order.atTs) return;
    this.#orders.set(order.screenId, order);
  }

  prior({ prior }: PriorEvent): void {
    this.#learning.prior(prior);
  }

  /** Hears what came of each choice that teaches something, once that is settled. */
  onSettled(listener: Settled): void {
    this.#learning.onSettled(listener);
  }

  priorOf(goal: AgentCampaign['goal']): BanditSettings['prior'] {
    return this.#learning.priorOf(goal);
  }

  /** @param audience whoever stood before the screen then */
  decided(event: DecidedEvent, audience: Iterable<PersonName>): void {
    const { screenId, contentId, campaignId, ts } = event;
    const turn = `${screenId}|${contentId}`;
    this.#turns.set(turn, (this.#turns.get(turn) ?? 0) + 1);
    const campaign = campaignId === undefined || campaignId === null ? undefined : this.#campaigns.get(campaignId);
    if (!campaign?.items.some((item) => item.contentId === contentId)) return;
    const dayTs = this.#dayOf(ts);
    const key = `${campaign.campaignId}|${screenId}`;
    const known = this.#plays.get(key);
    this.#plays.set(key, [dayTs, (known?.[0] === dayTs ? known[1] : 0) + 1]);
    // what a screen shows because another of its group does was chosen once, and is seen once
    if (event.follows !== undefined) return;
    this.#learning.decided(event, campaign);
    for (const [name, { person }] of this.#seen) if (!this.isFollowed(person)) this.#seen.delete(name);
    for (const person of audience) {
      const name = person.join('|');
      const seen = this.#seen.get(name) ?? { person, campaigns: new Map<string, number>() };
      seen.campaigns.set(campaign.campaignId, (seen.campaigns.get(campaign.campaignId) ?? 0) + 1);
      this.#seen.set(name, seen);
    }
  }

  /** A slot was sensed and settled; null: how much is there is not known. */
  stock(slotId: string, units: number | null): void {
    if (units === null) this.#stocks.delete(slotId);
    else this.#stocks.set(slotId, units);
  }

  gained(gain: Gain): void {
    const { model } = this.versions;
    const nameOf = (gtin: string) => model?.products.find(gtin)?.gtin ?? gtin;
    this.#learning.gained(gain, (one, other) => nameOf(one) === nameOf(other));
  }

  /** A choice of a campaign was scanned. */
  scanned({ campaignId, screenId, contentId, ts }: Chosen): void {
    if (campaignId !== null) this.#learning.scanned(itemKey(campaignId, screenId, contentId), ts);
  }

  /** The newest event time of any device. */
  advance(ts: number): void {
    this.#learning.advance(ts);
    const hour = Math.floor(ts / HOUR_MS);
    if (hour <= this.#hour) return;
    this.#hour = hour;
    for (const campaign of [...this.#campaigns.values()]) this.#leave(campaign, ts);
  }

  /** Those that are over do not stay for ever. */
  #leave(campaign: AgentCampaign, ts: number): void {
    const { campaignId } = campaign;
    const since = this.#over.get(campaignId);
    if (!isOver(campaign, ts)) this.#over.delete(campaignId);
    else if (since === undefined) this.#over.set(campaignId, ts);
    else if (ts - since >= FORGOTTEN_MS) {
      this.#over.delete(campaignId);
      this.#campaigns.delete(campaignId);
    } else if (ts - since >= OVER_KEPT_MS && campaign.items.length > 0) {
      this.#campaigns.set(campaignId, { ...campaign, items: [], gtins: [] });
      this.#learning.forget(campaignId);
      for (const key of this.#plays.keys()) if (key.startsWith(`${campaignId}|`)) this.#plays.delete(key);
      for (const { campaigns } of this.#seen.values()) campaigns.delete(campaignId);
      const shown = new Set([...this.#campaigns.values()].flatMap(({ items }) => items.map((item) => item.contentId)));
      for (const { contentId } of campaign.items)
        if (!shown.has(contentId))
          for (const key of this.#turns.keys()) if (key.endsWith(`|${contentId}`)) this.#turns.delete(key);
    }
  }

  campaigns(): Iterable<AgentCampaign> {
    return this.#campaigns.values();
  }

  orderOf(screenId: string, now: number): ScreenOrder | undefined {
    const order = this.#orders.get(screenId);
    if (!order || order.action === 'resume' || (order.untilTs !== null && order.untilTs <= now)) return undefined;
    return order;
  }

  playsOf(campaignId: string, screenId: string, now: number): number {
    const known = this.#plays.get(`${campaignId}|${screenId}`);
    return known?.[0] === this.#dayOf(now) ? known[1] : 0;
  }

  turnsOf(screenId: string, contentId: string): number {
    return this.#turns.get(`${screenId}|${contentId}`) ?? 0;
  }

  /** Empty are all its slots that anything senses, one at least. */
  isEmpty(gtin: string): boolean {
    const { model } = this.versions;
    const product = model?.products.find(gtin);
    const slots = (product && model?.slotsByGtin.get(product.gtin)) ?? [];
    const sensed = slots.flatMap(({ id }) => this.#stocks.get(id) ?? []);
    return sensed.length > 0 && sensed.every((units) => units <= 0);
  }

  seenBy(person: PersonName, campaignId: string): number {
    return this.#seen.get(person.join('|'))?.campaigns.get(campaignId) ?? 0;
  }

  get bandit(): Pick<Bandit, 'choose'> {
    return this.#learning.bandit;
  }

  #dayOf(ts: number): number {
    return startOfDay(ts, this.versions.model?.timezone ?? 'UTC');
  }

  save(): Saved {
    return structuredClone({
      campaigns: [...this.#campaigns.values()],
      orders: [...this.#orders.values()],
      plays: [...this.#plays],
      turns: [...this.#turns],
      stocks: [...this.#stocks],
      seen: [...this.#seen.values()].map(({ person, campaigns }) => [person, [...campaigns]] as Saved['seen'][number]),
      learning: this.#learning.save(),
      ...(this.#over.size > 0 && { over: [...this.#over] }),
    });
  }

  restore(saved: unknown): void {
    if (saved === undefined) return;
    const { campaigns, orders, plays, turns, stocks, seen, learning, over = [] } = structuredClone(saved) as Saved;
    for (const [campaignId, sinceTs] of over) this.#over.set(campaignId, sinceTs);
    for (const campaign of campaigns) this.#campaigns.set(campaign.campaignId, campaign);
    for (const order of orders) this.#orders.set(order.screenId, order);
    for (const [key, value] of plays) this.#plays.set(key, value);
    for (const [key, value] of turns) this.#turns.set(key, value);
    for (const [key, value] of stocks) this.#stocks.set(key, value);
    for (const [person, counts] of seen) this.#seen.set(person.join('|'), { person, campaigns: new Map(counts) });
    this.#learning.restore(learning);
  }
}
