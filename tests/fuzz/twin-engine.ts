import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  factKey,
  type DeviceEvent,
  type DomainEvent,
  type Fact,
  type FactKind,
  type FactOf,
  type StoreFile,
  type TillSale,
} from '@aisle/contracts';
import { DeviceDecoder, digestOf } from '../../agent/src/devices/registry.js';
import { indexStore } from '../../agent/src/devices/store-index.js';
import { saleOf } from '../../agent/src/devices/till/aisle.js';
import type { Engine, EngineObserver, StoredWindow } from '../../agent/src/domain/engine/engine-api.js';
import { createEngine } from '../../agent/src/domain/engine/engine.js';
import { DeviceClocks } from '../../agent/src/fleet/device-clocks.js';
import { Receivers } from '../../agent/src/pipeline/ble/receivers.js';
import { TagThinner } from '../../agent/src/pipeline/tag-thinner.js';
import { count, perMinuteKey, readLedger } from '../../simulators/src/score/ledger-file.js';
import { readSlotTruth } from '../../simulators/src/score/slot-truth.js';
import type { SystemFigures } from '../../simulators/src/score/system-figures.js';
import { twinFigures, type Figure, type SlotFigures } from '../../simulators/src/score/twin-figures.js';
import { openTwin, saidBy } from '../support/twin.js';
import { seeded } from '../../agent/test/domain/shop.js';

/** What is left of an hour of the twin in this process. */
export interface EngineHour {
  figures: Figure[];
  ledger: readonly string[];
  facts: ReadonlyMap<string, Fact>;
}

/**
 * The messages of a twin through the agent's decoders and engine, without a broker, a journal or a cloud: what is right or wrong there is
 * the engine's own. Alerts are looked at when all is over, so how late they came is not known.
 */
