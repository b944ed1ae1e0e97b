import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SPEAKS, SPEAKS_0_1, type InboxView } from '@aisle/contracts';
import { DueVersions } from '../../src/inbox/due-versions.js';
import type { HeldCommand, InboxRecords, NewCommand, VersionRecord } from '../../src/ports/index.js';
import {
  FakeAgent,
  demoStoreFile,
  json,
  noInsight,
  removeFolders,
  startCloud,
  until,
  type RunningCloud,
} from './harness.js';
import { ManualClock } from './manual-clock.js';

let cloud: RunningCloud;
const agents: FakeAgent[] = [];
const agent = (journalId?: string): FakeAgent => {
  const made = new FakeAgent(cloud.mqttPort, journalId === undefined ? {} : { journalId });
  agents.push(made);
  return made;
};
const HOUR = 3_600_000;
const inbox = async (): Promise<InboxView> =>
  (await (await cloud.api('/api/v1/stores/demo/inbox')).json()) as InboxView;
const waits = async () => (await inbox()).waits.map(({ kind, code }) => [kind, code]);
const kinds = (made: FakeAgent) => made.got.inbox.map(({ seq, kind }) => [seq, kind]);
const sale = (receipt: string) =>
  cloud.api(
    '/api/v1/stores/demo/sales',
    json({ ts: 1_772_416_800_000, receipt, lines: [{ gtin: '06901234567892', quantity: 1, net: 12.5 }] }),
  );
const recompute = (from: string) => cloud.api('/api/v1/stores/demo/recompute', json({ from }));
/** A version for later by REST; gives its number. */
async function plan(inMs: number, width = 12): Promise<number> {
  const versions = (await (await cloud.api('/api/v1/stores/demo/versions')).json()) as { version: number }[];
  const basedOn = versions[0]!.version;
  const storeFile = { ...(await demoStoreFile(cloud)), floor: { width, depth: 8 } };
  const validFrom = new Date(Date.now() + inMs).toISOString();
  const response = await cloud.api('/api/v1/stores/demo/versions', json({ basedOn, validFrom, storeFile }));
  expect(response.status).toBe(201);
  return ((await response.json()) as { version: number }).version;
}
const restart = async () => {
  await cloud.stop();
  cloud = await startCloud({ dir: cloud.dir, insight: noInsight() });
};

beforeEach(async () => {
  cloud = await startCloud({ insight: noInsight() });
});
afterEach(async () => {
  for (const made of agents.splice(0)) await made.leave();
  await cloud.stop();
});
afterAll(removeFolders);

