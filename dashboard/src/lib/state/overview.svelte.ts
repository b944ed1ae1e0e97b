import { onDestroy } from 'svelte';
import type { Compare, Period } from '../figures/periods.js';
import { periodToText } from '../figures/periods.js';
import type { Question } from '../figures/load.js';
import type { App } from './app.svelte.js';
import { Loaded, REFRESH_MS, repeat } from './loaded.svelte.js';
import type { Shop } from './stores.svelte.js';

/** `part` shows what has come already, while the rest is on its way. */
type Load<T> = (question: Question, signal: AbortSignal, part: (data: T) => void) => Promise<T>;

/** The figures of the address's period, asked anew when it changes and, while the period goes on, every ten seconds. */
export class Figures<T> {
  readonly #app: App;
  readonly #shop: () => Shop;
  readonly #load: Load<T>;
  readonly loaded = new Loaded<T>();
  #returns = 0;
  #readyFromMs: number | null = null;

  constructor(app: App, shop: () => Shop, load: Load<T>) {
    this.#app = app;
    this.#shop = shop;
    this.#load = load;
    onDestroy(() => this.loaded.stop());
  }

  ask = (): void => {
    const { period, compare } = this.#app.router.route;
    this.#ask(period, compare);
  };

  /** For an effect of the page: follows the address, and asks anew when the shop is back or more of its past is there; the answer stops it. */
  follow(): () => void {
    const { period, compare } = this.#app.router.route;
    const { pastReadyFromMs } = this.#app.stores;
    const anew = this.#app.live.returns !== this.#returns || pastReadyFromMs !== this.#readyFromMs;
    this.#returns = this.#app.live.returns;
    this.#readyFromMs = pastReadyFromMs;
    const goesOn = period.kind === 'live' || period.kind === 'today';
    const stop = repeat(() => this.#ask(period, compare, anew), goesOn ? REFRESH_MS : null);
    return stop;
  }

  #ask(period: Period, compare: Compare, anew = false): void {
    const shop = this.#shop();
    const question: Question = {
      api: this.#app.api,
      storeId: shop.storeId,
      period,
      compare,
      timeZone: shop.timeZone,
      minimumCoverage: shop.minimumCoverage,
      nowMs: this.#app.now.exact(),
    };
    void this.loaded.run(
      `${shop.storeId} ${periodToText(period)} ${compare}`,
      (signal, part) => this.#load(question, signal, part),
      anew,
    );
  }
}
