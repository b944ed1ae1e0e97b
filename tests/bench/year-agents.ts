import { gzipSync } from 'node:zlib';
import { setTimeout as sleep } from 'node:timers/promises';
import mqtt, { type MqttClient } from 'mqtt';
import { MINUTE_MS, SPEAKS, downTopic, upTopic, type Ack, type Fact, type Welcome } from '@aisle/contracts';
import { readBehaviour, shopFile } from '../../simulators/src/adapters/files.js';
import { historyOf } from '../../simulators/src/history/history.js';
import { waitFor } from '../support/system.js';
import type { YearData } from './year-data.js';

/** Agents restate what happens in a minute so often. */
const EVERY_MS = 10_000;

interface Shop {
  storeId: string;
  client: MqttClient;
  epoch: number;
  facts: Fact[];
}

/** Agents of all shops, which state the minutes behind the past as they happen: each six times within its minute. */
export class YearAgents {
  private readonly waiting = new Map<string, { sentMs: number; done: (ms: number) => void }>();
  private count = 0;
  private constructor(private readonly shops: Shop[]) {}

  static async start(port: number, { stores, to }: YearData, password: string): Promise<YearAgents> {
    const behaviour = readBehaviour(shopFile('behaviour.yaml'));
    const agents = new YearAgents([]);
    for (const { storeId, storeFile } of stores) {
      const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, {
        ...{ username: `agent:${storeId}`, password, clientId: `agent:${storeId}`, clean: false, protocolVersion: 4 },
      });
      // an hour of a shopping day; sent as the minutes of now would be
      const from = to - 10 * 60 * MINUTE_MS;
      const facts = [...historyOf({ storeFile, behaviour, seed: 99, from, to: from + MINUTE_MS })].flat();
      const shop: Shop = { storeId, client, epoch: 0, facts };
      client.on('message', (topic, payload) => agents.heard(shop, topic, payload));
      await new Promise<void>((resolve, reject) => {
        client.once('connect', () => resolve());
        client.once('error', reject);
      });
      await client.subscribeAsync([downTopic(storeId, 'welcome'), downTopic(storeId, 'ack')], { qos: 1 });
      const hello = {
        journalId: 'bench-journal',
        agentVersion: 'bench',
        configVersion: 1,
        inboxSeq: 9999,
        speaks: SPEAKS,
      };
      await client.publishAsync(upTopic(storeId, 'hello'), JSON.stringify(hello), { qos: 1 });
      await waitFor(`${storeId} to be welcome`, () => shop.epoch > 0, 60_000, 10);
      agents.shops.push(shop);
    }
    return agents;
  }

  /** Milliseconds from each batch to its acknowledgement. */
  async state(seconds: number): Promise<number[]> {
    const acks: Promise<number>[] = [];
    const until = performance.now() + seconds * 1000;
    for (let round = 1; performance.now() < until; round += 1) {
      for (const [at, shop] of this.shops.entries()) {
        acks.push(this.send(shop, round));
        // spread over the interval, as agents that know nothing of each other are
        if (at % 10 === 9) await sleep((EVERY_MS / this.shops.length) * 10);
      }
      if (this.shops.length < 10) await sleep(EVERY_MS / 10);
    }
    return Promise.all(acks);
  }

  async stop(): Promise<void> {
    for (const { client } of this.shops) await client.endAsync(true);
  }

  private send({ storeId, client, epoch, facts }: Shop, round: number): Promise<number> {
    const minute = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
    const stated = facts
      .filter(({ kind }) => kind !== 'sale' && kind !== 'inForce')
      .map((fact) => ({
        ...fact,
        ts: fact.ts % MINUTE_MS === 0 ? minute : minute + (fact.ts % MINUTE_MS),
        seq: round,
      }));
    const batchId = `${storeId}-${(this.count += 1)}`;
    const batch = { batchId, journalId: 'bench-journal', epoch, facts: stated };
    return new Promise((done) => {
      this.waiting.set(batchId, { sentMs: performance.now(), done });
      client.publish(upTopic(storeId, 'facts'), gzipSync(JSON.stringify(batch)), { qos: 1 });
    });
  }

  private heard(shop: Shop, topic: string, payload: Buffer): void {
    if (topic === downTopic(shop.storeId, 'welcome')) {
      shop.epoch = (JSON.parse(payload.toString()) as Welcome).epoch;
      return;
    }
    const { batchId, status } = JSON.parse(payload.toString()) as Ack;
    const sent = this.waiting.get(batchId);
    if (!sent) return;
    this.waiting.delete(batchId);
    if (status !== 'committed') throw new Error(`${batchId} was refused`);
    sent.done(performance.now() - sent.sentMs);
  }
}
