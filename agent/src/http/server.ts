import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { pipeline, type Readable } from 'node:stream';
import type { TlsOptions } from 'node:tls';
import type { Logger } from '../ports/logger.js';
import { BODY_LIMIT_BYTES, isForeign, readRequest, type Request } from './request.js';

export type { Language, Request } from './request.js';

export interface Answer {
  status: number;
  type?: string;
  body: string | Buffer | BodyStream;
  headers?: Record<string, string>;
}
/** A body that is too large to hold: opened only when it is sent. */
export interface BodyStream {
  bytes: number;
  open(): Readable;
}
/** undefined: not this router's path. */
export type Route = (request: Request) => Answer | Promise<Answer | undefined> | undefined;

/** A route of one list is never asked by the other's method. */
export interface Routes {
  get: readonly Route[];
  post?: readonly Route[];
}

const SAFE_HEADERS = {
  'x-content-type-options': 'nosniff',
  // Not "no-referrer": a browser would then not say either that a form was sent from our own page.
  'referrer-policy': 'same-origin',
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
export const failure = (status: number, code: string, message: string, field?: string): Answer =>
  json(status, { error: { code, message, ...(field !== undefined && { field }) } });
export const unauthorized = (browser: boolean): Answer => ({
  ...failure(401, 'unauthorized', 'This needs the local secret.'),
  ...(browser && { headers: { 'www-authenticate': 'Basic realm="Aisle agent", charset="UTF-8"' } }),
});
export const redirect = (to: string, headers: Record<string, string> = {}): Answer => ({
  status: 303,
  body: '',
  headers: { location: to, ...headers },
});

/** The agent's own small pages: a handful of routes; what is posted is small, and comes from our own pages or from programs. */
export function createHttpServer({ get, post = [] }: Routes, log: Logger, tls?: TlsOptions): Server {
  const limits = { maxHeaderSize: 16 << 10, requestTimeout: 15_000 };
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    respond(request, get, post).then(
      (answer) => send(response, request, answer),
      (error: unknown) => {
        log.error({ err: String(error), path: request.url?.split('?')[0] }, 'a page failed');
        send(response, request, failure(500, 'internal', 'The agent could not answer.'));
      },
    );
  };
  const server = tls ? createTlsServer({ ...tls, ...limits }, answer) : createServer(limits, answer);
  server.maxConnections = 500;
  return server;
}

async function respond(incoming: IncomingMessage, get: readonly Route[], post: readonly Route[]): Promise<Answer> {
  const { method } = incoming;
  const reads = method === 'GET' || method === 'HEAD';
  if (!reads && (method !== 'POST' || post.length === 0))
    return failure(405, 'method', `${method} is not answered here.`);
  if (!reads && isForeign(incoming)) return failure(403, 'origin', 'This was sent from another site.');
  const body = reads ? Buffer.alloc(0) : await bodyOf(incoming);
  if (!body) return failure(413, 'tooLarge', `At most ${BODY_LIMIT_BYTES} bytes are taken.`);
  const request = readRequest(incoming, body);
  if (!request) return failure(400, 'path', 'The path is not well formed.');
  for (const route of reads ? get : post) {
    const found = await route(request);
    if (found) return found;
  }
  return failure(404, 'notFound', 'There is nothing here.');
}

/** undefined when it is too large; the rest is not read then. */
async function bodyOf(incoming: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(incoming.headers['content-length'] ?? 0) > BODY_LIMIT_BYTES) return undefined;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > BODY_LIMIT_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, request: IncomingMessage, { status, type, body, headers }: Answer): void {
  if (response.destroyed) return;
  // What was not read of a body that is too large would be taken for the next request.
  if (status === 413) response.shouldKeepAlive = false;
  response.writeHead(status, {
    ...SAFE_HEADERS,
    ...(isEncrypted(response) && { 'strict-transport-security': 'max-age=31536000' }),
    'content-security-policy': STRICT_CSP,
    'content-type': type ?? 'text/plain; charset=utf-8',
    'content-length': typeof body === 'object' && 'open' in body ? body.bytes : Buffer.byteLength(body),
    ...headers,
  });
  if (request.method === 'HEAD') response.end();
  // Whoever goes away in the middle closes the file, too; what cannot be read to its end is cut off, never ended as if whole.
  else if (typeof body === 'object' && 'open' in body) pipeline(body.open(), response, () => undefined);
  else response.end(body);
}

/** A request lets go of its socket when its body was not read to the end, a response when it has been sent. */
const isEncrypted = ({ socket }: ServerResponse): boolean => socket !== null && 'encrypted' in socket;
