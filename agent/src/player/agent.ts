import type { PlayerReport } from '../screens/media/player-reports.js';

/** A longer way there and back says little about the time. */
const REPORT_MS = 5_000;

/** The agent as the player asks it, by HTTP with the screen's key; and what its clock says. */
export class Agent {
  /** this page's clock minus the agent's, ms; null before it is known */
  clockOffMs: number | null = null;

  constructor(
    private readonly screenId: string,
    private readonly key: string,
  ) {}

  path(rest: string): string {
    return `/player/${encodeURIComponent(this.screenId)}/${rest}`;
  }

  /** Now by the agent's clock, epoch ms. */
  now(): number {
    return Date.now() - (this.clockOffMs ?? 0);
  }

  /** @throws when it does not answer in time, or with an error */
  async get<T>(rest: string, withinMs = 10_000): Promise<T> {
    const response = await fetch(this.path(rest), { ...this.#with, signal: AbortSignal.timeout(withinMs) });
    if (!response.ok) throw new Error(`${rest}: ${response.status}`);
    return (await response.json()) as T;
  }

  /** Says how this player is, and learns what time it is: an answer was written about half way between question and answer. */
  async report(said: Omit<PlayerReport, 'clockOffMs'>): Promise<void> {
    try {
      const body = JSON.stringify({ ...said, clockOffMs: this.clockOffMs });
      const asked = Date.now();
      const signal = AbortSignal.timeout(REPORT_MS);
      const response = await fetch(this.path('report'), { ...this.#with, method: 'POST', body, signal });
      const { now } = (await response.json()) as { now?: number };
      const answered = Date.now();
      if (typeof now !== 'number') return;
      const isFirst = this.clockOffMs === null;
      this.clockOffMs = Math.round((asked + answered) / 2 - now);
      if (isFirst) await this.report(said);
    } catch {
      // It is away; it will be told later.
    }
  }

  get #with(): RequestInit {
    return { headers: { authorization: `Bearer ${this.key}` }, cache: 'no-store' };
  }
}
