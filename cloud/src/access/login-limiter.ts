import { senderOf } from '@aisle/contracts';
import type { Clock } from '../ports/clock.js';

interface Bucket {
  failures: number;
  blockedUntil: number;
}

/** Failures that are free, and the longest wait, per kind of key. */
export const LOGIN_RULES = {
  /** one account from one address: a person who mistypes */
  pair: { free: 5, longestMs: 15 * 60_000 },
  /** one address, whatever the account: somebody who tries many; short, because a whole shop or proxy may stand behind it */
  address: { free: 20, longestMs: 60_000 },
  /** one account from everywhere: short, because a stranger must not lock its owner out for long */
  email: { free: 50, longestMs: 30_000 },
} as const;
const FORGET_MS = 60 * 60_000;
/** keys remembered; beyond it the oldest go, so that a flood of invented names costs no memory */
const MOST_KEYS = 20_000;

/** Who has to wait before the next log-in. Where several processes count together, it is asked for. */
export interface LoginLimits {
  /** Seconds that this log-in must wait, 0 for none. */
  waitSeconds(email: string, address: string): number | Promise<number>;
  failed(email: string, address: string): void | Promise<void>;
  succeeded(email: string, address: string): void | Promise<void>;
}

/**
 * Growing waits after failed log-ins: 1 s, 2 s, 4 s … beyond the free ones.
 *
 * Nobody is kept out by what others do, however long they go on. An account that strangers try from everywhere is still open to a first
 * try of a sender that has not failed at it: whoever has the password needs no second. And a sender that has signed in to an account
 * waits for its own mistakes only, whatever else comes from its address.
 */
export class LoginLimiter implements LoginLimits {
  /** by kind and key, in the order of their last failure */
  readonly #buckets = new Map<string, Bucket>();

  /** Pairs that have signed in; the oldest go first. */
  readonly #known = new Set<string>();

  constructor(private readonly clock: Clock) {}

  /** Seconds that this log-in must wait, 0 for none. */
  waitSeconds(email: string, address: string): number {
    const now = this.clock.monotonicMs();
    const keys = keysOf(email, address);
    const [[, pair]] = keys;
    const waits = keys.map(([rule, key]) => {
      const bucket = this.#buckets.get(key);
      return { rule, waitMs: bucket && bucket.blockedUntil - now };
    });
    return Math.ceil(waitOf(waits, this.#known.has(pair)) / 1000);
  }

  failed(email: string, address: string): void {
    const now = this.clock.monotonicMs();
    for (const [rule, key] of keysOf(email, address)) {
      const old = this.#buckets.get(key);
      const failures = (old && now - old.blockedUntil < FORGET_MS ? old.failures : 0) + 1;
      const over = failures - LOGIN_RULES[rule].free;
      const waitMs = over < 0 ? 0 : Math.min(LOGIN_RULES[rule].longestMs, 1000 * 2 ** Math.min(over, 30));
      this.#buckets.delete(key);
      this.#buckets.set(key, { failures, blockedUntil: now + waitMs });
    }
    for (const key of this.#buckets.keys()) {
      if (this.#buckets.size <= MOST_KEYS) break;
      this.#buckets.delete(key);
    }
  }

  /** A right password forgives this person's mistakes, but not what else came from the address. */
  succeeded(email: string, address: string): void {
    const keys = keysOf(email, address);
    for (const [rule, key] of keys) if (rule !== 'address') this.#buckets.delete(key);
    const [[, pair]] = keys;
    this.#known.delete(pair);
    this.#known.add(pair);
    for (const key of this.#known) {
      if (this.#known.size <= MOST_KEYS) break;
      this.#known.delete(key);
    }
  }
}

type Rule = keyof typeof LOGIN_RULES;
type Key = [rule: Rule, key: string];

/** Milliseconds to wait, from those of each key, undefined: it has not failed. `isKnown`: the pair has signed in before. */
export function waitOf(waits: readonly { rule: Rule; waitMs: number | undefined }[], isKnown: boolean): number {
  const own = waits.find(({ rule }) => rule === 'pair')?.waitMs;
  const counts = (rule: Rule): boolean => rule === 'pair' || (!isKnown && (rule !== 'email' || own !== undefined));
  return Math.max(0, ...waits.map(({ rule, waitMs = 0 }) => (counts(rule) ? waitMs : 0)));
}

/** What a log-in is counted under: both together first. */
export function keysOf(email: string, address: string): [pair: Key, ...others: Key[]] {
  const sender = senderOf(address);
  return [
    ['pair', `pair|${email}|${sender}`],
    ['address', `address|${sender}`],
    ['email', `email|${email}`],
  ];
}
