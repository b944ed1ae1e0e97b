/**
 * Why a part of a till's file is in no sale: a code with values, worded by whoever shows it (`faultWords`), and the place.
 */
export const SALES_FAULTS = [
  'tooLarge', // {bytes}: the whole file
  'encoding', // {named}: the whole file; '' where none is named
  'empty', // nothing in the file
  'workbook', // a file of a spreadsheet program
  'noTitle', // {title}: no row has it as the title of a column
  'twoTitles', // {title}: two columns have it
  'noFiles', // {dialect}: the till's dialect is not of files
  'unmapped', // the store file does not say which column is what
  'quotes', // a quote that is not closed, or that text follows
  'cells', // {expected, got}: a row with more cells than there are titles
  'receipt', // no receipt number of 1 to 128 characters
  'noReceiptAbove', // no receipt, and none above that it could belong to
  'otherTime', // no receipt, and another time than the one above
  'unreadable', // characters that could not be read, or that no receipt number may hold
  'date', // {sample, got}
  'dateOrder', // {got}: day or month first, and nothing says which
  'code', // {got}: 1 to 32 characters
  'codeRounded', // {got}: a spreadsheet has rounded it
  'amount', // {decimal, got}
  'thousands', // {got}: 1,234 or 1.234, and nothing says what its mark is
  'otherCurrency', // {expected, got}
  'manyShops', // {shops}: the whole file; of several shops of one account
  'refundedLater', // {got}: some of the receipt was given back, and nobody tells which of it and when
  'quantity', // {got}
  'returnSign', // a negative quantity with a positive amount
  'sumOrLine', // a row without code and quantity whose amount is no sum of its receipt
  'notWhole', // another row of its receipt cannot be read
  'lines', // {got}: a receipt has 1 to 1000 lines
  'amountLimit', // {most}: an amount that cannot be kept exactly
  'form', // {field}: of the sale as it would be sent; its text or number cannot be kept
  'xml', // {line, column}
  'doctype', // a document type is declared
  'nesting', // nested too deeply
  'noPoslog', // no POSLog and no Transaction anywhere
  'noTransaction', // a POSLog without one
  'missing', // the element is not there
  'number', // the element is no amount
  'time', // the element is no time of ISO 8601
  'noSale', // something is taken off a receipt without a sale
  'totals', // {lines, total}: the sum of the lines, and what the receipt itself says
  'voids', // a voided line undoes nothing that is on the receipt
  'postVoid', // {receipt}: undoes a receipt that is not in this file
  'postVoidOther', // {receipt}: undoes a receipt that holds neither these lines nor this sum
  'voidOfWhat', // takes a receipt back, does not say which, and not exactly one of its day fits
] as const;
export type SalesFaultCode = (typeof SALES_FAULTS)[number];
export type SalesFaultValues = Readonly<Record<string, string | number>>;

export interface SalesFault {
  ok: false;
  code: SalesFaultCode;
  /** column or element at fault; empty for the whole row, transaction or file */
  field: string;
  values: SalesFaultValues;
}

export const fault = (code: SalesFaultCode, field = '', values: SalesFaultValues = {}): SalesFault => ({
  ok: false,
  code,
  field,
  values,
});

/** Why a row or a transaction is no sale and need be none. */
export const SALES_SKIPS = [
  'status', // {column, value}: by a column that says so
  'kind', // {column, value}: not of the kinds that are sales
  'sum', // {amount}: a total of its receipt or of the file
  'nothing', // neither goods nor money
  'titles', // the titles again
  'notRetail',
  'cancelled',
  'training',
  'unfinished', // {status}
  'noGoods',
  'undone', // {receipt}: a later row or transaction of the file undoes it
] as const;
export type SalesSkipCode = (typeof SALES_SKIPS)[number];

