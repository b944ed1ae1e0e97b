import { DAY_MS, devicesOf, slotGroup, type DomainEvent, type RefusalReason, type SaleEvent } from '@aisle/contracts';
import { sharesOf, type Origin } from './attribution.js';
import { ByTime } from './by-time.js';
import { Receipts } from './receipts.js';
import {
  ATTRIBUTION_MS,
  isUnsensed,
  originsOf,
  saleValue,
  unitsOf,
  type SaleData,
  type SaleLineData,
  type SlotShare,
} from './sale-lines.js';
import type { NetChange, SlotWindows } from './slot-windows.js';
import type { Coverage } from '../core/coverage.js';
import type { EnginePart } from '../core/engine-part.js';
import type { SilentCells } from '../core/silent-cells.js';
import type { SlotModel, StoreModel } from '../core/store-model.js';
import type { InForce } from '../core/versions.js';
import type { Window, WindowKind, WindowStore } from '../core/window-store.js';

/** What arrives late revises a sale up to so far behind the newest event, however far single devices have got. */
export const JOIN_REACH_MS = DAY_MS;
/** However late the shelves: beyond so many sales the oldest are not revised any more. */
const OPEN_SALES_LIMIT = 20_000;

/** Sales, their receipts, and which slots they came from (SEMANTICS §17, §18). */
export class Sales implements EnginePart {
  readonly name = 'sales';
  readonly version = 3;
  private readonly windows: WindowKind<SaleData>;
  private readonly receipts: Receipts;
  /** Sales that may still be revised, oldest arrival first; by what may do so. */
  private readonly open = new Map<string, Window<SaleData>>();
  private readonly byGtin = new Map<string, ByTime<Window<SaleData>>>();
  private readonly bySensor = new Map<string, ByTime<Window<SaleData>>>();
  private readonly returnsOf = new Map<string, Set<Window<SaleData>>>();
  /** oldest and newest event time of goods; a clock that is ahead of the agent's counts as the agent's */
  private firstTs = Infinity;
  private newestTs = -Infinity;
  private unjoinedItems = 0;
  private unjoinedReturns = 0;
  /** of the newest event that replaced what a file had told */
  replacedSeq = -1;
  private readonly soldListeners: ((ts: number, gtin: string, unitsMicro: number, netMinor: number) => void)[] = [];
  /** who senses which slot */
  private readonly sensors = new WeakMap<StoreModel, Map<string, readonly string[]>>();

  constructor(
    private readonly store: WindowStore,
    private readonly slots: SlotWindows,
    private readonly versions: InForce,
    private readonly coverage: Coverage,
    private readonly cells: Pick<SilentCells, 'requireSilent' | 'silentBetween'>,
  ) {
    this.windows = store.kind<SaleData>({
      name: 'sale',
      create: () => ({ receipt: '', deviceId: '', contentDigest: '', lines: [] }),
      save: (data) => structuredClone(data),
      restore: (json) => structuredClone(json as SaleData),
      fact: { kind: 'sale', value: ({ data }) => saleValue(data) },
      pinned: (window) => this.open.get(window.subject) === window,
      dropped: true,
    });
    this.receipts = new Receipts(store, (key) => this.open.has(key));
    coverage.onSensed((deviceId, from, to) => this.sensed(deviceId, from, to));
  }

  require(keys: string[], event: DomainEvent): void {
    const { model } = this.versions;
    if (event.kind !== 'sale' || !model) return;
    this.receipts.require(keys, this.receipts.keyOf(model, event));
    const named = this.receipts.namedBy(model, event);
    if (named !== undefined) this.receipts.require(keys, named);
    const { ts } = event;
    for (const { gtin } of event.lines) {
      const slots = this.slotsOf(gtin, ts);
      if (slots.length < 2) continue;
      for (const slot of slots) {
        this.slots.requireBetween(keys, slot.id, ts - ATTRIBUTION_MS, ts);
        for (const id of this.sensorsOf(slot, ts)) this.coverage.requireSensed(keys, id, ts - ATTRIBUTION_MS, ts);
        this.cells.requireSilent(keys, slot.id, ts - ATTRIBUTION_MS, ts);
      }
    }
  }

