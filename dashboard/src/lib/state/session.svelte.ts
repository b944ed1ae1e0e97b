import type { SessionView } from '../api/generated/schema.js';
import { ApiError, type ApiClient } from '../api/client.js';

export type SignInProblem = 'wrong' | 'tooMany' | 'failed';

/** Who is signed in. `unknown` until the server has been asked once. */
export class Session {
  #state = $state<'unknown' | 'out' | 'in' | 'unreachable'>('unknown');
  #who = $state.raw<SessionView | null>(null);

  get state(): 'unknown' | 'out' | 'in' | 'unreachable' {
    return this.#state;
  }
  get who(): SessionView | null {
    return this.#who;
  }

  async restore(api: ApiClient): Promise<void> {
    try {
      this.#who = await api.session();
      this.#state = 'in';
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) this.ended();
      else if (this.#state !== 'in') this.#state = 'unreachable';
    }
  }

  /** null when it worked */
  async signIn(api: ApiClient, email: string, password: string): Promise<SignInProblem | null> {
    try {
      await api.signIn(email, password);
      this.#who = await api.session();
      this.#state = 'in';
      return null;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 429) return 'tooMany';
      return error.status >= 400 && error.status < 500 ? 'wrong' : 'failed';
    }
  }

  async signOut(api: ApiClient): Promise<void> {
    try {
      await api.signOut();
    } finally {
      this.ended();
    }
  }

  ended(): void {
    this.#who = null;
    this.#state = 'out';
  }
}
