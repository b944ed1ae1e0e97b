import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Logger } from '../ports/logger.js';

export interface Answer {
  status: number;
  type?: string;
  body: string | Buffer;
  headers?: Record<string, string>;
}
export interface Request {
  path: string;
  /** the secret of `Authorization: Bearer …`, or the password of `Basic …` */
  secret: string | undefined;
}
/** undefined: not this router's path. */
export type Route = (request: Request) => Answer | undefined;

const SAFE_HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-frame-options': 'DENY',
};
const STRICT_CSP = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

export const json = (status: number, value: unknown): Answer => ({
  status,
  type: 'application/json; charset=utf-8',
  body: JSON.stringify(value),
});
export const html = (body: string, csp: string): Answer => ({
  status: 200,
  type: 'text/html; charset=utf-8',
  body,
  headers: { 'content-security-policy': csp },
});
export const failure = (status: number, code: string, message: string): Answer =>
  json(status, { error: { code, message } });
export const unauthorized = (browser: boolean): Answer => ({
  ...failure(401, 'unauthorized', 'This needs the local secret.'),
  ...(browser && { headers: { 'www-authenticate': 'Basic realm="Aisle agent", charset="UTF-8"' } }),
});

/** The agent's own small pages: only GET, a handful of routes, no bodies. */
export function createHttpServer(routes: readonly Route[], log: Logger): Server {
  const server = createServer({ maxHeaderSize: 16 << 10, requestTimeout: 15_000 }, (request, response) => {
    try {
      send(response, request, answer(request, routes));
    } catch (error) {
      log.error({ err: String(error), path: request.url?.split('?')[0] }, 'a page failed');
      send(response, request, failure(500, 'internal', 'The agent could not answer.'));
    }
  });
  server.maxConnections = 500;
  return server;
}

function answer(request: IncomingMessage, routes: readonly Route[]): Answer {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return failure(405, 'method', 'Only GET is answered here.');
  let path: string;
  try {
    path = decodeURIComponent((request.url ?? '/').split('?')[0] as string);
  } catch {
    return failure(400, 'path', 'The path is not well formed.');
  }
  const asked: Request = { path, secret: secretOf(request.headers.authorization) };
  for (const route of routes) {
    const found = route(asked);
    if (found) return found;
  }
  return failure(404, 'notFound', 'There is nothing here.');
}

function secretOf(header: string | undefined): string | undefined {
  const [scheme, value] = (header ?? '').split(' ', 2);
  if (value === undefined) return undefined;
  if (scheme?.toLowerCase() === 'bearer') return value;
  if (scheme?.toLowerCase() !== 'basic') return undefined;
  const pair = Buffer.from(value, 'base64').toString('utf8');
  return pair.slice(pair.indexOf(':') + 1);
}

function send(response: ServerResponse, request: IncomingMessage, { status, type, body, headers }: Answer): void {
  response.writeHead(status, {
    ...SAFE_HEADERS,
    'content-security-policy': STRICT_CSP,
    'content-type': type ?? 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
