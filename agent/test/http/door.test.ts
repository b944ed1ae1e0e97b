import http from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Door, SESSION_MS, TryLimiter } from '../../src/http/door.js';
import { readRequest, type Request } from '../../src/http/request.js';
import { TestClock } from '../frames/support.js';
import { SECRETS, STORE, openShop, storeFileCommand, until, type Shop } from '../runtime/harness.js';

let ids = 0;
const random = { next: () => 0.5, id: () => `0000000${(ids += 1)}-1111-4222-8333-444444444444` };
const asked = (more: Partial<Request> = {}): Request => ({
  method: 'GET',
  path: '/cameras',
  query: new URLSearchParams(),
  secret: undefined,
  cookies: new Map(),
  language: 'en',
  wantsPage: false,
  fromOwnPage: false,
  origin: 'http://127.0.0.1:8090',
  remote: '127.0.0.1',
  body: Buffer.alloc(0),
  ...more,
});

describe('the door of the pages', () => {
  const door = () => new Door((secret) => secret === 'right', clock, random);
  const clock = new TestClock();

  it('lets a session in for twelve hours, and not after it was closed', async () => {
    const here = door();
    const id = here.open();
    const cookies = new Map([['aisle-agent', id]]);
    expect(id.length).toBeGreaterThanOrEqual(64);
    expect(here.lets(asked({ cookies }))).toBe(true);
    await clock.pass(SESSION_MS - 1);
    expect(here.lets(asked({ cookies }))).toBe(true);
    await clock.pass(1);
    expect(here.lets(asked({ cookies }))).toBe(false);
    const other = here.open();
    here.close(other);
    expect(here.lets(asked({ cookies: new Map([['aisle-agent', other]]) }))).toBe(false);
  });

  it.each([
    ['nobody', {}, false],
    ['the right secret', { secret: 'right' }, true],
    ['a wrong secret', { secret: 'wrong' }, false],
    ['an empty session', { cookies: new Map([['aisle-agent', '']]) }, false],
    ['a made-up session', { cookies: new Map([['aisle-agent', 'a'.repeat(64)]]) }, false],
  ])('lets %s in: %s → %s', (_title, more, expected) => {
    expect(door().lets(asked(more))).toBe(expected);
  });

  it('takes changes by session only from its own pages, by secret from programs', () => {
    const here = door();
    const cookies = new Map([['aisle-agent', here.open()]]);
    expect(here.lets(asked({ method: 'POST', cookies }))).toBe(false);
    expect(here.lets(asked({ method: 'POST', cookies, fromOwnPage: true }))).toBe(true);
    expect(here.lets(asked({ method: 'POST', secret: 'right' }))).toBe(true);
    // A wrong secret is not made good by a session.
    expect(here.lets(asked({ cookies, secret: 'wrong' }))).toBe(false);
  });

  it('keeps no more than two hundred sessions', () => {
    const here = door();
    const first = here.open();
    for (let i = 0; i < 200; i += 1) here.open();
    expect(here.lets(asked({ cookies: new Map([['aisle-agent', first]]) }))).toBe(false);
  });
});

describe('the limiter of tries', () => {
  const failing = (limiter: TryLimiter, address: string, times: number) => {
    for (let i = 0; i < times; i += 1) limiter.failed(address);
  };

  it('lets a sender wait longer and longer after ten failures, and forgives who gets in', async () => {
    const clock = new TestClock();
    const limiter = new TryLimiter(clock);
    failing(limiter, 'a', 9);
    expect(limiter.waitSeconds('a')).toBe(0);
    const waits = [1, 2, 4, 8].map(() => {
      limiter.failed('a');
      return limiter.waitSeconds('a');
    });
    expect(waits).toEqual([1, 2, 4, 8]);
    failing(limiter, 'a', 40);
    expect(limiter.waitSeconds('a')).toBe(900);
    await clock.pass(900_000);
    expect(limiter.waitSeconds('a')).toBe(0);
    limiter.passed('a');
    failing(limiter, 'a', 9);
    expect(limiter.waitSeconds('a')).toBe(0);
  });

  it('shuts nobody out for what strangers try, however many they are, and takes an IPv6 network for one sender', () => {
    const limiter = new TryLimiter(new TestClock());
    for (let i = 0; i < 6_000; i += 1) failing(limiter, `10.0.${i >> 8}.${i & 255}`, 12);
    expect(limiter.waitSeconds('10.0.23.111')).toBeGreaterThan(0);
    expect(limiter.waitSeconds('192.168.1.5')).toBe(0);
    for (let i = 0; i < 12; i += 1) limiter.failed(`2001:db8:1:2:${i}::1`);
    expect(limiter.waitSeconds('2001:DB8:1:2::9')).toBeGreaterThan(0);
    expect(limiter.waitSeconds('2001:db8:1:3::9')).toBe(0);
    failing(limiter, '::ffff:192.168.1.6', 12);
    expect(limiter.waitSeconds('192.168.1.6')).toBeGreaterThan(0);
    expect(limiter.waitSeconds('::1')).toBe(0);
  });
});

