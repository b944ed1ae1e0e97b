import { problem, type CampaignBody, type CampaignView, type CampaignState } from '@aisle/contracts';
import { mayIn } from '../access/rights.js';
import type { Principal } from '../access/access.js';
import type {
  CampaignDeedRecord,
  CampaignRecord,
  CampaignRecords,
  CampaignSettings,
  CampaignStep,
  Clock,
  ContentRecord,
  ContentRecords,
  Random,
  SaidState,
  StoreVersion,
} from '../ports/index.js';
import type { Stores } from '../stores/stores.js';
import { agentCampaign } from './agent-campaign.js';
import { CampaignError, checkSettings, refused, settingsOf } from './settings.js';
import { boundsIn, overall, type Bounds } from './times.js';

/** whose deed it is that a campaign is over because its time is */
const BY_THE_CLOCK = 'schedule';
type Who = Pick<Principal, 'organisationId' | 'grants' | 'name'>;
type Placed = StoreVersion & { left: boolean };

/** Campaigns: what may be said of them, what they are by now, and what goes down to the shops. */
export class Campaigns {
  constructor(
    private readonly parts: {
      campaigns: CampaignRecords;
      content: Pick<ContentRecords, 'contents'>;
      stores: Stores;
      clock: Pick<Clock, 'now'>;
      random: Random;
      /** Something is in a shop's inbox. */
      notify(storeId: string): void;
    },
  ) {}

  /** A draft. @throws CampaignError */
  async make(who: Who, body: CampaignBody): Promise<CampaignView> {
    const settings = settingsOf(body);
    await this.#check(who, settings);
    const { random } = this.parts;
    const campaign = {
      ...{ organisationId: who.organisationId, revision: 1, state: 'draft' as const, settings },
      campaignId: Buffer.from(random.secretBytes(9)).toString('hex'),
      seed: Buffer.from(random.secretBytes(4)).readUInt32BE(),
    };
    return this.#step(who, undefined, campaign, 'made');
  }

  /** @throws CampaignError */
  async change(who: Who, campaignId: string, body: CampaignBody): Promise<CampaignView> {
    const known = await this.#writable(who, campaignId);
    if (known.state === 'ended') throw over();
    const settings = settingsOf(body);
    await this.#check(who, settings);
    return this.#step(who, known, { ...known, revision: known.revision + 1, settings }, 'changed');
  }

  /** @throws CampaignError */
  async say(who: Who, campaignId: string, wanted: 'live' | 'paused' | 'ended'): Promise<CampaignView> {
    const known = await this.#writable(who, campaignId);
    const state: SaidState = wanted === 'live' ? 'on' : wanted;
    if (known.state === state) return this.#view(known);
    if (known.state === 'ended') throw over();
    if (known.state === 'draft' && wanted === 'paused')
      throw new CampaignError('conflict', problem('state', 'campaignNotBegun'));
    if (wanted === 'live') {
      // what was right when it was made may have gone since
      await this.#check(who, known.settings);
      const { toTs } = await this.#bounds(known.settings);
      if (toTs !== null && toTs <= this.parts.clock.now()) throw refused(problem('schedule.to', 'stillToCome'));
    }
    return this.#step(who, known, { ...known, revision: known.revision + 1, state }, wanted);
  }

