import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { failure, type Route } from './server.js';

/** A service worker fetches by its own script's policy: beside this page's parts, products' pictures of any shop's choice. */
const SCRIPT_CSP = "default-src 'none'; connect-src 'self' http: https:; base-uri 'none'; frame-ancestors 'none'";

/** The pages' built scripts and font, by name. They hold no secret, so they are open. */
export function scriptRoute(publicDir: string, names: readonly string[]): Route {
  const read = new Map<string, Buffer>();
  return ({ path: asked }) => {
    const name = asked.slice(1);
    if (!names.includes(name)) return undefined;
    const file = path.join(publicDir, name);
    const body = read.get(name) ?? (existsSync(file) ? readFileSync(file) : undefined);
    if (!body) return failure(404, 'notFound', 'This has not been built.');
    read.set(name, body);
    const type = name.endsWith('.woff2') ? 'font/woff2' : 'text/javascript; charset=utf-8';
    return {
      status: 200,
      type,
      body,
      headers: {
        'cache-control': 'no-cache',
        'content-security-policy': SCRIPT_CSP,
        ...(name === 'player-worker.js' && { 'service-worker-allowed': '/' }),
      },
    };
  };
}
