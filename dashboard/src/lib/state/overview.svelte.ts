import type { Compare, Period } from '../figures/periods.js';
import { periodToText } from '../figures/periods.js';
import type { Question } from '../figures/load.js';
import type { App } from './app.svelte.js';
import { Loaded, REFRESH_MS, repeat } from './loaded.svelte.js';
import type { Shop } from './stores.svelte.js';

/** The figures of the address's period, asked anew when it changes and, while the period goes on, every ten seconds. */
export class Figures<T> {
  readonly #app: App;
  readonly #shop: () => Shop;
  readonly #load: (question: Question, signal: AbortSignal) => Promise<T>;
  readonly loaded = new Loaded<T>();

  constructor(app: App, shop: () => Shop, load: (question: Question, signal: AbortSignal) => Promise<T>) {
    this.#app = app;
    this.#shop = shop;
    this.#load = load;
  }

  ask = (): void => {
    const { period, compare } = this.#app.router.route;
    this.#ask(period, compare);
  };

  /** For an effect of the page: follows the address; the answer stops it. */
  follow(): () => void {
    const { period, compare } = this.#app.router.route;
    const goesOn = period.kind === 'live' || period.kind === 'today';
    const stop = repeat(() => this.#ask(period, compare), goesOn ? REFRESH_MS : null);
    return () => {
      stop();
      this.loaded.stop();
    };
  }

  #ask(period: Period, compare: Compare): void {
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
    void this.loaded.run(`${shop.storeId} ${periodToText(period)} ${compare}`, (signal) =>
      this.#load(question, signal),
    );
  }
}
