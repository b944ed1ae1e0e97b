import {
  DEFAULT_ENGAGED_AFTER_SECONDS,
  SHOW_CHANNEL,
  deviceTopic,
  type AgentCampaign,
  type AgentItem,
  type DecidedEvent,
  type Device,
  type LiveScreen,
  type ScreenShow,
} from '@aisle/contracts';
import type { StoreIndex } from '../devices/decode.js';
import type { AudienceMember } from '../domain/engine/engine-api.js';
import type { JournalEntry } from '../journal/record.js';
import type { Clock, Timer } from '../ports/clock.js';
import type { Random } from '../ports/random.js';
import type { ScreenBook } from '../domain/screens/campaign-book.js';
import { groupsOf, type ScreenGroup } from '../domain/screens/drawn-blocks.js';
import { isRunning } from '../domain/screens/schedule.js';
import { chooseAmong, isShowable, liveOn, type Asked, type Choice } from './choice.js';
import { IDLE_CONTENT, cardsOf, urlOf, whereOf, type Card } from './content.js';
import { filledTemplate } from './player-list.js';
import { aboutOf, followed, isForNobody, isSame, nothing, ordered, orderShown } from './decided.js';
import { choose, sentenceOf } from './rule.js';
import type { ScreenTargets } from './targets/screen-targets.js';

export interface DirectorOptions {
  /** how long a choice is shown when nobody renews it, ms; longer keeps stale choices, shorter flickers to idle */
  holdMs?: number;
  /** switches of one screen in a minute; more follows people closer and looks restless */
  switchesPerMinute?: number;
}

export interface DirectorParts {
  config(): StoreIndex | undefined;
  audienceOf(zoneId: string): AudienceMember[];
  /** journals a decision; it comes back through `apply` */
  decide(event: DecidedEvent): void;
  publish(topic: string, payload: string): void;
  clock: Clock;
  random: Random;
  /** campaigns and people's orders; left out: there are none */
  book?(): ScreenBook;
  /** whether an item's file is in the shop; left out: all are */
  isHere?(item: AgentItem): boolean;
  /** screens of other makers; left out: there are none */
  targets?: Pick<ScreenTargets, 'show' | 'mayShow' | 'mayShowCard'>;
  /** a short link whose scans count for the play of a decision; null: it has none */
  linkOf?(decision: DecidedEvent, item: AgentItem): string | null;
}

/** Campaigns begin and end, and their items take turns, by the clock alone: it is looked at so often, ms. */
const TICK_MS = 500;
/** In the loop, and while the same people stay, an item has so long, ms; a video has its own length. */
const TURN_MS = 15_000;
const DEFAULT_MIN_PLAY_SECONDS = 8;
const DEFAULT_HOLD_MS = 30_000;

/** How it stands with a screen at a look. */
interface Standing {
  current: Showing | undefined;
  ended: boolean;
  /** of the minimum play time */
  leftMs: number;
  store: StoreIndex;
  now: number;
}

interface Showing {
  decision: DecidedEvent;
  /** wall clock, epoch ms */
  expiresTs: number;
  /** the last minute's switches of the screen, in what is saved */
  switches?: number[];
}

/**
 * Chooses what screens show. A choice is made when somebody's stay in a screen's zone becomes engaged, is journaled, and is
 * delivered once it is durable; it is renewed while the audience stays, and expires when nobody does. Needs no cloud.
 */
export class ScreenDirector {
  readonly name = 'screens';
  readonly #showing = new Map<string, Showing>();
  /** Times of the last minute's switches, by screen. */
  readonly #switches = new Map<string, number[]>();
  /** Decisions on their way through the journal, by screen. */
  readonly #pending = new Set<string>();
  /** Looks that wait for a minimum play time to run out, by screen. */
  readonly #again = new Map<string, Timer>();
  #delivering = false;
  #tick: Timer | undefined;
  #groups: { of: StoreIndex; byScreen: Map<string, ScreenGroup> } | undefined;

  constructor(
    private readonly parts: DirectorParts,
    private readonly options: DirectorOptions = {},
  ) {}

