import { createHash, createHmac, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scanBytes, type CampaignView, type ScanKey } from '@aisle/contracts';
import { FakeAgent, json, removeFolders, startCloud, until, type RunningCloud } from './harness.js';

let cloud: RunningCloud;
let agent: FakeAgent;
let said: ScanKey;
beforeAll(async () => {
  cloud = await startCloud();
  agent = await new FakeAgent(cloud.mqttPort).join();
  said = agent.got.welcome[0]?.scans as ScanKey;
});
afterAll(async () => {
  await cloud.stop();
  removeFolders();
});

/** A link as a shop makes it, written anew. */
function linkOf(
  more: { decisionId?: string; untilTs?: number; campaignId?: string; gtin?: string | null } = {},
): string {
  const { decisionId = randomUUID(), untilTs = Date.now() + 600_000, campaignId, gtin = '6901234567892' } = more;
  const campaign = campaignId === undefined ? null : createHash('sha256').update(campaignId).digest('hex').slice(0, 8);
  const bytes = scanBytes({ decisionId, untilTs, campaign, gtin }) as Uint8Array;
  const mac = createHmac('sha256', Buffer.from(said.key, 'hex')).update(bytes).digest().subarray(0, 10);
  return said.at + Buffer.concat([bytes, mac]).toString('base64url');
}
const follow = (link: string, headers: Record<string, string> = {}) => fetch(link, { redirect: 'manual', headers });
const phone = (name: string) => ({ 'user-agent': `phone ${name}` });
const scansOf = (decisionId: string): number =>
  agent.got.inbox.filter((command) => command.kind === 'scan' && command.scan.decisionId === decisionId).length;
/** Whatever went down before it has come. */
async function settled(): Promise<void> {
  const last = randomUUID();
  await follow(linkOf({ decisionId: last }), phone('settling'));
  await until(() => scansOf(last) === 1, 'the last scan');
}

describe('a short link', () => {
  it('is told to the shop with its key, the same at every greeting', async () => {
    expect(said.at).toMatch(new RegExp(`^${cloud.url}/s/[\\w-]{8}$`));
    const again = await new FakeAgent(cloud.mqttPort, { journalId: agent.journalId }).join();
    expect(again.got.welcome[0]?.scans).toEqual(said);
    await again.client.endAsync();
    agent = await new FakeAgent(cloud.mqttPort, { journalId: agent.journalId }).join();
  });

  it('leads to the page of the product, and goes down to the shop once for each browser', async () => {
    const decisionId = randomUUID();
    const link = linkOf({ decisionId });
    const first = await follow(link, phone('one'));
    expect(first.status).toBe(303);
    const cookie = (first.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    expect(first.headers.get('set-cookie')).toMatch(/Path=\/s; Max-Age=86400; HttpOnly; SameSite=Lax$/);
    // again with its cookie, again without, and somebody else
    expect((await follow(link, { ...phone('one'), cookie })).headers.get('set-cookie')).toBeNull();
    await follow(link, phone('one'));
    await follow(link, phone('two'));
    await settled();
    expect(scansOf(decisionId)).toBe(2);
    const page = await fetch(new URL(first.headers.get('location') ?? '', cloud.url), {
      headers: { 'accept-language': 'zh-CN' },
    });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const text = await page.text();
    expect(text).toContain('<html lang="zh-CN">');
    expect(text).toContain('Milk');
    expect(text).toContain('12.50');
  });

  it('counts one browser for each play that it scans', async () => {
    const [one, two] = [randomUUID(), randomUUID()];
    const first = await follow(linkOf({ decisionId: one }), phone('a'));
    const cookie = (first.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    await follow(linkOf({ decisionId: two }), { ...phone('a'), cookie });
    await settled();
    expect([scansOf(one), scansOf(two)]).toEqual([1, 1]);
  });

  it('leads to the address of its campaign, where that has one', async () => {
    const body = {
      ...{ name: 'Milk', stores: ['demo'], content: [{ template: 'product', gtins: ['06901234567892'] }] },
      ...{ goal: 'scans', link: 'https://brand.example/milk?from=shop' },
    };
    const made = (await (await cloud.api('/api/v1/campaigns', json(body))).json()) as CampaignView;
    expect(made.link).toBe(body.link);
    const answer = await follow(linkOf({ campaignId: made.campaignId }), phone('one'));
    expect([answer.status, answer.headers.get('location')]).toEqual([303, body.link]);
    const refused = await cloud.api('/api/v1/campaigns', json({ ...body, link: 'javascript:alert(1)' }));
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ error: { field: 'link' } });
  });

  it('is refused when it was forged, cut off, or has run out, and then counts nothing', async () => {
    const decisionId = randomUUID();
    const link = linkOf({ decisionId });
    const token = link.slice(said.at.length);
    const forged = [
      link.slice(0, -1) + (link.endsWith('A') ? 'B' : 'A'),
      said.at + (token.startsWith('A') ? 'B' : 'A') + token.slice(1),
      link.slice(0, -4),
      `${link}AAAA`,
      `${link}=`,
      `${cloud.url}/s/AAAAAAAA${token}`,
      said.at,
    ];
    // the decision of another play in a link that is signed for this one
    const bytes = Buffer.from(token, 'base64url');
    bytes[1] = (bytes[1] ?? 0) ^ 1;
    forged.push(said.at + bytes.toString('base64url'));
    for (const wrong of forged) expect((await follow(wrong)).status, wrong).toBe(404);
    expect((await follow(linkOf({ decisionId, untilTs: Date.now() - 60_000 }))).status).toBe(410);
    await settled();
    expect(scansOf(decisionId)).toBe(0);
    const page = await (await fetch(forged[0] as string, { headers: { 'accept-language': 'zh-CN,en;q=0.5' } })).text();
    expect(page).toContain('二维码无效');
  });

  it('counts nobody when a browser only looks ahead', async () => {
    const decisionId = randomUUID();
    const link = linkOf({ decisionId });
    await follow(link, { ...phone('one'), 'sec-purpose': 'prefetch;prerender' });
    await fetch(link, { method: 'HEAD', redirect: 'manual' });
    await settled();
    expect(scansOf(decisionId)).toBe(0);
  });

  it('shows a product that is not on the list as unknown', async () => {
    const answer = await follow(linkOf({ gtin: '6900000000008' }), phone('x'));
    const page = await fetch(new URL(answer.headers.get('location') ?? '', cloud.url));
    expect(page.status).toBe(404);
    const none = await follow(linkOf({ gtin: null }), phone('x'));
    expect([none.status, (await none.text()).includes('Thank you')]).toEqual([200, true]);
  });
});
