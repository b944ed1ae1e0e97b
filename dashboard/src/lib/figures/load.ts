import type {
  FootfallRow,
  HeatmapView,
  ProductRow,
  ShoppersView,
  UnjoinedView,
  ZoneRow,
} from '../api/generated/schema.js';
import type { ApiClient, Bucket, Span } from '../api/client.js';
import { compareSpan, MINUTE, resolvePeriod, type Compare, type Period } from './periods.js';
import { firstSensed, joinSteps, withCoverage, type Step } from './series.js';

export interface Question {
  api: ApiClient;
  storeId: string;
  period: Period;
  compare: Compare;
  timeZone: string;
  minimumCoverage: number;
  nowMs: number;
}

/** The figures over time that every page shares. */
export interface Overview {
  span: Span;
  bucket: Bucket;
  /** live only: the figures begin here, because nothing was sensed earlier today; else null */
  sensingSinceMs: number | null;
  before: Span | null;
  shoppers: ShoppersView;
  shoppersBefore: ShoppersView | null;
  steps: Step[];
  stepsBefore: Step[] | null;
}

export async function loadOverview(question: Question, signal: AbortSignal): Promise<Overview> {
  const { api, storeId, period, compare, timeZone } = question;
  const { bucket: usual, ...whole } = resolvePeriod(period, question.nowMs, timeZone);
  const sensingSinceMs = period.kind === 'live' ? await beginOfSensing(question, whole, signal) : null;
  const span = sensingSinceMs === null ? whole : sinceSensing(whole, sensingSinceMs);
  const bucket = sensingSinceMs !== null && whole.toMs - sensingSinceMs <= 2 * 3_600_000 ? 'minute' : usual;
  const before = compareSpan(period, span, compare, timeZone);
  const [shoppers, footfall, sales, shoppersBefore, footfallBefore, salesBefore] = await Promise.all([
    api.shoppers(storeId, span, signal),
    api.footfall(storeId, span, bucket, signal),
    api.sales(storeId, span, bucket, signal),
    before ? api.shoppers(storeId, before, signal) : null,
    before ? api.footfall(storeId, before, bucket, signal) : null,
    before ? api.sales(storeId, before, bucket, signal) : null,
  ]);
  const coverage = (of: Span): Promise<number> => api.shoppers(storeId, of, signal).then((view) => view.coverage);
  const ends = { nowMs: question.nowMs, whole: shoppers.coverage };
  const steps = await withCoverage(joinSteps(span, bucket, timeZone, footfall, sales), span, coverage, ends);
  const stepsBefore =
    before && footfallBefore && salesBefore && shoppersBefore
      ? await withCoverage(joinSteps(before, bucket, timeZone, footfallBefore, salesBefore), before, coverage, {
          ...ends,
          whole: shoppersBefore.coverage,
        })
      : null;
  return {
    span,
    bucket,
    sensingSinceMs,
    before,
    shoppers,
    shoppersBefore,
    steps,
    stepsBefore,
  };
}

/**
 * The minute that runs has hardly been sensed yet. It is left out as long as it would weigh more than a third of the time
 * since sensing began.
 */
function sinceSensing(day: Span, sinceMs: number): Span {
  const short = day.toMs - sinceMs < 3 * MINUTE && day.toMs - sinceMs > MINUTE;
  return { fromMs: sinceMs, toMs: short ? day.toMs - MINUTE : day.toMs };
}

/**
 * On the day that a shop is switched on, most of the day was not sensed, and every figure of it would stay silent. The live
 * view then speaks of the time since sensing began, and says so.
 */
async function beginOfSensing(question: Question, day: Span, signal: AbortSignal): Promise<number | null> {
  const { api, storeId } = question;
  const shoppers = await api.shoppers(storeId, day, signal);
  if (shoppers.coverage >= question.minimumCoverage) return null;
  const hour = firstSensed(await api.footfall(storeId, day, 'hour', signal));
  if (hour === null) return null;
  const hourSpan = { fromMs: Math.max(day.fromMs, hour), toMs: Math.min(day.toMs, hour + 3_600_000) };
  const minutes = await api.footfall(storeId, hourSpan, 'minute', signal);
  const minute = firstSensed(minutes, question.minimumCoverage) ?? firstSensed(minutes) ?? hourSpan.fromMs;
  return minute > day.fromMs ? minute : null;
}

export interface AskedSpan {
  span: Span;
  before: Span | null;
  sensingSinceMs: number | null;
}

/** What a page's period and comparison are, in the live view since sensing began. */
export async function spanOf(question: Question, signal: AbortSignal): Promise<AskedSpan> {
  const { period, compare, timeZone } = question;
  const { fromMs, toMs } = resolvePeriod(period, question.nowMs, timeZone);
  const sensingSinceMs = period.kind === 'live' ? await beginOfSensing(question, { fromMs, toMs }, signal) : null;
  const span = sensingSinceMs === null ? { fromMs, toMs } : sinceSensing({ fromMs, toMs }, sensingSinceMs);
  return { span, before: compareSpan(period, span, compare, timeZone), sensingSinceMs };
}

export interface PeopleFigures extends Overview {
  /** one row for each entrance, over the whole span */
  entrances: FootfallRow[];
}

export async function loadPeople(question: Question, signal: AbortSignal): Promise<PeopleFigures> {
  const overview = await loadOverview(question, signal);
  return { ...overview, entrances: await question.api.footfall(question.storeId, overview.span, 'all', signal) };
}

export interface PlaceFigures extends Overview {
  zones: ZoneRow[];
  /** null while live: the live picture is drawn then */
  heatmap: HeatmapView | null;
}

export async function loadPlace(question: Question, signal: AbortSignal): Promise<PlaceFigures> {
  const overview = await loadOverview(question, signal);
  const [zones, heatmap] = await Promise.all([
    question.api.zones(question.storeId, overview.span, signal),
    question.period.kind === 'live' ? null : question.api.heatmap(question.storeId, overview.span, signal),
  ]);
  return { ...overview, zones, heatmap };
}

export interface GoodsFigures {
  span: Span;
  sensingSinceMs: number | null;
  before: Span | null;
  products: ProductRow[];
  productsBefore: ProductRow[] | null;
  unjoined: UnjoinedView;
}

export async function loadGoods(question: Question, signal: AbortSignal): Promise<GoodsFigures> {
  const { api, storeId } = question;
  const { span, before, sensingSinceMs } = await spanOf(question, signal);
  const [products, productsBefore, unjoined] = await Promise.all([
    api.products(storeId, span, signal),
    before ? api.products(storeId, before, signal) : null,
    api.unjoined(storeId, signal),
  ]);
  return { span, sensingSinceMs, before, products, productsBefore, unjoined };
}
