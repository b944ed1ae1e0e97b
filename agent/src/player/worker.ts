import { PICTURES } from './library.js';

/** Service worker of the player: the page itself, its script, look and type, when the agent does not answer. */
interface WorkerEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends WorkerEvent {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Worker {
  addEventListener(kind: 'install' | 'activate', listener: (event: WorkerEvent) => void): void;
  addEventListener(kind: 'fetch', listener: (event: Fetching) => void): void;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
}
const worker = self as unknown as Worker;
const CACHE = 'aisle-page';
const PARTS = ['/player.js', '/player.css', '/inter.woff2'];
/** An agent that takes longer is as good as away. */
const PATIENCE_MS = 3_000;

worker.addEventListener('install', (event) =>
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(PARTS))
      .then(() => worker.skipWaiting()),
  ),
);
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener('fetch', (event) => {
  const { method, url, mode, destination } = event.request;
  const { origin, pathname } = new URL(url);
  const isOurs = PARTS.includes(pathname) || (mode === 'navigate' && /^\/player\/[^/]+$/.test(pathname));
  if (method !== 'GET') return;
  if (origin === location.origin && isOurs) event.respondWith(freshOrKept(event.request));
  else if (origin !== location.origin && destination === 'image') event.respondWith(keptPicture(event.request));
});

/** The page holds its products' pictures beforehand. */
async function keptPicture(request: Request): Promise<Response> {
  return (await (await caches.open(PICTURES)).match(request.url)) ?? fetch(request);
}

async function freshOrKept(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request.url, { cache: 'no-cache', signal: AbortSignal.timeout(PATIENCE_MS) });
    if (answer.ok) await cache.put(request.url, answer.clone());
    else if (answer.status >= 500) return (await cache.match(request.url)) ?? answer;
    return answer;
  } catch {
    return (await cache.match(request.url)) ?? Response.error();
  }
}
