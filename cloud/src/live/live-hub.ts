import {
  WATCH_LEASE_MS,
  type Asked,
  type LiveAlert,
  type LiveSnapshot,
  type LiveUpdate,
  type SeenPeople,
  type StoreFile,
  type Watch,
} from '@aisle/contracts';
import type { Clock } from '../ports/index.js';
import { withAlerts } from './alerts.js';
import { LiveState, lastSnapshot } from './live-state.js';
import type { AgentPresence } from './presence.js';
import { seenPeople, unseenPeople, type SeenSnapshot } from './sensed.js';

type Delta = Extract<LiveUpdate, { type: 'delta' }>;

/** Whether the agent is there, and when it was last heard: wall clock, epoch ms, null: never. */
export interface Agent {
  online: boolean;
  lastSeenTs: number | null;
}

/** Somebody who watches one shop: a browser's socket, or a REST call for a minute. */
export interface Watcher {
  /** Everything anew: at the start, after a gap, and when the agent comes or goes. */
  snapshot(snapshot: SeenSnapshot, agent: Agent): void;
  /** `now`: the whole view with the delta in it. */
  delta(delta: Delta, now: SeenSnapshot): void;
  /** The agent came, went or fell silent; the devices as far as they are known. The picture of people stays as it was. */
  presence(agent: Agent, snapshot: SeenSnapshot): void;
}

export interface LiveHubParts {
  clock: Clock;
  presence: AgentPresence;
  /** false: the agent is not connected */
  send(storeId: string, watch: Watch): boolean;
  /** open and recent incidents of a store, as alerts */
  incidents(storeId: string): LiveAlert[];
  /** makes sure that they are known */
  loadIncidents(storeId: string): Promise<void>;
  /** the store file in force */
  storeFile(storeId: string): Promise<StoreFile | undefined>;
  /** the store file could not be read */
  unread(storeId: string, error: unknown): void;
  /** milliseconds of [from, to) in which the shop is open, as far as its hours are known */
  openMs(storeId: string, from: number, to: number): number;
  /** tells the store's agent that figures are read; false: it is not connected */
  tellAsked(storeId: string, asked: Asked): boolean;
}

interface Shop {
  state: LiveState;
  watchers: Set<Watcher>;
  /** watchers that have not had a snapshot yet */
  waiting: Set<Watcher>;
  /** monotonic ms until which REST calls keep the watch open */
  openUntilMs: number;
  /** monotonic ms at which the agent's lease ends, 0 for none */
  leaseUntilMs: number;
  /** monotonic ms of the last request for a fresh snapshot */
  askedMs: number;
  /** the alerts last told, as text */
  alerts: string;
  /** the people last told, as text, and as they were while the agent was there */
  people: string;
  seen: SeenPeople | undefined;
  /** whether watchers were last told that the agent is there */
  told: boolean;
  /** monotonic ms: when the running lease began, and when the agent last spoke of what is live */
  leasedMs: number;
  heardMs: number;
  /** the store file in force, once it was read */
  file: StoreFile | undefined;
  stopListening: (() => void) | undefined;
  stopRenewing: (() => void) | undefined;
  incidentsLoaded: boolean;
}

const RENEW_MS = WATCH_LEASE_MS / 2;
/** an agent that answers slowly is not asked again sooner */
const ASK_AGAIN_MS = 2_000;
/** how long a watcher waits for the agent's first snapshot before it is told what is known without */
const PATIENCE_MS = 1_500;
const REST_WATCH_MS = 60_000;
/**
 * A watched agent speaks of its devices every two seconds at least. One that says nothing for longer hangs, whatever its connection
 * says: raising this tells it later, lowering it takes a busy moment for the end.
 */
const SILENT_MS = 4_000;
const LISTEN_MS = 500;
/** an agent that has been told that figures are read is told again after this, while they are */
const ASKED_AGAIN_MS = 10_000;

/** Who watches which shop, and the lease that keeps its agent talking. */
export class LiveHub {
  readonly #shops = new Map<string, Shop>();
  /** monotonic ms at which a store's agent was told that figures are read */
  readonly #toldAskedMs = new Map<string, number>();

  constructor(private readonly parts: LiveHubParts) {}

