import { scryptSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RIGHTS, wordsOf, type Told } from '@aisle/contracts';
import { everywhere } from '../../src/access/access.js';
import { openapiDocument } from '../../src/http/openapi-document.js';
import { hashPassword } from '../../src/access/password.js';
import { SystemRandom } from '../../src/adapters/system-random.js';
import {
  EMAIL,
  PASSWORD,
  TOKEN,
  json,
  noInsight,
  removeFolders,
  sha256,
  startCloud,
  temporaryFolder,
  type RunningCloud,
} from './harness.js';

const VIEWER_TOKEN = 'token-of-a-viewer-0123456789';
const STRANGER_TOKEN = 'token-of-another-organisation';
let cloud: RunningCloud;

beforeAll(async () => {
  const dashboardDir = temporaryFolder();
  mkdirSync(path.join(dashboardDir, 'assets'));
  writeFileSync(
    path.join(dashboardDir, 'index.html'),
    '<!doctype html><script>theme()</script><script type="module" src="/assets/app-1.js"></script>',
  );
  writeFileSync(path.join(dashboardDir, 'assets/app-1.js'), 'export {}');
  cloud = await startCloud({ insight: noInsight(), config: { dashboardDir } });
  const { catalog } = cloud;
  await catalog.tokens.putApiToken({
    tokenHash: sha256(VIEWER_TOKEN),
    organisationId: 'org',
    name: 'viewer',
    grant: everywhere('viewer', 'org'),
    createdTs: 1,
    expiresTs: null,
  });
  await catalog.users.ensureOrganisation('others');
  await catalog.tokens.putApiToken({
    tokenHash: sha256(STRANGER_TOKEN),
    organisationId: 'others',
    name: 'x',
    grant: everywhere('owner', 'others'),
    createdTs: 1,
    expiresTs: null,
  });
});
afterAll(async () => {
  await cloud.stop();
  removeFolders();
});

interface Call {
  method: string;
  route: string;
}
/** Every call of the generated document, with its parameters filled in. */
async function allCalls(storeId = 'demo'): Promise<Call[]> {
  const { paths } = (await openapiDocument()) as { paths: Record<string, Record<string, unknown>> };
  const calls = Object.entries(paths).flatMap(([route, methods]) =>
    Object.keys(methods).map((method) => ({
      method: method.toUpperCase(),
      route: route.replace('{storeId}', storeId).replace('{deviceId}', 'screen-1'),
    })),
  );
  return [...calls, { method: 'GET', route: '/api/openapi.json' }, { method: 'GET', route: '/api/docs' }];
}
const open = ({ method, route }: Call) => route === '/healthz' || (method === 'POST' && route === '/api/v1/session');
const send = ({ method, route }: Call, token: string | null) =>
  cloud.api(route, {
    token,
    method,
    ...(method === 'POST' && { headers: { 'content-type': 'application/json' }, body: '{}' }),
  });

describe('without a credential', () => {
  it('every call but the health check and signing in answers 401 in the shape of an error', async () => {
    const calls = (await allCalls()).filter((call) => !open(call));
    expect(calls.length).toBeGreaterThan(18);
    for (const call of calls) {
      for (const token of [null, 'wrong-token']) {
        const response = await send(call, token);
        expect([call, response.status]).toEqual([call, 401]);
        expect(await response.json()).toEqual({
          error: {
            code: 'unauthorised',
            message: expect.any(String),
            problem: { code: 'credentialNeeded', values: {} },
          },
        });
      }
    }
  });

  it.each(['/api/v1/nothing', '/api/v2/stores', '/api'])('%s, which does not exist, answers 401 too', async (route) => {
    expect((await cloud.api(route, { token: null })).status).toBe(401);
  });

  it('the health check answers ok', async () => {
    const response = await cloud.api('/healthz', { token: null });
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
  });
});

