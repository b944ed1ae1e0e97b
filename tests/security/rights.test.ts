import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RIGHTS, ROLES, type Role } from '@aisle/contracts';
import { ROLES_OF } from '../../cloud/src/access/rights.js';
import { openapiDocument } from '../../cloud/src/http/openapi-document.js';
import type { Grant } from '../../cloud/src/ports/index.js';
import {
  EMAIL,
  PASSWORD,
  TOKEN,
  json,
  removeFolders,
  sha256,
  startCloud,
  type RunningCloud,
} from '../../cloud/test/service/harness.js';
import { guardedCalls } from '../rights-page.js';

const calls = guardedCalls(await openapiDocument());
let cloud: RunningCloud;
/** the cookie of an owner who is signed in */
let visitor: string;

const SCOPES = {
  organisation: { kind: 'organisation', id: 'org' },
  region: { kind: 'region', id: 'north' },
  store: { kind: 'store', id: 'demo' },
  anotherRegion: { kind: 'region', id: 'south' },
  anotherStore: { kind: 'store', id: 'second' },
} as const satisfies Record<string, Grant['scope']>;
const tokenOf = (role: Role, scope: keyof typeof SCOPES): string => `token-of-${role}-in-${scope}-0123456789`;

beforeAll(async () => {
  cloud = await startCloud();
  const signedIn = await cloud.api('/api/v1/session', { token: null, ...json({ email: EMAIL, password: PASSWORD }) });
  visitor = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  const { tokens, stores } = cloud.catalog;
  await stores.ensureStore('second', 'org');
  await stores.setRegion('demo', 'north');
  await stores.setRegion('second', 'south');
  for (const role of ROLES)
    for (const [name, scope] of Object.entries(SCOPES))
      await tokens.putApiToken({
        tokenHash: sha256(tokenOf(role, name as keyof typeof SCOPES)),
        organisationId: 'org',
        name: `${role} ${name}`,
        grant: { role, scope },
        createdTs: 1,
        expiresTs: null,
      });
});
afterAll(async () => {
  await cloud.stop();
  removeFolders();
});

/** What is asked does not exist or is no good: only whether it is asked at all counts. */
async function statusOf(
  method: string,
  path: string,
  token: string | null,
  more: Record<string, string> = {},
): Promise<number> {
  const address = path
    .replace('{storeId}', 'demo')
    .replace(/\{(userId|tokenId|version)\}/, '999999')
    .replace(/\{\w+\}/, 'none');
  const body = ['POST', 'PUT', 'PATCH'].includes(method)
    ? { body: '{"no": "good"}', headers: { 'content-type': 'application/json', ...more } }
    : { headers: more };
  const response = await cloud.api(address, { token, method, ...body });
  await response.arrayBuffer();
  return response.status;
}

const open = calls.filter(({ right }) => right === undefined);
const guarded = calls.filter(({ right }) => right !== undefined);
/** A role in a part of the organisation is enough: which part the body names, and the call looks at it (campaigns.test.ts). */
const SOMEWHERE = new Set(['addContent', 'deleteContent', 'makeCampaign', 'changeCampaign', 'setCampaignState']);
/** What a program cannot do, whatever its role. */
const PEOPLE_ONLY = new Set(['changeOwnPassword']);

