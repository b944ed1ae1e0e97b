import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { InboxView } from '@aisle/contracts';
import { runProgram } from '../support/devices.js';
import { System, root, waitFor } from '../support/system.js';

const FROM = Date.parse('2026-03-02T10:00:00+08:00');
const MINUTES = 15;
const iso = (ts: number): string => new Date(ts).toISOString();
const program = (name: string, args: string[]) =>
  runProgram(process.execPath, [path.join(root, 'dist', name), ...args], { timeoutMs: 150_000 });

describe('npm run aisle -- recompute', () => {
  it('states every figure anew from the journal of a running shop, and none changes', async () => {
    const system = await System.start();
    try {
      const { apiUrl, apiToken, storeId } = system.access;
      const get = async <T>(call: string): Promise<T> => {
        const response = await fetch(`${apiUrl}/stores/${storeId}/${call}`, {
          headers: { authorization: `Bearer ${apiToken}` },
        });
        expect(response.status, call).toBe(200);
        return (await response.json()) as T;
      };
      const period = `from=${iso(FROM)}&to=${iso(FROM + MINUTES * 60_000)}`;
      const calls = [
        ...['minute', 'hour', 'all'].flatMap((bucket) =>
          ['zones/metrics', 'footfall', 'sales', 'slots/metrics'].map((call) => `${call}?${period}&bucket=${bucket}`),
        ),
        ...['products/metrics', 'shoppers/metrics', 'heatmap'].map((call) => `${call}?${period}`),
      ];
      // text, so that every byte counts; nothing runs any more that would change a figure
      const figures = async (): Promise<string> =>
        JSON.stringify(await Promise.all(calls.map((call) => get<unknown>(call))));
      const settled = async (): Promise<string> => {
        let last = '';
        return waitFor('the figures to stand still', async () => {
          const { outboxWaiting } = await get<{ outboxWaiting: number | null }>('devices');
          const now = await figures();
          const stands = outboxWaiting === 0 && now === last;
          last = now;
          return stands && now;
        }, 60_000, 500); // prettier-ignore
      };

      const access = path.join(system.dataDir, 'demo-access.json');
      const ran = await program('simulators/cli.mjs', [
        ...['run', '--access', access, '--seed', '4', '--minutes', String(MINUTES), '--speed', 'max'],
        ...['--start', iso(FROM)],
      ]);
      expect(ran.code, ran.output).toBe(0);
      const before = await settled();
      const [zones] = JSON.parse(before) as [{ visits: number | null; pickups: number | null }[]];
      expect(zones.some(({ visits, pickups }) => visits !== null && visits > 0 && pickups !== null)).toBe(true);

      const command = ['recompute', '--data', system.dataDir, '--from', iso(FROM), '--timeout', '120'];
      const told = await program('cloud/cli.mjs', command);
      expect(told.code, told.output).toBe(0);
      expect(told.output).toMatch(/computed anew \([1-9]\d{2,} facts\)/);
      expect(await settled()).toBe(before);
      const { recompute } = await get<InboxView>('inbox');
      expect(recompute).toMatchObject({ state: 'done' });

      // once more: another generation takes the place of this one
      const again = await program('cloud/cli.mjs', [...command, '--json']);
      expect(again.code, again.output).toBe(0);
      const answer = JSON.parse(again.output.trim().split('\n').at(-1) as string) as NonNullable<typeof recompute>;
      expect(answer.generation).toBe((recompute?.generation ?? 0) + 1);
      expect(await settled()).toBe(before);

      const missing = await program('cloud/cli.mjs', ['recompute', '--data', system.dataDir]);
      expect([missing.code, missing.output]).toEqual([2, expect.stringContaining('--from is missing')]);
      const wrong = await program('cloud/cli.mjs', ['recompute', '--data', system.dataDir, '--from', 'yesterday']);
      expect(wrong.code, wrong.output).not.toBe(0);
    } finally {
      await system.stop();
    }
  }, 300_000);
});
