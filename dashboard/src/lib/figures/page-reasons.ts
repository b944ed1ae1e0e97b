import type { AvailabilityRow, ProductRow, ShoppersRow, ZoneRow } from '../api/generated/schema.js';
import type { Locale, MessageKey, Translate } from '../i18n/translate.js';
import { formatDuration, formatNumber, formatPercent } from '../i18n/format.js';
import { differs, shareDiffers, usualOf, type CountedHour, type Direction, type Usual } from './usual.js';

/** What reasons are worded and judged by. */
export interface ReasonWords {
  t: Translate;
  locale: Locale;
  money: (value: number) => string;
  timeZone: string;
  /** share of sensed time below which an hour is not compared */
  minimum: number;
  nowMs: number;
}
export interface Reason {
  key: string;
  /** null: nothing to compare with, or no direction */
  direction: Direction | null;
  words: string;
}
interface Span {
  fromMs: number;
  toMs: number;
}

/** Why a zone was busier or quieter than usual: how many came, how many of them came here, stopped, bought, and for how much. */
export function zoneReasons(
  words: ReasonWords,
  page: { span: Span; hours: readonly ZoneRow[]; shop: readonly ShoppersRow[]; sells: boolean },
): Reason[] {
  const { minimum } = words;
  const shop = new Map(page.shop.map((row) => [Date.parse(row.from), row]));
  const hours = page.hours.map((row): CountedHour => {
    const startMs = Date.parse(row.from);
    const all = shop.get(startMs);
    const seen = row.coverage >= minimum;
    return {
      startMs,
      counts: {
        visits: seen ? row.visits : null,
        visitors: seen ? row.visitors : null,
        engaged: seen ? row.engagedVisits : null,
        footfall: all && all.coverage >= minimum ? all.footfall : null,
        ...(page.sells && {
          purchases: tillsKnown(row, minimum) ? row.transactions : null,
          sales: salesOf(row, minimum),
        }),
      },
    };
  });
  const usual = usualOf(hours, page.span, words.nowMs, words.timeZone, [
    ...['visits', 'visitors', 'engaged', 'footfall'],
    ...(page.sells ? ['purchases', 'sales'] : []),
  ]);
  if (!usual) return [{ key: 'none', direction: null, words: words.t('why.noUsual') }];
  const lines = [count(words, usual, 'visits'), count(words, usual, 'footfall')];
  lines.push(share(words, usual, 'draw', 'visitors', 'footfall'), share(words, usual, 'engaged', 'engaged', 'visits'));
  if (page.sells) {
    lines.push(share(words, usual, 'bought', 'purchases', 'visitors'));
    lines.push(...purchase(words, usual));
  }
  return [...lines, basis(words, usual)];
}

/** The same of a product: how many came, took it, and bought it. */
export function productReasons(
  words: ReasonWords,
  page: { span: Span; hours: readonly ProductRow[]; shop: readonly ShoppersRow[]; sensed: boolean },
): Reason[] {
  const { minimum } = words;
  const shop = new Map(page.shop.map((row) => [Date.parse(row.from), row]));
  const hours = page.hours.map((row): CountedHour => {
    const startMs = Date.parse(row.from ?? '');
    const all = shop.get(startMs);
    return {
      startMs,
      counts: {
        units: tillsKnown(row, minimum) ? Math.max(0, row.units) : null,
        footfall: all && all.coverage >= minimum ? all.footfall : null,
        ...(page.sensed && {
          pickups: row.coverage >= minimum ? row.pickups : null,
          returned: row.coverage >= minimum ? row.returned : null,
        }),
      },
    };
  });
  const usual = usualOf(hours, page.span, words.nowMs, words.timeZone, [
    ...['units', 'footfall'],
    ...(page.sensed ? ['pickups', 'returned'] : []),
  ]);
  if (!usual) return [{ key: 'none', direction: null, words: words.t('why.noUsual') }];
  const lines = [count(words, usual, 'units'), count(words, usual, 'footfall')];
  if (page.sensed) lines.push(count(words, usual, 'pickups'), share(words, usual, 'regret', 'returned', 'pickups'));
  return [...lines, basis(words, usual)];
}

/** How long slots stood empty while the shop was open; undefined where nothing is known of them. */
export function emptyReason(words: ReasonWords, slots: readonly AvailabilityRow[]): Reason | undefined {
  const known = slots.filter(({ availability }) => availability !== null);
  if (known.length === 0) return undefined;
  const empty = known.filter(({ emptySeconds }) => emptySeconds >= 60);
  if (empty.length === 0) return { key: 'empty', direction: 'same', words: words.t('why.empty.never') };
  const seconds = empty.reduce((sum, slot) => sum + slot.emptySeconds, 0);
  return {
    key: 'empty',
    direction: 'less',
    words: words.t('why.empty', { count: empty.length, time: formatDuration(words.locale, seconds) }),
  };
}

const tillsKnown = ({ coverageOf }: ZoneRow | ProductRow, minimum: number): boolean =>
  coverageOf.sales === null || coverageOf.sales >= minimum;
const salesOf = (row: ZoneRow, minimum: number): number | null =>
  tillsKnown(row, minimum) && row.currency !== null ? row.salesNet : null;

function count(words: ReasonWords, { actual, usual, depth }: Usual, name: string): Reason {
  const [is, was] = [actual[name] ?? 0, usual[name] ?? 0];
  const number = (value: number): string => formatNumber(words.locale, Math.round(value));
  return told(words, name, differs(is, was, depth), is, was, number);
}

function share(words: ReasonWords, { actual, usual, depth }: Usual, name: string, part: string, whole: string): Reason {
  const is = { count: actual[part] ?? 0, of: actual[whole] ?? 0 };
  const was = { count: usual[part] ?? 0, of: usual[whole] ?? 0 };
  const percent = (value: number): string => formatPercent(words.locale, value);
  if (is.of === 0 || was.of === 0)
    return { key: name, direction: null, words: words.t(`why.${name}.none` as MessageKey) };
  return told(words, name, shareDiffers(is, was, depth), is.count / is.of, was.count / was.of, percent);
}

/** Purchases differ about as much as they are worth: their mean is known to one part in √n. */
function purchase(words: ReasonWords, { actual, usual, depth }: Usual): Reason[] {
  const [n, m] = [actual['purchases'] ?? 0, usual['purchases'] ?? 0];
  if (n <= 0 || m <= 0) return [];
  const [is, was] = [(actual['sales'] ?? 0) / n, (usual['sales'] ?? 0) / m];
  if (is <= 0 || was <= 0) return [];
  const change = Math.log(is / was);
  const direction = Math.abs(change) < 2 * Math.sqrt(1 / n + 1 / (m * depth)) ? 'same' : change > 0 ? 'more' : 'less';
  return [told(words, 'purchase', direction, is, was, words.money)];
}

function told(
  { t, locale }: ReasonWords,
  key: string,
  direction: Direction,
  is: number,
  was: number,
  format: (value: number) => string,
): Reason {
  const change =
    direction === 'same' || was === 0
      ? t(direction === 'same' ? 'why.same' : 'why.new')
      : t(`why.${direction}`, { percent: formatPercent(locale, Math.abs(is / was - 1)) });
  return { key, direction, words: t(`why.${key}` as MessageKey, { value: format(is), usual: format(was), change }) };
}

const basis = ({ t, locale }: ReasonWords, { hours, of, depth }: Usual): Reason => ({
  key: 'basis',
  direction: null,
  words: t('why.basis', { hours, of, weeks: formatNumber(locale, depth, 1) }),
});
