import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS, type JudgedEvent } from '@aisle/contracts';
import { LibsqlStore } from '../../src/adapters/libsql-store.js';
import type { Engine, InterestQuestion, InterestSample } from '../../src/domain/engine/engine-api.js';
import { FEATURE_COUNT } from '../../src/domain/interest/features.js';
import { InterestStage } from '../../src/pipeline/interest.js';
import type { InterestModel } from '../../src/ports/interest-model.js';
import type { SampleStore } from '../../src/ports/sample-store.js';
import { until } from '../runtime/harness.js';

const question = (n: number): InterestQuestion => ({
  n,
  ts: n * 1000,
  zoneId: 'dairy',
  features: new Array<number>(FEATURE_COUNT).fill(n),
});
const sample = (n: number, ts = n * 1000): InterestSample => ({
  n,
  ts,
  features: new Array<number>(FEATURE_COUNT).fill(n / 4),
  taken: n % 2 === 0,
  ppm: n % 3 === 0 ? null : n,
});

/** A stage around questions and a model that the test holds in its hands. */
function rig(model: Partial<InterestModel> | undefined) {
  const waiting: InterestQuestion[] = [];
  const samples: InterestSample[] = [];
  const judged: JudgedEvent[] = [];
  const warned: string[] = [];
  const stored: InterestSample[] = [];
  const ticks: (() => void)[] = [];
  const stage = new InterestStage(
    model && {
      name: 'test@0',
      judge: (features) =>
        Promise.resolve(
          Int32Array.from(
            { length: features.length / FEATURE_COUNT },
            (_, at) => features[at * FEATURE_COUNT] as number,
          ),
        ),
      close: () => Promise.resolve(),
      ...model,
    },
    {
      engine: () =>
        ({ takeQuestions: () => waiting.splice(0), takeSamples: () => samples.splice(0) }) as unknown as Engine,
      append: (event) => judged.push(event),
      ready: () => true,
      journalId: () => 'journal-1',
      samples: {
        saveSamples: (_id: string, _version: number, rows: InterestSample[]) => stored.push(...rows),
        pruneSamples: () => undefined,
      } as unknown as SampleStore,
      clock: {
        now: () => 5,
        monotonicMs: () => 0,
        after: () => ({ cancel: () => undefined }),
        every: (_ms, action) => {
          ticks.push(action);
          return { cancel: () => undefined };
        },
      },
      log: {
        debug: () => undefined,
        info: () => undefined,
        warn: (_, text) => warned.push(text),
        error: () => undefined,
      },
    },
  );
  return { stage, waiting, samples, judged, warned, stored, ticks };
}

describe('the stage of interest', () => {
  it('journals the answer to every question under its number', async () => {
    const { stage, waiting, judged } = rig({});
    waiting.push(question(3), question(9));
    stage.look();
    await until('an answer', () => judged[0]);
    expect(judged).toEqual([
      {
        kind: 'judged',
        ts: 5,
        model: 'test@0',
        answers: [
          [3, 3],
          [9, 9],
        ],
      },
    ]);
    expect(stage.counts()).toEqual({ model: 'test@0', asked: 2, answered: 2, failed: 0, dropped: 0 });
  });

  it('has one run at a time, and takes up in the next what came meanwhile', async () => {
    const release: (() => void)[] = [];
    const { stage, waiting, judged } = rig({
      judge: (features) =>
        new Promise((resolve) => release.push(() => resolve(new Int32Array(features.length / FEATURE_COUNT)))),
    });
    waiting.push(question(1));
    stage.look();
    for (const n of [2, 3, 4]) {
      waiting.push(question(n));
      stage.look();
    }
    expect(release.length).toBe(1);
    release[0]?.();
    await until('the second run', () => release[1]);
    release[1]?.();
    await until('its answers', () => judged[1]);
    expect(judged.map((event) => event.answers.map(([n]) => n))).toEqual([[1], [2, 3, 4]]);
  });

  it('counts what a failing model leaves unanswered, says so once, and goes on', async () => {
    let failing = true;
    const { stage, waiting, judged, warned } = rig({
      judge: () => (failing ? Promise.reject(new Error('broken')) : Promise.resolve(Int32Array.of(7))),
    });
    for (const n of [1, 2, 3]) {
      waiting.push(question(n));
      stage.look();
      await until('a failure', () => stage.counts().failed === n);
    }
    expect(warned).toEqual(['the interest model fails: its questions expire unanswered']);
    failing = false;
    waiting.push(question(4));
    stage.look();
    await until('an answer', () => judged[0]);
    expect(judged[0]?.answers).toEqual([[4, 7]]);
  });

  it('lets the oldest questions go when the model cannot keep up', async () => {
    const { stage, waiting } = rig({ judge: () => new Promise(() => undefined) });
    waiting.push(question(0));
    stage.look();
    for (let n = 0; n < 25_000; n += 1) waiting.push(question(n));
    stage.look();
    expect(stage.counts().dropped).toBe(5_000);
  });

  it('asks nothing without a model, and still keeps outcomes to learn from', async () => {
    const { stage, waiting, samples, judged, stored, ticks } = rig(undefined);
    stage.start();
    waiting.push(question(1));
    stage.look();
    samples.push(...Array.from({ length: 40 }, (_, n) => sample(n)));
    for (const tick of ticks) tick();
    expect(waiting.length).toBe(1);
    expect(judged).toEqual([]);
    // One in ten: neighbouring seconds say nearly the same.
    expect(stored.map(({ n }) => n)).toEqual([0, 10, 20, 30]);
    expect(stage.counts().model).toBeNull();
    await stage.stop();
  });
});

describe('the table of samples', () => {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'aisle-samples-'));
  const store = new LibsqlStore(path.join(dir, 'agent.db'));
  store.open();
  beforeEach(() => {
    store.pruneSamples(-1, 0);
  });
  afterAll(() => {
    store.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it('gives back what was put in, once however often it was, oldest first', () => {
    store.saveSamples('a', 1, [sample(4), sample(2)]);
    store.saveSamples('a', 1, [sample(2), sample(3)]);
    store.saveSamples('b', 1, [sample(2)]);
    store.saveSamples('a', 2, [sample(8)]);
    const rows = store.samples(1);
    expect(rows.map(({ ts, taken, ppm }) => [ts, taken, ppm])).toEqual([
      [2000, true, 2],
      [2000, true, 2],
      [3000, false, null],
      [4000, true, 4],
    ]);
    expect([...(rows[3]?.features ?? [])]).toEqual(new Array(FEATURE_COUNT).fill(1));
  });

  it('forgets what is too old or too much', () => {
    store.saveSamples('a', 1, [
      sample(1, 0),
      sample(2, 50 * DAY_MS),
      ...[3, 4, 5].map((n) => sample(n, (98 + n) * DAY_MS)),
    ]);
    store.pruneSamples(90 * DAY_MS, 100);
    expect(store.samples(1).map(({ ts }) => ts / DAY_MS)).toEqual([50, 101, 102, 103]);
    store.pruneSamples(90 * DAY_MS, 2);
    expect(store.samples(1).map(({ ts }) => ts / DAY_MS)).toEqual([102, 103]);
    store.close();
    store.open();
    expect(store.samples(1).length).toBe(2);
  });
});
