import { closeSync, openSync, writeSync } from 'node:fs';
import type { AlertRow } from '@aisle/contracts';
import type { Clock } from '../ports.js';
import type { Observation } from '../score/observed.js';
import type { Get } from '../score/system-figures.js';

const EVERY_MS = 200;
const TIMEOUT_MS = 5000;
const TAG_EVENTS = /^aisle_rfid_events_total\{device="([^"]*)",event="([^"]*)"\} (\d+)/gm;

export interface ObserverParts {
  readonly file: string;
  readonly get: Get;
  readonly storeId: string;
  /** the agent's own pages; without them its counters stay unknown */
  readonly agent?: { readonly url: string; readonly secret: string };
  readonly clock: Clock;
  /** the run's time */
  readonly now: () => number;
}

/**
 * Looks at the system while a run goes on, and writes down what cannot be asked for later: when each alert was first seen, in the
 * run's time, as somebody at the dashboard sees it, and by how much the agent's counters rose. In a fast run the time between two
 * looks is part of an alert's delay.
 */
export class Observer {
  private readonly seen = new Set<string>();
  private readonly file: number;
  private watching: Promise<void> | undefined;
  private ended = false;

  constructor(private readonly parts: ObserverParts) {
    this.file = openSync(parts.file, 'w');
  }

  async start(): Promise<void> {
    for (const { alertId } of await this.alerts()) this.seen.add(alertId);
    await this.count();
    this.watching = this.watch();
  }

  private write(line: Observation): void {
    writeSync(this.file, `${JSON.stringify(line)}\n`);
  }

  private async watch(): Promise<void> {
    while (!this.ended) {
      await this.look();
      await this.parts.clock.sleep(EVERY_MS);
    }
  }

  private async alerts(): Promise<AlertRow[]> {
    try {
      return await this.parts.get<AlertRow[]>(`/stores/${this.parts.storeId}/alerts`);
    } catch {
      // The cloud may be away for a while: the next look finds what this one did not.
      return [];
    }
  }

  private async look(): Promise<void> {
    const rows = await this.alerts();
    const seenTs = this.parts.now();
    for (const { alertId, kind, subject, since } of rows) {
      if (this.seen.has(alertId)) continue;
      this.seen.add(alertId);
      this.write({ type: 'alert', seenTs, kind, subject, sinceTs: Date.parse(since) });
    }
  }

  /** The agent's counters of tags, as they stand now. */
  private async count(): Promise<void> {
    const { agent, now } = this.parts;
    if (!agent) return;
    const response = await fetch(`${agent.url}/metrics`, {
      headers: { authorization: `Bearer ${agent.secret}` },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch(() => undefined);
    if (!response?.ok) return;
    const events: Record<string, number> = {};
    for (const [, , event = '', count] of (await response.text()).matchAll(TAG_EVENTS))
      events[event] = (events[event] ?? 0) + Number(count);
    this.write({ type: 'tagEvents', ts: now(), events });
  }

  /** After everything was acknowledged. */
  async stop(): Promise<void> {
    this.ended = true;
    await this.watching;
    await this.look();
    await this.count();
    closeSync(this.file);
  }
}
