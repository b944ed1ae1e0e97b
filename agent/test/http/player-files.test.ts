import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentCampaign } from '@aisle/contracts';
import { SECRETS, openShop, sha256, until, type Shop } from '../runtime/harness.js';
import { FileServer } from '../screens/file-server.js';

/** A campaign of one file on every screen, or those that are named. */
const campaign = (campaignId: string, file: AgentCampaign['items'][0]['file'], screens: string[] | null = null) => ({
  ...{ campaignId, revision: 1, name: campaignId, state: 'live' as const, screens, category: null, gtins: [] },
  items: [{ contentId: `content-${campaignId}`, ...(file && { file }), gtins: [], category: null, weight: 1 }],
  ...{ goal: 'stops' as const, policy: 'loop' as const, holdoutPpm: 0, blockMinutes: 20, washInMinutes: 5 },
  ...{ minPlaySeconds: 8, dailyCap: null, frequencyCap: null, weight: 1, fromTs: null, toTs: null },
  ...{ days: null, hours: null, seed: 1 },
});

describe('the files that the agent gives to players', () => {
  let shop: Shop;
  const server = new FileServer();
  const bytes = randomBytes(100_000);
  const file = server.add(bytes);
  const others = server.add(randomBytes(50));
  const get = (id: string, headers: Record<string, string> = {}, key = SECRETS['screen-1'], screen = 'screen-1') =>
    fetch(`${shop.http}/player/${screen}/file/${id}`, { headers: { authorization: `Bearer ${key}`, ...headers } });
  const bodyOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer());

  beforeAll(async () => {
    const address = await server.start();
    shop = await openShop();
    shop.cloud.command({ seq: 2, kind: 'campaign', campaign: campaign('a', file) });
    shop.cloud.command({ seq: 3, kind: 'campaign', campaign: campaign('b', others, ['screen-9']) });
    await until('what was said', () => shop.cloud.inboxAcks.includes(3));
    await until('that it is on its way', async () => (await get(file.sha256)).status === 503);
    const { journalId } = shop.cloud.hellos.at(-1) as { journalId: string };
    shop.cloud.send('welcome', { journalId, epoch: 1, configVersion: 1, files: address });
    await until('the file', async () => (await get(file.sha256)).ok);
  });
  afterAll(async () => {
    await shop.end();
    await server.stop();
  });

  it('are what the cloud gave, of their type, and nothing that a browser may guess at', async () => {
    const answer = await get(file.sha256);
    expect(answer.headers.get('content-type')).toBe('image/png');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect((await bodyOf(answer)).equals(bytes)).toBe(true);
    expect(server.asked[0]?.login).toBe(
      `${encodeURIComponent(shop.config.cloud.username)}:${shop.config.cloud.password}`,
    );
  });

  it('stand on the list of what the screen may show, those of its own campaigns only, with where they are', async () => {
    const listOf = async (key?: string) =>
      fetch(
        `${shop.http}/player/screen-1/list.json`,
        key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } },
      );
    expect((await listOf()).status).toBe(401);
    const { cards } = (await (await listOf(SECRETS['screen-1'])).json()) as { cards: { contentId: string }[] };
    const own = {
      contentId: 'content-a',
      file: { sha256: file.sha256, type: 'image/png' },
      products: [],
    };
    expect(cards.at(-1)).toMatchObject(own);
    expect(cards.map(({ contentId }) => contentId)).not.toContain('content-b');
    const one = await fetch(`${shop.http}/player/screen-1/content/content-a.json`, {
      headers: { authorization: `Bearer ${SECRETS['screen-1']}` },
    });
    expect(await one.json()).toMatchObject(own);
    const page = await fetch(`${shop.http}/player/screen-1`);
    expect(page.headers.get('content-security-policy')).toContain("img-src 'self' data: blob:");
  });

  it.each([
    ['bytes=0-9', 206, bytes.subarray(0, 10), 'bytes 0-9/100000'],
    ['bytes=99990-', 206, bytes.subarray(99_990), 'bytes 99990-99999/100000'],
    ['bytes=-5', 206, bytes.subarray(99_995), 'bytes 99995-99999/100000'],
    ['bytes=5-999999', 206, bytes.subarray(5), 'bytes 5-99999/100000'],
    ['bytes=9-3', 200, bytes, null],
    ['lines=1-2', 200, bytes, null],
    ['bytes=0-1,4-5', 200, bytes, null],
  ])('come in parts: %s', async (range, status, expected, told) => {
    const answer = await get(file.sha256, { range });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-range')).toBe(told);
    expect((await bodyOf(answer)).equals(expected)).toBe(true);
  });

  it('come whole where the part that is there was of something else, and not at all beyond their end', async () => {
    expect((await get(file.sha256, { range: 'bytes=5-', 'if-range': '"other"' })).status).toBe(200);
    expect((await get(file.sha256, { range: 'bytes=5-', 'if-range': `"${file.sha256}"` })).status).toBe(206);
    const beyond = await get(file.sha256, { range: 'bytes=100000-' });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, 'bytes */100000']);
  });

  it("are not given with another's key, nor what is on other screens, nor anything else of the disk", async () => {
    expect((await get(file.sha256, {}, SECRETS['cam-1'])).status).toBe(401);
    expect((await get(file.sha256, {}, SECRETS.local)).status).toBe(401);
    expect((await get(file.sha256, {}, SECRETS['cam-1'], 'cam-1')).status).toBe(401);
    expect((await get(others.sha256)).status).toBe(404);
    expect((await get(sha256('anything'))).status).toBe(404);
    mkdirSync(path.join(shop.dir, 'media'), { recursive: true });
    writeFileSync(path.join(shop.dir, 'media', 'secret'), 'x');
    expect((await get('..%2Fcredentials.json')).status).toBe(404);
    expect((await get('secret')).status).toBe(404);
    rmSync(path.join(shop.dir, 'media', 'secret'));
  });

  it('and what a player says of itself is shown beside its screen, with what is here of its files', async () => {
    const report = { width: 1920, height: 1080, clockOffMs: -12, freeBytes: 5_000_000, here: 1 };
    const say = (body: unknown, key = SECRETS['screen-1']) =>
      fetch(`${shop.http}/player/screen-1/report`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}` },
        body: JSON.stringify(body),
      });
    expect((await say(report, 'wrong')).status).toBe(401);
    const refused = await say({ ...report, width: -1 });
    expect([refused.status, ((await refused.json()) as { error: { field: string } }).error.field]).toEqual([
      400,
      'width',
    ]);
    const answer = (await (await say(report)).json()) as { now: number };
    expect(Math.abs(answer.now - Date.now())).toBeLessThan(60_000);
    shop.cloud.send('watch', { leaseMs: 30_000, fresh: true });
    const screen = await until('the screen, live', () => {
      const told = shop.cloud.live.flatMap((update) => {
        const { screens } = (update['snapshot'] ?? update) as { screens?: Record<string, unknown>[] };
        return screens ?? [];
      });
      return told.find((one) => one['deviceId'] === 'screen-1' && one['player'] !== undefined);
    });
    expect(screen).toMatchObject({ player: report, files: { here: 1, missing: 0, missingBytes: 0, full: false } });
  });
});
