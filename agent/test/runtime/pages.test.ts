import { chmodSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAgentConfig, readCredentials } from '../../src/config/agent-config.js';
import { FrameGuard } from '../../src/adapters/frame-guard.js';
import { startOfDay } from '../../src/domain/core/store-day.js';
import { SECRETS, openShop, sha256, tempDir, type Shop } from './harness.js';

describe("the agent's pages", () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop();
  });
  afterAll(() => shop.end());
  const get = (address: string, authorization?: string) =>
    fetch(shop.http + address, { headers: authorization === undefined ? {} : { authorization } });
  const basic = (secret: string) => `Basic ${Buffer.from(`anyone:${secret}`).toString('base64')}`;

  it.each([
    ['/healthz', undefined, 200],
    ['/', undefined, 401],
    ['/', basic('wrong'), 401],
    ['/', basic(SECRETS.local), 200],
    ['/metrics', undefined, 401],
    ['/metrics', `Bearer ${SECRETS.local}`, 200],
    ['/metrics', basic(SECRETS.local), 200],
    ['/player/screen-1', undefined, 200],
    ['/player/cam-1', undefined, 404],
    ['/player/nobody', undefined, 404],
    ['/player/screen-1/list.json', undefined, 401],
    ['/player/screen-1/list.json', `Bearer ${SECRETS['cam-1']}`, 401],
    ['/player/screen-1/list.json', `Bearer ${SECRETS['screen-1']}`, 200],
    ['/player/screen-1/content/card-dairy.json', `Bearer ${SECRETS['screen-1']}`, 200],
    ['/player/screen-1/content/nothing.json', `Bearer ${SECRETS['screen-1']}`, 404],
    ['/nowhere', undefined, 404],
    ['/%zz', undefined, 400],
  ])('answers %s with %s by %i', async (address, authorization, status) => {
    const response = await get(address, authorization);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
  });

  it('names devices and links players on the status page', async () => {
    const text = await (await get('/', basic(SECRETS.local))).text();
    expect(text).toContain('cam-1');
    expect(text).toContain('href="/player/screen-1"');
  });
});

describe('the configuration', () => {
  const valid = {
    storeId: 'demo',
    dataDir: '/tmp/x',
    host: '127.0.0.1',
    mqttPort: 1883,
    httpPort: 8090,
    cloud: { url: 'mqtt://127.0.0.1:1884', username: 'a', password: 'b' },
    credentialsFile: '/tmp/x/c.json',
  };
  const file = (value: unknown) => {
    const name = path.join(tempDir(), 'agent.json');
    writeFileSync(name, typeof value === 'string' ? value : JSON.stringify(value), { mode: 0o600 });
    return name;
  };
  it('is read once and frozen', () => {
    const config = readAgentConfig(file(valid));
    expect(config).toEqual(valid);
    expect(Object.isFrozen(config) && Object.isFrozen(config.cloud)).toBe(true);
  });
  it.each([
    ['an unknown key', { ...valid, cloud: { ...valid.cloud, pasword: 'x' } }, /cloud\.pasword is not a known key/],
    ['a missing key', { ...valid, mqttPort: undefined }, /mqttPort is missing/],
    ['a wrong type', { ...valid, httpPort: '8090' }, /httpPort expected a port, 1 to 65535, got "8090"/],
    ['no JSON', '{', /is not JSON/],
  ])('with %s is refused by file and key', (_title, value, message) => {
    const name = file(value);
    expect(() => readAgentConfig(name)).toThrow(message);
    expect(() => readAgentConfig(name)).toThrow(name);
  });
  it('is refused when it is not there', () => {
    expect(() => readAgentConfig('/nowhere/agent.json')).toThrow('/nowhere/agent.json: cannot be read (ENOENT)');
  });
  it("refuses credentials that others may read, and never says a secret's digest", () => {
    const name = file({ integrators: {}, devices: {}, local: sha256('x') });
    expect(readCredentials(name).local).toBe(sha256('x'));
    chmodSync(name, 0o644);
    expect(() => readCredentials(name)).toThrow(/others may read it/);
    const bad = file({ integrators: { a: 'not-a-digest' }, devices: {}, local: sha256('x') });
    expect(() => readCredentials(bad)).toThrow(/integrators\.a/);
    expect(() => readCredentials(bad)).not.toThrow(/not-a-digest/);
  });
});

describe('a start that cannot work', () => {
  it.each([
    ['mqttPort', '--store-mqtt-port'],
    ['httpPort', '--agent-port'],
  ])('says which port is taken and which option changes it: %s', async (key, option) => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    await expect(openShop({ config: { [key]: port } })).rejects.toMatchObject({
      code: 'portInUse',
      message: expect.stringMatching(new RegExp(`port ${port} .* is in use.*${option}.*${key}`)),
    });
    taken.close();
  });
  it('names a corrupt database', async () => {
    const shop = await openShop();
    await shop.agent.stop();
    const file = path.join(shop.dir, 'agent.db');
    writeFileSync(file, 'this was a database once, and is none any more. '.repeat(200));
    await expect(shop.start()).rejects.toMatchObject({
      code: 'corruptDatabase',
      message: expect.stringContaining(file),
    });
    await shop.cloud.stop();
  });
});

describe('the frame guard', () => {
  const frame = (size: number) =>
    Buffer.concat([Buffer.from([0x30, (size & 127) | 128, size >> 7]), Buffer.alloc(size)]);
  it.each([1, 2, 3, 7, 1000])('follows frames over chunks of %i bytes', (step) => {
    const bytes = Buffer.concat([frame(200), frame(300), Buffer.from([0xc0, 0]), frame(1000)]);
    for (const [limit, passes] of [
      [1000, true],
      [999, false],
    ] as const) {
      const guard = new FrameGuard(() => limit);
      const chunks = Array.from({ length: Math.ceil(bytes.length / step) }, (_, n) =>
        bytes.subarray(n * step, (n + 1) * step),
      );
      expect(chunks.every((chunk) => guard.pass(chunk))).toBe(passes);
    }
  });
});

describe("the store's day", () => {
  it.each([
    ['2026-03-02T01:00:00Z', 'Asia/Shanghai', '2026-03-01T16:00:00Z'],
    ['2026-03-29T12:00:00Z', 'Europe/Berlin', '2026-03-28T23:00:00Z'],
    ['2026-10-25T12:00:00Z', 'Europe/Berlin', '2026-10-24T22:00:00Z'],
    ['2026-07-01T03:59:00Z', 'America/New_York', '2026-06-30T04:00:00Z'],
  ])('at %s in %s began at %s', (now, zone, start) => {
    expect(new Date(startOfDay(Date.parse(now), zone)).toISOString()).toBe(new Date(start).toISOString());
  });
});
