import type { Clock } from '../ports/clock.js';
import type { Random } from '../ports/random.js';
import { senderOf } from '@aisle/contracts';
import { redirect, unauthorized, type Answer, type Request } from './server.js';

export const SESSION_COOKIE = 'aisle-agent';
/** A day's work; then the secret is asked for again. */
export const SESSION_MS = 12 * 3_600_000;
/** More people than ever work on one shop's cameras; the oldest go first. */
const MOST_SESSIONS = 200;

/** Who may come in: people who have signed in, programs with the local secret. Sessions live in memory only. */
export class Door {
  /** Key: session id; value: when it ends, monotonic ms. In the order of their beginning. */
  readonly #sessions = new Map<string, number>();

  constructor(
    readonly isLocal: (secret: string) => boolean,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  /** Begins a session. @returns its id, for the cookie */
  open(): string {
    const now = this.clock.monotonicMs();
    for (const [id, ends] of this.#sessions)
      if (ends <= now || this.#sessions.size >= MOST_SESSIONS) this.#sessions.delete(id);
    const id = `${this.random.id()}${this.random.id()}`.replaceAll('-', '');
    this.#sessions.set(id, now + SESSION_MS);
    return id;
  }

  close(id: string | undefined): void {
    if (id !== undefined) this.#sessions.delete(id);
  }

  /** A session counts for changes only when the browser says that one of our own pages asks for them. */
  lets({ method, secret, cookies, fromOwnPage }: Request): boolean {
    if (secret !== undefined) return this.isLocal(secret);
    if (method === 'POST' && !fromOwnPage) return false;
    const ends = this.#sessions.get(cookies.get(SESSION_COOKIE) ?? '');
    return ends !== undefined && ends > this.clock.monotonicMs();
  }

  /** People are shown the way in, programs are told. */
  turnAway(request: Request): Answer {
    const asks = request.wantsPage && request.secret === undefined && request.method === 'GET';
    if (asks) return redirect(`/login${request.path === '/' ? '' : `?next=${encodeURIComponent(request.path)}`}`);
    return unauthorized(request.path === '/' || request.path.startsWith('/cameras'));
  }
}

/** Failures that are free, and the longest wait behind them. */
const FREE = 10;
const LONGEST_MS = 15 * 60_000;
const FORGET_MS = 60 * 60_000;
/** senders remembered; beyond it the oldest go, so that a flood of addresses costs no memory */
const MOST_SENDERS = 5_000;

/**
 * Growing waits after failed tries, 1 s, 2 s, 4 s …, for each sender alone: there is one account here, the shop's own secret, and whoever
 * counted everybody's failures together would let strangers shut its people out.
 */
export class TryLimiter {
  /** Key: sender; in the order of their last failure. Monotonic ms. */
  readonly #failures = new Map<string, { count: number; blockedUntil: number }>();

  constructor(private readonly clock: Clock) {}

  /** Seconds until another try of this address is let in; 0 when it is now. */
  waitSeconds(address: string): number {
    const until = this.#failures.get(senderOf(address))?.blockedUntil ?? 0;
    return Math.max(0, Math.ceil((until - this.clock.monotonicMs()) / 1000));
  }

  failed(address: string): void {
    const now = this.clock.monotonicMs();
    const sender = senderOf(address);
    const known = this.#failures.get(sender);
    const count = (known && now - known.blockedUntil < FORGET_MS ? known.count : 0) + 1;
    const waitMs = count < FREE ? 0 : Math.min(LONGEST_MS, 1000 * 2 ** Math.min(count - FREE, 30));
    this.#failures.delete(sender);
    this.#failures.set(sender, { count, blockedUntil: now + waitMs });
    for (const key of this.#failures.keys()) {
      if (this.#failures.size <= MOST_SENDERS) break;
      this.#failures.delete(key);
    }
  }

  /** Whoever knows the secret may have mistyped it before. */
  passed(address: string): void {
    this.#failures.delete(senderOf(address));
  }
}