describe('an agent of 0.1', () => {
  it('is told what this cloud speaks, and is not sent what it does not speak; the rest goes on', async () => {
    await plan(HOUR);
    await recompute('2026-03-02T10:00:00+08:00');
    await sale('r-1');
    const old = await agent('journal-one').join({ speaks: null, configVersion: 1, agentVersion: '0.1.0' });
    expect(old.got.welcome[0]).toMatchObject({ speaks: SPEAKS });
    await until(() => old.got.inbox.length === 2, 'the store file and the sale');
    expect(kinds(old)).toEqual([
      [1, 'storeFile'],
      [4, 'sale'],
    ]);
    await until(async () => (await waits()).length === 2, 'what waits');
    expect(await inbox()).toMatchObject({
      agentVersion: '0.1.0',
      agentOlder: true,
      waits: [
        { kind: 'planned', code: 'agentOlder', version: 2 },
        { kind: 'recompute', code: 'agentOlder' },
      ],
    });
    // Everything up to the sale is in its journal, it says: what it was never sent stays.
    await old.up('inbox-ack', { seq: 4 });
    await restart();
    expect(await waits()).toEqual([
      ['planned', 'agentOlder'],
      ['recompute', 'agentOlder'],
    ]);
    // After its upgrade both come, under new sequences, in their order.
    const renewed = await agent('journal-one').join({ inboxSeq: 4, configVersion: 1, agentVersion: '0.2.0' });
    await until(() => renewed.got.inbox.length === 2, 'what had waited');
    expect(kinds(renewed)).toEqual([
      [5, 'planned'],
      [6, 'recompute'],
    ]);
    expect(await inbox()).toMatchObject({ agentVersion: '0.2.0', agentOlder: false, waits: [] });
  });

  it('is not sent a sale that names its till, which it would book to none; sales that name none go on', async () => {
    const named = {
      ...{ ts: 1_772_416_800_000, receipt: 'r-1', till: 'till-1' },
      lines: [{ gtin: '06901234567892', quantity: 1, net: 12.5 }],
    };
    expect((await cloud.api('/api/v1/stores/demo/sales', json(named))).status).toBe(202);
    await sale('r-2');
    const old = await agent('journal-one').join({ speaks: null, configVersion: 1, agentVersion: '0.1.0' });
    await until(() => old.got.inbox.length === 2, 'the store file and the other sale');
    expect(old.got.inbox[1]).toMatchObject({ kind: 'sale', sale: { receipt: 'r-2' } });
    await until(async () => (await waits()).length === 1, 'the named one waits');
    expect(await waits()).toEqual([['sale', 'agentOlder']]);
    await old.up('inbox-ack', { seq: 3 });
    const renewed = await agent('journal-one').join({ inboxSeq: 3, configVersion: 1, agentVersion: '0.2.0' });
    await until(() => renewed.got.inbox.length === 1, 'what had waited');
    expect(renewed.got.inbox[0]).toMatchObject({ kind: 'sale', till: 'till-1', sale: { receipt: 'r-1' } });
  });

  it('gets a store file without what is only drawn, which it would refuse; one of today gets all of it', async () => {
    const file = await demoStoreFile(cloud);
    const line = [
      [1, 1],
      [1, 5],
    ];
    const [first, ...others] = file.devices ?? [];
    const storeFile = {
      ...{ ...file, walls: [{ id: 'wall-1', line }] },
      devices: [{ ...first, at: [2, 3], facingDegrees: 90 }, ...others],
    };
    const made = await cloud.api('/api/v1/stores/demo/versions', json({ basedOn: 1, storeFile }));
    expect(made.status).toBe(201);
    const sent = async (speaks: null | undefined, journal: string) => {
      const one = await agent(journal).join({ ...(speaks === null && { speaks }), configVersion: 1 });
      const newest = () =>
        one.got.inbox.find((command) => command.kind === 'storeFile' && command.version === 2) as
          { storeFile: object } | undefined;
      await until(() => newest() !== undefined, 'the newest file');
      await one.leave();
      return newest()?.storeFile;
    };
    const old = await sent(null, 'journal-one');
    expect(old).toMatchObject({ devices: file.devices });
    expect(Object.keys(old ?? {})).not.toContain('walls');
    expect(JSON.stringify(old)).not.toContain('facingDegrees":90');
    expect(await sent(undefined, 'journal-two')).toMatchObject(storeFile);
  });

  it('says so to whoever asks for figures anew', async () => {
    await agent().join({ speaks: null, configVersion: 1 });
    await until(async () => (await inbox()).agentVersion === 'test', 'it is known');
    const response = await recompute('2026-03-02T10:00:00+08:00');
    expect([response.status, await response.json()]).toEqual([202, { from: '2026-03-02T02:00:00.000Z', waits: true }]);
  });

  it('gets a planned version as a plain store file when it is due, also where the cloud was off at that time', async () => {
    const old = await agent('journal-one').join({ speaks: null, configVersion: 1 });
    const second = await plan(1500);
    await until(async () => (await waits()).length === 1, 'it waits');
    await until(
      () => old.got.inbox.some((command) => command.kind === 'storeFile' && command.version === second),
      'it',
    );
    expect(await waits()).toEqual([]);
    const third = await plan(2500, 14);
    await until(async () => (await waits()).length === 1, 'the next waits');
    await old.leave();
    const due = Date.now() + 2500;
    await cloud.stop();
    await until(() => Date.now() > due, 'its time');
    cloud = await startCloud({ dir: cloud.dir, insight: noInsight() });
    const again = await agent('journal-one').join({ speaks: null, configVersion: 2, inboxSeq: 3 });
    await until(() => again.got.inbox.length === 1, 'the version that fell due meanwhile');
    expect(again.got.inbox[0]).toMatchObject({ kind: 'storeFile', version: third });
    expect(await waits()).toEqual([]);
  });

  it('is not sent sales before it has its store file: it would forget them', async () => {
    await sale('r-1');
    const old = await agent().join({ speaks: null });
    await until(async () => (await waits()).length === 1, 'the sale waits');
    expect([kinds(old), await waits()]).toEqual([[[1, 'storeFile']], [['sale', 'noStoreFile']]]);
    await old.up('inbox-ack', { seq: 1 });
    await until(() => old.got.inbox.length === 2, 'the sale');
    expect(kinds(old)[1]).toEqual([3, 'sale']);
  });
});

