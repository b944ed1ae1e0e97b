import type { Logger } from 'pino';
import { DAY_MS } from '@aisle/contracts';
import type { Clock } from '../ports/clock.js';

/** So long before its end it is told, once a day: time enough to renew it, and to see that it was. */
const WARN_MS = 21 * DAY_MS;

/** Tells before a certificate ends, after which nobody comes in any more. */
export class CertificateWatch {
  #toldMs = -Infinity;

  /** @param expiresTs epoch ms */
  constructor(
    private readonly expiresTs: number,
    private readonly clock: Pick<Clock, 'now' | 'monotonicMs'>,
    private readonly log: Pick<Logger, 'warn' | 'error'>,
  ) {}

  /** May be asked as often as one likes. */
  look(): void {
    const leftMs = this.expiresTs - this.clock.now();
    if (leftMs > WARN_MS || this.clock.monotonicMs() - this.#toldMs < DAY_MS) return;
    this.#toldMs = this.clock.monotonicMs();
    const told = { expires: new Date(this.expiresTs).toISOString(), days: Math.floor(leftMs / DAY_MS) };
    const how = 'renew it (npm run aisle -- tls init, or whoever issued it) and start again';
    if (leftMs > 0) this.log.warn(told, `the certificate ends soon: ${how}`);
    else this.log.error(told, `the certificate has ended, and nobody comes in who checks it: ${how}`);
  }
}