  /** From here on decisions are delivered too: before, they were those of an earlier life. */
  start(): void {
    this.#delivering = true;
    const now = this.parts.clock.now();
    // An item of a campaign stays until another is chosen; that it was renewed is in no journal.
    for (const showing of this.#showing.values())
      if (this.#campaignOf(showing.decision)) showing.expiresTs = Math.max(showing.expiresTs, now + this.#holdMs);
    for (const screenId of this.#showing.keys()) this.#deliver(screenId);
    if (this.parts.book) this.#tick = this.parts.clock.every(TICK_MS, () => this.look());
  }

  apply({ event }: JournalEntry): void {
    if (event.kind !== 'decided') return;
    this.#pending.delete(event.screenId);
    this.#showing.set(event.screenId, { decision: event, expiresTs: event.ts + this.#holdMs });
    const recent = this.#recent(event.screenId, event.ts);
    this.#switches.set(event.screenId, [...recent, event.ts]);
    if (!this.#delivering) return;
    this.#deliver(event.screenId);
    this.#lookAtFollowers(event);
  }

  /** Those that show the same change with it, not half a second later. */
  #lookAtFollowers({ screenId, campaignId, follows }: DecidedEvent): void {
    const store = this.parts.config();
    if (!store || typeof campaignId !== 'string' || follows !== undefined) return;
    const device = store.devices.get(screenId);
    const group = device && this.#groupOf(device, store);
    for (const id of group?.screens ?? []) {
      const other = id === screenId ? undefined : store.devices.get(id);
      if (other) this.#lookAt(other, other.zone, store);
    }
  }

  get #holdMs(): number {
    return this.options.holdMs ?? DEFAULT_HOLD_MS;
  }
  #recent(screenId: string, now: number): number[] {
    return (this.#switches.get(screenId) ?? []).filter((ts) => now - ts < 60_000);
  }

  /** Looks at every screen's audience: to be called after people have moved. */
  look(): void {
    const store = this.parts.config();
    if (!store) return;
    for (const device of store.devices.values())
      if (device.family === 'screen') this.#lookAt(device, device.zone, store);
  }

  #lookAt(screen: Device, zoneId: string | undefined, store: StoreIndex): void {
    if (this.#pending.has(screen.id)) return;
    const now = this.parts.clock.now();
    const current = this.#current(screen.id, now);
    const book = this.parts.book?.();
    const order = book?.orderOf(screen.id, now);
    if (order) {
      const choice = ordered(order);
      if (current && isSame(current.decision, choice)) return this.#renew(screen.id, current, now);
      return this.#decide(screen.id, choice, now);
    }
    const ended = current !== undefined && this.#isOver(current.decision, screen, store, now);
    const zone = store.file.zones?.find((candidate) => candidate.id === zoneId);
    const engagedMs = (zone?.engagedAfterSeconds ?? DEFAULT_ENGAGED_AFTER_SECONDS) * 1000;
    const minPlayMs = this.#minPlayMs(current?.decision, screen);
    const leftMs = current && !ended ? current.decision.ts + minPlayMs - now : 0;
    const campaigns = book ? [...book.campaigns()].filter((one) => isOn(one, screen, store, now)) : [];
    // The minimum play time comes first: it is also the cheapest to ask.
    if (leftMs > 0 && !(campaigns.length > 0 && isForNobody(current?.decision)))
      return this.#lookAgain(screen.id, leftMs);
    const present = zoneId === undefined ? [] : this.parts.audienceOf(zoneId);
    const engaged = present.filter((member) => member.stayMs >= engagedMs);
    const group = this.#groupOf(screen, store);
    if (book && group && campaigns.length > 0) {
      const led = this.#leaderOf(screen, group, campaigns, store, now);
      if (led !== undefined && this.#follow(screen, led, { current, ended, leftMs, store, now })) return;
      if (current && !ended && !this.#isDue(current, now, present.length, engaged.length, leftMs))
        return this.#renew(screen.id, current, now);
      if (!ended && this.#recent(screen.id, now).length >= (this.options.switchesPerMinute ?? 6)) return;
      const asked: Asked = {
        ...{ store: store.file, screen, group, book, present, engaged, now },
        showing: ended ? undefined : current?.decision.contentId,
        chance: () => this.parts.random.next(),
        isHere: (item) => this.#isHere(item, screen),
        mayShow: (card) => this.#mayShowCard(screen, card),
      };
      const choice = chooseAmong(asked, liveOn(asked));
      if (choice && current && !ended && engaged.length === 0 && current.decision.contentId === choice.contentId)
        return this.#renew(screen.id, current, now);
      if (choice) return this.#decide(screen.id, choice, now);
    } else if (engaged.length > 0 && zoneId !== undefined) {
      const may = (card: Card): boolean => this.#mayShowCard(screen, card);
      const choice = choose(store.file, zoneId, engaged, ended ? undefined : current?.decision.contentId, may);
      if (choice && current?.decision.contentId === choice.card.contentId && !ended)
        return this.#renew(screen.id, current, now);
      if (choice && !ended && this.#recent(screen.id, now).length >= (this.options.switchesPerMinute ?? 6)) return;
      if (choice) {
        const { card, why, candidates } = choice;
        const { contentId, category } = card;
        return this.#decide(
          screen.id,
          { contentId, category, why, candidates, probabilityMicro: 1_000_000, heldOut: false },
          now,
        );
      }
    }
    if (ended && current.decision.contentId !== IDLE_CONTENT) this.#decide(screen.id, nothing(), now);
  }

  /**
   * The screen of its group whose choices a screen shows too, since one audience sees both: the first on which the same campaigns run, and that no
   * person has pinned or paused. Undefined: it chooses by itself.
   */
  #leaderOf(
    screen: Device,
    { screens }: ScreenGroup,
    own: readonly AgentCampaign[],
    store: StoreIndex,
    now: number,
  ): string | undefined {
    const book = this.parts.book?.();
    for (const id of screens) {
      const other = store.devices.get(id);
      if (id === screen.id || !book || !other) return undefined;
      const its = [...book.campaigns()].filter((one) => isOn(one, other, store, now));
      if (!book.orderOf(id, now) && its.length === own.length && its.every((one) => own.includes(one))) return id;
    }
    return undefined;
  }

  /** Shows what the first of the group shows; false where that shows nothing that may be shown here too. */
  #follow(screen: Device, leader: string, { current, ended, leftMs, store, now }: Standing): boolean {
    // What it chooses is on its way through the journal.
    if (this.#pending.has(leader)) return true;
    const its = this.#current(leader, now)?.decision;
    if (!its || typeof its.campaignId !== 'string' || this.#isOver(its, screen, store, now)) return false;
    const isShown = current?.decision.follows === its.decisionId;
    if (current && !ended && isShown) this.#renew(screen.id, current, now);
    else if (!ended && leftMs > 0 && !isForNobody(current?.decision)) this.#lookAgain(screen.id, leftMs);
    else if (ended || this.#recent(screen.id, now).length < (this.options.switchesPerMinute ?? 6))
      this.#decide(screen.id, followed(its), now);
    return true;
  }

  #decide(screenId: string, choice: Choice, now: number): void {
    const store = this.parts.config();
    if (!store) return;
    this.#pending.add(screenId);
    const { contentId, category, why, ...more } = choice;
    const event: DecidedEvent = {
      ...{ kind: 'decided', ts: now, decisionId: this.parts.random.id(), screenId, contentId, category },
      ...{ reason: sentenceOf(store.file, why), why, ...more },
    };
    const isScannable = this.#linkOf(event, this.#itemOf(event, now)) !== null;
    this.parts.decide({ ...event, ...(isScannable && { scannable: true }) });
  }

  /** Whether something else should come: the block has passed, its turn is over, or it ran for nobody and now there is somebody. */
  #isDue({ decision }: Showing, now: number, present: number, engaged: number, leftMs: number): boolean {
    if (isForNobody(decision) && engaged > 0) return true;
    if (leftMs > 0) return false;
    const campaign = this.#campaignOf(decision);
    const seconds = campaign?.items.find(({ contentId }) => contentId === decision.contentId)?.file?.seconds ?? 0;
    // Who has just come is about to be chosen for: the loop waits for them.
    if (present > 0 && engaged === 0) return false;
    return now - decision.ts >= Math.max(TURN_MS, seconds * 1000);
  }

  /** What is on may not be shown any more, however short it has been on. */
  #isOver(decision: DecidedEvent, screen: Device, store: StoreIndex, now: number): boolean {
    const { why, contentId, campaignId, blockTs } = decision;
    if (why?.code === 'pinned' || why?.code === 'paused') return true;
    const book = this.parts.book?.();
    if (!book || (campaignId ?? null) === null) return false;
    const campaign = this.#campaignOf(decision);
    if (!campaign || !isOn(campaign, screen, store, now)) return true;
    const group = this.#groupOf(screen, store);
    const block = group && book.blocks.at(campaign, group.groupId, now, store.file.store.timezone);
    if (block && block.fromTs !== blockTs && block.arm !== decision.arm) return true;
    const item = campaign.items.find((candidate) => candidate.contentId === contentId);
    // The plain loop is the store file's own.
    if (!item)
      return !cardsOf(store.file).some((card) => card.contentId === contentId && this.#mayShowCard(screen, card));
    return !isShowable(campaign, item, book, (one) => this.#isHere(one, screen));
  }

  /** What a decision shows, of a person's order or of its campaign; undefined: of the store file. */
  #itemOf(decision: DecidedEvent, now: number): AgentItem | undefined {
    const { screenId, contentId } = decision;
    const order = this.parts.book?.().orderOf(screenId, now);
    if (order?.item?.contentId === contentId) return order.item;
    return this.#campaignOf(decision)?.items.find((one) => one.contentId === contentId);
  }

  /** Templates bear a code; a file of somebody's own design only where its campaign is about scans. */
  #linkOf(decision: DecidedEvent, item: AgentItem | undefined): string | null {
    if (!item) return null;
    const isAboutScans = item.file !== undefined && this.#campaignOf(decision)?.goal === 'scans';
    return item.template !== undefined || isAboutScans ? (this.parts.linkOf?.(decision, item) ?? null) : null;
  }

  #campaignOf({ campaignId }: DecidedEvent): AgentCampaign | undefined {
    if ((campaignId ?? null) === null) return undefined;
    for (const campaign of this.parts.book?.().campaigns() ?? [])
      if (campaign.campaignId === campaignId) return campaign;
    return undefined;
  }

  #mayShowCard(screen: Device, card: Card): boolean {
    return this.parts.targets?.mayShowCard(screen, card) ?? true;
  }

  #isHere(item: AgentItem, screen: Device): boolean {
    return (this.parts.isHere?.(item) ?? true) && (this.parts.targets?.mayShow(screen, item) ?? true);
  }

