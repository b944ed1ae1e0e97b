import { HOUR_MS, type FactValue, type LiveAlert } from '@aisle/contracts';
import type { AgentRecords, Clock, Notices, SeriesRow, SeriesStore } from '../ports/index.js';

type Incident = FactValue<'incident'>;
interface Known {
  epoch: number;
  seq: number;
  value: Incident;
}
interface Shop {
  /** by the fact's subject */
  incidents: Map<string, Known>;
  /** newest epoch of the store: nobody will ever close what an older journal left open */
  epoch: number;
  /** so many incidents, and those that ended long ago are let go */
  most: number;
}

/** An incident that is over is told of for so long after its end. */
export const RECENT_MS = 24 * HOUR_MS;
/** Live views and plain questions get at most so many that are over, newest first. */
const MOST_ENDED = 100;
/** Incidents of a shop before it is looked for what can go; doubled where all of them are still needed. */
const LOOK_FROM = 200;
const EVER = 9_000_000_000_000;

export interface IncidentBookParts {
  series: SeriesStore;
  agents: Pick<AgentRecords, 'agent'>;
  clock: Pick<Clock, 'now'>;
  /** the other processes of this cloud; left out: there are none */
  others?: Pick<Notices, 'hears'>;
}

/**
 * What needs somebody in each shop, from the incidents that its agent has found. Open ones and those just over are kept at
 * hand; the series stays the master. A record counts in its newest (epoch, seq), in whatever order statements come.
 */
export class IncidentBook {
  readonly #shops = new Map<string, Shop>();
  readonly #loading = new Map<string, Promise<void>>();

  constructor(private readonly parts: IncidentBookParts) {}

  /** Rows that have just been committed. @returns the stores whose incidents changed */
  committed(rows: readonly SeriesRow[]): Set<string> {
    const changed = new Set<string>();
    for (const { storeId, epoch, fact } of rows) {
      if (fact.kind !== 'incident') continue;
      const shop = this.#shop(storeId);
      shop.epoch = Math.max(shop.epoch, epoch);
      if (put(shop, fact.subject, { epoch, seq: fact.seq, value: fact.value })) changed.add(storeId);
      if (shop.incidents.size >= shop.most) this.#letGo(shop);
    }
    return changed;
  }

  /** Another process has committed something of the store: read again at the next `load`. Left out: of all stores. */
  stale(storeId?: string): void {
    if (storeId === undefined) this.#loading.clear();
    else this.#loading.delete(storeId);
  }

  /** Reads what of a store is open or just over, once. */
  async load(storeId: string): Promise<void> {
    if (this.parts.others?.hears === false) this.stale(storeId);
    let loading = this.#loading.get(storeId);
    if (!loading) {
      loading = this.#read(storeId);
      this.#loading.set(storeId, loading);
      // tried again at the next question
      const begun = loading;
      loading.catch(() => this.#loading.get(storeId) === begun && this.#loading.delete(storeId));
    }
    await loading;
  }

  /** Open incidents and those that ended within the last day, open ones first, newest first. Empty before `load`. */
  current(storeId: string): LiveAlert[] {
    const shop = this.#shops.get(storeId);
    if (!shop) return [];
    const recent = this.parts.clock.now() - RECENT_MS;
    const open: Incident[] = [];
    const ended: Incident[] = [];
    for (const [subject, { epoch, value }] of shop.incidents) {
      if (value.until === null) {
        if (epoch === shop.epoch) open.push(value);
      } else if (value.until < recent) shop.incidents.delete(subject);
      else if (value.until > value.since) ended.push(value);
    }
    return [...open.sort(newestFirst), ...ended.sort(newestFirst).slice(0, MOST_ENDED)].map(alertOf);
  }

  /** Incidents that were open at any moment of [from, to), epoch ms, oldest first. */
  async within(storeId: string, from: number, to: number): Promise<LiveAlert[]> {
    const { series, agents } = this.parts;
    const found = await series.lasting({ storeId, from, to });
    const epoch = (await agents.agent(storeId))?.epoch ?? 0;
    return found
      .filter(({ value, epoch: of }) =>
        value.until === null ? of >= epoch : value.until > value.since && value.until >= from,
      )
      .map(({ value }) => value)
      .sort((a, b) => -newestFirst(a, b))
      .map(alertOf);
  }

  async #read(storeId: string): Promise<void> {
    const { series, agents, clock } = this.parts;
    const epoch = (await agents.agent(storeId))?.epoch ?? 0;
    const recent = clock.now() - RECENT_MS;
    const found = await series.lasting({ storeId, from: recent, to: EVER });
    const shop = this.#shop(storeId);
    shop.epoch = Math.max(shop.epoch, epoch);
    for (const { subject, epoch: of, seq, value } of found)
      if (value.until === null || value.until >= recent) put(shop, subject, { epoch: of, seq, value });
  }

  /** Nobody may ever ask for a shop's alerts: what no answer would tell must not pile up. */
  #letGo(shop: Shop): void {
    const recent = this.parts.clock.now() - RECENT_MS;
    for (const [subject, { value }] of shop.incidents)
      if (value.until !== null && value.until < recent) shop.incidents.delete(subject);
    shop.most = Math.max(LOOK_FROM, shop.incidents.size * 2);
  }

  #shop(storeId: string): Shop {
    let shop = this.#shops.get(storeId);
    if (!shop) this.#shops.set(storeId, (shop = { incidents: new Map(), epoch: 0, most: LOOK_FROM }));
    return shop;
  }
}

function put(shop: Shop, subject: string, said: Known): boolean {
  const known = shop.incidents.get(subject);
  if (known && (said.epoch < known.epoch || (said.epoch === known.epoch && said.seq <= known.seq))) return false;
  shop.incidents.set(subject, said);
  return true;
}

const newestFirst = (a: Incident, b: Incident): number =>
  b.since - a.since || (a.what + a.subject < b.what + b.subject ? -1 : 1);

const alertOf = ({ what, subject, zoneId, since, until, count }: Incident): LiveAlert => ({
  alertId: `${what}:${subject}@${since}`,
  kind: what,
  subject,
  since: new Date(since).toISOString(),
  until: until === null ? null : new Date(until).toISOString(),
  ...(zoneId !== null && { zoneId }),
  ...(count !== null && { count }),
});
