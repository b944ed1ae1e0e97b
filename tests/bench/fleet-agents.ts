import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import mqtt, { type MqttClient } from 'mqtt';
import {
  MINUTE_MS,
  RECORD_KINDS,
  SPEAKS,
  downTopic,
  minuteOf,
  upTopic,
  type Ack,
  type Welcome,
} from '@aisle/contracts';
import { waitFor } from '../support/system.js';
import { percentile } from './figures.js';
import { LOOP_MS, type Said, type Speech } from './fleet-speech.js';

/** agents that log in side by side */
const LOGINS = 20;
const TICK_MS = 50;

interface Loop {
  /** its beginning, epoch ms: the start of a minute */
  start: number;
  number: number;
  /** next of the speech */
  next: number;
  /** batches sent of it */
  sent: number;
}
interface Agent {
  storeId: string;
  client: MqttClient;
  epoch: number;
  /** how much later than the recorded one it speaks, ms: no two shops speak at once */
  lateMs: number;
  loops: Loop[];
  ended: { number: number; sent: number }[];
}

/** Agents that say what a real one said, each at its own time. */
export class FleetAgents {
  readonly #agents: Agent[] = [];
  readonly #waiting = new Map<string, number>();
  readonly #acks: number[] = [];
  /** when each came, monotonic ms */
  readonly #ackedMs: number[] = [];
  #refused = 0;
  #count = 0;
  /** facts stated so far */
  statements = 0;

  private constructor(private readonly speech: Speech) {}

  static async start(
    port: number,
    storeIds: readonly string[],
    password: string,
    speech: Speech,
  ): Promise<FleetAgents> {
    const fleet = new FleetAgents(speech);
    for (let at = 0; at < storeIds.length; at += LOGINS)
      await Promise.all(
        storeIds.slice(at, at + LOGINS).map((storeId, index) => {
          const lateMs = Math.floor(((at + index) / storeIds.length) * 10_000);
          return fleet.#join(port, storeId, password, lateMs);
        }),
      );
    return fleet;
  }

  get unacknowledged(): number {
    return this.#waiting.size;
  }
  get refused(): number {
    return this.#refused;
  }

  /** @returns ms from each batch to its acknowledgement, those without any left out */
  async speak(minutes: number): Promise<number[]> {
    const first = minuteOf(Date.now()) + MINUTE_MS;
    const end = first + minutes * MINUTE_MS;
    for (let number = 0; Date.now() < end;) {
      const now = Date.now();
      const started = first + number * LOOP_MS;
      if (now >= started && started < end) {
        for (const agent of this.#agents) agent.loops.push({ start: started, number, next: 0, sent: 0 });
        number += 1;
      }
      for (const agent of this.#agents) this.#due(agent, now);
      await sleep(TICK_MS);
    }
    for (const agent of this.#agents)
      agent.ended.push(...agent.loops.splice(0).map((loop) => ({ number: loop.number, sent: loop.sent })));
    await waitFor('every batch to be acknowledged', () => this.#waiting.size === 0, MINUTE_MS, 50).catch(
      () => undefined,
    );
    return this.#acks;
  }

  /** A share of the acknowledgements of each so long time, ms: where in a run the slow ones lie. */
  byTime(pieceMs: number, share: number): number[] {
    const pieces: number[][] = [];
    this.#acks.forEach((ms, at) => {
      const piece = Math.floor(((this.#ackedMs[at] as number) - (this.#ackedMs[0] as number)) / pieceMs);
      (pieces[piece] ??= []).push(ms);
    });
    return Array.from(pieces, (piece) => percentile(piece ?? [], share));
  }

  /** What a cloud that lost nothing holds of a shop. */
  expected(): Map<string, { keys: number; seqs: number }> {
    return new Map(
      this.#agents.map(({ storeId, ended }) => {
        const all = ended.map(({ number, sent }) => this.speech.expected(number, sent));
        const sum = (of: 'keys' | 'seqs') => all.reduce((total, one) => total + one[of], 0);
        return [storeId, { keys: sum('keys'), seqs: sum('seqs') }];
      }),
    );
  }

  async stop(): Promise<void> {
    await Promise.all(this.#agents.map(({ client }) => client.endAsync(true)));
  }

  #due(agent: Agent, now: number): void {
    for (const loop of agent.loops) {
      for (; loop.next < this.speech.said.length; loop.next += 1) {
        const said = this.speech.said[loop.next] as Said;
        if (loop.start + said.atMs + agent.lateMs > now) break;
        this.#say(agent, loop, said, now);
      }
    }
    while (agent.loops[0] && agent.loops[0].next >= this.speech.said.length) {
      const { number, sent } = agent.loops.shift() as Loop;
      agent.ended.push({ number, sent });
    }
  }

  #say({ storeId, client, epoch }: Agent, loop: Loop, said: Said, now: number): void {
    if (!said.facts) {
      const status = JSON.stringify({ ...said.status, ts: now });
      client.publish(upTopic(storeId, 'status'), status, { qos: 0, retain: true });
      return;
    }
    const seq = this.speech.seqOf(loop.number, loop.sent);
    loop.sent += 1;
    const facts = said.facts.map((fact) => ({
      ...fact,
      ts: loop.start + fact.ts,
      seq,
      // what happens once is another one each time
      ...(RECORD_KINDS.has(fact.kind) && { subject: `${fact.subject}~${loop.number}` }),
    }));
    this.statements += facts.length;
    const batchId = `${storeId}-${(this.#count += 1)}`;
    this.#waiting.set(batchId, performance.now());
    const batch = { batchId, journalId: 'bench-journal', epoch, facts };
    client.publish(upTopic(storeId, 'facts'), gzipSync(JSON.stringify(batch), { level: 1 }), { qos: 1 });
  }

  async #join(port: number, storeId: string, password: string, lateMs: number): Promise<void> {
    const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, {
      ...{ username: `agent:${storeId}`, password, clientId: `agent:${storeId}`, clean: false, protocolVersion: 4 },
      ...{ connectTimeout: 2 * MINUTE_MS, reconnectPeriod: 0 },
    });
    const agent: Agent = { storeId, client, epoch: 0, lateMs, loops: [], ended: [] };
    client.on('message', (topic, payload) => this.#heard(agent, topic, payload));
    await new Promise<void>((resolve, reject) => {
      client.once('connect', () => resolve());
      client.once('error', reject);
    });
    await client.subscribeAsync([downTopic(storeId, 'welcome'), downTopic(storeId, 'ack')], { qos: 1 });
    const hello = { agentVersion: 'bench', configVersion: 1, inboxSeq: 9999, speaks: SPEAKS };
    await client.publishAsync(upTopic(storeId, 'hello'), JSON.stringify({ journalId: 'bench-journal', ...hello }), {
      qos: 1,
    });
    await waitFor(`${storeId} to be welcome`, () => agent.epoch > 0, 2 * MINUTE_MS, 20);
    this.#agents.push(agent);
  }

  #heard(agent: Agent, topic: string, payload: Buffer): void {
    if (topic === downTopic(agent.storeId, 'welcome')) {
      agent.epoch = (JSON.parse(payload.toString()) as Welcome).epoch;
      return;
    }
    const { batchId, status, refused } = JSON.parse(payload.toString()) as Ack;
    const sentMs = this.#waiting.get(batchId);
    if (sentMs === undefined) return;
    this.#waiting.delete(batchId);
    const now = performance.now();
    this.#acks.push(now - sentMs);
    this.#ackedMs.push(now);
    if (status !== 'committed' || refused.length > 0) this.#refused += 1;
  }
}
