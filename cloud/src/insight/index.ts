import type {
  FootfallRow,
  HeatmapView,
  PlanogramView,
  PlayRow,
  ProductRow,
  SalesRow,
  ShoppersView,
  StoreFile,
  ZoneRow,
} from '@aisle/contracts';
import type { Clock, SeriesStore } from '../ports/index.js';
import type { RawQuery } from './query.js';

export { QueryError, type RawQuery } from './query.js';

/** The definitions of every figure. Rises when one changes; rollups made by another version are not used. */
export const METRIC_VERSION = 1;

/** The shop that is asked about: its id and the version of its file now in force. */
export interface StoreContext {
  storeId: string;
  version: number;
  storeFile: StoreFile;
}

/** Answers to the REST calls. Every method throws QueryError (400) for a question that cannot be answered as asked. */
export interface Insight {
  /** `in` and `out` per entrance and bucket (minute | hour | day | all, default hour). */
  footfall(store: StoreContext, query: RawQuery): Promise<FootfallRow[]>;
  /** bucket minute | hour | day | all (default all), engagedAfter in whole seconds (default: each zone's own). */
  zoneMetrics(store: StoreContext, query: RawQuery): Promise<ZoneRow[]>;
  productMetrics(store: StoreContext, query: RawQuery): Promise<ProductRow[]>;
  heatmap(store: StoreContext, query: RawQuery): Promise<HeatmapView>;
  shopperMetrics(store: StoreContext, query: RawQuery): Promise<ShoppersView>;
  /** Sales over time, bucket minute | hour | day | all (default hour). */
  sales(store: StoreContext, query: RawQuery): Promise<SalesRow[]>;
  plays(store: StoreContext, screenId: string, query: RawQuery): Promise<PlayRow[]>;
  planogram(store: StoreContext): PlanogramView;
  /**
   * Makes the rollups that are missing or no longer true, for hours and days that have ended. Call it every few minutes;
   * answers are the same without, only slower. Gives the number of hours and days made.
   */
  maintainRollups(store: StoreContext): Promise<number>;
}

export function createInsight(_parts: { series: SeriesStore; clock: Clock }): Insight {
  throw new Error('not yet');
}
