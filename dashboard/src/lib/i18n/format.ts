import { LANGUAGE_TAGS, type Locale } from './translate.js';

/** Numbers, money, durations and times, as each language writes them. Times are those of the store. */

const cache = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>();
function cached<T extends Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>(
  key: string,
  make: () => T,
): T {
  let found = cache.get(key) as T | undefined;
  if (!found) cache.set(key, (found = make()));
  return found;
}
const numbers = (locale: Locale, options: Intl.NumberFormatOptions): Intl.NumberFormat =>
  cached(`n${locale}${JSON.stringify(options)}`, () => new Intl.NumberFormat(LANGUAGE_TAGS[locale], options));

/** 12480 → "12,480", in Chinese "1.2 万"; `digits` decimals at most. */
export function formatNumber(locale: Locale, value: number, digits = 0): string {
  if (locale === 'zh' && Math.abs(value) >= 10_000) return wan(value);
  return numbers(locale, { maximumFractionDigits: digits }).format(value);
}

/** With exactly `digits` decimals, for columns. */
export function formatFixed(locale: Locale, value: number, digits: number): string {
  return numbers(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

/** As it stands in a file, whatever its size: 12480 → "12,480" in both languages. */
export const formatExact = (locale: Locale, value: number, digits: number): string =>
  numbers(locale, { maximumFractionDigits: digits }).format(value);

/** A price to the last cent: 12.5 → "¥12.50". */
export function formatPrice(locale: Locale, value: number, currency: string): string {
  const digits = numbers(locale, { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  return `${currencySign(locale, currency)}${formatFixed(locale, value, digits)}`;
}

/** 1.2 万, 38 万, 1.4 亿: one decimal below a hundred of the unit. */
function wan(value: number): string {
  const [unit, size] = Math.abs(value) >= 1e8 ? ['亿', 1e8] : ['万', 1e4];
  const scaled = value / (size as number);
  return `${numbers('zh', { maximumFractionDigits: Math.abs(scaled) < 100 ? 1 : 0 }).format(scaled)} ${unit}`;
}

/** The sign of a currency as this language writes it: CNY → "¥". */
export function currencySign(locale: Locale, currency: string): string {
  const parts = numbers(locale, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' }).formatToParts(0);
  return parts.find((part) => part.type === 'currency')?.value ?? currency;
}

/** Money for reading: cents below a hundred, whole units above; `decimals` fixes that for a column or an axis. */
export function formatMoney(locale: Locale, value: number, currency: string, decimals?: number): string {
  const sign = currencySign(locale, currency);
  const minus = value < 0 ? '−' : '';
  const size = Math.abs(value);
  if (locale === 'zh' && size >= 10_000) return `${minus}${sign}${wan(size)}`;
  const most = numbers(locale, { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  const digits = Math.min(most, decimals ?? (size < 100 && size !== 0 ? most : 0));
  const text = numbers(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(size);
  return `${minus}${sign}${text}`;
}

/** An axis has one unit: in Chinese all of it in 万 where its top is, "¥0.5 万" below "¥1 万", and 0 without one. */
export function formatMoneyAxis(locale: Locale, value: number, currency: string, top: number): string {
  const inWan = locale === 'zh' && Math.abs(top) >= 10_000 && value !== 0;
  const digits = inWan || Math.abs(top) < 100 ? 2 : 0;
  const text = numbers(locale, { minimumFractionDigits: inWan ? 0 : digits, maximumFractionDigits: digits }).format(
    Math.abs(value) / (inWan ? 10_000 : 1),
  );
  return `${value < 0 ? '−' : ''}${currencySign(locale, currency)}${text}${inWan ? ' 万' : ''}`;
}

/** 0.334 → "33 %" in English, "33%" in Chinese; one decimal below ten percent. */
export function formatPercent(locale: Locale, share: number): string {
  const percent = share * 100;
  const digits = Math.abs(percent) < 10 && percent !== 0 ? 1 : 0;
  const text = numbers(locale, { maximumFractionDigits: digits }).format(percent);
  return locale === 'zh' ? `${text}%` : `${text}\u00a0%`;
}

/** 84 → "1 m 24 s" / "1分24秒"; two units at most; tenths below ten seconds where they say something. */
export function formatDuration(locale: Locale, seconds: number): string {
  const units = locale === 'zh' ? ['天', '小时', '分', '秒'] : ['\u00a0d', '\u00a0h', '\u00a0m', '\u00a0s'];
  const glue = locale === 'zh' ? '' : '\u00a0';
  if (seconds < 10) return `${numbers(locale, { maximumFractionDigits: 1 }).format(seconds)}${units[3]}`;
  let rest = Math.round(seconds);
  const parts: string[] = [];
  for (const [index, size] of [86_400, 3600, 60, 1].entries()) {
    const amount = Math.floor(rest / size);
    rest -= amount * size;
    if (amount > 0) parts.push(`${amount}${units[index]}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(glue);
}

/** Weight of goods: "850 g", "12.35 kg" / "850克"、"12.35公斤". */
export function formatWeight(locale: Locale, grams: number): string {
  const inGrams = Math.abs(grams) < 1000;
  const value = numbers(locale, { maximumFractionDigits: inGrams ? 0 : 2 }).format(inGrams ? grams : grams / 1000);
  return locale === 'zh' ? `${value}${inGrams ? '克' : '公斤'}` : `${value}\u00a0${inGrams ? 'g' : 'kg'}`;
}

/** A file: "840 kB", "12.4 MB", as browsers and systems count them: 1000 to the next. */
export function formatBytes(locale: Locale, bytes: number): string {
  const step =
    bytes < 1e6 ? { unit: 'kB', size: 1e3 } : bytes < 1e9 ? { unit: 'MB', size: 1e6 } : { unit: 'GB', size: 1e9 };
  const value = bytes / step.size;
  const digits = value < 10 ? 1 : 0;
  return `${numbers(locale, { maximumFractionDigits: digits }).format(value)}${locale === 'zh' ? ' ' : '\u00a0'}${step.unit}`;
}

/** "just now", "12 min ago" / "12分钟前". `justNow` covers the first five seconds and a clock that runs ahead. */
export function formatAgo(locale: Locale, thenMs: number, nowMs: number, justNow: string): string {
  const seconds = Math.round((nowMs - thenMs) / 1000);
  if (seconds < 5) return justNow;
  const format = cached(`r${locale}`, () => new Intl.RelativeTimeFormat(LANGUAGE_TAGS[locale], { style: 'short' }));
  if (seconds < 60) return format.format(-seconds, 'second');
  if (seconds < 3600) return format.format(-Math.floor(seconds / 60), 'minute');
  if (seconds < 86_400) return format.format(-Math.floor(seconds / 3600), 'hour');
  return format.format(-Math.floor(seconds / 86_400), 'day');
}

const times = (locale: Locale, timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  cached(
    `d${locale}${timeZone}${JSON.stringify(options)}`,
    () => new Intl.DateTimeFormat(LANGUAGE_TAGS[locale], { timeZone, hourCycle: 'h23', ...options }),
  );

/** "14:05" */
export const formatTime = (locale: Locale, ms: number, timeZone: string): string =>
  times(locale, timeZone, { hour: '2-digit', minute: '2-digit' }).format(ms);
/** "14:05:09" */
export const formatSeconds = (locale: Locale, ms: number, timeZone: string): string =>
  times(locale, timeZone, { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(ms);
/** "Sat, 13 Jun" / "6月13日周六" */
export const formatDay = (locale: Locale, ms: number, timeZone: string): string => {
  const options: Intl.DateTimeFormatOptions = { weekday: 'short', day: 'numeric', month: 'short' };
  const tag = locale === 'en' ? 'en-GB' : 'zh-CN';
  return cached(`day${tag}${timeZone}`, () => new Intl.DateTimeFormat(tag, { timeZone, ...options })).format(ms);
};
/** "Sat" / "周六" */
export const formatWeekday = (locale: Locale, ms: number, timeZone: string): string => {
  const tag = locale === 'en' ? 'en-GB' : 'zh-CN';
  return cached(`weekday${tag}${timeZone}`, () => new Intl.DateTimeFormat(tag, { timeZone, weekday: 'short' })).format(
    ms,
  );
};
/** "13 Jun" / "6月13日" */
export const formatShortDay = (locale: Locale, ms: number, timeZone: string): string => {
  const tag = locale === 'en' ? 'en-GB' : 'zh-CN';
  return cached(
    `short${tag}${timeZone}`,
    () => new Intl.DateTimeFormat(tag, { timeZone, day: 'numeric', month: 'short' }),
  ).format(ms);
};
/** "13 Jun 2026, 17:24" / "2026年6月13日 17:24": for paper, which is read years later */
export const formatDate = (locale: Locale, ms: number, timeZone: string): string => {
  const tag = locale === 'en' ? 'en-GB' : 'zh-CN';
  const options: Intl.DateTimeFormatOptions = { timeZone, day: 'numeric', month: 'short', year: 'numeric' };
  return cached(`date${tag}${timeZone}`, () => new Intl.DateTimeFormat(tag, options)).format(ms);
};
/** "13 Jun 2026, 17:24" / "2026年6月13日 17:24": a moment that may lie years away */
export const formatDateTime = (locale: Locale, ms: number, timeZone: string): string =>
  `${formatDate(locale, ms, timeZone)}${locale === 'en' ? ', ' : ' '}${formatTime(locale, ms, timeZone)}`;
/** Day and time where the day is not today's. */
export function formatMoment(locale: Locale, ms: number, nowMs: number, timeZone: string): string {
  const time = formatTime(locale, ms, timeZone);
  return formatDay(locale, ms, timeZone) === formatDay(locale, nowMs, timeZone)
    ? time
    : `${formatShortDay(locale, ms, timeZone)} ${time}`;
}
