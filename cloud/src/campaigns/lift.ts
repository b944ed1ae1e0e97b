import { DAY_MS, problem, type LiftView } from '@aisle/contracts';
import { mayIn } from '../access/rights.js';
import type { Principal } from '../access/access.js';
import { blocksIn } from '../insight/metrics/blocks.js';
import type { Insight } from '../insight/index.js';
import type { CampaignRecord, Clock, SeriesStore, StoreVersion } from '../ports/index.js';
import type { Stores } from '../stores/stores.js';
import type { Campaigns } from './campaigns.js';
import { liftOf, type BlocksOfStore } from './proof.js';
import { CampaignError, refused } from './settings.js';
import { boundsIn, overall } from './times.js';
import { usualRate } from './usual-rate.js';

/** An answer is good for so long: blocks come every few minutes, and redrawing takes a moment. */
const KEPT_MS = 30_000;
/** series end here (the year 2255) */
const EVER = 9_000_000_000_000;

/** What campaigns were worth, from the blocks that shops have told. */
export class Lifts {
  readonly #kept = new Map<string, { until: number; view: LiftView }>();

  constructor(
    private readonly parts: {
      campaigns: Campaigns;
      series: Pick<SeriesStore, 'read'>;
      stores: Stores;
      clock: Pick<Clock, 'now'>;
      insight: Pick<Insight, 'zoneMetrics' | 'productMetrics'>;
    },
  ) {}

  /** @param storeId one store's alone; all that the caller may look into when left out. @throws CampaignError */
  async of(
    who: Pick<Principal, 'organisationId' | 'grants' | 'name'>,
    campaignId: string,
    storeId?: string,
  ): Promise<LiftView> {
    const campaign = await this.parts.campaigns.record(who, campaignId);
    const named = storeId === undefined ? campaign.settings.stores : [storeId];
    if (storeId !== undefined && !campaign.settings.stores.includes(storeId)) throw noSuchStore(storeId);
    const seen: string[] = [];
    for (const id of named) {
      const record = await this.parts.stores.record(id);
      if (record && mayIn(who.grants, 'read', record)) seen.push(id);
    }
    if (seen.length === 0) throw noSuchStore(storeId ?? '');
    const now = this.parts.clock.now();
    const key = `${campaignId}|${campaign.revision}|${seen.join('|')}`;
    const kept = this.#kept.get(key);
    if (kept && kept.until > now) return kept.view;
    for (const [other, { until }] of this.#kept) if (until <= now) this.#kept.delete(other);
    const view = await this.#ask(campaign, seen);
    this.#kept.set(key, { until: now + KEPT_MS, view });
    return view;
  }

  async #ask(campaign: CampaignRecord, storeIds: readonly string[]): Promise<LiftView> {
    const { series, stores, insight, clock } = this.parts;
    const found: BlocksOfStore[] = [];
    const versions: StoreVersion[] = [];
    for (const storeId of storeIds) {
      const store = await stores.current(storeId);
      if (!store) continue;
      const blocks = (await blocksIn(series, { storeId, from: 0, to: EVER })).map(({ value }) => value);
      found.push({ storeId, storeFile: store.storeFile, blocks });
      versions.push(store);
    }
    // money of several currencies is never added
    if (new Set(found.map(({ storeFile }) => storeFile.store.currency)).size > 1)
      throw refused(problem('store', 'oneCurrency'));
    const { fromTs, toTs } = overall(
      found.map(({ storeFile }) => boundsIn(campaign.settings.schedule, storeFile.store.timezone)),
    );
    const { campaignId, seed, settings, state } = campaign;
    const plannedDays = fromTs !== null && toTs !== null ? (toTs - fromTs) / DAY_MS : null;
    const question = { campaignId, seed, settings, isOver: state === 'ended', plannedDays };
    const view = liftOf(question, found);
    // its own blocks tell better than the past as soon as there are enough
    if (view.lift !== null || state === 'ended' || settings.policy === 'loop') return view;
    const usual = await usualRate(insight, settings, versions, clock.now());
    return usual ? liftOf({ ...question, usual }, found) : view;
  }
}

const noSuchStore = (id: string): CampaignError =>
  new CampaignError('invalid', problem('store', 'namesNo', { what: 'store', id }));
