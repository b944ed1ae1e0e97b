/** Events and a small shop for the tests of the engine; chance from a seed. */
import {
  factKey,
  type ConfiguredEvent,
  type DomainEvent,
  type Fact,
  type SaleEvent,
  type StoreFile,
} from '@aisle/contracts';
import { createEngine } from '../../src/domain/engine/engine.js';
import type { Engine, EngineSnapshot, Outcome, StoredWindow } from '../../src/domain/engine/engine-api.js';

export const START = Date.UTC(2024, 4, 6, 2, 0, 0); // a Monday, 10:00 in Shanghai

/** A small generator of our own (mulberry32), so that a seed says it all. */
export function seeded(seed: number) {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const whole = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  const pick = <T>(list: readonly T[]): T => list[whole(0, list.length - 1)] as T;
  return { next, normal, whole, pick };
}
export type Seeded = ReturnType<typeof seeded>;

export const SHOP: StoreFile = {
  store: { id: 'demo', name: 'Demo', timezone: 'Asia/Shanghai', currency: 'CNY' },
  floor: { width: 12, depth: 8 },
  entrances: [
    {
      id: 'main',
      line: [
        [4, 8],
        [8, 8],
      ],
      inward: [0, -1],
    },
  ],
  passersBy: [
    {
      id: 'street',
      line: [
        [0, 9],
        [12, 9],
      ],
    },
  ],
  zones: [
    {
      id: 'dairy',
      kind: 'aisle',
      polygon: [
        [1, 1],
        [5, 1],
        [5, 4],
        [1, 4],
      ],
    },
    {
      id: 'bread',
      kind: 'aisle',
      polygon: [
        [5, 1],
        [9, 1],
        [7, 4],
        [5, 4],
      ],
    },
    {
      id: 'ad',
      kind: 'screen',
      polygon: [
        [2, 2],
        [7, 2],
        [7, 6],
        [2, 6],
      ],
    },
  ],
  products: [
    { gtin: 'milk', price: 12.5, unitGrams: 1000 },
    { gtin: 'yogurt', price: 4, unitGrams: 120 },
    { gtin: 'loose', price: 1 },
  ],
  fixtures: [
    {
      id: 'fx-1',
      zone: 'dairy',
      slots: [
        { id: 's1', gtin: 'milk', facings: 3 },
        { id: 's2', gtin: 'yogurt', facings: 1 },
      ],
    },
    {
      id: 'fx-2',
      zone: 'bread',
      slots: [
        { id: 's3', gtin: 'milk', facings: 1 },
        { id: 's4', gtin: 'loose' },
      ],
    },
  ],
  devices: [
    { id: 'cam-1', family: 'camera', dialect: 'aisle' },
    { id: 'cam-2', family: 'camera', dialect: 'aisle' },
    { id: 'shelf-1', family: 'shelf', dialect: 'aisle', fixture: 'fx-1' },
    { id: 'shelf-2', family: 'shelf', dialect: 'aisle', fixture: 'fx-2' },
    { id: 'shelf-any', family: 'shelf', dialect: 'aisle' },
    { id: 'counter', family: 'rfid', dialect: 'aisle' },
    { id: 'till-1', family: 'till', dialect: 'aisle' },
    { id: 'till-day', family: 'till', dialect: 'aisle', receiptScope: 'day' },
    { id: 'screen-1', family: 'screen', dialect: 'aisle', zone: 'ad' },
  ],
};

export const configured = (storeFile: StoreFile = SHOP, version = 1, ts = START): ConfiguredEvent => ({
  kind: 'configured',
  ts,
  version,
  storeFile,
});

