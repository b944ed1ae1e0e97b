import {
  DAY_MS,
  MINUTE_MS,
  minuteOf,
  zoneGroup,
  type AgentCampaign,
  type BlockReason,
  type BlockValue,
  type OrderedEvent,
} from '@aisle/contracts';
import type { EnginePart } from '../core/engine-part.js';
import type { StoreModel } from '../core/store-model.js';
import type { InForce } from '../core/versions.js';
import type { Window, WindowKind, WindowStore } from '../core/window-store.js';
import { groupsOf, type Block, type ScreenGroup } from './drawn-blocks.js';
import type { ScreenBook } from './campaign-book.js';
import { OrderSpans, type SavedOrders } from './order-spans.js';
import { Presence, type Here, type SavedPresence } from './presence.js';
import { isRunning } from './schedule.js';

/** A sale counts for the newest block whose counting had begun, up to so long before it (SEMANTICS §26). */
const SALES_LAG_MS = 30 * MINUTE_MS;
/** A block's outcomes are stated anew so long behind its end: till files come late. */
const OPEN_MS = DAY_MS;
/** Coverage of a minute is known when its devices have spoken after it. */
const COVERAGE_SETTLES_MS = 5 * MINUTE_MS;
/** Below it a block counts for neither arm (SEMANTICS §24). */
const LEAST_COVERAGE = 0.5;

type Scope = 'featured' | 'category' | 'store';
interface Data {
  value: BlockValue;
  /** its counted span, minute by minute, as far as it has been sensed, ms */
  sensed: Map<number, number>;
  presence: Presence;
}
interface SavedData {
  value: BlockValue;
  sensed: [number, number][];
  presence: SavedPresence;
}
type Span = [from: number, to: number | null];
interface Saved {
  said: [campaignId: string, said: Said][];
  away: [screenId: string, spans: Span[]][];
  /** left out by 0.2 */
  orders?: SavedOrders;
}
/** Since when a campaign stands as it does, and until when a block was still under an older word. */
interface Said {
  ts: number;
  revision: number;
}

/** Who is in a zone at this moment, staff left out. */
export type PeopleIn = (zoneId: string) => Iterable<Here>;

/**
 * What happened in the blocks of campaigns (SEMANTICS §24, §26): opened when event time passes the wash-in, whatever is shown, and
 * stated anew as outcomes come. A consequence of the journal alone.
 */
export class BlockBook implements EnginePart {
  readonly name = 'blocks';
  readonly version = 2;
  readonly #kind: WindowKind<Data>;
  /** by subject */
  readonly #open = new Map<string, Window<Data>>();
  readonly #said = new Map<string, Said>();
  /** when screens were not there, as far back as blocks are open */
  readonly #away = new Map<string, Span[]>();
  readonly #orders = new OrderSpans();
  #groups: readonly ScreenGroup[] = [];
  #groupsOf: StoreModel | undefined;
  #minute = 0;