describe('a store', () => {
  it('of another organisation and one that never was answer the same 404 on every route', async () => {
    const routes = (await allCalls('STORE')).filter(({ route }) => route.includes('STORE'));
    expect(routes.length).toBeGreaterThan(12);
    for (const call of routes) {
      const body =
        call.method === 'POST' ? json({ ts: 1, receipt: 'r', lines: [{ gtin: '1', quantity: 1, net: 1 }] }) : {};
      const ask = async (storeId: string) => {
        const response = await cloud.api(call.route.replace('STORE', storeId), {
          token: STRANGER_TOKEN,
          method: call.method,
          ...body,
        });
        return [response.status, await response.json()];
      };
      expect([call, ...(await ask('demo'))]).toEqual([call, ...(await ask('never-was'))]);
      expect((await ask('demo'))[0]).toBe(404);
    }
  });

  it('is listed to its own organisation only', async () => {
    expect(await (await cloud.api('/api/v1/stores')).json()).toEqual([
      { storeId: 'demo', name: { en: 'Demo', zh: '示范' }, timezone: 'Asia/Shanghai', currency: 'CNY' },
    ]);
    expect(await (await cloud.api('/api/v1/stores', { token: STRANGER_TOKEN })).json()).toEqual([]);
    expect(await (await cloud.api('/metrics', { token: STRANGER_TOKEN })).text()).not.toContain('demo');
  });

  it('gives its file in force', async () => {
    const file = (await (await cloud.api('/api/v1/stores/demo/file')).json()) as {
      version: number;
      storeFile: { zones: unknown[] };
    };
    expect(file).toMatchObject({ storeId: 'demo', version: 1, agentVersion: null });
    expect(file.storeFile.zones).toHaveLength(2);
  });
});

describe('a viewer', () => {
  it('reads', async () => {
    expect((await cloud.api('/api/v1/stores/demo/planogram', { token: VIEWER_TOKEN })).status).toBe(200);
  });
  it('may not write', async () => {
    const response = await cloud.api('/api/v1/stores/demo/sales', { token: VIEWER_TOKEN, ...json({}) });
    expect([response.status, await response.json()]).toMatchObject([403, { error: { code: 'forbidden' } }]);
  });
});

describe('an owner', () => {
  const add = (body: object, token = TOKEN) => cloud.api('/api/v1/users', { token, ...json(body) });
  const colleague = { email: 'Colleague@shop.test', password: 'a long enough word', role: 'viewer' };

  it('gives a colleague an account that may look but not change anything', async () => {
    const added = await add(colleague);
    expect([added.status, await added.json()]).toEqual([
      201,
      {
        userId: expect.any(Number),
        email: 'colleague@shop.test',
        disabled: false,
        grants: [{ role: 'viewer', scope: { kind: 'organisation', id: 'org' } }],
      },
    ]);
    const signedIn = await cloud.api('/api/v1/session', {
      token: null,
      ...json({ email: colleague.email, password: colleague.password }),
    });
    expect(signedIn.status).toBe(200);
    const headers = { cookie: signedIn.headers.get('set-cookie')!.split(';')[0]! };
    expect((await cloud.api('/api/v1/stores', { token: null, headers })).status).toBe(200);
    const refused = await cloud.api('/api/v1/users', {
      token: null,
      ...json(colleague),
      headers: { ...headers, 'content-type': 'application/json' },
    });
    expect(refused.status).toBe(403);
  });

  it.each([
    [{ ...colleague, password: 'short', email: 'a@b' }, 400, 'password'],
    [{ ...colleague, email: 'nobody' }, 400, 'email'],
    [{ ...colleague, role: 'king' }, 400, 'role'],
    [colleague, 409, 'email'],
    [{ ...colleague, email: EMAIL }, 409, 'email'],
  ])('is told what is wrong with %j', async (body, status, field) => {
    const response = await add(body);
    expect([response.status, await response.json()]).toMatchObject([status, { error: { field } }]);
  });

  it('of another organisation cannot take over an account', async () => {
    expect((await add({ ...colleague, email: EMAIL }, STRANGER_TOKEN)).status).toBe(409);
  });
});

