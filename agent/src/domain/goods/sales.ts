import {
  HOUR_MS,
  receiptKey,
  type DomainEvent,
  type FactValue,
  type RefusalReason,
  type SaleEvent,
} from '@aisle/contracts';
import type { EnginePart } from '../core/engine-part.js';
import type { InForce } from '../core/versions.js';
import type { SlotWindows } from './slot-windows.js';
import { split } from './split.js';
import type { SlotModel, StoreModel } from '../core/store-model.js';
import { TIMELESS, type Window, type WindowKind, type WindowStore } from '../core/window-store.js';

/** A sale goes to the slots of its product by what was taken there this long before. */
export const ATTRIBUTION_MS = HOUR_MS;
/** Joins of sales and pickups reach back this far behind the slower of shelves and tills. */
export const JOIN_REACH_MS = 2 * HOUR_MS;
/** However slow the shelves: beyond so many sales the oldest are not revised any more. */
const OPEN_SALES_LIMIT = 20_000;

interface SlotShare {
  slotId: string;
  zoneId: string | null;
  facings: number;
  /** net items taken in the hour before the sale */
  taken: number;
}
interface SaleData {
  receipt: string;
  deviceId: string;
  contentDigest: string;
  lines: { gtin: string; quantityMicro: number; netMinor: number; slots: SlotShare[] }[];
}
/** A receipt seen: its content, and when. */
type Receipt = { contentDigest: string; ts: number };
/** Sales, their receipts, and which slots they came from (SEMANTICS §17, §18). */
export class Sales implements EnginePart {
  readonly name = 'sales';
  readonly version = 2;
  private readonly windows: WindowKind<SaleData>;
  private readonly receipts: WindowKind<Receipt>;
  /** Sales that pickups may still revise, oldest arrival first. */
  private readonly open = new Set<Window<SaleData>>();
  private readonly openByGtin = new Map<string, Set<Window<SaleData>>>();
  /** newest event time of any weight and of any sale: joins follow the slower one, not one clock that is wrong */
  private shelfTs = -Infinity;
  private tillTs = -Infinity;
  private dayFormat: { timezone: string; format: Intl.DateTimeFormat } | undefined;

  constructor(
    private readonly store: WindowStore,
    private readonly slots: SlotWindows,
    private readonly versions: InForce,
  ) {
    this.windows = store.kind<SaleData>({
      name: 'sale',
      create: () => ({ receipt: '', deviceId: '', contentDigest: '', lines: [] }),
      save: (data) => structuredClone(data),
      restore: (json) => structuredClone(json as SaleData),
      fact: { kind: 'sale', value: saleValue },
      pinned: (window) => this.open.has(window),
      dropped: true,
    });
    this.receipts = store.kind<Receipt>({
      name: 'receipt',
      timeless: true,
      create: () => ({ contentDigest: '', ts: 0 }),
      save: (data) => ({ ...data }),
      restore: (json) => ({ ...(json as Receipt) }),
    });
  }

  require(keys: string[], event: DomainEvent): void {
    const { model } = this.versions;
    if (event.kind !== 'sale' || !model) return;
    this.store.need(keys, this.receipts, TIMELESS, this.keyOf(model, event));
    for (const { gtin } of event.lines) {
      for (const slot of this.slotsOf(gtin, event.ts)) {
        this.slots.requireBetween(keys, slot.id, event.ts - ATTRIBUTION_MS, event.ts);
      }
    }
  }

  /** Whether the receipt is known already, however long ago. */
  known(model: StoreModel, event: SaleEvent): RefusalReason | undefined {
    const receipt = this.receipts.peek(TIMELESS, this.keyOf(model, event))?.data;
    if (!receipt || receipt.contentDigest === '') return undefined;
    const same = [event.contentDigest, event.formerDigest].includes(receipt.contentDigest);
    return same ? 'duplicate' : 'conflict';
  }

  apply(model: StoreModel, event: SaleEvent): void {
    const { ts, receipt, deviceId, contentDigest } = event;
    this.tillTs = Math.max(this.tillTs, ts);
    const key = this.keyOf(model, event);
    const seen = this.receipts.get(TIMELESS, key);
    Object.assign(seen.data, { contentDigest, ts });
    this.store.changed(seen);
    const window = this.windows.get(ts, key, this.versions.at(ts)?.version);
    Object.assign(window.data, { receipt, deviceId, contentDigest });
    window.data.lines = event.lines.map(({ gtin, quantityMicro, netMinor }) => ({
      gtin,
      quantityMicro,
      netMinor,
      slots: this.slotsOf(gtin, ts).map((slot) => ({
        slotId: slot.id,
        zoneId: slot.zoneId,
        facings: slot.facings,
        taken: this.slots.taken(slot.id, gtin, ts - ATTRIBUTION_MS, ts),
      })),
    }));
    this.store.changed(window);
    this.openSale(window);
    if (this.open.size > OPEN_SALES_LIMIT) this.sweep();
    for (const oldest of this.open) {
      if (this.open.size <= OPEN_SALES_LIMIT) break;
      this.close(oldest);
    }
  }

