import { expect, it } from 'vitest';
import type { InboxCommand } from '@aisle/contracts';
import { NOW, codeOf, givenSale, sale, storeFile, type CatalogUnderTest } from './under-test.js';

/** What goes down to the shops: files, sales, credentials, tares. */
export function inboxCases(suite: CatalogUnderTest): void {
  it('sends every version down, and forgets what was acknowledged except the newest file', async () => {
    const id = await suite.shop();
    await suite.catalog.versions.importStoreFile({
      storeId: id,
      storeFile: storeFile(id),
      createdTs: 1,
      contentHash: 'h1',
    });
    await suite.catalog.versions.addStoreVersion({ storeId: id, storeFile: storeFile(id, 40), createdTs: 2 });
    for (const receipt of ['r1', 'r2', 'r3']) {
      await suite.catalog.receipts.acceptSale({
        storeId: id,
        receiptKey: receipt,
        contentDigest: receipt,
        sale: sale(receipt),
      });
    }
    const waiting = await suite.catalog.inbox.inboxAfter(id, 0, 3);
    expect(waiting).toEqual<InboxCommand[]>([
      { seq: 1, kind: 'storeFile', version: 1, storeFile: storeFile(id) },
      { seq: 2, kind: 'storeFile', version: 2, storeFile: storeFile(id, 40) },
      { seq: 3, kind: 'sale', sale: sale('r1') },
    ]);
    await suite.catalog.agents.putAgent({ storeId: id, username: `agent:${id}`, passwordSha256: 'aa' });
    await suite.catalog.inbox.acknowledgeInbox(id, 4);
    await suite.catalog.inbox.acknowledgeInbox(id, 2);
    expect(await suite.catalog.agents.agent(id)).toMatchObject({ inboxAcked: 4, inboxSeq: 5 });
    expect((await suite.catalog.inbox.inboxAfter(id, 0, 10)).map((command) => command.seq)).toEqual([2, 5]);
    await suite.catalog.inbox.acknowledgeInbox(id, 99);
    expect(await suite.catalog.agents.agent(id)).toMatchObject({ inboxAcked: 5 });
    await suite.catalog.receipts.acceptSale({
      storeId: id,
      receiptKey: 'r4',
      contentDigest: 'r4',
      sale: sale('r4'),
    });
    expect((await suite.catalog.inbox.inboxAfter(id, 5, 10)).map((command) => command.seq)).toEqual([6]);
  });

  it('numbers the inbox anew, in order, above what an agent has already seen', async () => {
    const id = await suite.shop();
    await suite.catalog.agents.putAgent({ storeId: id, username: `agent:${id}`, passwordSha256: 'aa' });
    for (const key of ['r1', 'r2']) {
      await suite.catalog.receipts.acceptSale({
        storeId: id,
        receiptKey: key,
        contentDigest: key,
        sale: sale(key),
      });
    }
    await suite.catalog.inbox.raiseInbox(id, 7);
    expect(await suite.catalog.inbox.inboxAfter(id, 7, 10)).toEqual([
      { seq: 8, kind: 'sale', sale: sale('r1') },
      { seq: 9, kind: 'sale', sale: sale('r2') },
    ]);
    expect(await suite.catalog.agents.agent(id)).toMatchObject({ inboxAcked: 7, inboxSeq: 9 });
    await suite.catalog.inbox.raiseInbox(id, 9);
    await suite.catalog.receipts.acceptSale({
      storeId: id,
      receiptKey: 'r3',
      contentDigest: 'r3',
      sale: sale('r3'),
    });
    expect((await suite.catalog.inbox.inboxAfter(id, 0, 10)).map((command) => command.seq)).toEqual([8, 9, 10]);
  });

  it('takes a receipt once, and tells the same content from another', async () => {
    const id = await suite.shop();
    const given = { storeId: id, receiptKey: 'r1', contentDigest: 'd1', sale: sale('r1') };
    expect(await suite.catalog.receipts.acceptSale(given)).toEqual({ outcome: 'accepted' });
    expect(await suite.catalog.receipts.acceptSale(given)).toEqual({ outcome: 'duplicate' });
    const asBefore = { ...given, contentDigest: 'other', formerDigest: given.contentDigest };
    expect(await suite.catalog.receipts.acceptSale(asBefore)).toEqual({ outcome: 'duplicate' });
    expect(await suite.catalog.receipts.acceptSale({ ...given, contentDigest: 'd2', sale: sale('r1', 99) })).toEqual({
      outcome: 'conflict',
      knownDigest: 'd1',
    });
    expect(await suite.catalog.inbox.inboxAfter(id, 0, 10)).toHaveLength(1);
    await suite.catalog.receipts.noteReceipts([
      { storeId: id, receiptKey: 'r1', contentDigest: 'other' },
      { storeId: id, receiptKey: 'till-9', contentDigest: 't9' },
    ]);
    expect(await suite.catalog.receipts.receipt(id, 'r1')).toEqual({
      storeId: id,
      receiptKey: 'r1',
      contentDigest: 'd1',
    });
    expect(await suite.catalog.receipts.acceptSale({ ...given, receiptKey: 'till-9', contentDigest: 't9' })).toEqual({
      outcome: 'duplicate',
    });
    expect(await suite.catalog.receipts.receipt(id, 'r2')).toBeUndefined();
    await expect(suite.catalog.receipts.acceptSale({ ...given, storeId: 'nowhere' })).rejects.toSatisfy(
      codeOf('unknownStore'),
    );
  });

  it('changes a store file and a credential together, or neither', async () => {
    const id = await suite.shop();
    await suite.catalog.versions.addStoreVersion({ storeId: id, storeFile: storeFile(id), createdTs: 1 });
    const step = {
      storeId: id,
      ts: 100,
      storeFile: { madeFrom: 1, file: storeFile(id, 40) },
      credential: { deviceId: 'cam-1', sha256: 'aa' },
    };
    expect(await suite.catalog.devices.changeDevice(step)).toMatchObject({
      version: 2,
      origin: 'dashboard',
      createdTs: 100,
    });
    await expect(
      suite.catalog.devices.changeDevice({ ...step, credential: { deviceId: 'cam-2', sha256: 'bb' } }),
    ).rejects.toSatisfy(codeOf('changed'));
    expect((await suite.catalog.versions.currentVersion(id, NOW))?.version).toBe(2);
    expect((await suite.catalog.devices.credentials(id)).map(({ deviceId }) => deviceId)).toEqual(['cam-1']);
    expect((await suite.catalog.inbox.inboxAfter(id, 1, 10)).map(({ kind }) => kind)).toEqual([
      'storeFile',
      'credential',
    ]);
  });

  it('keeps credentials as given, replaced or revoked, pending until the agent has them', async () => {
    const id = await suite.shop();
    await suite.catalog.agents.putAgent({ storeId: id, username: `agent:${id}`, passwordSha256: 'aa' });
    const credential = (sha256: string | null, replaced?: boolean) => ({
      deviceId: 'cam-1',
      sha256,
      ...(replaced === true && { replaced }),
    });
    await suite.catalog.devices.changeDevice({ storeId: id, ts: 100, credential: credential('aa') });
    const given = { deviceId: 'cam-1', sha256: 'aa', issuedTs: 100, revokedTs: null, pending: true };
    expect(await suite.catalog.devices.credentials(id)).toEqual([given]);
    await suite.catalog.inbox.acknowledgeInbox(id, 1);
    expect(await suite.catalog.devices.credentials(id)).toEqual([{ ...given, pending: false }]);
    await suite.catalog.devices.changeDevice({ storeId: id, ts: 200, credential: credential(null) });
    expect(await suite.catalog.devices.credentials(id)).toEqual([{ ...given, sha256: null, revokedTs: 200 }]);
    await suite.catalog.devices.changeDevice({ storeId: id, ts: 300, credential: credential('bb', true) });
    expect(await suite.catalog.devices.credentials(id)).toEqual([{ ...given, sha256: 'bb', issuedTs: 300 }]);
    await suite.catalog.devices.changeDevice({ storeId: id, ts: 400, credential: { deviceId: 'cam-2', sha256: 'cc' } });
    await suite.catalog.inbox.acknowledgeInbox(id, 4);
    // the newest of each device stays, for an agent that comes back without its disk
    expect(await suite.catalog.inbox.inboxAfter(id, 0, 10)).toEqual([
      { seq: 3, kind: 'credential', deviceId: 'cam-1', sha256: 'bb', replaced: true },
      { seq: 4, kind: 'credential', deviceId: 'cam-2', sha256: 'cc' },
    ]);
    expect((await suite.catalog.devices.credentials(await suite.shop())).length).toBe(0);
  });

  it('sends tares down and keeps the newest of each slot; keeps walk tests, the newest first', async () => {
    const id = await suite.shop();
    const tare = (slotId: string, knownGrams: number, ts: number) =>
      suite.catalog.devices.addTare({ storeId: id, slotId, knownGrams, ts, by: 'ada' });
    await tare('b', 0, 1);
    await tare('a', 10.5, 2);
    await tare('b', 1030, 3);
    expect(await suite.catalog.devices.tares(id)).toEqual([
      { slotId: 'a', knownGrams: 10.5, ts: 2, by: 'ada' },
      { slotId: 'b', knownGrams: 1030, ts: 3, by: 'ada' },
    ]);
    expect(await suite.catalog.inbox.inboxAfter(id, 2, 10)).toEqual([
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
    await suite.catalog.devices.putWalkTest(id, test('w1', 10, null));
    await suite.catalog.devices.putWalkTest(id, test('w2', 20, 1));
    await suite.catalog.devices.putWalkTest(id, test('w1', 10, 0.5));
    expect(await suite.catalog.devices.walkTests(id, 10)).toEqual([test('w2', 20, 1), test('w1', 10, 0.5)]);
    expect(await suite.catalog.devices.walkTests(id, 1)).toHaveLength(1);
  });

  it('keeps, for an agent that comes back without its disk, the newest file and what is planned since', async () => {
    const id = await suite.shop();
    const { versions, inbox } = suite.catalog;
    const add = (createdTs: number, validFrom = createdTs) =>
      versions.addStoreVersion({ storeId: id, storeFile: storeFile(id), createdTs, validFrom });
    await add(10);
    await add(20, 1000);
    await add(30, 2000);
    await inbox.acknowledgeInbox(id, 3);
    const kept = async () =>
      (await inbox.inboxAfter(id, 0, 10)).map((command) => [command.kind, 'version' in command && command.version]);
    expect(await kept()).toEqual([
      ['storeFile', 1],
      ['planned', 2],
      ['planned', 3],
    ]);
    await add(40);
    await add(50, 3000);
    await inbox.acknowledgeInbox(id, 5);
    expect(await kept()).toEqual([
      ['storeFile', 4],
      ['planned', 5],
    ]);
  });

  it('changes a store file and those planned together, so that the change outlasts them', async () => {
    const id = await suite.shop();
    const { versions, devices } = suite.catalog;
    await versions.addStoreVersion({ storeId: id, storeFile: storeFile(id, 30), createdTs: 10 });
    await versions.addStoreVersion({ storeId: id, storeFile: storeFile(id, 31), createdTs: 20, validFrom: 1000 });
    const step = {
      storeId: id,
      ts: 100,
      storeFile: { madeFrom: 2, file: storeFile(id, 40), later: [{ validFrom: 1000, file: storeFile(id, 41) }] },
    };
    expect(await devices.changeDevice(step)).toMatchObject({ version: 3, validFrom: 100, basedOn: 2 });
    const width = async (now: number) => (await versions.currentVersion(id, now))?.storeFile.floor.width;
    expect([await width(100), await width(999), await width(1000)]).toEqual([40, 40, 41]);
    await expect(devices.changeDevice(step)).rejects.toMatchObject({ code: 'changed', newestVersion: 4 });
    expect(await versions.versions(id)).toHaveLength(4);
  });

  it('holds a command back whatever is acknowledged, and numbers it anew at the end when it is released', async () => {
    const id = await suite.shop();
    const { inbox, receipts } = suite.catalog;
    const recompute = (fromTs: number) => ({ kind: 'recompute' as const, fromTs });
    expect(await inbox.addCommand(id, recompute(1))).toBe(1);
    expect(await inbox.addCommand(id, recompute(2))).toBe(2);
    await receipts.acceptSale(givenSale(id, 'r1'));
    for (const seq of [1, 2]) await inbox.holdCommand(id, seq, { ts: 500 + seq, reason: 'olderAgent' });
    await inbox.holdCommand(id, 1, { ts: 900, reason: 'refused' });
    expect((await inbox.inboxAfter(id, 0, 10)).map(({ seq }) => seq)).toEqual([3]);
    await inbox.acknowledgeInbox(id, 3);
    expect(await inbox.inboxAfter(id, 0, 10)).toEqual([]);
    expect(await inbox.heldCommands(id)).toEqual([
      { command: { seq: 1, ...recompute(1) }, sinceTs: 501, reason: 'refused' },
      { command: { seq: 2, ...recompute(2) }, sinceTs: 502, reason: 'olderAgent' },
    ]);
    expect(await inbox.releaseCommands(id, [])).toBe(0);
    expect(await inbox.releaseCommands(id, [2, 1, 77])).toBe(2);
    expect(await inbox.heldCommands(id)).toEqual([]);
    expect(await inbox.inboxAfter(id, 3, 10)).toEqual([
      { seq: 4, ...recompute(1) },
      { seq: 5, ...recompute(2) },
    ]);
    expect(await inbox.addCommand(id, recompute(3))).toBe(6);
    expect(await inbox.releaseCommands(id, [4])).toBe(0);
    await expect(inbox.addCommand('nowhere', recompute(1))).rejects.toSatisfy(codeOf('unknownStore'));
  });

  it('calls a credential pending while it is held back', async () => {
    const id = await suite.shop();
    const { inbox, devices } = suite.catalog;
    await devices.changeDevice({ storeId: id, ts: 100, credential: { deviceId: 'cam-1', sha256: 'aa' } });
    await inbox.holdCommand(id, 1, { ts: 100, reason: 'refused' });
    await inbox.acknowledgeInbox(id, 1);
    expect(await devices.credentials(id)).toMatchObject([{ pending: true }]);
  });

  it('notes more receipts at once than one statement takes', async () => {
    const id = await suite.shop();
    const receipts = Array.from({ length: 1234 }, (_, at) => ({
      storeId: id,
      receiptKey: `many-${at}`,
      contentDigest: `d${at}`,
    }));
    await suite.catalog.receipts.noteReceipts([...receipts, ...receipts.slice(0, 600)]);
    expect(await suite.catalog.receipts.receipt(id, 'many-0')).toMatchObject({ contentDigest: 'd0' });
    expect(await suite.catalog.receipts.receipt(id, 'many-1233')).toMatchObject({ contentDigest: 'd1233' });
    // all or none: the last statement names a store that is not there
    const fresh = receipts.slice(0, 600).map((receipt) => ({ ...receipt, receiptKey: `fresh-${receipt.receiptKey}` }));
    const stray = { storeId: 'zzz', receiptKey: 'x', contentDigest: 'd' };
    await expect(suite.catalog.receipts.noteReceipts([...fresh, stray])).rejects.toThrow();
    expect(await suite.catalog.receipts.receipt(id, 'fresh-many-0')).toBeUndefined();
  });
}