type Words = Readonly<Record<'en' | 'zh', string>>;
export const FAULT_WORDS: Readonly<Record<SalesFaultCode, Words>> = {
  tooLarge: { en: 'is larger than {bytes} bytes', zh: '超过 {bytes} 字节' },
  encoding: {
    en: 'is no text that can be read; name its encoding in the entry (csv.encoding)',
    zh: '无法识别文字编码；请在设备条目中写明（csv.encoding）',
  },
  empty: { en: 'is empty', zh: '是空的' },
  workbook: {
    en: 'is a workbook of a spreadsheet program: save it as CSV',
    zh: '是电子表格工作簿：请另存为 CSV',
  },
  noTitle: { en: 'is no title of a column in the first row', zh: '首行没有这一列标题' },
  twoTitles: { en: 'is the title of two columns', zh: '有两列使用同一标题' },
  noFiles: { en: 'writes no files: its dialect is {dialect}', zh: '不通过文件传送：接入方式为 {dialect}' },
  unmapped: {
    en: 'the store file does not say which column is what',
    zh: '门店文件没有说明各列的含义',
  },
  quotes: { en: 'quotes that are closed, with nothing behind them', zh: '引号须成对，且其后不能再有文字' },
  cells: {
    en: 'no more than {expected} cells, as there are titles, got {got}',
    zh: '单元格不超过标题数 {expected}，实有 {got}',
  },
  receipt: { en: 'a receipt number of 1 to 128 characters', zh: '1 至 128 个字符的小票号' },
  noReceiptAbove: { en: 'a receipt number, as none stands above', zh: '需要小票号：上方没有可归属的小票' },
  otherTime: {
    en: 'a receipt number, as its time is not that of the receipt above',
    zh: '需要小票号：时间与上方小票不同',
  },
  unreadable: {
    en: 'characters that can be read and kept (no NUL, no half of a character)',
    zh: '可识别、可保存的字符（不能有 NUL 或半个字符）',
  },
  date: { en: 'a date and time such as {sample}', zh: '日期和时间，如 {sample}' },
  dateOrder: {
    en: 'a date whose order csv.dateOrder tells: "{got}" is one day here and another there',
    zh: '请用 csv.dateOrder 说明日期顺序：“{got}”有两种读法',
  },
  code: { en: 'a product code of 1 to 32 characters, got "{got}"', zh: '1 至 32 个字符的商品编码，实为“{got}”' },
  codeRounded: {
    en: 'a product code with all its digits: a spreadsheet has rounded this one, got "{got}"',
    zh: '完整的商品编码：“{got}”已被表格软件取整',
  },
  amount: { en: 'a number with a decimal {decimal}', zh: '数字，小数点为 {decimal}' },
  thousands: {
    en: 'a number whose mark is told by csv.decimal: "{got}" means one thing here and another there',
    zh: '请用 csv.decimal 说明小数点：“{got}”有两种读法',
  },
  otherCurrency: { en: '{expected}, the currency of the store, got {got}', zh: '门店货币 {expected}，实为 {got}' },
  manyShops: {
    en: 'sales of one shop: this file holds those of {shops}; name yours with csv.only',
    zh: '只应含一家门店的销售：此文件含 {shops}；请用 csv.only 写明本店',
  },
  refundedLater: {
    en: 'a receipt of which nothing was given back: {got} was, and the file tells neither of what nor when',
    zh: '没有退款的小票：已退 {got}，而文件未写明退了什么、何时退的',
  },
  quantity: { en: 'a number of units, got "{got}"', zh: '数量，实为“{got}”' },
  returnSign: {
    en: 'a negative amount, as the quantity is negative (a return)',
    zh: '负的金额，因为数量为负（退货）',
  },
  sumOrLine: {
    en: 'a quantity or a product code: say with csv.skip which rows are no lines',
    zh: '数量或商品编码：请用 csv.skip 说明哪些行不是商品',
  },
  notWhole: { en: 'a receipt all of whose rows can be read', zh: '整张小票的每一行都能读取' },
  lines: { en: '1 to 1000 lines a receipt, got {got}', zh: '每张小票 1 至 1000 行，实有 {got}' },
  amountLimit: { en: 'an amount of at most {most}', zh: '金额不超过 {most}' },
  form: { en: 'a sale that can be kept: {field} cannot', zh: '无法保存：{field}' },
  xml: {
    en: 'is not well-formed XML (line {line}, column {column})',
    zh: '不是完整的 XML（第 {line} 行第 {column} 列）',
  },
  doctype: { en: 'declares a document type, which is not taken', zh: '声明了文档类型，不予接收' },
  nesting: { en: 'is nested too deeply', zh: '嵌套过深' },
  noPoslog: { en: 'expected a POSLog or a Transaction', zh: '需要 POSLog 或 Transaction' },
  noTransaction: { en: 'holds no Transaction', zh: '没有 Transaction' },
  missing: { en: 'is missing', zh: '缺少该元素' },
  number: { en: 'expected an amount', zh: '需要金额' },
  time: { en: 'expected an ISO 8601 time', zh: '需要 ISO 8601 时间' },
  noSale: { en: 'is taken off a receipt without a sale', zh: '从没有销售的小票中扣减' },
  totals: {
    en: 'the lines add up to {lines}, and the receipt itself says {total}',
    zh: '各行合计 {lines}，小票自身写的是 {total}',
  },
  voids: {
    en: 'a voided line undoes nothing that is on the receipt',
    zh: '作废行在小票上找不到所冲销的行',
  },
  postVoidOther: {
    en: 'undoes receipt {receipt}, which holds neither these lines nor this sum',
    zh: '冲销小票 {receipt}，但该小票没有这些商品行，金额也不符',
  },
  voidOfWhat: {
    en: 'takes a receipt back without naming it, and not exactly one receipt of that day in this file has the opposite lines',
    zh: '冲销了一张小票但未写明是哪张，此文件当天也没有唯一一张内容相反的小票',
  },
  postVoid: { en: 'undoes receipt {receipt}, which is not in this file', zh: '冲销小票 {receipt}，但它不在此文件中' },
};
const SKIP_WORDS: Readonly<Record<SalesSkipCode, Words>> = {
  status: { en: '{column} is {value}', zh: '{column} 为 {value}' },
  kind: { en: '{column} is {value}, which is no sale', zh: '{column} 为 {value}，不是销售' },
  sum: { en: 'is a sum ({amount})', zh: '是合计行（{amount}）' },
  nothing: { en: 'holds neither goods nor money', zh: '既无商品也无金额' },
  titles: { en: 'is the titles again', zh: '重复的标题行' },
  notRetail: { en: 'is no retail transaction', zh: '不是零售交易' },
  cancelled: { en: 'was cancelled', zh: '已取消' },
  training: { en: 'was made in training', zh: '培训模式' },
  unfinished: { en: 'is {status}', zh: '状态为 {status}' },
  noGoods: { en: 'holds no goods', zh: '没有商品' },
  undone: { en: 'is undone later in the file', zh: '被文件后面的记录冲销' },
};

const filled = (words: Words, values: SalesFaultValues, language: 'en' | 'zh'): string =>
  words[language].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));

export const faultWords = (
  { code, values }: Pick<SalesFault, 'code' | 'values'>,
  language: 'en' | 'zh' = 'en',
): string => filled(FAULT_WORDS[code], values, language);

export const skipWords = (
  { code, values = {} }: { code: SalesSkipCode; values?: SalesFaultValues },
  language: 'en' | 'zh' = 'en',
): string => filled(SKIP_WORDS[code], values, language);