  weighed(ts: number): void {
    this.shelfTs = Math.max(this.shelfTs, ts);
  }

  /** Items were taken (positive) from a slot at `ts`: sales of the hour after it are attributed anew. */
  moved(slot: SlotModel, ts: number, taken: number): void {
    const reach = this.reach();
    for (const window of this.openByGtin.get(slot.gtin as string) ?? []) {
      if (window.ts < reach || ts < window.ts - ATTRIBUTION_MS || ts >= window.ts) continue;
      for (const line of window.data.lines) {
        const share =
          line.gtin === slot.gtin ? line.slots.find((candidate) => candidate.slotId === slot.id) : undefined;
        if (!share) continue;
        const before = JSON.stringify(sharesOf(line));
        share.taken += taken;
        if (JSON.stringify(sharesOf(line)) !== before) this.store.changed(window);
      }
    }
  }

  private sweep(): void {
    const reach = this.reach();
    for (const window of this.open) if (window.ts < reach) this.close(window);
  }

  private reach(): number {
    return Math.min(this.shelfTs, this.tillTs) - JOIN_REACH_MS;
  }

  /** What stood where at `ts`. */
  private slotsOf(gtin: string, ts: number): readonly SlotModel[] {
    return this.versions.at(ts)?.model.slotsByGtin.get(gtin) ?? [];
  }

  private keyOf(model: StoreModel, event: SaleEvent): string {
    if (model.devices.get(event.deviceId)?.receiptScope !== 'day') return receiptKey(event.receipt);
    if (this.dayFormat?.timezone !== model.timezone) {
      const format = new Intl.DateTimeFormat('en-CA', {
        timeZone: model.timezone,
        year: 'numeric',
        month: '2-digit',
        day: '2-digit',
      });
      this.dayFormat = { timezone: model.timezone, format };
    }
    const storeDay = event.businessDay ?? this.dayFormat.format.format(event.ts);
    return receiptKey(event.receipt, { deviceId: event.deviceId, storeDay });
  }

  private openSale(window: Window<SaleData>): void {
    this.open.add(window);
    for (const { gtin, slots } of window.data.lines) {
      if (slots.length < 2) continue; // one slot gets it all, whatever was taken
      let sales = this.openByGtin.get(gtin);
      if (!sales) this.openByGtin.set(gtin, (sales = new Set()));
      sales.add(window);
    }
  }

  private close(window: Window<SaleData>): void {
    this.open.delete(window);
    for (const { gtin } of window.data.lines) {
      const sales = this.openByGtin.get(gtin);
      sales?.delete(window);
      if (sales?.size === 0) this.openByGtin.delete(gtin);
    }
  }

  /** Lets go of sales that no pickup can reach any more. */
  pin(): void {
    this.sweep();
  }

  save(): Saved {
    const finite = (ts: number) => (Number.isFinite(ts) ? ts : null);
    return {
      open: [...this.open].map((window) => [window.ts, window.subject]),
      shelfTs: finite(this.shelfTs),
      tillTs: finite(this.tillTs),
    };
  }

  restore(json: unknown): void {
    if (json === undefined) return;
    const saved = json as Saved;
    for (const [ts, subject] of saved.open) {
      const window = this.windows.peek(ts, subject);
      if (window) this.openSale(window);
    }
    this.shelfTs = saved.shelfTs ?? -Infinity;
    this.tillTs = saved.tillTs ?? -Infinity;
  }

  /** 0.1 kept here where each product had stood. */
  migrate(json: unknown): unknown {
    return json;
  }
}

interface Saved {
  open: [ts: number, subject: string][];
  shelfTs: number | null;
  tillTs: number | null;
}

/** By net pickups; where none count, by facings. Slots of weight 0 hold no share. */
function sharesOf(line: SaleData['lines'][number]): FactValue<'sale'>['lines'][number]['shares'] {
  const byTaken = line.slots.some((slot) => slot.taken > 0);
  const slots = byTaken ? line.slots.filter((slot) => slot.taken > 0) : line.slots;
  if (slots.length === 0) return [];
  const weights = slots.map((slot) => (byTaken ? slot.taken : slot.facings));
  const quantities = split(line.quantityMicro, weights);
  const nets = split(line.netMinor, weights);
  return slots.map(({ slotId, zoneId }, index) => ({
    slotId,
    zoneId,
    quantityMicro: quantities[index] as number,
    netMinor: nets[index] as number,
  }));
}

function saleValue({ data }: Window<SaleData>): FactValue<'sale'> {
  const { receipt, deviceId, contentDigest } = data;
  return {
    receipt,
    deviceId,
    contentDigest,
    transaction: data.lines.some((line) => line.quantityMicro > 0),
    netMinor: data.lines.reduce((sum, line) => sum + line.netMinor, 0),
    lines: data.lines.map((line) => ({
      gtin: line.gtin,
      quantityMicro: line.quantityMicro,
      netMinor: line.netMinor,
      shares: sharesOf(line),
    })),
  };
}
