import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findProgram } from '../support/devices.js';
import { smallShop, writeShop } from '../support/shop.js';
import { freePort } from '../support/ports.js';
import { System, root, waitFor } from '../support/system.js';
import { atLeast, type Figure } from './figures.js';
import { blast, packetsOf, type Message } from './mqtt-load.js';

const MESSAGES = 60_000;
const WINDOW = 2_000;
const ROUNDS = 3;
const START = Date.parse('2026-03-02T02:00:00Z');

/** What a busy shop says: positions of a few people, weights in between. Bytes are the same for both brokers. */
function messages(offset: number): Message[] {
  return Array.from({ length: MESSAGES }, (_, index) => {
    const ts = START + (offset * MESSAGES + index) * 20;
    if (index % 2 === 1) {
      return {
        topic: 'aisle/v1/devices/shelf-1/shelf/weight',
        payload: JSON.stringify({ ts, slot: 'fx-1-a', grams: 8000 + (index % 7) }),
      };
    }
    const people = Array.from({ length: 4 }, (_, person) => ({
      id: String(person),
      x: Math.round((10 + 9 * Math.sin(index / 400 + person)) * 100) / 100,
      y: Math.round((5 + 4 * Math.cos(index / 300 + person * 2)) * 100) / 100,
    }));
    return { topic: 'aisle/v1/devices/cam-1/camera/positions', payload: JSON.stringify({ ts, people }) };
  });
}

/**
 * Messages per second at QoS 1 through decode, window and durable outbox, against mosquitto delivering the same
 * messages at QoS 1 to a handler that only counts. Rounds alternate; the median of each is compared.
 */
export async function benchIngest(): Promise<Figure[]> {
  const mosquitto = findProgram('mosquitto');
  if (!mosquitto) throw new Error('mosquitto is not installed');
  const ours: number[] = [];
  const theirs: number[] = [];

  const system = await System.start({ storeFile: writeShop(smallShop()) });
  const { access, dataDir } = system;
  await system.stop();
  // The agent alone, as with the line to the cloud down: facts stay in its outbox.
  const agent = await startAgent(path.join(dataDir, 'agent/agent.json'));
  const reference = await startMosquitto(mosquitto);
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      const packets = packetsOf(messages(round));
      theirs.push(MESSAGES / ((await reference.deliver(packets)) / 1000));
      const before = await counters(access.agentUrl, access.agentLocalSecret);
      const began = performance.now();
      await blast({
        port: Number(new URL(access.storeMqttUrl).port),
        username: access.storeMqttUsername,
        password: access.storeMqttPassword,
        packets,
        window: WINDOW,
      });
      await waitFor(
        'every message in the durable outbox',
        async () => {
          const now = await counters(access.agentUrl, access.agentLocalSecret);
          return now.flushed - before.flushed >= MESSAGES;
        },
        60_000,
        5,
      );
      ours.push(MESSAGES / ((performance.now() - began) / 1000));
      const after = await counters(access.agentUrl, access.agentLocalSecret);
      const accounted = after.accepted - before.accepted + (after.refused - before.refused);
      if (after.refused !== before.refused)
        throw new Error(`${after.refused - before.refused} messages were refused: not the work that was meant`);
      if (accounted !== MESSAGES) throw new Error(`${accounted} of ${MESSAGES} messages accounted for`);
    }
  } finally {
    agent.kill('SIGTERM');
    reference.stop();
  }
  return [
    atLeast(
      'store ingest, QoS 1, to the durable outbox',
      median(ours),
      'messages/s',
      { name: 'mosquitto to a counting handler', value: median(theirs) },
      0.8,
    ),
  ];
}

const median = (values: number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

async function startAgent(config: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [path.join(root, 'dist/agent/main.mjs'), '--config', config], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let words = '';
  child.stdout?.on('data', (data: Buffer) => (words += data.toString()));
  await waitFor('the agent', () => /^ready$/m.test(words), 15_000, 10);
  return child;
}

/** From the agent's own metrics. `flushed`: journal sequence up to which facts stand in the durable outbox. */
async function counters(
  agentUrl: string,
  secret: string,
): Promise<{ accepted: number; refused: number; flushed: number }> {
  const text = await (await fetch(`${agentUrl}/metrics`, { headers: { authorization: `Bearer ${secret}` } })).text();
  const sum = (name: string) =>
    [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\d+)`, 'gm'))].reduce(
      (total, match) => total + Number(match[1]),
      0,
    );
  return {
    accepted: sum('aisle_messages_accepted_total'),
    refused: sum('aisle_messages_refused_total'),
    flushed: sum('aisle_outbox_flushed_seq'),
  };
}

interface Reference {
  /** milliseconds until the handler has counted all */
  deliver(packets: readonly Buffer[]): Promise<number>;
  stop(): void;
}

async function startMosquitto(program: string): Promise<Reference> {
  const port = await freePort();
  const folder = mkdtempSync(path.join(tmpdir(), 'aisle-mosquitto-'));
  const config = path.join(folder, 'mosquitto.conf');
  // No limits that would slow the reference down.
  writeFileSync(
    config,
    `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\nmax_inflight_messages 0\nmax_queued_messages 0\nlog_type none\nset_tcp_nodelay true\n`,
  );
  const broker = spawn(program, ['-c', config], { stdio: 'ignore' });
  const handler = spawn(process.execPath, ['--input-type=module', '-e', HANDLER, String(port)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let words = '';
  handler.stdout.on('data', (data: Buffer) => (words += data.toString()));
  await waitFor('the counting handler', () => words.includes('subscribed'), 10_000, 10);
  let counted = 0;
  return {
    async deliver(packets) {
      counted += packets.length;
      const began = performance.now();
      await blast({ port, packets, window: WINDOW });
      await waitFor('the handler to count all', () => words.includes(`counted ${counted}\n`), 60_000, 1);
      return performance.now() - began;
    },
    stop() {
      handler.kill();
      broker.kill();
    },
  };
}

/** MQTT.js counting what comes in, in a process of its own, as a consumer beside a broker would. */
const HANDLER = `
import mqtt from 'mqtt';
const client = mqtt.connect('mqtt://127.0.0.1:' + process.argv[1], { reconnectPeriod: 50 });
let count = 0;
client.on('connect', () => client.subscribe('aisle/#', { qos: 1 }, () => console.log('subscribed')));
client.on('message', () => { count += 1; if (count % ${MESSAGES} === 0) console.log('counted ' + count); });
`;
