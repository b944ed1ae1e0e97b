import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EMAIL, json, removeFolders, startCloud, type RunningCloud } from './harness.js';

const clouds: RunningCloud[] = [];
afterAll(async () => {
  for (const cloud of clouds) await cloud.stop();
  removeFolders();
});

/** A wrong password, by way of proxies that add addresses behind what the asking browser wrote itself. */
const guess = async (cloud: RunningCloud, email: string, forwarded: string): Promise<number> => {
  const request = json({ email, password: 'wrong' });
  const headers = { ...request.headers, 'x-forwarded-for': forwarded, 'x-forwarded-proto': 'https' };
  return (await cloud.api('/api/v1/session', { token: null, ...request, headers })).status;
};
/** Until one is refused for being too many, at most eight. */
const guesses = async (cloud: RunningCloud, email: string, of: (at: number) => string): Promise<number> => {
  let last = 0;
  for (let at = 0; at < 8 && last !== 429; at += 1) last = await guess(cloud, email, of(at));
  return last;
};

describe.each<[string, boolean | number, (client: string) => string]>([
  ['one proxy', true, (client) => client],
  ['two proxies in a row', 2, (client) => `${client}, 10.0.0.1`],
])('behind %s', (_name, trustProxy, behind) => {
  let cloud: RunningCloud;
  beforeAll(async () => {
    cloud = await startCloud({ config: { trustProxy } });
    clouds.push(cloud);
  });

  it('an address that the browser wrote itself makes nobody another, and one that the proxy added does', async () => {
    const by = (name: string) => (at: number) => behind(`198.51.100.${at}, ${name}`);
    expect(await guesses(cloud, EMAIL, by('203.0.113.9'))).toBe(429);
    expect(await guess(cloud, EMAIL, behind('203.0.113.9, 203.0.113.10'))).toBe(401);
    // nor does writing down another's make them wait
    expect(await guess(cloud, EMAIL, behind('198.51.100.3'))).toBe(401);
  });
});

describe('without a proxy', () => {
  it('what is said of one is not believed', async () => {
    const cloud = await startCloud();
    clouds.push(cloud);
    expect(await guesses(cloud, EMAIL, (at) => `198.51.100.${at}`)).toBe(429);
  });
});
