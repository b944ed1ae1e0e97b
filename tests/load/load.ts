import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DAY_MS, MINUTE_MS, minuteOf } from '@aisle/contracts';
import { percentile } from '../bench/figures.js';
import { compare, hasTold, type Api, type Difference } from './compare.js';
import { LoadAgent, type LoadCounts } from './load-agent.js';
import { userOf } from './provision.js';
import { SCREENS, loadShop } from './shop-file.js';
import { SETTLED_MS } from './shop-life.js';
import { Tally } from './tally.js';
import { Watchers } from './watchers.js';

export interface LoadOptions {
  shops: number;
  /** times a shop's own pace; 'unpaced': as fast as batches are acknowledged */
  speed: number | 'unpaced';
  /** of real time */
  minutes: number;
  /** of the broker */
  url: string;
  passwordOf(shop: number): string;
  /** left out: nothing is compared */
  api?: Api | undefined;
  seed: number;
  /** browsers that follow a shop each */
  watchers: number;
  ca?: string | undefined;
  /** how long the last acknowledgements are waited for, ms */
  patienceMs?: number;
  /** every shop is welcome: a moment before the pace begins */
  began?(): void | Promise<void>;
  /** the pace has ended; acknowledgements may still come */
  ended?(): void | Promise<void>;
}
export interface LoadResult {
  shops: number;
  /** of the pace, s */
  seconds: number;
  acknowledged: { batches: number; facts: number };
  unacknowledged: number;
  /** ms from sending to the acknowledgement; null before the first */
  latency: { p50: number | null; p99: number | null };
  counts: LoadCounts;
  watchers: Watchers['counts'];
  refusals: string[];
  /** null: not compared */
  differences: Difference[] | null;
}

/** shops that log in side by side */
const LOGINS = 25;
const TICK_MS = 50;
/** spans longer than this are compared as a whole, not minute by minute */
const FINE_MS = 180 * MINUTE_MS;
/** where an unpaced load begins, before now: it may not run into the future */
const UNPACED_BACK_MS = 25 * DAY_MS;
const WELCOME_MS = 120_000;

/** Many shops at once against a cloud, and what it holds of them in the end. @throws Error when it cannot begin, or nobody answers */
export async function runLoad(options: LoadOptions, say: (line: string) => void): Promise<LoadResult> {
  const { speed, minutes, api } = options;
  const isPaced = speed !== 'unpaced';
  const spanMs = isPaced ? minutes * MINUTE_MS * speed : UNPACED_BACK_MS - DAY_MS;
  // event time ends with the clock's: shops that live faster began earlier
  const from = minuteOf(Date.now() - (isPaced ? spanMs : UNPACED_BACK_MS)) + (isPaced && speed <= 1 ? MINUTE_MS : 0);
  const bucket = isPaced && spanMs <= FINE_MS ? 'minute' : 'all';
  if (api && (await hasTold(api, loadShop(0).store.id, from - MINUTE_MS, minuteOf(from + spanMs) + 2 * MINUTE_MS)))
    throw new Error(
      'the shops have told of this time already: wait until it has passed, or give the cloud a fresh data folder',
    );
  const latencies: number[] = [];
  const acknowledged = { batches: 0, facts: 0 };
  const agents = agentsOf(options, from, bucket, (ms, facts) => {
    latencies.push(ms);
    acknowledged.batches += 1;
    acknowledged.facts += facts;
  });
  const ids = agents.slice(0, options.watchers).map(({ agent }) => agent.storeId);
  const watchers = new Watchers(api?.url ?? '', api?.token ?? '', api ? ids : [], options.ca);
  try {
    for (let at = 0; at < agents.length; at += LOGINS) {
      const group = agents.slice(at, at + LOGINS);
      for (const { agent } of group) agent.start();
      await until('the shops to be welcome', () => group.every(({ agent }) => agent.lives), WELCOME_MS);
    }
    say(`${agents.length} shops are welcome`);
    await options.began?.();
    watchers.start();
    const began = performance.now();
    await (isPaced ? paced(agents, from, speed, minutes) : unpaced(agents, minutes));
    const seconds = (performance.now() - began) / 1000;
    const inTime = { ...acknowledged };
    await options.ended?.();
    // the rest of the last minute is said, too
    for (const { agent } of agents) {
      agent.liveTo(minuteOf(agent.now + MINUTE_MS - 1));
      agent.finish();
    }
    const open = (): number => agents.reduce((sum, { agent }) => sum + agent.unacknowledged, 0);
    const retry = setInterval(() => agents.forEach(({ agent }) => agent.finish()), 250);
    await until('the last acknowledgement', () => open() === 0, options.patienceMs ?? 120_000).catch(() => undefined);
    clearInterval(retry);
    watchers.stop();
    const unacknowledged = open();
    const shops = agents.map(({ agent, tally }) => ({
      ...{ storeId: agent.storeId, tally, screens: SCREENS, from, to: minuteOf(agent.now + MINUTE_MS - 1) },
    }));
    return {
      shops: agents.length,
      seconds,
      acknowledged: isPaced ? acknowledged : inTime,
      unacknowledged,
      latency:
        latencies.length > 0 ? { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) } : NO_LATENCY,
      counts: summed(agents.map(({ agent }) => agent.counts)),
      watchers: watchers.counts,
      refusals: agents.flatMap(({ agent }) => agent.refusals).slice(0, 10),
      differences: api ? await compare(api, shops, bucket) : null,
    };
  } finally {
    watchers.stop();
    await Promise.all(agents.map(({ agent }) => agent.stop()));
  }
}

