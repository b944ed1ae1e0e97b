import { DAY_MS, HOUR_MS, type DeviceProblem } from '@aisle/contracts';

/** What is less than this off is measured as a skew: see SkewMeter. */
const NEAR_MS = HOUR_MS;
/** Hours behind may be what an outage has kept back; it catches up. What stays as far behind for so long is a clock. */
const STEADY_MS = 60_000;
const STEADY_MESSAGES = 10;
const SPREAD_MS = 60_000;

/**
 * Notices a clock that is far off: one that is days behind, or more than an hour ahead, at its first message; one that is hours behind (a wrong
 * time zone) when it stays so. A replay of the past looks the same, and is told the same.
 */
export class FarOff {
  /** wall clock of the first and the newest message of the run, epoch ms */
  #sinceTs = 0;
  #lastTs = 0;
  #messages = 0;
  /** arrival − time, ms */
  #offset = 0;
  #low = 0;
  #high = 0;

  /** @param offset arrival − time, ms. @param receivedTs wall clock, epoch ms */
  add(offset: number, receivedTs: number): void {
    if (Math.abs(offset) <= NEAR_MS) {
      this.#messages = 0;
      return;
    }
    const isOther = this.#messages > 0 && Math.sign(offset) !== Math.sign(this.#offset);
    if (this.#messages === 0 || isOther) {
      this.#sinceTs = receivedTs;
      this.#messages = 0;
      this.#low = this.#high = offset;
    }
    this.#messages += 1;
    this.#offset = offset;
    this.#lastTs = receivedTs;
    this.#low = Math.min(this.#low, offset);
    this.#high = Math.max(this.#high, offset);
  }

  get problem(): DeviceProblem | undefined {
    if (this.#messages === 0 || !this.#isCertain) return undefined;
    return { code: 'clockOff', values: { ms: -this.#offset }, sinceTs: this.#sinceTs, lastTs: this.#lastTs };
  }

  get #isCertain(): boolean {
    if (this.#offset < 0 || this.#offset >= DAY_MS) return true;
    const isLong = this.#messages >= STEADY_MESSAGES && this.#lastTs - this.#sinceTs >= STEADY_MS;
    return isLong && this.#high - this.#low <= SPREAD_MS;
  }
}