describe('signing in', () => {
  const login = (body: unknown) => cloud.api('/api/v1/session', { token: null, ...json(body) });

  it('gives a session that works until signing out', async () => {
    const response = await login({ email: ' Owner@shop.TEST', password: PASSWORD });
    expect([response.status, await response.json()]).toEqual([
      200,
      {
        email: EMAIL,
        role: 'owner',
        organisation: 'org',
        grants: [{ role: 'owner', scope: { kind: 'organisation', id: 'org' } }],
        rights: [...RIGHTS],
      },
    ]);
    const cookie = response.headers.get('set-cookie')!;
    expect(cookie).toMatch(/^aisle_session=[\w-]{40,}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/);
    const headers = { cookie: cookie.split(';')[0]! };
    const me = () => cloud.api('/api/v1/session', { token: null, headers });
    expect((await me()).status).toBe(200);
    expect((await cloud.api('/api/v1/stores', { token: null, headers })).status).toBe(200);
    const out = await cloud.api('/api/v1/session', { token: null, method: 'DELETE', headers });
    expect([out.status, out.headers.get('set-cookie')]).toMatchObject([200, expect.stringContaining('Max-Age=0')]);
    expect((await me()).status).toBe(401);
  });

  it('keeps no secret as it is', async () => {
    const user = await cloud.catalog.users.userByEmail(EMAIL);
    expect(user!.passwordHash).toMatch(/^scrypt\$32768\$8\$3\$/);
    expect(JSON.stringify(cloud.logs)).not.toContain(PASSWORD);
    expect(JSON.stringify(cloud.logs)).not.toContain(TOKEN);
    const again = await hashPassword(PASSWORD, new SystemRandom());
    expect(again).not.toBe(user!.passwordHash);
  });

  it('with a wrong password or an unknown address says the same', async () => {
    const wrong = await login({ email: EMAIL, password: 'wrong' });
    const unknown = await login({ email: 'nobody@shop.test', password: 'wrong' });
    expect(wrong.status).toBe(401);
    expect([unknown.status, await unknown.json()]).toEqual([wrong.status, await wrong.json()]);
  });

  it('is slowed down after some failures, also for the right password, and says for how long', async () => {
    let last: Response | undefined;
    for (let attempt = 0; attempt < 8 && last?.status !== 429; attempt += 1) {
      last = await login({ email: 'guessed@shop.test', password: `guess-${attempt}` });
    }
    expect(last!.status).toBe(429);
    expect(Number(last!.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await last!.json()).toMatchObject({ error: { code: 'tooManyAttempts' } });
  });

  it('makes a hash anew that was made with less work', async () => {
    const email = 'early@shop.test';
    const salt = Buffer.alloc(16, 7);
    const key = scryptSync(PASSWORD, salt, 32, { N: 2 ** 14, r: 8, p: 1 });
    const passwordHash = `scrypt$16384$8$1$${salt.toString('base64url')}$${key.toString('base64url')}`;
    const grants = [{ role: 'viewer' as const, scope: { kind: 'organisation' as const, id: 'org' } }];
    await cloud.catalog.users.addUser({ organisationId: 'org', email, passwordHash, grants });
    expect((await login({ email, password: 'wrong' })).status).toBe(401);
    expect((await cloud.catalog.users.userByEmail(email))!.passwordHash).toBe(passwordHash);
    for (let times = 0; times < 2; times += 1) {
      expect((await login({ email, password: PASSWORD })).status).toBe(200);
      expect((await cloud.catalog.users.userByEmail(email))!.passwordHash).toMatch(/^scrypt\$32768\$8\$3\$/);
    }
  });

  it('names the field that is missing', async () => {
    expect(await (await login({ email: EMAIL })).json()).toEqual({
      error: {
        code: 'invalid',
        message: 'password is missing',
        field: 'password',
        problem: { code: 'missing', values: {} },
      },
    });
  });
});

describe('a page of another address', () => {
  const foreign: [string, Record<string, string>][] = [
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.test' }],
    ['another port of this host', { 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:9' }],
    ['another port, by a browser without Sec-Fetch-Site', { origin: 'http://127.0.0.1:9' }],
    ['nowhere, as sandboxed frames are', { origin: 'null' }],
    ['another site by a browser that lies about its origin only', { 'sec-fetch-site': 'cross-site' }],
  ];
  const own = (): Record<string, string>[] => [
    {},
    { origin: cloud.url },
    { 'sec-fetch-site': 'same-origin', origin: cloud.url },
    { 'sec-fetch-site': 'none' },
  ];
  const signIn = (headers: Record<string, string>) => {
    const request = json({ email: EMAIL, password: PASSWORD });
    return cloud.api('/api/v1/session', { token: null, ...request, headers: { ...request.headers, ...headers } });
  };
  const rename = (headers: Record<string, string>, token: string | null = null) => {
    const request = json({ name: 'by-a-page', role: 'viewer', scope: { kind: 'organisation', id: 'org' } });
    return cloud.api('/api/v1/tokens', { token, ...request, headers: { ...request.headers, ...headers } });
  };

  it.each(foreign)('(%s) neither writes with a visitor’s session nor signs anybody in', async (_what, headers) => {
    expect((await signIn(headers)).status).toBe(403);
    const cookie = (await signIn({})).headers.get('set-cookie')!.split(';')[0]!;
    const refused = await rename({ cookie, ...headers });
    expect([refused.status, await refused.json()]).toMatchObject([403, { error: { code: 'foreignPage' } }]);
    // reading is kept from it by the browser; a program with a token of its own says what it likes
    expect((await cloud.api('/api/v1/stores', { token: null, headers: { cookie, ...headers } })).status).toBe(200);
    expect((await rename(headers, TOKEN)).status).toBe(201);
  });

  it('is told from our own', async () => {
    const cookie = (await signIn({})).headers.get('set-cookie')!.split(';')[0]!;
    for (const headers of own()) {
      expect((await signIn(headers)).status).toBe(200);
      expect((await rename({ cookie, ...headers })).status).toBe(201);
    }
  });
});

describe('an error', () => {
  const post = (init: RequestInit) => cloud.api('/api/v1/stores/demo/sales', { method: 'POST', ...init });
  const typed = (type: string, body: string) => post({ headers: { 'content-type': type }, body });

  it.each<[string, number, string, () => Promise<Response>]>([
    ['a body that is not JSON', 400, 'badJson', () => typed('application/json', '{"ts":')],
    ['an empty body', 400, 'badJson', () => typed('application/json', '')],
    ['a body of text', 415, 'mediaType', () => typed('text/plain', '{}')],
    ['a form', 415, 'mediaType', () => typed('application/x-www-form-urlencoded', 'a=1')],
    [
      'a body that is too large',
      413,
      'tooLarge',
      () => typed('application/json', JSON.stringify({ a: 'x'.repeat(600_000) })),
    ],
    ['a route that does not exist', 404, 'notFound', () => cloud.api('/api/v1/nothing')],
    ['a method that does not exist', 404, 'notFound', () => cloud.api('/api/v1/stores', { method: 'PUT' })],
    ['an address that is not well formed', 400, 'badRequest', () => cloud.api('/api/v1/stores/%zz/live')],
    ['a screen that does not exist', 404, 'notFound', () => cloud.api('/api/v1/stores/demo/screens/till-1/plays')],
    ['what we did not foresee', 500, 'internal', () => cloud.api('/api/v1/stores/demo/shoppers/metrics')],
  ])('for %s has the shape of all errors', async (_what, status, code, ask) => {
    const response = await ask();
    const { error, ...more } = (await response.json()) as { error: Record<string, unknown> };
    expect([response.status, more]).toEqual([status, {}]);
    const { problem, ...plain } = error;
    expect(plain).toEqual({ code, message: expect.any(String) });
    // left out where no page of ours asks; else it can be worded in every language
    if (problem !== undefined) expect(wordsOf('zh', problem as Told)).toMatch(/\p{Script=Han}/u);
  });

  it('for a body that is too large says how much is taken', async () => {
    const answer = await typed('application/json', JSON.stringify({ a: 'x'.repeat(600_000) }));
    const { error } = (await answer.json()) as { error: object };
    expect(error).toMatchObject({ problem: { code: 'bodyTooLarge', values: { most: 512 * 1024 } } });
    expect(error).toMatchObject({ message: 'the body is too large: at most 524288 bytes are taken' });
  });

  it('for what is not HTTP has it too', async () => {
    const answer = await new Promise<string>((resolve) => {
      let text = '';
      const socket = connect(Number(new URL(cloud.url).port), '127.0.0.1', () => socket.write('hello\r\n\r\n'));
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.on('close', () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1.1 400 Bad Request\r\n[\s\S]*\{"error":\{"code":"badRequest"/);
  });
});

describe('the dashboard', () => {
  it('is served with a policy that lets nothing from elsewhere in, and only its own inline script', async () => {
    const page = await cloud.api('/', { token: null });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const policy = page.headers.get('content-security-policy')!;
    expect(policy).toMatch(/default-src 'none'; script-src 'self' 'sha256-[\w+/=]{44}';/);
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(page.headers.get('cache-control')).toBe('no-cache');
  });
  it('answers its own routes with its page, but missing files with 404', async () => {
    expect(await (await cloud.api('/stores/demo/screens', { token: null })).text()).toContain('<!doctype html>');
    expect((await cloud.api('/assets/gone-2.js', { token: null })).status).toBe(404);
  });
  it('lets browsers keep assets named by their content', async () => {
    const asset = await cloud.api('/assets/app-1.js', { token: null });
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  });
  it.each(['/../catalog.sqlite', '/%2e%2e/catalog.sqlite', '/..%2fcatalog.sqlite'])(
    'gives no file outside its folder: %s',
    async (route) => {
      const response = await cloud.api(route, { token: null });
      expect(await response.text()).not.toContain('SQLite');
    },
  );
});

describe('the API’s own description', () => {
  it('is OpenAPI 3.1 and the same as the generated document', async () => {
    const served = await (await cloud.api('/api/openapi.json')).json();
    expect(served).toMatchObject({ openapi: '3.1.0' });
    expect(served).toEqual(await openapiDocument());
    expect(JSON.stringify(served)).not.toMatch(/"items":\s*\[/);
  });
  it('is readable as a page without scripts or anything from elsewhere', async () => {
    const page = await cloud.api('/api/docs');
    const html = await page.text();
    expect(html).toContain('/api/v1/stores/{storeId}/zones/metrics');
    expect(html).not.toMatch(/<script|src=|https?:\/\/(?!www\.apache)/);
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
  });
});
