import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentCampaign, ApiError, CampaignView, NewToken, ReplayView } from '@aisle/contracts';
import { SPEAKS, parseStoreFile } from '@aisle/contracts';
import type { Static } from '@sinclair/typebox';
import { FakeAgent, STORE_YAML, json, removeFolders, startCloud, until, type RunningCloud } from './harness.js';

let cloud: RunningCloud;
beforeAll(async () => {
  cloud = await startCloud();
  const other = STORE_YAML.replace('id: demo', 'id: north').replace('Asia/Shanghai', 'Europe/Berlin');
  const storeFiles = [parseStoreFile(Buffer.from(other), 'north.yaml')];
  expect((await cloud.api('/api/v1/stores', json({ storeFiles }))).status).toBe(200);
});
afterAll(async () => {
  await cloud.stop();
  removeFolders();
});

type Failure = Static<typeof ApiError>;
const BODY = {
  name: 'Milk in the morning',
  stores: ['demo', 'north'],
  screens: ['screen-1'],
  content: [
    { template: 'product', gtins: ['6901234567892'] },
    { url: 'https://shop.test/ad', weight: 2 },
  ],
  category: 'dairy',
  gtins: ['06901234567892'],
  goal: 'pickups',
  schedule: { from: '2026-03-01', to: '2099-03-07', days: ['mon', 'tue'], hours: [['08:00', '11:00']] },
};
const call = async <T>(
  path: string,
  init?: Parameters<RunningCloud['api']>[1],
): Promise<{ status: number; body: T }> => {
  const answer = await cloud.api(`/api/v1${path}`, init);
  return { status: answer.status, body: (await answer.json()) as T };
};
const make = (more: object = {}) => call<CampaignView>('/campaigns', json({ ...BODY, ...more }));
const put = (body: object) => ({ ...json(body), method: 'PUT' });
const told = (agent: FakeAgent, campaignId: string): AgentCampaign[] =>
  agent.got.inbox.flatMap((command) =>
    command.kind === 'campaign' && command.campaign.campaignId === campaignId ? [command.campaign] : [],
  );
const CAMPAIGNS = { ...SPEAKS, commands: { ...SPEAKS.commands, campaign: 1, screenOrder: 1 } };