  /** @param listener hears of each line of a sale, and of its opposite where a file takes it back */
  onSold(listener: (ts: number, gtin: string, unitsMicro: number, netMinor: number) => void): void {
    this.soldListeners.push(listener);
  }

  /** Whether the receipt is known already, however long ago. */
  known(model: StoreModel, event: SaleEvent): RefusalReason | undefined {
    return this.receipts.known(this.receipts.keyOf(model, event), event);
  }

  /** Whether a file tells anew what an earlier file of the till has told of this receipt. */
  replaces(model: StoreModel, event: SaleEvent): boolean {
    return this.receipts.replacedTs(model, event) !== undefined;
  }

  apply(model: StoreModel, event: SaleEvent): void {
    const { ts, receipt, deviceId, contentDigest, fromFile, member } = event;
    this.heard(ts, event.receivedTs);
    const key = this.receipts.keyOf(model, event);
    const named = this.receipts.namedBy(model, event);
    const before = this.receipts.replacedTs(model, event);
    if (before !== undefined) this.takeBack(key, before, event);
    const window = this.windows.get(ts, key, this.versions.at(ts)?.version);
    Object.assign(window.data, {
      ...{ receipt, deviceId, contentDigest },
      ...(named !== undefined && { named }),
      ...(fromFile && { fromFile }),
      ...(member !== undefined && { member }),
    });
    if (named !== undefined && this.receipts.has(named)) window.data.joined = true;
    window.data.lines = event.lines.map((line) => this.lineOf(line, ts, named));
    for (const { gtin, quantityMicro, netMinor } of window.data.lines)
      for (const listener of this.soldListeners) listener(ts, gtin, quantityMicro, netMinor);
    if (named !== undefined || window.data.lines.some(isOpen)) this.openSale(window);
    this.stated(window);
    if (this.open.size > OPEN_SALES_LIMIT) this.pin();
    for (const oldest of this.open.values()) {
      if (this.open.size <= OPEN_SALES_LIMIT) break;
      this.close(oldest);
    }
  }

  /** What was told of a receipt holds no longer; at another time than the new one it is stated as nothing. */
  private takeBack(key: string, ts: number, event: SaleEvent): void {
    this.replacedSeq = this.store.seq;
    const old = this.open.get(key);
    if (old) this.close(old);
    if (ts === event.ts) return;
    const window = this.windows.get(ts, key, this.versions.at(ts)?.version);
    const { receipt, deviceId, contentDigest } = event;
    Object.assign(window.data, { receipt, deviceId, contentDigest, lines: [] });
    this.store.changed(window);
  }

  /** Goods have been sensed or sold at `ts`, as somebody said at `receivedTs`. */
  heard(ts: number, receivedTs: number): void {
    this.firstTs = Math.min(this.firstTs, ts);
    this.newestTs = Math.max(this.newestTs, Math.min(ts, receivedTs));
  }

  /** Shoppers took so many more items from a slot: sales of the hour after it are attributed anew. */
  moved(slotId: string, { ts, items, gtin }: NetChange): void {
    if (ts < this.newestTs - JOIN_REACH_MS) {
      if (this.slotsOf(gtin, ts).length > 1) this.unjoinedItems += Math.abs(items);
      return;
    }
    for (const window of this.byGtin.get(gtin)?.within(ts, ts + ATTRIBUTION_MS) ?? [])
      this.revise(window, ({ line, slot }) => {
        if (line.gtin !== gtin || slot.slotId !== slotId) return;
        slot.taken += items;
        slot.heard = true;
      });
  }

  /** What found its counterpart never, or too late (SEMANTICS §17). */
  unjoined(): Unjoined {
    return { pickups: this.unjoinedItems, returns: this.unjoinedReturns };
  }

  /** A device has been sensing in [from, to). */
  private sensed(deviceId: string, from: number, to: number): void {
    for (const window of this.bySensor.get(deviceId)?.within(from, to + ATTRIBUTION_MS) ?? []) {
      const ms = Math.min(to, window.ts) - Math.max(from, window.ts - ATTRIBUTION_MS);
      if (ms <= 0) continue;
      this.revise(window, ({ slot }) => {
        for (const sensor of slot.sensors ?? []) if (sensor[0] === deviceId) sensor[1] += ms;
      });
    }
  }

