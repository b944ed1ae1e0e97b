import type {
  AvailabilityRow,
  BlockRow,
  DwellView,
  FootfallRow,
  HeatmapView,
  PlayLogRow,
  PlayRow,
  ProductRow,
  SalesRow,
  PageView,
  ShoppersRow,
  ShoppersView,
  SlotFunnelRow,
  SlotRow,
  ZoneRow,
} from '@aisle/contracts';
import type { Clock, SeriesStore } from '../ports/index.js';
import type { Bucket } from './buckets.js';
import { productMetrics, sales } from './metrics/goods.js';
import { availability, type EmptySpell } from './metrics/availability.js';
import { dwell } from './metrics/dwell.js';
import { footfall, heatmap, shopperMetrics, shoppersOverTime } from './metrics/people.js';
import { slotFunnel } from './metrics/funnel.js';
import { slotMetrics } from './metrics/slots.js';
import { blocks } from './metrics/blocks.js';
import { logRow } from './metrics/play-log.js';
import { plays, playsIn } from './metrics/plays.js';
import { pageFigures } from './metrics/page.js';
import type { Asked } from './metrics/shared.js';
import { zoneDays, type ZoneDay } from './metrics/zone-days.js';
import { zoneMetrics } from './metrics/zones.js';
import {
  checkRows,
  bucketOf,
  engagedAfterOf,
  oneOf,
  periodOf,
  type RawQuery,
  pageQuestionOf,
  type PageQuery,
} from './query.js';
import { readSince, type FactReader } from './reader.js';
import { RollupKeeper } from './rollups.js';
import type { StoreCalendar, StoreContext } from './store-calendar.js';
import { Editions, StoreTimeline, type VersionSource } from './store-timeline.js';

export { openRtb, playsCsv } from './metrics/play-log.js';
export { slotsOf } from './edition.js';
export { storeTime } from './buckets.js';
export { LATEST, NO_INSTANT, QueryError, periodOf, type RawQuery } from './query.js';
export { PAGE_PARTS } from './page-parts.js';
export { METRIC_VERSION, StoreCalendar, type StoreContext } from './store-calendar.js';
export type { ZoneDay } from './metrics/zone-days.js';
export type { VersionSource } from './store-timeline.js';

/** Answers to the REST calls. Every method throws QueryError (400) for a question that cannot be answered as asked. */
export interface Insight {
  /** `in` and `out` per entrance and bucket (minute | hour | day | all, default hour). */
  footfall(store: StoreContext, query: RawQuery): Promise<FootfallRow[]>;
  /** bucket minute | hour | day | all (default all), zoneId (one zone's rows, also where nothing happened), engagedAfter in whole seconds (default: each zone's own, of the version that the minute was made under). */
  zoneMetrics(store: StoreContext, query: RawQuery): Promise<ZoneRow[]>;
  /** bucket minute | hour | day | all (default all), gtin (one product's rows, also where nothing happened) */
  productMetrics(store: StoreContext, query: RawQuery): Promise<ProductRow[]>;
  dwell(store: StoreContext, zoneId: string, query: RawQuery): Promise<DwellView>;
  /** @param spells reads when slots were empty at any moment of [from, to), epoch ms */
  availability(
    store: StoreContext,
    query: RawQuery,
    spells: (from: number, to: number) => Promise<readonly EmptySpell[]>,
  ): Promise<AvailabilityRow[]>;
  /** bucket minute | hour | day | all (default all) */
  slotMetrics(store: StoreContext, query: RawQuery): Promise<SlotRow[]>;
  /**
   * The funnel of every facing, each step beside what is usual for its category and level.
   * @param spells as of `availability`
   */
  slotFunnel(
    store: StoreContext,
    query: RawQuery,
    spells: (from: number, to: number) => Promise<readonly EmptySpell[]>,
  ): Promise<SlotFunnelRow[]>;
  /** What zones came to, day by day of the shop. @param period epoch ms */
  zoneDays(store: StoreContext, period: { from: number; to: number }): Promise<ZoneDay[]>;
  heatmap(store: StoreContext, query: RawQuery): Promise<HeatmapView>;
  shopperMetrics(store: StoreContext, query: RawQuery): Promise<ShoppersView>;
  /** The same over time, bucket minute | hour | day (default hour). */
  shoppersOverTime(store: StoreContext, query: RawQuery): Promise<ShoppersRow[]>;
  /** All of that for a page, of one period and of the one that it is compared with (bucket minute | hour | day, default hour). */
  page(store: StoreContext, query: PageQuery): Promise<PageView>;
  /** Sales over time, bucket minute | hour | day | all (default hour). */
  sales(store: StoreContext, query: RawQuery): Promise<SalesRow[]>;
  plays(store: StoreContext, screenId: string, query: RawQuery): Promise<PlayRow[]>;
  /** Blocks of campaigns that begin in the period, at the group that the screen is in. */
  blocks(store: StoreContext, screenId: string, query: RawQuery): Promise<BlockRow[]>;
  /** The shop's log of plays, by their beginning. */
  playLog(store: StoreContext, query: RawQuery): Promise<PlayLogRow[]>;
  /**
   * Makes the rollups that are missing or no longer true, for hours and days that have ended. Call it often: it looks only at what
   * was written since, and answers are the same without, only slower. Gives the number of hours and days made.
   */
  maintainRollups(store: StoreContext): Promise<number>;
  /** Whether that may find anything to do. @param calendar the shop's as it is now */
  rollupsDue(calendar: StoreCalendar): Promise<boolean>;
}

