import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { io, type Socket } from 'socket.io-client';
import type { LiveAlert } from '@aisle/contracts';
import { RECENT_MS } from '../../src/alerts/incident-book.js';
import { incident } from '../store/fact-samples.js';
import { FakeAgent, TOKEN, removeFolders, startCloud, until, type RunningCloud } from './harness.js';

const now = Date.now();
let cloud: RunningCloud;
let page: Socket | undefined;
afterEach(async () => {
  page?.close();
  await cloud.stop();
});
afterAll(removeFolders);

const alerts = async (query = '') =>
  (await (await cloud.api(`/api/v1/stores/demo/alerts${query}`)).json()) as LiveAlert[];
const incidents = async (query = '') => (await alerts(query)).filter(({ kind }) => kind === 'outOfStock');

describe('alerts', () => {
  it('answer open and recent incidents, each in its newest revision, also after a restart of the cloud', async () => {
    cloud = await startCloud();
    const agent = await new FakeAgent(cloud.mqttPort).join();
    const began = now - 60_000;
    await agent.facts([incident('s1', began, 5), incident('s2', began + 1, 6), incident('s3', now - 2 * RECENT_MS, 1, { until: now - 1.5 * RECENT_MS })]); // prettier-ignore
    const open = { kind: 'outOfStock', zoneId: 'dairy', count: 0, until: null };
    const s1 = { alertId: `outOfStock:s1@${began}`, subject: 's1', since: new Date(began).toISOString(), ...open };
    const s2 = {
      ...s1,
      alertId: `outOfStock:s2@${began + 1}`,
      subject: 's2',
      since: new Date(began + 1).toISOString(),
    };
    expect(await incidents()).toEqual([s2, s1]);
    // Closed, said again as open by an older revision; another one never was.
    await agent.facts([incident('s1', began, 8, { until: now }), incident('s2', began + 1, 9, { until: began + 1 })]);
    await agent.facts([incident('s1', began, 7)]);
    const closed = { ...s1, until: new Date(now).toISOString() };
    expect(await incidents()).toEqual([closed]);
    const { dir } = cloud;
    await cloud.stop();
    cloud = await startCloud({ dir });
    expect(await incidents()).toEqual([closed]);
    const at = (ts: number) => encodeURIComponent(new Date(Math.floor(ts / 60_000) * 60_000).toISOString());
    expect(await incidents(`?from=${at(now - 2 * RECENT_MS)}&to=${at(now - RECENT_MS)}`)).toMatchObject([{ subject: 's3' }]); // prettier-ignore
    expect(await incidents(`?from=${at(now)}&to=${at(now + 120_000)}`)).toEqual([closed]);
    expect((await cloud.api('/api/v1/stores/demo/alerts?from=yesterday&to=today')).status).toBe(400);
  });

  it('forget what a journal that is gone left open: a new one says what is still so', async () => {
    cloud = await startCloud();
    const first = await new FakeAgent(cloud.mqttPort).join();
    await first.facts([incident('s1', now - 60_000, 5)]);
    expect(await incidents()).toHaveLength(1);
    const second = await new FakeAgent(cloud.mqttPort).join();
    await second.facts([incident('s2', now - 30_000, 1)]);
    expect((await incidents()).map(({ subject }) => subject)).toEqual(['s2']);
  });

  it('reach whoever watches the shop as soon as they are committed', async () => {
    cloud = await startCloud();
    const agent = await new FakeAgent(cloud.mqttPort).join();
    page = io(`${cloud.url}/live`, { auth: { token: TOKEN }, transports: ['websocket'] });
    const heard: LiveAlert[][] = [];
    const seen: number[] = [];
    page.onAny((event: string, payload: { seq: number; alerts?: LiveAlert[] }) => {
      seen.push(payload.seq);
      if (event === 'snapshot' || event === 'alerts') heard.push(payload.alerts ?? []);
    });
    page.emit('watch', { storeId: 'demo' });
    await until(() => agent.got.watch.length > 0, 'a watch');
    const blank = { ts: 1, occupancy: 0, zones: [], heat: { cellMetres: 0.5, columns: 1, rows: 1, seconds: [0] } };
    await agent.up('live', { n: 0, type: 'snapshot', snapshot: { ...blank, presence: [], devices: [], screens: [], alerts: [] } }); // prettier-ignore
    await until(() => heard.length > 0, 'a snapshot');
    await agent.facts([incident('s1', now, 5)]);
    await until(() => heard.at(-1)?.length === 1, 'the incident');
    expect(heard.at(-1)).toMatchObject([{ kind: 'outOfStock', subject: 's1', until: null }]);
    expect(seen).toEqual(seen.map((_, index) => (seen[0] as number) + index));
  });
});