describe('the language of a page', () => {
  const incoming = (headers: http.IncomingHttpHeaders) =>
    readRequest({ url: '/', headers, socket: {} } as unknown as http.IncomingMessage, Buffer.alloc(0))?.language;
  it.each([
    [{}, 'en'],
    [{ 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8' }, 'zh'],
    [{ 'accept-language': 'de-DE,en;q=0.8,zh;q=0.1' }, 'en'],
    [{ 'accept-language': 'en', cookie: 'a=b; aisle-language=zh' }, 'zh'],
    [{ 'accept-language': 'zh', cookie: 'aisle-language=xx' }, 'zh'],
  ])('with %j is %s', (headers, expected) => expect(incoming(headers)).toBe(expected));
});

describe("the agent's pages behind the login", () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop();
    const cameras = { ...STORE, devices: [{ id: 'cam-1', family: 'camera', dialect: 'aisle', name: '<b>Corner</b>' }] };
    shop.cloud.command(storeFileCommand(2, cameras));
    await until('the store file', () => shop.agent.host.config?.version === 2);
  });
  afterAll(() => shop.end());

  interface Reply {
    status: number;
    headers: http.IncomingHttpHeaders;
    text: string;
  }
  const own = () => ({ origin: shop.http });
  /** Plain requests: fetch would not let a test say where it comes from. */
  const send = (method: string, address: string, headers: http.OutgoingHttpHeaders = {}, body = ''): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const request = http.request(shop.http + address, { method, headers }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      });
      request.on('error', reject);
      request.end(body);
    });
  const form = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' };
  async function session(): Promise<string> {
    const reply = await send('POST', '/login', { ...own(), ...form }, `secret=${SECRETS.local}`);
    expect(reply.status).toBe(303);
    const cookie = reply.headers['set-cookie']?.[0] ?? '';
    expect(cookie).toMatch(/^aisle-agent=[0-9a-f]{64}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/);
    return cookie.split(';')[0] as string;
  }

  it.each([
    ['GET', '/cameras', 401],
    ['GET', '/cameras/cam-1', 401],
    ['GET', '/cameras/cam-1/calibrate', 401],
    ['GET', '/api/cameras', 401],
    ['GET', '/api/cameras/cam-1', 401],
    ['GET', '/api/cameras/cam-1/view', 401],
    ['POST', '/api/cameras/cam-1/calibration', 401],
    ['POST', '/api/cameras/cam-1/calibration/reset', 401],
    ['DELETE', '/api/cameras/cam-1', 405],
    ['POST', '/', 404],
    ['POST', '/metrics', 404],
  ])('answers %s %s without a login by %i', async (method, address, status) => {
    expect((await send(method, address)).status).toBe(status);
  });

  it('sends a browser to the login and from there back to the page', async () => {
    const turned = await send('GET', '/cameras/cam-1', { accept: 'text/html' });
    expect([turned.status, turned.headers.location]).toEqual([303, '/login?next=%2Fcameras%2Fcam-1']);
    const reply = await send(
      'POST',
      '/login',
      { ...own(), ...form },
      `secret=${SECRETS.local}&next=%2Fcameras%2Fcam-1`,
    );
    expect([reply.status, reply.headers.location]).toEqual([303, '/cameras/cam-1']);
  });

  it.each([
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    'javascript:alert(1)',
    '/a\r\nSet-Cookie: x=y',
  ])('does not send anybody on to %j', async (next) => {
    const reply = await send(
      'POST',
      '/login',
      { ...own(), ...form },
      new URLSearchParams({ secret: SECRETS.local, next }).toString(),
    );
    expect(reply.headers.location).toBe('/');
  });

  it('lets a session in, and forgets it at the end', async () => {
    const cookie = await session();
    expect((await send('GET', '/cameras', { cookie })).status).toBe(200);
    expect((await send('GET', '/', { cookie })).status).toBe(200);
    const out = await send('POST', '/logout', { ...own(), cookie });
    expect(out.headers['set-cookie']?.[0]).toMatch(/Max-Age=0/);
    expect((await send('GET', '/cameras', { cookie })).status).toBe(401);
  });

  it.each([
    ['another site', { origin: 'https://evil.example' }, 403],
    ['a page without an origin', { origin: 'null' }, 403],
    ['another site that hides it', { 'sec-fetch-site': 'cross-site' }, 403],
    ['nobody says where', {}, 401],
  ])('takes no change by session from %s', async (_title, headers, status) => {
    const cookie = await session();
    const reply = await send('POST', '/api/cameras/cam-1/calibration/reset', { cookie, ...headers });
    expect(reply.status).toBe(status);
  });

  it('takes a program by its secret, and a calibration that fits', async () => {
    const program = { authorization: `Bearer ${SECRETS.local}` };
    const good = {
      resolution: [640, 360],
      points: [
        { image: [100, 100], floor: [0, 0] },
        { image: [500, 100], floor: [5, 0] },
        { image: [600, 300], floor: [5, 5] },
        { image: [20, 300], floor: [0, 5] },
      ],
    };
    const post = (value: unknown, to = '') =>
      send(
        'POST',
        `/api/cameras/cam-1/calibration${to}`,
        program,
        typeof value === 'string' ? value : JSON.stringify(value),
      );
    for (const [value, code, field] of [
      ['{', 'malformed', undefined],
      [{ resolution: [640, 360], points: good.points.slice(1) }, 'malformed', 'points'],
      [{ ...good, points: good.points.map(({ image }) => ({ image, floor: [image[0], 2] })) }, 'calibration', 'points'],
      [{ ...good, points: [...good.points, { image: [700, 10], floor: [9, 9] }] }, 'calibration', 'points[4].image'],
    ] as const) {
      const reply = await post(value);
      expect(reply.status).toBe(400);
      expect((JSON.parse(reply.text) as { error: object }).error).toMatchObject({ code, ...(field && { field }) });
    }
    expect(shop.agent.host.engine.calibrationOf('cam-1')).toBeUndefined();
    expect(JSON.parse((await post(good)).text)).toEqual({ calibration: good, from: 'page' });
    expect(shop.agent.host.engine.calibrationOf('cam-1')).toEqual(good);
    const detail = JSON.parse((await send('GET', '/api/cameras/cam-1', program)).text) as Record<string, unknown>;
    expect(detail).toMatchObject({ id: 'cam-1', calibration: 'page', storeFileCalibration: null });
    expect(JSON.parse((await post({}, '/reset')).text)).toEqual({ calibration: null, from: null });
    expect((await send('POST', '/api/cameras/nobody/calibration', program, JSON.stringify(good))).status).toBe(404);
  });

  it('keeps a calibration over a restart', async () => {
    const good = {
      resolution: [640, 360],
      points: [
        { image: [100, 100], floor: [0, 0] },
        { image: [500, 100], floor: [5, 0] },
        { image: [600, 300], floor: [5, 5] },
        { image: [20, 300], floor: [0, 5] },
      ],
    };
    const program = { authorization: `Bearer ${SECRETS.local}` };
    await send('POST', '/api/cameras/cam-1/calibration', program, JSON.stringify(good));
    await shop.agent.stop();
    await shop.start();
    expect(shop.agent.host.engine.calibrationOf('cam-1')).toEqual(good);
  });

  it('reads at most 64 kB of what is posted', async () => {
    const program = { authorization: `Bearer ${SECRETS.local}` };
    const large = await send('POST', '/api/cameras/cam-1/calibration', program, ' '.repeat(70_000)).catch(
      () => undefined,
    );
    expect(large?.status ?? 413).toBe(413);
    const chunked = await send(
      'POST',
      '/login',
      { ...own(), 'transfer-encoding': 'chunked' },
      'x'.repeat(70_000),
    ).catch(() => undefined);
    expect(chunked?.status ?? 413).toBe(413);
  });

  it('shows names as text', async () => {
    const page = await send('GET', '/cameras', { authorization: `Bearer ${SECRETS.local}` });
    expect(page.text).not.toContain('<b>Corner');
    const live = await send('GET', '/cameras/cam-1', { authorization: `Bearer ${SECRETS.local}` });
    expect(live.text).not.toContain('<b>Corner');
    expect(live.headers['content-security-policy']).toMatch(/^default-src 'none'/);
    expect(live.headers['cache-control']).toBe('no-store');
  });

  it('turns tries away after ten wrong secrets, in words', async () => {
    const replies: Reply[] = [];
    for (let i = 0; i < 11; i += 1) replies.push(await send('POST', '/login', own(), `{"secret":"wrong ${i}"}`));
    expect(replies.map(({ status }) => status)).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
    expect(Number(replies.at(-1)?.headers['retry-after'])).toBeGreaterThan(0);
    expect(replies.at(-1)?.text).toMatch(/Too many tries/);
    // The right one has to wait as well: that is the price.
    expect((await send('POST', '/login', own(), JSON.stringify({ secret: SECRETS.local }))).status).toBe(429);
  });
});
