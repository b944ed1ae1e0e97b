import { readFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { examplesOf, join, slice, type Examples } from '../../agent/src/training/examples.js';
import { parseBehaviour, type Behaviour } from '../../simulators/src/settings/behaviour.js';
import { root, samplesOf } from './shops.js';

/** Neighbouring seconds of a stay say nearly the same: one moment in so many is looked at. */
const THINNING = 3;
/** The newest share of every run is kept for stopping and calibration. */
const VALIDATION_SHARE = 0.25;

export interface SimulatedShop {
  name: string;
  seeds: number[];
  behaviour: Behaviour;
}
interface Entry {
  name: string;
  seeds: number[];
  change: unknown;
}

/** `models/interest/behaviours.yaml`: the shops to learn from, and those to score on. */
export function simulatedShops(): { training: SimulatedShop[]; evaluation: SimulatedShop[] } {
  const base: unknown = parse(readFileSync(new URL('simulators/shops/behaviour.yaml', root), 'utf8'));
  const file = parse(readFileSync(new URL('models/interest/behaviours.yaml', root), 'utf8')) as Record<
    'training' | 'evaluation',
    Entry[]
  >;
  const shop = ({ name, seeds, change }: Entry): SimulatedShop => ({
    name,
    seeds,
    behaviour: parseBehaviour(stringify(merged(base, change)), `models/interest/behaviours.yaml: ${name}`),
  });
  return { training: file.training.map(shop), evaluation: file.evaluation.map(shop) };
}

function merged(base: unknown, change: unknown): unknown {
  if (!isMap(base) || !isMap(change)) return change ?? base;
  const all = { ...base };
  for (const [key, value] of Object.entries(change)) all[key] = merged(base[key], value);
  return all;
}
const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What one seed of a shop teaches in so many minutes, in order of time. */
export const examplesFrom = (shop: SimulatedShop, seed: number, minutes: number): Examples =>
  examplesOf(samplesOf({ behaviour: shop.behaviour, seed, minutes }).filter(({ n }) => n % THINNING === 0));

/** All seeds of all shops, each split by time. */
export function trainingExamples(
  shops: readonly SimulatedShop[],
  minutes: number,
  say: (text: string) => void,
): { training: Examples; validation: Examples } {
  const early: Examples[] = [];
  const late: Examples[] = [];
  for (const shop of shops) {
    for (const seed of shop.seeds) {
      const all = examplesFrom(shop, seed, minutes);
      const split = Math.floor(all.count * (1 - VALIDATION_SHARE));
      early.push(slice(all, 0, split));
      late.push(slice(all, split, all.count));
      say(`${shop.name}, seed ${seed}: ${all.count} moments`);
    }
  }
  return { training: join(early), validation: join(late) };
}