  /** Begins to watch; the first thing that the watcher gets is a snapshot. The result ends it. */
  watch(storeId: string, watcher: Watcher): () => void {
    const shop = this.#shop(storeId);
    shop.watchers.add(watcher);
    this.#greet(storeId, shop, watcher);
    this.#renew(storeId, shop);
    return () => {
      shop.watchers.delete(watcher);
      shop.waiting.delete(watcher);
      this.#restIfUnwatched(shop);
    };
  }

  /** Sends this watcher a new snapshot, as at the start. */
  refresh(storeId: string, watcher: Watcher): void {
    const shop = this.#shops.get(storeId);
    if (shop?.watchers.has(watcher)) this.#greet(storeId, shop, watcher);
  }

  /**
   * For a REST call: keeps the watch open for a minute, and waits a little for what the agent says.
   * @throws what reading the store file does, where the catalog is away
   */
  async look(storeId: string): Promise<{ snapshot: SeenSnapshot; agentOnline: boolean }> {
    const shop = this.#shop(storeId);
    shop.openUntilMs = this.parts.clock.monotonicMs() + REST_WATCH_MS;
    return new Promise((resolve, reject) => {
      const watcher: Watcher = {
        snapshot: (snapshot, { online }) => {
          shop.watchers.delete(watcher);
          resolve({ snapshot: structuredClone(snapshot), agentOnline: online });
        },
        delta: () => undefined,
        presence: () => undefined,
      };
      const end = this.watch(storeId, watcher);
      // without any file nothing could ever be told
      this.parts.storeFile(storeId).catch((error: unknown) => {
        if (shop.file) return;
        end();
        reject(error as Error);
      });
    });
  }