  constructor(
    private readonly store: WindowStore,
    private readonly versions: Pick<InForce, 'model'>,
    private readonly book: Pick<ScreenBook, 'campaigns' | 'orderOf' | 'blocks'>,
    private readonly people: PeopleIn,
    /** ms of a minute in which a coverage group was sensed */
    private readonly sensedMs: (group: string, minute: number) => number,
  ) {
    this.#kind = store.kind<Data>({
      name: 'block',
      dropped: true,
      create: () => {
        throw new Error('a block is put, never made empty');
      },
      save: ({ value, sensed, presence }): SavedData => ({
        value: structuredClone(value),
        sensed: [...sensed],
        presence: presence.save(),
      }),
      restore: (json) => {
        const { value, sensed, presence } = json as SavedData;
        return {
          value: structuredClone(value),
          sensed: new Map(sensed),
          presence: Presence.restore(presence),
        };
      },
      pinned: ({ subject }) => this.#open.has(subject),
      fact: { kind: 'block', value: ({ data }) => structuredClone(data.value) },
    });
  }

  /** The cloud has said how a campaign stands: blocks that have begun under another word count for neither arm. */
  campaign({ campaignId, revision }: AgentCampaign, ts: number): void {
    const known = this.#said.get(campaignId);
    if (known && known.revision >= revision) return;
    this.#said.set(campaignId, { ts, revision });
    for (const window of this.#of(campaignId))
      if (window.ts <= ts && ts < window.data.value.toTs) this.#spoil(window, 'cutShort');
  }

  /** A person has pinned or paused a screen, or lets it go on: no block in which that was counts for an arm, nor one whose wash-in it was. */
  ordered(event: OrderedEvent): void {
    this.#orders.ordered(event);
  }

  /** A screen is there, or is not. One that has never said so is taken as there. */
  screen(screenId: string, state: 'online' | 'offline', ts: number): void {
    const spans = this.#away.get(screenId) ?? [];
    const last = spans.at(-1);
    if (last?.[1] === null && ts >= last[0]) {
      if (state === 'online') last[1] = ts;
    } else if (state === 'offline') spans.push([ts, null]);
    this.#away.set(screenId, spans);
  }

  #awayMs(screenId: string, from: number, to: number): number {
    return (this.#away.get(screenId) ?? []).reduce(
      (sum, [since, until]) => sum + Math.max(0, Math.min(until ?? to, to) - Math.max(since, from)),
      0,
    );
  }

  /** The newest event time of any device has risen. */
  advance(ts: number): void {
    const { model } = this.versions;
    if (!model) return;
    this.#begin(model, ts);
    for (const window of this.#open.values()) this.#look(window, ts);
    if (minuteOf(ts) <= this.#minute) return;
    this.#minute = minuteOf(ts);
    for (const window of this.#open.values()) this.#cover(model, window, ts);
    for (const [subject, window] of this.#open) if (ts >= window.data.value.toTs + OPEN_MS) this.#open.delete(subject);
    this.#orders.forget(ts - 2 * OPEN_MS);
    for (const [screenId, spans] of this.#away)
      this.#away.set(
        screenId,
        spans.filter(([, until]) => until === null || until >= ts - 2 * OPEN_MS),
      );
  }

  /** Items were taken by shoppers; negative: they turned out not to be. */
  pickup(ts: number, gtin: string, items: number): void {
    for (const window of this.#open.values())
      if (isCounted(window, ts)) this.#move(window, gtin, (moved) => (moved.pickups += items));
  }

  /** Somebody has stopped in a zone from `ts` on; −1: it was nobody that counts. */
  engaged(zoneId: string, ts: number, times: 1 | -1): void {
    const category = this.versions.model?.storeFile.zones?.find(({ id }) => id === zoneId)?.category;
    if (category === undefined) return;
    for (const window of this.#open.values()) {
      if (!isCounted(window, ts) || this.#campaign(window)?.category !== category) continue;
      window.data.value.stops = Math.max(0, window.data.value.stops + times);
      this.store.changed(window);
    }
  }

  /** A code that a campaign's choice showed was followed: it counts where the choice was made, however late the phone was. */
  scanned({ campaignId, screenId, ts }: { campaignId: string | null; screenId: string; ts: number }): void {
    for (const window of this.#open.values()) {
      const { value } = window.data;
      if (value.campaignId !== campaignId || !value.screens.includes(screenId) || !isCounted(window, ts)) continue;
      value.scans += 1;
      this.store.changed(window);
    }
  }

  sold(ts: number, gtin: string, unitsMicro: number, netMinor: number): void {
    const newest = new Map<string, Window<Data>>();
    for (const window of this.#open.values()) {
      const { campaignId, groupId, countedFromTs } = window.data.value;
      if (ts < countedFromTs || ts - countedFromTs >= SALES_LAG_MS) continue;
      const key = `${campaignId}|${groupId}`;
      if ((newest.get(key)?.data.value.countedFromTs ?? -1) < countedFromTs) newest.set(key, window);
    }
    for (const window of newest.values())
      this.#move(window, gtin, (moved) => {
        moved.unitsMicro += unitsMicro;
        moved.netMinor += netMinor;
      });
  }

  #begin(model: StoreModel, ts: number): void {
    for (const campaign of this.book.campaigns()) {
      if (!isRunning(campaign, ts, model.timezone)) continue;
      for (const group of this.#groupsIn(model)) {
        if (group.zoneId === undefined) continue;
        if (campaign.screens !== null && !campaign.screens.some((id) => group.screens.includes(id))) continue;
        const block = this.book.blocks.at(campaign, group.groupId, ts, model.timezone);
        const subject = `${campaign.campaignId}|${group.groupId}@${block.fromTs}`;
        if (ts < block.countedFromTs || this.#open.has(subject)) continue;
        this.#put(model, campaign, group, block, subject);
      }
    }
  }

  #put(model: StoreModel, campaign: AgentCampaign, group: ScreenGroup, block: Block, subject: string): void {
    const { fromTs, toTs, countedFromTs, arm, probabilityMicro } = block;
    const nothing = () => ({ pickups: 0, unitsMicro: 0, netMinor: 0 });
    const value: BlockValue = {
      ...{ campaignId: campaign.campaignId, groupId: group.groupId, screens: [...group.screens] },
      ...{ fromTs, toTs, countedFromTs, arm, probabilityMicro, counted: true, why: null },
      ...{ sensedMs: 0, opportunities: 0, watchers: 0, stops: 0, scans: 0 },
      ...{ featured: nothing(), category: nothing(), store: nothing() },
    };
    const window = this.#kind.put(
      fromTs,
      subject,
      { value, sensed: new Map(), presence: new Presence() },
      model.version,
    );
    this.#open.set(subject, window);
    this.store.changed(window);
    const wholly = isRunning(campaign, fromTs, model.timezone) && isRunning(campaign, toTs - 1, model.timezone);
    if (!wholly || (this.#said.get(campaign.campaignId)?.ts ?? 0) > fromTs) this.#spoil(window, 'cutShort');
  }

  /** What people want of its screens, and who is before them, while it is counted. */
  #look(window: Window<Data>, ts: number): void {
    const { value, presence } = window.data;
    const ordered = value.counted && this.#orders.within(value.screens, value.fromTs, Math.min(ts + 1, value.toTs));
    if (ordered) this.#spoil(window, ordered);
    if (!isCounted(window, ts)) {
      presence.end();
      return;
    }
    // of an order that an older release has kept, nobody knows since when it is
    for (const screenId of value.screens) {
      const order = this.book.orderOf(screenId, ts);
      if (order) this.#spoil(window, order.action === 'pin' ? 'pinned' : 'paused');
    }
    const zoneId = this.#groups.find(({ groupId }) => groupId === value.groupId)?.zoneId;
    if (zoneId === undefined) return;
    presence.look(this.people(zoneId));
    const { opportunities, watchers } = presence;
    if (opportunities === value.opportunities && watchers === value.watchers) return;
    Object.assign(value, { opportunities, watchers });
    this.store.changed(window);
  }

  #cover(model: StoreModel, window: Window<Data>, ts: number): void {
    const { value, sensed } = window.data;
    const { countedFromTs, toTs } = value;
    if (ts >= toTs + 2 * COVERAGE_SETTLES_MS) return;
    const zoneId = this.#groups.find(({ groupId }) => groupId === value.groupId)?.zoneId;
    if (zoneId === undefined) return;
    const group = zoneGroup(model.storeFile, zoneId);
    const from = Math.max(minuteOf(countedFromTs), minuteOf(ts) - COVERAGE_SETTLES_MS);
    for (let minute = from; minute < Math.min(ts, toTs); minute += MINUTE_MS)
      sensed.set(minute, this.sensedMs(group, minute));
    const sensedMs = Math.min(
      [...sensed.values()].reduce((sum, ms) => sum + ms, 0),
      toTs - countedFromTs,
    );
    if (sensedMs !== value.sensedMs) {
      value.sensedMs = sensedMs;
      this.store.changed(window);
    }
    if (ts < toTs + COVERAGE_SETTLES_MS) return;
    const half = LEAST_COVERAGE * (toTs - countedFromTs);
    if (sensedMs < half) this.#spoil(window, 'thin');
    if (value.screens.every((id) => this.#awayMs(id, countedFromTs, toTs) > half)) this.#spoil(window, 'screenAway');
  }

  /** It counts for neither arm; the first reason stays. */
  #spoil(window: Window<Data>, why: BlockReason): void {
    const { value } = window.data;
    if (!value.counted) return;
    value.counted = false;
    value.why = why;
    this.store.changed(window);
  }

  #move(window: Window<Data>, gtin: string, move: (moved: BlockValue[Scope]) => void): void {
    const campaign = this.#campaign(window);
    if (!campaign) return;
    const { products } = this.versions.model ?? {};
    const nameOf = (code: string) => products?.find(code)?.gtin ?? code;
    const product = products?.find(gtin);
    const { value } = window.data;
    move(value.store);
    if (campaign.category !== null && product?.category === campaign.category) move(value.category);
    const featured = [campaign.gtins, ...campaign.items.map(({ gtins }) => gtins)].flat();
    if (featured.some((code) => nameOf(code) === nameOf(gtin))) move(value.featured);
    // what was taken back before the block was opened is not its own
    for (const scope of ['store', 'category', 'featured'] as const)
      value[scope].pickups = Math.max(0, value[scope].pickups);
    this.store.changed(window);
  }

  #campaign(window: Window<Data>): AgentCampaign | undefined {
    for (const campaign of this.book.campaigns())
      if (campaign.campaignId === window.data.value.campaignId) return campaign;
    return undefined;
  }

  *#of(campaignId: string): Iterable<Window<Data>> {
    for (const window of this.#open.values()) if (window.data.value.campaignId === campaignId) yield window;
  }

  #groupsIn(model: StoreModel): readonly ScreenGroup[] {
    if (this.#groupsOf !== model) {
      this.#groups = groupsOf(model.devices.values());
      this.#groupsOf = model;
    }
    return this.#groups;
  }

  save(): Saved {
    return structuredClone({ said: [...this.#said], away: [...this.#away], orders: this.#orders.save() });
  }

  /** The first shape knew nothing of screens that were away. */
  migrate(saved: unknown): Saved {
    return { said: saved as Saved['said'], away: [] };
  }

  /** Behind the windows, which hold the blocks themselves. */
  restore(saved: unknown, model: StoreModel | undefined): void {
    const { said, away, orders = [] } = structuredClone((saved ?? { said: [], away: [] }) as Saved);
    for (const [campaignId, one] of said) this.#said.set(campaignId, one);
    for (const [screenId, spans] of away) this.#away.set(screenId, spans);
    this.#orders.restore(orders);
    for (const window of this.#kind.all()) this.#open.set(window.subject, window);
    if (model) this.#groupsIn(model);
  }
}

const isCounted = ({ data: { value } }: Window<Data>, ts: number): boolean =>
  ts >= value.countedFromTs && ts < value.toTs;
