import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Value } from '@sinclair/typebox/value';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CampaignView, ContentView, Fact, PlayLogRow } from '@aisle/contracts';
import { Bench, START, play } from '../../agent/test/domain/shop.js';
import { STORE } from '../../agent/test/runtime/harness.js';
import { CloudConfig } from '../../cloud/src/config/cloud-config.js';
import { logRow } from '../../cloud/src/insight/metrics/play-log.js';
import { OperatorApi } from '../../cloud/src/operator/api.js';
import { verifyPlays } from '../../cloud/src/operator/plays-verify.js';
import { TOKEN, json, removeFolders, startCloud, type RunningCloud } from '../../cloud/test/service/harness.js';

const root = path.resolve(import.meta.dirname, '../..');
const GUIDE = readFileSync(path.join(root, 'docs/screens.md'), 'utf8');
/** The first part of the guide that looks so; the guide must have it. */
const said = (pattern: RegExp): string => {
  const found = pattern.exec(GUIDE)?.[1];
  if (found === undefined) throw new Error(`docs/screens.md has no ${pattern}`);
  return found;
};

describe('the guide to screens', () => {
  let cloud: RunningCloud;
  beforeAll(async () => {
    cloud = await startCloud();
  });
  afterAll(async () => {
    await cloud.stop();
    removeFolders();
  });
  const call = async <T>(route: string, init?: RequestInit): Promise<{ status: number; body: T }> => {
    const answer = await cloud.api(`/api/v1${route}`, init);
    const text = await answer.text();
    return {
      status: answer.status,
      body: (text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text) as T,
    };
  };

  it('has a campaign that is taken as it stands, begun, paused and ended by the calls that it names', async () => {
    const example = JSON.parse(said(/```json\n([\s\S]*?)```/)) as { schedule: { from: string; to: string } };
    const made = await call<CampaignView>(said(/`POST (\/campaigns)` makes a draft/), json(example));
    expect([made.status, made.body.state]).toEqual([201, 'draft']);
    expect(made.body).toMatchObject(example);
    // its dates pass one day: what is set going is the same in years to come
    const schedule = { ...example.schedule, from: '2098-12-01', to: '2098-12-31' };
    const id = made.body.campaignId;
    await call(`/campaigns/${id}`, { ...json({ ...example, schedule }), method: 'PUT' });
    const route = said(/`POST (\/campaigns\/\{id\}\/state)`/).replace('{id}', id);
    const live = await call<CampaignView>(route, json(JSON.parse(said(/`(\{"state": "live"\})`/))));
    expect([live.status, live.body.state]).toEqual([200, 'scheduled']);
    for (const state of ['paused', 'ended'] as const) {
      expect(GUIDE).toContain(`\`${state}\``);
      expect((await call<CampaignView>(route, json({ state }))).body.state).toBe(state);
    }
    // the sentence about a share of 0
    const none = await call('/campaigns', json({ ...example, holdout: 0 }));
    const loop = await call(
      '/campaigns',
      json({ ...example, holdout: 0, ...JSON.parse(`{${said(/is for `("policy": "loop")` alone/)}}`) }),
    );
    expect([none.status, loop.status]).toEqual([400, 201]);
  });

  it('has the calls of the library and of single screens', async () => {
    const form = new FormData();
    const picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    form.set(said(/takes a form with `(\w+)`/), new Blob([new Uint8Array(picture)]), 'red.bin');
    form.set(said(/where its own is not to be used, `(\w+)`/), 'Red');
    const added = await call<ContentView>(said(/`POST (\/content)`/), { method: 'POST', body: form });
    expect([added.status, added.body.name, added.body.type]).toEqual([201, 'Red', 'image/png']);
    const again = new FormData();
    again.set('file', new Blob([new Uint8Array(picture)]), 'red.bin');
    expect((await call('/content', { method: 'POST', body: again })).status).toBe(200);

    const { contentId } = added.body;
    const of = (route: string) => route.replace('{id}', 'demo').replace('{deviceId}', 'screen-1');
    const pin = of(said(/`POST (\/stores\/\{id\}\/screens\/\{deviceId\}\/pin)` with `\{"contentId", "minutes"\}`/));
    expect((await call(pin, json({ contentId, minutes: 5 }))).status).toBe(202);
    const pause = pin.replace('/pin', said(/`…(\/pause)` with `\{"minutes"\}`/));
    expect((await call(pause, json({ minutes: 5 }))).status).toBe(202);
    expect((await call(pin.replace('/pin', said(/`…(\/resume)`/)), { method: 'POST' })).status).toBe(202);

    const body = { name: 'Red', stores: ['demo'], content: [{ contentId }], policy: 'loop', holdout: 0 };
    const { campaignId } = (await call<CampaignView>('/campaigns', json(body))).body;
    const remove = said(/`DELETE (\/content\/\{id\})` answers 409/).replace('{id}', contentId);
    const used = await call<{ usedBy: { campaignId: string }[] }>(remove, { method: 'DELETE' });
    expect([used.status, used.body.usedBy.map((use) => use.campaignId)]).toEqual([409, [campaignId]]);
    await call(`/campaigns/${campaignId}/state`, json({ state: 'ended' }));
    expect((await call(remove, { method: 'DELETE' })).status).toBe(200);
  });

  it('has a setting of an object store that the configuration takes', () => {
    const { content } = JSON.parse(`{${said(/`("content": \{"engine": "s3".*?\})`/)}}`) as { content: object };
    const config = { dataDir: '/tmp/x', host: '127.0.0.1', httpPort: 0, mqttPort: 0, content };
    expect([
      ...Value.Errors(CloudConfig, { ...config, series: { engine: 'duckdb' }, catalog: { engine: 'sqlite' } }),
    ]).toEqual([]);
  });

  it('names the formats of the log, and the command that checks its chain', async () => {
    const route = said(/`GET (\/stores\/\{id\}\/plays)\?from&to&format=json\|csv\|openrtb`/).replace('{id}', 'demo');
    const [, from, to] = /plays verify --from (\S+) --to (\S+)`/.exec(GUIDE) as unknown as [string, string, string];
    for (const format of ['json', 'csv', 'openrtb'])
      expect([format, (await call(`${route}?${new URLSearchParams({ from, to, format }).toString()}`)).status]).toEqual(
        [format, 200],
      );
    const words: string[] = [];
    const api = new OperatorApi({ apiUrl: `${cloud.url}/api/v1`, token: TOKEN, storeId: 'demo' });
    const around = { api, say: (line: string) => void words.push(line), now: () => Date.now() };
    expect(await verifyPlays({ from, to }, around as never)).toBe(0);
    expect(words).toEqual(['0 of 0 plays are in the chain; it holds.']);
  });

  it('says of what a play’s hash is made, so that anybody can make it', () => {
    const names = [
      ...said(/as JSON writes them, one a line: ([\s\S]*?)\. A play that was stated before/).matchAll(/`(\w+)`/g),
    ];
    const bench = new Bench(STORE);
    const shown = (from: number, to: number, id: string, more = {}) =>
      bench.apply(play(START + to * 1000, id, { startedTs: START + from * 1000, endedTs: START + to * 1000, ...more }));
    shown(0, 0, 'd1', { completed: false });
    shown(0, 8, 'd1');
    shown(8, 16, 'd2');
    const rows = bench.values('play').map((fact: Fact) => logRow({ ...fact, epoch: 1, storeId: 'demo' } as never));
    expect(rows).toHaveLength(2);
    for (const row of rows) {
      const { n, previous, hash, replaces } = row.link as NonNullable<PlayLogRow['link']>;
      const values: Record<string, unknown> = { ...row, n, previous };
      const lines = names.map(([, name]) => JSON.stringify(values[name as string]));
      if (replaces) lines.push(JSON.stringify(replaces.map((one) => [one.n, one.hash])));
      expect(createHash('sha256').update(lines.join('\n')).digest('hex')).toBe(hash);
    }
  });
});
