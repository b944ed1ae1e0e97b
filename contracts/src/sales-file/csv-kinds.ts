import type { CsvRow } from './csv-rows.js';
import type { CsvSettings } from './csv-settings.js';
import { sameTitle } from './csv-table.js';
import type { SalesFault, SalesSkipCode, SalesFaultValues } from './faults.js';
import { fault } from './faults.js';

export interface Skip {
  code: SalesSkipCode;
  values: SalesFaultValues;
}
type Rule = { title: string; at: number; values: ReadonlySet<string> };

/** Titles of columns in which tills say that a receipt does not count, where the entry says nothing of rows to skip. */
const STATUS_TITLES =
  /^(?:(?:receipt|order|sale|transaction|invoice|line) )?(?:status|state)$|^(?:状态|訂單狀態|订单状态|小票状态|交易状态|狀態)$/;
/** What they say then. */
const NO_SALE =
  /^(?:cancell?ed|cancel|void(?:ed)?|deleted|aborted|storniert|annul(?:é|ée|ada|ado|lato|lata)|cancelad[oa]|取消|已取消|作废|已作废|作廢|已作廢|撤销|已撤销|無效|无效)$/;

/** The few values that such columns have, as they are compared. */
const plainOf = new Map<string, string>();
function plain(value: string): string {
  let known = plainOf.get(value);
  if (known === undefined) {
    if (plainOf.size > 1000) plainOf.clear();
    plainOf.set(value, (known = sameTitle(value)));
  }
  return known;
}

/** Which rows are no sales, and which are returns whose amounts have no sign. */
export class RowKinds {
  private constructor(
    private readonly skip: readonly Rule[],
    private readonly only: readonly Rule[],
    private readonly returns: readonly Rule[],
    private readonly status: readonly { title: string; at: number }[],
  ) {}

  static of(
    titles: readonly string[],
    settings: Pick<CsvSettings, 'skip' | 'only' | 'returns'>,
  ): RowKinds | SalesFault {
    const names = titles.map(sameTitle);
    const missing: string[] = [];
    const rules = (map: Readonly<Record<string, readonly string[]>> = {}): Rule[] =>
      Object.entries(map).map(([title, values]) => {
        const at = names.indexOf(sameTitle(title));
        if (at < 0) missing.push(title);
        return { title, at, values: new Set(values.map(sameTitle)) };
      });
    const [skip, only, returns] = [rules(settings.skip), rules(settings.only), rules(settings.returns)];
    const [title] = missing;
    if (title !== undefined) return fault('noTitle', title, { title });
    const status = names.flatMap((name, at) => (STATUS_TITLES.test(name) ? [{ title: titles[at] as string, at }] : []));
    return new RowKinds(skip, only, returns, settings.skip === undefined ? status : []);
  }

  /** Why a row is no sale, if it says so. */
  skipOf({ cells }: CsvRow): Skip | undefined {
    for (const { title, at, values } of this.skip) {
      const value = cells[at] ?? '';
      if (value !== '' && values.has(plain(value))) return { code: 'status', values: { column: title, value } };
    }
    for (const { title, at } of this.status) {
      const value = cells[at] ?? '';
      if (NO_SALE.test(plain(value))) return { code: 'status', values: { column: title, value } };
    }
    for (const { title, at, values } of this.only) {
      const value = cells[at] ?? '';
      if (value !== '' && !values.has(plain(value))) return { code: 'kind', values: { column: title, value } };
    }
    return undefined;
  }

  /** Whether a row says of itself that it is a sale, rather than leaving that to the row above. */
  speaks({ cells }: CsvRow): boolean {
    return [...this.skip, ...this.only, ...this.status].some(({ at }) => (cells[at] ?? '') !== '');
  }

  isReturn({ cells }: CsvRow): boolean {
    return this.returns.some(({ at, values }) => values.has(plain(cells[at] ?? '')));
  }
}
