import {
  MOST_PEOPLE,
  featuresOf,
  split,
  type AgentCampaign,
  type AgentItem,
  type DecidedEvent,
  type Device,
  type Reason,
  type StoreFile,
} from '@aisle/contracts';
import type { AudienceMember } from '../domain/engine/engine-api.js';
import type { ScreenBook } from '../domain/screens/campaign-book.js';
import type { Block, ScreenGroup } from '../domain/screens/drawn-blocks.js';
import { itemKey } from '../domain/screens/learning.js';
import { isRunning, wallClock } from '../domain/screens/schedule.js';
import { cardsOf, type Card } from './content.js';
import { caresOf, coarse, mostWanted } from './rule.js';

/** What is chosen; the director gives it an id and a time. */
export type Choice = Omit<DecidedEvent, 'kind' | 'ts' | 'decisionId' | 'screenId' | 'reason'> & { why: Reason };
type Candidate = DecidedEvent['candidates'][number];

export interface Asked {
  store: StoreFile;
  screen: Device;
  group: ScreenGroup;
  book: ScreenBook;
  /** all who are in front of the screen: caps on what a visit may see are about each of them */
  present: readonly AudienceMember[];
  /** those whose stay has become engaged: what is chosen is chosen for them */
  engaged: readonly AudienceMember[];
  now: number;
  /** what is on and may stay, for policies that change only for something clearly better */
  showing?: string | undefined;
  /** uniform in [0, 1) */
  chance(): number;
  /** whether an item's file is in the shop */
  isHere(item: AgentItem): boolean;
  /** whether the screen can show a card of the store file; left out: all */
  mayShow?(card: Card): boolean;
}

/** A campaign on a screen at an instant. */
export interface Live {
  campaign: AgentCampaign;
  block: Block;
  /** what of it may be shown now; none in a block that is held out */
  items: AgentItem[];
}

const MICRO = 1_000_000;
/** Less than this of the dwell tells nobody's interest, where no model has judged: so much of it is all, ms. */
const DWELL_IS_ALL_MS = 60_000;
/** Probabilities that differ by no more say nothing yet: what rounding leaves. */
const NOTHING_LEARNED = 0.001;

/** The campaigns that run on a screen now, each with its block and what of it may be shown. */
export function liveOn({
  store,
  screen,
  group,
  book,
  present,
  now,
  isHere,
}: Omit<Asked, 'engaged' | 'chance'>): Live[] {
  const { timezone } = store.store;
  const live: Live[] = [];
  for (const campaign of book.campaigns()) {
    const { campaignId, screens, dailyCap, frequencyCap } = campaign;
    if ((screens !== null && !screens.includes(screen.id)) || !isRunning(campaign, now, timezone)) continue;
    const block = book.blocks.at(campaign, group.groupId, now, timezone);
    const isCapped =
      (dailyCap !== null && book.playsOf(campaignId, screen.id, now) >= dailyCap) ||
      (frequencyCap !== null &&
        present.some(({ person }) => person !== undefined && book.seenBy(person, campaignId) >= frequencyCap));
    const items =
      block.arm === 'heldOut' || isCapped
        ? []
        : campaign.items.filter((item) => isShowable(campaign, item, book, isHere));
    live.push({ campaign, block, items });
  }
  return live;
}

/** Whether what an item is about is not known to be empty, and its file is here. */
export function isShowable(
  { gtins }: AgentCampaign,
  item: AgentItem,
  book: Pick<ScreenBook, 'isEmpty'>,
  isHere: (item: AgentItem) => boolean,
): boolean {
  const about = item.gtins.length > 0 ? item.gtins : gtins;
  return isHere(item) && !about.some((gtin) => book.isEmpty(gtin));
}

/**
 * What a screen shows while campaigns run on it. Among those that are treated and have something to show, one is drawn by weight, and
 * its policy chooses among its items. Where none has, the store file's own content comes in turn: that is the plain loop of blocks
 * that are held out. Undefined when there is nothing to show at all.
 */
export function chooseAmong(asked: Asked, live: readonly Live[]): Choice | undefined {
  const playing = live.filter(({ items }) => items.length > 0);
  if (playing.length === 0) return plainLoop(asked, live);
  const { store, now, engaged, chance } = asked;
  const inputs = {
    hour: wallClock(now, store.store.timezone).hour,
    people: Math.min(engaged.length, MOST_PEOPLE),
  };
  const ranked = playing.map((one) => rank(asked, one, inputs));
  const weights = playing.map(({ campaign }) => campaign.weight);
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const at = draw(
    weights.map((weight) => weight / sum),
    chance(),
  );
  const { campaign, block } = playing[at] as Live;
  const mine = ranked[at] as RankedItems;
  const index = mine.probabilities.length === 1 ? 0 : draw(mine.probabilities, chance());
  const item = mine.items[index] as AgentItem;
  const shares = ranked.flatMap(({ probabilities }, place) =>
    probabilities.map((probability) => Math.round((probability * (weights[place] as number) * 1e9) / sum)),
  );
  const micro = split(MICRO, shares);
  const all = ranked.flatMap(({ candidates }) => candidates);
  const candidates = all.map((candidate, place) => ({ ...candidate, probabilityMicro: micro[place] as number }));
  const offset = ranked.slice(0, at).reduce((count, { items }) => count + items.length, 0);
  const probabilityMicro = micro[offset + index] as number;
  return {
    ...{ contentId: item.contentId, category: item.category ?? campaign.category },
    ...{ why: mine.why(index), probabilityMicro, heldOut: false, candidates },
    ...{ campaignId: campaign.campaignId, policy: campaign.policy, arm: block.arm, blockTs: block.fromTs, inputs },
    ...(mine.wouldShow !== undefined && { wouldShow: mine.wouldShow }),
  };
}

