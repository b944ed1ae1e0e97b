/** Facts carry integers only (SEMANTICS, "Arithmetic and time"); these are the conversions at the edges. */

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;
/** One unit in the fields called `…Micro`: parts per million. */
export const MICRO = 1_000_000;

/** Metres → whole millimetres. */
export const toMillimetres = (metres: number): number => Math.round(metres * 1000);

/** The first millisecond of the minute that holds `ts`. */
export const minuteOf = (ts: number): number => Math.floor(ts / MINUTE_MS) * MINUTE_MS;

const digitsByCurrency = new Map<string, number>();

/** How many decimals a currency's minor unit has (ISO 4217, as the runtime's CLDR knows them): CNY 2, JPY 0, KWD 3. */
export function minorDigits(currency: string): number {
  let digits = digitsByCurrency.get(currency);
  if (digits === undefined) {
    digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
    digitsByCurrency.set(currency, digits);
  }
  return digits;
}

/** Decimal amount → minor units, half away from zero. 12.345 CNY → 1235, although 12.345 × 100 is 1234.4999… in binary. */
export function toMinor(amount: number, digits: number): number {
  const scaled = Number(`${Math.abs(amount)}e${digits}`);
  const exact = Number.isNaN(scaled) ? Math.abs(amount) * 10 ** digits : scaled;
  const minor = Math.sign(amount) * Math.round(exact);
  return minor === 0 ? 0 : minor;
}

/** Minor units → decimal amount, exact to the digits of the currency. */
export const fromMinor = (minor: number, digits: number): number => Number((minor / 10 ** digits).toFixed(digits));

/** The one division: `null` for a zero denominator, else rounded to six decimals. */
export function ratio(numerator: number, denominator: number): number | null {
  if (denominator === 0) return null;
  return round6(numerator / denominator);
}

export function round6(value: number): number {
  const rounded = Math.round(value * 1e6) / 1e6;
  return rounded === 0 ? 0 : rounded;
}
