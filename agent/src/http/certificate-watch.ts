import { DAY_MS, HOUR_MS } from '@aisle/contracts';
import type { Clock, Timer } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';

/** So long before its end it is told, once a day: time enough to renew it, and to see that it was. As the cloud does. */
const WARN_MS = 21 * DAY_MS;

/** Tells before the certificate of what listens here ends, after which no device and no screen comes in that checks it. */
export class CertificateWatch {
  #toldMs = -Infinity;
  #timer: Timer | undefined;

  /** @param expiresTs epoch ms */
  constructor(
    private readonly expiresTs: number,
    private readonly clock: Clock,
    private readonly log: Pick<Logger, 'warn' | 'error'>,
  ) {}

  start(): void {
    this.look();
    this.#timer ??= this.clock.every(HOUR_MS, () => this.look());
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  look(): void {
    const leftMs = this.expiresTs - this.clock.now();
    if (!isEnding(this.expiresTs, this.clock.now()) || this.clock.monotonicMs() - this.#toldMs < DAY_MS) return;
    this.#toldMs = this.clock.monotonicMs();
    const told = { expires: new Date(this.expiresTs).toISOString(), days: Math.floor(leftMs / DAY_MS) };
    const how = 'renew it (npm run aisle -- tls init, or whoever issued it) and start again';
    if (leftMs > 0) this.log.warn(told, `the certificate ends soon: ${how}`);
    else this.log.error(told, `the certificate has ended, and no device comes in that checks it: ${how}`);
  }
}

export const isEnding = (expiresTs: number, now: number): boolean => expiresTs - now <= WARN_MS;
