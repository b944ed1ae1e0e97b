import { createHash } from 'node:crypto';
import { ProductBook, type AgentCampaign, type AgentItem, type CampaignItem, type StoreFile } from '@aisle/contracts';
import type { CampaignRecord, ContentRecord } from '../ports/index.js';
import { boundsIn } from './times.js';

/** What a shop must know of a file of the library. */
export const fileItem = ({ contentId, sha256, type, bytes, width, height, seconds }: ContentRecord): AgentItem => ({
  contentId,
  file: { sha256, type, bytes, width, height, seconds },
  gtins: [],
  category: null,
  weight: 1,
});

/**
 * A campaign as one shop is told of it: with the times of its own time zone, its own screens, and its products as its own store file
 * writes them. An item that the shop cannot show (a template of products that it does not carry) is left out.
 * @param content of the library, by id
 * @param state null: as the campaign's own
 */
export function agentCampaign(
  { campaignId, revision, seed, state: said, settings }: Omit<CampaignRecord, 'deeds'>,
  storeFile: StoreFile,
  content: ReadonlyMap<string, ContentRecord>,
  now: number,
  left: boolean,
): AgentCampaign {
  const products = new ProductBook(storeFile.products);
  const carried = (gtins: readonly string[]): string[] => [
    ...new Set(gtins.flatMap((gtin) => products.find(gtin)?.gtin ?? [])),
  ];
  const bounds = boundsIn(settings.schedule, storeFile.store.timezone);
  const begins = bounds.fromTs !== null && bounds.fromTs > now;
  const isScreen = new Set((storeFile.devices ?? []).filter(({ family }) => family === 'screen').map(({ id }) => id));
  const state = said === 'on' ? (begins ? 'scheduled' : 'live') : said;
  return {
    campaignId,
    revision,
    name: settings.name,
    state: left ? 'ended' : state,
    screens: settings.screens?.filter((id) => isScreen.has(id)) ?? null,
    items: left ? [] : settings.content.flatMap((item) => itemOf(item, settings, content, carried) ?? []),
    category: settings.category,
    gtins: carried(settings.gtins),
    goal: settings.goal,
    policy: settings.policy,
    holdoutPpm: Math.round(settings.holdout * 1e6),
    blockMinutes: settings.blockMinutes,
    washInMinutes: settings.washInMinutes,
    minPlaySeconds: settings.minPlaySeconds,
    dailyCap: settings.dailyCap,
    frequencyCap: settings.frequencyCap,
    weight: settings.weight,
    ...bounds,
    days: settings.schedule.days ?? null,
    hours: settings.schedule.hours ?? null,
    seed,
  };
}

function itemOf(
  item: CampaignItem,
  settings: CampaignRecord['settings'],
  content: ReadonlyMap<string, ContentRecord>,
  carried: (gtins: readonly string[]) => string[],
): AgentItem | undefined {
  const about = {
    gtins: carried(item.gtins ?? (item.template === undefined ? [] : settings.gtins)),
    category: item.category ?? settings.category,
    weight: item.weight ?? 1,
  };
  if (item.contentId !== undefined) {
    const file = content.get(item.contentId);
    return file && { ...fileItem(file), ...about };
  }
  // a name of its own in decisions and plays, the same for the same thing
  const contentId = itemName(item, settings.gtins);
  if (item.template !== undefined)
    return about.gtins.length > 0 ? { contentId, template: item.template, ...about } : undefined;
  return item.url === undefined ? undefined : { contentId, url: item.url, ...about };
}

/** What decisions and plays call an item. */
export function itemName(item: CampaignItem, gtins: readonly string[]): string {
  if (item.contentId !== undefined) return item.contentId;
  const what = item.template === undefined ? ['url', item.url] : [item.template, ...(item.gtins ?? gtins)];
  const digest = createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 16);
  return `${item.template === undefined ? 'page' : item.template}-${digest}`;
}
