import type { CsvRow } from './csv-rows.js';
import type { CsvSettings } from './csv-settings.js';
import { sameTitle } from './csv-table.js';
import type { SalesFault, SalesSkipCode, SalesFaultValues } from './faults.js';
import { fault } from './faults.js';

export interface Skip {
  code: SalesSkipCode;
  values: SalesFaultValues;
  /** it takes something back, here or on the receipt that it names, rather than being another kind of row */
  isUndoing: boolean;
  /** title of the column that says so, and what stands there behind the words that say it */
  title: string;
  rest: string;
  /** that column tells of what kind a row is, not what became of it */
  isKind: boolean;
}
type Rule = { title: string; at: number; values: ReadonlySet<string> };
type KindSettings = Pick<CsvSettings, 'skip' | 'only' | 'returns' | 'maySkip'>;
/** A column whose words tell where the entry says nothing of rows to skip. */
type Telling = { title: string; at: number; isNoSale: (value: string) => boolean };

/** Titles of columns in which tills say that a receipt does not count. */
const STATUS_TITLES =
  /^(?:(?:receipt|order|sale|transaction|invoice|line|bill|ticket|document|payment) )?(?:status|state)$|^(?:statut|état|estado|stato|zustand|belegstatus|bonstatus)$|^(?:小票|订单|訂單|交易|单据|單據|销售|銷售)?(?:状态|狀態)$/;
/** Titles of columns that say of what kind a row is. */
const KIND_TITLES =
  /^(?:(?:receipt|order|sale|transaction|invoice|line|bill|ticket|document|event|row) )?(?:type|kind)$|^(?:typ|art|belegart|vorgangsart|tipo|小票类型|交易类型|交易類型|单据类型|單據類型|类型|類型)$/;
/** Titles of columns that hold yes or no. */
const FLAG_TITLES =
  /^(?:is )?(?:void(?:ed)?|cancell?ed|deleted|training|storno|storniert|annul(?:é|ée|ato|ata)|anulad[oa]|cancelad[oa])(?: flag)?$|^(?:是否)?(?:已?作废|已?作廢|已?取消|已?撤销|已?撤銷|无效|無效)$/;
/** Titles of columns that hold when a receipt was cancelled: any day in them says that it was. */
const WHEN_TITLES =
  /^(?:cancell?ed|voided|deleted|storniert|annul(?:é|ée) le|anulado) ?(?:at|on|date|time|am)?$|^(?:cancellation|void|storno) ?(?:date|time|datum)$|^(?:取消|作废|作廢|撤销|撤銷)(?:时间|時間|日期)$/;
const DAY_IN = /\d{1,4}[-./年]\d{1,2}[-./月]\d{1,4}|^\d{8,14}$/;
const YES = /^(?:true|t|yes|y|1|x|ja|j|oui|o|sì|si|sí|s|wahr|vrai|verdadero|是|✓|✔|☑)$/;

/** Words with which a status says that what was begun does not count, alone or before others ("void of 4711"). */
const CANCELLED =
  /^(?:(?:was|is|fully|sale|order|receipt|line|item|post)[ -])*(?:cancell?ed|cancel|cancell?ation|void(?:ed)?|postvoid(?:ed)?|deleted|aborted|abandoned|storn(?:o|iert|ierung)|annulliert|annul(?:é|ée|ada|ado|lato|lata|lation)|anulad[oa]|cancelad[oa]|annullat[oa])(?![\p{L}\p{N}])/u;
const CANCELLED_ZH =
  /^(?:已|被|整单|整單|订单|訂單|交易|小票|系统|系統|用户|顾客|手工)*(?:取消|作废|作廢|撤销|撤銷|撤单|撤單|废单|廢單|删除|刪除|冲销|沖銷|冲正|無效|无效)/;
/** Words of what never was a sale. */
const UNFINISHED =
  /^(?:draft|parked|suspended|on[ -]?hold|training(?: mode)?|failed|declined|incomplete|quot(?:e|ation)|no[ -]?sale|entwurf|geparkt|brouillon|borrador|草稿|挂单|掛單|暂存|暫存|培训|培訓|练习|練習|(?:支付|交易|付款)失败|(?:支付|交易|付款)失敗)(?![\p{L}\p{N}])/u;

const isCancelled = (value: string): boolean => CANCELLED.test(value) || CANCELLED_ZH.test(value);

