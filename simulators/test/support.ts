import { readFileSync } from 'node:fs';
import { parseStoreFile, type StoreFile } from '@aisle/contracts';
import type { Message } from '../src/devices/message.js';
import { NOISELESS, NOISY } from '../src/devices/settings.js';
import { Simulation, type SimulationOptions } from '../src/run/simulation.js';
import { parseBehaviour, type Behaviour } from '../src/settings/behaviour.js';

const shops = new URL('../shops/', import.meta.url);
export const behaviourText = readFileSync(new URL('behaviour.yaml', shops), 'utf8');
export const demoStore = (): StoreFile =>
  parseStoreFile(readFileSync(new URL('demo.yaml', shops), 'utf8'), 'demo.yaml');
export const demoBehaviour = (): Behaviour => parseBehaviour(behaviourText, 'behaviour.yaml');
/** Monday, 09:00 in Shanghai. */
export const START = Date.parse('2026-03-02T09:00:00+08:00');

export interface Simulated {
  simulation: Simulation;
  ledger: string[];
  messages: { ts: number; message: Message }[];
}

export interface SimulateOptions {
  seed?: number;
  minutes?: number;
  noise?: boolean;
  store?: StoreFile;
  behaviour?: Behaviour;
  startTs?: number;
  stock?: Record<string, number>;
  pictures?: SimulationOptions['pictures'];
  /** called after every step */
  onStep?: (simulation: Simulation) => void;
  /** keep no messages, for long runs */
  forget?: boolean;
}

const kept = new Map<string, Simulated>();

/** A run of the unchanged demo shop, shared by the tests of a file. */
export function demoRun(
  options: { seed?: number; minutes?: number; noise?: boolean; startTs?: number } = {},
): Simulated {
  const key = JSON.stringify(options);
  let run = kept.get(key);
  if (!run) kept.set(key, (run = simulate(options)));
  return run;
}

/** Runs a simulation to its end in this process. */
export function simulate(options: SimulateOptions = {}): Simulated {
  const {
    seed = 1,
    minutes = 5,
    noise = true,
    store = demoStore(),
    behaviour = demoBehaviour(),
    startTs = START,
  } = options;
  const ledger: string[] = [];
  const messages: Simulated['messages'] = [];
  const endTs = startTs + minutes * 60_000;
  const simulation = new Simulation({
    store,
    behaviour,
    seed,
    startTs,
    endTs,
    noise,
    settings: noise ? NOISY : NOISELESS,
    families: new Set(['camera', 'shelf', 'till', 'screen']),
    ...(options.stock && { stock: options.stock }),
    ...(options.pictures && { pictures: options.pictures }),
    writeLedger: (line) => ledger.push(line),
  });
  while (simulation.ts < endTs) {
    const { ts } = simulation;
    for (const message of simulation.advance()) if (!options.forget) messages.push({ ts, message });
    options.onStep?.(simulation);
  }
  for (const message of simulation.finish()) messages.push({ ts: endTs, message });
  return { simulation, ledger, messages };
}

export const linesOf = <T = Record<string, unknown>>(ledger: readonly string[], type: string): T[] =>
  ledger.map((line) => JSON.parse(line) as { type: string }).filter((line) => line.type === type) as T[];
export const payloadsOf = <T>(simulated: Simulated, channel: string): T[] =>
  simulated.messages
    .filter(({ message }) => message.topic.endsWith(`/${channel}`))
    .map(({ message }) => JSON.parse(message.payload) as T);
