import type { IncomingMessage } from 'node:http';

export type Language = 'en' | 'zh';

/** What a route sees of a request. */
export interface Request {
  method: 'GET' | 'POST';
  path: string;
  query: URLSearchParams;
  /** the secret of `Authorization: Bearer …`, or the password of `Basic …` */
  secret: string | undefined;
  cookies: ReadonlyMap<string, string>;
  /** what the page's language was chosen to be, else the first of the browser's that is spoken here */
  language: Language;
  /** a browser asks for a page, rather than a program for data */
  wantsPage: boolean;
  /** the browser says that one of our own pages sent it; never true for what another site makes it send */
  fromOwnPage: boolean;
  /** scheme, name and port by which this was asked for */
  origin: string;
  /** address of whoever asks */
  remote: string;
  /** `Range`, as it was said */
  range?: string | undefined;
  /** `If-Range` */
  ifRange?: string | undefined;
  /** POST only, at most BODY_LIMIT_BYTES */
  body: Buffer;
}

export const BODY_LIMIT_BYTES = 64 << 10;
export const LANGUAGE_COOKIE = 'aisle-language';

/** @returns undefined when the path is not well formed */
export function readRequest(incoming: IncomingMessage, body: Buffer): Request | undefined {
  const [rawPath = '/', rawQuery = ''] = (incoming.url ?? '/').split('?', 2);
  let path: string;
  try {
    path = decodeURIComponent(rawPath);
  } catch {
    return undefined;
  }
  const cookies = cookiesOf(incoming.headers.cookie);
  return {
    method: incoming.method === 'POST' ? 'POST' : 'GET',
    path,
    query: new URLSearchParams(rawQuery),
    secret: secretOf(incoming.headers.authorization),
    cookies,
    language: languageOf(cookies.get(LANGUAGE_COOKIE), incoming.headers['accept-language']),
    wantsPage: /\btext\/html\b/.test(incoming.headers.accept ?? ''),
    fromOwnPage: originMatches(incoming),
    origin: originOf(incoming),
    remote: incoming.socket.remoteAddress ?? '',
    range: incoming.headers.range,
    ifRange: String(incoming.headers['if-range'] ?? '') || undefined,
    body,
  };
}

/** Whether what a browser says of a request's origin speaks against it. Programs say nothing. */
export function isForeign(incoming: IncomingMessage): boolean {
  if (incoming.headers.origin !== undefined) return !originMatches(incoming);
  const site = incoming.headers['sec-fetch-site'];
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

function originMatches({ headers }: IncomingMessage): boolean {
  const { origin, host } = headers;
  return origin !== undefined && host !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}

function originOf({ headers, socket }: IncomingMessage): string {
  const asked = `${'encrypted' in socket ? 'https' : 'http'}://${headers.host ?? 'localhost'}`;
  return URL.canParse(asked) ? new URL(asked).origin : 'http://localhost';
}

function secretOf(header: string | undefined): string | undefined {
  const [scheme, value] = (header ?? '').split(' ', 2);
  if (value === undefined) return undefined;
  if (scheme?.toLowerCase() === 'bearer') return value;
  if (scheme?.toLowerCase() !== 'basic') return undefined;
  const pair = Buffer.from(value, 'base64').toString('utf8');
  return pair.slice(pair.indexOf(':') + 1);
}

function cookiesOf(header: string | undefined): Map<string, string> {
  const cookies = new Map<string, string>();
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0) cookies.set(part.slice(0, at).trim(), part.slice(at + 1).trim());
  }
  return cookies;
}

function languageOf(chosen: string | undefined, accepted: string | undefined): Language {
  if (chosen === 'en' || chosen === 'zh') return chosen;
  for (const tag of (accepted ?? '').split(',')) {
    if (/^\s*zh\b/i.test(tag)) return 'zh';
    if (/^\s*en\b/i.test(tag)) return 'en';
  }
  return 'en';
}