export interface InsightParts {
  series: SeriesStore;
  clock: Clock;
  /** left out: every fact is read with the version in force */
  versions?: VersionSource;
}

export function createInsight({ series, clock, versions }: InsightParts): Insight {
  const editions = new Editions(versions);
  const keeper = new RollupKeeper(series);
  const asked = (store: StoreContext, query: RawQuery, bucket: Bucket): Asked => ({
    timeline: new StoreTimeline(store, editions),
    ...periodOf(query),
    bucket,
    now: clock.now(),
  });
  const of = ({ unreadBefore }: StoreContext): FactReader => readSince(series, unreadBefore);
  return {
    footfall: async (store, query) => footfall(of(store), asked(store, query, bucketOf(query, 'hour'))),
    zoneMetrics: async (store, query) =>
      zoneMetrics(
        of(store),
        asked(store, query, bucketOf(query, 'all')),
        engagedAfterOf(query),
        oneOf(query, 'zoneId'),
      ),
    productMetrics: async (store, query) =>
      productMetrics(of(store), asked(store, query, bucketOf(query, 'all')), oneOf(query, 'gtin')),
    dwell: async (store, zoneId, query) => dwell(of(store), asked(store, query, 'all'), zoneId),
    availability: async (store, query, spells) => {
      const question = asked(store, query, 'all');
      return availability(of(store), question, await spells(question.from, question.to));
    },
    slotMetrics: async (store, query) => slotMetrics(of(store), asked(store, query, bucketOf(query, 'all'))),
    slotFunnel: async (store, query, spells) => {
      const question = asked(store, query, 'all');
      return slotFunnel(of(store), question, await spells(question.from, question.to));
    },
    zoneDays: (store, period) =>
      zoneDays(of(store), { timeline: new StoreTimeline(store, editions), ...period, bucket: 'day', now: clock.now() }),
    heatmap: async (store, query) => heatmap(of(store), asked(store, query, 'all')),
    shopperMetrics: async (store, query) => shopperMetrics(of(store), asked(store, query, 'all')),
    shoppersOverTime: async (store, query) => shoppersOverTime(of(store), asked(store, query, bucketOf(query, 'hour'))),
    page: async (store, query) =>
      pageFigures(of(store), asked(store, query, bucketOf(query, 'hour')), pageQuestionOf(query)),
    sales: async (store, query) => sales(of(store), asked(store, query, bucketOf(query, 'hour'))),
    plays: async (store, screenId, query) => plays(of(store), asked(store, query, 'all'), screenId),
    blocks: async (store, screenId, query) => blocks(of(store), asked(store, query, 'all'), screenId),
    playLog: async (store, query) => {
      const found = await playsIn(of(store), { storeId: store.storeId, ...periodOf(query) });
      checkRows(found.length);
      return found.map(logRow);
    },
    rollupsDue: (calendar) => keeper.isDue(calendar, clock.now()),
    maintainRollups: (store) => keeper.maintain(new StoreTimeline(store, editions), clock.now()),
  };
}