  #minPlayMs(decision: DecidedEvent | undefined, screen: Device): number {
    const own = screen.minPlaySeconds ?? DEFAULT_MIN_PLAY_SECONDS;
    const campaign = decision && this.#campaignOf(decision);
    return (campaign?.minPlaySeconds ?? own) * 1000;
  }

  #groupOf(screen: Device, store: StoreIndex): ScreenGroup | undefined {
    if (this.#groups?.of !== store) {
      const byScreen = new Map<string, ScreenGroup>();
      for (const group of groupsOf(store.devices.values())) for (const id of group.screens) byScreen.set(id, group);
      this.#groups = { of: store, byScreen };
    }
    return this.#groups.byScreen.get(screen.id);
  }

  /** Nobody need move for a choice to fall due: who stands still while the minimum play time runs out is still there. */
  #lookAgain(screenId: string, afterMs: number): void {
    if (this.#again.has(screenId)) return;
    const timer = this.parts.clock.after(afterMs, () => {
      this.#again.delete(screenId);
      this.look();
    });
    this.#again.set(screenId, timer);
  }

  /** Ends what waits. */
  stop(): void {
    this.#tick?.cancel();
    for (const timer of this.#again.values()) timer.cancel();
    this.#again.clear();
  }

  #current(screenId: string, now: number): Showing | undefined {
    const showing = this.#showing.get(screenId);
    return showing && showing.expiresTs > now ? showing : undefined;
  }

  #renew(screenId: string, showing: Showing, now: number): void {
    if (showing.expiresTs - now > this.#holdMs / 2) return;
    showing.expiresTs = now + this.#holdMs;
    this.#deliver(screenId);
  }

  #deliver(screenId: string): void {
    const store = this.parts.config();
    const showing = this.#current(screenId, this.parts.clock.now());
    if (!store || !showing) return;
    const { decisionId, contentId, reason } = showing.decision;
    const content = store.file.content?.find(({ id }) => id === contentId);
    const now = this.parts.clock.now();
    const order = this.parts.book?.().orderOf(screenId, now);
    const campaign = this.#campaignOf(showing.decision);
    const item = this.#itemOf(showing.decision, now);
    const isOwn = item !== undefined && (item.file ?? item.template ?? item.url) !== undefined;
    const url = isOwn
      ? whereOf(screenId, item)
      : ((content && urlOf(content)) ?? `/player/${screenId}/content/${contentId}.json`);
    // A screen that hears of no end by itself still knows it.
    const end = item === order?.item ? order?.untilTs : campaign?.toTs;
    const expiresTs = Math.min(showing.expiresTs, item ? (end ?? Infinity) : Infinity);
    const link = this.#linkOf(showing.decision, item);
    const filled = isOwn ? filledTemplate(store.file, item, link) : undefined;
    const over = !filled && link !== null ? { link } : {};
    const about = aboutOf(showing.decision, item, campaign);
    const show: ScreenShow = {
      ...{ decisionId, contentId, url, reason, expiresTs },
      ...{ ...(about && { about }), ...(filled && { filled }), ...over },
    };
    const device = store.devices.get(screenId);
    if (device && this.parts.targets?.show(device, show, item) === true) return;
    this.parts.publish(deviceTopic(screenId, SHOW_CHANNEL), JSON.stringify(show));
  }

  /** What each screen shows now, for people. */
  list(): LiveScreen[] {
    const now = this.parts.clock.now();
    const screens = [...(this.parts.config()?.devices.values() ?? [])].filter((device) => device.family === 'screen');
    return screens.map(({ id, zone }) => {
      const showing = this.#current(id, now);
      const decision = showing?.decision;
      const order = this.parts.book?.().orderOf(id, now);
      return {
        deviceId: id,
        decisionId: showing?.decision.decisionId ?? null,
        contentId: showing?.decision.contentId ?? null,
        category: showing?.decision.category ?? null,
        reason: showing?.decision.reason ?? '',
        ...(showing?.decision.why && { why: showing.decision.why }),
        sinceTs: showing?.decision.ts ?? null,
        audience: zone === undefined ? 0 : this.parts.audienceOf(zone).length,
        ...(typeof decision?.campaignId === 'string' && { campaignId: decision.campaignId }),
        ...(decision?.arm && { arm: decision.arm }),
        ...(decision?.policy !== undefined && { policy: decision.policy }),
        ...(decision && { probabilityMicro: decision.probabilityMicro }),
        ...(order && order.action !== 'resume' && { order: orderShown(order) }),
      };
    });
  }

  save(): unknown {
    return [...this.#showing].map(([screenId, showing]) => ({
      ...showing,
      switches: this.#switches.get(screenId) ?? [],
    }));
  }
  restore(data: unknown): void {
    this.#showing.clear();
    this.#switches.clear();
    // agents up to 0.2 saved no switches
    for (const { switches = [], ...showing } of structuredClone(data as Showing[])) {
      this.#showing.set(showing.decision.screenId, showing);
      this.#switches.set(showing.decision.screenId, switches);
    }
  }
}

const isOn = (campaign: AgentCampaign, { id }: Device, { file }: StoreIndex, now: number): boolean =>
  (campaign.screens === null || campaign.screens.includes(id)) && isRunning(campaign, now, file.store.timezone);
