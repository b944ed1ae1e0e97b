import type { StoredFact } from '../../ports/index.js';
import { entry, type Tally } from './tally.js';

/** The row of lines without a place; no zone may have this id. */
export const UNPLACED = 'unplaced';

export interface SaleSum {
  quantityMicro: number;
  netMinor: number;
  /** receipts with a positive line here */
  transactions: number;
  /** of products: their weight, and how many of their lines told none */
  grams: number;
  unweighed: number;
}

/** the last two of products of which any line told a weight */
type Packed = [
  key: string,
  quantityMicro: number,
  netMinor: number,
  transactions: number,
  grams?: number,
  unweighed?: number,
];

type PackedSales = [receipts: number, total: Packed, zones: Packed[], products: Packed[], slots: string];

/** Of one slot: what was sold from it of one product. */
export interface SlotSale {
  slotId: string;
  gtin: string;
  quantityMicro: number;
  netMinor: number;
}
/** column by column */
type PackedSlots = [slotIds: string[], gtins: string[], quantityMicro: number[], netMinor: number[]];

/** Sales of the whole shop, per zone (with `unplaced`, they add up to the whole) and per product. */
export class SaleTally implements Tally<'sale'> {
  readonly total: SaleSum = nothing();
  receipts = 0;
  readonly zones = new Map<string, SaleSum>();
  readonly products = new Map<string, SaleSum>();
  readonly #slots = new Map<string, SlotSale>();
  readonly #bySlot = new Map<string, SlotSale[]>();
  /** texts that nobody has looked into yet: most questions are not about slots, and reading them would cost more than all the rest */
  #unread: string[] = [];

  /** By slot and product, whether it stands in a zone or not. */
  get slots(): ReadonlyMap<string, SlotSale> {
    for (const text of this.#unread.splice(0)) {
      const [slotIds, gtins, quantityMicro, netMinor] = JSON.parse(text) as PackedSlots;
      for (let at = 0; at < slotIds.length; at += 1)
        this.#addSlot(slotIds[at]!, gtins[at]!, quantityMicro[at]!, netMinor[at]!);
    }
    return this.#slots;
  }

  add({ value }: StoredFact<'sale'>): void {
    this.receipts++;
    const zonesOfReceipt = new Set<string>();
    const productsOfReceipt = new Set<string>();
    for (const line of value.lines) {
      if (line.quantityMicro === 0 && line.netMinor === 0) continue;
      const positive = line.quantityMicro > 0;
      this.total.quantityMicro += line.quantityMicro;
      this.total.netMinor += line.netMinor;
      const product = this.#product(line.gtin);
      product.quantityMicro += line.quantityMicro;
      product.netMinor += line.netMinor;
      if (line.grams === undefined) product.unweighed++;
      else product.grams += line.grams;
      if (positive) productsOfReceipt.add(line.gtin);

      let { quantityMicro, netMinor } = line;
      for (const share of line.shares) {
        if (share.quantityMicro !== 0 || share.netMinor !== 0)
          this.#addSlot(share.slotId, line.gtin, share.quantityMicro, share.netMinor);
        if (share.zoneId === null || (share.quantityMicro === 0 && share.netMinor === 0)) continue;
        quantityMicro -= share.quantityMicro;
        netMinor -= share.netMinor;
        const zone = this.#zone(share.zoneId);
        zone.quantityMicro += share.quantityMicro;
        zone.netMinor += share.netMinor;
        if (positive && share.quantityMicro > 0) zonesOfReceipt.add(share.zoneId);
      }
      // whatever no zone holds is unplaced, so that the rows add up to the till whatever the shares say
      if (quantityMicro !== 0 || netMinor !== 0 || line.shares.every((share) => share.zoneId === null)) {
        const unplaced = this.#zone(UNPLACED);
        unplaced.quantityMicro += quantityMicro;
        unplaced.netMinor += netMinor;
        if (positive && quantityMicro > 0) zonesOfReceipt.add(UNPLACED);
      }
    }
    if (value.transaction) this.total.transactions++;
    for (const zoneId of zonesOfReceipt) this.#zone(zoneId).transactions++;
    for (const gtin of productsOfReceipt) this.#product(gtin).transactions++;
  }

  addPacked(packed: unknown): void {
    const [receipts, total, zones, products, slots] = packed as PackedSales;
    this.receipts += receipts;
    addTo(this.total, total);
    for (const zone of zones) addTo(this.#zone(zone[0]), zone);
    for (const product of products) addTo(this.#product(product[0]), product);
    if (slots !== '') this.#unread.push(slots);
  }

  packed(): unknown {
    const pack = (key: string, sum: SaleSum): Packed => [
      ...([key, sum.quantityMicro, sum.netMinor, sum.transactions] as const),
      ...(sum.grams === 0 ? ([] as const) : ([sum.grams, sum.unweighed] as const)),
    ];
    const all = (sums: Map<string, SaleSum>): Packed[] => [...sums].map(([key, sum]) => pack(key, sum));
    const sold = [...this.slots.values()];
    const slots: PackedSlots = [
      sold.map(({ slotId }) => slotId),
      sold.map(({ gtin }) => gtin),
      sold.map(({ quantityMicro }) => quantityMicro),
      sold.map(({ netMinor }) => netMinor),
    ];
    const text = sold.length > 0 ? JSON.stringify(slots) : '';
    return [this.receipts, pack('', this.total), all(this.zones), all(this.products), text] satisfies PackedSales;
  }

  #addSlot(slotId: string, gtin: string, quantityMicro: number, netMinor: number): void {
    let own = this.#bySlot.get(slotId);
    if (!own) this.#bySlot.set(slotId, (own = []));
    let sum = own.find((each) => each.gtin === gtin);
    if (!sum) {
      sum = { slotId, gtin, quantityMicro: 0, netMinor: 0 };
      own.push(sum);
      this.#slots.set(`${slotId.length}:${slotId}${gtin}`, sum);
    }
    sum.quantityMicro += quantityMicro;
    sum.netMinor += netMinor;
  }

  #zone(zoneId: string): SaleSum {
    return entry(this.zones, zoneId, nothing);
  }
  #product(gtin: string): SaleSum {
    return entry(this.products, gtin, nothing);
  }
}

const nothing = (): SaleSum => ({ quantityMicro: 0, netMinor: 0, transactions: 0, grams: 0, unweighed: 0 });

/** What comes without a weight holds lines of which none told one: how many matters to nobody. */
function addTo(sum: SaleSum, [, quantityMicro, netMinor, transactions, grams = 0, unweighed = 1]: Packed): void {
  sum.quantityMicro += quantityMicro;
  sum.netMinor += netMinor;
  sum.transactions += transactions;
  sum.grams += grams;
  sum.unweighed += unweighed;
}