const NO_LATENCY = { p50: null, p99: null };

interface Shop {
  agent: LoadAgent;
  tally: Tally;
}

function agentsOf(
  { shops, url, passwordOf, seed, ca }: LoadOptions,
  from: number,
  bucket: 'minute' | 'all',
  answered: (ms: number, facts: number) => void,
): Shop[] {
  const run = randomUUID();
  return Array.from({ length: shops }, (_, at) => {
    const file = loadShop(at);
    const engaged = new Map((file.zones ?? []).map((zone) => [zone.id, zone.engagedAfterSeconds ?? 5]));
    const tally = new Tally(bucket === 'all' ? Infinity : MINUTE_MS, engaged, SETTLED_MS);
    const agent = new LoadAgent({
      ...{ file, seed, from, phase: at, tally, answered, journalId: run, receiptPrefix: `L${run.slice(0, 8)}` },
      line: { url, ca, username: userOf(at), password: passwordOf(at) },
    });
    return { agent, tally };
  });
}

/** At a shop's own pace, times `speed`: event time ends where the clock does. */
async function paced(shops: readonly Shop[], from: number, speed: number, minutes: number): Promise<void> {
  const began = performance.now();
  for (let passed = 0; passed < minutes * MINUTE_MS;) {
    await sleep(TICK_MS);
    passed = Math.min(performance.now() - began, minutes * MINUTE_MS);
    for (const { agent } of shops) agent.liveTo(from + passed * speed);
  }
}

/** As fast as batches are acknowledged, each shop for itself. */
async function unpaced(shops: readonly Shop[], minutes: number): Promise<void> {
  const end = performance.now() + minutes * MINUTE_MS;
  const today = Date.now() - DAY_MS;
  while (performance.now() < end) {
    let isIdle = true;
    for (const { agent } of shops) {
      if (!agent.hasRoom || agent.now >= today) continue;
      agent.step();
      isIdle = false;
    }
    // acknowledgements must come in between
    await (isIdle ? sleep(1) : new Promise<void>((resolve) => setImmediate(resolve)));
  }
}

async function until(what: string, condition: () => boolean, limitMs: number): Promise<void> {
  const end = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited ${limitMs / 1000} s in vain for ${what}`);
    await sleep(TICK_MS);
  }
}

function summed(counts: readonly LoadCounts[]): LoadCounts {
  const sum = { ...(counts[0] as LoadCounts) };
  for (const one of counts.slice(1))
    for (const [name, value] of Object.entries(one) as [keyof LoadCounts, number][]) sum[name] += value;
  return sum;
}

/** Whether nothing was lost, doubled or refused. */
export const isSound = ({ unacknowledged, counts, differences, watchers }: LoadResult): boolean =>
  unacknowledged === 0 && counts.refusedFacts === 0 && watchers.gaps === 0 && (differences ?? []).length === 0;
