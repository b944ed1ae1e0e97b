import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { io } from 'socket.io-client';
import { ROLES, type Device, type Role } from '@aisle/contracts';
import { ROLES_OF } from '../../cloud/src/access/rights.js';
import { openapiDocument } from '../../cloud/src/http/openapi-document.js';
import {
  AGENT_PASSWORD,
  PASSWORD,
  STORE_YAML,
  TOKEN,
  json,
  removeFolders,
  sha256,
  startCloud,
  type RunningCloud,
} from '../../cloud/test/service/harness.js';
import { guardedCalls } from '../rights-page.js';

/** Planted; each is looked for in everything that comes out. */
const KEY = '231d39c1d7cc1ab1aee224cd096db932';
const STREAM = 'rtsp://viewer:s3cret-word@cam.local:554/live/s3cret-path?token=s3cret-query';
const LATER = 'http://admin:s3cret-later@cam.local/video';
const FOUND = /s3cret|231d39c1d7cc1ab1/;

const gets = guardedCalls(await openapiDocument()).filter(({ method, right }) => method === 'GET' && right);
const tokenOf = (role: Role) => `token-of-${role}-0123456789`;
let cloud: RunningCloud;
let password = '';

async function send(method: string, path: string, body: unknown, token = TOKEN): Promise<Response> {
  return cloud.api(`/api/v1/stores/demo${path}`, { ...json(body), method, token });
}
const entry = (device: Device) => send('POST', '/devices', device);

beforeAll(async () => {
  cloud = await startCloud();
  for (const role of ROLES)
    await cloud.catalog.tokens.putApiToken({
      ...{ tokenHash: sha256(tokenOf(role)), organisationId: 'org', name: role, createdTs: 1, expiresTs: null },
      grant: { role, scope: { kind: 'store', id: 'demo' } },
    });
  const given = await entry({
    ...{ id: 'scale-1', family: 'shelf', dialect: 'bthome', address: 'A4:C1:38:00:00:01', key: KEY, fixture: 'fx-1' },
  });
  ({
    credential: { password },
  } = (await given.json()) as { credential: { password: string } });
  expect(given.status).toBe(201);
  expect((await entry({ id: 'cam-2', family: 'camera', dialect: 'aisle', stream: { url: STREAM } })).status).toBe(201);
  // what was there before stands in older versions and in lists of changes
  expect((await send('PATCH', '/devices/cam-2', { stream: { url: LATER } })).status).toBe(200);
});
afterAll(async () => {
  await cloud.stop();
  removeFolders();
});

const period =
  'from=2026-11-22T00:00:00%2B08:00&to=2026-11-23T00:00:00%2B08:00&bucket=hour&open=true&at=2026-11-22T00:00:00Z';
const addresses = (path: string): string[] => {
  const of = (version: string, rest = '') =>
    `${path
      .replace('{storeId}', 'demo')
      .replace('{version}', version)
      .replace('{deviceId}', 'cam-2')
      .replace(/\{\w+\}/, '1')}?${period}${rest}`;
  return path.includes('{version}')
    ? ['1', '2', '3', '4'].flatMap((version) => [of(version), of(version, '&format=yaml')])
    : [of('1')];
};

describe('what comes out of the API', () => {
  it.each(ROLES)(
    'holds for a %s no key and no password of a stream, unless devices are theirs to change',
    async (role) => {
      const told: string[] = [];
      let answered = 0;
      for (const { path } of gets)
        for (const address of addresses(path)) {
          const response = await cloud.api(address, { token: tokenOf(role) });
          if (response.ok) answered += 1;
          const text = await response.text();
          expect(text, address).not.toContain(password);
          expect(text, address).not.toContain(AGENT_PASSWORD);
          expect(text, address).not.toContain(PASSWORD);
          if (FOUND.test(text)) told.push(address.split('?')[0] as string);
        }
      expect(answered).toBeGreaterThan(25);
      const allowed = ROLES_OF['devices.write'].includes(role) ? ['/api/v1/stores/demo/file'] : [];
      // changes and lists name no secret to anybody; whole files do to whom they are for
      expect([...new Set(told)].filter((address) => !/\/(versions\/\d|file)/.test(address))).toEqual([]);
      expect(told.filter((address) => address.endsWith('/file'))).toEqual(allowed);
      if (allowed.length === 0) expect(told).toEqual([]);
    },
  );

  it('holds none for a viewer in live events', async () => {
    const said: string[] = [];
    const socket = io(`${cloud.url}/live`, { auth: { token: tokenOf('viewer') }, transports: ['websocket'] });
    try {
      socket.onAny((...event: unknown[]) => said.push(JSON.stringify(event)));
      await new Promise<void>((resolve, reject) => {
        socket.on('connect', () => socket.emit('watch', { storeId: 'demo' }));
        socket.on('snapshot', () => resolve());
        socket.on('connect_error', reject);
      });
      expect(said.join()).toContain('cam-2');
      expect(said.join()).not.toMatch(FOUND);
    } finally {
      socket.close();
    }
  });
});

