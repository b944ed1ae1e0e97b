/** Below this the running part stays whole in a double, whatever single minute is added to it. */
const CARRY = 2 ** 52;

/**
 * Σ probability × time over judged moments, and their time. A busy zone gathers some 10¹⁴ ppm·ms a day, so that a year passes
 * the 2^53 to which a double counts exactly: what has grown large is carried over into a big integer, and the small running
 * part keeps the adding of minutes as cheap as that of any other count.
 */
export class InterestSum {
  #carried = 0n;
  #running = 0;
  #ms = 0;

  /** ppm × ms, and ms: both whole, of one minute fact. */
  add(ppmMs: number, ms: number): void {
    if (ppmMs >= CARRY || this.#running >= CARRY) {
      this.#carried += BigInt(this.#running) + BigInt(ppmMs);
      this.#running = 0;
    } else this.#running += ppmMs;
    this.#ms += ms;
  }

  /** What `packed` of another sum gave: JSON has no integers of that size, so that one is text. */
  addPacked([ppmMs, ms]: readonly [ppmMs: string, ms: number]): void {
    this.#carried += BigInt(ppmMs);
    this.#ms += ms;
  }

  packed(): [ppmMs: string, ms: number] {
    return [String(this.#sum), this.#ms];
  }

  /** Milliseconds judged: below 2^53 for 285,000 years of visits. */
  get ms(): number {
    return this.#ms;
  }

  /** Mean probability over the judged time, 0 to 1, to six decimals, halves up; null where no model has judged. */
  mean(): number | null {
    if (this.#ms === 0) return null;
    const ms = BigInt(this.#ms);
    // the answer in parts per million, rounded before it becomes a double
    return Number((2n * this.#sum + ms) / (2n * ms)) / 1e6;
  }

  get #sum(): bigint {
    return this.#carried + BigInt(this.#running);
  }
}
