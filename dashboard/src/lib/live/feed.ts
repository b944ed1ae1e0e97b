import type { LiveAlert, LiveDevice, LiveScreen, LiveZone, SocketEvent } from '@aisle/contracts';
import type { HeatPicture } from '../heat/painter.js';

/** The socket, seen from the feed: what it can be told and what it says. */
export interface LiveTransport {
  open(handlers: TransportHandlers): void;
  /** Asks for a fresh snapshot of this store; also after a gap. */
  watch(storeId: string): void;
  close(): void;
}
export interface TransportHandlers {
  connected(): void;
  disconnected(): void;
  /** The server does not let us in: the session has probably ended. */
  refused(): void;
  event(name: LiveEventName, payload: unknown): void;
}
export const LIVE_EVENTS = ['snapshot', 'zones', 'heat', 'devices', 'screens', 'alerts'] as const;
export type LiveEventName = (typeof LIVE_EVENTS)[number];

export interface FeedClock {
  /** wall clock, epoch ms */
  nowMs(): number;
  /** Runs `action` once after `delayMs`; the answer cancels it. */
  after(delayMs: number, action: () => void): () => void;
}

/** connecting: no snapshot yet · live: deltas count · resyncing: a number was missed · lost: no connection. */
export type FeedStatus = 'connecting' | 'live' | 'resyncing' | 'lost';
export type FeedChange = 'status' | 'zones' | 'heat' | 'devices' | 'screens' | 'alerts';

/** A snapshot that was asked for and has not come by then is asked for again. */
export const SNAPSHOT_PATIENCE_MS = 4000;

/**
 * Holds the live picture of one store: a snapshot, then deltas whose `seq` rises by one. A gap or a new connection asks for
 * a snapshot again and ignores deltas until it comes, so that the picture is never a mixture.
 */
export class LiveFeed {
  readonly #transport: LiveTransport;
  readonly #clock: FeedClock;
  readonly #onChange: (change: FeedChange) => void;
  readonly #onRefused: () => void;
  #storeId: string | null = null;
  #connected = false;
  #seq = 0;
  #cancelPatience: (() => void) | null = null;

  status: FeedStatus = 'connecting';
  /** wall clock at which the connection was lost, null while there is one */
  lostSinceMs: number | null = null;
  agentOnline = true;
  /** wall clock at which the shop was first seen to be out of touch, null while it is in touch */
  agentLostSinceMs: number | null = null;
  /** event time of the newest change, epoch ms; 0 before the first snapshot */
  ts = 0;
  occupancy = 0;
  zones: LiveZone[] = [];
  devices: LiveDevice[] = [];
  screens: LiveScreen[] = [];
  alerts: LiveAlert[] = [];
  heat: HeatPicture | null = null;
  /** how often a snapshot was asked for because a number was missed */
  resyncs = 0;

  constructor(
    transport: LiveTransport,
    clock: FeedClock,
    onChange: (change: FeedChange) => void,
    onRefused: () => void,
  ) {
    this.#transport = transport;
    this.#clock = clock;
    this.#onChange = onChange;
    this.#onRefused = onRefused;
  }

  start(storeId: string): void {
    this.#storeId = storeId;
    this.#transport.open({
      connected: () => {
        this.#connected = true;
        this.lostSinceMs = null;
        this.#setStatus(this.ts === 0 ? 'connecting' : 'resyncing');
        this.#ask();
      },
      disconnected: () => {
        this.#connected = false;
        this.#cancel();
        this.lostSinceMs ??= this.#clock.nowMs();
        this.#setStatus('lost');
      },
      refused: () => this.#onRefused(),
      event: (name, payload) => this.#take(name, payload),
    });
  }

  stop(): void {
    this.#cancel();
    this.#connected = false;
    this.#transport.close();
  }

  #ask(): void {
    if (!this.#connected || this.#storeId === null) return;
    this.#transport.watch(this.#storeId);
    this.#cancel();
    this.#cancelPatience = this.#clock.after(SNAPSHOT_PATIENCE_MS, () => this.#ask());
  }

  #cancel(): void {
    this.#cancelPatience?.();
    this.#cancelPatience = null;
  }

  #take(name: LiveEventName, payload: unknown): void {
    if (name === 'snapshot') {
      this.#snapshot(payload as SocketEvent<'snapshot'>);
      return;
    }
    if (this.status !== 'live') return;
    const { seq } = payload as { seq: number };
    if (seq <= this.#seq) return;
    if (seq !== this.#seq + 1) {
      this.resyncs += 1;
      this.#setStatus('resyncing');
      this.#ask();
      return;
    }
    this.#seq = seq;
    this.#delta(name, payload);
  }

  #snapshot(event: SocketEvent<'snapshot'>): void {
    if (event.storeId !== this.#storeId) return;
    this.#cancel();
    this.#seq = event.seq;
    this.ts = event.ts;
    this.occupancy = event.occupancy;
    this.zones = event.zones;
    this.devices = event.devices;
    this.screens = event.screens;
    this.alerts = event.alerts;
    this.heat = {
      ...event.heat,
      seconds: Float32Array.from(event.heat.seconds),
      presence: event.presence,
      ts: event.ts,
      seq: event.seq,
    };
    this.#agent(event.agentOnline);
    this.#setStatus('live');
    for (const change of ['heat', 'zones', 'devices', 'screens', 'alerts'] as const) this.#onChange(change);
  }

  #delta(name: Exclude<LiveEventName, 'snapshot'>, payload: unknown): void {
    this.ts = Math.max(this.ts, (payload as { ts: number }).ts);
    if (name === 'heat') {
      const event = payload as SocketEvent<'heat'>;
      if (!this.heat) return;
      const seconds = this.heat.seconds as Float32Array;
      for (const [cell, value] of event.cells) seconds[cell] = value;
      this.heat = { ...this.heat, presence: event.presence, ts: event.ts, seq: event.seq };
    } else if (name === 'zones') {
      const event = payload as SocketEvent<'zones'>;
      this.occupancy = event.occupancy;
      this.zones = event.zones;
    } else if (name === 'devices') {
      const event = payload as SocketEvent<'devices'>;
      this.devices = event.devices;
      if (this.#agent(event.agentOnline)) this.#onChange('status');
    } else if (name === 'screens') this.screens = (payload as SocketEvent<'screens'>).screens;
    else this.alerts = (payload as SocketEvent<'alerts'>).alerts;
    this.#onChange(name);
  }

  #agent(online: boolean): boolean {
    if (online === this.agentOnline) return false;
    this.agentOnline = online;
    this.agentLostSinceMs = online ? null : this.#clock.nowMs();
    return true;
  }

  #setStatus(status: FeedStatus): void {
    if (status === this.status) {
      if (status !== 'live') return;
    }
    this.status = status;
    this.#onChange('status');
  }
}
