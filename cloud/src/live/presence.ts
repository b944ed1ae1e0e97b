import type { LiveAlert } from '@aisle/contracts';
import type { Clock } from '../ports/index.js';

interface Seen {
  online: boolean;
  /** wall clock, epoch ms; null: never */
  lastSeenTs: number | null;
  /** wall clock since which it is away; null while it is there */
  awaySinceTs: number | null;
  /** monotonic ms at which it last said something */
  heardMs: number;
}

/** Which agents are there. An absent one is an alert that the cloud itself must raise. */
export class AgentPresence {
  readonly #agents = new Map<string, Seen>();

  constructor(private readonly clock: Clock) {}

  /** What the catalog remembers from before this start. */
  remember(storeId: string, lastSeenTs: number | null): void {
    if (this.#agents.has(storeId)) return;
    this.#agents.set(storeId, {
      online: false,
      lastSeenTs,
      awaySinceTs: lastSeenTs ?? this.clock.now(),
      heardMs: -Infinity,
    });
  }

  connected(storeId: string): void {
    this.#agents.set(storeId, {
      online: true,
      lastSeenTs: this.clock.now(),
      awaySinceTs: null,
      heardMs: this.clock.monotonicMs(),
    });
  }

  /** Another process of this cloud heard it at this moment, epoch ms. */
  heardElsewhere(storeId: string, ts: number): void {
    const seen = this.#agents.get(storeId);
    if (seen?.online) seen.lastSeenTs = Math.max(seen.lastSeenTs ?? 0, Math.min(ts, this.clock.now()));
  }

  /** The agent said something. */
  heard(storeId: string): void {
    const seen = this.#agents.get(storeId);
    if (!seen?.online) return;
    seen.lastSeenTs = this.clock.now();
    seen.heardMs = this.clock.monotonicMs();
    seen.awaySinceTs = null;
  }

  /** It is connected, but says nothing although it should: as good as away. Its next word ends that. */
  silent(storeId: string): void {
    const seen = this.#agents.get(storeId);
    if (seen?.online) seen.awaySinceTs = seen.lastSeenTs ?? this.clock.now();
  }

  /** Milliseconds since its last word. */
  quietMs(storeId: string): number {
    return this.clock.monotonicMs() - (this.#agents.get(storeId)?.heardMs ?? -Infinity);
  }

  disconnected(storeId: string): void {
    const now = this.clock.now();
    const seen = this.#agents.get(storeId);
    // of one that had been silent before its line broke, the last word counts
    const since = seen?.awaySinceTs ?? now;
    this.#agents.set(storeId, { online: false, lastSeenTs: since, awaySinceTs: since, heardMs: -Infinity });
  }

  isOnline(storeId: string): boolean {
    const seen = this.#agents.get(storeId);
    return seen !== undefined && seen.online && seen.awaySinceTs === null;
  }

  lastSeenTs(storeId: string): number | null {
    return this.#agents.get(storeId)?.lastSeenTs ?? null;
  }

  /** Alerts of the store that only the cloud can see. */
  alerts(storeId: string): LiveAlert[] {
    const seen = this.#agents.get(storeId);
    if (!seen || seen.awaySinceTs === null) return [];
    const since = new Date(seen.awaySinceTs).toISOString();
    return [
      {
        alertId: `agentOffline:${storeId}:${seen.awaySinceTs}`,
        kind: 'agentOffline',
        subject: storeId,
        since,
        until: null,
      },
    ];
  }
}