interface RankedItems {
  items: readonly AgentItem[];
  candidates: Candidate[];
  /** under the campaign's policy; they add up to 1 */
  probabilities: number[];
  why(index: number): Reason;
  wouldShow?: string;
}

/** How a campaign's policy stands to each of its items. For nobody in particular every policy is the loop. */
function rank(asked: Asked, { campaign, items }: Live, inputs: { hour: number; people: number }): RankedItems {
  const { store, engaged, screen, book, now, chance } = asked;
  const { dwellMs, interest } = caresOf(store, engaged);
  const categoryOf = (item: AgentItem) => item.category ?? campaign.category;
  const dwellOf = (item: AgentItem) => dwellMs.get(categoryOf(item) ?? '') ?? 0;
  // Without a model dwell stands for interest; both in steps, since they leave the shop.
  const ppmOf = (item: AgentItem) =>
    coarse(
      interest
        ? (interest.get(categoryOf(item) ?? '') ?? 0)
        : Math.min(1, dwellOf(item) / (engaged.length || 1) / DWELL_IS_ALL_MS) * MICRO,
    );
  const candidates = items.map((item): Candidate => {
    const { contentId } = item;
    const category = categoryOf(item);
    return { contentId, category, dwellSeconds: Math.floor(dwellOf(item) / 1000), interestPpm: ppmOf(item) };
  });
  const next = nextInTurn(items, (item) => book.turnsOf(screen.id, item.contentId) / item.weight);
  const sure = (index: number, why: Reason): RankedItems => ({
    ...{ items, candidates },
    probabilities: items.map((_, place) => (place === index ? 1 : 0)),
    why: () => why,
  });
  const loop = sure(next, { code: 'loop', values: {} });
  const { policy } = campaign;
  // of one thing alone nobody has learned that it is the best
  if (engaged.length === 0 || policy === 'loop' || items.length === 1) return loop;
  if (policy === 'rule') {
    const ppm = items.map(ppmOf);
    const best = mostWanted(
      ppm,
      items.findIndex(({ contentId }) => contentId === asked.showing),
    );
    const category = categoryOf(items[best] as AgentItem);
    if ((ppm[best] as number) <= 0 || category === null) return loop;
    return interest
      ? sure(best, { code: 'interest', values: { category, percent: (ppm[best] as number) / 10_000 } })
      : sure(best, {
          code: 'dwell',
          values: { category, seconds: Math.floor(dwellOf(items[best] as AgentItem) / 1000) },
        });
  }
  const learnt = book.bandit.choose(
    items.map(({ contentId }) => itemKey(campaign.campaignId, screen.id, contentId)),
    candidates.map(({ interestPpm = 0 }) => featuresOf(inputs, interestPpm)),
    now,
    policy === 'apprentice' ? chance() : 0,
    book.priorOf(campaign.goal),
  );
  if (policy === 'apprentice') return { ...loop, wouldShow: (items[learnt.chosen] as AgentItem).contentId };
  const probabilities = [...learnt.probabilities];
  const [least, most] = [Math.min(...probabilities), Math.max(...probabilities)];
  return {
    ...{ items, candidates, probabilities },
    why: (index) => {
      const share = probabilities[index] as number;
      // where all are as likely nothing has been learned yet
      const isLearned = share >= most && most - least > NOTHING_LEARNED;
      return { code: isLearned ? 'learned' : 'exploring', values: { percent: Math.round(share * 100) } };
    },
  };
}

/** The store file's own content, and drawn cards of its categories, each in turn. */
function plainLoop({ store, screen, book, engaged, now, mayShow }: Asked, live: readonly Live[]): Choice | undefined {
  const held = live.find(({ block }) => block.arm === 'heldOut') ?? live[0];
  const cards = cardsOf(store).filter((card) => mayShow?.(card) ?? true);
  if (cards.length === 0 || !held) return undefined;
  const next = nextInTurn(cards, ({ contentId }) => book.turnsOf(screen.id, contentId));
  const { contentId, category } = cards[next] as (typeof cards)[number];
  const { arm, fromTs } = held.block;
  return {
    ...{ contentId, category, probabilityMicro: MICRO, heldOut: arm === 'heldOut' },
    why: { code: arm === 'heldOut' ? 'heldOut' : 'loop', values: {} },
    candidates: cards.map((card, index) => ({
      ...{ contentId: card.contentId, category: card.category, dwellSeconds: 0 },
      probabilityMicro: index === next ? MICRO : 0,
    })),
    ...{ campaignId: held.campaign.campaignId, policy: 'loop', arm, blockTs: fromTs },
    inputs: { hour: wallClock(now, store.store.timezone).hour, people: Math.min(engaged.length, MOST_PEOPLE) },
  };
}

/** The one that has come least often for its weight; the first of several. */
function nextInTurn<T>(items: readonly T[], turns: (item: T) => number): number {
  let next = 0;
  items.forEach((item, index) => {
    if (turns(item) < turns(items[next] as T)) next = index;
  });
  return next;
}

function draw(probabilities: readonly number[], chance: number): number {
  let left = chance;
  let chosen = 0;
  for (const [index, probability] of probabilities.entries()) {
    if (probability <= 0) continue;
    chosen = index;
    left -= probability;
    if (left < 0) break;
  }
  return chosen;
}
