import { afterEach, describe, expect, it } from 'vitest';
import type { RecomputedEvent } from '@aisle/contracts';
import { Recomputation } from '../../src/pipeline/recomputation.js';
import { SECRETS, openShop, positions, quiet, topic, until, type Shop } from './harness.js';

const asked = (generation: number, fromTs = 60_000): RecomputedEvent => ({
  kind: 'recomputed',
  ts: 1,
  fromTs,
  generation,
});

/** The agent's database and engine as far as a recomputation knows them. */
function bench(kept = new Map<string, string>()) {
  const done: number[] = [];
  let answer: (() => void) | undefined;
  let fails = false;
  const recomputation = new Recomputation({
    recompute: (_seq, { generation }) =>
      new Promise((resolve, reject) => {
        answer = () => {
          if (fails) return reject(new Error('no'));
          done.push(generation);
          resolve({ reachedTs: 120_000, facts: 7 });
        };
      }),
    store: { meta: (key) => kept.get(key), setMeta: (key, value) => void kept.set(key, value) },
    onFacts: () => undefined,
    log: quiet,
  });
  const ask = (seq: number, generation: number) => {
    recomputation.apply({ seq, inboxSeq: 0, event: asked(generation) });
    recomputation.look();
  };
  const settle = async () => {
    answer?.();
    for (let i = 0; i < 10; i += 1) await Promise.resolve();
  };
  return { recomputation, kept, done, ask, settle, fail: () => (fails = true) };
}

describe('figures that are computed anew', () => {
  it('are so one request after the other, each in a generation of its own, and say how far they came', async () => {
    const { recomputation, ask, settle, done } = bench();
    recomputation.start();
    expect([recomputation.next(), recomputation.next()]).toEqual([2, 3]);
    ask(10, 2);
    ask(11, 3);
    expect(recomputation.shown()).toEqual({
      recompute: { generation: 2, fromTs: 60_000, reachedTs: null, state: 'running', facts: 0 },
    });
    await settle();
    await settle();
    expect(done).toEqual([2, 3]);
    expect(recomputation.shown().recompute).toMatchObject({
      generation: 3,
      reachedTs: 120_000,
      state: 'done',
      facts: 7,
    });
    expect(recomputation.next()).toBe(4);
  });

  it('are so again where a crash broke them off, and not where they were done', async () => {
    const first = bench();
    first.recomputation.start();
    first.ask(10, 2);
    const state = JSON.parse(JSON.stringify(first.recomputation.save())) as unknown;
    const second = bench(first.kept);
    second.recomputation.restore(state);
    second.recomputation.start();
    await second.settle();
    expect(second.done).toEqual([2]);
    const third = bench(second.kept);
    third.recomputation.restore(state);
    third.recomputation.start();
    await third.settle();
    expect([third.done, third.recomputation.shown().recompute?.state]).toEqual([[], 'done']);
  });

  it('that fail are told as failed, and the next goes on', async () => {
    const { recomputation, ask, settle, fail } = bench();
    recomputation.start();
    fail();
    ask(10, 2);
    await settle();
    expect(recomputation.shown().recompute?.state).toBe('failed');
    ask(11, 3);
    expect(recomputation.shown().recompute).toMatchObject({ generation: 3, state: 'running' });
  });
});

describe('in the agent', () => {
  let shop: Shop;
  afterEach(() => shop.end());

  it('a command of the cloud has facts stated anew in the next generation, and the status and the page say so', async () => {
    shop = await openShop();
    const base = Math.floor(Date.now() / 60_000) * 60_000 - 600_000;
    const client = await shop.connect();
    for (let n = 0; n < 20; n += 1)
      await client.publishAsync(topic('cam-1', 'camera/positions'), positions(base + n * 1000, [['p', 2, 2]]), {
        qos: 1,
      });
    const visits = () =>
      [...shop.cloud.facts.values()].flatMap((fact) => (fact.kind === 'zone' && fact.value.visits > 0 ? [fact] : []));
    // whole: on a busy machine a first statement may go out before the last position has come in
    await until('the whole visit', () => visits()[0]?.value.dwellMs === 19_000);
    const before = visits()[0];
    expect(before?.generation).toBe(1);
    shop.cloud.command({ seq: 2, kind: 'recompute', fromTs: base - 60_000 });
    await until('the same visit in the next generation', () => visits()[0]?.generation === 2);
    expect(visits()).toEqual([{ ...before, generation: 2, seq: visits()[0]?.seq }]);
    await until('a status that says so', () =>
      shop.cloud.statuses.some(({ recompute }) => (recompute as { state?: string } | undefined)?.state === 'done'),
    );
    const page = await fetch(shop.http, { headers: { authorization: `Bearer ${SECRETS.local}` } });
    expect(await page.text()).toContain('were computed anew');
  });
});
