import { receiptKey, type RefusalReason, type SaleEvent } from '@aisle/contracts';
import type { Origin } from './attribution.js';
import type { StoreModel } from '../core/store-model.js';
import { TIMELESS, type WindowKind, type WindowStore } from '../core/window-store.js';

/** A receipt seen: its content, when, and where its lines came from. */
interface Receipt {
  contentDigest: string;
  ts: number;
  /** left out by 0.1 */
  lines?: [gtin: string, origins: Origin[]][];
  /** the till whose file told of it: a later file of its may tell it anew */
  fileOf?: string;
}

/** Which receipts are known, however long ago (SEMANTICS §18), and what a return of them follows. */
export class Receipts {
  private readonly windows: WindowKind<Receipt>;
  private dayFormat: { timezone: string; format: Intl.DateTimeFormat } | undefined;

  /** @param isOpen whether the sale of a receipt may still be revised */
  constructor(
    private readonly store: WindowStore,
    isOpen: (key: string) => boolean,
  ) {
    this.windows = store.kind<Receipt>({
      name: 'receipt',
      timeless: true,
      create: () => ({ contentDigest: '', ts: 0 }),
      save: (data) => structuredClone(data),
      restore: (json) => structuredClone(json as Receipt),
      pinned: ({ subject }) => isOpen(subject),
    });
  }

  require(keys: string[], key: string): void {
    this.store.need(keys, this.windows, TIMELESS, key);
  }

  /** Why a receipt does not count again, if so. */
  known(key: string, { contentDigest, formerDigest }: SaleEvent): RefusalReason | undefined {
    const receipt = this.windows.peek(TIMELESS, key)?.data;
    if (!receipt || receipt.contentDigest === '') return undefined;
    return [contentDigest, formerDigest].includes(receipt.contentDigest) ? 'duplicate' : 'conflict';
  }

  has(key: string): boolean {
    return (this.windows.peek(TIMELESS, key)?.data.contentDigest ?? '') !== '';
  }

  /**
   * The time of what a file has told of a receipt, where a later file of the same till tells it otherwise: of the same store day, since
   * a number of another day is of a till that begins anew. Undefined: it stays as it is.
   */
  replacedTs(model: StoreModel, event: SaleEvent): number | undefined {
    const receipt = this.windows.peek(TIMELESS, this.keyOf(model, event))?.data;
    if (!event.fromFile || receipt?.fileOf !== event.deviceId) return undefined;
    const sameDay = this.dayOf(model.timezone, receipt.ts) === this.dayOf(model.timezone, event.ts);
    return sameDay ? receipt.ts : undefined;
  }

  /** States a receipt, or anew where its lines came from. */
  state(key: string, receipt: Required<Omit<Receipt, 'fileOf'>>, fileOf: string | undefined): void {
    const window = this.windows.get(TIMELESS, key);
    Object.assign(window.data, receipt);
    if (fileOf !== undefined) window.data.fileOf = fileOf;
    this.store.changed(window);
  }

  /** Where the units of a product on a receipt came from; undefined for an unknown receipt, or one without that product. */
  originsOf(key: string, gtin: string): Origin[] | undefined {
    const lines = this.windows.peek(TIMELESS, key)?.data.lines ?? [];
    const origins = lines.find(([product]) => product === gtin)?.[1];
    return origins && structuredClone(origins);
  }

  keyOf(model: StoreModel, event: SaleEvent): string {
    return this.key(model, event, event.receipt, event.businessDay);
  }

  /** The key of the receipt that a return names; undefined when it names none. */
  namedBy(model: StoreModel, event: SaleEvent): string | undefined {
    const { returnOf } = event;
    return returnOf && this.key(model, event, returnOf.receipt, returnOf.storeDay ?? event.businessDay);
  }

  private key(model: StoreModel, { deviceId, ts }: SaleEvent, receipt: string, day: string | undefined): string {
    if (model.devices.get(deviceId)?.receiptScope !== 'day') return receiptKey(receipt);
    return receiptKey(receipt, { deviceId, storeDay: day ?? this.dayOf(model.timezone, ts) });
  }

  private dayOf(timezone: string, ts: number): string {
    if (this.dayFormat?.timezone !== timezone) {
      const format = new Intl.DateTimeFormat('en-CA', {
        timeZone: timezone,
        year: 'numeric',
        month: '2-digit',
        day: '2-digit',
      });
      this.dayFormat = { timezone, format };
    }
    return this.dayFormat.format.format(ts);
  }
}
