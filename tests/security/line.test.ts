import { createServer as createPlainServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Aedes } from 'aedes';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MqttLink } from '../../agent/src/adapters/mqtt-link.js';
import { systemClock, systemRandom } from '../../agent/src/adapters/system.js';
import { lineWords } from '../../agent/src/http/line-words.js';
import { LINE_TROUBLES, lineTroubleOf, type LineTrouble } from '../../agent/src/ports/line-trouble.js';
import { certificate, keyPem, newKey } from '../../cloud/src/operator/certificate.js';
import { freePort } from '../support/ports.js';
import { waitFor } from '../support/system.js';

const DAY_MS = 86_400_000;
const now = Date.now();
const authority = { name: 'Aisle authority', key: newKey() };
const ca = certificate({
  ...{ name: authority.name, publicKey: authority.key, signer: authority, isAuthority: true, hosts: [] },
  ...{ from: now - DAY_MS, until: now + DAY_MS },
});
function leaf(hosts: string[], from = now - DAY_MS, until = now + DAY_MS) {
  const key = newKey();
  const cert = certificate({
    name: 'cloud',
    publicKey: key,
    signer: authority,
    isAuthority: false,
    hosts,
    from,
    until,
  });
  return { cert, key: keyPem(key) };
}

const servers: Server[] = [];
const links: MqttLink[] = [];
let broker: Aedes;
beforeAll(async () => {
  broker = await Aedes.createBroker({
    authenticate: (_client, username, _password, done) =>
      username === 'agent:demo'
        ? done(null, true)
        : done(Object.assign(new Error('no'), { returnCode: 4 }) as never, null),
  });
});
afterEach(async () => {
  for (const link of links.splice(0)) await link.stop();
  for (const server of servers.splice(0)) server.close();
});

async function listening(server: Server): Promise<number> {
  servers.push(server);
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
const plain = () => listening(createPlainServer((socket) => void broker.handle(socket.on('error', () => undefined))));
const tls = (given: { cert: string; key: string }) =>
  listening(createTlsServer(given, (socket) => void broker.handle(socket.on('error', () => undefined))));

function linkTo(url: string, trusted?: string, username = 'agent:demo') {
  const said: { level: string; trouble?: unknown }[] = [];
  const say = (level: string) => (fields: object) => void said.push({ level, ...fields });
  const link = new MqttLink(
    { url, username, password: 'x', ca: trusted, firstRetryMs: 20, longestRetryMs: 20 },
    systemClock,
    systemRandom,
    { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') },
  );
  links.push(link);
  link.start({ connected: () => undefined, disconnected: () => undefined, message: () => undefined });
  return { link, said };
}

describe('an agent that does not reach its cloud says at once why', () => {
  it.each<[LineTrouble, () => Promise<[url: string, ca?: string | undefined, username?: string]>]>([
    ['refused', async () => [`mqtt://127.0.0.1:${await freePort()}`]],
    ['unresolved', async () => ['mqtt://no-such-cloud.invalid:1884']],
    ['credentials', async () => [`mqtt://127.0.0.1:${await plain()}`, undefined, 'somebody']],
    ['certificateUnknown', async () => [`mqtts://127.0.0.1:${await tls(leaf(['127.0.0.1']))}`]],
    [
      'certificateExpired',
      async () => [`mqtts://127.0.0.1:${await tls(leaf(['127.0.0.1'], now - 3 * DAY_MS, now - DAY_MS))}`, ca],
    ],
    [
      'certificateNotYet',
      async () => [`mqtts://127.0.0.1:${await tls(leaf(['127.0.0.1'], now + DAY_MS, now + 2 * DAY_MS))}`, ca],
    ],
    ['certificateName', async () => [`mqtts://127.0.0.1:${await tls(leaf(['cloud.other.test', '10.1.2.3']))}`, ca]],
    ['notTls', async () => [`mqtts://127.0.0.1:${await plain()}`, ca]],
  ])('%s', async (trouble, where) => {
    const { link, said } = linkTo(...(await where()));
    await waitFor('the reason', () => link.trouble === trouble);
    // tried again and again, told once
    await waitFor('another try', () => said.filter((line) => line.trouble === trouble).length > 2);
    expect(said.filter(({ level }) => level === 'warn')).toMatchObject([{ trouble }]);
    expect(link.connected).toBe(false);
  });

  it('in words of both languages, each its own', () => {
    for (const language of ['en', 'zh'] as const) {
      const words = LINE_TROUBLES.map((trouble) => lineWords(language, trouble));
      expect(new Set(words).size).toBe(LINE_TROUBLES.length);
      for (const sentence of words) expect(/\p{Script=Han}/u.test(sentence)).toBe(language === 'zh');
    }
    expect(lineTroubleOf(new Error('of some other kind'))).toBe('broken');
  });

  it('and no more once it reaches it, by a certificate of the authority that it trusts', async () => {
    const { link } = linkTo(`mqtts://127.0.0.1:${await tls(leaf(['cloud.shop.test', '127.0.0.1', '::1']))}`, ca);
    await waitFor('the line', () => link.connected);
    expect(link.trouble).toBeUndefined();
  });
});