function skipBy(code: Skip['code'], title: string, value: string, isUndoing: boolean): Skip {
  const said = CANCELLED.exec(value.toLowerCase()) ?? CANCELLED_ZH.exec(value);
  const isKind = KIND_TITLES.test(sameTitle(title).replace(/[_-]+/g, ' '));
  return {
    code,
    values: { column: title, value },
    isUndoing,
    title,
    rest: value.slice(said?.[0].length ?? value.length),
    isKind,
  };
}

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
    /** columns of a status, of which an empty one leaves it to the row above */
    private readonly status: readonly Telling[],
    private readonly kind: readonly Telling[],
    /** those of `kind` that hold when a receipt was cancelled */
    private readonly when: readonly Telling[],
  ) {}

  static of(titles: readonly string[], settings: KindSettings): RowKinds | SalesFault {
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
    skip.push(...rules(settings.maySkip).filter(({ at }) => at >= 0));
    const telling = (titled: RegExp, isNoSale: Telling['isNoSale']): Telling[] =>
      names.flatMap((name, at) =>
        titled.test(name.replace(/[_-]+/g, ' ')) ? [{ title: titles[at] as string, at, isNoSale }] : [],
      );
    const when = telling(WHEN_TITLES, (value) => DAY_IN.test(value));
    // A shop that says what is to be skipped says it of words: a day of cancelling stands beside them.
    if (settings.skip !== undefined)
      return new RowKinds(skip, only, returns, [], Object.keys(settings.skip).length > 0 ? when : [], when);
    const status = telling(STATUS_TITLES, (value) => isCancelled(value) || UNFINISHED.test(value));
    const kind = [...when, ...telling(KIND_TITLES, isCancelled), ...telling(FLAG_TITLES, (value) => YES.test(value))];
    return new RowKinds(skip, only, returns, status, kind, when);
  }

  /** Why a row is no sale, if it says so. */
  skipOf({ cells }: CsvRow): Skip | undefined {
    for (const { title, at, values } of this.skip) {
      const value = cells[at] ?? '';
      if (value !== '' && values.has(plain(value))) return skipBy('status', title, value, isCancelled(plain(value)));
    }
    for (const { title, at, isNoSale } of [...this.status, ...this.kind]) {
      const value = cells[at] ?? '';
      if (value !== '' && isNoSale(plain(value))) return skipBy('status', title, value, !UNFINISHED.test(plain(value)));
    }
    for (const { title, at, values } of this.only) {
      const value = cells[at] ?? '';
      if (value !== '' && !values.has(plain(value))) return skipBy('kind', title, value, isCancelled(plain(value)));
    }
    return undefined;
  }

  /**
   * Columns of `skip`, `only` and of a status that say once, on the first row of each receipt, what became of it. Where some receipt begins
   * with nothing in it, it is of lines, and nothing is what it says of most of them.
   */
  toldOnce(rows: readonly CsvRow[], receiptAt: number): ReadonlySet<number> {
    const columns = [...this.skip, ...this.only, ...this.status];
    const seen = new Set<string>();
    const begun = new Set(columns);
    for (const { cells } of rows) {
      const number = cells[receiptAt] ?? '';
      if (number === '' || seen.has(number)) continue;
      seen.add(number);
      for (const column of columns) if ((cells[column.at] ?? '') === '') begun.delete(column);
    }
    return new Set([...begun].map(({ at }) => at));
  }

  /**
   * Whether a row goes on with the receipt above it, of which the column `title` has said that it does not count: it says nothing there,
   * nor in some column that is told once.
   */
  goesOn({ cells }: CsvRow, title: string, toldOnce: ReadonlySet<number>): boolean {
    const column = [...this.skip, ...this.only, ...this.status, ...this.when].find((one) => one.title === title);
    if (column === undefined || (cells[column.at] ?? '') !== '') return false;
    return [...toldOnce].some((at) => (cells[at] ?? '') === '');
  }

  /** Whether a row says of itself that it is a sale, rather than leaving that to the row above. */
  speaks({ cells }: CsvRow): boolean {
    return [...this.skip, ...this.only, ...this.status].some(({ at }) => (cells[at] ?? '') !== '');
  }

  isReturn({ cells }: CsvRow): boolean {
    return this.returns.some(({ at, values }) => values.has(plain(cells[at] ?? '')));
  }
}
