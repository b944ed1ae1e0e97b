import { upTopic, type AgentStatus } from '@aisle/contracts';
import type { Clock, Timer } from '../ports/clock.js';
import type { CloudLink } from '../ports/cloud-link.js';

const EVERY_MS = 2000;

/** up/status: retained, when something changed, at most every 2 s. */
export class StatusFeed {
  #last = '';
  #timer: Timer | undefined;

  constructor(
    private readonly storeId: string,
    private readonly status: () => Omit<AgentStatus, 'ts'>,
    private readonly link: CloudLink,
    private readonly clock: Clock,
  ) {}

  start(): void {
    this.#last = '';
    this.#send();
    this.#timer ??= this.clock.every(EVERY_MS, () => this.#send());
  }
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #send(): void {
    const status = this.status();
    const text = JSON.stringify(status);
    if (text === this.#last) return;
    this.#last = text;
    this.link.sendLossy(upTopic(this.storeId, 'status'), JSON.stringify({ ts: this.clock.now(), ...status }), {
      retain: true,
    });
  }
}
