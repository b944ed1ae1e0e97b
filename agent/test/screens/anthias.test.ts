import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AgentCampaign, LiveDevice, MediaFile, StoreFile } from '@aisle/contracts';
import { AnthiasStandIn } from '../../../tests/support/anthias-stand-in.js';
import { Anthias } from '../../src/adapters/anthias.js';
import { TargetError, type TargetAsset } from '../../src/ports/screen-target.js';
import { STORE, freePort, openShop, sha256, storeFileCommand, until, type Shop } from '../runtime/harness.js';
import { FileServer } from './file-server.js';

const never = new AbortController().signal;
const PASSWORD = 'pl4nted-word';

describe('an Anthias that is told what to show', () => {
  let screen: AnthiasStandIn;
  let url: string;
  const picture = (uri: string, kind: TargetAsset['kind'] = 'image'): TargetAsset => ({
    ...{ uri, kind, name: 'milk', untilTs: Date.now() + 3_600_000 },
  });
  const tell = (asset: TargetAsset | null | undefined, more: object = {}) =>
    new Anthias().show({ url, ...more }, asset, never);
  const playing = () => screen.playing().map(({ uri }) => uri);

  beforeEach(async () => {
    screen = new AnthiasStandIn();
    url = await screen.start();
  });
  afterEach(() => screen.stop());

  it('shows it alone and at once, never nothing between two, and asks for no more when it is so already', async () => {
    screen.add({ name: 'Theirs', uri: 'https://theirs.example/' });
    await tell(picture('http://agent/a'));
    expect(playing()).toEqual(['http://agent/a']);
    expect(screen.switchedTo).toHaveLength(1);
    await tell(picture('http://agent/b', 'video'));
    expect(playing()).toEqual(['http://agent/b']);
    await tell(picture('http://agent/a'));
    expect(playing()).toEqual(['http://agent/a']);
    expect(screen.fewestActive).toBe(1);
    expect([...screen.assets.values()].map(({ uri }) => uri)).toEqual([
      'https://theirs.example/',
      'http://agent/a',
      'http://agent/b',
    ]);
    const before = screen.asked.length;
    await tell(picture('http://agent/a'));
    expect(screen.asked.slice(before)).toEqual(['GET assets']);
  });

  it('puts off its end when little of it is left, and begins anew when it has passed', async () => {
    const soon = { ...picture('http://agent/a'), untilTs: Date.now() + 60_000 };
    await tell(soon);
    await tell(picture('http://agent/a'));
    const [asset] = screen.playing();
    expect(Date.parse(asset?.end_date ?? '')).toBeGreaterThan(Date.now() + 3_000_000);
    if (asset) asset.end_date = '2021-01-01T00:00:00';
    await tell(picture('http://agent/a'));
    expect(playing()).toEqual(['http://agent/a']);
    expect(screen.switchedTo).toHaveLength(2);
  });

  it('is left with what others put there where nothing of ours shall be shown, and is only asked before anything is chosen', async () => {
    const theirs = screen.add({ name: 'Theirs', uri: 'https://theirs.example/' });
    await tell(undefined);
    expect(screen.asked).toEqual(['GET assets']);
    await tell(picture('http://agent/a'));
    theirs.is_enabled = true;
    await tell(null);
    expect(playing()).toEqual(['https://theirs.example/']);
  });

  it('does not fill up: of what was shown, the oldest is deleted, and nothing of theirs', async () => {
    screen.add({ name: 'Theirs', uri: 'https://theirs.example/' });
    for (let n = 0; n < 50; n += 1) await tell(picture(`http://agent/${n}`));
    expect(screen.assets.size).toBeLessThanOrEqual(42);
    expect([...screen.assets.values()][0]?.name).toBe('Theirs');
    expect(playing()).toEqual(['http://agent/49']);
  });

  it.each<[string, TargetError['code'], number, (screen: AnthiasStandIn) => void]>([
    ['another password', 'targetDenied', 401, (one) => (one.login = `shop:other`)],
    [
      'a page instead of JSON',
      'targetRefused',
      200,
      (one) => (one.instead = (_, answer) => Boolean(answer.end('<html>'))),
    ],
    ['other JSON', 'targetRefused', 0, (one) => (one.instead = (_, answer) => Boolean(answer.end('{"assets":[]}')))],
    ['an error', 'targetRefused', 500, (one) => (one.instead = (_, answer) => Boolean(answer.writeHead(500).end()))],
    [
      'a way to somewhere else',
      'targetRefused',
      302,
      (one) => (one.instead = (_, answer) => Boolean(answer.writeHead(302, { location: 'http://127.0.0.1:9/' }).end())),
    ],
    [
      'a line that breaks',
      'targetUnreachable',
      0,
      (one) => (one.instead = (request) => Boolean(request.socket.destroy())),
    ],
  ])('answers with %s: %s, and the error holds no secret', async (_what, trouble, status, spoil) => {
    spoil(screen);
    const error: unknown = await tell(picture('http://agent/a'), { username: 'shop', password: PASSWORD }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(TargetError);
    expect(error).toMatchObject({ code: trouble, status });
    expect(JSON.stringify(error) + String(error)).not.toContain(PASSWORD);
  });
});

const campaign = (campaignId: string, item: Partial<AgentCampaign['items'][0]>, more: object = {}): AgentCampaign => ({
  ...{ campaignId, revision: 1, name: campaignId, state: 'live' as const, screens: null, category: null, gtins: [] },
  items: [{ contentId: `content-${campaignId}`, gtins: [], category: null, weight: 1, ...item }],
  ...{ goal: 'stops' as const, policy: 'loop' as const, holdoutPpm: 0, blockMinutes: 20, washInMinutes: 5 },
  ...{ minPlaySeconds: 2, dailyCap: null, frequencyCap: null, weight: 1, fromTs: null, toTs: null },
  ...{ days: null, hours: null, seed: 1, ...more },
});

describe('a shop with an Anthias among its screens', () => {
  const server = new FileServer();
  const screen = new AnthiasStandIn();
  const bytes = randomBytes(10_000);
  const logged: string[] = [];
  const say = (fields: object, message: string) => void logged.push(JSON.stringify(fields) + message);
  let file: MediaFile;
  let port: number;
  let shop: Shop;
  /** what the agent says of the device now */
  const device = (): LiveDevice | undefined => {
    shop.cloud.send('watch', { leaseMs: 30_000, fresh: true });
    const snapshot = shop.cloud.live.findLast(({ type }) => type === 'snapshot')?.['snapshot'] as
      { devices: LiveDevice[] } | undefined;
    return snapshot?.devices.find(({ deviceId }) => deviceId === 'screen-1');
  };
  const hasProblem = (code: string) => device()?.problems?.some((problem) => problem.code === code);

  beforeAll(async () => {
    port = await freePort();
    screen.login = `shop:${PASSWORD}`;
    screen.add({ name: 'Theirs', uri: 'https://theirs.example/' });
    const url = await screen.start(port);
    file = server.add(bytes);
    const address = await server.start();
    const target = { url, username: 'shop', password: PASSWORD };
    const store: StoreFile = {
      ...STORE,
      devices: (STORE.devices ?? []).map((device) =>
        device.id === 'screen-1' ? { ...device, dialect: 'anthias', target } : device,
      ),
    };
    const log = { debug: say, info: say, warn: say, error: say };
    shop = await openShop({ withStore: false, deps: { log } });
    shop.cloud.command(storeFileCommand(1, store));
    // A template stands first and weighs more: it can be drawn by our own player only.
    shop.cloud.command({ seq: 2, kind: 'campaign', campaign: campaign('t', { template: 'product', weight: 100 }) });
    shop.cloud.command({ seq: 3, kind: 'campaign', campaign: campaign('a', { file }) });
    await until('what was said', () => shop.cloud.inboxAcks.includes(3));
    const { journalId } = shop.cloud.hellos.at(-1) as { journalId: string };
    shop.cloud.send('welcome', { journalId, epoch: 1, configVersion: 1, files: address });
  });
  afterAll(async () => {
    await shop.end();
    await server.stop();
    await screen.stop();
  });

  it('shows there what the agent has chosen, alone, and gives it the file without a key; no play is stated', async () => {
    const asset = await until('the file on the screen', () =>
      screen.playing().find(({ mimetype }) => mimetype === 'image'),
    );
    await until('that it plays alone', () => screen.playing().length === 1);
    const answer = await fetch(asset.uri);
    expect(answer.headers.get('content-type')).toBe('image/png');
    expect(sha256(Buffer.from(await answer.arrayBuffer()).toString('latin1'))).toBe(sha256(bytes.toString('latin1')));
    // What it was told is of this file and this screen only.
    for (const other of [
      asset.uri.slice(0, -1),
      asset.uri.replace('screen-1', 'screen-9'),
      asset.uri.replace(/\/by\/.*/, ''),
    ])
      expect((await fetch(other)).status).toBe(401);
    const kinds = () => [...shop.cloud.facts.values()].map(({ kind }) => kind);
    await until('the decision', () => kinds().includes('decision'));
    expect(kinds()).not.toContain('play');
  });

  it('says that it cannot be reached as a problem of the device, tries again, and goes on by itself', async () => {
    await until('that it is there', () => device()?.state === 'online', 10_000, 50);
    await screen.stop();
    shop.cloud.command({
      ...{ seq: 4, kind: 'campaign' },
      campaign: { ...campaign('a', { url: 'https://shop.example/offer', contentId: 'offer' }), revision: 2 },
    });
    await until('the problem', () => hasProblem('targetUnreachable'), 30_000, 50);
    await until('that it is away', () => device()?.state === 'offline', 10_000, 50);
    expect(logged.join('\n')).toContain('targetUnreachable');
    await screen.start(port);
    await until(
      'what was chosen meanwhile',
      () => screen.playing().some(({ uri }) => uri === 'https://shop.example/offer'),
      30_000,
    );
    await until('that it is well', () => device()?.state === 'online' && !hasProblem('targetUnreachable'), 30_000, 50);
  });

  it('shows nothing of ours while a person has paused it', async () => {
    const order = { screenId: 'screen-1', action: 'pause', by: 'Ana', atTs: Date.now(), untilTs: null };
    shop.cloud.command({ seq: 5, kind: 'screenOrder', order });
    await until('that nothing plays', () => screen.playing().length === 0);
    expect(screen.fewestActive).toBe(0);
  });

  it('says it when somebody pins what it cannot show', async () => {
    const item = { contentId: 'drawn', template: 'product', gtins: [], category: null, weight: 1 };
    const order = { screenId: 'screen-1', action: 'pin', item, by: 'Ana', atTs: Date.now(), untilTs: null };
    shop.cloud.command({ seq: 6, kind: 'screenOrder', order });
    await until('the problem', () => hasProblem('targetCannotShow'), 10_000, 50);
  });

  it('has its password in no line of the log', () => {
    expect(logged.length).toBeGreaterThan(0);
    expect(logged.join('\n')).not.toContain(PASSWORD);
    expect(logged.join('\n')).not.toContain(Buffer.from(`shop:${PASSWORD}`).toString('base64'));
  });
});