describe('a command that an agent refuses', () => {
  it('stays, with the reason, over what is acknowledged behind it, until an agent of another version comes', async () => {
    await sale('r-1');
    await sale('r-2');
    const shop = await agent('journal-one').join({ configVersion: 1, agentVersion: '0.2.0' });
    await until(() => shop.got.inbox.length === 3, 'all of it');
    await shop.up('inbox-ack', { seq: 2, refused: [{ seq: 2, code: 'malformed' }] });
    await shop.up('inbox-ack', { seq: 3 });
    await until(async () => (await waits()).length === 1, 'it is kept');
    expect(await waits()).toEqual([['sale', 'malformed']]);
    const same = await agent('journal-one').join({ inboxSeq: 3, configVersion: 1, agentVersion: '0.2.0' });
    await sale('r-3');
    await until(() => same.got.inbox.length === 1, 'the new sale');
    expect(kinds(same)).toEqual([[4, 'sale']]);
    const newer = await agent('journal-one').join({ inboxSeq: 4, configVersion: 1, agentVersion: '0.2.1' });
    await until(() => newer.got.inbox.length === 1, 'the one that was refused');
    expect(newer.got.inbox[0]).toMatchObject({ seq: 5, kind: 'sale', sale: { receipt: 'r-1' } });
  });

  it('is known from the next hello, where the acknowledgement that said so was lost', async () => {
    await sale('r-1');
    await sale('r-2');
    await agent('journal-one').join({ configVersion: 1, inboxSeq: 1 });
    const shop = await agent('journal-one').join({
      ...{ configVersion: 1, inboxSeq: 3 },
      // The last one lies behind what it has: it gets that again.
      refused: [
        { seq: 2, code: 'unknownCommand' },
        { seq: 9, code: 'malformed' },
      ],
    });
    await until(async () => (await waits()).length === 1, 'it is kept');
    expect(await waits()).toEqual([['sale', 'unknownCommand']]);
    await shop.leave();
  });

  it('because its store file is not there yet comes again as soon as it is', async () => {
    await sale('r-1');
    const shop = await agent().join();
    await until(() => shop.got.inbox.length === 2, 'both');
    await shop.up('inbox-ack', { seq: 1, refused: [{ seq: 1, code: 'malformed' }] });
    await shop.up('inbox-ack', { seq: 2, refused: [{ seq: 2, code: 'noStoreFile' }] });
    await until(async () => (await waits()).length === 2, 'both are kept');
    await shop.up('status', {
      ...{ ts: 1, agentVersion: 'test', configVersion: 1, refused: [], journalSeq: 9 },
      outbox: { waiting: 0, oldestTs: null, discarded: 0 },
    });
    await until(() => shop.got.inbox.length === 3, 'the sale again');
    expect(kinds(shop)[2]).toEqual([3, 'sale']);
  });

  it('leaves the last store file that it took for an agent without its disk, and an overtaken one to nobody', async () => {
    const shop = await agent('journal-one').join();
    const versions = cloud.catalog.versions;
    const file = await demoStoreFile(cloud);
    const version = (width: number) =>
      versions.addStoreVersion({
        storeId: 'demo',
        storeFile: { ...file, floor: { width, depth: 8 } },
        createdTs: Date.now(),
      });
    await version(12);
    await sale('r-1');
    await until(() => shop.got.inbox.length === 3, 'all');
    await shop.up('inbox-ack', { seq: 1 });
    await shop.up('inbox-ack', { seq: 2, refused: [{ seq: 2, code: 'malformed' }] });
    await shop.up('inbox-ack', { seq: 3 });
    await until(async () => (await waits()).length === 1, 'it is kept');
    const given = async () => (await cloud.catalog.inbox.inboxAfter('demo', 0, 9)).map(({ kind }) => kind);
    await until(async () => !(await given()).includes('sale'), 'the sale is acknowledged');
    await shop.leave();
    const blank = await agent('journal-two').join();
    await until(() => blank.got.inbox.length > 0, 'the store file that could be used');
    expect(blank.got.inbox[0]).toMatchObject({ seq: 1, kind: 'storeFile', version: 1 });
    await blank.leave();
    await version(13);
    const newer = await agent('journal-two').join({ inboxSeq: 1, configVersion: 1, agentVersion: 'newer' });
    await until(() => newer.got.inbox.length > 0, 'the newest');
    expect(newer.got.inbox[0]).toMatchObject({ kind: 'storeFile', version: 3 });
    expect(await waits()).toEqual([]);
  });
});

