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

/** Sales of the whole shop, per zone (with `unplaced`, they add up to the whole) and per product. */
export class SaleTally implements Tally<'sale'> {
  readonly total: SaleSum = nothing();
  receipts = 0;
  readonly zones = new Map<string, SaleSum>();
  readonly products = new Map<string, SaleSum>();

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
    const [receipts, total, zones, products] = packed as [number, Packed, Packed[], Packed[]];
    this.receipts += receipts;
    addTo(this.total, total);
    for (const zone of zones) addTo(this.#zone(zone[0]), zone);
    for (const product of products) addTo(this.#product(product[0]), product);
  }

  packed(): unknown {
    const pack = (key: string, sum: SaleSum): Packed => [
      ...([key, sum.quantityMicro, sum.netMinor, sum.transactions] as const),
      ...(sum.grams === 0 ? ([] as const) : ([sum.grams, sum.unweighed] as const)),
    ];
    const all = (sums: Map<string, SaleSum>): Packed[] => [...sums].map(([key, sum]) => pack(key, sum));
    return [this.receipts, pack('', this.total), all(this.zones), all(this.products)];
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