describe('every call of the API', () => {
  it('names a right that there is, or is open on purpose', () => {
    expect(open.map(({ operationId }) => operationId).sort()).toEqual(['getAgentFile', 'getHealth', 'signIn']);
    for (const { right } of guarded) expect(RIGHTS).toContain(right);
    expect(guarded.length).toBeGreaterThan(30);
  });

  it.each(guarded)('$method $path answers 401 without a credential', async ({ method, path }) => {
    expect(await statusOf(method, path, null)).toBe(401);
  });

  it.each(calls.filter(({ method }) => !['GET', 'HEAD'].includes(method.toUpperCase())))(
    '$method $path does nothing for a page of elsewhere, whoever is signed in',
    async ({ method, path }) => {
      for (const headers of [
        { 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:9' },
        { origin: 'https://evil.test' },
        { origin: 'null' },
      ])
        expect(await statusOf(method, path, null, { cookie: visitor, ...headers })).toBe(403);
    },
  );

  it.each(guarded)('$method $path is for those whose role may $right', async ({ method, path, right, operationId }) => {
    const ofStore = path.includes('{storeId}');
    for (const role of ROLES) {
      const may = right !== undefined && ROLES_OF[right].includes(role);
      for (const scope of ['organisation', 'region', 'store'] as const) {
        // a right over the organisation is not had by a role in a part of it
        const allowed = may && (ofStore || right === 'read' || scope === 'organisation' || SOMEWHERE.has(operationId));
        const status = await statusOf(method, path, tokenOf(role, scope));
        if (PEOPLE_ONLY.has(operationId)) expect([400, 403]).toContain(status);
        else if (allowed) expect([401, 403], `${role} of the ${scope}: ${status}`).not.toContain(status);
        else expect(status, `${role} of the ${scope}`).toBe(403);
      }
    }
  });

  it.each(guarded.filter(({ path }) => path.includes('{storeId}')))(
    '$method $path is as unknown to other parts of the organisation as a store that never was',
    async ({ method, path }) => {
      for (const role of ROLES)
        for (const scope of ['anotherRegion', 'anotherStore'] as const)
          expect(await statusOf(method, path, tokenOf(role, scope)), `${role}, ${scope}`).toBe(404);
    },
  );
});

describe('people of an organisation', () => {
  const send = (method: string, path: string, body?: unknown, token = TOKEN) =>
    cloud.api(`/api/v1${path}`, {
      token,
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
  const signIn = (email: string, password: string) =>
    cloud.api('/api/v1/session', { token: null, ...json({ email, password }) });
  const cookieOf = (response: Response) => ({ cookie: response.headers.get('set-cookie')?.split(';')[0] ?? '' });
  const seen = async (headers: Record<string, string>) =>
    (await cloud.api('/api/v1/session', { token: null, headers })).status;

  it('are listed, changed, disabled and deleted; what they lose ends at once', async () => {
    const email = 'manager@shop.test';
    const scope = { kind: 'store', id: 'demo' };
    const made = await send('POST', '/users', { email, password: 'a long enough word', role: 'storeManager', scope });
    const user = (await made.json()) as { userId: number };
    expect([made.status, user]).toMatchObject([
      201,
      { email, disabled: false, grants: [{ role: 'storeManager', scope }] },
    ]);
    const listed = (await (await send('GET', '/users')).json()) as { email: string }[];
    expect(listed.map((one) => one.email).sort()).toEqual([email, EMAIL].sort());

    const session = cookieOf(await signIn(email, 'a long enough word'));
    expect(await (await cloud.api('/api/v1/session', { token: null, headers: session })).json()).toMatchObject({
      role: 'storeManager',
      rights: expect.arrayContaining(['devices.write', 'versions.write']),
    });
    const again = await send('PATCH', `/users/${user.userId}`, { grants: [{ role: 'viewer', scope }] });
    expect([again.status, await again.json()]).toMatchObject([200, { grants: [{ role: 'viewer' }] }]);
    const refused = await cloud.api('/api/v1/stores/demo/versions', {
      token: null,
      ...json({}),
      headers: { ...session, 'content-type': 'application/json' },
    });
    expect(refused.status).toBe(403);

    expect((await send('PATCH', `/users/${user.userId}`, { disabled: true })).status).toBe(200);
    expect(await seen(session)).toBe(401);
    expect((await signIn(email, 'a long enough word')).status).toBe(401);
    expect(
      (await send('PATCH', `/users/${user.userId}`, { disabled: false, password: 'another long word' })).status,
    ).toBe(200);
    const anew = cookieOf(await signIn(email, 'another long word'));
    expect(await seen(anew)).toBe(200);
    expect((await send('DELETE', `/users/${user.userId}`)).status).toBe(200);
    expect(await seen(anew)).toBe(401);
    expect((await send('DELETE', `/users/${user.userId}`)).status).toBe(404);
  });

  it('keep an owner, whatever is asked', async () => {
    const [owner] = (await (await send('GET', '/users')).json()) as { userId: number }[];
    const id = owner?.userId ?? 0;
    for (const asked of [
      send('DELETE', `/users/${id}`),
      send('PATCH', `/users/${id}`, { disabled: true }),
      send('PATCH', `/users/${id}`, { grants: [{ role: 'owner', scope: { kind: 'store', id: 'demo' } }] }),
    ]) {
      const response = await asked;
      expect([response.status, await response.json()]).toMatchObject([409, { error: { code: 'lastOwner' } }]);
    }
  });

  it('change their own password with the old one, and their other sessions end', async () => {
    const email = 'self@shop.test';
    await send('POST', '/users', { email, password: 'the first long word', role: 'viewer' });
    const [here, there] = [
      cookieOf(await signIn(email, 'the first long word')),
      cookieOf(await signIn(email, 'the first long word')),
    ];
    const change = (password: string) =>
      cloud.api('/api/v1/session/password', {
        token: null,
        method: 'PUT',
        body: JSON.stringify({ password, newPassword: 'the second long word' }),
        headers: { ...here, 'content-type': 'application/json' },
      });
    expect([(await change('a wrong guess')).status, await seen(there)]).toEqual([403, 200]);
    expect((await change('the first long word')).status).toBe(200);
    expect([await seen(here), await seen(there)]).toEqual([200, 401]);
    expect((await signIn(email, 'the second long word')).status).toBe(200);
  });

  it.each([
    [
      '/users',
      { email: 'x@shop.test', password: 'a long enough word', role: 'viewer', scope: { kind: 'store', id: 'nowhere' } },
      'grants[0].scope.id',
    ],
    [
      '/users',
      {
        email: 'x@shop.test',
        password: 'a long enough word',
        role: 'viewer',
        scope: { kind: 'organisation', id: 'others' },
      },
      'grants[0].scope.id',
    ],
    ['/tokens', { name: 'till', role: 'king' }, 'role'],
    ['/tokens', { name: '', role: 'viewer' }, 'name'],
    ['/tokens', { name: 'till', role: 'viewer', expires: 'tomorrow' }, 'expires'],
    ['/tokens', { name: 'till', role: 'viewer', expires: '2020-01-01T00:00:00Z' }, 'expires'],
  ])('%s %j is refused at the field', async (path, body, field) => {
    const response = await send('POST', path, body);
    expect([response.status, await response.json()]).toMatchObject([400, { error: { field } }]);
  });
});

describe('tokens', () => {
  it('have a name, a scope and an end, say when they were used, and are told once', async () => {
    const make = (body: object) => cloud.api('/api/v1/tokens', json(body));
    const scope = { kind: 'region', id: 'north' };
    const made = await make({ name: 'till server', role: 'storeManager', scope, expires: '2099-01-01T00:00:00+08:00' });
    const { token, tokenId } = (await made.json()) as { token: string; tokenId: number };
    expect(made.status).toBe(201);
    expect((await cloud.api('/api/v1/stores/demo/file', { token })).status).toBe(200);
    const list = await (await cloud.api('/api/v1/tokens')).text();
    expect(list).not.toContain(token);
    expect((JSON.parse(list) as { tokenId: number }[]).find((one) => one.tokenId === tokenId)).toMatchObject({
      ...{ name: 'till server', role: 'storeManager', scope },
      expires: '2098-12-31T16:00:00.000Z',
      lastUsed: expect.any(String),
    });
    const again = (await (await make({ name: 'till server', role: 'viewer' })).json()) as {
      token: string;
      tokenId: number;
    };
    expect((await cloud.api('/api/v1/stores', { token })).status).toBe(401);
    expect((await cloud.api('/api/v1/stores', { token: again.token })).status).toBe(200);
    expect((await cloud.api(`/api/v1/tokens/${again.tokenId}`, { method: 'DELETE' })).status).toBe(200);
    expect((await cloud.api('/api/v1/stores', { token: again.token })).status).toBe(401);
  });
});
