import { expect, it } from 'vitest';
import { NOW, codeOf, everywhere, type CatalogUnderTest } from './under-test.js';

/** People, their sessions, and tokens. */
export function peopleCases(suite: CatalogUnderTest): void {
  it('keeps users by e-mail without regard to case, and replaces hash and role', async () => {
    const user = await suite.catalog.users.putUser({
      organisationId: 'org-a',
      email: 'Ada@Shop.test',
      passwordHash: 'scrypt$1',
      grants: [everywhere('owner')],
    });
    expect(await suite.catalog.users.userByEmail('ADA@shop.test')).toEqual({ ...user, email: 'ada@shop.test' });
    const changed = await suite.catalog.users.putUser({
      organisationId: 'org-a',
      email: 'ada@shop.test',
      passwordHash: 'scrypt$2',
      grants: [everywhere('viewer')],
    });
    expect(changed).toEqual({
      userId: user.userId,
      organisationId: 'org-a',
      email: 'ada@shop.test',
      passwordHash: 'scrypt$2',
      grants: [everywhere('viewer')],
      disabled: false,
    });
    await expect(suite.catalog.users.putUser({ ...changed, organisationId: 'org-b' })).rejects.toSatisfy(
      codeOf('taken'),
    );
    expect(await suite.catalog.users.userByEmail('nobody@shop.test')).toBeUndefined();
  });

  it('remembers what was provisioned last, for each organisation', async () => {
    const { users } = suite.catalog;
    expect(await users.provisioned('org-a', 'token')).toBeUndefined();
    await users.noteProvisioned('org-a', 'token', 'one');
    await users.noteProvisioned('org-a', 'token', 'two');
    expect([await users.provisioned('org-a', 'token'), await users.provisioned('org-b', 'token')]).toEqual([
      'two',
      undefined,
    ]);
  });

  it('ends sessions at their time and at sign-out', async () => {
    const { userId } = await suite.catalog.users.putUser({
      organisationId: 'org-a',
      email: 's@shop.test',
      passwordHash: 'h',
      grants: [everywhere('owner')],
    });
    await suite.catalog.sessions.createSession({ tokenHash: 't1', userId, createdTs: 100, expiresTs: 200 });
    await suite.catalog.sessions.createSession({ tokenHash: 't2', userId, createdTs: 100, expiresTs: 300 });
    expect((await suite.catalog.sessions.userBySession('t1', 199))?.email).toBe('s@shop.test');
    expect(await suite.catalog.sessions.userBySession('t1', 200)).toBeUndefined();
    expect(await suite.catalog.sessions.deleteExpiredSessions(200)).toBe(1);
    expect((await suite.catalog.sessions.userBySession('t2', 250))?.userId).toBe(userId);
    await suite.catalog.sessions.deleteSession('t2');
    expect(await suite.catalog.sessions.userBySession('t2', 250)).toBeUndefined();
  });

  it('forgets an API token when another takes its name', async () => {
    const token = {
      tokenHash: 'a1',
      organisationId: 'org-a',
      name: 'demo',
      grant: everywhere('owner'),
      createdTs: 5,
      expiresTs: null,
    };
    const { tokenId } = await suite.catalog.tokens.putApiToken(token);
    await suite.catalog.tokens.putApiToken(token);
    expect(await suite.catalog.tokens.apiToken('a1', NOW)).toEqual({ ...token, tokenId, lastUsedTs: null });
    await suite.catalog.tokens.putApiToken({ ...token, tokenHash: 'a2' });
    expect(await suite.catalog.tokens.apiToken('a1', NOW)).toBeUndefined();
    expect((await suite.catalog.tokens.apiToken('a2', NOW))?.name).toBe('demo');
  });

  it('lists the people of an organisation by address, changes and deletes them', async () => {
    await suite.catalog.users.ensureOrganisation('org-people');
    const scopes = [
      { kind: 'region', id: 'north' },
      { kind: 'store', id: 'shop-9' },
    ] as const;
    const grants = scopes.map((scope) => ({ role: 'viewer' as const, scope }));
    const person = (email: string) => ({ organisationId: 'org-people', email, passwordHash: 'h', grants });
    const { users } = suite.catalog;
    const zoe = await users.addUser(person('Zoe@shop.test'));
    const bob = await users.addUser({ ...person('bob@shop.test'), grants: [] });
    await expect(users.addUser(person('zoe@SHOP.test'))).rejects.toSatisfy(codeOf('taken'));
    expect(await users.users('org-people')).toEqual([bob, zoe]);
    expect(zoe).toMatchObject({ email: 'zoe@shop.test', grants, disabled: false });
    expect(await users.user(bob.userId)).toEqual({ ...bob, grants: [] });

    const [first] = grants;
    expect(await users.changeUser(bob.userId, { grants: [first!, first!] })).toEqual({ ...bob, grants: [first] });
    expect(await users.changeUser(bob.userId, { passwordHash: 'h2' })).toMatchObject({
      passwordHash: 'h2',
      grants: [first],
    });
    expect(await users.changeUser(999_999, { disabled: true })).toBeUndefined();
    expect(await users.deleteUser(bob.userId)).toBe(true);
    expect(await users.deleteUser(bob.userId)).toBe(false);
    expect(await users.users('org-people')).toEqual([zoe]);
  });

  it('undoes all of a change that fails half-way, and goes on', async () => {
    const { users } = suite.catalog;
    const person = {
      organisationId: 'org-a',
      email: 'half@shop.test',
      passwordHash: 'h',
      grants: [everywhere('owner')],
    };
    const nowhere = [{ role: 'owner' as const, scope: { kind: 'planet' as 'store', id: 'x' } }];
    await expect(users.addUser({ ...person, grants: nowhere })).rejects.toThrow();
    expect(await users.userByEmail(person.email)).toBeUndefined();
    const added = await users.addUser(person);
    await expect(users.changeUser(added.userId, { passwordHash: 'h2', grants: nowhere })).rejects.toThrow();
    expect(await users.user(added.userId)).toEqual(added);
  });

  it('lets nobody in who is disabled, and ends the sessions of who is disabled or gone', async () => {
    const { users, sessions } = suite.catalog;
    const person = { organisationId: 'org-a', passwordHash: 'h', grants: [everywhere('owner')] };
    const { userId } = await users.addUser({ ...person, email: 'leaves@shop.test' });
    const session = (tokenHash: string) =>
      sessions.createSession({ tokenHash, userId, createdTs: 100, expiresTs: NOW });
    await session('leaves-1');
    await users.changeUser(userId, { disabled: true });
    await session('leaves-2');
    expect(await sessions.userBySession('leaves-2', 200)).toBeUndefined();
    await users.changeUser(userId, { disabled: false });
    expect(await sessions.userBySession('leaves-1', 200)).toBeUndefined();
    expect((await sessions.userBySession('leaves-2', 200))?.userId).toBe(userId);
    await session('leaves-3');
    await sessions.deleteSessionsOf(userId, 'leaves-3');
    expect(await sessions.userBySession('leaves-2', 200)).toBeUndefined();
    expect((await sessions.userBySession('leaves-3', 200))?.userId).toBe(userId);
    await users.deleteUser(userId);
    expect(await sessions.userBySession('leaves-3', 200)).toBeUndefined();
  });

  it('keeps what a token may do, until when, and when it was last used', async () => {
    await suite.catalog.users.ensureOrganisation('org-tokens');
    const { tokens } = suite.catalog;
    const token = (name: string, expiresTs: number | null) => ({
      tokenHash: `hash-${name}`,
      organisationId: 'org-tokens',
      name,
      grant: { role: 'viewer' as const, scope: { kind: 'region' as const, id: 'north' } },
      createdTs: 5,
      expiresTs,
    });
    const till = await tokens.putApiToken(token('till', 500));
    const erp = await tokens.putApiToken(token('erp', null));
    expect(till).toMatchObject({ ...token('till', 500), lastUsedTs: null });
    expect(await tokens.apiToken('hash-till', 499)).toEqual(till);
    expect(await tokens.apiToken('hash-till', 500)).toBeUndefined();
    await tokens.noteTokenUse(erp.tokenId, 700);
    await tokens.noteTokenUse(erp.tokenId, 600);
    expect(await tokens.apiTokens('org-tokens')).toEqual([{ ...erp, lastUsedTs: 700 }, till]);
    expect(await tokens.deleteApiToken('org-a', erp.tokenId)).toBe(false);
    expect(await tokens.deleteApiToken('org-tokens', erp.tokenId)).toBe(true);
    expect(await tokens.apiToken('hash-erp', 0)).toBeUndefined();
    expect(await tokens.apiTokens('org-tokens')).toEqual([till]);
  });
}
