import { expect, it } from 'vitest';
import { factKey, type Fact } from '@aisle/contracts';
import { createEngine } from '../../src/domain/engine/engine.js';
import type { Engine, EngineSnapshot } from '../../src/domain/engine/engine-api.js';
import { interleave, randomDay } from './random-day.js';
import { configured, seeded, SHOP } from './shop.js';

const PARTS = [
  ...[
    'badges',
    'blocks',
    'cameras',
    'campaigns',
    'config',
    'coverage',
    'crossings',
    'detectorWatch',
    'echoes',
    'floor',
  ],
  ...['freshness', 'incidents', 'interest', 'liveHeat', 'ordering', 'records', 'refusals', 'rfid', 'sales', 'shelves'],
  ...['smart', 'staffDoors', 'stitching', 'stock', 'tillsAway', 'viewings', 'windows'],
];
const GARBLED: unknown[] = [null, 'x', 7, [1], [[1]], {}, { a: 1 }];

it('a part’s state of another type is refused at once, or changes nothing: what comes behind it breaks no agent', () => {
  const random = seeded(5);
  const stream = [configured(SHOP), ...interleave(random, randomDay(random, 5), true)];
  const half = Math.floor(stream.length / 2);
  const goOn = (engine: Engine, from: number, to: number): [string, Fact][] => {
    stream.slice(from, to).forEach((event, index) => engine.apply(from + index + 1, event));
    return engine.takeFacts().map((fact) => [factKey(fact), fact]);
  };
  const before = createEngine();
  goOn(before, 0, half);
  const snapshot = JSON.stringify(before.snapshot());
  const expected = goOn(before, half, half + 200);
  const names = Object.keys((JSON.parse(snapshot) as { data: { parts: object } }).data.parts);
  // A snapshot of an earlier release is found by them.
  expect(names).toEqual(expect.arrayContaining(PARTS));
  let refused = 0;
  for (const name of names)
    for (const garbled of GARBLED) {
      const changed = JSON.parse(snapshot) as EngineSnapshot & { data: { parts: Record<string, { state: unknown }> } };
      const part = changed.data.parts[name] as { state: unknown };
      if (JSON.stringify(part.state) === JSON.stringify(garbled)) continue;
      part.state = garbled;
      let engine: Engine;
      try {
        engine = createEngine(changed);
      } catch {
        refused += 1;
        continue;
      }
      expect(new Map(goOn(engine, half, half + 200)), `${name}: ${JSON.stringify(garbled)}`).toEqual(new Map(expected));
    }
  expect(refused).toBeGreaterThan(names.length);
});
