import type {
  FootfallRow,
  HeatmapView,
  PageSide,
  PageView,
  ProductRow,
  ShoppersView,
  UnjoinedView,
  ZoneRow,
} from '../api/generated/schema.js';
import type { ApiClient, Bucket, PagePart, Span } from '../api/client.js';
import { compareSpan, resolvePeriod, type Compare, type Period } from './periods.js';
import { heardOf, stepsOf, type Step } from './series.js';

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
  /** the figures begin here, because nothing of the period was sensed before; else null */
  sensingSinceMs: number | null;
  before: Span | null;
  shoppers: ShoppersView;
  shoppersBefore: ShoppersView | null;
  steps: Step[];
  stepsBefore: Step[] | null;
  /** share of the time of which the shop has told anything, 0 to 1: what the tills' figures may be compared by */
  heard: number;
  heardBefore: number;
}

/** What the server answers for a page: one question for all that stands on it. */
async function ask(question: Question, parts: readonly PagePart[], signal: AbortSignal): Promise<PageView> {
  const { api, storeId, period, compare, timeZone } = question;
  const { bucket, ...span } = resolvePeriod(period, question.nowMs, timeZone);
  const beforeMs = compareSpan(period, span, compare, timeZone)?.fromMs ?? null;
  return api.page(storeId, span, { bucket, beforeMs, parts }, signal);
}

const sideSpan = ({ from, to }: PageSide): Span => ({ fromMs: Date.parse(from), toMs: Date.parse(to) });

function overviewOf(view: PageView, { timeZone, nowMs }: Question): Overview {
  const { now, before, bucket } = view;
  const [span, spanBefore] = [sideSpan(now), before && sideSpan(before)];
  const steps = stepsOf(span, bucket, timeZone, now.steps);
  const stepsBefore = before && spanBefore && stepsOf(spanBefore, bucket, timeZone, before.steps);
  return {
    span,
    bucket,
    sensingSinceMs: view.sensingSince === null ? null : Date.parse(view.sensingSince),
    before: spanBefore,
    shoppers: now.shoppers,
    shoppersBefore: before?.shoppers ?? null,
    steps,
    stepsBefore,
    heard: heardOf(steps, nowMs),
    heardBefore: stepsBefore ? heardOf(stepsBefore, nowMs) : 0,
  };
}

export interface AskedSpan {
  span: Span;
  before: Span | null;
  sensingSinceMs: number | null;
}

/** What a page's period and comparison are, from where sensing began. */
export async function spanOf(question: Question, signal: AbortSignal): Promise<AskedSpan> {
  const { span, before, sensingSinceMs } = overviewOf(await ask(question, [], signal), question);
  return { span, before, sensingSinceMs };
}

export interface PeopleFigures extends Overview {
  /** one row for each entrance, over the whole span */
  entrances: FootfallRow[];
}

export async function loadPeople(question: Question, signal: AbortSignal): Promise<PeopleFigures> {
  const view = await ask(question, ['entrances'], signal);
  return { ...overviewOf(view, question), entrances: view.entrances ?? [] };
}

export interface PlaceFigures {
  /** null while the map has come and the figures have not */
  overview: Overview | null;
  zones: ZoneRow[];
  /** null while live: the live picture is drawn then */
  heatmap: HeatmapView | null;
}

/** The map first: it is what the page is about, and it stands before the figures have been added up. */
export async function loadPlace(
  question: Question,
  signal: AbortSignal,
  part: (data: PlaceFigures) => void,
): Promise<PlaceFigures> {
  const { api, storeId, period, timeZone } = question;
  const map =
    period.kind === 'live' ? null : api.heatmap(storeId, resolvePeriod(period, question.nowMs, timeZone), signal);
  const rest = ask(question, ['zones'], signal);
  let answered = false;
  void map?.then(
    (heatmap) => !answered && part({ overview: null, zones: [], heatmap }),
    () => undefined,
  );
  const view = await rest;
  answered = true;
  return { overview: overviewOf(view, question), zones: view.zones ?? [], heatmap: await map };
}

export interface GoodsFigures {
  span: Span;
  sensingSinceMs: number | null;
  before: Span | null;
  products: ProductRow[];
  productsBefore: ProductRow[] | null;
  heard: number;
  heardBefore: number;
  unjoined: UnjoinedView;
}

export async function loadGoods(question: Question, signal: AbortSignal): Promise<GoodsFigures> {
  const [view, unjoined] = await Promise.all([
    ask(question, ['products'], signal),
    question.api.unjoined(question.storeId, signal),
  ]);
  const { span, before, sensingSinceMs, heard, heardBefore } = overviewOf(view, question);
  return {
    ...{ span, before, sensingSinceMs, heard, heardBefore, unjoined },
    products: view.now.products ?? [],
    productsBefore: view.before?.products ?? null,
  };
}
