import type { LiveAlert, LiveDevice, LiveScreen, SeenPeople } from '@aisle/contracts';
import { devicesOf, slotGroup, type StoreFile } from '@aisle/contracts';
import { goodsStanding, isSensing, peopleStanding, pictureStanding, type Standing } from '../figures/standing.js';
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
  #returns = $state(0);
  #ts = $state(0);
  #people = $state.raw<SeenPeople>({ occupancy: null, zones: [] });
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
  /** rises whenever the picture is live again: what was asked for meanwhile is old */
  get returns(): number {
    return this.#returns;
  }
  /** a first snapshot has come */
  get ready(): boolean {
    return this.#ready;
  }
  /** event time of the newest zones, devices or screens, epoch ms */
  get ts(): number {
    return this.#ts;
  }
  /** people now; null where nobody knows */
  get occupancy(): number | null {
    return this.#people.occupancy;
  }
  /** people now in a zone; null where nobody knows */
  inZone(zoneId: string): number | null {
    return this.#people.zones.find((zone) => zone.zoneId === zoneId)?.occupancy ?? null;
  }
  /** How far what the shop said last may be read as of now. */
  get standing(): Standing {
    return pictureStanding({
      ready: this.#ready,
      lostSinceMs: this.#status === 'lost' ? (this.#lostSinceMs ?? null) : undefined,
      agentLostSinceMs: this.#agentOnline ? undefined : this.#agentLostSinceMs,
      pictureMs: this.#ts || null,
    });
  }
  #isLive = (): boolean => this.standing.state === 'live';
  /** The same for people: of the shop, or of one of its zones. */
  peopleStanding(zoneId?: string): Standing {
    const seen = zoneId === undefined ? this.#people : this.#people.zones.find((zone) => zone.zoneId === zoneId);
    return peopleStanding(this.standing, seen);
  }
  /** The same for what lies on some slots of a shop. */
  shelfStanding(file: StoreFile, slotIds: readonly string[]): Standing {
    return goodsStanding(
      this.standing,
      slotIds.flatMap((slotId) => devicesOf(slotGroup(file, slotId))),
      this.#devices,
    );
  }
  /** Of all goods together: they are not of now once no device senses any of them. */
  get goodsStanding(): Standing {
    const sensing = this.#devices.filter(({ family }) => family === 'shelf' || family === 'rfid');
    if (sensing.some(isSensing)) return goodsStanding(this.standing, [], []);
    return goodsStanding(
      this.standing,
      sensing.map(({ deviceId }) => deviceId),
      sensing,
    );
  }
  /** Zones of which nobody knows, while people are sensed in others. */
  get unsensedZones(): readonly string[] {
    if (this.#people.occupancy === null) return [];
    return this.#people.zones.filter((zone) => zone.occupancy === null).map((zone) => zone.zoneId);
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
      const wasAway = this.#ready && !this.#isLive();
      this.#status = feed.status;
      this.#lostSinceMs = feed.lostSinceMs;
      this.#agentOnline = feed.agentOnline;
      this.#agentLostSinceMs = feed.agentLostSinceMs;
      this.#ready = this.#ready || feed.status === 'live';
      if (wasAway && this.#isLive()) this.#returns += 1;
      return;
    }
    this.#ts = feed.ts;
    if (change === 'zones') {
      this.#people = feed.people;
    } else if (change === 'devices') this.#devices = feed.devices;
    else if (change === 'screens') this.#screens = feed.screens;
    else this.#alerts = feed.alerts;
  }
}
