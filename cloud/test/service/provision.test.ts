import { afterAll, expect, it } from 'vitest';
import type { Provision } from '../../src/config/cloud-config.js';
import { EMAIL, PASSWORD, STORE_YAML, TOKEN, json, removeFolders, startCloud, temporaryFolder } from './harness.js';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

afterAll(removeFolders);

const CHOSEN = 'what the owner chose themselves';
const statusOf = async (cloud: Awaited<ReturnType<typeof startCloud>>, password: string, email = EMAIL) =>
  (await cloud.api('/api/v1/session', { token: null, ...json({ email, password }) })).status;

it('a start changes nothing that people have changed since the file said it, and takes what the file says anew', async () => {
  const dir = temporaryFolder();
  writeFileSync(path.join(dir, 'store.yaml'), STORE_YAML);
  const start = (provision: Partial<Provision> = {}) => startCloud({ dir, provision });

  const first = await start();
  const signedIn = await first.api('/api/v1/session', { token: null, ...json({ email: EMAIL, password: PASSWORD }) });
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  const changed = await first.api('/api/v1/session/password', {
    ...{ token: null, method: 'PUT', body: JSON.stringify({ password: PASSWORD, newPassword: CHOSEN }) },
    headers: { cookie, 'content-type': 'application/json' },
  });
  expect(changed.status).toBe(200);
  const tokens = (await (await first.api('/api/v1/tokens')).json()) as { tokenId: number; name: string }[];
  const own = tokens.find(({ name }) => name === 'provisioned')?.tokenId;
  expect((await first.api(`/api/v1/tokens/${own}`, { method: 'DELETE' })).status).toBe(200);
  await first.stop();

  const second = await start();
  expect([await statusOf(second, CHOSEN), await statusOf(second, PASSWORD)]).toEqual([200, 401]);
  expect((await second.api('/api/v1/stores')).status).toBe(401);
  await second.stop();

  // An operator whose owner has lost the password writes another one into the file.
  const third = await start({
    user: { email: EMAIL, password: 'another by the operator', role: 'owner' },
    apiToken: `${TOKEN}-anew`,
  });
  expect([await statusOf(third, 'another by the operator'), await statusOf(third, CHOSEN)]).toEqual([200, 401]);
  expect((await third.api('/api/v1/stores', { token: `${TOKEN}-anew` })).status).toBe(200);
  await third.stop();
});

it('the role and the state of a provisioned account stay as an owner has set them', async () => {
  const dir = temporaryFolder();
  writeFileSync(path.join(dir, 'store.yaml'), STORE_YAML);
  const user = { email: 'helper@shop.test', password: 'a helper of the shop', role: 'headquarters' } as const;
  const first = await startCloud({ dir, provision: { user } });
  const users = (await (await first.api('/api/v1/users')).json()) as { userId: number; email: string }[];
  const { userId } = users.find(({ email }) => email === user.email)!;
  const grants = [{ role: 'viewer', scope: { kind: 'store', id: 'demo' } }];
  const patched = await first.api(`/api/v1/users/${userId}`, { ...json({ grants }), method: 'PATCH' });
  expect(patched.status).toBe(200);
  await first.stop();

  const second = await startCloud({ dir, provision: { user } });
  expect(await (await second.api('/api/v1/users')).json()).toMatchObject([{ email: user.email, grants }]);
  expect((await second.api(`/api/v1/users/${userId}`, { method: 'DELETE' })).status).toBe(200);
  await second.stop();

  const third = await startCloud({ dir, provision: { user } });
  expect(await statusOf(third, user.password, user.email)).toBe(401);
  await third.stop();
});
