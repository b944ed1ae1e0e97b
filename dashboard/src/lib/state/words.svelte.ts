import * as format from '../i18n/format.js';
import { nameOf, type Locale, type MessageKey, type Name, type Params } from '../i18n/translate.js';
import { toWall } from '../figures/store-time.js';
import { tell, type Told, type TellOptions } from '../figures/truth.js';
import type { Standing } from '../figures/standing.js';
import type { Now } from './now.svelte.js';
import type { Preferences } from './preferences.svelte.js';
import type { Stores } from './stores.svelte.js';

/** Words and figures in the reader's language, the store's time zone and the store's currency. */
export class Words {
  readonly #preferences: Preferences;
  readonly #stores: Stores;
  readonly #now: Now;

  constructor(preferences: Preferences, stores: Stores, now: Now) {
    this.#preferences = preferences;
    this.#stores = stores;
    this.#now = now;
  }

  get locale(): Locale {
    return this.#preferences.locale;
  }
  get timeZone(): string {
    return this.#stores.shop?.timeZone ?? 'UTC';
  }
  get #currency(): string {
    return this.#stores.shop?.currency ?? 'CNY';
  }
  get currencySign(): string {
    return format.currencySign(this.locale, this.#currency);
  }

  t = (key: MessageKey, params?: Params): string => this.#preferences.t(key, params);
  name = (name: Name, id: string): string => nameOf(name, this.locale, id);
  /** "Dairy, Bread" / 乳品、面包 */
  /** "Last heard: just now", with the colon of the language. */
  pair = (what: string, said: string): string => this.t('error.field', { field: what, what: said });
  list = (names: readonly string[]): string => names.join(this.locale === 'zh' ? '、' : ', ');
  number = (value: number, digits = 0): string => format.formatNumber(this.locale, value, digits);
  money = (value: number): string => format.formatMoney(this.locale, value, this.#currency);
  /** Money of one column: all with cents or all without, whichever fits the largest. */
  moneyColumn = (values: readonly (number | null)[]): ((value: number) => string) => {
    const largest = Math.max(0, ...values.map((value) => Math.abs(value ?? 0)));
    return (value) => format.formatMoney(this.locale, value, this.#currency, largest < 100 ? 2 : 0);
  };
  /** @param top the axis' own */
  moneyAxis = (top: number): ((value: number) => string) => {
    return (value) => format.formatMoneyAxis(this.locale, value, this.#currency, top);
  };
  percent = (share: number): string => format.formatPercent(this.locale, share);
  duration = (seconds: number): string => format.formatDuration(this.locale, seconds);
  weight = (grams: number): string => format.formatWeight(this.locale, grams);
  bytes = (bytes: number): string => format.formatBytes(this.locale, bytes);
  ago = (ms: number): string => format.formatAgo(this.locale, ms, this.#now.ms, this.t('time.justNow'));
  time = (ms: number): string => format.formatTime(this.locale, ms, this.timeZone);
  seconds = (ms: number): string => format.formatSeconds(this.locale, ms, this.timeZone);
  day = (ms: number): string => format.formatDay(this.locale, ms, this.timeZone);
  /** "2026-06-13", whatever the zone → "13 Jun 2026" */
  dayOnly = (text: string): string => format.formatDate(this.locale, Date.parse(`${text}T12:00:00Z`), 'UTC');
  /** "2026-06-13": the store's day */
  dayText = (ms: number): string => toWall(ms, this.timeZone).slice(0, 10);
  weekday = (ms: number): string => format.formatWeekday(this.locale, ms, this.timeZone);
  shortDay = (ms: number): string => format.formatShortDay(this.locale, ms, this.timeZone);
  date = (ms: number): string => format.formatDate(this.locale, ms, this.timeZone);
  dateTime = (ms: number): string => format.formatDateTime(this.locale, ms, this.timeZone);
  moment = (ms: number): string => format.formatMoment(this.locale, ms, this.#now.ms, this.timeZone);

  /** Since when a figure is not live, or not known; empty while it is. */
  standing = (standing: Standing): string => {
    if (standing.state === 'live') return this.t('truth.unknown');
    const { why, sinceMs } = standing;
    if (why === 'waiting') return this.t('live.waiting');
    if (sinceMs === null) return this.t(why === 'sensors' ? 'truth.notSensed' : 'truth.unknown');
    const time = this.moment(sinceMs);
    if (standing.state === 'stale') return this.t('standing.asOf', { time });
    return this.t(why === 'sensors' ? 'standing.unsensed' : 'standing.unknown', { time });
  };

  /** The figure, or the words for why there is none; the store file may set the least coverage. */
  tell = (value: number | null | undefined, options: TellOptions = {}): Told =>
    tell(this.t, this.locale, value, { minimum: this.#stores.shop?.minimumCoverage, ...options });
}
