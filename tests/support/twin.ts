import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseStoreFile, type StoreFile } from '@aisle/contracts';
import { readBehaviour } from '../../simulators/src/adapters/files.js';
import { NOISY, type DeviceSettings } from '../../simulators/src/devices/settings.js';
import type { Message } from '../../simulators/src/devices/message.js';
import { parseFaults } from '../../simulators/src/faults/fault-file.js';
import { FaultyShop, type RunningShop } from '../../simulators/src/faults/faulty-shop.js';
import { FaultyLine } from '../../simulators/src/faults/line.js';
import { FaultPlan } from '../../simulators/src/faults/plan.js';
import type { Outlets } from '../../simulators/src/run/other-devices.js';
import { Simulation, type SimulationOptions } from '../../simulators/src/run/simulation.js';
import type { OutOfStock } from '../../simulators/src/world/planned.js';
import { root } from './system.js';

/** Monday, 09:00 in Shanghai, and a few milliseconds: runs begin at any. */
export const TWIN_START = Date.parse('2026-03-02T09:00:00.017+08:00');
const FAMILIES = ['camera', 'shelf', 'rfid', 'ble', 'till', 'screen'];
const shops = path.join(root, 'simulators/shops');
const read = (name: string): string => readFileSync(path.join(shops, name), 'utf8');

export const twinStore = (): StoreFile => parseStoreFile(read('all-dialects.yaml'), 'all-dialects.yaml');

export interface Twin {
  shop: RunningShop;
  simulation: Simulation;
  line: FaultyLine | undefined;
  store: StoreFile;
  ledger: string[];
  endTs: number;
}

/** The shop of all dialects in this process, with or without the default faults. */
export function openTwin(options: {
  seed: number;
  minutes: number;
  store?: StoreFile;
  faults?: boolean;
  outOfStock?: readonly OutOfStock[];
  outlets?: Outlets;
  startTs?: number;
  /** units and tags on the shelves at the start, of a shop that goes on */
  goods?: Pick<SimulationOptions, 'stock' | 'tags'>;
  /** how good the devices are (noisy), and which there are (all) */
  settings?: DeviceSettings;
  families?: readonly string[];
}): Twin {
  const { seed, store = twinStore(), startTs = TWIN_START, settings = NOISY, families = FAMILIES } = options;
  const endTs = startTs + options.minutes * 60_000;
  const ledger: string[] = [];
  const plan = options.faults
    ? new FaultPlan(parseFaults(read('faults.yaml'), 'faults.yaml'), store, seed, startTs)
    : undefined;
  const simulation = new Simulation({
    store,
    behaviour: readBehaviour(path.join(shops, 'all-dialects.behaviour.yaml')),
    seed,
    startTs,
    endTs,
    noise: true,
    settings: plan ? plan.settings(settings) : settings,
    families: new Set(families),
    ...(plan && { ailments: plan }),
    ...(options.outOfStock && { outOfStock: options.outOfStock }),
    ...(options.outlets && { outlets: options.outlets }),
    ...options.goods,
    writeLedger: (text) => ledger.push(text),
  });
  const line = plan && new FaultyLine(plan, store, seed);
  return { shop: line ? new FaultyShop(simulation, line) : simulation, simulation, line, store, ledger, endTs };
}

/** Everything that the twin says, with the time at which it does. */
export function* saidBy({ shop, endTs }: Twin): Generator<{ ts: number; message: Message }> {
  while (shop.ts < endTs) {
    const { ts } = shop;
    for (const message of shop.advance()) yield { ts, message };
  }
  for (const message of shop.finish()) yield { ts: endTs, message };
}

export const linesOf = <T>(ledger: readonly string[], type: string): T[] =>
  ledger.map((text) => JSON.parse(text) as { type: string }).filter((line) => line.type === type) as T[];
