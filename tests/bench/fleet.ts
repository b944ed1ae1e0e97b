import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import type { StoreContext } from '../../cloud/src/insight/index.js';
import { Connection, openInstance } from '../../cloud/src/store/duckdb/connection.js';
import { FleetAgents } from './fleet-agents.js';
import { speechOf } from './fleet-speech.js';
import { atMost, percentile, type Figure } from './figures.js';
import { RunningCloud } from './year-cloud.js';
import { oneShop } from './year-data.js';

const GB = 1e9;
const PROMISED = { ackMs: 500, gbPerDay: 15, cloudMb: 250 };
const MINUTES_OF_DAY = 1440;
const promised = (value: number) => ({ name: 'promised', value });

/** Many shops, each as the demo's agent speaks while nobody watches: nothing is lost, acknowledgements, memory, and the disk. @param folder where what an agent says is kept. @param profile folder for a CPU profile of the cloud */
export async function benchFleet(shops: number, minutes: number, folder?: string, profile?: string): Promise<Figure[]> {
  const say = (line: string): void => void process.stderr.write(`  ${line}\n`);
  const speech = await speechOf(folder, say);
  const dir = mkdtempSync(path.join(tmpdir(), 'aisle-bench-fleet-'));
  try {
    const stores = Array.from({ length: shops }, (_, at): StoreContext => {
      const storeId = `shop-${String(at + 1).padStart(4, '0')}`;
      return { storeId, version: 1, storeFile: oneShop(storeId) };
    });
    const began = performance.now();
    const cloud = await RunningCloud.start({ dir, stores }, { hasPast: false, profile });
    say(`${shops} shops started in ${((performance.now() - began) / 1000).toFixed(0)} s`);
    const empty = sizeOf(dir);
    const ids = stores.map(({ storeId }) => storeId);
    const agents = await FleetAgents.start(cloud.mqttPort, ids, cloud.agentPassword, speech);
    let megabytes = 0;
    const watch = setInterval(() => (megabytes = Math.max(megabytes, cloud.megabytes())), 1000);
    cloud.ended.catch(() => clearInterval(watch));
    const written = cloud.writtenBytes();
    const [before, own] = [cloud.processorSeconds(), process.cpuUsage()];
    const acks = await Promise.race([cloud.ended, agents.speak(minutes)]);
    clearInterval(watch);
    const [after, since] = [cloud.processorSeconds(), process.cpuUsage(own)];
    const counted = await cloud.metrics();
    const perDay = (bytes: number) => (bytes / minutes) * (MINUTES_OF_DAY / GB);
    const wear = perDay(cloud.writtenBytes() - written);
    await agents.stop();
    say(cloud.processor());
    const used = { main: after.main - before.main, all: after.all - before.all };
    const per1000 = (seconds: number): string => ((seconds / acks.length) * 1000).toFixed(2);
    say(
      `per 1,000 batches ${per1000(used.all)} processor seconds, ${per1000(used.main)} of them of the main thread; ` +
        `${(agents.statements / used.all).toFixed(0)} statements per processor second; who speaks took ${per1000((since.user + since.system) / 1e6)} s ` +
        `(load average ${loadavg()[0]?.toFixed(1)})`,
    );
    const of = (name: string): number => counted.get(name) ?? NaN;
    const mb = (name: string): string => `${(of(name) / 1e6).toFixed(0)} MB`;
    say(
      `${of('aisle_ingest_commit_seconds_count')} commits in ${of('aisle_ingest_commit_seconds_sum').toFixed(0)} s; ` +
        `heap ${mb('nodejs_heap_size_used_bytes')} of ${mb('nodejs_heap_size_total_bytes')}, beside it ${mb('nodejs_external_memory_bytes')}, ` +
        `in all ${mb('process_resident_memory_bytes')}`,
    );
    await cloud.stop();
    const grown = perDay(sizeOf(dir) - empty);
    if (agents.refused > 0) throw new Error(`${agents.refused} batches were refused`);
    const lost = agents.unacknowledged + (await differing(path.join(dir, 'series.duckdb'), agents));
    say(`${acks.length} batches acknowledged, median ${percentile(acks, 0.5).toFixed(0)} ms`);
    say(
      `p99 of each ten seconds: ${agents
        .byTime(10_000, 0.99)
        .map((ms) => ms.toFixed(0))
        .join(' ')} ms`,
    );
    const what = `${shops} shops, ${minutes} min`;
    return [
      { ...atMost(`lost (${what})`, lost, 'shops', promised(0)), ratio: lost, target: '0', met: lost === 0 },
      atMost(`acknowledgement, p99 (${what})`, percentile(acks, 0.99), 'ms', promised(PROMISED.ackMs)),
      atMost(`memory of the cloud, most (${what})`, megabytes, 'MB', promised(PROMISED.cloudMb)),
      atMost(`the data folder grows (${what})`, grown, 'GB a day', promised(PROMISED.gbPerDay)),
      atMost(`written by the kernel's count (${what})`, wear, 'GB a day', { name: 'before', value: 356 }),
    ];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Shops of which the file does not hold exactly what was said: every key, in its newest statement. */
async function differing(file: string, agents: FleetAgents): Promise<number> {
  const instance = await openInstance({ file, memoryLimit: '2GB' });
  const connection = new Connection(await instance.connect());
  try {
    const rows = await connection.rows(
      `SELECT store, count(*)::DOUBLE, sum(seq)::DOUBLE FROM
         (SELECT store, kind, subject, ts, max(seq) AS seq FROM every_fact GROUP BY ALL) GROUP BY store`,
    );
    const held = new Map(rows.map(([store, keys, seqs]) => [String(store), `${Number(keys)}/${Number(seqs)}`]));
    return [...agents.expected()].filter(([storeId, { keys, seqs }]) => held.get(storeId) !== `${keys}/${seqs}`).length;
  } finally {
    await connection.close();
    instance.closeSync();
  }
}

function sizeOf(dir: string): number {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0);
}