export async function engineHour(options: Omit<Parameters<typeof openTwin>[0], 'outlets'>): Promise<EngineHour> {
  const sold: string[] = [];
  const twin = openTwin({ ...options, outlets: { rest: (sale) => void sold.push(sale) } });
  const agent = new AgentInMemory(twin.store, twin.shop.ts);
  for (const { ts, message } of saidBy(twin)) {
    agent.hear(message.topic, Buffer.from(message.bytes ?? message.payload), ts);
    for (const sale of sold.splice(0)) agent.sell(sale, ts);
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'aisle-ledger-'));
  try {
    const file = path.join(folder, 'ledger.jsonl');
    writeFileSync(file, twin.ledger.join('\n'));
    const truth = await readLedger(file);
    const slotTruth = await readSlotTruth(file, truth.fromTs, truth.toTs);
    const facts = agent.facts();
    const { system, slots } = figuresOf(twin.store, [...facts.values()], truth.fromTs, truth.toTs);
    return { figures: twinFigures(truth, slotTruth, system, slots, undefined), ledger: twin.ledger, facts };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The agent between its broker and its outbox. */
export class AgentInMemory {
  private readonly engine: Engine;
  private readonly table = new Map<string, StoredWindow>();
  private readonly stated = new Map<string, Fact>();
  private readonly decoder = new DeviceDecoder();
  private readonly clocks = new DeviceClocks();
  private readonly tags = new TagThinner();
  private readonly receivers: Receivers;
  private readonly index;
  private seq = 0;
  private tidyTs = 0;

  constructor(store: StoreFile, startTs: number, observer?: EngineObserver) {
    this.engine = createEngine(undefined, observer);
    this.index = indexStore(store, 1);
    const random = seeded(1);
    let ids = 0;
    this.receivers = new Receivers({
      random: { next: random.next, id: () => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}` },
      heard: () => undefined,
      refuse: () => undefined,
    });
    this.apply({ kind: 'configured', ts: startTs, version: 1, storeFile: store });
  }

  hear(topic: string, payload: Buffer, receivedTs: number): void {
    const events: DeviceEvent[] = [];
    for (const deviceId of this.index.topics.devicesOn(topic)) {
      const read = this.decoder.decode({ deviceId, topic, payload, receivedTs, connection: this }, this.index);
      if (!read.ok) continue;
      events.push(...read.events);
      const receiver = this.index.devices.get(deviceId);
      if (read.adverts && receiver) events.push(...this.receivers.take(receiver, read.adverts, this.index, receivedTs));
    }
    for (const event of this.tags.thin(this.clocks.set(events, receivedTs, this.index), this.index).events)
      this.apply(event);
    if (receivedTs - this.tidyTs < 60_000) return;
    this.tidyTs = receivedTs;
    this.tidy();
  }

  /** A sale by REST. */
  sell(text: string, receivedTs: number): void {
    const store = this.index;
    const digest = digestOf('rest/sale', Buffer.from(text));
    const read = saleOf(JSON.parse(text) as TillSale, {
      deviceId: 'rest',
      source: 'rest',
      receivedTs,
      digest,
      digitsAt: (ts) => store.digitsAt(ts),
      memberHash: undefined,
    });
    if (!read.ok) throw new Error(`${read.problem.field} ${read.problem.message}`);
    this.apply(read.value);
  }

  /** What is not a device's: a campaign, a decision. */
  tell(event: DomainEvent): void {
    this.apply(event);
  }

  get screens(): Engine['screens'] {
    return this.engine.screens;
  }

  audienceOf(zoneId: string): ReturnType<Engine['audienceOf']> {
    return this.engine.audienceOf(zoneId);
  }

  facts(): ReadonlyMap<string, Fact> {
    this.tidy();
    return this.stated;
  }

  private apply(event: DomainEvent): void {
    const keys = this.engine.requires(event);
    if (keys.length > 0) this.engine.load(keys.flatMap((key) => this.table.get(key) ?? []));
    this.seq += 1;
    this.engine.apply(this.seq, event);
  }

  private tidy(): void {
    for (const fact of this.engine.takeFacts()) this.stated.set(factKey(fact), structuredClone(fact));
    for (const window of this.engine.takeEvictions()) this.table.set(window.key, structuredClone(window));
  }
}

/** What the cloud would answer of these facts, as far as the score asks. */
export function figuresOf(
  store: StoreFile,
  facts: readonly Fact[],
  fromTs: number,
  toTs: number,
): { system: SystemFigures; slots: SlotFigures } {
  const of = <K extends FactKind>(kind: K): FactOf<K>[] =>
    facts.filter((fact) => fact.kind === kind && fact.ts >= fromTs && fact.ts < toTs) as unknown as FactOf<K>[];
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, value) => total + value, 0);
  const sales = of('sale').map(({ value }) => value);
  const lines = sales.flatMap((sale) => sale.lines);
  const money = (minor: number): number => minor / 100;
  const footfall = (store.entrances ?? []).map(({ id }) => {
    const own = of('crossings').filter(({ subject }) => subject === id);
    return {
      entranceId: id,
      in: sum(own.map(({ value }) => value.in)),
      out: sum(own.map(({ value }) => value.out)),
    };
  });
  const zones = [...(store.zones ?? []).map(({ id }) => id), null].map((id) => {
    const own = of('zone').filter(({ subject }) => subject === id);
    const sold = lines.map(({ netMinor, shares }) =>
      id === null && shares.length === 0
        ? netMinor
        : sum(shares.filter(({ zoneId }) => zoneId === id).map((share) => share.netMinor)),
    );
    return {
      zoneId: id ?? 'unplaced',
      visits: sum(own.map(({ value }) => value.visits)),
      visitors: sum(own.map(({ value }) => value.visitors)),
      dwellSeconds: { total: sum(own.map(({ value }) => value.dwellMs)) / 1000 },
      salesNet: money(sum(sold)),
      coverage: 1,
    };
  });
  const products = [...new Set(lines.map(({ gtin }) => gtin))].map((gtin) => {
    const own = lines.filter((line) => line.gtin === gtin);
    return {
      gtin,
      units: sum(own.map(({ quantityMicro }) => quantityMicro)) / 1e6,
      salesNet: money(sum(own.map(({ netMinor }) => netMinor))),
    };
  });
  const shoppers = {
    salesNet: money(sum(sales.map(({ netMinor }) => netMinor))),
    transactions: sales.filter(({ transaction }) => transaction).length,
  };
  const none = { byProduct: new Map(), byZone: new Map() };
  const slots: SlotFigures = { slots: [], pickups: new Map(), putbacks: new Map(), alerts: [] };
  for (const { subject, ts, value } of of('slot')) {
    if (value.pickups) count(slots.pickups, perMinuteKey(subject, ts), value.pickups);
    if (value.putbacks) count(slots.putbacks, perMinuteKey(subject, ts), value.putbacks);
  }
  const last = new Map(
    of('slot')
      .sort((a, b) => a.ts - b.ts)
      .map((fact) => [fact.subject, fact.value.stock]),
  );
  return {
    system: { footfall, zones, products, shoppers, pickups: none, putbacks: none } as unknown as SystemFigures,
    slots: {
      ...slots,
      slots: [...last].map(([slotId, stock]) => ({ slotId, stock })) as unknown as SlotFigures['slots'],
      alerts: of('incident').map(({ value }) => ({
        alertId: '',
        kind: value.what,
        subject: value.subject,
        since: new Date(value.since).toISOString(),
        until: value.until === null ? null : new Date(value.until).toISOString(),
      })),
    },
  };
}
