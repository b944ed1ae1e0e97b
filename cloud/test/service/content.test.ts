import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SPEAKS, type ApiError, type CampaignView, type ContentView } from '@aisle/contracts';
import type { Static } from '@sinclair/typebox';
import {
  AGENT_PASSWORD,
  FakeAgent,
  json,
  removeFolders,
  startCloud,
  temporaryFolder,
  until,
  type RunningCloud,
} from './harness.js';

let cloud: RunningCloud;
beforeAll(async () => {
  cloud = await startCloud({ config: { content: { engine: 'folder', maxMegabytes: 2 } } });
});
afterAll(async () => {
  await cloud.stop();
  removeFolders();
});

type Failure = Static<typeof ApiError> & { usedBy?: { campaignId: string }[] };
const form = (bytes: Buffer, name: string, more: Record<string, string> = {}): FormData => {
  const data = new FormData();
  for (const [key, value] of Object.entries(more)) data.set(key, value);
  data.set('file', new Blob([new Uint8Array(bytes)], { type: 'application/octet-stream' }), name);
  return data;
};
const send = (bytes: Buffer, name: string, more?: Record<string, string>): Promise<Response> =>
  cloud.api('/api/v1/content', { method: 'POST', body: form(bytes, name, more) });
const colour = (red: number, width = 64, height = 48) =>
  sharp({ create: { width, height, channels: 3, background: { r: red, g: 90, b: 30 } } });
