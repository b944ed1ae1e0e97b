import { expect, it } from 'vitest';
import { codeOf, everywhere, givenSale, storeFile, type CatalogUnderTest } from './under-test.js';

const TIMES = 12;

/** What must hold when much is asked at the same moment, over several connections where the engine has them. */
export function sideBySideCases(suite: CatalogUnderTest): void {
  /** All at once, by turns through each connection. */
  const atOnce = <T>(task: (catalog: CatalogUnderTest['catalog'], at: number) => Promise<T>): Promise<T[]> => {
    const catalogs = suite.sideBySide();
    return Promise.all(Array.from({ length: TIMES }, (_, at) => task(catalogs[at % 2]!, at)));
  };
  const settled = <T>(task: (catalog: CatalogUnderTest['catalog'], at: number) => Promise<T>) =>
    atOnce((catalog, at) =>
      task(catalog, at).then(
        (value) => ({ value, error: undefined }),
        (error: unknown) => ({ value: undefined, error }),
      ),
    );
  const rising = (count: number) => Array.from({ length: count }, (_, at) => at + 1);

  it('gives one journal one epoch, and journals that come together epochs without a gap', async () => {
    const id = await suite.shop();
    expect(new Set(await atOnce((catalog) => catalog.agents.epochOf(id, 'journal-same')))).toEqual(new Set([1]));
    const epochs = await atOnce((catalog, at) => catalog.agents.epochOf(id, `journal-${at}`));
    expect(epochs.sort((a, b) => a - b)).toEqual(rising(TIMES).map((epoch) => epoch + 1));
  });

  it('makes one version of one store file, however often it is imported at once', async () => {
    const id = await suite.shop();
    const file = { storeId: id, storeFile: storeFile(id), createdTs: 1, contentHash: 'h1' };
    const outcomes = await atOnce((catalog) => catalog.versions.importStoreFile(file));
    expect(outcomes.filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
    expect(outcomes.every(({ version }) => version === 1)).toBe(true);
    expect(await suite.catalog.inbox.inboxAfter(id, 0, 100)).toHaveLength(1);
  });

  it('lets one of those through who edit the same version', async () => {
    const id = await suite.shop();
    const edit = { storeId: id, storeFile: storeFile(id), createdTs: 1, basedOn: 0 };
    const edits = await settled((catalog) => catalog.versions.addStoreVersion(edit));
    expect(edits.flatMap(({ value }) => value?.version ?? [])).toEqual([1]);
    expect(edits.filter(({ error }) => codeOf('changed')(error))).toHaveLength(TIMES - 1);
    const free = await atOnce((catalog) => catalog.versions.addStoreVersion({ ...edit, basedOn: null }));
    expect(free.map(({ version }) => version).sort((a, b) => a - b)).toEqual(rising(TIMES).map((one) => one + 1));
  });

  it('takes a receipt once, however often it comes at once, and numbers commands without a gap', async () => {
    const id = await suite.shop();
    const same = await atOnce((catalog) => catalog.receipts.acceptSale(givenSale(id, 'same')));
    expect(same.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(1);
    expect(same.filter(({ outcome }) => outcome === 'duplicate')).toHaveLength(TIMES - 1);
    const differing = await atOnce((catalog, at) => catalog.receipts.acceptSale(givenSale(id, 'differs', `d${at}`)));
    expect(differing.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(1);
    expect(differing.filter(({ outcome }) => outcome === 'conflict')).toHaveLength(TIMES - 1);
    await atOnce((catalog, at) => catalog.receipts.acceptSale(givenSale(id, `r${at}`)));
    const seqs = (await suite.catalog.inbox.inboxAfter(id, 0, 100)).map(({ seq }) => seq);
    expect(seqs).toEqual(rising(TIMES + 2));
  });

  it('takes sales by REST while the same receipts come from the shop', async () => {
    const id = await suite.shop();
    const keys = rising(30).map((at) => `till-${at}`);
    const noted = (order: readonly string[]) =>
      order.map((receiptKey) => ({ storeId: id, receiptKey, contentDigest: 'of-the-till' }));
    const [one, other] = suite.sideBySide();
    const [, , ...outcomes] = await Promise.all([
      one.receipts.noteReceipts(noted(keys)),
      other.receipts.noteReceipts(noted([...keys].reverse())),
      ...keys.map((key, at) => (at % 2 ? one : other).receipts.acceptSale(givenSale(id, key, 'by-rest'))),
    ]);
    const accepted = outcomes.filter((outcome) => outcome?.outcome === 'accepted').length;
    expect(await suite.catalog.inbox.inboxAfter(id, 0, 100)).toHaveLength(accepted);
    for (const [at, key] of keys.entries()) {
      const digest = (await suite.catalog.receipts.receipt(id, key))?.contentDigest;
      expect(outcomes[at]).toEqual(
        digest === 'by-rest' ? { outcome: 'accepted' } : { outcome: 'conflict', knownDigest: 'of-the-till' },
      );
    }
  });

  it('loses no command while others are acknowledged, held back and released', async () => {
    const id = await suite.shop();
    const recompute = { kind: 'recompute' as const, fromTs: 1 };
    const held = await suite.catalog.inbox.addCommand(id, recompute);
    await suite.catalog.inbox.holdCommand(id, held, { ts: 1, reason: 'olderAgent' });
    const released = await atOnce(async (catalog, at) => {
      if (at % 3 === 0) await catalog.inbox.acknowledgeInbox(id, held);
      if (at % 3 === 1) return catalog.inbox.releaseCommands(id, [held]);
      await catalog.receipts.acceptSale(givenSale(id, `r${at}`));
      return 0;
    });
    expect(released.reduce((sum, count) => sum + count, 0)).toBe(1);
    const kinds = (await suite.catalog.inbox.inboxAfter(id, held, 100)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'recompute')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'sale')).toHaveLength((TIMES * 2) / 3);
  });

  it('gives a user name, an address and a store id to one who asks first', async () => {
    const shops = await Promise.all(rising(TIMES).map(() => suite.shop()));
    const agents = await settled((catalog, at) =>
      catalog.agents.putAgent({ storeId: shops[at]!, username: 'agent:wanted', passwordSha256: 'aa' }),
    );
    expect(agents.filter(({ error }) => error === undefined)).toHaveLength(1);
    expect(agents.filter(({ error }) => codeOf('taken')(error))).toHaveLength(TIMES - 1);
    const person = { email: 'wanted@shop.test', passwordHash: 'h', grants: [everywhere('owner')] };
    const people = await settled((catalog, at) =>
      catalog.users.putUser({ ...person, organisationId: at % 3 === 0 ? 'org-a' : 'org-b' }),
    );
    const kept = (await suite.catalog.users.userByEmail(person.email))?.organisationId;
    expect(people.map(({ error }) => codeOf('taken')(error))).toEqual(
      people.map((_, at) => (at % 3 === 0 ? 'org-a' : 'org-b') !== kept),
    );
    const stores = await settled((catalog, at) =>
      catalog.stores.ensureStore('wanted', at % 3 === 0 ? 'org-a' : 'org-b'),
    );
    const owner = (await suite.catalog.stores.store('wanted'))?.organisationId;
    expect(stores.map(({ error }) => codeOf('taken')(error))).toEqual(
      stores.map((_, at) => (at % 3 === 0 ? 'org-a' : 'org-b') !== owner),
    );
  });
}
