import type { Fetch } from './call.js';

/** What the page asked for before the program was there. */
export interface Early {
  /** by address */
  readonly answers: Record<string, Promise<Response> | undefined>;
  /** true: the program is there, and asks for what comes next itself */
  over: boolean;
}

/**
 * Gives each of these answers to whoever asks for it first. One that is no success is asked for again, as it may be another's: the
 * first page is also that of somebody who has yet to sign in. Only of the session it is news, and then none of the others counts.
 */
export function withEarly(early: Early | undefined, fetch: Fetch): Fetch {
  const waiting = early?.answers ?? {};
  if (early) early.over = true;
  return async (input, init) => {
    const answer = (init?.method ?? 'GET') === 'GET' ? waiting[input] : undefined;
    if (!answer) return fetch(input, init);
    delete waiting[input];
    let response: Response;
    try {
      response = await answer;
    } catch {
      return fetch(input, init);
    }
    init?.signal?.throwIfAborted();
    if (response.ok) return response;
    if (!input.endsWith('/session')) return fetch(input, init);
    for (const address of Object.keys(waiting)) delete waiting[address];
    return response;
  };
}