const film = (...args: string[]): Buffer => {
  const file = path.join(temporaryFolder(), args.at(-1) as string);
  const source = ['-f', 'lavfi', '-i', 'testsrc=size=64x48:rate=10:duration=2'];
  execFileSync('ffmpeg', ['-v', 'error', ...source, ...args.slice(0, -1), file]);
  return readFileSync(file);
};
const hasFfmpeg = (() => {
  try {
    execFileSync('ffmpeg', ['-version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe('the library', () => {
  it.each([
    ['image/jpeg', () => colour(1).jpeg().toBuffer()],
    ['image/png', () => colour(2).png().toBuffer()],
    ['image/webp', () => colour(3).webp().toBuffer()],
    ['image/avif', () => colour(4).avif({ effort: 0 }).toBuffer()],
    ['image/gif', () => colour(5).gif().toBuffer()],
  ] as const)('knows %s by its bytes, whatever its name, and keeps the same bytes once', async (type, made) => {
    const bytes = await made();
    const first = await send(bytes, 'holiday.html');
    expect(first.status).toBe(201);
    const content = (await first.json()) as ContentView;
    expect(content).toMatchObject({ type, width: 64, height: 48, seconds: null, bytes: bytes.length, usedBy: [] });
    const again = await send(bytes, 'another.txt', { name: 'Another' });
    expect(again.status).toBe(200);
    expect(((await again.json()) as ContentView).contentId).toBe(content.contentId);
    const file = await cloud.api(`/api/v1/content/${content.contentId}/file`);
    expect(file.headers.get('content-type')).toBe(type);
    expect(file.headers.get('x-content-type-options')).toBe('nosniff');
    expect(file.headers.get('content-security-policy')).toContain('sandbox');
    expect(Buffer.from(await file.arrayBuffer()).equals(bytes)).toBe(true);
  });

  it('takes a turned picture as it is shown, and gives stills of it', async () => {
    const bytes = await colour(9).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const content = (await (await send(bytes, 'phone.jpg')).json()) as ContentView;
    expect(content).toMatchObject({ width: 48, height: 64 });
    const still = await cloud.api(`/api/v1/content/${content.contentId}/preview?width=30`);
    const { format, width, height } = await sharp(Buffer.from(await still.arrayBuffer())).metadata();
    expect({ format, width, height }).toEqual({ format: 'webp', width: 48, height: 64 });
    expect((await cloud.api(`/api/v1/content/${content.contentId}/preview?width=x`)).status).toBe(400);
  });

  it('says by name why it does not take a file, and nothing else happens', async () => {
    const whole = await colour(7, 400, 300).jpeg().toBuffer();
    const png = await sharp(
      Buffer.alloc(300 * 300 * 3, 0).map((_, at) => (at * 7919) % 251),
      {
        raw: { width: 300, height: 300, channels: 3 },
      },
    )
      .png()
      .toBuffer();
    // a picture of 20,000 × 20,000 pixels in a few kilobytes
    const bomb = Buffer.from(png);
    bomb.writeUInt32BE(20_000, 16);
    bomb.writeUInt32BE(20_000, 20);
    const before = ((await (await cloud.api('/api/v1/content')).json()) as ContentView[]).length;
    const cases: [string, Buffer, number, string][] = [
      ['page.png', Buffer.from('<!doctype html><script>alert(1)</script>'), 415, 'mediaPage'],
      ['draw.svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 415, 'mediaPage'],
      ['note.jpg', Buffer.from('not a picture at all'), 415, 'mediaUnknown'],
      ['cut.jpg', whole.subarray(0, whole.length / 2), 415, 'mediaBroken'],
      ['cut.png', png.subarray(0, png.length / 2), 415, 'mediaBroken'],
      ['head.jpg', whole.subarray(0, 3), 415, 'mediaBroken'],
      ['cut.webp', (await sharp(png).webp().toBuffer()).subarray(0, 4000), 415, 'mediaBroken'],
      ['cut.gif', (await sharp(png).gif().toBuffer()).subarray(0, 4000), 415, 'mediaBroken'],
      ['cut.avif', (await sharp(png).avif({ effort: 0 }).toBuffer()).subarray(0, 4000), 415, 'mediaBroken'],
      ['bomb.png', bomb, 413, 'mediaPixels'],
      ['empty.png', Buffer.alloc(0), 400, 'mediaEmpty'],
      ['large.png', Buffer.concat([png, Buffer.alloc(3_000_000)]), 413, 'mediaTooLarge'],
    ];
    for (const [name, bytes, status, code] of cases) {
      const answer = await send(bytes, name);
      const { error } = (await answer.json()) as Failure;
      expect([name, answer.status, error.problem?.code]).toEqual([name, status, code]);
      expect(error.message).toContain(name);
      expect(error.field).toBe('file');
    }
    expect((await cloud.api('/api/v1/content', json({}))).status).toBe(415);
    const without = await cloud.api('/api/v1/content', { method: 'POST', body: new FormData() });
    expect(without.status).toBe(400);
    expect(((await (await cloud.api('/api/v1/content')).json()) as ContentView[]).length).toBe(before);
    expect(readdirSync(path.join(cloud.dir, 'incoming'))).toEqual([]);
  });

  it.runIf(hasFfmpeg)(
    'takes video that Chromium plays, with its length, and names the codec of what it does not',
    async () => {
      const mp4 = film('-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-movflags', '+faststart', 'a.mp4');
      const webm = film('-c:v', 'libvpx', 'a.webm');
      for (const [bytes, type] of [
        [mp4, 'video/mp4'],
        [webm, 'video/webm'],
      ] as const) {
        const answer = await send(bytes, 'clip.jpg');
        expect(answer.status).toBe(201);
        const content = (await answer.json()) as ContentView;
        expect(content).toMatchObject({ type, width: 64, height: 48, seconds: 2 });
        const still = await cloud.api(`/api/v1/content/${content.contentId}/preview`);
        expect((await sharp(Buffer.from(await still.arrayBuffer())).metadata()).width).toBe(64);
      }
      const cases: [string, Buffer, string][] = [
        ['old.mp4', film('-c:v', 'mpeg4', 'b.mp4'), 'mediaCodec'],
        ['deep.mp4', film('-pix_fmt', 'yuv444p', '-c:v', 'libx264', 'c.mp4'), 'mediaCodec'],
        ['cut.mp4', mp4.subarray(0, Math.floor(mp4.length * 0.6)), 'mediaBroken'],
        ['cut.webm', webm.subarray(0, Math.floor(webm.length * 0.6)), 'mediaBroken'],
      ];
      for (const [name, bytes, code] of cases) {
        const answer = await send(bytes, name);
        const { error } = (await answer.json()) as Failure;
        expect([name, answer.status, error.problem?.code]).toEqual([name, 415, code]);
      }
    },
  );

  it('keeps files for this user alone, answers ranges, and knows what a browser has already', async () => {
    const bytes = await colour(33).png().toBuffer();
    const { contentId, sha256 } = (await (await send(bytes, 'r.png')).json()) as ContentView;
    expect(statSync(path.join(cloud.dir, 'content', sha256.slice(0, 2), sha256)).mode & 0o777).toBe(0o600);
    const get = (headers: Record<string, string>) => cloud.api(`/api/v1/content/${contentId}/file`, { headers });
    const part = await get({ range: 'bytes=10-19' });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 10-19/${bytes.length}`]);
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(10, 20))).toBe(true);
    const end = await get({ range: 'bytes=-5' });
    expect(Buffer.from(await end.arrayBuffer()).equals(bytes.subarray(-5))).toBe(true);
    expect((await get({ range: `bytes=${bytes.length}-` })).status).toBe(416);
    expect((await get({ range: 'bytes=5-2' })).status).toBe(200);
    expect((await get({ range: 'bytes=0-4', 'if-range': '"other"' })).status).toBe(200);
    expect((await get({ 'if-none-match': `"${sha256}"` })).status).toBe(304);
  });

  it('gives shops the files of their own campaigns by their own password, and says where content is in use', async () => {
    const bytes = await colour(77).png().toBuffer();
    const content = (await (await send(bytes, 'ad.png')).json()) as ContentView;
    const other = (await (await send(await colour(78).png().toBuffer(), 'other.png')).json()) as ContentView;
    const agent = await new FakeAgent(cloud.mqttPort).join({
      speaks: { ...SPEAKS, commands: { ...SPEAKS.commands, campaign: 1, screenOrder: 1 } },
    });
    const files = agent.got.welcome.at(-1)?.files as string;
    expect(files).toBe(`${cloud.url}/api/v1/agent-files`);
    const wrongName = { authorization: `Basic ${Buffer.from(`nobody:${AGENT_PASSWORD}`).toString('base64')}` };
    const colon = { authorization: `Basic ${Buffer.from('nocolon').toString('base64')}` };
    const fetchFile = (sha256: string, headers: Record<string, string> = {}) =>
      fetch(`${files}/${sha256}`, { headers });
    expect((await fetchFile(content.sha256)).status).toBe(401);
    expect((await fetchFile(content.sha256, wrongName)).status).toBe(401);
    expect((await fetchFile(content.sha256, colon)).status).toBe(401);
    // of no campaign of its store yet
    const made = await cloud.api(
      '/api/v1/campaigns',
      json({ name: 'Milk', stores: ['demo'], content: [{ contentId: content.contentId }] }),
    );
    expect(made.status).toBe(201);
    const { campaignId } = (await made.json()) as CampaignView;
    const username = (await cloud.catalog.agents.agent('demo'))?.username as string;
    const own = { authorization: `Basic ${Buffer.from(`${username}:${AGENT_PASSWORD}`).toString('base64')}` };
    expect((await fetchFile(other.sha256, own)).status).toBe(404);
    // as agents write it: Basic knows no colon in names
    const encoded = Buffer.from(`${encodeURIComponent(username)}:${AGENT_PASSWORD}`).toString('base64');
    expect((await fetchFile(content.sha256, { authorization: `Basic ${encoded}` })).status).toBe(200);
    const part = await fetchFile(content.sha256, { ...own, range: 'bytes=4-' });
    expect(part.status).toBe(206);
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(4))).toBe(true);
    await cloud.api(`/api/v1/campaigns/${campaignId}/state`, json({ state: 'live' }));
    const listed = (await (await cloud.api('/api/v1/content')).json()) as ContentView[];
    expect(listed.map(({ usedBy }) => usedBy)).toContainEqual([{ campaignId, name: 'Milk', state: 'live' }]);
    const used = await cloud.api(`/api/v1/content/${content.contentId}`, { method: 'DELETE' });
    expect(used.status).toBe(409);
    expect(((await used.json()) as Failure).usedBy).toMatchObject([{ campaignId, name: 'Milk' }]);
    await cloud.api(`/api/v1/campaigns/${campaignId}/state`, json({ state: 'ended' }));
    expect((await fetchFile(content.sha256, own)).status).toBe(404);
    expect((await cloud.api(`/api/v1/content/${content.contentId}`, { method: 'DELETE' })).status).toBe(200);
    expect((await cloud.api(`/api/v1/content/${content.contentId}/file`)).status).toBe(404);
    // pinned on a screen: the shop may fetch it, and is told of it
    const pinned = await cloud.api(
      '/api/v1/stores/demo/screens/screen-1/pin',
      json({ contentId: other.contentId, minutes: 5 }),
    );
    expect(pinned.status).toBe(202);
    expect(await pinned.json()).toMatchObject({ action: 'pin', by: 'token:provisioned', contentId: other.contentId });
    expect((await fetchFile(other.sha256, own)).status).toBe(200);
    expect((await cloud.api('/api/v1/stores/demo/screens/screen-1/resume', { method: 'POST' })).status).toBe(202);
    expect((await fetchFile(other.sha256, own)).status).toBe(404);
    // deleted while it is pinned: the screen is told to go on without it, and no shop may fetch it any more
    const pin = json({ contentId: other.contentId, minutes: 5 });
    expect((await cloud.api('/api/v1/stores/demo/screens/screen-1/pin', pin)).status).toBe(202);
    expect((await cloud.api(`/api/v1/content/${other.contentId}`, { method: 'DELETE' })).status).toBe(200);
    const orders = () => agent.got.inbox.flatMap((command) => (command.kind === 'screenOrder' ? [command.order] : []));
    await until(() => orders().length >= 4, 'the orders');
    expect(orders().map(({ screenId, action }) => [screenId, action])).toEqual(
      ['pin', 'resume', 'pin', 'resume'].map((action) => ['screen-1', action]),
    );
    expect((await fetchFile(other.sha256, own)).status).toBe(404);
    await agent.leave();
  });
});
