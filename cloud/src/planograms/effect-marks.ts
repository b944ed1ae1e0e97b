import type { EffectMark, StoreFile, VersionRow } from '@aisle/contracts';
import { storeTime, type ZoneDay } from '../insight/index.js';
import type { CampaignRecord } from '../ports/index.js';
import { spanEnd, spanStart, weekOf, type Span } from './effect-weeks.js';
import { touchedBy, type Places } from './touched.js';

interface Meanwhile {
  storeId: string;
  days: readonly ZoneDay[];
  span: Span;
  /** other versions that came into force */
  rows: readonly VersionRow[];
  /** the one that is asked about */
  view: VersionRow;
  places: Places;
  treated: ReadonlySet<string>;
  campaigns: readonly CampaignRecord[];
}

/** What else may have moved the figures of the changed zones in the weeks that are compared, in order. */
export function marksOf(file: StoreFile, meanwhile: Meanwhile): EffectMark[] {
  const { span } = meanwhile;
  const [from, to] = [spanStart(span), spanEnd(span)];
  const isWithin = (ts: number): boolean => ts >= from && ts < to;
  return [
    ...priceMarks(meanwhile, isWithin),
    ...promotionMarks(file, meanwhile, { from, to }),
    ...closureMarks(file, meanwhile),
  ].sort((a, b) => Date.parse(a.from) - Date.parse(b.from));
}

function priceMarks({ view, rows, places, treated }: Meanwhile, isWithin: (ts: number) => boolean): EffectMark[] {
  return [view, ...rows].flatMap((row): EffectMark[] => {
    if (!isWithin(Date.parse(row.validFrom))) return [];
    const prices = row.changes.filter(
      ({ what, id, how, fields }) =>
        what === 'products' &&
        how === 'changed' &&
        fields.includes('price') &&
        places.zonesOf('products', id).some((zone) => treated.has(zone)),
    );
    const marks = prices.map(({ id, name = null }): EffectMark => ({
      kind: 'price',
      from: row.validFrom,
      to: null,
      subject: id,
      name,
    }));
    // a version that the weeks begin or end at is in none of them; one of other zones is theirs
    const isOther = row !== view && [...touchedBy(row, places).zones].some((zone) => treated.has(zone));
    return isOther
      ? [...marks, { kind: 'change', from: row.validFrom, to: null, subject: String(row.version), name: null }]
      : marks;
  });
}

function promotionMarks(
  file: StoreFile,
  { campaigns, treated, storeId }: Meanwhile,
  period: { from: number; to: number },
): EffectMark[] {
  const time = storeTime(file.store.timezone);
  const categories = new Set(
    (file.zones ?? []).flatMap(({ id, category }) => (treated.has(id) ? (category ?? []) : [])),
  );
  const standing = new Set(
    (file.fixtures ?? []).flatMap(({ zone, slots = [] }) =>
      zone !== undefined && treated.has(zone) ? slots.flatMap(({ gtin }) => gtin ?? []) : [],
    ),
  );
  return campaigns.flatMap(({ campaignId, settings, deeds }): EffectMark[] => {
    const { category, gtins, content, stores, name } = settings;
    if (!stores.includes(storeId)) return [];
    const all = [...(gtins ?? []), ...content.flatMap((item) => item.gtins ?? [])];
    const isAboutUs =
      (category !== null && category !== undefined && categories.has(category)) ||
      all.some((gtin) => standing.has(gtin));
    if (!isAboutUs) return [];
    const live = deeds.filter(({ what }) => what === 'live').map(({ atTs }) => atTs);
    const over = deeds.filter(({ what }) => what === 'ended' || what === 'ranOut').map(({ atTs }) => atTs);
    const began = live.length > 0 ? Math.min(...live) : Infinity;
    const ended = over.length > 0 ? Math.max(...over) : Infinity;
    if (began >= period.to || ended <= period.from) return [];
    return [
      {
        ...{ kind: 'promotion' as const, from: time.iso(Math.max(began, period.from)), subject: campaignId, name },
        to: Number.isFinite(ended) ? time.iso(ended) : null,
      },
    ];
  });
}

/** Days of these weeks on which nothing was sold at all. */
function closureMarks(file: StoreFile, { days, span, storeId }: Meanwhile): EffectMark[] {
  const time = storeTime(file.store.timezone);
  const sold = new Set(days.filter(({ receipts }) => receipts > 0).map(({ from }) => from));
  const first = Math.min(...sold);
  const last = Math.max(...sold);
  const marks: EffectMark[] = [];
  for (let day = time.day(spanStart(span)); day.from < spanEnd(span); day = time.day(day.to)) {
    if (day.from < first || day.from > last || sold.has(day.from) || weekOf(day.from, span) === undefined) continue;
    marks.push({ kind: 'closure', from: time.iso(day.from), to: time.iso(day.to), subject: storeId, name: null });
  }
  return marks;
}