  private revise(window: Window<SaleData>, change: (of: { line: SaleLineData; slot: SlotShare }) => void): void {
    let isOther = false;
    for (const line of window.data.lines) {
      const before = line.slots.map(({ taken, unsensed }) => ({ taken, unsensed: unsensed ?? false }));
      for (const slot of line.slots) {
        change({ line, slot });
        slot.unsensed = isUnsensed(slot, window.ts, this.firstTs);
      }
      // Nearly always all is as it was.
      if (line.slots.every((slot, at) => slot.taken === before[at]?.taken && slot.unsensed === before[at].unsensed))
        continue;
      const old = { ...line, slots: line.slots.map((slot, at) => ({ ...slot, ...before[at] })) };
      if (JSON.stringify(sharesOf(old)) !== JSON.stringify(sharesOf(line))) isOther = true;
    }
    if (isOther) this.stated(window);
  }

  /** Where a sale came from is known, or known better: returns of it follow. */
  private stated(window: Window<SaleData>): void {
    const origins = this.state(window);
    for (const given of this.returnsOf.get(window.subject) ?? []) {
      given.data.joined = true;
      for (const line of given.data.lines) follow(line, origins.get(line.gtin));
      this.state(given);
    }
  }

  private state(window: Window<SaleData>): ReadonlyMap<string, Origin[]> {
    const { data, ts, subject } = window;
    this.store.changed(window);
    const origins = new Map(data.lines.map((line) => [line.gtin, originsOf(line)]));
    const receipt = { contentDigest: data.contentDigest, ts, lines: [...origins] };
    this.receipts.state(subject, receipt, data.fromFile ? data.deviceId : undefined);
    return origins;
  }

  private lineOf(line: SaleEvent['lines'][number], ts: number, named: string | undefined): SaleLineData {
    const products = this.versions.at(ts)?.model.products;
    const gtin = products?.itemOf(line.gtin) ?? line.gtin;
    const found = this.slotsOf(line.gtin, ts);
    const data: SaleLineData = {
      gtin,
      netMinor: line.netMinor,
      ...unitsOf(line, products?.find(line.gtin), products?.isLabel(line.gtin) ?? false),
      slots: found.map((slot) => this.shareOf(slot, gtin, ts, found.length > 1)),
    };
    if (named !== undefined) follow(data, this.receipts.originsOf(named, gtin));
    return data;
  }

  private shareOf(slot: SlotModel, gtin: string, ts: number, isOneOfMany: boolean): SlotShare {
    const { id: slotId, zoneId, facings } = slot;
    if (!isOneOfMany) return { slotId, zoneId, facings, taken: 0 };
    const from = ts - ATTRIBUTION_MS;
    const silent = this.cells.silentBetween(slotId, from, ts);
    const share: SlotShare = {
      ...{ slotId, zoneId, facings, taken: this.slots.taken(slotId, gtin, from, ts) },
      sensors: this.sensorsOf(slot, ts).map((id) => [
        id,
        Math.max(0, this.coverage.sensedBetween(id, from, ts) - silent),
      ]),
      heard: slot.weighed || this.slots.isStatedWithin(slotId, from, ts),
    };
    return { ...share, unsensed: isUnsensed(share, ts, this.firstTs) };
  }

  private sensorsOf(slot: SlotModel, ts: number): readonly string[] {
    const model = this.versions.at(ts)?.model;
    if (!model) return [];
    let ofModel = this.sensors.get(model);
    if (!ofModel) this.sensors.set(model, (ofModel = new Map()));
    let ids = ofModel.get(slot.id);
    if (!ids) ofModel.set(slot.id, (ids = devicesOf(slotGroup(model.storeFile, slot.id))));
    return ids;
  }

  /** What stood where at `ts`. */
  private slotsOf(code: string, ts: number): readonly SlotModel[] {
    const model = this.versions.at(ts)?.model;
    return model?.slotsByGtin.get(model.products.itemOf(code)) ?? [];
  }