  /** Somebody reads the store's figures: its agent need not hold back what has changed since it last spoke. */
  asked(storeId: string): void {
    const now = this.parts.clock.monotonicMs();
    if (now - (this.#toldAskedMs.get(storeId) ?? -Infinity) < ASKED_AGAIN_MS) return;
    if (this.parts.tellAsked(storeId, { leaseMs: WATCH_LEASE_MS })) this.#toldAskedMs.set(storeId, now);
  }

  /** What the agent said on its live topic. */
  receive(storeId: string, update: LiveUpdate): void {
    const shop = this.#shops.get(storeId);
    if (!shop) return;
    shop.heardMs = this.parts.clock.monotonicMs();
    const outcome = shop.state.apply(update);
    const isBack = !shop.told && outcome !== 'snapshot';
    shop.told = true;
    if (outcome === 'gap') {
      this.#ask(storeId, shop);
    } else if (outcome === 'snapshot') {
      const snapshot = this.#shown(storeId, shop, shop.state.snapshot!);
      shop.alerts = JSON.stringify(snapshot.alerts);
      shop.people = peopleText(snapshot);
      shop.waiting.clear();
      for (const watcher of [...shop.watchers]) watcher.snapshot(snapshot, this.#agent(storeId));
    } else this.#tell(storeId, shop, update as Delta);
    if (isBack) void this.#tellPresence(storeId, shop, true);
  }

  /** What changed, together with what follows from it. */
  #tell(storeId: string, shop: Shop, delta: Delta): void {
    const now = this.#shown(storeId, shop, shop.state.snapshot!);
    const [alerts, people] = [JSON.stringify(now.alerts), peopleText(now)];
    const told = { ...delta };
    if (alerts !== shop.alerts) told.alerts = now.alerts;
    // a camera that falls silent changes what is known of people, without a word about them
    if (people !== shop.people) told.zones ??= [];
    [shop.alerts, shop.people] = [alerts, people];
    for (const watcher of shop.watchers) if (!shop.waiting.has(watcher)) watcher.delta(told, now);
  }

  /** Incidents of the store have changed: whoever watches hears of it now, whatever the agent says next. */
  alertsChanged(storeId: string): void {
    const shop = this.#shops.get(storeId);
    if (!shop?.state.snapshot || shop.watchers.size === 0) return;
    const { ts, alerts } = this.#shown(storeId, shop, shop.state.snapshot);
    if (JSON.stringify(alerts) !== shop.alerts) this.#tell(storeId, shop, { n: 0, type: 'delta', ts });
  }

  /** Another process has committed incidents of the store, or may have: they are read again while somebody watches. */
  alertsStale(storeId: string): void {
    const shop = this.#shops.get(storeId);
    if (shop) this.#loadIncidents(storeId, shop, () => true);
  }

  /** The same of all stores. */
  allAlertsStale(): void {
    for (const storeId of this.#shops.keys()) this.alertsStale(storeId);
  }

  /** The agent is connected and has subscribed: whoever watches needs its view again. */
  agentReady(storeId: string): void {
    this.#toldAskedMs.delete(storeId);
    const shop = this.#shops.get(storeId);
    if (!shop) return;
    shop.state.interrupt();
    shop.leaseUntilMs = 0;
    shop.askedMs = -Infinity;
    if (this.#isWatched(shop)) {
      this.#ask(storeId, shop);
      void this.#tellPresence(storeId, shop, true);
    }
  }

  agentGone(storeId: string): void {
    const shop = this.#shops.get(storeId);
    if (!shop) return;
    shop.state.interrupt();
    shop.leaseUntilMs = 0;
    void this.#tellPresence(storeId, shop, false);
  }

  stop(): void {
    for (const shop of this.#shops.values()) {
      shop.stopRenewing?.();
      shop.stopListening?.();
    }
    this.#shops.clear();
  }

  #shop(storeId: string): Shop {
    let shop = this.#shops.get(storeId);
    if (!shop) {
      shop = {
        state: new LiveState(),
        watchers: new Set(),
        waiting: new Set(),
        openUntilMs: 0,
        leaseUntilMs: 0,
        askedMs: -Infinity,
        alerts: '[]',
        people: '',
        seen: undefined,
        told: true,
        leasedMs: 0,
        heardMs: -Infinity,
        file: undefined,
        stopListening: undefined,
        stopRenewing: undefined,
        incidentsLoaded: false,
      };
      this.#shops.set(storeId, shop);
    }
    return shop;
  }

  #isWatched(shop: Shop): boolean {
    return shop.watchers.size > 0 || this.parts.clock.monotonicMs() < shop.openUntilMs;
  }

  /** A current view at once; else the agent is asked, and after a while the watcher is told what is known without it. */
  #greet(storeId: string, shop: Shop, watcher: Watcher): void {
    if (!shop.incidentsLoaded) this.#loadIncidents(storeId, shop, () => this.parts.incidents(storeId).length > 0);
    void this.#readFile(storeId, shop);
    const online = this.parts.presence.isOnline(storeId);
    if (online && shop.state.current && this.parts.clock.monotonicMs() < shop.leaseUntilMs) {
      watcher.snapshot(this.#shown(storeId, shop, shop.state.snapshot!), this.#agent(storeId));
      return;
    }
    shop.waiting.add(watcher);
    if (online) {
      this.#ask(storeId, shop);
      this.parts.clock.after(PATIENCE_MS, () => void this.#consoleIfWaiting(storeId, shop, watcher));
    } else {
      void this.#consoleIfWaiting(storeId, shop, watcher);
    }
  }

  #loadIncidents(storeId: string, shop: Shop, mayDiffer: () => boolean): void {
    // those of a shop that nobody watches are read when somebody does
    shop.incidentsLoaded = this.#isWatched(shop);
    if (!shop.incidentsLoaded) return;
    this.parts.loadIncidents(storeId).then(
      () => mayDiffer() && this.alertsChanged(storeId),
      () => (shop.incidentsLoaded = false), // the series is away: asked again at the next renewal, or by the next watcher
    );
  }

  async #consoleIfWaiting(storeId: string, shop: Shop, watcher: Watcher): Promise<void> {
    const last = await this.#last(storeId, shop);
    if (!last || !shop.waiting.delete(watcher) || !shop.watchers.has(watcher)) return;
    watcher.snapshot(last, this.#agent(storeId));
  }

  async #tellPresence(storeId: string, shop: Shop, online: boolean): Promise<void> {
    shop.told = online;
    const last = await this.#last(storeId, shop);
    if (!last || this.parts.presence.isOnline(storeId) !== online) return;
    const now = online && shop.state.current ? this.#shown(storeId, shop, shop.state.snapshot!) : last;
    for (const watcher of shop.watchers) if (!shop.waiting.has(watcher)) watcher.presence(this.#agent(storeId), now);
  }

  #agent(storeId: string): Agent {
    const { presence } = this.parts;
    return { online: presence.isOnline(storeId), lastSeenTs: presence.lastSeenTs(storeId) };
  }

