import type { LiveAlert, LiveDevice, LiveScreen, SeenPeople, SocketEvent } from '@aisle/contracts';
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
  /** A sign of life, whatever the shop has to say. */
  heard(): void;
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

/** The server gives a sign of life every 1.5 s. After this long without any, what is shown is no longer of now. */
export const QUIET_AFTER_MS = 3500;
const LISTEN_MS = 250;
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
  #cancelListening: (() => void) | null = null;
  /** wall clock of the newest sign of life; null: none on this connection */
  #heardMs: number | null = null;

  status: FeedStatus = 'connecting';
  /** wall clock of the last sign of life before the connection was lost or fell silent, null while there is one */
  lostSinceMs: number | null = null;
  agentOnline = true;
  /** wall clock at which the shop was last heard, null while it is in touch or when that is not known */
  agentLostSinceMs: number | null = null;
  /** event time of the newest change, epoch ms; 0 before the first snapshot */
  ts = 0;
  people: SeenPeople = { occupancy: null, zones: [] };
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
        this.#resume();
      },
      disconnected: () => {
        this.#connected = false;
        this.#lose();
      },
      refused: () => this.#onRefused(),
      heard: () => this.#hear(),
      event: (name, payload) => {
        this.#hear();
        this.#take(name, payload);
      },
    });
    this.#listen();
  }

  #resume(): void {
    this.lostSinceMs = null;
    this.#heardMs = this.#clock.nowMs();
    this.#setStatus(this.ts === 0 ? 'connecting' : 'resyncing');
    this.#ask();
  }

  #lose(): void {
    this.#cancel();
    this.lostSinceMs ??= this.#heardMs ?? this.#clock.nowMs();
    this.#heardMs = null;
    this.#setStatus('lost');
  }

  #hear(): void {
    // what it said before it fell silent may lie far back: the picture is asked for anew
    if (this.#connected && this.status === 'lost') this.#resume();
    else if (this.#connected) this.#heardMs = this.#clock.nowMs();
  }

  /** A server that hangs leaves its connection open. */
  #listen(): void {
    const askedMs = this.#clock.nowMs();
    this.#cancelListening = this.#clock.after(LISTEN_MS, () => {
      const now = this.#clock.nowMs();
      // a page that was busy itself has signs of life still to take
      const wasBusy = now - askedMs > 2000;
      if (this.#connected && !wasBusy && this.#heardMs !== null && now - this.#heardMs >= QUIET_AFTER_MS) this.#lose();
      this.#listen();
    });
  }

  stop(): void {
    this.#cancel();
    this.#cancelListening?.();
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
    this.people = peopleOf(event);
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
    this.#agent(event);
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
      this.people = peopleOf(event);
    } else if (name === 'devices') {
      const event = payload as SocketEvent<'devices'>;
      this.devices = event.devices;
      if (this.#agent(event)) this.#onChange('status');
    } else if (name === 'screens') this.screens = (payload as SocketEvent<'screens'>).screens;
    else this.alerts = (payload as SocketEvent<'alerts'>).alerts;
    this.#onChange(name);
  }

  #agent({ agentOnline, agentLastSeenTs }: { agentOnline: boolean; agentLastSeenTs?: number | null }): boolean {
    if (agentOnline === this.agentOnline) return false;
    this.agentOnline = agentOnline;
    // a cloud of 0.2 does not say when: then it is when this page heard of it
    this.agentLostSinceMs = agentOnline ? null : agentLastSeenTs === undefined ? this.#clock.nowMs() : agentLastSeenTs;
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

const peopleOf = ({ occupancy, zones, unsensedSinceTs }: SeenPeople): SeenPeople => ({
  occupancy,
  zones,
  ...(unsensedSinceTs !== undefined && { unsensedSinceTs }),
});
