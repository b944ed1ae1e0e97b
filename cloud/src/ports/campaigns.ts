import type { CampaignBody } from '@aisle/contracts';
import type { NewCommand } from './inbox.js';

/** What was last said of a campaign: `on` is scheduled, live or over by its schedule. */
export type SaidState = 'draft' | 'on' | 'paused' | 'ended';
export interface CampaignDeedRecord {
  /** wall clock, epoch ms */
  atTs: number;
  by: string;
  what: 'made' | 'changed' | 'live' | 'paused' | 'ended' | 'ranOut';
}
/** Every setting said. */
export type CampaignSettings = Required<CampaignBody>;
export interface CampaignRecord {
  organisationId: string;
  campaignId: string;
  state: SaidState;
  /** rises with every change */
  revision: number;
  /** arms of its blocks are drawn from this; never changes */
  seed: number;
  settings: CampaignSettings;
  deeds: CampaignDeedRecord[];
}
export interface CampaignStep {
  campaign: Omit<CampaignRecord, 'deeds'>;
  /** the revision that this change was made from; 0: it is new */
  madeFrom: number;
  deed: CampaignDeedRecord;
  /** content of the library that it shows */
  contentIds: readonly string[];
  /** with its commands, or not at all */
  commands: readonly { storeId: string; command: NewCommand }[];
}

export interface CampaignRecords {
  /** False, and nothing is written, where somebody else has changed it since. @throws CatalogError `unknownStore` */
  stepCampaign(step: CampaignStep): Promise<boolean>;
  campaign(organisationId: string, campaignId: string): Promise<CampaignRecord | undefined>;
  /** The newest first. */
  campaigns(organisationId: string, storeId?: string): Promise<CampaignRecord[]>;
}
