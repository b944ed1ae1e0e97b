import { spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import type { Device, StoreFile } from '@aisle/contracts';
import { FakeCloud, sha256, storeFileCommand, tempDir } from '../../agent/test/runtime/harness.js';
import { epcOf } from '../../agent/test/domain/rfid/tagged-shop.js';
import { freePort } from '../support/ports.js';
import { root, waitFor } from '../support/system.js';
import { atMost, type Figure } from './figures.js';

const SECONDS = 60;
const READS_PER_SECOND = 1_100;
const ANTENNAS = 4;
const TAGS_PER_SLOT = 75;
/** Of each slot so many are taken after a third of the time, and half of them are back after two thirds. */
const TAKEN = 10;
const CPU_TICKS_PER_SECOND = 100;

/** How each maker's reader batches: two of them a hundred messages a second, the native ones twenty. */
const READERS: { id: string; dialect: string; everyMs: number }[] = [
  { id: 'impinj-1', dialect: 'impinj', everyMs: 1 },
  { id: 'zebra-1', dialect: 'zebra', everyMs: 1 },
  { id: 'native-1', dialect: 'aisle', everyMs: 50 },
  { id: 'native-2', dialect: 'aisle', everyMs: 50 },
];

const gtinOf = (reader: number, antenna: number): string => {
  const body = `069012345${String(reader)}${String(antenna)}00`;
  const sum = [...body].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 3 : 1), 0);
  return body + String((10 - (sum % 10)) % 10);
};
const slotOf = (reader: number, antenna: number): string => `s-${reader}-${antenna}`;
const antennas = Array.from({ length: ANTENNAS }, (_, index) => index + 1);

function store(): StoreFile {
  const places = READERS.flatMap((_, reader) => antennas.map((antenna) => ({ reader, antenna })));
  return {
    store: { id: 'demo', name: 'Readers', timezone: 'Asia/Shanghai', currency: 'CNY' },
    floor: { width: 10, depth: 10 },
    products: places.map(({ reader, antenna }) => ({ gtin: gtinOf(reader, antenna), price: 99 })),
    fixtures: places.map(({ reader, antenna }) => ({
      id: `fx-${reader}-${antenna}`,
      slots: [{ id: slotOf(reader, antenna), gtin: gtinOf(reader, antenna) }],
    })),
    devices: READERS.map(({ id, dialect }, reader): Device => ({
      id,
      family: 'rfid',
      dialect,
      antennas: antennas.map((antenna) => ({ antenna, slot: slotOf(reader, antenna) })),
    })),
  };
}

interface Read {
  epc: string;
  antenna: number;
  cdbm: number;
}

/** A reader that goes through its tags as the air protocol's rounds do: in changing order, not all of them each time. */
class Load {
  sent = 0;
  acknowledged = 0;
  #owed = 0;
  #at = 0;
  readonly #tags: { epc: string; antenna: number; serial: number }[];

