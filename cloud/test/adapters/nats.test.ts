import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NatsCluster, hasNats } from '../../../tests/support/nats.js';
import {
  FakeAgent,
  crossings,
  json,
  noInsight,
  removeFolders,
  startCloud,
  STORE_YAML,
  type RunningCloud,
} from '../service/harness.js';

describe.skipIf(!hasNats())('agents over three NATS servers (package nats-server)', () => {
  const nats = new NatsCluster();
  beforeAll(() => nats.start());
  afterAll(async () => {
    await nats.stop();
    removeFolders();
  });

  const start = (dir?: string) =>
    startCloud({
      ...(dir !== undefined && { dir }),
      config: { broker: 'nats', nats: nats.config },
      insight: noInsight(),
    });
  /** A shop that this cloud has not seen, and what its agent logs in with. */
  async function shop(cloud: RunningCloud, storeId: string): Promise<{ username: string; password: string }> {
    const storeFile = STORE_YAML.replace('id: demo', `id: ${storeId}`);
    const taken = await cloud.api('/api/v1/stores', json({ storeFiles: [storeFile], agents: true }));
    expect(taken.status).toBe(200);
    const { stores } = (await taken.json()) as { stores: { agent: { username: string; password: string } }[] };
    return stores[0]!.agent;
  }
  const agent = (storeId: string, at: number, login: { username: string; password: string }, journalId?: string) =>
    new FakeAgent(nats.nodes[at]!.mqttPort, { storeId, ...login, ...(journalId !== undefined && { journalId }) });

  it('takes what agents say to any server, and answers it', async () => {
    const cloud = await start();
    const login = await shop(cloud, 'north');
    const north = await agent('north', 1, login).join();
    expect((await north.facts([crossings(1, 3)])).status).toBe('committed');
    const kept = await cloud.series.read({ storeId: 'north', kinds: ['crossings'], from: 0, to: 9e12 });
    expect(kept.map(({ value }) => value)).toEqual([{ in: 3, out: 0, source: 'tracks' }]);
    await north.leave();
    await cloud.stop();
  });
});
