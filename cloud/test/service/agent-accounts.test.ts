import { afterAll, describe, expect, it } from 'vitest';
import { AGENT_PASSWORD, FakeAgent, noInsight, removeFolders, startCloud, until } from './harness.js';

afterAll(removeFolders);

describe('the account of a shop’s agent', () => {
  it('is renewed and revoked by whoever manages stores; the one before opens nothing, and who used it is cut off', async () => {
    const cloud = await startCloud({ insight: noInsight() });
    const route = '/api/v1/stores/demo/agent-account';
    const first = await new FakeAgent(cloud.mqttPort).join();
    let gone = false;
    first.client.on('close', () => (gone = true));

    const renewed = await cloud.api(route, { method: 'POST' });
    expect(renewed.status).toBe(201);
    expect(renewed.headers.get('cache-control')).toBe('no-store');
    const account = (await renewed.json()) as { username: string; password: string; cutOff: boolean };
    expect(account).toMatchObject({ username: 'agent:demo', cutOff: true });
    await until(() => gone, 'the end of the old connection');
    await expect(new FakeAgent(cloud.mqttPort, { password: AGENT_PASSWORD }).connect()).rejects.toThrow();
    const second = await new FakeAgent(cloud.mqttPort, { ...account, journalId: first.journalId }).join();
    expect(second.epoch).toBe(first.epoch);

    gone = false;
    second.client.on('close', () => (gone = true));
    const revoked = await cloud.api(route, { method: 'DELETE' });
    expect([revoked.status, await revoked.json()]).toEqual([200, { storeId: 'demo', cutOff: true }]);
    await until(() => gone, 'the end of the revoked connection');
    await expect(new FakeAgent(cloud.mqttPort, account).connect()).rejects.toThrow();
    expect((await cloud.api('/api/v1/stores/nowhere/agent-account', { method: 'POST' })).status).toBe(404);
    await cloud.stop();
  });
});
