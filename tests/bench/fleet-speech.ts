import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { MINUTE_MS, factKey, minuteOf, type Fact } from '@aisle/contracts';
import { waitFor } from '../support/system.js';
import { withRecordedAgent } from './recorded-agent.js';

/** Until the shop is busy. */
const WARM_UP_MS = MINUTE_MS;
/** What is said of a minute after its end. */
const AFTER_MS = 20_000;
/** So much of a shop is said again and again. */
export const LOOP_MS = 2 * MINUTE_MS;

export interface Said {
  /** ms after the beginning of the loop */
  atMs: number;
  /** `ts` counts from the beginning of the loop; undefined: it is a status */
  facts?: Fact[];
  status?: Record<string, unknown>;
}

/** What a real agent of the demo shop says of two minutes while nobody watches, in its order and at its pace. */
export class Speech {
  /** by how many of the messages with facts were said: keys, and the sum over keys of which message said it last */
  readonly #keys: number[] = [0];
  readonly #sums: number[] = [0];

  constructor(readonly said: readonly Said[]) {
    const last = new Map<string, number>();
    let [sum, count] = [0, 0];
    for (const { facts } of said) {
      if (!facts) continue;
      for (const fact of facts) {
        const key = factKey(fact);
        sum += count - (last.get(key) ?? 0);
        last.set(key, count);
      }
      count += 1;
      this.#keys.push(last.size);
      this.#sums.push(sum);
    }
  }

  /** messages with facts in one loop */
  get batches(): number {
    return this.#keys.length - 1;
  }

  get statements(): number {
    return this.said.reduce((sum, { facts }) => sum + (facts?.length ?? 0), 0);
  }

  /** What a cloud must hold once so many batches of a loop are acknowledged: keys, and the sum of their newest `seq`. */
  expected(loop: number, batches: number): { keys: number; seqs: number } {
    const [keys, sum] = [this.#keys[batches] as number, this.#sums[batches] as number];
    return { keys, seqs: keys * this.seqOf(loop, 0) + sum };
  }

  seqOf(loop: number, batch: number): number {
    return loop * this.batches + batch;
  }
}

/** Of the folder where it was kept, or else of the demo shop in real time: four minutes. */
export async function speechOf(folder: string | undefined, say: (line: string) => void): Promise<Speech> {
  const kept = folder === undefined ? undefined : path.join(folder, 'speech.json');
  const isKept = kept !== undefined && existsSync(kept);
  const speech = isKept ? new Speech(JSON.parse(readFileSync(kept, 'utf8')) as Said[]) : await record();
  if (kept !== undefined && !isKept) {
    mkdirSync(path.dirname(kept), { recursive: true });
    writeFileSync(kept, JSON.stringify(speech.said));
  }
  const minutes = LOOP_MS / MINUTE_MS;
  const each = [speech.batches, speech.statements, speech.said.length - speech.batches].map((count) => count / minutes);
  say(`a real agent: ${each[0]} batches, ${each[1]} statements and ${each[2]} statuses a minute`);
  return speech;
}

const record = (): Promise<Speech> =>
  withRecordedAgent(async (recorder) => {
    const heard: { atMs: number; topic: string; payload: Buffer }[] = [];
    let taken = recorder.messages.length;
    const take = (): number => {
      for (; taken < recorder.messages.length; taken += 1) {
        const message = recorder.messages[taken];
        if (message?.from === 'agent') heard.push({ ...message, atMs: Date.now() });
      }
      return heard.length;
    };
    await sleep(WARM_UP_MS);
    const start = minuteOf(Date.now()) + MINUTE_MS;
    const end = start + LOOP_MS;
    await waitFor('two minutes of a shop', () => take() >= 0 && Date.now() >= end + AFTER_MS, 5 * MINUTE_MS, 100);
    const said: Said[] = [];
    for (const { atMs, topic, payload } of heard) {
      if (atMs < start) continue;
      if (topic.endsWith('/up/status') && atMs < end)
        said.push({ atMs: atMs - start, status: JSON.parse(payload.toString()) as Record<string, unknown> });
      if (!topic.endsWith('/up/facts')) continue;
      const { facts } = JSON.parse(gunzipSync(payload).toString()) as { facts: Fact[] };
      const within = facts.filter(({ ts }) => ts >= start && ts < end);
      if (within.length > 0)
        said.push({ atMs: atMs - start, facts: within.map((fact) => ({ ...fact, ts: fact.ts - start })) });
    }
    const speech = new Speech(said);
    if (speech.expected(0, speech.batches).keys < 100) throw new Error('the recorded shop stood still');
    return speech;
  });
