import { expect, it } from 'vitest';
import { StoreError } from '../../../src/ports/series-store.js';
import { NOW, codeOf, storeFile, type CatalogUnderTest } from './under-test.js';

/** Stores, their agents, and the versions of their files. */
export function shopCases(suite: CatalogUnderTest): void {
  it('keeps a store in its organisation', async () => {
    const id = await suite.shop();
    await suite.catalog.stores.ensureStore(id, 'org-a');
    await expect(suite.catalog.stores.ensureStore(id, 'org-b')).rejects.toSatisfy(codeOf('taken'));
    expect(await suite.catalog.stores.store(id)).toEqual({
      storeId: id,
      organisationId: 'org-a',
      region: null,
      newestVersion: 0,
      simulated: null,
      retention: null,
    });
    expect((await suite.catalog.stores.stores('org-a')).map((store) => store.storeId)).toContain(id);
    expect(await suite.catalog.stores.stores('org-b')).toEqual([]);
    expect((await suite.catalog.stores.stores()).map((store) => store.storeId)).toContain(id);
    expect(await suite.catalog.stores.store('nowhere')).toBeUndefined();
  });

  it('has one name for ever, whoever would give it another', async () => {
    const name = await suite.catalog.identity('first');
    expect(await suite.catalog.identity('second')).toBe(name);
  });

  it('knows agents by user name, and what was last heard of them', async () => {
    const id = await suite.shop();
    await expect(
      suite.catalog.agents.putAgent({ storeId: 'nowhere', username: 'agent:x', passwordSha256: 'x' }),
    ).rejects.toSatisfy(codeOf('unknownStore'));
    await suite.catalog.agents.putAgent({ storeId: id, username: `agent:${id}`, passwordSha256: 'aa' });
    await suite.catalog.agents.noteAgent(id, { lastSeenTs: 9, agentVersion: '0.1.0' });
    await suite.catalog.agents.noteAgent(id, { configVersion: 3 });
    await suite.catalog.agents.putAgent({ storeId: id, username: `agent:${id}`, passwordSha256: 'bb' });
    expect(await suite.catalog.agents.agentByUsername(`agent:${id}`)).toEqual({
      storeId: id,
      organisationId: 'org-a',
      username: `agent:${id}`,
      passwordSha256: 'bb',
      lastSeenTs: 9,
      configVersion: 3,
      agentVersion: '0.1.0',
      speaks: null,
      epoch: 0,
      inboxAcked: 0,
      inboxSeq: 0,
    });
    expect(await suite.catalog.agents.agentStatus(id)).toBeUndefined();
    await suite.catalog.agents.noteStatuses([
      { storeId: id, statusJson: '{"ts":1}', lastSeenTs: 5, configVersion: 3 },
      { storeId: 'nobody knows it', statusJson: '{}', lastSeenTs: 5, configVersion: 3 },
    ]);
    expect(await suite.catalog.agents.agent(id)).toMatchObject({ lastSeenTs: 5, configVersion: 3 });
    expect(await suite.catalog.agents.agentStatus(id)).toBe('{"ts":1}');
    const other = await suite.shop();
    await expect(
      suite.catalog.agents.putAgent({ storeId: other, username: `agent:${id}`, passwordSha256: 'cc' }),
    ).rejects.toSatisfy(codeOf('taken'));
    expect(await suite.catalog.agents.agent(other)).toBeUndefined();
  });

  it('gives a journal seen for the first time an epoch above all others, and keeps it', async () => {
    const [id, other] = [await suite.shop(), await suite.shop()];
    expect(await suite.catalog.agents.knownEpoch(id, 'journal-1')).toBeUndefined();
    expect(await suite.catalog.agents.epochOf(id, 'journal-1')).toBe(1);
    expect(await suite.catalog.agents.epochOf(id, 'journal-2')).toBe(2);
    expect(await suite.catalog.agents.epochOf(id, 'journal-1')).toBe(1);
    expect(await suite.catalog.agents.epochOf(other, 'journal-2')).toBe(1);
    expect(await suite.catalog.agents.knownEpoch(id, 'journal-2')).toBe(2);
    await expect(suite.catalog.agents.epochOf('nowhere', 'journal-1')).rejects.toSatisfy(codeOf('unknownStore'));
  });

  it('imports a store file when its content differs from the last import', async () => {
    const id = await suite.shop();
    const file = { storeId: id, storeFile: storeFile(id), createdTs: 1, contentHash: 'h1' };
    expect(await suite.catalog.versions.importStoreFile(file)).toEqual({ outcome: 'created', version: 1 });
    expect(await suite.catalog.versions.importStoreFile(file)).toEqual({ outcome: 'unchanged', version: 1 });
    expect(
      await suite.catalog.versions.importStoreFile({ ...file, storeFile: storeFile(id, 31), contentHash: 'h2' }),
    ).toEqual({
      outcome: 'created',
      version: 2,
    });
    expect(await suite.catalog.versions.currentVersion(id, NOW)).toEqual({
      storeId: id,
      version: 2,
      origin: 'import',
      storeFile: storeFile(id, 31),
      createdTs: 1,
      validFrom: 1,
      author: null,
      note: null,
      basedOn: null,
    });
    expect((await suite.catalog.versions.version(id, 1))?.storeFile.floor.width).toBe(30);
    expect(await suite.catalog.versions.version(id, 3)).toBeUndefined();
    // going back is a change as well
    expect(await suite.catalog.versions.importStoreFile(file)).toEqual({ outcome: 'created', version: 3 });
  });

  it('keeps a version edited in the dashboard, and reports a file that differs', async () => {
    const id = await suite.shop();
    const file = { storeId: id, storeFile: storeFile(id), createdTs: 1, contentHash: 'h1' };
    await suite.catalog.versions.importStoreFile(file);
    expect(
      await suite.catalog.versions.addStoreVersion({ storeId: id, storeFile: storeFile(id, 40), createdTs: 2 }),
    ).toMatchObject({
      version: 2,
      origin: 'dashboard',
    });
    expect(await suite.catalog.versions.importStoreFile(file)).toEqual({ outcome: 'unchanged', version: 2 });
    expect(await suite.catalog.versions.importStoreFile({ ...file, contentHash: 'h2' })).toEqual({
      outcome: 'conflict',
      version: 2,
    });
    expect((await suite.catalog.versions.currentVersion(id, NOW))?.storeFile.floor.width).toBe(40);
    expect((await suite.catalog.inbox.inboxAfter(id, 0, 10)).map((command) => command.seq)).toEqual([1, 2]);
  });

  it('a file that says what was edited in the dashboard counts as imported: what is changed in it later is taken', async () => {
    const id = await suite.shop();
    const file = { storeId: id, storeFile: storeFile(id), createdTs: 1, contentHash: 'h1' };
    await suite.catalog.versions.importStoreFile(file);
    await suite.catalog.versions.addStoreVersion({ storeId: id, storeFile: storeFile(id, 40), createdTs: 2 });
    const edited = { ...file, storeFile: storeFile(id, 40), contentHash: 'h40' };
    expect(await suite.catalog.versions.importStoreFile(edited)).toEqual({ outcome: 'unchanged', version: 2 });
    expect(
      await suite.catalog.versions.importStoreFile({ ...file, storeFile: storeFile(id, 41), contentHash: 'h41' }),
    ).toEqual({ outcome: 'created', version: 3 });
    expect((await suite.catalog.versions.version(id, 2))?.origin).toBe('dashboard');
  });

  it('an edit that was taken back in the dashboard keeps no file away', async () => {
    const id = await suite.shop();
    const file = { storeId: id, storeFile: storeFile(id), createdTs: 1, contentHash: 'h1' };
    await suite.catalog.versions.importStoreFile(file);
    await suite.catalog.versions.addStoreVersion({ storeId: id, storeFile: storeFile(id, 40), createdTs: 2 });
    await suite.catalog.versions.addStoreVersion({ storeId: id, storeFile: storeFile(id), createdTs: 3 });
    expect(await suite.catalog.versions.importStoreFile(file)).toEqual({ outcome: 'unchanged', version: 3 });
    expect(
      await suite.catalog.versions.importStoreFile({ ...file, storeFile: storeFile(id, 31), contentHash: 'h31' }),
    ).toEqual({ outcome: 'created', version: 4 });
  });

  it('keeps the region of a store, and what its agent understands', async () => {
    const id = await suite.shop();
    const { stores, agents } = suite.catalog;
    await stores.setRegion(id, 'north');
    expect(await stores.store(id)).toMatchObject({ region: 'north' });
    await stores.setRegion(id, null);
    expect(await stores.store(id)).toMatchObject({ region: null });
    await expect(stores.setRegion('nowhere', 'north')).rejects.toSatisfy(codeOf('unknownStore'));
    await agents.putAgent({ storeId: id, username: `agent:${id}`, passwordSha256: 'aa' });
    await agents.noteAgent(id, { speaks: '{"protocol":1}' });
    await agents.noteAgent(id, {});
    expect(await agents.agent(id)).toMatchObject({ speaks: '{"protocol":1}' });
    await agents.noteAgent(id, { speaks: null });
    expect(await agents.agent(id)).toMatchObject({ speaks: null });
  });

  it('gives lists in the order of code points, whatever the language', async () => {
    const ids = ['order-Z', 'order-a', 'order-é', 'order-店', 'order-_'];
    for (const id of ids) await suite.catalog.stores.ensureStore(id, 'org-a');
    const listed = (await suite.catalog.stores.stores()).map(({ storeId }) => storeId);
    expect(listed.filter((id) => id.startsWith('order-'))).toEqual([
      'order-Z',
      'order-_',
      'order-a',
      'order-é',
      'order-店',
    ]);
  });

  it('refuses a text that not every engine can keep', async () => {
    await expect(suite.catalog.stores.ensureStore('a\0b', 'org-a')).rejects.toSatisfy(
      (error) => error instanceof StoreError && error.code === 'refused',
    );
  });

  it('puts a version in force at its time, unless a newer one holds by then', async () => {
    const id = await suite.shop();
    const { versions } = suite.catalog;
    const add = (width: number, createdTs: number, validFrom?: number) =>
      versions.addStoreVersion({
        storeId: id,
        storeFile: storeFile(id, width),
        createdTs,
        ...(validFrom !== undefined && { validFrom }),
      });
    const inForce = async (now: number) => (await versions.currentVersion(id, now))?.version;
    expect(await inForce(NOW)).toBeUndefined();
    await add(30, 100);
    // a moment that has passed already means at once
    expect(await add(31, 110, 50)).toMatchObject({ version: 2, validFrom: 110 });
    await add(32, 200, 1000);
    expect([await inForce(200), await inForce(999), await inForce(1000)]).toEqual([2, 2, 3]);
    await add(33, 300, 2000);
    expect([await inForce(999), await inForce(1000), await inForce(1999), await inForce(2000)]).toEqual([2, 3, 3, 4]);
    // a newer one that holds no later takes the place of what was planned
    await add(34, 400, 900);
    expect([await inForce(899), await inForce(900), await inForce(1000), await inForce(2000)]).toEqual([2, 5, 5, 5]);
    await add(35, 500);
    expect([await inForce(500), await inForce(NOW)]).toEqual([6, 6]);
    expect((await versions.versions(id)).map(({ version, validFrom }) => [version, validFrom])).toEqual([
      [1, 100],
      [2, 110],
      [3, 1000],
      [4, 2000],
      [5, 900],
      [6, 500],
    ]);
    expect(await suite.catalog.stores.store(id)).toMatchObject({ newestVersion: 6 });
    expect((await suite.catalog.inbox.inboxAfter(id, 2, 2)).map(({ seq: _, ...command }) => command)).toEqual([
      { kind: 'planned', version: 3, validFrom: 1000, storeFile: storeFile(id, 32) },
      { kind: 'planned', version: 4, validFrom: 2000, storeFile: storeFile(id, 33) },
    ]);
  });

  it('keeps a version in force that was so before the clock was set back', async () => {
    const id = await suite.shop();
    const { versions } = suite.catalog;
    await versions.addStoreVersion({ storeId: id, storeFile: storeFile(id), createdTs: 5000 });
    expect((await versions.currentVersion(id, 4000))?.version).toBe(1);
  });

  it('keeps who made a version, why and from which, and refuses one made from an older', async () => {
    const id = await suite.shop();
    const { versions } = suite.catalog;
    const edit = { storeId: id, storeFile: storeFile(id, 40), createdTs: 20, author: 'ada@shop.test', note: 'Spring' };
    await versions.addStoreVersion({ ...edit, basedOn: 0 });
    const made = await versions.addStoreVersion({ ...edit, basedOn: 1 });
    const { storeFile: file, ...record } = made;
    expect(file).toEqual(storeFile(id, 40));
    expect(record).toEqual({
      storeId: id,
      version: 2,
      origin: 'dashboard',
      createdTs: 20,
      validFrom: 20,
      author: 'ada@shop.test',
      note: 'Spring',
      basedOn: 1,
    });
    expect((await versions.versions(id))[1]).toEqual(record);
    expect(await versions.version(id, 2)).toEqual(made);
    // also one that only comes into force later is the newest
    await versions.addStoreVersion({ ...edit, validFrom: 9000, basedOn: 2 });
    await expect(versions.addStoreVersion({ ...edit, basedOn: 2 })).rejects.toMatchObject({
      code: 'changed',
      newestVersion: 3,
    });
    expect(await versions.versions(id)).toHaveLength(3);
    expect(await versions.addStoreVersion({ ...edit, basedOn: null })).toMatchObject({ version: 4 });
    await expect(versions.addStoreVersion({ ...edit, storeId: 'nowhere' })).rejects.toSatisfy(codeOf('unknownStore'));
  });

  it('answers an import with the version in force, also while another is planned', async () => {
    const id = await suite.shop();
    const { versions } = suite.catalog;
    const file = { storeId: id, storeFile: storeFile(id), createdTs: 10, contentHash: 'h1' };
    await versions.importStoreFile(file);
    await versions.addStoreVersion({ storeId: id, storeFile: storeFile(id, 31), createdTs: 20, validFrom: 1000 });
    expect(await versions.importStoreFile({ ...file, createdTs: 30 })).toEqual({ outcome: 'unchanged', version: 1 });
    expect(await versions.importStoreFile({ ...file, createdTs: 30, contentHash: 'h2' })).toEqual({
      outcome: 'conflict',
      version: 1,
    });
    expect(await versions.importStoreFile({ ...file, createdTs: 1000 })).toEqual({ outcome: 'unchanged', version: 2 });
  });
}