describe('a campaign', () => {
  it.each([
    ['name', { name: '  ' }, 'missing'],
    ['stores[1]', { stores: ['demo', 'nowhere'] }, 'namesNo'],
    ['stores[1]', { stores: ['demo', 'demo'] }, 'twice'],
    ['screens[0]', { screens: ['cam-1'] }, 'namesNo'],
    ['content[0].contentId', { content: [{ contentId: 'nothing' }] }, 'namesNo'],
    ['content[0]', { content: [{ contentId: 'a', url: 'https://shop.test' }] }, 'exactlyOne'],
    ['content[0]', { content: [{ weight: 2 }] }, 'exactlyOne'],
    ['content[0].url', { content: [{ url: 'javascript:alert(1)' }] }, 'expectedOther'],
    ['content[0].gtins', { gtins: [], content: [{ template: 'product' }] }, 'templateProducts'],
    ['gtins[0]', { gtins: ['06900000000008'] }, 'namesNo'],
    ['category', { category: 'cars' }, 'namesNo'],
    ['holdout', { holdout: 0 }, 'holdoutNeeded'],
    ['holdout', { holdout: 0, policy: 'rule' }, 'holdoutNeeded'],
    ['washInMinutes', { blockMinutes: 10, washInMinutes: 10 }, 'washInTooLong'],
    ['schedule.to', { schedule: { from: '2026-03-02', to: '2026-03-01' } }, 'laterThan'],
    ['schedule.from', { schedule: { from: '2026-02-30' } }, 'expectedOther'],
    ['schedule.hours[0]', { schedule: { hours: [['11:00', '08:00']] } }, 'endsFirst'],
    [
      'schedule.hours[1]',
      {
        schedule: {
          hours: [
            ['08:00', '11:00'],
            ['10:00', '12:00'],
          ],
        },
      },
      'spansMeet',
    ],
    ['schedule.to', { schedule: { from: '2026-03-02T10:00:00Z', to: '2026-03-02T10:00:00Z' } }, 'laterThan'],
    ['schedule.hours[0][0]', { schedule: { hours: [['8am', '11:00']] } }, 'expectedGot'],
    ['schedule.hours[0][1]', { schedule: { hours: [['08:00', '25:00']] } }, 'expectedGot'],
    ['schedule.hours[0]', { schedule: { hours: [['08:00']] } }, 'expectedGot'],
    ['schedule.hours', { schedule: { hours: '08:00-11:00' } }, 'expectedGot'],
    ['schedule.days[0]', { schedule: { days: ['someday'] } }, 'expectedGot'],
    ['weight', { weight: -1 }, 'expectedGot'],
    ['weight', { weight: 0 }, 'expectedGot'],
    ['weight', { weight: 1.5 }, 'expectedGot'],
    ['content[1].weight', { content: [BODY.content[0], { url: 'https://shop.test/ad', weight: -2 }] }, 'expectedGot'],
    ['content[0].gtins[0]', { content: [{ template: 'offer', gtins: ['06900000000008'] }] }, 'namesNo'],
    ['content[0].gtins[0]', { content: [{ template: 'offer', gtins: ['milk'] }] }, 'namesNo'],
    ['content[0].template', { content: [{ template: 'banner', gtins: ['06901234567892'] }] }, 'expectedGot'],
    ['content', { content: [] }, 'expectedGot'],
    ['dailyCap', { dailyCap: -1 }, 'expectedGot'],
    ['dailyCap', { dailyCap: 0 }, 'expectedGot'],
    ['frequencyCap', { frequencyCap: -3 }, 'expectedGot'],
    ['minPlaySeconds', { minPlaySeconds: -8 }, 'expectedGot'],
    ['holdout', { holdout: -0.1 }, 'expectedGot'],
    ['holdout', { holdout: 1 }, 'expectedGot'],
    ['blockMinutes', { blockMinutes: -20 }, 'expectedGot'],
    ['screens', { screens: [] }, 'noScreens'],
    ['stores', { stores: [] }, 'expectedGot'],
    ['goal', { goal: 'fame' }, 'expectedGot'],
    ['link', { link: 'javascript:alert(1)' }, 'expectedOther'],
  ])('that is wrong at %s is refused there, and none is made', async (field, more, code) => {
    const before = (await call<CampaignView[]>('/campaigns')).body.length;
    const { status, body } = (await make(more)) as unknown as { status: number; body: Failure };
    expect([status, body.error.field, body.error.problem?.code]).toEqual([400, field, code]);
    expect(body.error.message).not.toContain('another value');
    expect((await call<CampaignView[]>('/campaigns')).body.length).toBe(before);
  });

  it('goes down to each of its shops in that shop’s time, and is ended where it has left', async () => {
    const north = await new FakeAgent(cloud.mqttPort).join({ speaks: CAMPAIGNS });
    const { status, body } = await make();
    expect(status).toBe(201);
    expect(body).toMatchObject({ state: 'draft', holdout: 0.2, blockMinutes: 20, washInMinutes: 5, policy: 'bandit' });
    const { campaignId } = body;
    expect((await call(`/campaigns/${campaignId}/state`, json({ state: 'paused' }))).status).toBe(409);
    expect((await call<CampaignView>(`/campaigns/${campaignId}/state`, json({ state: 'live' }))).body.state).toBe(
      'live',
    );
    await until(() => told(north, campaignId).length === 1, 'the campaign');
    expect(told(north, campaignId)[0]).toMatchObject({
      ...{ revision: 2, state: 'live', screens: ['screen-1'], gtins: ['06901234567892'], holdoutPpm: 200_000 },
      fromTs: Date.parse('2026-03-01T00:00:00+08:00'),
      toTs: Date.parse('2099-03-08T00:00:00+08:00'),
      hours: [['08:00', '11:00']],
      items: [
        { template: 'product', gtins: ['06901234567892'], category: 'dairy', weight: 1 },
        { url: 'https://shop.test/ad', gtins: [], category: 'dairy', weight: 2 },
      ],
    });
    const elsewhere = (await cloud.catalog.inbox.inboxAfter('north', 0, 50)).flatMap((command) =>
      command.kind === 'campaign' ? [command.campaign] : [],
    );
    expect(elsewhere.at(-1)).toMatchObject({ fromTs: Date.parse('2026-03-01T00:00:00+01:00'), revision: 2 });
    expect(elsewhere.at(-1)?.seed).toBe(told(north, campaignId)[0]?.seed);
    const left = await call<CampaignView>(`/campaigns/${campaignId}`, put({ ...BODY, stores: ['north'] }));
    expect(left.status).toBe(200);
    await until(() => told(north, campaignId).length === 2, 'its end here');
    expect(told(north, campaignId)[1]).toMatchObject({ revision: 3, state: 'ended', items: [] });
    expect((await call<CampaignView>(`/campaigns/${campaignId}/state`, json({ state: 'ended' }))).body.state).toBe(
      'ended',
    );
    expect((await call(`/campaigns/${campaignId}/state`, json({ state: 'live' }))).status).toBe(409);
    expect((await call(`/campaigns/${campaignId}`, put(BODY))).status).toBe(409);
    const { history } = (await call<CampaignView>(`/campaigns/${campaignId}`)).body;
    expect(history.map(({ what }) => what)).toEqual(['made', 'live', 'changed', 'ended']);
    expect(history.every(({ by }) => by === 'token:provisioned')).toBe(true);
    expect((await call('/campaigns/none')).status).toBe(404);
    await north.leave();
  });

  it('waits, and is shown to wait, where the shop’s agent is older', async () => {
    const commands = { ...SPEAKS.commands };
    delete (commands as Record<string, number>)['campaign'];
    const older = await new FakeAgent(cloud.mqttPort).join({ speaks: { ...SPEAKS, commands } });
    const { campaignId } = (await make({ stores: ['demo'], schedule: { from: '2099-01-01' } })).body;
    expect((await call<CampaignView>(`/campaigns/${campaignId}/state`, json({ state: 'live' }))).body.state).toBe(
      'scheduled',
    );
    const waits = async () =>
      (await call<{ waits: { kind: string; code: string }[] }>('/stores/demo/inbox')).body.waits;
    await until(async () => (await waits()).length > 0, 'what waits');
    expect((await waits()).at(-1)).toMatchObject({ kind: 'campaign', code: 'agentOlder' });
    expect(told(older, campaignId)).toEqual([]);
    await older.leave();
  });

  it('is over once its time is, and frees its content; one whose time has passed cannot begin', async () => {
    const { campaignId } = (await make({ schedule: { to: new Date(Date.now() + 700).toISOString() } })).body;
    expect((await call(`/campaigns/${campaignId}/state`, json({ state: 'live' }))).status).toBe(200);
    const now = async () => (await call<CampaignView>(`/campaigns/${campaignId}`)).body;
    await until(async () => (await now()).state === 'ended', 'its end');
    expect((await now()).history.at(-1)).toMatchObject({ by: 'schedule', what: 'ranOut' });
    const late = (await make({ schedule: { to: '2026-01-01' } })).body;
    const refused = await call<Failure>(`/campaigns/${late.campaignId}/state`, json({ state: 'live' }));
    expect([refused.status, refused.body.error.field]).toEqual([400, 'schedule.to']);
  });

  it('of another shop is nobody’s business whose role is in one shop', async () => {
    const scope = { kind: 'store', id: 'demo' };
    const { token } = (
      await call<Static<typeof NewToken>>('/tokens', json({ name: 'one shop', role: 'merchandiser', scope }))
    ).body;
    const theirs = (await make({ stores: ['north'] })).body;
    const both = (await make()).body;
    expect((await call(`/campaigns/${theirs.campaignId}`, { token })).status).toBe(404);
    expect((await call(`/campaigns/${both.campaignId}`, { token })).status).toBe(200);
    expect((await call(`/campaigns/${both.campaignId}/state`, { ...json({ state: 'live' }), token })).status).toBe(403);
    const own = await call<CampaignView>('/campaigns', { ...json({ ...BODY, stores: ['demo'] }), token });
    expect(own.status).toBe(201);
    const foreign = await call<Failure>('/campaigns', { ...json(BODY), token });
    expect([foreign.status, foreign.body.error.field]).toEqual([400, 'stores[1]']);
    const listed = (await call<CampaignView[]>('/campaigns', { token })).body.map(({ campaignId }) => campaignId);
    expect(listed).toContain(own.body.campaignId);
    expect(listed).not.toContain(theirs.campaignId);
    const ofStore = (await call<CampaignView[]>('/stores/demo/campaigns', { token })).body;
    expect(ofStore.map(({ campaignId }) => campaignId)).not.toContain(theirs.campaignId);
  });
});

describe('a replay with another policy', () => {
  it('says how many choices are missing where none were made, and refuses what is no policy', async () => {
    const { body } = await make();
    const { status, body: view } = await call<ReplayView>(`/campaigns/${body.campaignId}/replay?policy=rule`);
    expect(status).toBe(200);
    expect(view).toMatchObject({ policy: 'rule', choices: 0, other: { value: null }, estimators: [] });
    expect(view.sentence.en).toContain('200 more');
    expect((await call(`/campaigns/${body.campaignId}/replay?policy=best`)).status).toBe(400);
    expect((await call('/campaigns/nothing/replay?policy=rule')).status).toBe(404);
  });
});
