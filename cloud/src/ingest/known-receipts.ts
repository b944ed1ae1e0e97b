import type { FactOf } from '@aisle/contracts';
import type { ReceiptRecords, SeriesRow, SeriesStore } from '../ports/index.js';

/** Receipts remembered as told by no older journal; whoever is forgotten is looked up again. */
const REMEMBERED = 50_000;

/** `own`: no older journal of the shop knows it. `known`: one does, and says the same; `conflict`: it says something else. */
export type ReceiptStanding = 'own' | 'known' | 'conflict';
type SaleRow = SeriesRow & { fact: FactOf<'sale'> };

/**
 * An agent that has lost its disk begins a new journal, and may be told the receipts of the old one again. Those stay as the
 * older journal stated them (SEMANTICS §18). Shops in their first journal, nearly all, cost nothing here.
 */
export class KnownReceipts {
  /** by shop and receipt: the epoch that it was first seen in */
  readonly #own = new Map<string, number>();

  constructor(
    private readonly parts: { series: Pick<SeriesStore, 'lookup'>; receipts: Pick<ReceiptRecords, 'receipt'> },
  ) {}

  async standings(rows: readonly SaleRow[]): Promise<Map<SaleRow, ReceiptStanding>> {
    const standings = new Map<SaleRow, ReceiptStanding>();
    const doubtful = new Map<string, SaleRow[]>();
    for (const row of rows) {
      standings.set(row, 'own');
      if (row.epoch <= 1 || this.#own.get(keyOf(row)) === row.epoch) continue;
      if ((await this.parts.receipts.receipt(row.storeId, row.fact.subject)) === undefined) this.#remember(row);
      else doubtful.set(row.storeId, [...(doubtful.get(row.storeId) ?? []), row]);
    }
    for (const [storeId, ofShop] of doubtful) {
      const subjects = [...new Set(ofShop.map(({ fact }) => fact.subject))];
      const found = await this.parts.series.lookup({ storeId, kind: 'sale', subjects });
      const oldest = new Map(found.map((fact) => [fact.subject, fact]));
      for (const row of ofShop) {
        const known = oldest.get(row.fact.subject);
        if (!known || known.epoch >= row.epoch) this.#remember(row);
        else standings.set(row, saysTheSame(known, row.fact) ? 'known' : 'conflict');
      }
    }
    return standings;
  }

  #remember(row: SaleRow): void {
    this.#own.set(keyOf(row), row.epoch);
    for (const oldest of this.#own.keys()) {
      if (this.#own.size <= REMEMBERED) return;
      this.#own.delete(oldest);
    }
  }
}

const keyOf = ({ storeId, fact }: SaleRow): string => `${fact.subject}|${storeId}`;

/** Agents of different age may write a product's code, and so the digest, differently; its time and money they do not. */
function saysTheSame(known: FactOf<'sale'>, fact: FactOf<'sale'>): boolean {
  if (known.value.contentDigest === fact.value.contentDigest) return true;
  const content = ({ ts, value }: FactOf<'sale'>) =>
    JSON.stringify([ts, value.lines.map(({ quantityMicro, netMinor }) => [quantityMicro, netMinor])]);
  return content(known) === content(fact);
}

export const isSaleRow = (row: SeriesRow): row is SaleRow => row.fact.kind === 'sale';
