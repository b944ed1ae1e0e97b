import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Route } from './server.js';

/** The pages' built scripts, by name. They hold no secret, so they are open. */
export function scriptRoute(publicDir: string, names: readonly string[]): Route {
  const read = new Map<string, Buffer>();
  return ({ path: asked }) => {
    const name = asked.slice(1);
    if (!names.includes(name)) return undefined;
    const body = read.get(name) ?? readFileSync(path.join(publicDir, name));
    read.set(name, body);
    return { status: 200, type: 'text/javascript; charset=utf-8', body, headers: { 'cache-control': 'no-cache' } };
  };
}
