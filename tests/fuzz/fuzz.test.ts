import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { checkStoreFile } from '@aisle/contracts';
import { DeviceDecoder } from '../../agent/src/devices/registry.js';
import { indexStore } from '../../agent/src/devices/store-index.js';
import { EXAMPLES, SHOP, TS } from './examples.js';
import { Dice, garbage, mutated, spansOf, templateOf } from './mutate.js';
import { dialectKeys, fuzz } from './run.js';

/** Speak on no topic: a radio or a receiver hears them. */
const SILENT = ['shelf|bthome', 'ble|bluez'];

describe('the examples', () => {
  it('are of every dialect that the agent understands', () => {
    expect(Object.keys(EXAMPLES).sort()).toEqual(dialectKeys().sort());
    for (const key of dialectKeys()) expect([key, EXAMPLES[key]?.length === 0]).toEqual([key, SILENT.includes(key)]);
    expect(() => checkStoreFile(SHOP, 'the shop')).not.toThrow();
  });

  it.each(Object.values(EXAMPLES).flat())('$topic of $deviceId is understood', ({ deviceId, topic, payload }) => {
    const store = indexStore(SHOP, 1);
    const decoded = new DeviceDecoder().decode(
      { deviceId, topic, payload: Buffer.from(payload), receivedTs: TS },
      store,
    );
    expect(decoded).toMatchObject({ ok: true });
    if (decoded.ok) expect(decoded.events.length + (decoded.adverts?.adverts.length ?? 0)).toBeGreaterThan(0);
  });
});

describe('mutations', () => {
  it('find every value of a JSON text and leave JSON behind when they take one out', () => {
    const text = JSON.stringify({ a: 1, b: ['x"', { c: null }], d: {} });
    const spans = spansOf(text);
    expect(spans.map(({ from, to }) => text.slice(from, to)).sort()).toEqual(
      ['"x\\""', '1', '["x\\"",{"c":null}]', 'null', '{"c":null}', '{}'].sort(),
    );
    for (const { wholeFrom, wholeTo } of spans)
      expect(() => JSON.parse(text.slice(0, wholeFrom) + text.slice(wholeTo)) as unknown).not.toThrow();
  });

  it('are the same for the same seed', () => {
    const run = (seed: number) => {
      const dice = new Dice(seed);
      const template = templateOf('{"ts":1,"people":[]}');
      return Array.from(
        { length: 50 },
        () => mutated(template, dice).toString('hex') + garbage(dice).toString('hex'),
      ).join();
    };
    expect(run(3)).toBe(run(3));
    expect(run(3)).not.toBe(run(4));
  });
});

describe('200,000 random and broken messages over all decoders', () => {
  it('throw nothing, make events of their schemas only and none of garbage, and leave nothing behind', () => {
    setFlagsFromString('--expose-gc');
    const figures = fuzz({ messages: 200_000, seed: 20_260_301, collect: runInNewContext('gc') as () => void });
    // Not everything was broken so badly that only the first check was ever tried.
    for (const key of dialectKeys())
      if (!SILENT.includes(key)) expect([key, (figures.understood.get(key) ?? 0) > 50]).toEqual([key, true]);
    expect(figures.refused.get('malformed')).toBeGreaterThan(10_000);
    expect((figures.heap.at(-1) ?? Infinity) - (figures.heap[0] ?? 0)).toBeLessThan(8 << 20);
  }, 120_000);
});
