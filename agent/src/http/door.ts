import type { Clock } from '../ports/clock.js';
import type { Random } from '../ports/random.js';
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

/** Counts failed tries per sender and over all, so that nobody can try secrets by the thousand. */
export class TryLimiter {
  /** Key: sender; value: times of the last tries, monotonic ms. */
  readonly #tries = new Map<string, number[]>();

  constructor(
    private readonly clock: Clock,
    private readonly most = 10,
    private readonly mostOfAll = 100,
    private readonly withinMs = 60_000,
  ) {}

  /** Seconds until another try is let in; 0 when it is now. */
  waitSeconds(sender: string): number {
    const now = this.clock.monotonicMs();
    const recent = (times: readonly number[]) => times.filter((at) => at > now - this.withinMs);
    for (const [who, times] of this.#tries) {
      const left = recent(times);
      if (left.length === 0) this.#tries.delete(who);
      else this.#tries.set(who, left);
    }
    const mine = this.#tries.get(sender) ?? [];
    const all = [...this.#tries.values()].flat().sort((a, b) => a - b);
    const full = mine.length >= this.most ? mine[mine.length - this.most] : all[all.length - this.mostOfAll];
    return full === undefined ? 0 : Math.max(1, Math.ceil((full + this.withinMs - now) / 1000));
  }

  failed(sender: string): void {
    this.#tries.set(sender, [...(this.#tries.get(sender) ?? []), this.clock.monotonicMs()]);
  }

  passed(sender: string): void {
    this.#tries.delete(sender);
  }
}
