import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { playText, type Fact, type FactValue, type PlayLogRow, type StoreFile } from '@aisle/contracts';
import { OperatorApi } from '../../src/operator/api.js';
import { verifyPlays } from '../../src/operator/plays-verify.js';
import { FakeAgent, TOKEN, removeFolders, startCloud, type RunningCloud } from './harness.js';

type Play = FactValue<'play'>;
const HOUR = 3_600_000;
const NOON = Date.parse('2026-03-02T12:00:00+08:00');
const PERIOD = { from: '2026-03-02T12:00:00+08:00', to: '2026-03-02T13:00:00+08:00' };

/** The end of an agent's chain, and what it states next. */
class Chain {
  n = 0;
  hash = '';
  seq = 0;
  /** @param known an older statement of the same play */
  fact(startedTs: number, endedTs: number, more: Partial<Play> = {}, known?: Fact): Fact {
    const play: Play = {
      ...{ screenId: 'screen-1', decisionId: `d${startedTs}`, contentId: 'milk', startedTs, endedTs, completed: true },
      ...{
        outcome: 'completed',
        campaignId: 'c1',
        arm: 'treated',
        opportunities: 3,
        watchers: 1,
        verifiedImpressions: 2,
      },
      ...more,
    };
    const before = (known?.value as Play | undefined)?.link;
    const replaces = before && [...(before.replaces ?? []), { n: before.n, hash: before.hash }];
    const previous = this.hash;
    this.n += 1;
    this.hash = createHash('sha256')
      .update(playText(this.n, previous, play, replaces))
      .digest('hex');
    const link = { n: this.n, previous, hash: this.hash, ...(replaces && { replaces }) };
    return this.said(startedTs, { ...play, link });
  }
  said(startedTs: number, value: Play): Fact {
    this.seq += 1;
    const subject = `${value.decisionId}@${startedTs}`;
    return { kind: 'play', subject, ts: startedTs, seq: this.seq, generation: 1, configVersion: 1, value };
  }
}

let cloud: RunningCloud;
let agent: FakeAgent;
const chain = new Chain();
const facts: Fact[] = [];
beforeAll(async () => {
  cloud = await startCloud();
  agent = await new FakeAgent(cloud.mqttPort).join();
  // a long one of the other screen begins before the period and ends within it: its number lies among theirs
  const long = chain.fact(NOON - HOUR, NOON - HOUR, { screenId: 'screen-2', completed: false, outcome: 'cut' });
  const first = chain.fact(NOON, NOON, { completed: false, outcome: 'cut' });
  facts.push(long, first, chain.fact(NOON, NOON + 8_000, {}, first));
  facts.push(chain.fact(NOON - HOUR, NOON + 9_000, { screenId: 'screen-2', verifiedImpressions: 40 }, long));
  facts.push(chain.fact(NOON + 8_000, NOON + 16_000, { contentId: '=1+1' }));
  facts.push(
    chain.fact(NOON + 16_000, NOON + 16_000, { completed: false, outcome: 'failed', trouble: 'notDecodable' }),
  );
  await agent.facts(facts);
});
afterAll(async () => {
  await cloud.stop();
  removeFolders();
});

const ask = (query: Record<string, string> = {}) =>
  cloud.api(`/api/v1/stores/demo/plays?${new URLSearchParams({ ...PERIOD, ...query }).toString()}`);
/** `npm run aisle -- plays verify`, with what it said. */
async function verify(period: { from?: string; to?: string } = PERIOD): Promise<[status: number, said: string[]]> {
  const said: string[] = [];
  const api = new OperatorApi({ apiUrl: `${cloud.url}/api/v1`, token: TOKEN, storeId: 'demo' });
  const around = {
    api,
    say: (line: string) => void said.push(line),
    tell: () => undefined,
    now: () => NOON + 24 * HOUR,
  };
  const status = await verifyPlays(period, { ...around, sleep: () => Promise.resolve() });
  return [status, said];
}

