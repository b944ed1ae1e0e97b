import type {
  FootfallRow,
  HeatmapView,
  PageSide,
  PageView,
  ProductRow,
  SalesRow,
  ShoppersRow,
  ShoppersView,
  StoreFile,
  ZoneRow,
} from '@aisle/contracts';
import { offsetMs, startOfDay } from '../../src/lib/figures/store-time.js';
import { bucketStarts } from '../../src/lib/figures/periods.js';
import { areaOf } from '../../src/lib/figures/zones.js';
import { hashed } from './chance.js';
import { SHORT } from './installation.js';
import { ZONE_CHARACTER } from './shop.js';

/** What each row says of how it was made. */
const MADE = { versions: [1], metricVersion: 4 };
const MINUTE = 60_000;
const HOUR = 3_600_000;
/** People who come in, by hour of the day. */
const SHAPE = [0, 0, 0, 0, 0, 0, 4, 12, 26, 38, 46, 58, 74, 62, 44, 42, 54, 82, 104, 96, 68, 40, 16, 4];
const WEEKDAY = [1.22, 0.84, 0.86, 0.9, 0.96, 1.1, 1.32];

export interface Span {
  fromMs: number;
  toMs: number;
}
export interface MockOptions {
  /** before this nothing was sensed: the shop was switched on then; epoch ms */
  since: number;
  /** hours of the store's day in which the cameras were down, with the share that was sensed */
  gaps: Record<number, number>;
  /** whether a model judges interest */
  model: boolean;
}

/** Figures of a shop that never existed: smooth over the day, a little rough by hour, the same every time. */
export class MockFigures {
  readonly #file: StoreFile;
  readonly #options: MockOptions;
  readonly #zone: string;
  constructor(file: StoreFile, options: MockOptions) {
    this.#file = file;
    this.#options = options;
    this.#zone = file.store.timezone;
  }