  constructor(
    readonly reader: number,
    private readonly client: MqttClient,
  ) {
    this.#tags = antennas.flatMap((antenna) =>
      Array.from({ length: TAGS_PER_SLOT }, (_, serial) => ({
        epc: epcOf(gtinOf(reader, antenna), serial),
        antenna,
        serial,
      })),
    );
  }

  /** What it has read in `ms`, the run being `share` of its time old. */
  tick(ms: number, share: number): void {
    this.#owed += (READS_PER_SECOND * ms) / 1000;
    const reads: Read[] = [];
    for (; this.#owed >= 1; this.#owed -= 1) {
      const { epc, antenna } = this.#next(share);
      reads.push({ epc, antenna, cdbm: -5_500 + ((this.#at * 37) % 400) });
    }
    const [topic, payload] = this.#write(Date.now(), reads);
    this.sent += 1;
    this.client.publish(topic, payload, { qos: 1 }, (error) => {
      if (!error) this.acknowledged += 1;
    });
  }

  #next(share: number) {
    for (;;) {
      // 7 has no divisor in common with the number of tags, so every tag has its turn.
      this.#at = (this.#at + 7) % this.#tags.length;
      const tag = this.#tags[this.#at] as { epc: string; antenna: number; serial: number };
      const away = share >= 1 / 3 && (share < 2 / 3 ? tag.serial < TAKEN : tag.serial < TAKEN / 2);
      if (!away) return tag;
    }
  }

  #write(ts: number, reads: readonly Read[]): [topic: string, payload: string] {
    const { id, dialect } = READERS[this.reader] as (typeof READERS)[number];
    const iso = new Date(ts).toISOString();
    if (dialect === 'impinj')
      return [
        `impinj/${id}/events`,
        reads
          .map(
            ({ epc, antenna, cdbm }) =>
              `{"timestamp":"${iso.replace('Z', '000000Z')}","eventType":"tagInventory","tagInventoryEvent":{"epcHex":"${epc}","antennaPort":${antenna},"antennaName":"Antenna ${antenna}","peakRssiCdbm":${cdbm},"frequency":866900,"transmitPowerCdbm":3000,"lastSeenTime":"${iso.replace('Z', '000000Z')}"}}`,
          )
          .join('\r\n'),
      ];
    if (dialect === 'zebra')
      return [
        `zebra/${id}/tagEvents`,
        `[${reads.map(({ epc, antenna, cdbm }) => `{"data":{"antenna":${antenna},"eventNum":1,"format":"epc","idHex":"${epc.toLowerCase()}","peakRssi":${Math.round(cdbm / 100)}},"timestamp":"${iso.replace('Z', '+0000')}","type":"SIMPLE"}`).join(',')}]`,
      ];
    return [
      `aisle/v1/devices/${id}/rfid/reads`,
      JSON.stringify({ ts, reads: reads.map(({ epc, antenna, cdbm }) => ({ epc, antenna, rssiDbm: cdbm / 100 })) }),
    ];
  }
}

/** CPU seconds of a process so far. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / CPU_TICKS_PER_SECOND;
}

/** Four readers with 1,100 reads a second each, through the agent's broker at QoS 1: nothing is lost, every item is where it is. */
export async function benchRfid(): Promise<Figure[]> {
  const dir = tempDir();
  const cloud = new FakeCloud(await freePort());
  cloud.commands.push(storeFileCommand(1, store()));
  await cloud.start();
  const [mqttPort, httpPort] = [await freePort(), await freePort()];
  const credentialsFile = path.join(dir, 'credentials.json');
  const credentials = { integrators: { i: sha256('i') }, devices: {}, local: sha256('local') };
  writeFileSync(credentialsFile, JSON.stringify(credentials), { mode: 0o600 });
  const config = path.join(dir, 'agent.json');
  writeFileSync(
    config,
    JSON.stringify({
      ...{ storeId: 'demo', dataDir: dir, host: '127.0.0.1', mqttPort, httpPort, credentialsFile },
      cloud: { url: `mqtt://127.0.0.1:${cloud.port}`, username: 'a', password: 'b' },
    }),
  );
  const agent = spawn(process.execPath, [path.join(root, 'dist/agent/main.mjs'), '--config', config], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const clients: MqttClient[] = [];
  try {
    let words = '';
    agent.stdout.on('data', (data: Buffer) => (words += data.toString()));
    await waitFor('the agent', () => /^ready$/m.test(words), 20_000, 20);
    await waitFor('the store file', () => cloud.inboxAcks.includes(1), 10_000, 20);
    for (const { id } of READERS)
      clients.push(
        await mqtt.connectAsync(`mqtt://127.0.0.1:${mqttPort}`, {
          username: 'i',
          password: 'i',
          clientId: `load-${id}`,
        }),
      );
    const loads = clients.map((client, reader) => new Load(reader, client));
    const cpuBefore = cpuSeconds(agent.pid as number);
    const began = performance.now();
    await Promise.all(loads.map((load) => run(load, began)));
    await waitFor('every acknowledgement', () => loads.every((load) => load.acknowledged === load.sent), 10_000, 5);
    const wall = (performance.now() - began) / 1000;
    const share = (cpuSeconds(agent.pid as number) - cpuBefore) / wall;
    const messages = loads.reduce((sum, { sent }) => sum + sent, 0);
    const reads = await metric(httpPort, 'aisle_rfid_reads_total');
    const meant = READERS.length * READS_PER_SECOND * SECONDS;
    if (Math.abs(reads - meant) > meant / 100)
      throw new Error(`${reads} reads arrived of ${meant}: not the load that was meant`);
    const refused = await metric(httpPort, 'aisle_messages_refused_total');
    if (refused > 0) throw new Error(`${refused} messages were refused`);
    await waitFor('every item where it is', () => isRight(cloud), 10_000, 50).catch((error: Error) => {
      throw new Error(`${error.message}: ${JSON.stringify(standing(cloud))}`);
    });
    const name = `RFID: 4 readers × ${READS_PER_SECOND} reads/s, ${Math.round(messages / SECONDS)} messages/s, ${SECONDS} s, all acknowledged, every item right`;
    return [atMost(name, share * 100, '% CPU', { name: 'one core', value: 100 }, 0.3)];
  } finally {
    for (const client of clients) client.end(true);
    agent.kill('SIGTERM');
    await new Promise((resolve) => (agent.exitCode === null ? agent.once('exit', resolve) : resolve(undefined)));
    await cloud.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Messages in time, whatever the timer's own lateness. */
async function run(load: Load, began: number): Promise<void> {
  const { everyMs } = READERS[load.reader] as (typeof READERS)[number];
  for (let at = 0; at < SECONDS * 1000; at += everyMs) {
    const late = performance.now() - began - at;
    if (late < 0) await new Promise((resolve) => setTimeout(resolve, -late));
    load.tick(everyMs, at / (SECONDS * 1000));
  }
}

/** Newest stock, and sums of pickups and putbacks, by slot. */
function standing(
  cloud: FakeCloud,
): Record<string, { ts: number; stock: number | null; pickups: number; putbacks: number }> {
  const slots: ReturnType<typeof standing> = {};
  for (const fact of cloud.facts.values()) {
    if (fact.kind !== 'slot') continue;
    const slot = (slots[fact.subject] ??= { ts: 0, stock: null, pickups: 0, putbacks: 0 });
    slot.pickups += fact.value.pickups;
    slot.putbacks += fact.value.putbacks;
    if (fact.ts >= slot.ts) Object.assign(slot, { ts: fact.ts, stock: fact.value.stock });
  }
  return slots;
}

const isRight = (cloud: FakeCloud): boolean => {
  const slots = Object.values(standing(cloud));
  return (
    slots.length === READERS.length * ANTENNAS &&
    slots.every(
      ({ stock, pickups, putbacks }) =>
        stock === TAGS_PER_SLOT - TAKEN / 2 && pickups === TAKEN && putbacks === TAKEN / 2,
    )
  );
};

async function metric(httpPort: number, name: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${httpPort}/metrics`, { headers: { authorization: 'Bearer local' } });
  const lines = [...(await response.text()).matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\d+)`, 'gm'))];
  return lines.reduce((sum, line) => sum + Number(line[1]), 0);
}
