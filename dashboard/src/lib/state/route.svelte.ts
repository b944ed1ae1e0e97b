import { goTo, routeFromHash, routeToHash, type Route, type Seen } from '../figures/address.js';

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

  /** What the page shows of itself, by name; undefined: as it begins. */
  seen(name: Seen): string | undefined {
    return this.#route.see?.[name];
  }

  /** Writes a part of the page's state into the address; null takes it out. Quietly: back leaves the page, not the step. */
  see(change: Partial<Record<Seen, string | null>>, quietly = true): void {
    this.go({ see: this.#seeing(change) }, quietly);
  }
  /** An address that differs from this one by a part of the page's state. */
  seeing(change: Partial<Record<Seen, string | null>>): string {
    return this.href({ see: this.#seeing(change) });
  }
  #seeing(change: Partial<Record<Seen, string | null>>): Route['see'] {
    const next: Partial<Record<Seen, string>> = { ...this.#route.see };
    for (const [name, value] of Object.entries(change) as [Seen, string | null][]) {
      if (value === null) delete next[name];
      else next[name] = value;
    }
    return next;
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
