import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram, integrator, publish, runProgram } from '../support/devices.js';
import { smallShop, writeShop } from '../support/shop.js';
import { System, freePorts, root, waitFor } from '../support/system.js';

/** The process of a start that runs this bundle; undefined while there is none. */
const childOf = (pid: number, bundle: string): number | undefined =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter((child) => child !== '' && readFileSync(`/proc/${child}/cmdline`, 'utf8').includes(bundle))
    .map(Number)[0];
const storeFile = writeShop(smallShop());
const minute = Date.parse('2026-03-02T02:00:00Z');
const range = `from=${new Date(minute).toISOString()}&to=${new Date(minute + 3_600_000).toISOString()}`;
let system: System;

beforeAll(async () => {
  system = await System.start({ storeFile });
}, 120_000);
afterAll(async () => {
  await system?.stop();
});

describe('npm start', () => {
  it('answers /healthz openly and everything else only with a credential', async () => {
    const { access } = system;
    expect(await (await fetch(`${access.dashboardUrl}/healthz`)).json()).toEqual({ status: 'ok' });
    for (const call of ['/api/v1/stores', `/api/v1/stores/${access.storeId}/live`, '/metrics', '/api/v1/nothing']) {
      expect((await fetch(`${access.dashboardUrl}${call}`)).status, call).toBe(401);
    }
    expect(await system.get('/stores')).toEqual([
      { storeId: 'small', name: { en: 'Small shop', zh: '小店' }, timezone: 'Asia/Shanghai', currency: 'CNY' },
    ]);
    await expect(system.get('/stores/elsewhere/live')).rejects.toThrow('404');
  });

  it('signs in with the password of the access file, and not with another', async () => {
    const { access } = system;
    const signIn = (password: string) =>
      fetch(`${access.apiUrl}/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email: access.email, password }),
      });
    expect((await signIn('guess')).status).toBe(401);
    const response = await signIn(access.password);
    expect(response.status).toBe(200);
    const cookie = response.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Strict/i);
    expect((await fetch(`${access.apiUrl}/stores`, { headers: { cookie: cookie.split(';')[0] ?? '' } })).status).toBe(
      200,
    );
  });

  it('keeps secrets readable by their owner only and says who runs', () => {
    expect(statSync(path.join(system.dataDir, 'demo-access.json')).mode & 0o777).toBe(0o600);
    expect(system.pid('cloud')).toBeGreaterThan(0);
    expect(system.pid('agent')).toBeGreaterThan(0);
  });

  it('says at the first start how to sign in', async () => {
    const { email, password } = system.access;
    await waitFor('the account', () => system.output.includes(`Sign in as ${email} with the password ${password}\n`));
  });

  it('lives on when the disk takes nothing, says which file it cannot write, and writes it once there is room', async () => {
    // A folder in the file's place stands in for a full disk: to whoever renames onto it both are an error.
    const file = path.join(system.dataDir, 'processes.json');
    rmSync(file);
    mkdirSync(path.join(file, 'in-the-way'), { recursive: true });
    const cloud = childOf(system.child.pid as number, 'cloud/main.mjs') as number;
    process.kill(cloud, 'SIGKILL');
    await waitFor('what it says', () => system.output.includes(`${file} cannot be written`));
    rmSync(file, { recursive: true });
    const pid = await waitFor('the new cloud', () => system.pid('cloud'), 20_000);
    expect(pid).not.toBe(cloud);
    await waitFor(
      'the shop to be whole again',
      async () => (await system.get<{ agentOnline: boolean }>(`${system.store}/devices`)).agentOnline,
      20_000,
    );
  });

  it('starts a child that dies again within two seconds', async () => {
    for (const name of ['agent', 'cloud'] as const) {
      const before = system.pid(name);
      system.kill(name);
      const after = await waitFor(`a new ${name}`, () => system.pid(name) !== before && system.pid(name), 2_000, 20);
      expect(after).not.toBe(before);
    }
    await waitFor(
      'the system to serve again',
      async () => (await system.get<{ agentOnline: boolean }>(`${system.store}/devices`)).agentOnline,
      20_000,
    );
  });

  it('counts bad messages by reason and keeps the connection', async () => {
    const client = await integrator(system.access);
    let closed = 0;
    client.on('close', () => (closed += 1));
    const ts = minute + 1_000;
    await publish(client, 'cam-1', 'camera/positions', '{"ts": 1, "people": [');
    await publish(client, 'cam-1', 'camera/positions', { ts, people: [{ id: '1', x: 'left', y: 1 }] });
    await publish(client, 'cam-9', 'camera/positions', { ts, people: [] });
    await publish(client, 'shelf-1', 'shelf/weight', { ts, slot: 'fx-2-a', grams: 5 });
    await publish(client, 'cam-1', 'camera/positions', { ts, people: [] });
    await publish(client, 'cam-1', 'camera/positions', { ts: ts - 400, people: [] });
    await publish(client, 'cam-1', 'camera/positions', { ts, people: [] });
    await publish(client, 'cam-1', 'camera/positions', { ts: Date.now() + 2 * 86_400_000, people: [] });
    const metrics = await waitFor('the counters to reach the cloud', async () => {
      const response = await fetch(`${system.access.dashboardUrl}/metrics`, {
        headers: { authorization: `Bearer ${system.access.apiToken}` },
      });
      const text = await response.text();
      return text.includes('reason="future"') && text;
    });
    const count = (device: string, reason: string) =>
      Number(
        new RegExp(`aisle_messages_refused_total\\{device="${device}",reason="${reason}"[^}]*\\} (\\d+)`).exec(
          metrics,
        )?.[1] ?? 0,
      );
    expect({
      malformed: count('cam-1', 'malformed'),
      unknown: count('unknown', 'unknownDevice'),
      subject: count('shelf-1', 'unknownSubject'),
      late: count('cam-1', 'late'),
      duplicate: count('cam-1', 'duplicate'),
      future: count('cam-1', 'future'),
    }).toEqual({ malformed: 2, unknown: 1, subject: 1, late: 1, duplicate: 1, future: 1 });
    expect(closed).toBe(0);
    await client.endAsync();
  });

  it('takes a sale by REST once, refuses other content of the same receipt, and names a bad field', async () => {
    const post = (body: object) =>
      fetch(`${system.access.apiUrl}${system.store}/sales`, {
        method: 'POST',
        headers: { authorization: `Bearer ${system.access.apiToken}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const sale = {
      ts: minute + 60_000,
      receipt: 'rest-1',
      lines: [
        { gtin: '06901234567892', quantity: 2, net: 25 },
        { gtin: 'unknown', quantity: 1, net: 3.33 },
      ],
    };
    expect((await post(sale)).status).toBe(202);
    expect((await post(sale)).status).toBe(202);
    expect((await post({ ...sale, lines: [{ gtin: '06901234567892', quantity: 1, net: 12.5 }] })).status).toBe(409);
    const bad = await post({ ...sale, receipt: 'rest-2', lines: [{ gtin: '1', quantity: 1, net: 'x' }] });
    expect(bad.status).toBe(400);
    expect(((await bad.json()) as { error: { field: string } }).error.field).toContain('lines[0].net');
    const rows = await waitFor('the sale in the figures', async () => {
      const found = await system.get<{ zoneId: string; salesNet: number; units: number }[]>(
        `${system.store}/zones/metrics?${range}&bucket=all`,
      );
      return found.some((row) => row.salesNet > 0) && found;
    });
    expect(rows.find((row) => row.zoneId === 'dairy')).toMatchObject({ salesNet: 25, units: 2 });
    expect(rows.find((row) => row.zoneId === 'unplaced')).toMatchObject({ salesNet: 3.33, units: 1 });
  });

  it('stops within ten seconds with 0, and a second start keeps the data', async () => {
    const client = await integrator(system.access);
    for (let i = 0; i < 20; i += 1)
      await publish(client, 'cam-1', 'camera/positions', {
        ts: minute + 120_000 + i * 500,
        people: [{ id: 'a', x: 3, y: 3 }],
      });
    await client.endAsync();
    const zones = () =>
      system.get<{ zoneId: string; visits: number }[]>(`${system.store}/zones/metrics?${range}&bucket=all`);
    const before = await waitFor('the visit', async () => {
      const rows = await zones();
      return rows.some((row) => row.visits === 1) && system.settled(zones);
    });
    const began = Date.now();
    expect(await system.stop()).toEqual({ code: 0, signal: null });
    expect(Date.now() - began).toBeLessThan(10_000);
    const access = readFileSync(path.join(system.dataDir, 'demo-access.json'), 'utf8');
    system = await System.start({ storeFile, dataDir: system.dataDir });
    expect((JSON.parse(access) as { apiToken: string }).apiToken).toBe(system.access.apiToken);
    expect(await zones()).toEqual(before);
  });

  it('gives another shop in the same place an agent of its own, and takes the first up again', async () => {
    const { dataDir } = system;
    const zones = (storeId: string) =>
      system.get<{ zoneId: string; visits: number }[]>(`/stores/${storeId}/zones/metrics?${range}&bucket=all`);
    const before = await zones('small');
    await system.stop();
    const store = { id: 'other', name: { en: 'Other' }, timezone: 'Asia/Shanghai', currency: 'CNY' };
    system = await System.start({ storeFile: writeShop(smallShop({ store })), dataDir });
    // older than what the first shop's camera of the same name said: no clock of this shop's
    const client = await integrator(system.access);
    for (const ts of [minute, minute + 1000])
      await publish(client, 'cam-1', 'camera/positions', { ts, people: [{ id: 'a', x: 3, y: 3 }] });
    await client.endAsync();
    await waitFor('the visit', async () => (await zones('other')).some((row) => row.visits === 1));
    expect(await zones('small')).toEqual(before);
    await system.stop();
    system = await System.start({ storeFile, dataDir });
    expect(await system.settled(() => zones('small'))).toEqual(before);
  });
});