let digests = 0;
const base = (deviceId: string, ts: number) => ({ deviceId, ts, receivedTs: ts, digest: `d${(digests += 1)}` });
/** People in metres. */
export const positions = (deviceId: string, ts: number, people: [string, number, number][]) => ({
  kind: 'positions' as const,
  ...base(deviceId, ts),
  people: people.map(([id, x, y]): [string, number, number] => [id, Math.round(x * 1000), Math.round(y * 1000)]),
});
export const weight = (deviceId: string, ts: number, slotId: string, grams: number) => ({
  kind: 'weight' as const,
  ...base(deviceId, ts),
  slotId,
  decigrams: Math.round(grams * 10),
});
export const crossing = (deviceId: string, ts: number, direction: 'in' | 'out', count = 1, entranceId = 'main') => ({
  kind: 'crossing' as const,
  ...base(deviceId, ts),
  entranceId,
  direction,
  count,
});
export const play = (ts: number, decisionId: string, over = {}) => ({
  kind: 'play' as const,
  ...base('screen-1', ts),
  decisionId,
  contentId: 'c1',
  startedTs: ts - 8000,
  endedTs: ts,
  completed: true,
  ...over,
});
export const state = (deviceId: string, ts: number, value: 'online' | 'offline' = 'online') => ({
  kind: 'deviceState' as const,
  ...base(deviceId, ts),
  state: value,
});
export function sale(
  deviceId: string,
  ts: number,
  receipt: string,
  lines: [gtin: string, quantity: number, netMinor: number][],
  source: 'till' | 'rest' = 'till',
): SaleEvent {
  const content = lines.map(([gtin, quantity, netMinor]) => ({
    gtin,
    quantityMicro: Math.round(quantity * 1e6),
    netMinor,
  }));
  return {
    kind: 'sale',
    ...base(deviceId, ts),
    source,
    receipt,
    lines: content,
    contentDigest: JSON.stringify([ts, content]),
  };
}

/** An engine with a table of windows behind it, used as the pipeline does; keeps the newest statement of every fact. */
export class Bench {
  engine: Engine;
  seq = 0;
  readonly facts = new Map<string, Fact>();
  readonly table = new Map<string, StoredWindow>();
  readonly asked: string[] = [];

  /** @param guarded whether looking at a window that nobody has required fails */
  constructor(
    storeFile: StoreFile | null = SHOP,
    engine?: Engine,
    private readonly guarded = false,
  ) {
    this.engine = engine ?? this.create();
    if (storeFile) this.apply(configured(storeFile));
  }

  static guarded(storeFile?: StoreFile): Bench {
    return new Bench(storeFile, undefined, true);
  }

  private create(snapshot?: EngineSnapshot): Engine {
    return createEngine(snapshot, {}, { guarded: this.guarded });
  }

  apply(event: DomainEvent): Outcome {
    const keys = this.engine.requires(event);
    if (keys.length > 0) {
      this.asked.push(...keys);
      this.engine.load(keys.flatMap((key) => this.table.get(key) ?? []));
    }
    this.seq += 1;
    return this.engine.apply(this.seq, event);
  }

  all(events: Iterable<DomainEvent>): this {
    for (const event of events) this.apply(event);
    return this;
  }

  take(): this {
    for (const fact of this.engine.takeFacts()) this.facts.set(factKey(fact), structuredClone(fact));
    return this;
  }

  evict(): number {
    const evicted = this.engine.takeEvictions();
    for (const window of evicted) this.table.set(window.key, JSON.parse(JSON.stringify(window)) as StoredWindow);
    return evicted.length;
  }

  /** Through JSON text, as the journal keeps it. */
  restart(): void {
    this.engine = this.create(JSON.parse(JSON.stringify(this.engine.snapshot())) as EngineSnapshot);
  }

  values<K extends Fact['kind']>(kind: K, subject?: string): Extract<Fact, { kind: K }>[] {
    this.take();
    return [...this.facts.values()]
      .filter(
        (fact): fact is Extract<Fact, { kind: K }> =>
          fact.kind === kind && (subject === undefined || fact.subject === subject),
      )
      .sort((a, b) => a.ts - b.ts);
  }

  /** All facts in one text; without revisions when arrival order differs. */
  text(withSeq = true): string {
    this.take();
    return JSON.stringify(
      [...this.facts]
        .sort((a, b) => (a[0] < b[0] ? -1 : 1))
        .map(([key, fact]) => [key, withSeq ? fact.seq : 0, fact.configVersion, fact.value]),
    );
  }
}

export const sum = (numbers: readonly number[]): number => numbers.reduce((total, value) => total + value, 0);