describe('whoever edits the file without seeing its secrets', () => {
  const merchandiser = tokenOf('merchandiser');
  const newest = async (format: 'json' | 'yaml') => {
    const rows = (await (await cloud.api('/api/v1/stores/demo/versions')).json()) as { version: number }[];
    const version = rows[0]?.version ?? 0;
    const response = await cloud.api(`/api/v1/stores/demo/versions/${version}?format=${format}`, {
      token: merchandiser,
    });
    return { version, text: await response.text() };
  };
  const inForce = async () =>
    JSON.stringify(((await (await cloud.api('/api/v1/stores/demo/file')).json()) as { storeFile: unknown }).storeFile);

  it.each(['json', 'yaml'] as const)('keeps them (%s)', async (format) => {
    const { version, text } = await newest(format);
    expect(text).not.toMatch(FOUND);
    const floor = format === 'json' ? 11 : 12;
    const body =
      format === 'json'
        ? { storeFile: { ...(JSON.parse(text) as { storeFile: object }).storeFile, floor: { width: floor, depth: 8 } } }
        : { storeFileYaml: text.replace(/width: \d+/, `width: ${floor}`) };
    const made = await send('POST', '/versions', { basedOn: version, ...body }, merchandiser);
    expect([made.status, await made.text()]).toEqual([201, expect.not.stringMatching(FOUND)]);
    const file = await inForce();
    expect(file).toContain(KEY);
    expect(file).toContain(LATER);
    expect(file).toContain(`"width":${floor}`);
  });

  it('cannot have them sent to another host, nor learns them by a refusal', async () => {
    const { version, text } = await newest('json');
    const { storeFile } = JSON.parse(text) as { storeFile: { devices: { id: string; stream?: { url: string } }[] } };
    const cam = storeFile.devices.find(({ id }) => id === 'cam-2');
    if (cam) cam.stream = { url: 'http://thief.example/…' };
    const refused = await send('POST', '/versions', { basedOn: version, storeFile }, merchandiser);
    const answer = await refused.text();
    expect([refused.status, answer]).toEqual([400, expect.stringContaining('stream.url')]);
    expect(answer).not.toMatch(FOUND);
  });
});

describe('errors and logs of the cloud', () => {
  it('repeat no secret that was sent to it, right or wrong', async () => {
    const wrong = 's3cret-that-was-sent';
    const sent: Promise<Response>[] = [
      cloud.api('/api/v1/session', { token: null, ...json({ email: 'owner@shop.test', password: wrong }) }),
      cloud.api('/api/v1/session', { token: null, ...json({ email: 7, password: wrong }) }),
      cloud.api('/api/v1/session', { token: null, ...json({ email: 'x@y.z', password: [wrong] }) }),
      cloud.api('/api/v1/users', json({ email: 'x@y.z', password: { is: wrong }, role: 'king' })),
      cloud.api('/api/v1/users', json({ email: 'x@y.z', password: 's3cret', role: 'viewer' })),
      cloud.api('/api/v1/stores', { token: wrong }),
      entry({ id: 'cam-3', family: 'camera', dialect: 'aisle', stream: wrong } as never),
      entry({ id: 'cam-3', family: 'camera', dialect: 'aisle', zone: 'nowhere', stream: { url: STREAM } } as never),
      entry({ id: 'scale-3', family: 'shelf', dialect: 'bthome', key: wrong } as never),
      send('PATCH', '/devices/cam-2', { stream: { url: [STREAM] } }),
      send('POST', '/versions', {
        basedOn: 1,
        storeFileYaml: `${STORE_YAML}  - {id: x, key: ${wrong}, stream: '${STREAM}'}\n`,
      }),
      send('POST', '/versions', { basedOn: 1, storeFileYaml: `a: [${STREAM}` }),
    ];
    for (const response of await Promise.all(sent)) {
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(await response.text()).not.toMatch(/s3cret/);
    }
    const logs = JSON.stringify(cloud.logs);
    expect(logs.length).toBeGreaterThan(1000);
    expect(logs).not.toMatch(FOUND);
    expect(logs).not.toContain(TOKEN);
    expect(logs).not.toContain(password);
  });
});
