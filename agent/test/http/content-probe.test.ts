import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpContentProbe } from '../../src/adapters/http-content-probe.js';
import { freePort } from '../../../tests/support/ports.js';

const PLAYER = 'http://agent.shop.test:8090';
let server: Server;
let base: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const asked = new URL(request.url ?? '/', 'http://x');
    const headers = Object.fromEntries(asked.searchParams) as Record<string, string>;
    response.writeHead(Number(asked.pathname.slice(1)) || 200, { 'content-type': 'text/html', ...headers });
    // a page that never ends is there all the same
    response.write('<p>Welcome</p>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('a page for a screen', () => {
  const saying = (name: string, value: string, status = 200) => `/${status}?${name}=${encodeURIComponent(value)}`;
  it.each<[string, string, string | undefined]>([
    ['that answers', '/200', undefined],
    ['that is not there', '/404', 'status'],
    ['that is broken', '/503', 'status'],
    ['that lets nobody hold it', saying('x-frame-options', 'DENY'), 'framing'],
    ['that only its own may hold', saying('x-frame-options', 'sameorigin'), 'framing'],
    ['whose policy lets nobody', saying('content-security-policy', "frame-ancestors 'none'"), 'framing'],
    [
      'whose policy lets its own',
      saying('content-security-policy', "default-src *; frame-ancestors 'self'"),
      'framing',
    ],
    ['whose policy lets others', saying('content-security-policy', 'frame-ancestors https://*.other.test'), 'framing'],
    ['whose policy lets everybody', saying('content-security-policy', 'frame-ancestors *'), undefined],
    ['whose policy names the player', saying('content-security-policy', `frame-ancestors ${PLAYER}`), undefined],
    [
      'whose policy names its domain',
      saying('content-security-policy', 'frame-ancestors http://*.shop.test:*'),
      undefined,
    ],
    ['of another policy', saying('content-security-policy', "default-src 'none'"), undefined],
    ['that moved within its site', saying('location', '/200', 302), undefined],
    ['that moved elsewhere', saying('location', 'http://localhost:1/', 302), 'unreachable'],
  ])('%s', async (_title, path, trouble) => {
    expect(await new HttpContentProbe().troubleOf(new URL(`${base}${path}`), PLAYER)).toBe(trouble);
  });

  it('that leads to another site', async () => {
    const other = createServer((_request, response) => response.end('hi'));
    await new Promise<void>((resolve) => other.listen(0, 'localhost', resolve));
    const location = `http://localhost:${(other.address() as AddressInfo).port}/`;
    const found = await new HttpContentProbe().troubleOf(
      new URL(`${base}${saying('location', location, 302)}`),
      PLAYER,
    );
    other.close();
    expect(found).toBe('elsewhere');
  });

  it('whose server is not there', async () => {
    const url = new URL(`http://127.0.0.1:${await freePort()}/`);
    expect(await new HttpContentProbe().troubleOf(url, PLAYER)).toBe('unreachable');
  });
});
