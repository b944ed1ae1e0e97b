/** Shelves with everything that goes wrong on them, and the truth beside it; chance from a seed. */
import type { DomainEvent, StoreFile } from '@aisle/contracts';
import { START, weight, type Seeded } from './shop.js';

/** How a shelf measures and speaks. Grams and milliseconds. */
export interface ShelfKind {
  name: string;
  /** between samples in a hurry: around a change; 0: never, only the heartbeat */
  burstMs: number;
  heartbeatMs: number;
  sigmaGrams: number;
  /** steps of the scale, 0: none */
  quantumGrams: number;
  /** standard deviation of the drift after an hour */
  driftGrams: number;
  units: readonly number[];
}

export const KINDS: readonly ShelfKind[] = [
  { name: 'native at 4 Hz', burstMs: 250, heartbeatMs: 5_000, sigmaGrams: 5, quantumGrams: 0.1, driftGrams: 8, units: [60, 120, 330, 520, 1030] }, // prettier-ignore
  { name: 'fast at 10 Hz', burstMs: 100, heartbeatMs: 1_000, sigmaGrams: 4, quantumGrams: 1, driftGrams: 8, units: [80, 250, 750] }, // prettier-ignore
  { name: 'quantised, over BLE', burstMs: 500, heartbeatMs: 5_000, sigmaGrams: 4, quantumGrams: 10, driftGrams: 8, units: [120, 400, 1000] }, // prettier-ignore
  { name: 'sparse', burstMs: 0, heartbeatMs: 30_000, sigmaGrams: 4, quantumGrams: 1, driftGrams: 8, units: [200, 600] }, // prettier-ignore
];
export const TARE = 400;
export const CAPACITY = 24;

export interface Truth {
  slotId: string;
  ts: number;
  taken: number;
}
export interface ShelfDay {
  storeFile: StoreFile;
  events: DomainEvent[];
  truth: Truth[];
  /** units at the end */
  stock: Map<string, number>;
  /** [slot, since, until]: the times for which a slot was truly empty */
  empty: [slotId: string, from: number, to: number][];
}

/** Hours of one shelf of each kind, 4 to 6 slots side by side. */
export function shelfDay(random: Seeded, kind: ShelfKind, hours: number): ShelfDay {
  const slots = kind.units.map((grams, index) => ({ id: `s${index + 1}`, gtin: `p${index + 1}`, grams }));
  const storeFile: StoreFile = {
    store: { id: 'demo', name: 'Demo', timezone: 'UTC', currency: 'EUR' },
    floor: { width: 5, depth: 5 },
    products: slots.map(({ gtin, grams }) => ({ gtin, unitGrams: grams })),
    fixtures: [{ id: 'fx', slots: slots.map(({ id, gtin }) => ({ id, gtin, tareGrams: TARE, capacity: CAPACITY })) }],
    devices: [{ id: 'shelf-1', family: 'shelf', dialect: 'aisle', fixture: 'fx' }],
  };
  const day: ShelfDay = { storeFile, events: [], truth: [], stock: new Map(), empty: [] };
  for (const { id, grams } of slots)
    oneSlot(
      random,
      kind,
      id,
      grams,
      slots.map((slot) => slot.grams).filter((other) => other !== grams),
      hours,
      day,
    );
  day.events = faulty(random, day.events as Weight[]);
  return day;
}

type Weight = ReturnType<typeof weight>;

