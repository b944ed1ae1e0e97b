import { rmSync } from 'node:fs';
import path from 'node:path';
import mqtt from 'mqtt';
import { afterEach, describe, expect, it } from 'vitest';
import { downTopic, upTopic, type Ack, type Fact, type UpChannel, type Welcome } from '@aisle/contracts';
import { root, System, waitFor } from '../support/system.js';
import { unmeant, unmeantLater } from './changes.js';
import { LineRecorder } from './line-recorder.js';
import { askAgain, type Answers } from './questions.js';
import { Released, RELEASES } from './released.js';
import { tell } from './said.js';
import { REST_SALE, STORE_ID, WAITING_SALE } from './script.js';
import { allDelivered, Api, SECRETS, shopFolder, startAgent, startCloud, type Running } from './sides.js';
import { differences, factsOver, statementDifferences, statementsOf } from './statements.js';

/** The model is asked while messages come in: which of its answers count for what comes later depends on the machine. */
const BY_CHANCE = new Set(['interest']);

/** Net sales of all zones and of what stands in none, over all answers of zones: wherever a line is placed, it is there once. */
const soldInZones = (answers: Answers): number =>
  Object.entries(answers)
    .filter(([call]) => call.startsWith('zones/metrics'))
    .flatMap(([, rows]) => rows as { salesNet: number | null }[])
    .reduce((sum, { salesNet }) => sum + (salesNet ?? 0), 0);

