import {
  WATCH_LEASE_MS,
  type LiveAlert,
  type LiveSnapshot,
  type LiveUpdate,
  type StoreFile,
  type Watch,
} from '@aisle/contracts';
import type { Clock } from '../ports/index.js';
import { withAlerts } from './alerts.js';
import { LiveState, blankSnapshot } from './live-state.js';
import type { AgentPresence } from './presence.js';

type Delta = Extract<LiveUpdate, { type: 'delta' }>;

/** Somebody who watches one shop: a browser's socket, or a REST call for a minute. */
export interface Watcher {
  /** Everything anew: at the start, after a gap, and when the agent comes or goes. */
  snapshot(snapshot: LiveSnapshot, agentOnline: boolean): void;
  /** `now`: the whole view with the delta in it. */
  delta(delta: Delta, now: LiveSnapshot): void;
  /** The agent came or went; the devices as far as they are known. */
  presence(agentOnline: boolean, snapshot: LiveSnapshot): void;
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
  /** milliseconds of [from, to) in which the shop is open, as far as its hours are known */
  openMs(storeId: string, from: number, to: number): number;
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
  stopRenewing: (() => void) | undefined;
  incidentsLoaded: boolean;
}

const RENEW_MS = WATCH_LEASE_MS / 2;
/** an agent that answers slowly is not asked again sooner */
const ASK_AGAIN_MS = 2_000;
/** how long a watcher waits for the agent's first snapshot before it is told what is known without */
const PATIENCE_MS = 1_500;
const REST_WATCH_MS = 60_000;

/** Who watches which shop, and the lease that keeps its agent talking. */
export class LiveHub {
  readonly #shops = new Map<string, Shop>();

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

  /** For a REST call: keeps the watch open for a minute, and waits a little for what the agent says. */
  async look(storeId: string): Promise<{ snapshot: LiveSnapshot; agentOnline: boolean }> {
    const shop = this.#shop(storeId);
    shop.openUntilMs = this.parts.clock.monotonicMs() + REST_WATCH_MS;
    return new Promise((resolve) => {
      const watcher: Watcher = {
        snapshot: (snapshot, agentOnline) => {
          shop.watchers.delete(watcher);
          resolve({ snapshot: structuredClone(snapshot), agentOnline });
        },
        delta: () => undefined,
        presence: () => undefined,
      };
      this.watch(storeId, watcher);
    });
  }

  /** What the agent said on its live topic. */
  receive(storeId: string, update: LiveUpdate): void {
    const shop = this.#shops.get(storeId);
    if (!shop) return;
    const outcome = shop.state.apply(update);
    if (outcome === 'gap') {
      this.#ask(storeId, shop);
    } else if (outcome === 'snapshot') {
      const snapshot = this.#shown(storeId, shop.state.snapshot!);
      shop.alerts = JSON.stringify(snapshot.alerts);
      shop.waiting.clear();
      for (const watcher of [...shop.watchers]) watcher.snapshot(snapshot, true);
    } else {
      const now = this.#shown(storeId, shop.state.snapshot!);
      const delta = update as Delta;
      const alerts = JSON.stringify(now.alerts);
      const told = alerts === shop.alerts ? delta : { ...delta, alerts: now.alerts };
      shop.alerts = alerts;
      for (const watcher of shop.watchers) if (!shop.waiting.has(watcher)) watcher.delta(told, now);
    }
  }

  /** Incidents of the store have changed: whoever watches hears of it now, whatever the agent says next. */
  alertsChanged(storeId: string): void {
    const shop = this.#shops.get(storeId);
    if (!shop?.state.snapshot || shop.watchers.size === 0) return;
    const now = this.#shown(storeId, shop.state.snapshot);
    const alerts = JSON.stringify(now.alerts);
    if (alerts === shop.alerts) return;
    shop.alerts = alerts;
    const delta: Delta = { n: 0, type: 'delta', ts: now.ts, alerts: now.alerts };
    for (const watcher of shop.watchers) if (!shop.waiting.has(watcher)) watcher.delta(delta, now);
  }