function oneSlot(
  random: Seeded,
  kind: ShelfKind,
  slotId: string,
  unit: number,
  others: number[],
  hours: number,
  day: ShelfDay,
): void {
  // prettier-ignore
  let units = random.whole(12, CAPACITY);
  // Goods are not all alike, but one by one they stay as they are.
  const items = Array.from({ length: units }, () => itemOf(random, unit));
  let foreign = 0;
  let drift = 0;
  let ts = START + random.whole(0, 4_000);
  let emptyFrom: number | undefined;
  const send = (extra = 0) => {
    const gross = TARE + items.reduce((sum, grams) => sum + grams, 0) + foreign + drift + extra;
    const noisy = gross + random.normal() * kind.sigmaGrams;
    const told = kind.quantumGrams > 0 ? Math.round(noisy / kind.quantumGrams) * kind.quantumGrams : noisy;
    day.events.push(weight('shelf-1', Math.round(ts), slotId, told));
  };
  const step = (ms: number) => {
    drift += random.normal() * kind.driftGrams * Math.sqrt(ms / 3_600_000);
    ts += ms;
  };
  const burst = (samples: number) => {
    if (kind.burstMs === 0) return;
    for (let sample = 0; sample < samples; sample += 1) {
      send();
      step(kind.burstMs);
    }
  };
  /** A hand presses on the shelf, or lifts, for up to a second. */
  const hand = () => {
    const peak = (60 + random.next() * 500) * (random.next() < 0.85 ? 1 : -0.4);
    const lasts = 300 + random.next() * 800;
    if (kind.burstMs === 0) {
      ts += lasts; // nobody asks at that moment
      return;
    }
    for (let at = random.next() * kind.burstMs; at < lasts; at += kind.burstMs) {
      send(peak * Math.sin((Math.PI * at) / lasts));
      step(kind.burstMs);
    }
  };
  const move = (taken: number) => {
    day.truth.push({ slotId, ts: Math.round(ts), taken });
    if (taken > 0) items.splice(random.whole(0, items.length - taken), taken);
    else for (let more = 0; more < -taken; more += 1) items.push(itemOf(random, unit));
    units -= taken;
    if (units === 0) emptyFrom ??= ts;
    else if (emptyFrom !== undefined) {
      day.empty.push([slotId, emptyFrom, ts]);
      emptyFrom = undefined;
    }
  };
  const samples = Math.ceil(1_500 / Math.max(1, kind.burstMs)) + 1;
  const end = START + hours * 3_600_000;
  send();
  for (;;) {
    // At a sparse shelf people come less often than it speaks, else nobody could tell.
    const quiet = kind.burstMs === 0 ? random.whole(100, 400) * 1000 : random.whole(10, 150) * 1000;
    for (const until = Math.min(end, ts + quiet); ts < until;) {
      step(kind.heartbeatMs + random.whole(-100, 100));
      send();
    }
    if (ts >= end) break;
    const chance = random.next();
    if (chance < 0.1) hand();
    else if (chance < 0.14 && foreign === 0) {
      // Somebody puts something down: a phone, or a product of the slot beside it.
      foreign = random.next() < 0.6 && others.length > 0 ? itemOf(random, random.pick(others)) : random.whole(30, 900);
      // What weighs as much as whole units cannot be told from them by weight.
      const nearest = Math.max(1, Math.round(foreign / unit)) * unit;
      if (Math.abs(foreign - nearest) < 0.3 * unit) foreign = 0;
    } else if (chance < 0.22 && foreign > 0) foreign = 0;
    else {
      if (random.next() < 0.4) hand();
      if (units <= 4 && random.next() < 0.5) move(-random.whole(2, CAPACITY - units));
      else {
        const back = random.next() < 0.2 && units < CAPACITY;
        move(back ? -1 : Math.min(units, random.pick([1, 1, 1, 1, 2, 3])) || -2);
        if (random.next() < 0.1 && units > 1) {
          // Another one right behind it.
          burst(random.whole(0, samples));
          move(1);
        }
      }
    }
    burst(samples + 4);
  }
  for (let beat = 0; beat < 3; beat += 1) {
    step(kind.heartbeatMs);
    send();
  }
  if (emptyFrom !== undefined) day.empty.push([slotId, emptyFrom, ts]);
  day.stock.set(slotId, units);
}

const itemOf = (random: Seeded, unit: number): number => unit * (1 + 0.015 * random.normal());

/** One message in a hundred lost, some doubled, late, out of order or garbled into another number. */
function faulty(random: Seeded, events: Weight[]): DomainEvent[] {
  const sent: { at: number; event: Weight }[] = [];
  for (const event of [...events].sort((a, b) => a.ts - b.ts)) {
    const chance = random.next();
    if (chance < 0.01) continue;
    const late = chance < 0.02 ? random.whole(1_000, 60_000) : chance < 0.03 ? random.whole(100, 1_500) : 0;
    const garbled = random.next() < 0.001 ? { ...event, decigrams: random.whole(-20_000, 300_000) } : event;
    sent.push({ at: event.ts + late, event: garbled });
    if (random.next() < 0.01) sent.push({ at: event.ts + random.whole(0, 20_000), event: garbled });
  }
  return sent.sort((a, b) => a.at - b.at).map(({ event }) => event);
}