describe.each(RELEASES)('the data folder that %s left behind, in this version', { timeout: 240_000 }, (release) => {
  const left = new Released(release);
  const { expected } = left;
  const cleanUp: (() => Promise<unknown> | void)[] = [];
  afterEach(async () => {
    for (const undo of cleanUp.splice(0).reverse()) await undo();
  });
  const running = async (started: Promise<Running>): Promise<Running> => {
    const process = await started;
    cleanUp.push(() => process.stop());
    return process;
  };

  async function folderOf() {
    const unpacked = left.unpack();
    cleanUp.push(unpacked.remove);
    const folder = await shopFolder(unpacked.dir, STORE_ID, left.storeFile);
    return { folder, api: new Api(folder) };
  }
  async function expectAnswers(api: Api, answers: Answers, leave = unmeant): Promise<void> {
    const now = await askAgain(api, STORE_ID, answers);
    const found = leave(release, differences(answers, now, BY_CHANCE));
    expect(found.slice(0, 20), `${found.length} figures differ`).toEqual([]);
  }

  it('its cloud answers as before, knows its people and its receipts, and makes no new version of the same store file', async () => {
    const { folder, api } = await folderOf();
    await running(startCloud(root, folder));
    await expectAnswers(api, expected.answers.cloud);
    for (const email of [SECRETS.email, 'viewer@compat.aisle'])
      expect(await api.ok('POST', '/session', { email, password: SECRETS.password })).toMatchObject({ email });
    expect(await api.get(`/stores/${STORE_ID}/handover`)).toMatchObject({ storeFileVersion: 3 });

    for (const sale of [REST_SALE, WAITING_SALE]) {
      expect(await api.call('POST', `/stores/${STORE_ID}/sales`, sale)).toMatchObject({ status: 202 });
      const other = { ...sale, lines: sale.lines.map((line) => ({ ...line, net: line.net + 1 })) };
      expect(await api.call('POST', `/stores/${STORE_ID}/sales`, other)).toMatchObject({ status: 409 });
    }
  });

  it('its batches are taken, byte for byte, and give the same answers', async () => {
    const { folder, api } = await folderOf();
    rmSync(path.join(folder.dir, 'cloud/series.duckdb'));
    // what lay there comes once more
    await running(startCloud(root, folder, ['--accept-empty-history']));
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${folder.ports.cloudMqtt}`, {
      username: `agent:${STORE_ID}`,
      password: SECRETS.agent,
      reconnectPeriod: 0,
    });
    cleanUp.push(() => client.endAsync(true));
    const welcomes: Welcome[] = [];
    const acks: Ack[] = [];
    client.on('message', (topic, payload) => {
      if (topic.endsWith('/welcome')) welcomes.push(JSON.parse(payload.toString('utf8')) as Welcome);
      if (topic.endsWith('/ack')) acks.push(JSON.parse(payload.toString('utf8')) as Ack);
    });
    await client.subscribeAsync(downTopic(STORE_ID, '+'), { qos: 1 });
    const sent = left.wire.filter(({ from }) => from === 'agent');
    let [hellos, batches] = [0, 0];
    for (const { channel, text, base64 } of sent) {
      const payload = base64 === undefined ? Buffer.from(text ?? '') : Buffer.from(base64, 'base64');
      await client.publishAsync(upTopic(STORE_ID, channel as UpChannel), payload, { qos: 1 });
      if (channel === 'hello') hellos += 1;
      if (channel === 'facts') batches += 1;
      await waitFor('the answer to the agent', () => welcomes.length === hellos && acks.length === batches);
    }
    expect(hellos).toBeGreaterThan(0);
    expect(welcomes.every(({ epoch }) => epoch === 1)).toBe(true);
    expect(batches).toBeGreaterThan(10);
    expect(acks.filter(({ status, refused }) => status !== 'committed' || refused.length > 0)).toEqual([]);
    await expectAnswers(api, expected.answers.cloud);
  });

  it('its agent and its cloud go on: what waited is delivered, what happens later counts as it would have', async () => {
    const { folder, api } = await folderOf();
    const line = new LineRecorder(() => folder.ports.cloudMqtt);
    await line.start();
    cleanUp.push(() => line.stop());
    await running(startCloud(root, folder));
    await running(startAgent(root, folder, line.port));
    await allDelivered(folder);

    const before = left.wire.flatMap(({ from, base64 }) =>
      from === 'agent' && base64 !== undefined ? [{ topic: 'x/up/facts', payload: Buffer.from(base64, 'base64') }] : [],
    );
    const known = new Set(expected.facts.map(({ kind, subject }) => `${kind}|${subject}`));
    // What has come since the release ended: the sale that waited, decisions of the agent's new life.
    const isNew = ({ kind, subject, value }: Fact): boolean =>
      kind === 'sale'
        ? value.receipt === WAITING_SALE.receipt
        : kind === 'decision' && !known.has(`${kind}|${subject}`);
    const facts = factsOver([...before, ...line.messages]).filter((fact) => !isNew(fact));
    const found = unmeantLater(release, statementDifferences(statementsOf(expected.facts), statementsOf(facts)));
    expect(found.slice(0, 20), `${found.length} facts differ`).toEqual([]);

    await tell(folder, api, left.later);
    await allDelivered(folder);
    await expectAnswers(api, expected.answers.later, unmeantLater);
    expect(soldInZones(await askAgain(api, STORE_ID, expected.answers.later))).toBeCloseTo(
      soldInZones(expected.answers.later),
      2,
    );
  });

  it('npm start takes the folder up as its own', async () => {
    const { folder } = await folderOf();
    const system = await System.start({ dataDir: folder.dir, storeFile: left.storeFile });
    cleanUp.push(() => system.stop());
    expect(system.access.apiToken).toBe(SECRETS.token);
    const api = { get: <T>(call: string) => system.get<T>(call) };
    await system.settled(() =>
      system.get(`${system.store}/footfall?from=2026-03-02T08:00:00%2B08:00&to=2026-03-02T12:00:00%2B08:00&bucket=day`),
    );
    // Without the sale that waited: it belongs to what came later.
    const answers = Object.fromEntries(
      Object.entries(expected.answers.delivered).filter(([call]) => /^(footfall|slots|heatmap)/.test(call)),
    );
    const found = unmeantLater(release, differences(answers, await askAgain(api, STORE_ID, answers)));
    expect(found.slice(0, 20), `${found.length} figures differ`).toEqual([]);
  });
});