describe('the command npm start', () => {
  it('ends everything with 0 when npm itself is told to stop, and leaves nobody behind', async () => {
    const ports = await freePorts();
    const dataDir = mkdtempSync(path.join(tmpdir(), 'aisle-'));
    const options = [
      '--no-simulator',
      '--data',
      dataDir,
      '--store',
      storeFile,
      '--port',
      String(ports.port),
      '--store-mqtt-port',
      String(ports.storeMqtt),
      '--cloud-mqtt-port',
      String(ports.cloudMqtt),
      '--agent-port',
      String(ports.agent),
    ];
    const npm = spawn('npm', ['start', '--', ...options], { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] });
    let output = '';
    npm.stdout.on('data', (data: Buffer) => (output += data.toString()));
    const exit = new Promise<number | null>((resolve) => npm.on('exit', resolve));
    await waitFor('Ready:', () => /^Ready: http/m.test(output), 60_000);
    const pids = Object.values(
      JSON.parse(readFileSync(path.join(dataDir, 'processes.json'), 'utf8')) as Record<string, number>,
    );
    npm.kill('SIGTERM');
    expect(await exit).toBe(0);
    for (const pid of pids.filter(Number.isInteger)) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  }, 90_000);
});

describe('a start that cannot work', () => {
  const start = (args: string[]) =>
    runProgram(process.execPath, [path.join(root, 'scripts/start.mjs'), '--no-simulator', ...args], {
      timeoutMs: 30_000,
    });
  const portArgs = async () => {
    const ports = await freePorts();
    return {
      '--port': ports.port,
      '--store-mqtt-port': ports.storeMqtt,
      '--cloud-mqtt-port': ports.cloudMqtt,
      '--agent-port': ports.agent,
    };
  };
  const flat = (options: Record<string, number>) =>
    Object.entries(options).flatMap(([name, value]) => [name, String(value)]);
  const folder = () => mkdtempSync(path.join(tmpdir(), 'aisle-'));

  it.each(['--port', '--store-mqtt-port', '--cloud-mqtt-port', '--agent-port'] as const)(
    'names the port and the option when %s is taken',
    async (option) => {
      const server = createServer();
      const options = await portArgs();
      await new Promise<void>((resolve) => server.listen(options[option], '127.0.0.1', resolve));
      const { code, output } = await start(['--data', folder(), ...flat(options)]);
      server.close();
      expect(code).not.toBe(0);
      expect(output).toContain(String(options[option]));
      expect(output).toContain(option);
    },
  );

  it.each([
    ['an unknown key', smallShop({ colour: 'red' }), 'colour'],
    [
      'a crossing polygon',
      smallShop({
        zones: [
          {
            id: 'z',
            kind: 'aisle',
            polygon: [
              [0, 0],
              [4, 4],
              [4, 0],
              [0, 4],
            ],
          },
        ],
        fixtures: [],
        devices: [],
      }),
      'zones[0].polygon',
    ],
  ])('names the key of a store file with %s', async (_, shop, key) => {
    const { code, output } = await start(['--data', folder(), '--store', writeShop(shop), ...flat(await portArgs())]);
    expect(code).not.toBe(0);
    expect(output).toContain(key);
  });

  it.each([
    ['dependencies', [], 'node_modules is missing; run "npm ci" first'],
    ['build', ['node_modules'], 'dist/cloud/main.mjs is missing; run "npm run build" first'],
  ])('says with --no-setup what is missing: %s', async (_, there, message) => {
    const copy = folder();
    cpSync(path.join(root, 'scripts'), path.join(copy, 'scripts'), { recursive: true });
    writeFileSync(path.join(copy, 'package.json'), '{}');
    for (const name of there) mkdirSync(path.join(copy, name));
    const args = [path.join(copy, 'scripts/start.mjs'), '--no-setup', ...flat(await portArgs())];
    const { code, output } = await runProgram(process.execPath, args, { timeoutMs: 30_000 });
    expect([code, output]).toEqual([1, expect.stringContaining(message)]);
    rmSync(copy, { recursive: true });
  });

  it('says what is wrong with an option', async () => {
    const { code, output } = await start(['--port', 'eighty']);
    expect(code).toBe(2);
    expect(output).toContain('--port: expected a whole number from 1 to 65535, got "eighty"');
  });

  it.each([
    ['cloud/catalog.sqlite', 'catalog.sqlite'],
    ['cloud/series.duckdb', 'series.duckdb'],
    ['agent/agent.db', 'agent.db'],
  ])(
    'names a corrupt %s',
    async (file, name) => {
      const dataDir = folder();
      const first = await System.start({ dataDir, storeFile });
      await first.stop();
      writeFileSync(path.join(dataDir, file), Buffer.alloc(8192, 'not a database '));
      const { code, output } = await start(['--data', dataDir, '--store', storeFile, ...flat(await portArgs())]);
      expect(code).not.toBe(0);
      expect(output).toContain(name);
      expect(output).not.toMatch(/^\s+at /m);
    },
    90_000,
  );
});

