import { wallTime, wallToInstant } from '../local-time.js';
import { parseInZone } from '../written-time.js';

export interface DateSettings {
  dateOrder?: 'ymd' | 'dmy' | 'mdy' | undefined;
  /** IANA zone in which a time without a zone is read */
  timezone: string;
}

const SPLIT_DATE = /^(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})\.?,?(?:[T ]+(.*))?$/;
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?:[T ]*(\d{2}):?(\d{2})(?::?(\d{2}))?)?$/;
const CLOCK = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?: ?([AaPp])\.?[Mm]\.?)?$/;
/** Seconds or milliseconds since 1970, of the years 2001 to 2033. */
const EPOCH = /^1\d{9}(?:\d{3})?$/;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** Tills wrote no files before: 70 and later are of the last century. */
const FIRST_YEAR_OF_1900 = 70;

/**
 * A date and time as tills write them → epoch ms: ISO 8601 first, then `02.03.26 12:00`, `3/2/2026 12:00 PM`, `20260302 1200`,
 * `2 Mar 2026 12:00`, `2026年3月2日 12:00`, `2026/3/2 下午 3:00`. Undefined where the day or the time of day is not told.
 */
export function readDate(written: string, { dateOrder, timezone }: DateSettings): number | undefined {
  const text = written
    .normalize('NFKC')
    .replace(/\s+/g, ' ')
    .replace(/([ap])\. ?m\.?$/i, '$1m')
    .trim();
  if (EPOCH.test(text)) return Number(text) * (text.length > 10 ? 1 : 1000);
  const iso = parseInZone(text, timezone);
  if (iso !== undefined) return iso;
  const plain = western(text);
  const compact = COMPACT.exec(plain);
  if (compact) {
    const [, year, month, day, hour, minute, second = '0'] = compact;
    return hour === undefined
      ? undefined
      : instant(Number(year), Number(month), Number(day), `${hour}:${minute}:${second.padStart(2, '0')}`, timezone);
  }
  const parts = SPLIT_DATE.exec(plain);
  if (!parts?.[4]) return undefined;
  const numbers = parts.slice(1, 4);
  // A year of four digits in front says the order by itself.
  const order = numbers[0]?.length === 4 ? 'ymd' : (dateOrder ?? untoldOrder(numbers));
  if (order === undefined) return undefined;
  const at = (part: string) => numbers[order.indexOf(part)] ?? '';
  const year = at('y');
  const full = year.length <= 2 ? Number(year) + (Number(year) < FIRST_YEAR_OF_1900 ? 2000 : 1900) : Number(year);
  if (at('m').length > 2 || at('d').length > 2) return undefined;
  return instant(full, Number(at('m')), Number(at('d')), parts[4], timezone);
}

/** As CLDR writes short times in en-US: 3/2/26, 1:33 PM. */
const AMERICAN = /^\d{1,2}\/\d{1,2}\/\d{2},? \d{1,2}:\d{2} ?[AP]M$/;

/**
 * Which order the dates of a file can only have: a number above 12 is no month. `contrary`: some say one, some the other.
 * `american`: those that could be both are written as in the United States.
 */
export function dateOrderOf(texts: readonly string[]): {
  order: 'dmy' | 'mdy' | undefined;
  contrary: boolean;
  american: boolean;
} {
  let [dayFirst, monthFirst, doubtful, american] = [false, false, 0, 0];
  for (const text of new Set(texts)) {
    const parts = SPLIT_DATE.exec(text.normalize('NFKC').replace(/\s+/g, ' ').trim());
    const [one = '', two = '', year = ''] = parts?.slice(1, 4) ?? [];
    const isYearFirst = one.length > 2 || (year.length === 2 && untoldOrder([one, two, year]) !== undefined);
    if (!parts || isYearFirst) continue;
    if (Number(one) > 12) dayFirst = true;
    else if (Number(two) > 12) monthFirst = true;
    else if (one !== two) {
      doubtful += 1;
      if (AMERICAN.test(text.normalize('NFKC').replace(/\s+/g, ' '))) american += 1;
    }
  }
  const contrary = dayFirst && monthFirst;
  const order = contrary ? undefined : dayFirst ? 'dmy' : monthFirst ? 'mdy' : undefined;
  return { order, contrary, american: doubtful === american };
}

/** Whether a date could be read, if its order were told. */
export const couldBeRead = (written: string, { timezone }: Pick<DateSettings, 'timezone'>): boolean =>
  (['dmy', 'mdy'] as const).some((dateOrder) => readDate(written, { dateOrder, timezone }) !== undefined);

/** Where nobody says the order, a year of two digits in front is one of this time, and the last number cannot be one. */
function untoldOrder(numbers: readonly string[]): 'ymd' | undefined {
  const [first = '', , last = ''] = numbers;
  const isYear = (text: string): boolean =>
    text.length === 2 && Number(text) >= 20 && Number(text) < FIRST_YEAR_OF_1900;
  return isYear(first) && !isYear(last) ? 'ymd' : undefined;
}

function instant(year: number, month: number, day: number, time: string, timezone: string): number | undefined {
  const clock = CLOCK.exec(time.trim());
  if (!clock) return undefined;
  const [, hour = '', minute = '', second = '0', fraction = '', half] = clock;
  if (year < 1970 || (half !== undefined && (Number(hour) < 1 || Number(hour) > 12))) return undefined;
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (/p/i.test(half) ? 12 : 0);
  const ms = Number(`${fraction}000`.slice(0, 3));
  const wall = wallTime(year, month, day, hours, Number(minute), Number(second), ms);
  return wall === undefined ? undefined : wallToInstant(wall, timezone);
}

/** Names of months and Chinese dates in figures and marks; of days of the week nothing. */
function western(text: string): string {
  const chinese = text
    .replace(/(?:星期|周)[一二三四五六日天]/g, ' ')
    .replace(/(\d+) ?年 ?(\d+) ?月 ?(\d+) ?日?/, '$1-$2-$3 ')
    .replace(
      /(\d{1,2})[时點点] ?(\d{1,2}) ?分(?: ?(\d{1,2}) ?秒)?/,
      (_, h: string, m: string, s = '0') => `${h}:${m.padStart(2, '0')}:${String(s).padStart(2, '0')}`,
    )
    .replace(
      /(上午|凌晨|早上|下午|晚上|中午) ?(\d{1,2}:\d{2}(?::\d{2})?)/,
      (_, half: string, time: string) => `${time} ${/下午|晚上|中午/.test(half) ? 'PM' : 'AM'}`,
    )
    .replace(/^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? /i, '');
  const month = (name: string) => MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;
  return chinese
    .replace(/^(\d{1,2})[ -.]([A-Za-z]{3,9})\.?,?[ -](\d{2,4})/, (all, day: string, name: string, year: string) =>
      month(name) === 0 ? all : `${year.length === 2 ? `20${year}` : year}-${month(name)}-${day}`,
    )
    .replace(/^([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4}),?/, (all, name: string, day: string, year: string) =>
      month(name) === 0 ? all : `${year}-${month(name)}-${day}`,
    )
    .replace(/ +/g, ' ')
    .trim();
}
