import { ApiClient } from './lib/api/client.js';
import type { Early } from './lib/api/early.js';
import type { Fetch } from './lib/api/call.js';
import { routeFromHash } from './lib/figures/address.js';
import { loadGoods, loadPeople, loadPlace, type Question } from './lib/figures/load.js';

/**
 * Stands in the page itself, before the program: on a slow line each answer costs a second, so what the page begins with is asked
 * for while the program is on its way; its figures as soon as the shop's time zone is known.
 */
const early: Early = { answers: {}, over: false };
Object.assign(window, { early });

/** Keeps the answer for the program, which asks by the same address, and reads a copy. */
const kept: Fetch = (input, init) => {
  const answer = (early.answers[input] ??= window.fetch(input, init));
  return answer.then((response) => response.clone());
};
const api = new ApiClient(kept, () => undefined);
/** What goes wrong here goes wrong again where somebody is told. */
const unsaid = (): void => undefined;

const FIGURES: Record<string, (question: Question, signal: AbortSignal) => Promise<unknown>> = {
  place: (question, signal) => loadPlace(question, signal, unsaid),
  people: loadPeople,
  goods: loadGoods,
};

/** The program is there, and asks by itself. */
const isOver = (): boolean => early.over;

async function ask(): Promise<void> {
  const { storeId, view, part, period, compare } = routeFromHash(window.location.hash);
  const stores = api.stores();
  stores.catch(unsaid);
  // an address without a shop is that of the first one
  const wanted = storeId ?? (await stores)[0]?.storeId;
  if (wanted === undefined || isOver()) return;
  const { store } = (await api.storeFile(wanted)).storeFile;
  if (isOver() || part !== undefined) return;
  const of = { api, storeId: wanted, period, compare, timeZone: store.timezone, nowMs: Date.now() };
  await FIGURES[view]?.({ ...of, minimumCoverage: 0 }, new AbortController().signal);
}

api.session().catch(unsaid);
ask().catch(unsaid);
