import { DAY_MS, HOUR_MS, ProductBook, type Goal } from '@aisle/contracts';
import type { Insight } from '../insight/index.js';
import type { CampaignSettings, StoreVersion } from '../ports/index.js';

/** What a shop sells, or how often people stop or take something, without a campaign: how long a proof will take follows from it. */
export interface UsualRate {
  /** outcomes a day that blocks would count */
  perDay: number;
  /** variance of an hour's count ÷ its mean, beyond what the hour of the day explains; at least 1 */
  dispersion: number;
}

const DAYS = 28;
/** Fewer outcomes in that time tell no rate. */
const LEAST_OUTCOMES = 50;
const LEAST_DAYS = 7;
/** Of a chain so many shops are looked at, and stand for the others. */
const MOST_SHOPS = 10;

type Settings = Pick<CampaignSettings, 'goal' | 'category' | 'gtins' | 'content' | 'blockMinutes' | 'washInMinutes'>;

/** From the last four weeks of the shops; undefined where they tell too little, and for scans, which need a campaign. */
export async function usualRate(
  insight: Pick<Insight, 'zoneMetrics' | 'productMetrics'>,
  settings: Settings,
  stores: readonly StoreVersion[],
  now: number,
): Promise<UsualRate | undefined> {
  if (settings.goal === 'scans' || stores.length === 0) return undefined;
  const step = Math.max(1, Math.ceil(stores.length / MOST_SHOPS));
  const looked = stores.filter((_, index) => index % step === 0);
  const to = Math.floor(now / HOUR_MS) * HOUR_MS;
  const period = { from: new Date(to - DAYS * DAY_MS).toISOString(), to: new Date(to).toISOString() };
  let total = 0;
  let squares = 0;
  let expected = 0;
  let days = 0;
  for (const store of looked) {
    const hours = await hoursOf(insight, settings, store, period);
    const share = await featuredShare(insight, settings, store, period);
    days = Math.max(days, new Set([...hours.keys()].map((from) => from.slice(0, 10))).size);
    const byHour = new Map<string, number[]>();
    for (const [from, count] of hours) {
      const hour = from.slice(11, 13);
      byHour.set(hour, [...(byHour.get(hour) ?? []), count]);
      total += count * share;
    }
    for (const counts of byHour.values()) {
      if (counts.length < 2) continue;
      const mean = counts.reduce((sum, one) => sum + one, 0) / counts.length;
      squares += counts.reduce((sum, one) => sum + (one - mean) ** 2, 0);
      expected += mean * (counts.length - 1);
    }
  }
  if (total < LEAST_OUTCOMES || days < LEAST_DAYS || expected <= 0) return undefined;
  const perDay = (total / days) * (stores.length / looked.length) * countedShare(settings);
  return { perDay, dispersion: Math.max(1, squares / expected) };
}

/** Stops and pickups count behind the wash-in; a sale for the newest block whose counting had begun. */
const countedShare = ({ goal, blockMinutes, washInMinutes }: Settings): number =>
  goal === 'sales' ? Math.min(1, 30 / blockMinutes) : (blockMinutes - washInMinutes) / blockMinutes;

const outcomeOf: Readonly<Record<Exclude<Goal, 'scans'>, 'engagedVisits' | 'pickups' | 'units'>> = {
  stops: 'engagedVisits',
  pickups: 'pickups',
  sales: 'units',
};

const featuredOf = ({ gtins, content }: Settings): string[] => [
  ...new Set([...gtins, ...content.flatMap((item) => item.gtins ?? [])]),
];

/** Outcomes of each hour that was sensed, in the zones of what the campaign is about. */
async function hoursOf(
  insight: Pick<Insight, 'zoneMetrics'>,
  settings: Settings,
  store: StoreVersion,
  period: { from: string; to: string },
): Promise<Map<string, number>> {
  const { zones = [], products } = store.storeFile;
  const book = new ProductBook(products);
  const categories = new Set(
    settings.category !== null
      ? [settings.category]
      : featuredOf(settings).flatMap((gtin) => book.find(gtin)?.category ?? []),
  );
  const about = new Set(
    zones
      .filter(({ category }) => categories.size === 0 || (category !== undefined && categories.has(category)))
      .map(({ id }) => id),
  );
  const hours = new Map<string, number>();
  const what = outcomeOf[settings.goal as Exclude<Goal, 'scans'>];
  for (const row of await insight.zoneMetrics(store, { ...period, bucket: 'hour' })) {
    const value = row[what];
    if (value !== null && about.has(row.zoneId)) hours.set(row.from, (hours.get(row.from) ?? 0) + value);
  }
  return hours;
}

/** How much of it is of the featured products; all where the campaign is about a category or the store, and of stops. */
async function featuredShare(
  insight: Pick<Insight, 'productMetrics'>,
  settings: Settings,
  store: StoreVersion,
  period: { from: string; to: string },
): Promise<number> {
  const featured = featuredOf(settings);
  if (featured.length === 0 || settings.goal === 'stops') return 1;
  const book = new ProductBook(store.storeFile.products);
  const own = new Set(featured.flatMap((gtin) => book.find(gtin)?.gtin ?? []));
  const categories = new Set([...own].flatMap((gtin) => book.find(gtin)?.category ?? []));
  let all = 0;
  let mine = 0;
  for (const row of await insight.productMetrics(store, period)) {
    const product = book.find(row.gtin);
    if (!product || (categories.size > 0 && !categories.has(product.category ?? ''))) continue;
    const value = (settings.goal === 'pickups' ? row.pickups : row.units) ?? 0;
    all += value;
    if (own.has(product.gtin)) mine += value;
  }
  return all > 0 ? mine / all : 0;
}
