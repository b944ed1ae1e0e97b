import type { LiveAlert } from '@aisle/contracts';
import type { Clock } from '../ports/index.js';

interface Seen {
  online: boolean;
  /** wall clock, epoch ms; null: never */
  lastSeenTs: number | null;
  /** wall clock since which it is away; null while it is there */
  awaySinceTs: number | null;
}

/** Which agents are there. An absent one is an alert that the cloud itself must raise. */
export class AgentPresence {
  readonly #agents = new Map<string, Seen>();

  constructor(private readonly clock: Clock) {}

  /** What the catalog remembers from before this start. */
  remember(storeId: string, lastSeenTs: number | null): void {
    if (this.#agents.has(storeId)) return;
    this.#agents.set(storeId, { online: false, lastSeenTs, awaySinceTs: lastSeenTs ?? this.clock.now() });
  }

  connected(storeId: string): void {
    this.#agents.set(storeId, { online: true, lastSeenTs: this.clock.now(), awaySinceTs: null });
  }

  /** The agent said something. */
  heard(storeId: string): void {
    const seen = this.#agents.get(storeId);
    if (seen?.online) seen.lastSeenTs = this.clock.now();
  }

  disconnected(storeId: string): void {
    const now = this.clock.now();
    this.#agents.set(storeId, { online: false, lastSeenTs: now, awaySinceTs: now });
  }

  isOnline(storeId: string): boolean {
    return this.#agents.get(storeId)?.online ?? false;
  }

  lastSeenTs(storeId: string): number | null {
    return this.#agents.get(storeId)?.lastSeenTs ?? null;
  }

  /** Alerts of the store that only the cloud can see. */
  alerts(storeId: string): LiveAlert[] {
    const seen = this.#agents.get(storeId);
    if (!seen || seen.online || seen.awaySinceTs === null) return [];
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
