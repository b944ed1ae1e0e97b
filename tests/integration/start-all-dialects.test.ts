import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fakeBluezProblem } from '../../simulators/src/adapters/fake-bluez.js';
import { root, System, waitFor } from '../support/system.js';

const shops = path.join(root, 'simulators/shops');
const RADIO = 'ble-3';
const { simulatedRadio } = (await import(path.join(root, 'scripts/start-radio.mjs'))) as {
  simulatedRadio(
    devices: { family: string; dialect: string }[],
    root: string,
    works?: () => boolean,
  ): { agentEnv: Record<string, string>; args?: string[]; air?: string; remove(): void } | undefined;
};

interface Shown {
  deviceId: string;
  state: string;
  trouble?: string;
  nearby?: number;
  refused?: { reason: string; sample?: string }[];
}

const commandOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
};
/** One start's radio: its keeper and the bus. */
const radioProcesses = (dir: string): string[] =>
  readdirSync('/proc').filter((pid) => /radio\.mjs|dbus-daemon/.test(commandOf(pid)) && commandOf(pid).includes(dir));

const problem = fakeBluezProblem();
describe.skipIf(problem !== undefined)(
  `npm start with a shop of all dialects${problem === undefined ? '' : ` (${problem})`}`,
  () => {
    let system: System;
    let dir: string;
    const devices = async (): Promise<Shown[]> =>
      (await system.get<{ devices: Shown[] }>(`${system.store}/live`)).devices;
    const radio = async () => (await devices()).find(({ deviceId }) => deviceId === RADIO);
    const heard = async (): Promise<number> => {
      const { agentUrl, agentLocalSecret } = system.access;
      const headers = { authorization: `Bearer ${agentLocalSecret}` };
      const text = await (await fetch(`${agentUrl}/metrics`, { headers })).text();
      return Number(new RegExp(`^aisle_ble_adverts_total\\{device="${RADIO}"\\} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
    };

    beforeAll(async () => {
      // More of them than in the shop as it comes: tills sell sooner.
      const busy = mkdtempSync(path.join(tmpdir(), 'aisle-'));
      cpSync(path.join(shops, 'behaviour.yaml'), path.join(busy, 'behaviour.yaml'));
      cpSync(path.join(shops, 'all-dialects.yaml'), path.join(busy, 'shop.yaml'));
      writeFileSync(
        path.join(busy, 'shop.behaviour.yaml'),
        'extends: behaviour.yaml\narrivals: { perHour: 600 }\nstaff: { people: 2, restSeconds: { mean: 30, variation: 0.6 } }\n',
      );
      system = await System.start({ storeFile: path.join(busy, 'shop.yaml'), simulator: true });
      const keeper = readdirSync('/proc').find(
        (pid) => commandOf(pid).includes('radio.mjs') && statOf(pid).parent === system.child.pid,
      );
      dir = /\S*aisle-radio-\S+/.exec(commandOf(keeper ?? ''))?.[0] ?? 'no radio';
    }, 90_000);
    afterAll(async () => {
      await system.stop();
    });

    it('has every device online within a minute, refuses nothing, and hears with the radio of the machine', async () => {
      const all = await waitFor(
        'every device, and the radio',
        async () => {
          const list = await devices();
          const own = list.find(({ deviceId }) => deviceId === RADIO);
          return list.length > 0 && list.every(({ state }) => state === 'online') && (own?.nearby ?? 0) > 0 && list;
        },
        60_000,
        500,
      );
      const refused = all.flatMap(({ deviceId, refused = [] }) => refused.map((one) => ({ deviceId, ...one })));
      expect(refused).toEqual([]);
      expect(all.filter(({ trouble }) => trouble)).toEqual([]);
      expect(await heard()).toBeGreaterThan(10);
      const processes = JSON.parse(readFileSync(path.join(system.dataDir, 'processes.json'), 'utf8')) as object;
      expect(Object.keys(processes)).toEqual(['cloud', 'agent', 'simulator']);
    }, 70_000);

    it('takes the sales of tills that write files from the folder in which the agent looks', async () => {
      const done = () =>
        ['till-2', 'till-3'].flatMap((till) =>
          readdirSync(path.join(system.dataDir, 'agent/drop', till, 'done')).filter((name) => !name.endsWith('.json')),
        );
      await waitFor('a file that was read', () => done().length > 0, 120_000, 500);
      for (const till of ['till-2', 'till-3'])
        expect(readdirSync(path.join(system.dataDir, 'agent/drop', till, 'refused'))).toEqual([]);
    }, 130_000);

    it('brings the radio back when its stand-in was killed', async () => {
      const before = radioProcesses(dir);
      expect(before.length).toBeGreaterThan(1);
      process.kill(Number(before.find((pid) => commandOf(pid).includes('radio.mjs'))), 'SIGKILL');
      await waitFor('another stand-in, and nobody of the first', () => {
        const now = radioProcesses(dir);
        return now.length >= before.length && !now.some((pid) => before.includes(pid));
      });
      const words = await heard();
      await waitFor('the radio', async () => (await heard()) > words + 5, 30_000, 250);
      expect(await radio()).toMatchObject({ state: 'online' });
    }, 60_000);

    it('ends it with everybody else, within ten seconds, and leaves nothing behind', async () => {
      const began = Date.now();
      expect(await system.stop()).toEqual({ code: 0, signal: null });
      expect(Date.now() - began).toBeLessThan(10_000);
      expect(radioProcesses(dir)).toEqual([]);
      expect(existsSync(dir)).toBe(false);
    }, 20_000);
  },
);

describe('the radio of a simulated shop', () => {
  it('is nobody where the store file names none', () => {
    expect(simulatedRadio([{ family: 'ble', dialect: 'aisle' }], root)).toBeUndefined();
  });

  it('says once which Debian packages are missing, and keeps the agent off the real radio', () => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const radio = simulatedRadio([{ family: 'ble', dialect: 'bluez' }], root, () => false);
    const said = write.mock.calls.map(([text]) => String(text));
    write.mockRestore();
    expect(said).toHaveLength(1);
    for (const name of ['dbus-daemon', 'python3-dbus', 'python3-gi']) expect(said[0]).toContain(name);
    expect(radio).toMatchObject({ args: undefined, air: undefined });
    const bus = (radio?.agentEnv['DBUS_SYSTEM_BUS_ADDRESS'] ?? '').replace('unix:path=', '');
    expect(existsSync(path.dirname(bus))).toBe(true);
    expect(existsSync(bus)).toBe(false);
    radio?.remove();
    expect(existsSync(path.dirname(bus))).toBe(false);
  });
});

function statOf(pid: string): { parent: number } {
  try {
    return { parent: Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]) };
  } catch {
    return { parent: 0 };
  }
}
