import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import mqtt from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { System, root, waitFor } from '../support/system.js';

const run = promisify(execFile);
// a plain script, which needs nothing installed
const { parseOptions } = (await import(path.join(root, 'scripts/start-options.mjs'))) as {
  parseOptions(args: string[], root: string, cwd: string): { host: string; tls?: { certFile: string } };
};
const init = (dir: string, ...more: string[]) =>
  run(process.execPath, [path.join(root, 'dist/cloud/tls.mjs'), 'tls', 'init', '--data', dir, ...more]);
let dir: string;
const file = (name: string) => readFileSync(path.join(dir, 'tls', name), 'utf8');

beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'aisle-tls-'));
  await init(dir, '--name', 'Shop.Example.org', '--name', 'fd00::1:7');
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('npm run aisle -- tls init', () => {
  it('makes an authority and a certificate by it for names and addresses, keys for the owner only', () => {
    const [ca, server] = [new X509Certificate(file('ca.pem')), new X509Certificate(file('server.pem'))];
    expect([ca.ca, server.ca, ca.verify(ca.publicKey), server.verify(ca.publicKey)]).toEqual([true, false, true, true]);
    expect(server.checkIssued(ca)).toBe(true);
    for (const name of ['shop.example.org', 'localhost']) expect(server.checkHost(name)).toBe(name);
    for (const address of ['127.0.0.1', '::1', 'fd00::1:7']) expect(server.checkIP(address)).toBeDefined();
    expect([server.checkHost('other.example.org'), server.checkIP('10.9.8.7')]).toEqual([undefined, undefined]);
    expect(Date.parse(server.validTo) - Date.now()).toBeGreaterThan(396 * 86_400_000);
    for (const key of ['ca-key.pem', 'server-key.pem'])
      expect(statSync(path.join(dir, 'tls', key)).mode & 0o777).toBe(0o600);
  });

  it('renews the certificate and keeps the authority, so that nobody need trust another', async () => {
    const [ca, server] = [file('ca.pem'), file('server.pem')];
    await init(dir, '--name', 'shop.example.org', '--days', '30');
    expect([file('ca.pem') === ca, file('server.pem') === server]).toEqual([true, false]);
    expect(new X509Certificate(file('server.pem')).verify(new X509Certificate(ca).publicKey)).toBe(true);
  });

  it.each([
    [['--name', 'not a name'], /--name/],
    [['--days', '9999'], /--days/],
  ])('refuses %j, naming the option', async (args, said) => {
    await expect(init(dir, ...args)).rejects.toMatchObject({ code: 2, stderr: expect.stringMatching(said) });
  });
});

describe('npm start', () => {
  it('listens beyond this machine only with a certificate, behind a proxy, or when told to', () => {
    const options = (...args: string[]) => parseOptions(args, root, dir);
    const bare = mkdtempSync(path.join(tmpdir(), 'aisle-bare-'));
    for (const host of ['0.0.0.0', '::', '192.168.1.5', 'shop.example.org']) {
      expect(() => options('--host', host, '--data', bare)).toThrow(/--host .*tls init.*--insecure/s);
      for (const option of ['--insecure', '--trust-proxy'])
        expect(options('--host', host, '--data', bare, option).host).toBe(host);
      expect(options('--host', host, '--data', dir).tls).toMatchObject({ certFile: path.join(dir, 'tls/server.pem') });
    }
    for (const host of ['127.0.0.1', '127.8.8.8', '::1', 'localhost'])
      expect(options('--host', host, '--data', bare).tls).toBeUndefined();
    rmSync(bare, { recursive: true });
  });

  it('with a certificate serves all three listeners by it, and nothing without', async () => {
    const system = await System.start({ dataDir: dir });
    try {
      const { access } = system;
      const ca = file('ca.pem');
      const ask = (url: string, options: { method?: string; body?: string; headers?: object; trusted?: string } = {}) =>
        new Promise<{ status: number | undefined; headers: NodeJS.Dict<string | string[]>; text: string }>(
          (resolve, reject) => {
            const { trusted = ca, body, ...rest } = options;
            const asking = request(url, { ...rest, ca: trusted } as never, (answer) => {
              let text = '';
              answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
              answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
            });
            asking.on('error', reject);
            asking.end(body);
          },
        );
      expect([access.dashboardUrl, access.agentUrl, access.storeMqttUrl].map((url) => url.split(':')[0])).toEqual([
        ...['https', 'https', 'mqtts'],
      ]);
      const signedIn = await ask(`${access.apiUrl}/session`, {
        method: 'POST',
        body: JSON.stringify({ email: access.email, password: access.password }),
        headers: { 'content-type': 'application/json' },
      });
      expect(signedIn.status).toBe(200);
      expect(signedIn.headers['set-cookie']?.[0]).toMatch(/; Secure/);
      expect(signedIn.headers['strict-transport-security']).toMatch(/max-age=\d{7,}/);
      const status = await ask(`${access.agentUrl}/login`);
      expect([status.status, status.headers['strict-transport-security']]).toEqual([200, expect.any(String)]);
      // the agent trusts its cloud, by its authority
      await waitFor('the agent', async () => {
        const { text } = await ask(`${access.apiUrl}/stores/${access.storeId}/devices`, {
          headers: { authorization: `Bearer ${access.apiToken}` },
        });
        return (JSON.parse(text) as { agentOnline: boolean }).agentOnline;
      });
      const account = { username: access.storeMqttUsername, password: access.storeMqttPassword, reconnectPeriod: 0 };
      const device = await mqtt.connectAsync(access.storeMqttUrl, { ...account, ca });
      await device.endAsync();
      await expect(mqtt.connectAsync(access.storeMqttUrl, account)).rejects.toThrow(/certificate/);
      // a CONNECT in the clear is answered by no CONNACK
      const { hostname, port } = new URL(access.storeMqttUrl);
      const answer = await new Promise<Buffer>((resolve) => {
        const socket = connect(Number(port), hostname, () =>
          socket.write(Buffer.from('100c00044d515454040200000000', 'hex')),
        );
        const got: Buffer[] = [];
        socket.on('data', (chunk: Buffer) => got.push(chunk));
        socket.on('error', () => undefined);
        socket.on('close', () => resolve(Buffer.concat(got)));
      });
      expect(answer[0]).not.toBe(0x20);
      await expect(fetch(`${access.dashboardUrl.replace('https', 'http')}/healthz`)).rejects.toThrow();
      await expect(ask(`${access.dashboardUrl}/healthz`, { trusted: OTHER })).rejects.toThrow(/certificate|issuer/);
    } finally {
      await system.stop();
    }
  }, 60_000);

  it('with a certificate that is no good says which file', async () => {
    writeFileSync(path.join(dir, 'tls/server-key.pem'), file('ca-key.pem'), { mode: 0o600 });
    await expect(System.start({ dataDir: dir })).rejects.toThrow(/server\.pem and .*server-key\.pem/);
  }, 60_000);
});

/** of nobody that anybody here trusts */
let OTHER = '';
beforeAll(async () => {
  const elsewhere = mkdtempSync(path.join(tmpdir(), 'aisle-tls-other-'));
  await init(elsewhere);
  OTHER = readFileSync(path.join(elsewhere, 'tls/ca.pem'), 'utf8');
  rmSync(elsewhere, { recursive: true });
});
