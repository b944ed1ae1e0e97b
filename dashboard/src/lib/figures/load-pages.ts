import type {
  AvailabilityRow,
  DwellView,
  PlayRow,
  ProductRow,
  ShoppersRow,
  SlotRow,
  VersionRow,
  ZoneRow,
} from '../api/generated/schema.js';
import type { Span } from '../api/client.js';
import { spanOf, type AskedSpan, type Question } from './load.js';
import { DAY, MINUTE } from './periods.js';
import { startOfDay } from './store-time.js';
import { WEEKS } from './usual.js';

/** Hours × days are shown of at least a week, and compared with the four weeks before the period. */
function hoursAround(span: Span, timeZone: string): { shown: Span; asked: Span } {
  const week = startOfDay(span.toMs - 1, timeZone, -6);
  const shown = { fromMs: Math.min(startOfDay(span.fromMs, timeZone), week), toMs: span.toMs };
  const back = startOfDay(span.fromMs, timeZone, -7 * WEEKS);
  // a year's hours of the past would be more than anybody reads: the comparison is left out then
  const isLong = span.toMs - span.fromMs > 60 * DAY;
  return { shown, asked: { fromMs: isLong ? shown.fromMs : Math.min(back, shown.fromMs), toMs: span.toMs } };
}

export interface ZonePage extends AskedSpan {
  /** of the whole shop, for the zone's place among the others */
  zones: ZoneRow[];
  zoneBefore: ZoneRow | null;
  hours: ZoneRow[];
  shop: ShoppersRow[];
  /** what hours × days are shown of */
  shown: Span;
  dwell: DwellView;
  slots: SlotRow[];
  availability: AvailabilityRow[];
  products: ProductRow[];
  versions: VersionRow[];
}

/** @param about ids of what belongs to the zone: its shelves, slots and products */
export async function loadZone(
  question: Question,
  zoneId: string,
  about: readonly string[],
  signal: AbortSignal,
): Promise<ZonePage> {
  const { api, storeId, timeZone } = question;
  const asked = await spanOf(question, signal);
  const { span, before } = asked;
  const around = hoursAround(span, timeZone);
  const [zones, zonesBefore, hours, shop, dwell, slots, availability, products, versions] = await Promise.all([
    api.zones(storeId, span, signal),
    before ? api.zones(storeId, before, signal) : null,
    api.zone(storeId, zoneId, around.asked, 'hour', signal),
    api.shoppersOverTime(storeId, around.asked, 'hour', signal),
    api.dwell(storeId, zoneId, span, signal),
    api.slots(storeId, span, signal),
    api.availability(storeId, span, signal),
    api.products(storeId, span, signal),
    api.versionsAbout(storeId, about, signal),
  ]);
  const zoneBefore = zonesBefore?.find((row) => row.zoneId === zoneId) ?? null;
  return {
    ...asked,
    zones,
    zoneBefore,
    hours,
    shop,
    shown: around.shown,
    dwell,
    slots,
    availability,
    products,
    versions,
  };
}

export interface ProductPage extends AskedSpan {
  row: ProductRow | null;
  rowBefore: ProductRow | null;
  hours: ProductRow[];
  shop: ShoppersRow[];
  shown: Span;
  slots: SlotRow[];
  availability: AvailabilityRow[];
  versions: VersionRow[];
}

/** @param about the product's code and the ids of its slots */
export async function loadProduct(
  question: Question,
  gtin: string,
  about: readonly string[],
  signal: AbortSignal,
): Promise<ProductPage> {
  const { api, storeId, timeZone } = question;
  const asked = await spanOf(question, signal);
  const { span, before } = asked;
  const around = hoursAround(span, timeZone);
  const [row, rowBefore, hours, shop, slots, availability, versions] = await Promise.all([
    api.product(storeId, gtin, span, 'all', signal),
    before ? api.product(storeId, gtin, before, 'all', signal) : null,
    api.product(storeId, gtin, around.asked, 'hour', signal),
    api.shoppersOverTime(storeId, around.asked, 'hour', signal),
    api.slots(storeId, span, signal),
    api.availability(storeId, span, signal),
    api.versionsAbout(storeId, about, signal),
  ]);
  return {
    ...asked,
    row: row[0] ?? null,
    rowBefore: rowBefore?.[0] ?? null,
    hours,
    shop,
    shown: around.shown,
    slots,
    availability,
    versions,
  };
}

export interface HoursPage extends AskedSpan {
  hours: ShoppersRow[];
  shown: Span;
}

/** The shop as a whole, hour by hour. */
export async function loadHours(question: Question, signal: AbortSignal): Promise<HoursPage> {
  const asked = await spanOf(question, signal);
  const { shown } = hoursAround(asked.span, question.timeZone);
  return { ...asked, shown, hours: await question.api.shoppersOverTime(question.storeId, shown, 'hour', signal) };
}

export interface ScreenDay {
  span: Span;
  plays: PlayRow[];
  /** hour by hour, of the zone before the screen; empty where it has none */
  view: ZoneRow[];
}

/** What a screen played on a day, and what happened before it. */
export async function loadScreenDay(
  { api, storeId }: Pick<Question, 'api' | 'storeId'>,
  span: Span,
  screen: { id: string; zone: string | undefined },
  signal: AbortSignal,
): Promise<ScreenDay> {
  const [plays, view] = await Promise.all([
    api.plays(storeId, screen.id, span, signal),
    screen.zone === undefined ? [] : api.zone(storeId, screen.zone, span, 'hour', signal),
  ]);
  return { span, plays: plays.toSorted((a, b) => a.startedTs - b.startedTs), view };
}

export interface Followed {
  /** the minutes in which it was on, and five more */
  span: Span;
  view: ZoneRow[];
  /** the zone of what was shown; empty where it belongs to none */
  category: ZoneRow[];
}

/** What happened before the screen and at what it showed, minute by minute, while it was on and five minutes after. */
export async function loadFollowed(
  { api, storeId }: Pick<Question, 'api' | 'storeId'>,
  play: Pick<PlayRow, 'startedTs' | 'endedTs'>,
  zones: { view: string | undefined; category: string | undefined },
  nowMs: number,
  signal: AbortSignal,
): Promise<Followed> {
  const floor = (ms: number): number => Math.floor(ms / MINUTE) * MINUTE;
  // the minute that runs has not told all of itself yet
  const toMs = Math.min(floor(play.endedTs) + 6 * MINUTE, floor(nowMs));
  const span = { fromMs: floor(play.startedTs), toMs: Math.max(toMs, floor(play.startedTs) + MINUTE) };
  const minutes = (zoneId: string | undefined): Promise<ZoneRow[]> =>
    zoneId === undefined ? Promise.resolve([]) : api.zone(storeId, zoneId, span, 'minute', signal);
  const [view, category] = await Promise.all([minutes(zones.view), minutes(zones.category)]);
  return { span, view, category };
}