const mosquittoPub = findProgram('mosquitto_pub');
const mosquittoSub = findProgram('mosquitto_sub');

describe.skipIf(!mosquittoPub || !mosquittoSub)("mosquitto's own clients", () => {
  const args = (device: string, password?: string) => {
    const url = new URL(system.access.storeMqttUrl);
    return [
      '-h',
      url.hostname,
      '-p',
      url.port,
      ...(password === undefined ? [] : ['-u', device, '-P', password]),
      '-V',
      'mqttv311',
      '-q',
      '1',
    ];
  };
  const topic = (device: string, channel: string) => ['-t', `aisle/v1/devices/${device}/${channel}`];

  it('publish with the credentials of a device, and are refused without', async () => {
    const { password } = system.access.devices['cam-1'] as { password: string };
    const message = ['-m', JSON.stringify({ ts: minute + 600_000, people: [] })];
    expect(
      (
        await runProgram(mosquittoPub as string, [
          ...args('cam-1', password),
          ...topic('cam-1', 'camera/positions'),
          ...message,
        ])
      ).code,
    ).toBe(0);
    expect(
      (await runProgram(mosquittoPub as string, [...args('cam-1'), ...topic('cam-1', 'camera/positions'), ...message]))
        .code,
    ).not.toBe(0);
    expect(
      (
        await runProgram(mosquittoPub as string, [
          ...args('cam-1', 'wrong'),
          ...topic('cam-1', 'camera/positions'),
          ...message,
        ])
      ).code,
    ).not.toBe(0);
  });

  it("may not write on or listen to another device's topics", async () => {
    const { password } = system.access.devices['cam-1'] as { password: string };
    const refusedBefore = await refusals();
    await runProgram(mosquittoPub as string, [
      ...args('cam-1', password),
      ...topic('till-1', 'till/sale'),
      '-m',
      JSON.stringify({ ts: minute, receipt: 'forged', lines: [{ gtin: '06901234567892', quantity: 1, net: 999 }] }),
    ]);
    await waitFor('the refusal to be counted', async () => (await refusals()) > refusedBefore);
    const { output } = await runProgram(mosquittoSub as string, [
      ...args('cam-1', password),
      ...topic('screen-1', 'screen/show'),
      '-W',
      '2',
      '-d',
    ]);
    expect(output).toMatch(/Subscribed \(mid: \d+\): 128|refused|denied/i);
    const shoppers = await system.get<{ salesNet: number }>(`${system.store}/shoppers/metrics?${range}`);
    expect(shoppers.salesNet).toBeLessThan(999);
  });

  async function refusals(): Promise<number> {
    const text = await (
      await fetch(`${system.access.agentUrl}/metrics`, {
        headers: { authorization: `Bearer ${system.access.agentLocalSecret}` },
      })
    ).text();
    return [...text.matchAll(/^aisle_messages_refused_total\{[^}]*reason="topic"[^}]*\} (\d+)/gm)].reduce(
      (sum, match) => sum + Number(match[1]),
      0,
    );
  }
});
