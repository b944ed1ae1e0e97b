import { goTo, routeFromHash, routeToHash, type Route } from '../figures/address.js';

/** The address is the state: store, view, period and comparison can be shared as a link. */
export class Router {
  readonly #window: Window;
  #route = $state.raw<Route>(routeFromHash(''));

  constructor(window: Window) {
    this.#window = window;
    this.#route = routeFromHash(window.location.hash);
  }

  start(): () => void {
    const follow = (): void => {
      this.#route = routeFromHash(this.#window.location.hash);
    };
    this.#window.addEventListener('hashchange', follow);
    return () => this.#window.removeEventListener('hashchange', follow);
  }

  get route(): Route {
    return this.#route;
  }

  href(change: Partial<Route>): string {
    return routeToHash(goTo(this.#route, change));
  }

  /** `quietly` replaces the entry in the history: for what the reader did not choose. */
  go(change: Partial<Route>, quietly = false): void {
    const route = goTo(this.#route, change);
    const hash = routeToHash(route);
    if (quietly) this.#window.history.replaceState(null, '', hash);
    else if (hash !== this.#window.location.hash) this.#window.history.pushState(null, '', hash);
    this.#route = route;
  }
}
