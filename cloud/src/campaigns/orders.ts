import { problem, understands, type AgentItem, type ScreenOrder, type ScreenOrderAnswer } from '@aisle/contracts';
import type { Principal } from '../access/access.js';
import type { Inbox } from '../inbox/inbox.js';
import { spokenBy } from '../inbox/inbox-view.js';
import type { AgentRecords, CampaignRecords, Clock, ContentRecords, StoreVersion } from '../ports/index.js';
import { agentCampaign, fileItem } from './agent-campaign.js';
import { refused } from './settings.js';

const MINUTE_MS = 60_000;

/** What people want of single screens: durable for the shop when it resolves. */
export class ScreenOrders {
  constructor(
    private readonly parts: {
      content: Pick<ContentRecords, 'content' | 'contents' | 'notePin' | 'pins'>;
      campaigns: Pick<CampaignRecords, 'campaigns'>;
      agents: Pick<AgentRecords, 'agent'>;
      inbox: Inbox;
      clock: Pick<Clock, 'now'>;
    },
  ) {}

  /**
   * @param contentId of a pin: a file of the library, or an item of a campaign or of the store file
   * @throws CampaignError `invalid` where there is no such content
   */
  async give(
    who: Pick<Principal, 'organisationId' | 'name'>,
    store: StoreVersion,
    screenId: string,
    action: ScreenOrder['action'],
    { contentId, minutes = null }: { contentId?: string; minutes?: number | null } = {},
  ): Promise<ScreenOrderAnswer> {
    const { agents, inbox, clock, content } = this.parts;
    const { storeId } = store;
    const item = contentId === undefined ? undefined : await this.#item(who.organisationId, store, contentId);
    const atTs = clock.now();
    const untilTs = action === 'resume' || minutes === null ? null : atTs + minutes * MINUTE_MS;
    // before the shop hears of it, so that it may fetch it at once
    await content.notePin(storeId, screenId, item?.file && action === 'pin' ? item.contentId : null);
    const order: ScreenOrder = { screenId, action, ...(item && { item }), untilTs, by: who.name, atTs };
    await inbox.add(storeId, { kind: 'screenOrder', order });
    const waits = !understands(spokenBy(await agents.agent(storeId)).commands, 'screenOrder');
    return {
      ...{ screenId, action, contentId: item?.contentId ?? null, by: who.name, waits },
      until: untilTs === null ? null : new Date(untilTs).toISOString(),
    };
  }

  /** A content is gone: no screen goes on with it because somebody has pinned it there. */
  async contentGone(who: Pick<Principal, 'organisationId' | 'name'>, contentId: string): Promise<void> {
    const { content, inbox, clock } = this.parts;
    for (const { storeId, screenId } of await content.pins(who.organisationId, contentId)) {
      await content.notePin(storeId, screenId, null);
      const order: ScreenOrder = { screenId, action: 'resume', untilTs: null, by: who.name, atTs: clock.now() };
      await inbox.add(storeId, { kind: 'screenOrder', order });
    }
  }

  async #item(organisationId: string, { storeId, storeFile }: StoreVersion, contentId: string): Promise<AgentItem> {
    const file = await this.parts.content.content(organisationId, contentId);
    if (file) return fileItem(file);
    const own = storeFile.content?.find(({ id }) => id === contentId);
    if (own)
      return {
        ...{ contentId, gtins: [], category: own.category ?? null, weight: 1 },
        ...(own.url !== undefined && { url: own.url }),
      };
    for (const campaign of await this.parts.campaigns.campaigns(organisationId, storeId)) {
      const { items } = agentCampaign(campaign, storeFile, new Map(), 0, false);
      const found = items.find((item) => item.contentId === contentId);
      if (found) return found;
    }
    throw refused(problem('contentId', 'namesNo', { what: 'content', id: contentId }));
  }
}
