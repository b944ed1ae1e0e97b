import { createContext } from 'svelte';
import { ApiClient } from '../api/client.js';
import { withEarly, type Early } from '../api/early.js';
import { SocketTransport } from '../live/socket.js';
import { Live } from './live.svelte.js';
import { Now } from './now.svelte.js';
import { Preferences } from './preferences.svelte.js';
import { Router } from './route.svelte.js';
import { Session } from './session.svelte.js';
import { Stores } from './stores.svelte.js';
import { Words } from './words.svelte.js';

/** Everything that the pages share, put together once for this browser. */
export class App {
  readonly preferences: Preferences;
  readonly router: Router;
  readonly session = new Session();
  readonly api: ApiClient;
  readonly stores: Stores;
  readonly live: Live;
  readonly now = new Now(5000);
  readonly words: Words;

  constructor(window: Window & typeof globalThis) {
    this.preferences = new Preferences(
      window.localStorage,
      window.document.documentElement,
      window.matchMedia('(prefers-color-scheme: dark)'),
      window.navigator.languages,
    );
    this.router = new Router(window);
    this.api = new ApiClient(
      withEarly((window as { early?: Early }).early, (input, init) => window.fetch(input, init)),
      () => this.session.ended(),
    );
    this.stores = new Stores(this.api);
    this.live = new Live(
      () => new SocketTransport(),
      {
        nowMs: () => Date.now(),
        after: (delayMs, action) => {
          const timer = setTimeout(action, delayMs);
          return () => clearTimeout(timer);
        },
      },
      () => void this.session.restore(this.api),
    );
    this.words = new Words(this.preferences, this.stores, this.now);
  }

  /** Begins to follow the system, the address and the clock; the answer stops all of it. */
  start(): () => void {
    const stops = [this.preferences.start(), this.router.start(), this.now.start()];
    void this.session.restore(this.api);
    // On a slow line each answer costs a second: what the page will need is asked for before it is known who asks.
    const { storeId } = this.router.route;
    if (storeId) void Promise.all([this.stores.load(), this.stores.choose(storeId)]);
    return () => {
      stops.forEach((stop) => stop());
      this.live.stop();
    };
  }
}

export const [useApp, provideApp] = createContext<App>();
