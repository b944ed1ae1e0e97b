import type { Fetch } from './call.js';

/** What index.html asked for before the program was there, by address. */
export type Early = Record<string, Promise<Response> | undefined>;

/**
 * Gives each of these answers to whoever asks for it first. One that is no success is asked for again, as it may be another's: the
 * first page is also that of somebody who has yet to sign in. Only of the session it is news, and then none of the others counts.
 */
export function withEarly(early: Early | undefined, fetch: Fetch): Fetch {
  const waiting = new Map(Object.entries(early ?? {}));
  return async (input, init) => {
    const answer = (init?.method ?? 'GET') === 'GET' ? waiting.get(input) : undefined;
    if (!answer) return fetch(input, init);
    waiting.delete(input);
    let response: Response;
    try {
      response = await answer;
    } catch {
      return fetch(input, init);
    }
    init?.signal?.throwIfAborted();
    if (response.ok) return response;
    if (!input.endsWith('/session')) return fetch(input, init);
    waiting.clear();
    return response;
  };
}
