import { DAY_MS, HOUR_MS, understands, type FactOf, type Goal, type ScreenPrior } from '@aisle/contracts';
import type { Inbox } from '../inbox/inbox.js';
import { spokenBy } from '../inbox/inbox-view.js';
import { mergeEpochs } from '../insight/tallies/index.js';
import type { AgentRecords, CampaignRecords, Clock, SeriesStore, StoreRecords } from '../ports/index.js';
import { addChoice, addSums, pooledPrior, type Sums } from './pooled-prior.js';

/** What was shown longer ago tells little: novelty fades. */
const DAYS = 28;
/** A day is read once its last rewards are settled and have come up, so long behind its end. */
const SETTLED_MS = 3 * HOUR_MS;
/** Shops' days that are read in one minute: a year of many shops must not stand in anybody's way. */
const MOST_AT_ONCE = 20;

type ByGoal = Map<Goal, Sums>;

/**
 * What all shops of an organisation have learnt of their items, pooled, for those that are new to a shop: worked out once a day, sent as a keyed command.
 * Agents that are older are not sent it. Nothing is kept but sums in memory: after a restart the days are read again, a few a minute.
 */
export class Priors {
  readonly #days = new Map<string, ByGoal>();
  /** the day on which an organisation's were sent last */
  readonly #sent = new Map<string, number>();

  constructor(
    private readonly parts: {
      stores: Pick<StoreRecords, 'stores'>;
      campaigns: Pick<CampaignRecords, 'campaigns'>;
      agents: Pick<AgentRecords, 'agent'>;
      series: Pick<SeriesStore, 'read'>;
      inbox: Pick<Inbox, 'add'>;
      clock: Pick<Clock, 'now'>;
    },
  ) {}

  /** Once a minute. @returns what was sent */
  async look(): Promise<ScreenPrior[]> {
    const now = this.parts.clock.now();
    const last = Math.floor((now - SETTLED_MS) / DAY_MS) - 1;
    for (const [key] of this.#days) if (Number(key.split('|')[1]) <= last - DAYS) this.#days.delete(key);
    const byOrganisation = new Map<string, string[]>();
    for (const { storeId, organisationId } of await this.parts.stores.stores())
      byOrganisation.set(organisationId, [...(byOrganisation.get(organisationId) ?? []), storeId]);
    let budget = MOST_AT_ONCE;
    const sent: ScreenPrior[] = [];
    for (const [organisationId, storeIds] of byOrganisation) {
      if (storeIds.length < 2 || this.#sent.get(organisationId) === last) continue;
      const campaigns = await this.parts.campaigns.campaigns(organisationId);
      if (campaigns.length === 0) continue;
      const goals = new Map(campaigns.map(({ campaignId, settings }) => [campaignId, settings.goal]));
      const missing = storeIds
        .flatMap((storeId) => Array.from({ length: DAYS }, (_, ago) => ({ storeId, day: last - ago })))
        .filter(({ storeId, day }) => !this.#days.has(`${storeId}|${day}`));
      for (const { storeId, day } of missing.slice(0, budget))
        this.#days.set(`${storeId}|${day}`, await this.#dayOf(storeId, day, goals));
      budget -= Math.min(budget, missing.length);
      if (missing.some(({ storeId, day }) => !this.#days.has(`${storeId}|${day}`))) continue;
      sent.push(...(await this.#send(storeIds, last, now)));
      this.#sent.set(organisationId, last);
    }
    return sent;
  }

  async #dayOf(storeId: string, day: number, goals: ReadonlyMap<string, Goal>): Promise<ByGoal> {
    const asked = { storeId, kinds: ['decision'] as const, from: day * DAY_MS, to: (day + 1) * DAY_MS, patient: true };
    const byGoal: ByGoal = new Map();
    for (const { value } of mergeEpochs(await this.parts.series.read(asked)) as Iterable<FactOf<'decision'>>) {
      const goal = typeof value.campaignId === 'string' ? goals.get(value.campaignId) : undefined;
      if (goal === undefined) continue;
      const sums = byGoal.get(goal) ?? (new Map() as Sums);
      byGoal.set(goal, sums);
      addChoice(sums, value);
    }
    return byGoal;
  }

  async #send(storeIds: readonly string[], last: number, now: number): Promise<ScreenPrior[]> {
    const shops = storeIds.map((storeId) => {
      const own: ByGoal = new Map();
      for (let day = last; day > last - DAYS; day -= 1)
        for (const [goal, sums] of this.#days.get(`${storeId}|${day}`) ?? []) {
          const to = own.get(goal) ?? (new Map() as Sums);
          own.set(goal, to);
          addSums(to, sums);
        }
      return own;
    });
    const goals = new Set(shops.flatMap((own) => [...own.keys()]));
    const priors = [...goals].flatMap((goal) => pooledPrior(goal, shops.map((own) => own.get(goal) ?? new Map()), now) ?? []); // prettier-ignore
    if (priors.length === 0) return [];
    for (const storeId of storeIds) {
      if (!understands(spokenBy(await this.parts.agents.agent(storeId)).commands, 'prior')) continue;
      for (const prior of priors) await this.parts.inbox.add(storeId, { kind: 'prior', prior });
    }
    return priors;
  }
}