it('an agent of another protocol is welcomed, so that it knows, and sent nothing', async () => {
  const shop = await agent('journal-one').join({ speaks: { ...SPEAKS_0_1, protocol: 2 } });
  await until(() => cloud.logs.some(({ msg }) => /another protocol/.test(String(msg))), 'it is said');
  expect(shop.got.inbox).toEqual([]);
  const same = await agent('journal-one').join();
  await until(() => same.got.inbox.length === 1, 'the store file');
});

it('only owners see what waits, and a time that is none, or to come, is refused', async () => {
  expect((await cloud.api('/api/v1/stores/demo/inbox', { token: null })).status).toBe(401);
  expect((await cloud.api('/api/v1/stores/other/inbox')).status).toBe(404);
  for (const from of ['yesterday', '2026-03-02T10:00:00', '2999-01-01T00:00:00Z'])
    expect(await (await recompute(from)).json()).toMatchObject({ error: { field: 'from' } });
});

describe('planned versions that an agent cannot bring into force', () => {
  const START = 1_000_000;
  const storeFile = {} as never;
  /** The catalog's part of it, in memory. */
  function bench(plans: [version: number, validFrom: number][], line = plans) {
    const clock = new ManualClock();
    let held = plans.map(([version, validFrom], index): HeldCommand => {
      return {
        command: { seq: index + 1, kind: 'planned', version, validFrom, storeFile },
        sinceTs: 0,
        reason: 'agentOlder',
      };
    });
    const given: [atMs: number, version: number][] = [];
    const commands = {
      heldCommands: async () => held,
      addCommand: async (_storeId: string, command: NewCommand) => {
        if (command.kind === 'storeFile') given.push([clock.now() - START, command.version]);
        return 0;
      },
      dropCommands: async (_storeId: string, seqs: readonly number[]) => {
        held = held.filter(({ command }) => !seqs.includes(command.seq));
      },
    } as unknown as InboxRecords;
    const versions = {
      versions: async () => line.map(([version, validFrom]) => ({ version, validFrom }) as VersionRecord),
    };
    const due = new DueVersions({
      ...{ commands, versions, clock },
      notify: () => undefined,
      log: { info: () => undefined, error: (details) => expect(details).toBe('no failure') },
    });
    return { clock, due, given, held: () => held.map(({ command }) => command.seq) };
  }

  it('are given at their time, in their order, however far ahead', async () => {
    const day = 24 * HOUR;
    const { clock, due, given } = bench([
      [2, START + 90_000],
      [3, START + 30 * day],
    ]);
    await due.start(['demo']);
    await clock.advance(89_999);
    expect(given).toEqual([]);
    await clock.advance(31 * day);
    expect(given).toEqual([
      [90_000, 2],
      [30 * day, 3],
    ]);
    await due.stop();
  });

  it('are dropped where a newer one has taken their place', async () => {
    const { clock, due, given, held } = bench(
      [[2, START + 60_000]],
      [
        [2, START + 60_000],
        [3, START + 30_000],
      ],
    );
    await due.start(['demo']);
    await clock.advance(HOUR);
    expect([given, held()]).toEqual([[], []]);
    await due.stop();
  });
});
