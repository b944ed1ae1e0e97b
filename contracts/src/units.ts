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

/** ISO 4217, list one (amendment 177), column "Mnr unit": the codes whose minor unit is not a hundredth. */
const MINOR_DIGITS: Readonly<Record<string, number>> = {
  ...{ BIF: 0, CLP: 0, DJF: 0, GNF: 0, ISK: 0, JPY: 0, KMF: 0, KRW: 0, PYG: 0, RWF: 0, UGX: 0, UYI: 0, VND: 0, VUV: 0 },
  ...{ XAF: 0, XOF: 0, XPF: 0 },
  ...{ BHD: 3, IQD: 3, JOD: 3, KWD: 3, LYD: 3, OMR: 3, TND: 3 },
  ...{ CLF: 4, UYW: 4 },
};

/** Largest amount in minor units: exact in doubles, and so is the sum of some of them. */
export const MOST_MINOR = 1e15;

/** How many decimals a currency's minor unit has by ISO 4217's own table: CNY, HUF, IDR 2, JPY 0, KWD 3. */
export const minorDigits = (currency: string): number => MINOR_DIGITS[currency] ?? 2;

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
