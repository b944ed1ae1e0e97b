import { readFileSync } from 'node:fs';
import { parseStoreFile, type StoreFile } from '@aisle/contracts';
import { DeviceDecoder } from '../../agent/src/devices/registry.js';
import { indexStore } from '../../agent/src/devices/store-index.js';
import { createEngine } from '../../agent/src/domain/engine/engine.js';
import type { InterestSample } from '../../agent/src/domain/engine/engine-api.js';
import { NOISY } from '../../simulators/src/devices/settings.js';
import { Simulation } from '../../simulators/src/run/simulation.js';
import { parseBehaviour, type Behaviour } from '../../simulators/src/settings/behaviour.js';

/** The repository, also when this runs from dist/tests. */
export const root = new URL('../../', import.meta.url);
/** Monday, 09:00 in Shanghai. */
const START = Date.parse('2026-03-02T09:00:00+08:00');
const TIDY_EVERY_MESSAGES = 2_000;

export interface ShopRun {
  behaviour: Behaviour;
  seed: number;
  minutes: number;
  store?: StoreFile;
}

export const demoStore = (): StoreFile => {
  const file = new URL('simulators/shops/demo.yaml', root);
  return parseStoreFile(readFileSync(file, 'utf8'), 'demo.yaml');
};
export const behaviourOf = (path: string): Behaviour => parseBehaviour(readFileSync(new URL(path, root), 'utf8'), path);

/** Lives through a simulated shop with noisy devices, in this process, and gives what the agent's engine learnt of it. */
export function samplesOf({ behaviour, seed, minutes, store = demoStore() }: ShopRun): InterestSample[] {
  const engine = createEngine();
  engine.apply(0, { kind: 'configured', ts: START, version: 1, storeFile: store });
  const index = indexStore(store, 1);
  const decoder = new DeviceDecoder();
  const endTs = START + minutes * 60_000;
  const simulation = new Simulation({
    store,
    behaviour,
    seed,
    startTs: START,
    endTs,
    noise: true,
    settings: NOISY,
    families: new Set(['camera', 'shelf']),
    writeLedger: () => undefined,
  });
  const samples: InterestSample[] = [];
  let seq = 0;
  while (simulation.ts < endTs) {
    for (const { topic, payload } of simulation.advance()) {
      const deviceId = topic.split('/')[3] ?? '';
      const decoded = decoder.decode({ deviceId, topic, payload: Buffer.from(payload), receivedTs: endTs }, index);
      if (!decoded.ok) throw new Error(`${topic}: ${decoded.reason} ${decoded.message}`);
      for (const event of decoded.events) engine.apply((seq += 1), event);
      if (seq % TIDY_EVERY_MESSAGES > 0) continue;
      engine.takeFacts();
      engine.takeEvictions();
      engine.takeQuestions();
      samples.push(...engine.takeSamples());
    }
  }
  samples.push(...engine.takeSamples());
  return samples;
}