  /** Never fails: while the catalog is away the file that was read last holds, and the next renewal asks again. */
  async #readFile(storeId: string, shop: Shop): Promise<StoreFile | undefined> {
    try {
      shop.file = await this.parts.storeFile(storeId);
    } catch (error) {
      this.parts.unread(storeId, error);
    }
    return shop.file;
  }

  /** The last picture, for as long as there is no newer one: of its people nobody knows whether they are still there. */
  async #last(storeId: string, shop: Shop): Promise<SeenSnapshot | undefined> {
    const file = await this.#readFile(storeId, shop);
    if (!file) return undefined;
    const { isLast, snapshot } = lastSnapshot(file, shop.state.snapshot, this.parts.clock.now());
    return { ...this.#alerted(storeId, snapshot), ...((isLast && shop.seen) || unseenPeople(file)) };
  }

  #shown(storeId: string, shop: Shop, snapshot: LiveSnapshot): SeenSnapshot {
    const { occupancy: _all, zones: _zones, ...rest } = this.#alerted(storeId, snapshot);
    shop.seen = seenPeople(snapshot, shop.file);
    return { ...rest, ...shop.seen };
  }

  #alerted(storeId: string, snapshot: LiveSnapshot): LiveSnapshot {
    const { presence, incidents, clock, openMs } = this.parts;
    const more = [...presence.alerts(storeId), ...incidents(storeId)];
    return withAlerts(snapshot, more, clock.now(), (from, to) => openMs(storeId, from, to));
  }

  /** An agent that hangs keeps its connection for minutes: whoever watches is told within seconds. */
  #listen(storeId: string, shop: Shop): void {
    const now = this.parts.clock.monotonicMs();
    if (now >= shop.leaseUntilMs || now - Math.max(shop.heardMs, shop.leasedMs) < SILENT_MS) return;
    const { presence } = this.parts;
    if (!presence.isOnline(storeId)) return;
    if (presence.quietMs(storeId) >= SILENT_MS) {
      presence.silent(storeId);
      void this.#tellPresence(storeId, shop, false);
    } else {
      // it is there, but its lease or a message was lost
      shop.state.interrupt();
      this.#ask(storeId, shop);
    }
  }

  #ask(storeId: string, shop: Shop): void {
    const now = this.parts.clock.monotonicMs();
    if (now - shop.askedMs < ASK_AGAIN_MS) return;
    if (!this.parts.send(storeId, { leaseMs: WATCH_LEASE_MS, fresh: true })) return;
    shop.askedMs = now;
    if (shop.leaseUntilMs <= now) shop.leasedMs = now;
    shop.leaseUntilMs = now + WATCH_LEASE_MS;
  }

  #renew(storeId: string, shop: Shop): void {
    if (shop.stopRenewing) return;
    // a lease left over from earlier watchers may end before the first renewal
    if (shop.leaseUntilMs - this.parts.clock.monotonicMs() < RENEW_MS) this.#prolong(storeId, shop);
    shop.stopListening = this.parts.clock.every(LISTEN_MS, () => this.#listen(storeId, shop));
    shop.stopRenewing = this.parts.clock.every(RENEW_MS, () => {
      void this.#readFile(storeId, shop);
      // whoever could not be told anything, as the file could not be read, is told now
      for (const watcher of shop.waiting) void this.#consoleIfWaiting(storeId, shop, watcher);
      if (!shop.incidentsLoaded) this.#loadIncidents(storeId, shop, () => true);
      if (this.#isWatched(shop)) this.#prolong(storeId, shop);
      else this.#restIfUnwatched(shop);
    });
  }

  #prolong(storeId: string, shop: Shop): void {
    // without a current view a plain renewal would only bring deltas that continue nothing
    if (!shop.state.current) return this.#ask(storeId, shop);
    if (!this.parts.send(storeId, { leaseMs: WATCH_LEASE_MS, fresh: false })) return;
    const now = this.parts.clock.monotonicMs();
    if (shop.leaseUntilMs <= now) shop.leasedMs = now;
    shop.leaseUntilMs = now + WATCH_LEASE_MS;
  }

  /** Nobody renews any more: the lease runs out by itself, and what is known then grows stale. */
  #restIfUnwatched(shop: Shop): void {
    if (this.#isWatched(shop)) return;
    shop.stopRenewing?.();
    shop.stopListening?.();
    shop.stopRenewing = shop.stopListening = undefined;
  }
}

const peopleText = ({ occupancy, zones, unsensedSinceTs }: SeenPeople): string =>
  JSON.stringify([occupancy, zones, unsensedSinceTs]);
