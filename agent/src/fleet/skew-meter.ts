/** Messages within it give one minimum, ms */
const BUCKET_MS = 10_000;
/** so many minima are kept, for at most an hour */
const BUCKETS = 12;
const KEEP_MS = 60 * 60_000;
/** Farther off is a replay of the past, or a clock that was never set: no skew. */
const FARTHEST_MS = 60 * 60_000;
/** a clock that is off by so much from where it was has jumped */
const JUMP_MS = 1000;
/** minima that differ by less are of one steady clock; more is a line that delays, or times that are none */
const SPREAD_MS = 500;
const STEADY_BUCKETS = 3;
const STEADY_MESSAGES = 8;
/** A clock set back looks like delay: so many messages, for so long, all delayed alike, are a clock. */
const RUN_MESSAGES = 8;
const RUN_MS = 2000;

/**
 * How far one device's clock is behind the agent's, from one-way messages: arrival − time is that and a delay which is never
 * negative, so the smallest are the truest. Bounded: a dozen numbers.
 */
export class SkewMeter {
  /** the newest last */
  #buckets: { start: number; lastTs: number; min: number }[] = [];
  #messages = 0;
  /** messages in a row that are later than they should be */
  #run: { messages: number; sinceTs: number; low: number; high: number } | undefined;

  /**
   * One message.
   * @param offset arrival − time, ms
   * @param receivedTs wall clock, epoch ms
   * @returns `jump`: the clock was set anew, and so was the measuring
   */
  add(offset: number, receivedTs: number): 'measured' | 'ignored' | 'jump' {
    if (Math.abs(offset) > FARTHEST_MS) return 'ignored';
    const known = this.offsetMs;
    if (known === undefined) this.#put(offset, receivedTs);
    // Earlier than possible: no delay explains that.
    else if (offset < known - JUMP_MS) return this.#anew(offset, receivedTs);
    else if (offset > known + JUMP_MS) return this.#late(offset, receivedTs);
    else this.#put(offset, receivedTs);
    this.#run = undefined;
    return 'measured';
  }

  /** What is to be added to its times, ms; undefined before the first message. */
  get offsetMs(): number | undefined {
    if (this.#buckets.length === 0) return undefined;
    const minima = this.#minima();
    return minima[Math.floor(minima.length / 4)];
  }

  /** Whether that has held for a while. */
  get steady(): boolean {
    if (this.#buckets.length < STEADY_BUCKETS || this.#messages < STEADY_MESSAGES) return false;
    const minima = this.#minima();
    // The latest quarter aside: a bucket with one message is as late as that.
    return (minima[Math.floor(0.75 * (minima.length - 1))] as number) - (minima[0] as number) <= SPREAD_MS;
  }

  #minima(): number[] {
    return this.#buckets.map(({ min }) => min).sort((a, b) => a - b);
  }

  #put(offset: number, receivedTs: number): void {
    this.#messages += 1;
    const start = Math.floor(receivedTs / BUCKET_MS);
    const last = this.#buckets.at(-1);
    if (last?.start === start) {
      last.min = Math.min(last.min, offset);
      last.lastTs = receivedTs;
      return;
    }
    this.#buckets.push({ start, lastTs: receivedTs, min: offset });
    this.#buckets = this.#buckets.slice(-BUCKETS).filter(({ lastTs }) => receivedTs - lastTs <= KEEP_MS);
  }

  #late(offset: number, receivedTs: number): 'ignored' | 'jump' {
    const run = (this.#run ??= { messages: 0, sinceTs: receivedTs, low: offset, high: offset });
    run.messages += 1;
    run.low = Math.min(run.low, offset);
    run.high = Math.max(run.high, offset);
    // A backlog catches up: each of its messages is less late than the one before.
    if (run.high - run.low > SPREAD_MS) {
      this.#run = { messages: 1, sinceTs: receivedTs, low: offset, high: offset };
      return 'ignored';
    }
    if (run.messages < RUN_MESSAGES || receivedTs - run.sinceTs < RUN_MS) return 'ignored';
    return this.#anew(run.low, receivedTs);
  }

  #anew(offset: number, receivedTs: number): 'jump' {
    this.#buckets = [];
    this.#messages = 0;
    this.#run = undefined;
    this.#put(offset, receivedTs);
    return 'jump';
  }
}