describe('the log of plays over HTTP', () => {
  it('has each play of the period once, as it was stated last', async () => {
    const rows = (await (await ask()).json()) as PlayLogRow[];
    expect(rows.map(({ startedTs, endedTs, outcome }) => [startedTs - NOON, endedTs - NOON, outcome])).toEqual([
      [0, 8_000, 'completed'],
      [8_000, 16_000, 'completed'],
      [16_000, 16_000, 'failed'],
    ]);
    expect(rows[0]).toMatchObject({ link: { n: 3, replaces: [{ n: 2 }] }, verifiedImpressions: 2 });
  });

  it('is CSV and OpenRTB, and names a form that it does not have', async () => {
    const csv = await ask({ format: 'csv' });
    expect(csv.headers.get('content-type')).toContain('text/csv');
    const lines = (await csv.text()).trimEnd().split('\r\n');
    expect(lines).toHaveLength(4);
    expect(lines[2]).toContain(`'=1+1`);
    const openRtb = (await (await ask({ format: 'openrtb' })).json()) as { imp: { qty: { multiplier: number } } }[];
    expect(openRtb.map(({ imp }) => imp.qty.multiplier)).toEqual([2, 2]);
    const other = await ask({ format: 'xml' });
    expect([other.status, ((await other.json()) as { error: { field: string } }).error.field]).toEqual([400, 'format']);
    expect((await cloud.api(`/api/v1/stores/demo/plays?from=x&to=y`)).status).toBe(400);
  });
});

describe('plays verify', () => {
  it('holds, also where a play that began before has its number among those of the period', async () => {
    expect(await verify()).toEqual([0, ['3 of 3 plays are in the chain; it holds.']]);
  });

  it('names a row that was edited, and one that is missing', async () => {
    const edited = facts[4] as Fact & { value: Play };
    await agent.facts([chain.said(edited.ts, { ...edited.value, contentId: 'beer' })]);
    const [status, said] = await verify();
    expect(status).toBe(1);
    expect(said[0]).toBe(`play 5 of journal 1 (d${NOON + 8_000}@${NOON + 8_000}) was edited`);
    await agent.facts([chain.said(edited.ts, edited.value)]);
    chain.fact(NOON + 17_000, NOON + 18_000);
    await agent.facts([chain.fact(NOON + 18_000, NOON + 20_000)]);
    expect(await verify()).toEqual([1, ['play 7 of journal 1 is missing', '4 of 4 plays are in the chain; 1 fault.']]);
    // nor is one that stood right before the period missing to nobody
    const next = { from: '2026-03-02T13:00:00+08:00', to: '2026-03-02T14:00:00+08:00' };
    await agent.facts([chain.fact(NOON + HOUR, NOON + HOUR + 8_000)]);
    expect(await verify(next)).toEqual([0, ['1 of 1 plays are in the chain; it holds.']]);
    chain.fact(NOON + HOUR + 60_000, NOON + HOUR + 70_000);
    await agent.facts([chain.fact(NOON + 2 * HOUR, NOON + 2 * HOUR + 8_000)]);
    const last = { from: next.to, to: '2026-03-02T15:00:00+08:00' };
    expect(await verify(last)).toEqual([
      1,
      ['play 10 of journal 1 is missing', '1 of 1 plays are in the chain; 1 fault.'],
    ]);
  });

  it('says which option is missing', async () => {
    await expect(verify({ from: PERIOD.from })).rejects.toThrow('--to is missing');
  });
});

it('stay to be read when their screen goes; a screen that never was is told', async () => {
  const at = (path: string) =>
    cloud.api(`/api/v1/stores/demo/screens/${path}?${new URLSearchParams(PERIOD).toString()}`);
  const before = await (await at('screen-1/plays')).text();
  expect(JSON.parse(before)).not.toEqual([]);
  const { storeFile } = (await (await cloud.api('/api/v1/stores/demo/versions/1')).json()) as { storeFile: StoreFile };
  const without = { ...storeFile, devices: (storeFile.devices ?? []).filter(({ id }) => id !== 'screen-1') };
  const body = JSON.stringify({ basedOn: 1, storeFile: without });
  expect((await cloud.api('/api/v1/stores/demo/versions', { method: 'POST', headers: { 'content-type': 'application/json' }, body })).status).toBe(201); // prettier-ignore
  expect(await (await at('screen-1/plays')).text()).toBe(before);
  expect(await (await at('screen-1/blocks')).json()).toEqual([]);
  for (const path of ['screen-9/plays', 'cam-1/plays', 'screen-9/blocks']) expect((await at(path)).status).toBe(404);
  expect((await cloud.api('/api/v1/stores/demo/screens/screen-1/pause', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"minutes":1}' })).status).toBe(404); // prettier-ignore
});