  /** The agent is connected and has subscribed: whoever watches needs its view again. */
  agentReady(storeId: string): void {
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
    for (const shop of this.#shops.values()) shop.stopRenewing?.();
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
    if (!shop.incidentsLoaded) {
      shop.incidentsLoaded = true;
      this.parts.loadIncidents(storeId).then(
        () => this.parts.incidents(storeId).length > 0 && this.alertsChanged(storeId),
        () => (shop.incidentsLoaded = false), // the series is away: asked again by the next watcher
      );
    }
    const online = this.parts.presence.isOnline(storeId);
    if (online && shop.state.current && this.parts.clock.monotonicMs() < shop.leaseUntilMs) {
      watcher.snapshot(this.#shown(storeId, shop.state.snapshot!), true);
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

  async #consoleIfWaiting(storeId: string, shop: Shop, watcher: Watcher): Promise<void> {
    const blank = await this.#blank(storeId, shop);
    if (!blank || !shop.waiting.delete(watcher) || !shop.watchers.has(watcher)) return;
    watcher.snapshot(blank, this.parts.presence.isOnline(storeId));
  }

  async #tellPresence(storeId: string, shop: Shop, online: boolean): Promise<void> {
    const blank = await this.#blank(storeId, shop);
    if (!blank || this.parts.presence.isOnline(storeId) !== online) return;
    for (const watcher of shop.watchers) {
      if (shop.waiting.has(watcher)) continue;
      watcher.presence(online, blank);
      // the people of a shop that has gone silent must not stand on the map for ever
      if (!online) watcher.snapshot(blank, false);
    }
  }

  async #blank(storeId: string, shop: Shop): Promise<LiveSnapshot | undefined> {
    const storeFile = await this.parts.storeFile(storeId);
    return storeFile && this.#shown(storeId, blankSnapshot(storeFile, shop.state.snapshot, this.parts.clock.now()));
  }

  #shown(storeId: string, snapshot: LiveSnapshot): LiveSnapshot {
    const { presence, incidents, clock, openMs } = this.parts;
    const more = [...presence.alerts(storeId), ...incidents(storeId)];
    return withAlerts(snapshot, more, clock.now(), (from, to) => openMs(storeId, from, to));
  }

  #ask(storeId: string, shop: Shop): void {
    const now = this.parts.clock.monotonicMs();
    if (now - shop.askedMs < ASK_AGAIN_MS) return;
    if (!this.parts.send(storeId, { leaseMs: WATCH_LEASE_MS, fresh: true })) return;
    shop.askedMs = now;
    shop.leaseUntilMs = now + WATCH_LEASE_MS;
  }

  #renew(storeId: string, shop: Shop): void {
    if (shop.stopRenewing) return;
    // a lease left over from earlier watchers may end before the first renewal
    if (shop.leaseUntilMs - this.parts.clock.monotonicMs() < RENEW_MS) this.#prolong(storeId, shop);
    shop.stopRenewing = this.parts.clock.every(RENEW_MS, () => {
      if (this.#isWatched(shop)) this.#prolong(storeId, shop);
      else this.#restIfUnwatched(shop);
    });
  }

  #prolong(storeId: string, shop: Shop): void {
    // without a current view a plain renewal would only bring deltas that continue nothing
    if (!shop.state.current) return this.#ask(storeId, shop);
    if (!this.parts.send(storeId, { leaseMs: WATCH_LEASE_MS, fresh: false })) return;
    shop.leaseUntilMs = this.parts.clock.monotonicMs() + WATCH_LEASE_MS;
  }

  /** Nobody renews any more: the lease runs out by itself, and what is known then grows stale. */
  #restIfUnwatched(shop: Shop): void {
    if (this.#isWatched(shop)) return;
    shop.stopRenewing?.();
    shop.stopRenewing = undefined;
  }
}
