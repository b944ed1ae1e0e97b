import { withPreset, type CsvFormat } from '@aisle/contracts';

/** How a date is written in each order, for date(1). */
const DATES: Readonly<Record<string, string>> = { ymd: '%Y-%m-%d', dmy: '%d.%m.%Y', mdy: '%m/%d/%Y' };

/** A file of one receipt as the till's entry says that it writes them: title row, and a row for the shell to put time and number in. */
export function csvExample(
  format: CsvFormat | undefined,
  { deviceId, gtin, amount }: { deviceId: string; gtin: string; amount: string },
): { csvHeader: string; csvRow: string } {
  if (!format) return { csvHeader: '', csvRow: '' };
  const { columns = {}, decimal = 'point', dateOrder = 'ymd', only = {} } = withPreset(format);
  const delimiter = format.delimiter ?? (decimal === 'comma' ? ';' : ',');
  const money = decimal === 'comma' ? amount.replace('.', ',') : amount;
  const each = (Number(amount) / 2).toFixed(amount.split('.')[1]?.length ?? 0);
  const day = DATES[dateOrder] as string;
  const at: Readonly<Record<string, string>> = {
    receipt: `TRY-${deviceId}-$(date +%s)`,
    date: columns.time === undefined ? `$(date "+${day} %H:%M:%S")` : `$(date +${day})`,
    time: '$(date +%H:%M:%S)',
    ...{
      gtin,
      quantity: '2',
      net: money,
      receiptNet: money,
      gross: money,
      price: decimal === 'comma' ? each.replace('.', ',') : each,
      discount: '0',
      tax: '0',
    },
  };
  // Columns that say something else of a sale (a member) may be empty; those that say that it is one must say so.
  const known = [
    ...Object.entries(columns).map(([key, title]): [string, string] => [title, at[key] ?? '']),
    ...Object.entries(only).map(([title, values]): [string, string] => [title, values[0] ?? '']),
  ];
  const quoted = (text: string) => (text.includes(delimiter) ? `"${text}"` : text);
  return {
    csvHeader: known.map(([title]) => quoted(title)).join(delimiter),
    csvRow: known.map(([, value]) => quoted(value)).join(delimiter),
  };
}
