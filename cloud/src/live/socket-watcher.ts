import type { LiveUpdate, SocketEvent, SocketEvents } from '@aisle/contracts';
import type { Agent, Watcher } from './live-hub.js';
import type { SeenSnapshot } from './sensed.js';

type Delta = Extract<LiveUpdate, { type: 'delta' }>;
type EventName = keyof typeof SocketEvents;
/** What a browser can be told: what is so, or why it was refused. */
export type SocketName = EventName | 'error';

/** The way to one browser. */
export interface SocketOut {
  emit(event: SocketName, payload: unknown): void;
  /** packets that the browser has not taken yet */
  backlog(): number;
}

/** packets that may wait for a browser: a second or two of a busy shop */
const LONGEST_BACKLOG = 64;

/**
 * Numbers what one socket gets. A browser that does not keep up costs no memory: its deltas are dropped, and when it has
 * taken what was waiting it gets a new snapshot.
 */
export class SocketWatcher implements Watcher {
  #behind = false;

  constructor(
    private readonly storeId: string,
    private readonly out: SocketOut,
    /** asks the hub for a new snapshot */
    private readonly refresh: () => void,
    /** of the socket: goes on when it turns to another shop */
    private readonly numbers: { seq: number },
  ) {}

  snapshot(snapshot: SeenSnapshot, agent: Agent): void {
    if (this.#keepsUp()) this.#emit('snapshot', { storeId: this.storeId, ...there(agent), ...snapshot });
  }

  delta(delta: Delta, now: SeenSnapshot): void {
    if (!this.#keepsUp()) return;
    const { ts } = delta;
    if (delta.zones || delta.occupancy !== undefined) {
      const { occupancy, zones, unsensedSinceTs } = now;
      this.#emit('zones', { ts, occupancy, zones, ...(unsensedSinceTs !== undefined && { unsensedSinceTs }) });
    }
    if (delta.heat || delta.presence) this.#emit('heat', { ts, cells: delta.heat ?? [], presence: now.presence });
    if (delta.devices) this.#emit('devices', { ts, agentOnline: true, devices: now.devices });
    if (delta.screens) this.#emit('screens', { ts, screens: now.screens });
    if (delta.alerts) this.#emit('alerts', { ts, alerts: now.alerts });
  }

  presence(agent: Agent, now: SeenSnapshot): void {
    if (this.#keepsUp()) this.#emit('devices', { ts: now.ts, ...there(agent), devices: now.devices });
  }

  /** The browser has taken everything that was waiting. */
  drained(): void {
    if (!this.#behind || this.out.backlog() > 0) return;
    this.#behind = false;
    this.refresh();
  }

  #keepsUp(): boolean {
    if (!this.#behind && this.out.backlog() > LONGEST_BACKLOG) this.#behind = true;
    return !this.#behind;
  }

  #emit<K extends EventName>(event: K, payload: Omit<SocketEvent<K>, 'seq'>): void {
    this.numbers.seq += 1;
    this.out.emit(event, { seq: this.numbers.seq, ...payload });
  }
}

const there = ({ online, lastSeenTs }: Agent) => ({ agentOnline: online, agentLastSeenTs: lastSeenTs });
