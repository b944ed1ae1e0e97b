import type { AgentCampaign, AgentItem, MediaFile, ScreenOrder } from '@aisle/contracts';
import type { JournalEntry } from '../../journal/record.js';
import type { StatePart } from '../../journal/state-part.js';

/** An item that a screen may have to show, and between which times. */
export interface ScreenItem {
  item: AgentItem;
  /** null: pinned, or of no campaign */
  campaign: AgentCampaign | null;
}

interface Saved {
  campaigns: AgentCampaign[];
  pins: ScreenOrder[];
}

/**
 * What campaigns and people's orders may put on screens: which files are needed here, the most urgent first, and what a player
 * should hold. Only the words of the cloud, no choice: that is the director's.
 */
export class ScreenItems implements StatePart {
  readonly name = 'screenItems';
  readonly #campaigns = new Map<string, AgentCampaign>();
  /** Key: screen; the newest order of a person, where it is a pin. */
  readonly #pins = new Map<string, ScreenOrder>();
  readonly #listeners = new Set<() => void>();

  /** @param listener called after something was said that may change what is needed */
  changed(listener: () => void): void {
    this.#listeners.add(listener);
  }

  apply({ event }: JournalEntry): void {
    if (event.kind === 'campaign') {
      const { campaign } = event;
      if ((this.#campaigns.get(campaign.campaignId)?.revision ?? 0) >= campaign.revision) return;
      // Of what is over only the revision counts, against older words that come later.
      this.#campaigns.set(campaign.campaignId, campaign.state === 'ended' ? { ...campaign, items: [] } : campaign);
    } else if (event.kind === 'ordered') {
      const { order } = event;
      if ((this.#pins.get(order.screenId)?.atTs ?? -1) > order.atTs) return;
      this.#pins.set(order.screenId, order);
    } else return;
    for (const listener of this.#listeners) listener();
  }

  /** Files that live or scheduled campaigns or pins need from now on, each once: pins, what is live, then by the start. */
  neededFiles(now: number): MediaFile[] {
    const files = new Map<string, MediaFile>();
    for (const { order } of this.#pinned(now)) if (order.item?.file) files.set(order.item.file.sha256, order.item.file);
    const startOf = ({ fromTs }: AgentCampaign): number => Math.max(now, fromTs ?? 0);
    for (const campaign of this.#running(now).sort((a, b) => startOf(a) - startOf(b)))
      for (const { file } of campaign.items) if (file && !files.has(file.sha256)) files.set(file.sha256, file);
    return [...files.values()];
  }

  /** What may come on this screen from now on. */
  itemsOf(screenId: string, now: number): ScreenItem[] {
    const pinned = this.#pinned(now).flatMap(({ order }) =>
      order.screenId === screenId && order.item ? [{ item: order.item, campaign: null }] : [],
    );
    const running = this.#running(now).filter(({ screens }) => screens === null || screens.includes(screenId));
    return [...pinned, ...running.flatMap((campaign) => campaign.items.map((item) => ({ item, campaign })))];
  }

  /** One of them by its id; also of a campaign that is not running any more. */
  itemOf(screenId: string, contentId: string, now: number): AgentItem | undefined {
    const here = this.itemsOf(screenId, now).find(({ item }) => item.contentId === contentId);
    if (here) return here.item;
    for (const { items } of this.#campaigns.values())
      for (const item of items) if (item.contentId === contentId) return item;
    return undefined;
  }

  #running(now: number): AgentCampaign[] {
    return [...this.#campaigns.values()].filter(
      ({ state, toTs }) => (state === 'live' || state === 'scheduled') && (toTs === null || toTs > now),
    );
  }

  #pinned(now: number): { order: ScreenOrder }[] {
    return [...this.#pins.values()].flatMap((order) =>
      order.action === 'pin' && (order.untilTs === null || order.untilTs > now) ? [{ order }] : [],
    );
  }

  save(): Saved {
    return { campaigns: [...this.#campaigns.values()], pins: [...this.#pins.values()] };
  }

  restore(data: unknown): void {
    const { campaigns, pins } = data as Saved;
    this.#campaigns.clear();
    this.#pins.clear();
    for (const campaign of campaigns) this.#campaigns.set(campaign.campaignId, campaign);
    for (const order of pins) this.#pins.set(order.screenId, order);
  }
}
