import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InboxCommand, StoreFile } from '@aisle/contracts';
import { CatalogError, type Catalog } from '../../src/ports/catalog.js';
import type { Grant, Role } from '../../src/ports/users.js';

export interface CatalogEngine {
  name: string;
  /** a catalog over the same data every time */
  make(): Promise<Catalog>;
}

const storeFile = (id: string, width = 30): StoreFile => ({
  store: { id, name: { en: 'Shop', zh: '示范店' }, timezone: 'Asia/Shanghai', currency: 'CNY' },
  floor: { width, depth: 20 },
});
const NOW = 1_000_000;
const everywhere = (role: Role, id = 'org-a'): Grant => ({ role, scope: { kind: 'organisation', id } });
const sale = (receipt: string, net = 12.5) => ({ ts: 1000, receipt, lines: [{ gtin: '0690', quantity: 1, net }] });

/** What every catalog must do, whatever stands behind it. */
export function catalogSuite(engine: CatalogEngine): void {
  describe(`catalog on ${engine.name}`, () => {
    let catalog: Catalog;
    let shops = 0;
    const shop = async (): Promise<string> => {
      const id = `shop-${++shops}`;
      await catalog.stores.ensureStore(id, 'org-a');
      return id;
    };
    const codeOf = (code: string) => (error: unknown) => error instanceof CatalogError && error.code === code;

    beforeAll(async () => {
      catalog = await engine.make();
      await catalog.open();
      await catalog.users.ensureOrganisation('org-a');
      await catalog.users.ensureOrganisation('org-a');
      await catalog.users.ensureOrganisation('org-b');
    });
    afterAll(() => catalog?.close());

    it('keeps users by e-mail without regard to case, and replaces hash and role', async () => {
      const user = await catalog.users.putUser({
        organisationId: 'org-a',
        email: 'Ada@Shop.test',
        passwordHash: 'scrypt$1',
        grants: [everywhere('owner')],
      });
      expect(await catalog.users.userByEmail('ADA@shop.test')).toEqual({ ...user, email: 'ada@shop.test' });
      const changed = await catalog.users.putUser({
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
      await expect(catalog.users.putUser({ ...changed, organisationId: 'org-b' })).rejects.toSatisfy(codeOf('taken'));
      expect(await catalog.users.userByEmail('nobody@shop.test')).toBeUndefined();
    });

    it('ends sessions at their time and at sign-out', async () => {
      const { userId } = await catalog.users.putUser({
        organisationId: 'org-a',
        email: 's@shop.test',
        passwordHash: 'h',
        grants: [everywhere('owner')],
      });
      await catalog.sessions.createSession({ tokenHash: 't1', userId, createdTs: 100, expiresTs: 200 });
      await catalog.sessions.createSession({ tokenHash: 't2', userId, createdTs: 100, expiresTs: 300 });
      expect((await catalog.sessions.userBySession('t1', 199))?.email).toBe('s@shop.test');
      expect(await catalog.sessions.userBySession('t1', 200)).toBeUndefined();
      expect(await catalog.sessions.deleteExpiredSessions(200)).toBe(1);
      expect((await catalog.sessions.userBySession('t2', 250))?.userId).toBe(userId);
      await catalog.sessions.deleteSession('t2');
      expect(await catalog.sessions.userBySession('t2', 250)).toBeUndefined();
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
      const { tokenId } = await catalog.tokens.putApiToken(token);
      await catalog.tokens.putApiToken(token);
      expect(await catalog.tokens.apiToken('a1', NOW)).toEqual({ ...token, tokenId, lastUsedTs: null });
      await catalog.tokens.putApiToken({ ...token, tokenHash: 'a2' });
      expect(await catalog.tokens.apiToken('a1', NOW)).toBeUndefined();
      expect((await catalog.tokens.apiToken('a2', NOW))?.name).toBe('demo');
    });

    it('keeps a store in its organisation', async () => {
      const id = await shop();
      await catalog.stores.ensureStore(id, 'org-a');
      await expect(catalog.stores.ensureStore(id, 'org-b')).rejects.toSatisfy(codeOf('taken'));
      expect(await catalog.stores.store(id)).toEqual({
        storeId: id,
        organisationId: 'org-a',
        region: null,
        newestVersion: 0,
      });
      expect((await catalog.stores.stores('org-a')).map((store) => store.storeId)).toContain(id);
      expect(await catalog.stores.stores('org-b')).toEqual([]);
      expect((await catalog.stores.stores()).map((store) => store.storeId)).toContain(id);
      expect(await catalog.stores.store('nowhere')).toBeUndefined();
    });

    it('knows agents by user name, and what was last heard of them', async () => {
      const id = await shop();
      await expect(
        catalog.agents.putAgent({ storeId: 'nowhere', username: 'agent:x', passwordSha256: 'x' }),
      ).rejects.toSatisfy(codeOf('unknownStore'));
      await catalog.agents.putAgent({ storeId: id, username: `agent:${id}`, passwordSha256: 'aa' });
      await catalog.agents.noteAgent(id, { lastSeenTs: 9, agentVersion: '0.1.0' });
      await catalog.agents.noteAgent(id, { configVersion: 3 });
      await catalog.agents.putAgent({ storeId: id, username: `agent:${id}`, passwordSha256: 'bb' });
      expect(await catalog.agents.agentByUsername(`agent:${id}`)).toEqual({
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
      expect(await catalog.agents.agentStatus(id)).toBeUndefined();
      await catalog.agents.putAgentStatus(id, '{"ts":1}');
      expect(await catalog.agents.agentStatus(id)).toBe('{"ts":1}');
      const other = await shop();
      await expect(
        catalog.agents.putAgent({ storeId: other, username: `agent:${id}`, passwordSha256: 'cc' }),
      ).rejects.toSatisfy(codeOf('taken'));
      expect(await catalog.agents.agent(other)).toBeUndefined();
    });

    it('gives a journal seen for the first time an epoch above all others, and keeps it', async () => {
      const [id, other] = [await shop(), await shop()];
      expect(await catalog.agents.knownEpoch(id, 'journal-1')).toBeUndefined();
      expect(await catalog.agents.epochOf(id, 'journal-1')).toBe(1);
      expect(await catalog.agents.epochOf(id, 'journal-2')).toBe(2);
      expect(await catalog.agents.epochOf(id, 'journal-1')).toBe(1);
      expect(await catalog.agents.epochOf(other, 'journal-2')).toBe(1);
      expect(await catalog.agents.knownEpoch(id, 'journal-2')).toBe(2);
      await expect(catalog.agents.epochOf('nowhere', 'journal-1')).rejects.toSatisfy(codeOf('unknownStore'));
    });

    it('imports a store file when its content differs from the last import', async () => {
      const id = await shop();
      const file = { storeId: id, storeFile: storeFile(id), createdTs: 1, contentHash: 'h1' };
      expect(await catalog.versions.importStoreFile(file)).toEqual({ outcome: 'created', version: 1 });
      expect(await catalog.versions.importStoreFile(file)).toEqual({ outcome: 'unchanged', version: 1 });
      expect(
        await catalog.versions.importStoreFile({ ...file, storeFile: storeFile(id, 31), contentHash: 'h2' }),
      ).toEqual({
        outcome: 'created',
        version: 2,
      });
      expect(await catalog.versions.currentVersion(id, NOW)).toEqual({
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
      expect((await catalog.versions.version(id, 1))?.storeFile.floor.width).toBe(30);
      expect(await catalog.versions.version(id, 3)).toBeUndefined();
      // going back is a change as well
      expect(await catalog.versions.importStoreFile(file)).toEqual({ outcome: 'created', version: 3 });
    });

    it('keeps a version edited in the dashboard, and reports a file that differs', async () => {
      const id = await shop();
      const file = { storeId: id, storeFile: storeFile(id), createdTs: 1, contentHash: 'h1' };
      await catalog.versions.importStoreFile(file);
      expect(
        await catalog.versions.addStoreVersion({ storeId: id, storeFile: storeFile(id, 40), createdTs: 2 }),
      ).toMatchObject({
        version: 2,
        origin: 'dashboard',
      });
      expect(await catalog.versions.importStoreFile(file)).toEqual({ outcome: 'unchanged', version: 2 });
      expect(await catalog.versions.importStoreFile({ ...file, contentHash: 'h2' })).toEqual({
        outcome: 'conflict',
        version: 2,
      });
      expect((await catalog.versions.currentVersion(id, NOW))?.storeFile.floor.width).toBe(40);
      expect((await catalog.inbox.inboxAfter(id, 0, 10)).map((command) => command.seq)).toEqual([1, 2]);
    });

    it('a file that says what was edited in the dashboard counts as imported: what is changed in it later is taken', async () => {
      const id = await shop();
      const file = { storeId: id, storeFile: storeFile(id), createdTs: 1, contentHash: 'h1' };
      await catalog.versions.importStoreFile(file);
      await catalog.versions.addStoreVersion({ storeId: id, storeFile: storeFile(id, 40), createdTs: 2 });
      const edited = { ...file, storeFile: storeFile(id, 40), contentHash: 'h40' };
      expect(await catalog.versions.importStoreFile(edited)).toEqual({ outcome: 'unchanged', version: 2 });
      expect(
        await catalog.versions.importStoreFile({ ...file, storeFile: storeFile(id, 41), contentHash: 'h41' }),
      ).toEqual({ outcome: 'created', version: 3 });
      expect((await catalog.versions.version(id, 2))?.origin).toBe('dashboard');
    });

    it('an edit that was taken back in the dashboard keeps no file away', async () => {
      const id = await shop();
      const file = { storeId: id, storeFile: storeFile(id), createdTs: 1, contentHash: 'h1' };
      await catalog.versions.importStoreFile(file);
      await catalog.versions.addStoreVersion({ storeId: id, storeFile: storeFile(id, 40), createdTs: 2 });
      await catalog.versions.addStoreVersion({ storeId: id, storeFile: storeFile(id), createdTs: 3 });
      expect(await catalog.versions.importStoreFile(file)).toEqual({ outcome: 'unchanged', version: 3 });
      expect(
        await catalog.versions.importStoreFile({ ...file, storeFile: storeFile(id, 31), contentHash: 'h31' }),
      ).toEqual({ outcome: 'created', version: 4 });
    });

    it('sends every version down, and forgets what was acknowledged except the newest file', async () => {
      const id = await shop();
      await catalog.versions.importStoreFile({
        storeId: id,
        storeFile: storeFile(id),
        createdTs: 1,
        contentHash: 'h1',
      });
      await catalog.versions.addStoreVersion({ storeId: id, storeFile: storeFile(id, 40), createdTs: 2 });
      for (const receipt of ['r1', 'r2', 'r3']) {
        await catalog.receipts.acceptSale({
          storeId: id,
          receiptKey: receipt,
          contentDigest: receipt,
          sale: sale(receipt),
        });
      }
      const waiting = await catalog.inbox.inboxAfter(id, 0, 3);
      expect(waiting).toEqual<InboxCommand[]>([
        { seq: 1, kind: 'storeFile', version: 1, storeFile: storeFile(id) },
        { seq: 2, kind: 'storeFile', version: 2, storeFile: storeFile(id, 40) },
        { seq: 3, kind: 'sale', sale: sale('r1') },
      ]);
      await catalog.agents.putAgent({ storeId: id, username: `agent:${id}`, passwordSha256: 'aa' });
      await catalog.inbox.acknowledgeInbox(id, 4);
      await catalog.inbox.acknowledgeInbox(id, 2);
      expect(await catalog.agents.agent(id)).toMatchObject({ inboxAcked: 4, inboxSeq: 5 });
      expect((await catalog.inbox.inboxAfter(id, 0, 10)).map((command) => command.seq)).toEqual([2, 5]);
      await catalog.inbox.acknowledgeInbox(id, 99);
      expect(await catalog.agents.agent(id)).toMatchObject({ inboxAcked: 5 });
      await catalog.receipts.acceptSale({
        storeId: id,
        receiptKey: 'r4',
        contentDigest: 'r4',
        sale: sale('r4'),
      });
      expect((await catalog.inbox.inboxAfter(id, 5, 10)).map((command) => command.seq)).toEqual([6]);
    });

    it('numbers the inbox anew, in order, above what an agent has already seen', async () => {
      const id = await shop();
      await catalog.agents.putAgent({ storeId: id, username: `agent:${id}`, passwordSha256: 'aa' });
      for (const key of ['r1', 'r2']) {
        await catalog.receipts.acceptSale({
          storeId: id,
          receiptKey: key,
          contentDigest: key,
          sale: sale(key),
        });
      }
      await catalog.inbox.raiseInbox(id, 7);
      expect(await catalog.inbox.inboxAfter(id, 7, 10)).toEqual([
        { seq: 8, kind: 'sale', sale: sale('r1') },
        { seq: 9, kind: 'sale', sale: sale('r2') },
      ]);
      expect(await catalog.agents.agent(id)).toMatchObject({ inboxAcked: 7, inboxSeq: 9 });
      await catalog.inbox.raiseInbox(id, 9);
      await catalog.receipts.acceptSale({
        storeId: id,
        receiptKey: 'r3',
        contentDigest: 'r3',
        sale: sale('r3'),
      });
      expect((await catalog.inbox.inboxAfter(id, 0, 10)).map((command) => command.seq)).toEqual([8, 9, 10]);
    });

    it('takes a receipt once, and tells the same content from another', async () => {
      const id = await shop();
      const given = { storeId: id, receiptKey: 'r1', contentDigest: 'd1', sale: sale('r1') };
      expect(await catalog.receipts.acceptSale(given)).toEqual({ outcome: 'accepted' });
      expect(await catalog.receipts.acceptSale(given)).toEqual({ outcome: 'duplicate' });
      expect(await catalog.receipts.acceptSale({ ...given, contentDigest: 'd2', sale: sale('r1', 99) })).toEqual({
        outcome: 'conflict',
        knownDigest: 'd1',
      });
      expect(await catalog.inbox.inboxAfter(id, 0, 10)).toHaveLength(1);
      await catalog.receipts.noteReceipts([
        { storeId: id, receiptKey: 'r1', contentDigest: 'other' },
        { storeId: id, receiptKey: 'till-9', contentDigest: 't9' },
      ]);
      expect(await catalog.receipts.receipt(id, 'r1')).toEqual({ storeId: id, receiptKey: 'r1', contentDigest: 'd1' });
      expect(await catalog.receipts.acceptSale({ ...given, receiptKey: 'till-9', contentDigest: 't9' })).toEqual({
        outcome: 'duplicate',
      });
      expect(await catalog.receipts.receipt(id, 'r2')).toBeUndefined();
      await expect(catalog.receipts.acceptSale({ ...given, storeId: 'nowhere' })).rejects.toSatisfy(
        codeOf('unknownStore'),
      );
    });

    it('changes a store file and a credential together, or neither', async () => {
      const id = await shop();
      await catalog.versions.addStoreVersion({ storeId: id, storeFile: storeFile(id), createdTs: 1 });
      const step = {
        storeId: id,
        ts: 100,
        storeFile: { madeFrom: 1, file: storeFile(id, 40) },
        credential: { deviceId: 'cam-1', sha256: 'aa' },
      };
      expect(await catalog.devices.changeDevice(step)).toMatchObject({
        version: 2,
        origin: 'dashboard',
        createdTs: 100,
      });
      await expect(
        catalog.devices.changeDevice({ ...step, credential: { deviceId: 'cam-2', sha256: 'bb' } }),
      ).rejects.toSatisfy(codeOf('changed'));
      expect((await catalog.versions.currentVersion(id, NOW))?.version).toBe(2);
      expect((await catalog.devices.credentials(id)).map(({ deviceId }) => deviceId)).toEqual(['cam-1']);
      expect((await catalog.inbox.inboxAfter(id, 1, 10)).map(({ kind }) => kind)).toEqual(['storeFile', 'credential']);
    });

    it('keeps credentials as given, replaced or revoked, pending until the agent has them', async () => {
      const id = await shop();
      await catalog.agents.putAgent({ storeId: id, username: `agent:${id}`, passwordSha256: 'aa' });
      const credential = (sha256: string | null, replaced?: boolean) => ({
        deviceId: 'cam-1',
        sha256,
        ...(replaced === true && { replaced }),
      });
      await catalog.devices.changeDevice({ storeId: id, ts: 100, credential: credential('aa') });
      const given = { deviceId: 'cam-1', sha256: 'aa', issuedTs: 100, revokedTs: null, pending: true };
      expect(await catalog.devices.credentials(id)).toEqual([given]);
      await catalog.inbox.acknowledgeInbox(id, 1);
      expect(await catalog.devices.credentials(id)).toEqual([{ ...given, pending: false }]);
      await catalog.devices.changeDevice({ storeId: id, ts: 200, credential: credential(null) });
      expect(await catalog.devices.credentials(id)).toEqual([{ ...given, sha256: null, revokedTs: 200 }]);
      await catalog.devices.changeDevice({ storeId: id, ts: 300, credential: credential('bb', true) });
      expect(await catalog.devices.credentials(id)).toEqual([{ ...given, sha256: 'bb', issuedTs: 300 }]);
      await catalog.devices.changeDevice({ storeId: id, ts: 400, credential: { deviceId: 'cam-2', sha256: 'cc' } });
      await catalog.inbox.acknowledgeInbox(id, 4);
      // the newest of each device stays, for an agent that comes back without its disk
      expect(await catalog.inbox.inboxAfter(id, 0, 10)).toEqual([
        { seq: 3, kind: 'credential', deviceId: 'cam-1', sha256: 'bb', replaced: true },
        { seq: 4, kind: 'credential', deviceId: 'cam-2', sha256: 'cc' },
      ]);
      expect((await catalog.devices.credentials(await shop())).length).toBe(0);
    });

    it('sends tares down and keeps the newest of each slot; keeps walk tests, the newest first', async () => {
      const id = await shop();
      const tare = (slotId: string, knownGrams: number, ts: number) =>
        catalog.devices.addTare({ storeId: id, slotId, knownGrams, ts, by: 'ada' });
      await tare('b', 0, 1);
      await tare('a', 10.5, 2);
      await tare('b', 1030, 3);
      expect(await catalog.devices.tares(id)).toEqual([
        { slotId: 'a', knownGrams: 10.5, ts: 2, by: 'ada' },
        { slotId: 'b', knownGrams: 1030, ts: 3, by: 'ada' },
      ]);
      expect(await catalog.inbox.inboxAfter(id, 2, 10)).toEqual([
        { seq: 3, kind: 'tare', slotId: 'b', knownGrams: 1030 },
      ]);
      const test = (walkTestId: string, endedTs: number, agreement: number | null) => ({
        walkTestId,
        zoneId: null,
        entranceId: 'main',
        startedTs: 0,
        endedTs,
        by: null,
        fromTs: 0,
        toTs: 60_000,
        tapped: { in: 1, out: 0 },
        counted: { in: 1, out: 0 },
        minutes: [],
        agreement,
        settled: agreement !== null,
      });
      await catalog.devices.putWalkTest(id, test('w1', 10, null));
      await catalog.devices.putWalkTest(id, test('w2', 20, 1));
      await catalog.devices.putWalkTest(id, test('w1', 10, 0.5));
      expect(await catalog.devices.walkTests(id, 10)).toEqual([test('w2', 20, 1), test('w1', 10, 0.5)]);
      expect(await catalog.devices.walkTests(id, 1)).toHaveLength(1);
    });

    it('has everything again after it was closed and opened', async () => {
      const id = await shop();
      await catalog.versions.importStoreFile({
        storeId: id,
        storeFile: storeFile(id),
        createdTs: 1,
        contentHash: 'h1',
      });
      await catalog.agents.epochOf(id, 'journal-1');
      await catalog.close();
      await expect(catalog.stores.stores()).rejects.toThrow();
      catalog = await engine.make();
      await catalog.open();
      expect(await catalog.agents.epochOf(id, 'journal-1')).toBe(1);
      expect((await catalog.versions.currentVersion(id, NOW))?.version).toBe(1);
      expect(
        await catalog.versions.importStoreFile({
          storeId: id,
          storeFile: storeFile(id),
          createdTs: 1,
          contentHash: 'h1',
        }),
      ).toMatchObject({ outcome: 'unchanged' });
      await catalog.quickCheck();
    });
  });
}
