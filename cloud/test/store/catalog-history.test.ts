import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Catalog } from '../../src/ports/catalog.js';
import { MIGRATIONS } from '../../src/store/catalog/migrations.js';
import { chooseCatalog } from '../../src/store/open-catalog.js';
import { Sqlite } from '../../src/store/sqlite/sqlite.js';

/** SHA-256 of every step that a release has made: those that stand in people's files can never be said otherwise. */
const RELEASED = [
  'eb151199a1324a71c0744947843cd8879a3ec1ac63731a2c4e3cc4af4d1d74df', // 0.1
  '29f75c854602b211af638ad921a4ab969a6a0b21b887947876f78515462986d0', // 0.1
];

describe('the steps of the schema', () => {
  it('that are released stay as they are', () => {
    const digests = MIGRATIONS.map((step) => createHash('sha256').update(step).digest('hex'));
    expect(digests.slice(0, RELEASED.length)).toEqual(RELEASED);
  });
});

/** What version 0.1 wrote, as it wrote it. */
const ROWS_OF_0_1 = `
  INSERT INTO organisation VALUES ('org');
  INSERT INTO user (organisation_id, email, password_hash, role) VALUES
    ('org', 'owner@shop.test', 'scrypt$a', 'owner'), ('org', 'viewer@shop.test', 'scrypt$b', 'viewer');
  INSERT INTO session VALUES ('s1', 1, 10, 1000);
  INSERT INTO api_token (token_hash, organisation_id, name, role, created_ts) VALUES ('t1', 'org', 'provisioned', 'owner', 5);
  INSERT INTO store (store_id, organisation_id, current_version, inbox_seq, inbox_acked) VALUES ('demo', 'org', 2, 5, 2);
  INSERT INTO store_version VALUES
    ('demo', 1, 'import', 'h1', '{"store":{"id":"demo"},"floor":{"width":30}}', 100),
    ('demo', 2, 'dashboard', NULL, '{"store":{"id":"demo"},"floor":{"width":31}}', 200);
  INSERT INTO agent VALUES ('demo', 'agent:demo', 'aa', 900, 2, '0.1.0', '{"ts":1}');
  INSERT INTO journal VALUES ('demo', 'journal-1', 1), ('demo', 'journal-2', 2);
  INSERT INTO device_credential VALUES ('demo', 'cam-1', 'cc', 300, NULL);
  INSERT INTO inbox VALUES
    ('demo', 2, 'storeFile', '{"seq":2,"kind":"storeFile","version":2,"storeFile":{"store":{"id":"demo"},"floor":{"width":31}}}'),
    ('demo', 4, 'credential', '{"seq":4,"kind":"credential","deviceId":"cam-1","sha256":"cc"}'),
    ('demo', 5, 'sale', '{"seq":5,"kind":"sale","sale":{"ts":1,"receipt":"r1","lines":[]}}');
  INSERT INTO receipt VALUES ('demo', 'r1', 'd1');
`;

describe('a catalog that version 0.1 has written', () => {
  let dir: string;
  let catalog: Catalog;
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'aisle-catalog-0-1-'));
    const file = join(dir, 'catalog.sqlite');
    const old = new Sqlite(file);
    old.open([...MIGRATIONS.slice(0, 2)]);
    for (const row of ROWS_OF_0_1.split(';').filter((text) => text.trim() !== '')) old.query(row);
    old.close();
    catalog = chooseCatalog({ engine: 'sqlite' }, file);
    await catalog.open();
  });
  afterEach(async () => {
    await catalog.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it('keeps its people, with their role for the whole organisation, signed in as they were', async () => {
    const scope = { kind: 'organisation', id: 'org' };
    expect((await catalog.users.users('org')).map(({ email, grants, disabled }) => [email, grants, disabled])).toEqual([
      ['owner@shop.test', [{ role: 'owner', scope }], false],
      ['viewer@shop.test', [{ role: 'viewer', scope }], false],
    ]);
    expect((await catalog.sessions.userBySession('s1', 999))?.email).toBe('owner@shop.test');
    expect(await catalog.tokens.apiToken('t1', 1e12)).toMatchObject({
      name: 'provisioned',
      grant: { role: 'owner', scope },
      createdTs: 5,
      expiresTs: null,
      lastUsedTs: null,
    });
  });

  it('keeps its versions, each valid from when it was made, and goes on with the next number', async () => {
    expect((await catalog.versions.versions('demo')).map(({ version, validFrom }) => [version, validFrom])).toEqual([
      [1, 100],
      [2, 200],
    ]);
    expect((await catalog.versions.currentVersion('demo', 300))?.storeFile.floor.width).toBe(31);
    const { storeFile } = (await catalog.versions.version('demo', 1))!;
    expect(await catalog.versions.addStoreVersion({ storeId: 'demo', storeFile, createdTs: 400 })).toMatchObject({
      version: 3,
    });
  });

  it('keeps its inbox in order, its journals and its receipts', async () => {
    expect(await catalog.devices.credentials('demo')).toMatchObject([{ deviceId: 'cam-1', pending: true }]);
    expect((await catalog.inbox.inboxAfter('demo', 2, 10)).map(({ seq, kind }) => [seq, kind])).toEqual([
      [4, 'credential'],
      [5, 'sale'],
    ]);
    await catalog.inbox.acknowledgeInbox('demo', 5);
    expect((await catalog.inbox.inboxAfter('demo', 0, 10)).map(({ seq }) => seq)).toEqual([2, 4]);
    expect(await catalog.devices.credentials('demo')).toMatchObject([{ deviceId: 'cam-1', pending: false }]);
    expect(await catalog.agents.epochOf('demo', 'journal-2')).toBe(2);
    expect(await catalog.agents.epochOf('demo', 'journal-3')).toBe(3);
    expect(await catalog.agents.agent('demo')).toMatchObject({ inboxSeq: 5, inboxAcked: 5, configVersion: 2 });
    expect(await catalog.receipts.receipt('demo', 'r1')).toMatchObject({ contentDigest: 'd1' });
  });
});
