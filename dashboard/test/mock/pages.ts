import type {
  AvailabilityRow,
  DwellView,
  ProductRow,
  ShoppersRow,
  SlotRow,
  StoreFile,
  ZoneRow,
} from '@aisle/contracts';
import { bucketStarts } from '../../src/lib/figures/periods.js';
import { hashed } from './chance.js';
import type { MockFigures, Span } from './figures.js';

const MADE = { versions: [1], metricVersion: 4 };
type Step = 'minute' | 'hour' | 'day';

/** What the pages of one zone, one product and the shop's hours ask for, of the same figures as everything else. */
export class MockPages {
  constructor(
    private readonly file: StoreFile,
    private readonly figures: MockFigures,
  ) {}

  answer(call: string, span: Span, query: URLSearchParams): unknown {
    const bucket = (query.get('bucket') ?? 'all') as Step | 'all';
    const zoneId = query.get('zoneId');
    const gtin = query.get('gtin');
    if (call === 'zones/metrics' && zoneId !== null)
      return this.#over(span, bucket, (part) => this.figures.zones(part).filter((row) => row.zoneId === zoneId));
    if (call === 'products/metrics' && gtin !== null)
      return this.#over(span, bucket, (part, from) =>
        this.figures
          .products(part)
          .filter((row) => row.gtin === gtin)
          .map((row): ProductRow => (bucket === 'all' ? row : { from, ...row, stock: null })),
      );
    if (call === 'shoppers/over-time')
      return this.#over(span, bucket === 'all' ? 'hour' : bucket, (part, from): ShoppersRow[] => [
        { from, ...this.figures.shoppers(part) },
      ]);
    if (call === 'slots/metrics') return this.#slots(span);
    if (call === 'slots/availability') return this.#availability(span);
    const zone = /^zones\/([^/]+)\/dwell$/.exec(call)?.[1];
    return zone === undefined ? undefined : this.#dwell(span, decodeURIComponent(zone));
  }

  /** Buckets that have begun; hours before the shop was switched on have no row. */
  #over<T extends { coverage: number }>(
    span: Span,
    bucket: Step | 'all',
    rows: (part: Span, from: string) => T[],
  ): T[] {
    if (bucket === 'all') return rows(span, this.figures.iso(span.fromMs));
    const starts = bucketStarts(span, bucket, this.file.store.timezone);
    return starts.flatMap((fromMs, at) => {
      if (fromMs > this.figures.now) return [];
      const toMs = Math.min(starts[at + 1] ?? span.toMs, span.toMs);
      return rows({ fromMs, toMs }, this.figures.iso(fromMs)).filter(({ coverage }) => coverage > 0);
    });
  }

  get #placed() {
    return (this.file.fixtures ?? []).flatMap((fixture) =>
      (fixture.slots ?? []).map((slot) => ({ ...slot, zone: fixture.zone ?? null })),
    );
  }

  #slots(span: Span): SlotRow[] {
    const products = new Map(this.figures.products(span).map((row) => [row.gtin, row]));
    return this.#placed.flatMap(({ id, gtin, zone }): SlotRow[] => {
      const row = gtin === undefined ? undefined : products.get(gtin);
      if (!row || gtin === undefined) return [];
      return [
        {
          from: this.figures.iso(span.fromMs),
          slotId: id,
          gtin,
          zoneId: zone,
          pickups: row.pickups,
          putbacks: row.putbacks,
          returned: row.returned,
          refilled: row.refilled,
          stock: row.stock,
          coverage: row.coverage,
          coverageOf: row.coverageOf,
          ...MADE,
        },
      ];
    });
  }

  #availability(span: Span): AvailabilityRow[] {
    const openSeconds = Math.max(0, (Math.min(span.toMs, this.figures.now) - span.fromMs) / 1000);
    return this.#placed.map(({ id, gtin, zone }): AvailabilityRow => {
      const empty = hashed(`a${id}`) < 0.2 ? Math.round(openSeconds * 0.12 * hashed(`b${id}`)) : 0;
      return {
        slotId: id,
        gtin: gtin ?? null,
        zoneId: zone,
        openSeconds,
        emptySeconds: empty,
        availability: openSeconds > 0 ? 1 - empty / openSeconds : null,
        spells: [],
        coverage: 0.98,
        coverageOf: { people: null, goods: 0.98, sales: null },
        ...MADE,
      };
    });
  }

  #dwell(span: Span, zoneId: string): DwellView {
    const row = this.figures.zones(span).find((zone): zone is ZoneRow => zone.zoneId === zoneId);
    const visits = row?.visits ?? 0;
    const mean = row?.dwellSeconds.mean ?? 20;
    const seconds = Array.from({ length: 240 }, (_, second): [number, number] => [
      second,
      Math.round((visits / mean) * Math.exp(-second / mean)),
    ]);
    return {
      zoneId,
      name: row?.name ?? null,
      engagedAfterSeconds: this.file.zones?.find(({ id }) => id === zoneId)?.engagedAfterSeconds ?? 5,
      visits: seconds.filter(([, count]) => count > 0),
      coverage: row?.coverage ?? 0,
      coverageOf: { people: row?.coverage ?? 0, goods: null, sales: null },
      ...MADE,
    };
  }
}