  /** Those of stores that the caller may look into. */
  async list(who: Who, storeId?: string): Promise<CampaignView[]> {
    await this.settle(who.organisationId);
    const found = await this.parts.campaigns.campaigns(who.organisationId, storeId);
    const seen = await Promise.all(found.map((campaign) => this.#maySee(who, campaign)));
    return Promise.all(found.filter((_, at) => seen[at]).map((campaign) => this.#view(campaign)));
  }

  /** @throws CampaignError `unknown` */
  async view(who: Who, campaignId: string): Promise<CampaignView> {
    return this.#view(await this.record(who, campaignId));
  }

  /** @throws CampaignError `unknown`: also for those of stores that the caller may not look into */
  async record(who: Who, campaignId: string): Promise<CampaignRecord> {
    await this.settle(who.organisationId, campaignId);
    const found = await this.parts.campaigns.campaign(who.organisationId, campaignId);
    if (!found || !(await this.#maySee(who, found))) throw unknown();
    return found;
  }

  /** Those whose time is over are said to be, so that their content is free. */
  async settle(organisationId: string, campaignId?: string): Promise<void> {
    const { campaigns, clock } = this.parts;
    const found =
      campaignId === undefined
        ? await campaigns.campaigns(organisationId)
        : [(await campaigns.campaign(organisationId, campaignId)) ?? []].flat();
    for (const known of found) {
      if (known.state !== 'on' && known.state !== 'paused') continue;
      const { toTs } = await this.#bounds(known.settings);
      if (toTs === null || toTs > clock.now()) continue;
      const ended = { ...known, revision: known.revision + 1, state: 'ended' as const };
      await this.#put(known, ended, { atTs: toTs, by: BY_THE_CLOCK, what: 'ranOut' });
    }
  }

  async #maySee({ grants, organisationId }: Who, { settings }: CampaignRecord): Promise<boolean> {
    if (grants.some(({ scope }) => scope.kind === 'organisation' && scope.id === organisationId)) return true;
    for (const storeId of settings.stores) {
      const store = await this.parts.stores.record(storeId);
      if (store && mayIn(grants, 'read', store)) return true;
    }
    return false;
  }

  async #writable(who: Who, campaignId: string): Promise<CampaignRecord> {
    const known = await this.record(who, campaignId);
    await this.#mayWrite(who, known.settings.stores, () => new CampaignError('forbidden', problem('', 'forbidden')));
    return known;
  }

  async #mayWrite({ grants }: Who, stores: readonly string[], refusal: (at: number) => CampaignError): Promise<void> {
    for (const [at, storeId] of stores.entries()) {
      const store = await this.parts.stores.record(storeId);
      if (store && !mayIn(grants, 'campaigns.write', store)) throw refusal(at);
    }
  }

  async #check(who: Who, settings: CampaignSettings): Promise<void> {
    const stores: StoreVersion[] = [];
    for (const [at, id] of settings.stores.entries()) {
      const record = await this.parts.stores.record(id);
      const isOwn = record?.organisationId === who.organisationId && mayIn(who.grants, 'read', record);
      const store = isOwn ? await this.parts.stores.current(id) : undefined;
      if (!store) throw refused(problem(`stores[${at}]`, 'namesNo', { what: 'store', id }));
      stores.push(store);
    }
    await this.#mayWrite(
      who,
      settings.stores,
      (at) => new CampaignError('forbidden', problem(`stores[${at}]`, 'forbidden')),
    );
    const library = new Set((await this.parts.content.contents(who.organisationId)).map(({ contentId }) => contentId));
    checkSettings(settings, { stores, hasContent: (contentId) => library.has(contentId) });
  }

  async #step(
    who: Who,
    known: CampaignRecord | undefined,
    next: Omit<CampaignRecord, 'deeds'>,
    what: CampaignDeedRecord['what'],
  ): Promise<CampaignView> {
    const deed = { atTs: this.parts.clock.now(), by: who.name, what };
    if (!(await this.#put(known, next, deed))) throw new CampaignError('conflict', problem('', 'campaignChanged'));
    return this.#view({ ...next, deeds: [...(known?.deeds ?? []), deed] });
  }

  async #put(
    known: CampaignRecord | undefined,
    campaign: Omit<CampaignRecord, 'deeds'>,
    deed: CampaignDeedRecord,
  ): Promise<boolean> {
    const { campaigns, notify } = this.parts;
    const commands =
      campaign.state === 'draft' || (known?.state === 'draft' && campaign.state === 'ended')
        ? []
        : await this.#commands(known, campaign);
    const contentIds = campaign.settings.content.flatMap(({ contentId }) => contentId ?? []);
    const { deeds: _, ...record } = { deeds: undefined, ...campaign };
    if (
      !(await campaigns.stepCampaign({ campaign: record, madeFrom: known?.revision ?? 0, deed, contentIds, commands }))
    )
      return false;
    for (const { storeId } of commands) notify(storeId);
    return true;
  }

  /** To every store of it, and to those that it has left. */
  async #commands(
    known: CampaignRecord | undefined,
    campaign: Omit<CampaignRecord, 'deeds'>,
  ): Promise<CampaignStep['commands']> {
    const now = this.parts.clock.now();
    const { stores } = campaign.settings;
    const gone = (known?.settings.stores ?? []).filter((storeId) => !stores.includes(storeId));
    const places = [...(await this.#placed(stores, false)), ...(await this.#placed(gone, true))];
    const library = new Map<string, ContentRecord>(
      (await this.parts.content.contents(campaign.organisationId)).map((content) => [content.contentId, content]),
    );
    return places.map(({ storeId, storeFile, left }) => ({
      storeId,
      command: { kind: 'campaign', campaign: agentCampaign(campaign, storeFile, library, now, left) },
    }));
  }

  async #placed(storeIds: readonly string[], left: boolean): Promise<Placed[]> {
    const found = await Promise.all(storeIds.map((storeId) => this.parts.stores.current(storeId)));
    return found.flatMap((store) => (store ? [{ ...store, left }] : []));
  }

  async #bounds({ stores, schedule }: CampaignSettings): Promise<Bounds> {
    const placed = await this.#placed(stores, false);
    return overall(placed.map(({ storeFile }) => boundsIn(schedule, storeFile.store.timezone)));
  }

  async #view({ campaignId, state: said, settings, deeds }: CampaignRecord): Promise<CampaignView> {
    const now = this.parts.clock.now();
    const { fromTs } = await this.#bounds(settings);
    const begun = fromTs === null || fromTs <= now;
    const state: CampaignState = said === 'on' ? (begun ? 'live' : 'scheduled') : said;
    const history = deeds.map(({ atTs, by, what }) => ({
      atTs,
      by,
      what: what as CampaignView['history'][number]['what'],
    }));
    const said1 = deeds.find(({ what }) => what === 'live');
    const over = deeds.find(({ what }) => what === 'ended' || what === 'ranOut');
    // from a moment that was still to come when it was set going
    if (said1 && fromTs !== null && fromTs > said1.atTs && begun && (!over || over.atTs > fromTs))
      history.push({ atTs: fromTs, by: BY_THE_CLOCK, what: 'begun' });
    history.sort((a, b) => a.atTs - b.atTs);
    return {
      ...{ campaignId, state },
      ...settings,
      history: history.map(({ atTs, by, what }) => ({ at: new Date(atTs).toISOString(), by, what })),
    };
  }
}

const unknown = (): CampaignError => new CampaignError('unknown', problem('', 'noSuch', { what: 'campaign' }));
const over = (): CampaignError => new CampaignError('conflict', problem('state', 'campaignOver'));
