import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, jwtAuthenticator, type NatsConnection } from '@nats-io/transport-node';
import mqtt from 'mqtt';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { downTopic, upTopic } from '@aisle/contracts';
import { NatsCluster, hasNats } from '../../../tests/support/nats.js';
import { chooseBroker } from '../../src/adapters/choose-broker.js';
import { cloudUser, readKeys } from '../../src/adapters/nats/keys.js';
import { STREAM } from '../../src/adapters/nats/subjects.js';
import { SystemClock } from '../../src/adapters/system-clock.js';
import type { AgentBroker, AgentBrokerHandlers, Taken } from '../../src/ports/agent-broker.js';
import {
  FakeAgent,
  STORE_YAML,
  crossings,
  json,
  noInsight,
  removeFolders,
  startCloud,
  until,
  type RunningCloud,
} from '../service/harness.js';

interface Login {
  username: string;
  password: string;
}

/** A replica that only says what it was told: nothing is kept unless the test says so. */
class Listener {
  readonly heard: { storeId: string; channel: string; text: string; taken: Taken }[] = [];
  readonly refused: string[] = [];
  readonly logs: { msg: string }[] = [];
  readonly handlers: AgentBrokerHandlers = {
    authenticate: async () => undefined,
    connected: () => undefined,
    disconnected: () => undefined,
    message: (storeId, channel, payload, taken) =>
      void this.heard.push({ storeId, channel, text: payload.toString(), taken: taken ?? (() => undefined) }),
    refused: (what, detail) => void this.refused.push(`${what} ${detail}`),
    revokedKeys: async () => [],
  };
  readonly log = pino({ level: 'debug' }, { write: (line: string) => void this.logs.push(JSON.parse(line)) });

  texts(storeId: string): string[] {
    return this.heard.filter((each) => each.storeId === storeId).map(({ text }) => text);
  }
  takeAll(): void {
    for (const { taken } of this.heard) taken('done');
  }
}