  private openSale(window: Window<SaleData>): void {
    this.open.set(window.subject, window);
    for (const line of window.data.lines) {
      if (!isOpen(line)) continue;
      index(this.byGtin, line.gtin, window);
      for (const id of sensorsIn(line)) index(this.bySensor, id, window);
    }
    const { named } = window.data;
    if (named !== undefined) this.returnsOf.set(named, (this.returnsOf.get(named) ?? new Set()).add(window));
  }

  private close(window: Window<SaleData>): void {
    this.open.delete(window.subject);
    if (window.data.named !== undefined && !window.data.joined)
      this.unjoinedReturns += window.data.lines.filter(({ quantityMicro }) => quantityMicro < 0).length;
    for (const line of window.data.lines) {
      unindex(this.byGtin, line.gtin, window);
      for (const id of sensorsIn(line)) unindex(this.bySensor, id, window);
    }
    const returns = this.returnsOf.get(window.data.named ?? '');
    returns?.delete(window);
    if (returns?.size === 0) this.returnsOf.delete(window.data.named as string);
  }

  /** Lets go of sales that nothing can revise any more. */
  pin(): void {
    for (const window of [...this.open.values()]) if (window.ts < this.newestTs - JOIN_REACH_MS) this.close(window);
  }

  save(): Saved {
    const finite = (ts: number) => (Number.isFinite(ts) ? ts : null);
    return {
      open: [...this.open.values()].map((window) => [window.ts, window.subject, window.configVersion]),
      firstTs: finite(this.firstTs),
      newestTs: finite(this.newestTs),
      unjoined: this.unjoinedItems,
      unjoinedReturns: this.unjoinedReturns,
    };
  }

  restore(json: unknown): void {
    if (json === undefined) return;
    const saved = json as Saved;
    for (const [ts, subject, version] of saved.open) {
      const window = this.windows.peek(ts, subject, version);
      if (window) this.openSale(window);
    }
    this.firstTs = saved.firstTs ?? Infinity;
    this.newestTs = saved.newestTs ?? -Infinity;
    this.unjoinedItems = saved.unjoined;
    this.unjoinedReturns = saved.unjoinedReturns ?? 0;
  }

  /** 0.1 knew the newest times of shelves and of tills. */
  migrate(json: unknown): Saved {
    const { open, shelfTs, tillTs } = json as {
      open: [number, string][];
      shelfTs: number | null;
      tillTs: number | null;
    };
    const newestTs = Math.max(shelfTs ?? -Infinity, tillTs ?? -Infinity);
    return {
      open: open.map(([ts, subject]) => [ts, subject]),
      firstTs: null,
      newestTs: Number.isFinite(newestTs) ? newestTs : null,
      unjoined: 0,
    };
  }
}

export interface Unjoined {
  /** items whose sale was beyond reach when they were found taken */
  pickups: number;
  /** lines that give back a sale which never turned up: they were placed by facings */
  returns: number;
}

interface Saved {
  open: [ts: number, subject: string, version?: number][];
  firstTs: number | null;
  newestTs: number | null;
  unjoined: number;
  unjoinedReturns?: number;
}

/** What is taken, or sensed, may still change where a line goes. */
const isOpen = ({ slots, quantityMicro }: SaleLineData): boolean => slots.length > 1 && quantityMicro >= 0;

const sensorsIn = ({ slots }: SaleLineData): Set<string> =>
  new Set(slots.flatMap(({ sensors = [] }) => sensors.map(([id]) => id)));

function follow(line: SaleLineData, origins: SaleLineData['origins']): void {
  if (line.quantityMicro >= 0) return;
  if (origins?.length) line.origins = origins;
  else delete line.origins;
}

type Index = Map<string, ByTime<Window<SaleData>>>;

function index(map: Index, key: string, window: Window<SaleData>): void {
  let sales = map.get(key);
  if (!sales) map.set(key, (sales = new ByTime()));
  if (!sales.within(window.ts - 1, window.ts).includes(window)) sales.add(window);
}

function unindex(map: Index, key: string, window: Window<SaleData>): void {
  const sales = map.get(key);
  sales?.delete(window);
  if (sales?.size === 0) map.delete(key);
}
