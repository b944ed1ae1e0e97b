import type { StoreFile } from '@aisle/contracts';
import { CatalogError, type Catalog } from '../../../src/ports/catalog.js';
import type { Grant, Role } from '../../../src/ports/users.js';

/** What the parts of the suite share: the catalog, which may be opened anew in between, and shops of their own. */
export class CatalogUnderTest {
  #shops = 0;

  constructor(
    private readonly opened: () => Catalog,
    /** the same data seen by several connections, where the engine has them */
    readonly sideBySide: () => readonly [Catalog, Catalog],
  ) {}

  get catalog(): Catalog {
    return this.opened();
  }

  /** A shop of org-a that no other test has. */
  async shop(): Promise<string> {
    const id = `shop-${++this.#shops}`;
    await this.catalog.stores.ensureStore(id, 'org-a');
    return id;
  }
}

/** later than what tests write at */
export const NOW = 1_000_000;

export const codeOf =
  (code: CatalogError['code']) =>
  (error: unknown): boolean =>
    error instanceof CatalogError && error.code === code;

export const everywhere = (role: Role, id = 'org-a'): Grant => ({ role, scope: { kind: 'organisation', id } });

export const storeFile = (id: string, width = 30): StoreFile => ({
  store: { id, name: { en: 'Shop', zh: '示范店' }, timezone: 'Asia/Shanghai', currency: 'CNY' },
  floor: { width, depth: 20 },
});

export const sale = (receipt: string, net = 12.5) => ({
  ts: 1000,
  receipt,
  lines: [{ gtin: '0690', quantity: 1, net }],
});

export const givenSale = (storeId: string, receipt: string, contentDigest = receipt) => ({
  storeId,
  receiptKey: receipt,
  contentDigest,
  sale: sale(receipt),
});