describe.skipIf(!hasNats())('agents over three NATS servers (package nats-server)', () => {
  const nats = new NatsCluster();
  const clock = new SystemClock();
  const logins = new Map<string, Login>();
  const ended: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    await nats.start();
    // shops for all tests, and their agents' accounts
    const cloud = await start();
    for (const storeId of ['north', 'south', 'east', 'west', 'moved']) logins.set(storeId, await shop(cloud, storeId));
    await cloud.stop();
  });
  afterEach(async () => {
    for (const end of ended.splice(0).reverse()) await end();
  });
  afterAll(async () => {
    await nats.stop();
    removeFolders();
  });

  let dir: string | undefined;
  /** A cloud, always the same: what it keeps stays. */
  async function start(): Promise<RunningCloud> {
    const cloud = await startCloud({
      ...(dir !== undefined && { dir }),
      config: { broker: 'nats', nats: nats.config },
      insight: noInsight(),
    });
    dir = cloud.dir;
    return cloud;
  }
  async function running(): Promise<RunningCloud> {
    const cloud = await start();
    ended.push(() => cloud.stop());
    return cloud;
  }
  async function shop(cloud: RunningCloud, storeId: string): Promise<Login> {
    const storeFile = STORE_YAML.replace('id: demo', `id: ${storeId}`);
    const taken = await cloud.api('/api/v1/stores', json({ storeFiles: [storeFile], agents: true }));
    expect(taken.status).toBe(200);
    return ((await taken.json()) as { stores: { agent: Login }[] }).stores[0]!.agent;
  }
  const agentOf = (storeId: string, at: number, login = logins.get(storeId)!, journalId: string = randomUUID()) => {
    const agent = new FakeAgent(nats.nodes[at]!.mqttPort, { storeId, ...login, journalId, repeats: true });
    ended.push(() => agent.leave());
    return agent;
  };
  /** A replica of which the test decides what it keeps; `die` ends it without a word. */
  async function listener(): Promise<Listener & { die(): Promise<void> }> {
    const it = new Listener();
    const broker: AgentBroker = chooseBroker({ host: '', mqttPort: 0, nats: nats.config }, { clock, log: it.log });
    await broker.start(it.handlers);
    const die = async () => {
      await broker.stop();
      await broker.close?.();
    };
    ended.push(die);
    return Object.assign(it, { die });
  }
  async function asCloud(): Promise<NatsConnection> {
    const { jwt, pair } = await cloudUser(readKeys(nats.keysFile));
    const connection = await connect({ servers: nats.servers, authenticator: jwtAuthenticator(jwt, pair.getSeed()) });
    ended.push(() => connection.close());
    return connection;
  }
  const waiting = async (connection: NatsConnection) =>
    (await (await jetstreamManager(connection)).streams.info(STREAM)).state.messages;
  const values = async (cloud: RunningCloud, storeId: string) =>
    (await cloud.series.read({ storeId, kinds: ['crossings'], from: 0, to: 9e12 })).map(({ value }) => value);

  it('takes what agents say to any server, answers it, and lets go of it after the commit', async () => {
    const cloud = await running();
    const north = await agentOf('north', 1).join();
    const south = await agentOf('south', 2).join();
    await until(() => north.got.inbox.length === 1, 'the store file');
    expect((await north.facts([crossings(1, 3)])).status).toBe('committed');
    expect((await south.facts([crossings(1, 4)])).status).toBe('committed');
    expect(await values(cloud, 'north')).toEqual([{ in: 3, out: 0, source: 'tracks' }]);
    expect(await values(cloud, 'south')).toEqual([{ in: 4, out: 0, source: 'tracks' }]);
    const direct = await asCloud();
    await until(async () => (await waiting(direct)) === 0, 'an empty stream');

    // what nobody can read is refused and let go of, and the rest goes on
    await north.packed(Buffer.from('no batch'));
    await north.packed(gzipSync('{"batchId":"b-1","journalId":"j","epoch":1,"facts":{}}'));
    expect((await north.facts([crossings(2, 5)])).status).toBe('committed');
    await until(
      () => north.got.ack.some(({ batchId, status }) => batchId === 'b-1' && status === 'refused'),
      'a refusal',
    );
    await until(async () => (await waiting(direct)) === 0, 'an empty stream again');
  });

  it('lets an agent speak and hear for its own shop only', async () => {
    const replica = await listener();
    const north = await agentOf('north', 0).connect();
    const south = await agentOf('south', 1).connect();
    for (const topic of [downTopic('north', '+'), 'aisle/v1/stores/+/down/+', 'aisle/v1/in/#', '#', '$MQTT/msgs/#'])
      await expect(south.client.subscribeAsync(topic, { qos: 1 }), topic).rejects.toThrow();
    const foreign = [upTopic('north', 'status'), downTopic('north', 'inbox'), downTopic('south', 'inbox')];
    for (const topic of [...foreign, 'aisle/v1/in/3/north/status', '$MQTT/msgs/aisle/v1/stores/north/down/inbox'])
      for (const qos of [0, 1] as const) {
        // NATS acknowledges what it drops, or says nothing
        south.client.publish(topic, '"from south"', { qos, retain: qos === 1 }, () => undefined);
      }
    await south.up('status', 'the last');
    await until(() => replica.texts('south').includes('"the last"'), 'what south may say');
    expect(replica.heard.filter(({ text }) => /from south/.test(text))).toEqual([]);
    // what came before the last would have come to north before this
    const direct = await asCloud();
    direct.publish('aisle.v1.stores.north.down.watch', '{"leaseMs":1}');
    await until(() => north.got.watch.length === 1, 'what the cloud says');
    expect(north.got.inbox).toEqual([]);
    const late = await agentOf('north', 2).connect();
    direct.publish('aisle.v1.stores.north.down.watch', '{"leaseMs":2}');
    await until(() => late.got.watch.length > 0, 'what the cloud says');
    expect(late.got.inbox).toEqual([]);
    replica.takeAll();

    // an account is for MQTT; none without one
    const { password } = logins.get('north')!;
    await expect(connect({ servers: nats.servers, authenticator: jwtAuthenticator(password) })).rejects.toThrow();
    const stranger = { username: 'agent:north', password: `${password.slice(0, -4)}AAAA` };
    await expect(agentOf('north', 0, stranger).connect()).rejects.toThrow(/uthori/);
    await until(() => replica.refused.includes('login agent:north'), 'the refusal in the count');
  });

  it('cuts off whose account is renewed or revoked, on every server, and takes the new one', async () => {
    const cloud = await running();
    const old = logins.get('moved')!;
    const first = await agentOf('moved', 1).join();
    let gone = false;
    first.client.on('close', () => (gone = true));
    const renewed = await cloud.api('/api/v1/stores/moved/agent-account', { method: 'POST' });
    expect(renewed.status).toBe(201);
    const account = (await renewed.json()) as Login & { cutOff: boolean };
    expect(account.cutOff).toBe(true);
    await until(() => gone, 'the end of the old connection');
    for (const at of [0, 1, 2]) await until(() => refuses(at, old), `server ${at} to refuse it`);
    const second = await agentOf('moved', 2, account, first.journalId).join();
    expect(second.epoch).toBe(first.epoch);
    expect((await second.facts([crossings(1, 2)])).status).toBe('committed');

    gone = false;
    second.client.on('close', () => (gone = true));
    const revoked = await cloud.api('/api/v1/stores/moved/agent-account', { method: 'DELETE' });
    expect(await revoked.json()).toEqual({ storeId: 'moved', cutOff: true });
    await until(() => gone, 'the end of the revoked connection');
    for (const at of [0, 1, 2]) await until(() => refuses(at, account), `server ${at} to refuse it`);
    // others are not touched
    await agentOf('north', 0).join();
  });
  async function refuses(at: number, { username, password }: Login): Promise<boolean> {
    const options = { username, password, protocolVersion: 4, reconnectPeriod: 0 } as const;
    return mqtt.connectAsync(`mqtt://127.0.0.1:${nats.nodes[at]!.mqttPort}`, options).then(
      async (client) => (await client.endAsync(true), false),
      () => true,
    );
  }

  it('gives what a replica had taken and not kept to the next one, before what came later', async () => {
    const dying = await listener();
    const east = await agentOf('east', 0).connect();
    for (let n = 1; n <= 3; n += 1) await east.up('status', { n });
    await until(() => dying.heard.length === 3, 'three messages');
    dying.heard[0]!.taken('done');
    await dying.die();
    await east.up('status', { n: 4 });
    const next = await listener();
    await until(() => next.texts('east').length === 3, 'what is left');
    expect(next.texts('east')).toEqual(['{"n":2}', '{"n":3}', '{"n":4}']);
    // one that cannot be handled now comes again
    next.heard[0]!.taken('again');
    await until(() => next.texts('east').length === 4, 'it again');
    expect(next.texts('east').at(-1)).toBe('{"n":2}');
    next.takeAll();
  });

  it('says at a start that no server answers, or that it is not of these keys', async () => {
    const it = new Listener();
    const broker = (config: object) =>
      chooseBroker({ host: '', mqttPort: 0, nats: { ...nats.config, ...config } }, { clock, log: it.log, startMs: 0 });
    const nobody = broker({ servers: ['nats://127.0.0.1:9'] });
    await expect(nobody.start(it.handlers)).rejects.toThrow(
      /nats\.servers: NATS at nats:\/\/127\.0\.0\.1:9 cannot be reached/,
    );
    const other = new NatsCluster(0);
    ended.push(() => other.stop());
    await expect(broker({ keysFile: other.keysFile }).start(it.handlers)).rejects.toThrow(/nats\.servers.*uthoriz/i);
    expect(() => broker({ keysFile: '/nowhere/keys.json' })).toThrow(
      /nats\.keysFile: \/nowhere\/keys\.json cannot be read/,
    );
  });
});