  iso(ms: number): string {
    const offset = offsetMs(ms, this.#zone);
    const sign = offset < 0 ? '-' : '+';
    const part = (value: number): string => String(Math.floor(Math.abs(value))).padStart(2, '0');
    return `${new Date(ms + offset).toISOString().slice(0, 19)}${sign}${part(offset / HOUR)}:${part((Math.abs(offset) % HOUR) / MINUTE)}`;
  }

  /** People who came in during one whole hour, and the share of it that was sensed. */
  #hour(ms: number): { people: number; coverage: number } {
    const wall = new Date(ms + offsetMs(ms, this.#zone));
    const hour = wall.getUTCHours();
    const rough = 0.82 + 0.36 * hashed(`${Math.floor(ms / HOUR)}`);
    const today =
      startOfDay(ms, this.#zone) === startOfDay(this.#options.since, this.#zone) || ms < this.#options.since;
    const sensed = ms + HOUR <= this.#options.since ? 0 : (this.#options.gaps[hour] ?? 0.995);
    const coverage = today || this.#options.gaps[hour] === undefined || this.#recent(ms) ? sensed : 0.995;
    return { people: (SHAPE[hour] ?? 0) * (WEEKDAY[wall.getUTCDay()] ?? 1) * rough, coverage };
  }
  #recent(ms: number): boolean {
    return ms > this.now - 30 * HOUR;
  }
  /** set by the server before it asks */
  /** which version of the store file held at a moment */
  versionAt: (ms: number) => number = () => 1;
  now = 0;

  #over(span: Span): { people: number; sensed: number; length: number } {
    let people = 0;
    let sensed = 0;
    const end = Math.min(span.toMs, this.now);
    for (let hour = Math.floor(span.fromMs / HOUR) * HOUR; hour < end; hour += HOUR) {
      const part = (Math.min(hour + HOUR, end) - Math.max(hour, span.fromMs, this.#options.since)) / HOUR;
      if (part <= 0) continue;
      const of = this.#hour(hour);
      people += of.people * part * of.coverage;
      sensed += of.coverage * part * HOUR;
    }
    return {
      people,
      sensed,
      length: Math.max(1, Math.min(span.toMs, Math.max(this.now, span.fromMs + 1)) - span.fromMs),
    };
  }

  #sales(span: Span): { net: number; transactions: number; units: number } {
    let transactions = 0;
    const end = Math.min(span.toMs, this.now);
    for (let hour = Math.floor(span.fromMs / HOUR) * HOUR; hour < end; hour += HOUR) {
      if (hour < this.#options.since - HOUR) continue;
      const part = (Math.min(hour + HOUR, end) - Math.max(hour, span.fromMs)) / HOUR;
      if (part > 0)
        transactions += this.#hour(hour).people * part * (0.5 + 0.14 * hashed(`s${Math.floor(hour / HOUR)}`));
    }
    const count = Math.round(transactions);
    return { transactions: count, net: Math.round(count * 41.37 * 100) / 100, units: Math.round(count * 3.4) };
  }

  footfall(span: Span, bucket: 'minute' | 'hour' | 'day' | 'all'): FootfallRow[] {
    const entrances = this.#file.entrances ?? [];
    const all = bucket === 'all';
    return (all ? [span.fromMs] : bucketStarts(span, bucket, this.#zone)).flatMap((from, index, starts) => {
      const to = Math.min(starts[index + 1] ?? span.toMs, span.toMs);
      const { people, sensed, length } = this.#over({ fromMs: from, toMs: to });
      const coverage = Math.round((sensed / length) * 1000) / 1000;
      // As the cloud does: where nobody came there is no row, sensed or not.
      if (!all && (from > this.now || people < 0.5)) return [];
      return entrances.map((entrance, at): FootfallRow => {
        const share = entrances.length === 1 ? 1 : at === 0 ? 0.68 : 0.32;
        return {
          from: this.iso(from),
          entranceId: entrance.id,
          in: Math.round(people * share),
          out: Math.round(people * share * 0.97),
          name: entrance.name ?? null,
          coverage,
          coverageOf: { people: coverage, goods: null, sales: null },
          ...MADE,
        };
      });
    });
  }

  sales(span: Span, bucket: 'minute' | 'hour' | 'day'): SalesRow[] {
    return bucketStarts(span, bucket, this.#zone).flatMap((from, index, starts) => {
      const { net, transactions, units } = this.#sales({
        fromMs: from,
        toMs: Math.min(starts[index + 1] ?? span.toMs, span.toMs),
      });
      return transactions === 0
        ? []
        : [{ from: this.iso(from), salesNet: net, currency: this.#file.store.currency, transactions, units, ...MADE }];
    });
  }

  shoppers(span: Span): ShoppersView {
    const { people, sensed, length } = this.#over(span);
    const { net, transactions } = this.#sales(span);
    const coverage = Math.round((sensed / length) * 1e6) / 1e6;
    const footfall = Math.round(people);
    const sure = coverage >= 0.5 && footfall > 0;
    return {
      footfall: coverage === 0 ? null : footfall,
      transactions,
      salesNet: net,
      conversion: sure ? transactions / footfall : null,
      salesPerShopper: sure ? net / footfall : null,
      averageTransaction: transactions > 0 ? net / transactions : null,
      currency: this.#file.store.currency,
      coverage,
      coverageOf: { people: coverage, goods: null, sales: 1 },
      ...MADE,
    };
  }

  /** As the cloud answers for a page: from where sensing began, each part as its own call would say it. */
  page(asked: Span, asking: { bucket: 'minute' | 'hour' | 'day'; before: number | null; parts: string[] }): PageView {
    const began = Math.floor(this.#options.since / MINUTE) * MINUTE;
    const late = began > asked.fromMs && began < asked.toMs;
    const span = late ? { fromMs: began, toMs: asked.toMs } : asked;
    const length = span.toMs - span.fromMs;
    const bucket =
      late && length <= 2 * HOUR
        ? 'minute'
        : late && length <= 48 * HOUR && asking.bucket === 'day'
          ? 'hour'
          : asking.bucket;
    const side = (of: Span): PageSide => ({
      from: this.iso(of.fromMs),
      to: this.iso(of.toMs),
      shoppers: this.shoppers(of),
      steps: this.#steps(of, bucket),
      ...(asking.parts.includes('products') && { products: this.products(of) }),
    });
    const shift = asking.before === null ? 0 : asking.before - asked.fromMs;
    return {
      bucket,
      sensingSince: late ? this.iso(began) : null,
      now: side(span),
      before: asking.before === null ? null : side({ fromMs: span.fromMs + shift, toMs: span.toMs + shift }),
      ...(asking.parts.includes('zones') && { zones: this.zones(span) }),
      ...(asking.parts.includes('entrances') && { entrances: this.footfall(span, 'all') }),
      ...(asking.parts.includes('heatmap') && { heatmap: this.heatmap(span) }),
    };
  }

  /** A row for each bucket of which the shop has told anything. */
  #steps(span: Span, bucket: 'minute' | 'hour' | 'day'): ShoppersRow[] {
    return bucketStarts(span, bucket, this.#zone).flatMap((from, index, starts) => {
      const of = { fromMs: Math.max(from, span.fromMs), toMs: Math.min(starts[index + 1] ?? span.toMs, span.toMs) };
      const isKnown = of.fromMs < this.now && of.toMs > this.#options.since;
      return isKnown ? [{ from: this.iso(from), ...this.shoppers(of) }] : [];
    });
  }

  zones(span: Span): ZoneRow[] {
    const { people, sensed, length } = this.#over(span);
    const { net, transactions, units } = this.#sales(span);
    const zones = this.#file.zones ?? [];
    const selling = zones.reduce((sum, zone) => sum + (ZONE_CHARACTER[zone.id]?.sells ?? 0) * areaOf(zone.polygon), 0);
    const rows = zones.map((zone): ZoneRow => {
      const character = ZONE_CHARACTER[zone.id] ?? { draw: 1, dwell: 20, sells: 0 };
      // One camera looks at the tasting corner alone, and it is often covered.
      const coverage =
        zone.id === 'tasting' ? Math.min(0.33, sensed / length) : Math.round((sensed / length) * 1e6) / 1e6;
      const visits = Math.round(people * character.draw * 0.74);
      const visitors = Math.round(visits * 0.86);
      const sure = coverage >= 0.5;
      const area = areaOf(zone.polygon);
      const share = (character.sells * area) / selling;
      const sales = Math.round(net * 0.985 * share * 100) / 100;
      const bought = Math.min(Math.round(transactions * share * 2.1), Math.round(visitors * 0.7));
      const mean = character.dwell * (0.95 + 0.1 * hashed(zone.id));
      const goods = character.sells > 0;
      const pickups = goods ? Math.round(units * share * 1.3) : null;
      return {
        from: this.iso(span.fromMs),
        zoneId: zone.id,
        name: zone.name ?? null,
        visits: coverage === 0 ? null : visits,
        visitors: coverage === 0 ? null : visitors,
        engagedVisits: coverage === 0 ? null : Math.round(visits * Math.min(0.94, 0.25 + character.dwell / 90)),
        dwellSeconds: {
          total: coverage === 0 ? null : mean * visits,
          mean: sure && visits > 0 ? mean : null,
          p50: sure && visits > 0 ? Math.floor(mean * 0.7) : null,
          p90: sure && visits > 0 ? Math.floor(mean * 2.2) : null,
        },
        occupancy: {
          mean: sure ? (visits * mean) / (length / 1000) : null,
          max: coverage === 0 ? null : Math.ceil(character.draw * 5),
        },
        pickups,
        putbacks: pickups === null ? null : Math.round(pickups * 0.2),
        returned: pickups === null ? null : Math.round(pickups * 0.2),
        refilled: null,
        pickRate: sure && pickups !== null && visits > 0 ? pickups / visits : null,
        units: units * share,
        salesNet: sales,
        currency: this.#file.store.currency,
        transactions: goods ? bought : 0,
        salesPerSquareMetre: sales / area,
        conversion: sure && visitors > 0 ? (goods ? bought : 0) / visitors : null,
        // tried and true: what holds people long is also what they pick from
        interest:
          sure && visits > 0 && this.#options.model && zone.category !== undefined
            ? Math.round(Math.min(0.6, 0.02 + character.dwell / 160) * 1e6) / 1e6
            : null,
        coverage,
        coverageOf: { people: coverage, goods: pickups === null ? null : 0.98, sales: 1 },
        ...MADE,
        versions: [this.versionAt(span.toMs - 1)],
      };
    });
    const placed = rows.reduce((sum, row) => sum + (row.salesNet ?? 0), 0);
    const blank = rows[0] as ZoneRow;
    const nothing = {
      visits: null,
      visitors: null,
      engagedVisits: null,
      dwellSeconds: { total: null, mean: null, p50: null, p90: null },
    };
    const rest = {
      occupancy: { mean: null, max: null },
      pickups: null,
      putbacks: null,
      returned: null,
      pickRate: null,
      salesPerSquareMetre: null,
      conversion: null,
      interest: null,
    };
    return [
      ...rows,
      {
        ...blank,
        ...nothing,
        ...rest,
        zoneId: 'unplaced',
        name: null,
        units: 3,
        transactions: 3,
        salesNet: Math.round((net - placed) * 100) / 100,
        coverage: 1,
        coverageOf: { people: null, goods: null, sales: 1 },
      },
    ];
  }

  products(span: Span): ProductRow[] {
    const { net, units } = this.#sales(span);
    const products = this.#file.products ?? [];
    const weight = (gtin: string, category = ''): number =>
      (0.15 + hashed(gtin) ** 2) * (ZONE_CHARACTER[category]?.sells ?? 1);
    const all = products.reduce((sum, product) => sum + weight(product.gtin, product.category), 0);
    const days = (Math.min(span.toMs, this.now) - span.fromMs) / (24 * HOUR);
    return products.map((product): ProductRow => {
      const share = weight(product.gtin, product.category) / all;
      const sold = hashed(`z${product.gtin}`) < 0.06 ? 0 : Math.round(units * share);
      const sensed = product.category !== 'care' || hashed(`c${product.gtin}`) > 0.4;
      const coverage = sensed ? 0.98 : 0.31;
      const pickups = Math.round(sold * (1.15 + 0.4 * hashed(`p${product.gtin}`)));
      const capacity = (this.#file.fixtures ?? [])
        .flatMap((fixture) => fixture.slots ?? [])
        .filter((slot) => slot.gtin === product.gtin)
        .reduce((sum, slot) => sum + (slot.capacity ?? 0), 0);
      const short = (this.#file.fixtures ?? [])
        .flatMap((fixture) => fixture.slots ?? [])
        .find((slot) => slot.gtin === product.gtin && slot.id in SHORT);
      const stock = short
        ? (SHORT[short.id] as number)
        : hashed(`n${product.gtin}`) < 0.08
          ? null
          : hashed(`e${product.gtin}`) < 0.05
            ? 0
            : Math.round(4 + 30 * hashed(`st${product.gtin}`));
      return {
        gtin: product.gtin,
        name: product.name ?? null,
        units: sold,
        grams: product.soldBy === 'weight' ? sold * 640 : null,
        salesNet: sold === 0 ? 0 : Math.round(((net * share) / 1) * 100) / 100,
        currency: this.#file.store.currency,
        pickups: hashed(`n${product.gtin}`) < 0.08 ? null : pickups,
        putbacks: hashed(`n${product.gtin}`) < 0.08 ? null : Math.max(0, pickups - sold),
        returned: hashed(`n${product.gtin}`) < 0.08 ? null : Math.max(0, pickups - sold),
        refilled: null,
        stock,
        fill: stock === null || capacity === 0 ? null : Math.min(1, stock / capacity),
        confidence: 0.94,
        salesPerFacingDay:
          sensed && days > 0
            ? (net * share) / (2 + Math.floor(4 * hashed(`f${product.gtin}`))) / Math.max(days, 0.02)
            : null,
        coverage,
        coverageOf: { people: null, goods: coverage, sales: 1 },
        ...MADE,
      };
    });
  }

  /** Heat of a period: zones by what they draw, strongest in front of their shelves. */
  heatmap(span: Span): HeatmapView {
    const columns = Math.ceil(this.#file.floor.width / 0.5);
    const rows = Math.ceil(this.#file.floor.depth / 0.5);
    const seconds = Array.from({ length: columns * rows }, () => 0);
    const { people } = this.#over(span);
    if (people < 1) return { cellMetres: 0.5, columns, rows, seconds, ...MADE };
    const spot = (x: number, y: number, amount: number, sigma: number): void => {
      for (let row = 0; row < rows; row += 1) {
        for (let column = 0; column < columns; column += 1) {
          const distance = (column / 2 + 0.25 - x) ** 2 + (row / 2 + 0.25 - y) ** 2;
          const add = amount * Math.exp(-distance / (2 * sigma * sigma));
          if (add > 0.05) seconds[row * columns + column] = (seconds[row * columns + column] ?? 0) + add;
        }
      }
    };
    for (const fixture of this.#file.fixtures ?? []) {
      const [x, y] = fixture.at ?? [0, 0];
      const [width, depth] = fixture.size ?? [1, 1];
      const character = ZONE_CHARACTER[fixture.zone ?? ''] ?? { draw: 1, dwell: 10, sells: 0 };
      const angle = (((fixture.facingDegrees ?? 180) - 90) * Math.PI) / 180;
      for (let step = 0; step < 3; step += 1) {
        const amount = people * character.draw * character.dwell * 0.012 * (0.5 + hashed(`${fixture.id}${step}`));
        spot(
          x + width * (0.2 + 0.3 * step) + Math.cos(angle) * 0.9,
          y + depth / 2 + Math.sin(angle) * 0.9,
          amount,
          0.55,
        );
      }
    }
    for (let walk = 0; walk < 40; walk += 1) spot(14 + 3 * Math.sin(walk), 19.6 - walk * 0.2, people * 0.12, 0.7);
    for (let walk = 0; walk < 30; walk += 1) spot(29 - walk * 0.9, 5.8, people * 0.08, 0.5);
    spot(20.6, 16, people * 1.1, 0.6);
    spot(24.4, 16, people * 0.9, 0.6);
    return { cellMetres: 0.5, columns, rows, seconds: seconds.map((value) => Math.round(value * 10) / 10), ...MADE };
  }
}
