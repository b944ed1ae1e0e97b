import type { LiveAlert, LiveDevice, LiveScreen } from '@aisle/contracts';
import type { HeatPicture } from '../heat/painter.js';
import { LiveFeed, type FeedChange, type FeedClock, type FeedStatus, type LiveTransport } from '../live/feed.js';

/** The live picture for the pages. Heat goes to its subscribers directly: it changes many times a second. */
export class Live {
  readonly #makeTransport: () => LiveTransport;
  readonly #clock: FeedClock;
  readonly #onRefused: () => void;
  // Nobody renders these: they are called, never read.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #heatListeners = new Set<(picture: HeatPicture) => void>();
  #feed: LiveFeed | null = null;
  #storeId: string | null = null;
  #status = $state<FeedStatus>('connecting');
  #lostSinceMs = $state<number | null>(null);
  #agentOnline = $state(true);
  #agentLostSinceMs = $state<number | null>(null);
  #ready = $state(false);
  #ts = $state(0);
  #occupancy = $state(0);
  // Replaced whole with every change, so a plain map will do.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  #zones = $state.raw<ReadonlyMap<string, number>>(new Map());
  #devices = $state.raw<LiveDevice[]>([]);
  #screens = $state.raw<LiveScreen[]>([]);
  #alerts = $state.raw<LiveAlert[]>([]);

  constructor(makeTransport: () => LiveTransport, clock: FeedClock, onRefused: () => void) {
    this.#makeTransport = makeTransport;
    this.#clock = clock;
    this.#onRefused = onRefused;
  }

  get status(): FeedStatus {
    return this.#status;
  }
  get lostSinceMs(): number | null {
    return this.#lostSinceMs;
  }
  get agentOnline(): boolean {
    return this.#agentOnline;
  }
  get agentLostSinceMs(): number | null {
    return this.#agentLostSinceMs;
  }
  /** a first snapshot has come */
  get ready(): boolean {
    return this.#ready;
  }
  /** event time of the newest zones, devices or screens, epoch ms */
  get ts(): number {
    return this.#ts;
  }
  get occupancy(): number {
    return this.#occupancy;
  }
  /** people now, by zone */
  get zones(): ReadonlyMap<string, number> {
    return this.#zones;
  }
  get devices(): readonly LiveDevice[] {
    return this.#devices;
  }
  get screens(): readonly LiveScreen[] {
    return this.#screens;
  }
  get alerts(): readonly LiveAlert[] {
    return this.#alerts;
  }

  watch(storeId: string): void {
    if (this.#storeId === storeId) return;
    this.stop();
    this.#storeId = storeId;
    this.#ready = false;
    this.#feed = new LiveFeed(
      this.#makeTransport(),
      this.#clock,
      (change) => this.#take(change),
      () => this.#onRefused(),
    );
    this.#feed.start(storeId);
  }

  stop(): void {
    this.#feed?.stop();
    this.#feed = null;
    this.#storeId = null;
    this.#ready = false;
    this.#status = 'connecting';
    this.#lostSinceMs = null;
  }

  /** Calls with the picture now, if there is one, and with each newer one. */
  onHeat(listener: (picture: HeatPicture) => void): () => void {
    this.#heatListeners.add(listener);
    if (this.#feed?.heat) listener(this.#feed.heat);
    return () => this.#heatListeners.delete(listener);
  }

  #take(change: FeedChange): void {
    const feed = this.#feed;
    if (!feed) return;
    if (change === 'heat') {
      if (feed.heat) for (const listener of this.#heatListeners) listener(feed.heat);
      return;
    }
    if (change === 'status') {
      this.#status = feed.status;
      this.#lostSinceMs = feed.lostSinceMs;
      this.#agentOnline = feed.agentOnline;
      this.#agentLostSinceMs = feed.agentLostSinceMs;
      this.#ready = this.#ready || feed.status === 'live';
      return;
    }
    this.#ts = feed.ts;
    if (change === 'zones') {
      this.#occupancy = feed.occupancy;
      // eslint-disable-next-line svelte/prefer-svelte-reactivity
      this.#zones = new Map(feed.zones.map((zone) => [zone.zoneId, zone.occupancy]));
    } else if (change === 'devices') this.#devices = feed.devices;
    else if (change === 'screens') this.#screens = feed.screens;
    else this.#alerts = feed.alerts;
  }
}
