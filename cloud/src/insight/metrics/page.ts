import { MINUTE_MS, type PageSide, type PageView } from '@aisle/contracts';
import type { PagePart, PageQuestion } from '../page-parts.js';
import type { Period } from '../query.js';
import { productMetrics } from './goods.js';
import { footfall, heatmap, shopperMetrics, shoppersOverTime } from './people.js';
import type { Asked } from './shared.js';
import { zoneMetrics } from './zones.js';
import type { FactReader } from '../reader.js';

const TWO_HOURS_MS = 2 * 3_600_000;
const TWO_DAYS_MS = 48 * 3_600_000;

/** Everything that a page shows of a period, in one answer: each part is what its own call would say of the same span. */
export async function pageFigures(series: FactReader, asked: Asked, question: PageQuestion): Promise<PageView> {
  const begin = question.fromSensing ? await beginOfSensing(series, asked) : null;
  const now = begin === null ? asked : fitted(asked, begin);
  const shift = question.before === undefined ? undefined : question.before - asked.from;
  const before = shift === undefined ? undefined : { ...now, from: now.from + shift, to: now.to + shift };
  const wants = (part: PagePart): boolean => question.parts.includes(part);
  const whole: Asked = { ...now, bucket: 'all' };
  const side = async (of: Asked): Promise<PageSide> => ({
    from: of.timeline.time.iso(of.from),
    to: of.timeline.time.iso(of.to),
    shoppers: await shopperMetrics(series, of),
    steps: await shoppersOverTime(series, of),
    ...(wants('products') && { products: await productMetrics(series, { ...of, bucket: 'all' }) }),
  });
  return {
    bucket: now.bucket as PageView['bucket'],
    sensingSince: begin === null ? null : now.timeline.time.iso(begin),
    now: await side(now),
    before: before ? await side(before) : null,
    ...(wants('zones') && { zones: await zoneMetrics(series, whole) }),
    ...(wants('entrances') && { entrances: await footfall(series, whole) }),
    ...(wants('heatmap') && { heatmap: await heatmap(series, whole) }),
  };
}

/** The minute in which anything was first sensed in the period; null where that is its first, or nothing was sensed at all. */
async function beginOfSensing(series: FactReader, asked: Asked): Promise<number | null> {
  const firstOf = async (period: Period, bucket: 'day' | 'hour' | 'minute'): Promise<number | null> => {
    const rows = await shoppersOverTime(series, { ...asked, ...period, bucket });
    // a row says that the shop was there: with people, shelves or tills, whoever came
    const [first] = rows;
    return first === undefined ? null : Math.max(period.from, Date.parse(first.from));
  };
  const within = (from: number, ms: number): Period => ({ from, to: Math.min(asked.to, from + ms) });
  let from: number | null = asked.from;
  if (asked.to - asked.from > TWO_DAYS_MS) from = await firstOf(asked, 'day');
  if (from !== null) from = await firstOf(within(from, 25 * 3_600_000), 'hour');
  if (from !== null) from = (await firstOf(within(from, 3_600_000), 'minute')) ?? from;
  return from === null || from <= asked.from ? null : from;
}

/**
 * The period from where sensing began, in steps that fit what is left of it. The minute that runs has hardly been sensed yet: it is left
 * out as long as it would weigh more than a third.
 */
function fitted(asked: Asked, from: number): Asked {
  const runs = asked.to > asked.now;
  const length = asked.to - from;
  const to = runs && length < 3 * MINUTE_MS && length > MINUTE_MS ? asked.to - MINUTE_MS : asked.to;
  const steps = to - from <= TWO_HOURS_MS ? 'minute' : to - from <= TWO_DAYS_MS ? 'hour' : asked.bucket;
  return { ...asked, from, to, bucket: finer(asked.bucket, steps) };
}

const SIZES = ['minute', 'hour', 'day', 'all'] as const;
const finer = (a: Asked['bucket'], b: Asked['bucket']): Asked['bucket'] =>
  SIZES[Math.min(SIZES.indexOf(a), SIZES.indexOf(b))] as Asked['bucket'];
