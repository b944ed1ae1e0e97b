import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fact, RetentionView } from '@aisle/contracts';
import { FakeAgent, crossings, json, removeFolders, sale, startCloud, until, type RunningCloud } from './harness.js';

const DAY = 86_400_000;
const put = (body: unknown): RequestInit => ({ ...json(body), method: 'PUT' });
const ALL = { sensed: null, sales: null, screens: null, alerts: null };
const ADDRESS = '/api/v1/stores/demo/retention';

let cloud: RunningCloud;
beforeEach(async () => {
  cloud = await startCloud();
  const agent = await new FakeAgent(cloud.mqttPort).join();
  const today = Math.floor(Date.now() / 60_000) * 60_000;
  const at = (days: number, fact: Fact): Fact => ({ ...fact, ts: today - days * DAY }) as Fact;
  const facts = [0, 70, 100, 200].flatMap((days) => [
    at(days, crossings(1 + days, 4)),
    at(days, { ...sale(`r-${days}`, 1250, 1 + days) }),
  ]);
  expect((await agent.facts(facts)).status).toBe('committed');
  await agent.leave();
});
afterEach(() => cloud.stop());
afterAll(removeFolders);

const kept = async (kind: 'crossings' | 'sale'): Promise<number> =>
  (await cloud.series.read({ storeId: 'demo', kinds: [kind], from: 0, to: Date.now() + DAY })).length;
const ask = async (address: string, init?: RequestInit): Promise<RetentionView> => {
  const response = await cloud.api(address, init);
  expect(response.status).toBe(200);
  return (await response.json()) as RetentionView;
};

describe('how long facts are kept', () => {
  it('is for ever unless somebody says otherwise', async () => {
    expect(await ask(ADDRESS)).toEqual({ days: ALL, deletes: [] });
  });

  it('is shown beforehand with what it would delete, and nothing is', async () => {
    const { deletes } = await ask(`${ADDRESS}?dryRun=true`, put({ ...ALL, sensed: 90, sales: 150 }));
    expect(deletes.map(({ kind, facts }) => [kind, facts])).toEqual([
      ['sensed', 2],
      ['sales', 1],
    ]);
    for (const { before, oldest } of deletes) {
      expect(before).toMatch(/T00:00:00\+08:00$/);
      expect(Date.parse(oldest as string)).toBeLessThan(Date.parse(before));
    }
    expect((await ask(ADDRESS)).days).toEqual(ALL);
    expect(await kept('crossings')).toBe(4);
  });

  it('deletes what is older, of that kind alone, and pages begin where something is left', async () => {
    expect((await cloud.series.span('demo'))?.earliestTs).toBeLessThan(Date.now() - 199 * DAY);
    const days = { ...ALL, sensed: 90, sales: 150 };
    await ask(ADDRESS, put(days));
    expect(await ask(ADDRESS)).toMatchObject({ days });
    await cloud.cloud.maintain();
    await until(async () => (await kept('crossings')) === 2, 'old facts to go');
    await until(async () => (await kept('sale')) === 3, 'old sales to go');
    expect((await cloud.series.span('demo'))?.earliestTs).toBeGreaterThan(Date.now() - 101 * DAY);
    expect((await ask(ADDRESS)).deletes.every(({ facts, oldest }) => facts === 0 && oldest === null)).toBe(true);
    expect(cloud.logs.filter(({ audit }) => audit === 'retention').length).toBeGreaterThan(1);
  });

  it('refuses by the field: too few days, half ones, kinds too few or too many, sales that go before their visitors', async () => {
    const wrong: [body: unknown, field: string][] = [
      [{ ...ALL, alerts: 7 }, 'alerts'],
      [{ ...ALL, screens: 99.5 }, 'screens'],
      [{ sensed: 90, sales: 90, screens: 90 }, 'alerts'],
      [{ ...ALL, pictures: 90 }, 'pictures'],
      [{ ...ALL, sensed: 100, sales: 90 }, 'sales'],
      [{ ...ALL, sales: 90 }, 'sales'],
    ];
    for (const [body, field] of wrong) {
      const response = await cloud.api(ADDRESS, put(body));
      expect(response.status).toBe(400);
      expect(((await response.json()) as { error: { field: string } }).error.field).toBe(field);
    }
    expect((await ask(ADDRESS)).days).toEqual(ALL);
  });
});
