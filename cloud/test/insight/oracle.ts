import { slotGroup, zoneGroup, entranceGroup, type Fact, type FactOf, type StoreFile } from '@aisle/contracts';
import type { SeriesRow } from '../../src/ports/series-store.js';

/**
 * The figures once more, read plainly from SEMANTICS: every minute is looked at by itself, nothing is rolled up, and the
 * clock of the shop is asked of Intl minute by minute. Shares no code with insight, and is far too slow for anything else.
 */
type Row = SeriesRow;
const MINUTE = 60_000;
interface Shown {
  date: string;
  hour: string;
  minute: string;
  weekday: string;
  offset: string;
}

export class Oracle {
  readonly #byMinute = new Map<number, Row[]>();
  readonly #label: Intl.DateTimeFormat;
  /** what the shop's clock shows, by minute: asking Intl is what takes the time */
  readonly #shown = new Map<number, Shown>();

  constructor(
    private readonly file: StoreFile,
    written: readonly Row[],
  ) {
    const newest = new Map<string, Row>();
    for (const row of written) {
      const key = JSON.stringify([row.fact.kind, row.fact.subject, row.fact.ts, row.epoch]);
      const known = newest.get(key);
      if (!known || row.fact.seq > known.fact.seq) newest.set(key, row);
    }
    for (const row of newest.values()) {
      const minute = Math.floor(row.fact.ts / MINUTE) * MINUTE;
      this.#byMinute.set(minute, [...(this.#byMinute.get(minute) ?? []), row]);
    }
    this.#label = new Intl.DateTimeFormat('en-CA', {
      timeZone: file.store.timezone,
      hourCycle: 'h23',
      weekday: 'short',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      timeZoneName: 'longOffset',
    });
  }

  #parts(ts: number): Shown {
    let shown = this.#shown.get(ts);
    if (!shown) this.#shown.set(ts, (shown = this.#ask(ts)));
    return shown;
  }

  #ask(ts: number): Shown {
    const part = Object.fromEntries(this.#label.formatToParts(ts).map(({ type, value }) => [type, value]));
    return {
      date: `${part['year']}-${part['month']}-${part['day']}`,
      hour: part['hour'] ?? '',
      minute: part['minute'] ?? '',
      weekday: (part['weekday'] ?? '').toLowerCase(),
      offset: part['timeZoneName'] === 'GMT' ? '+00:00' : (part['timeZoneName'] ?? '').slice(3),
    };
  }

  /** minutes of [from, to) by the name of their bucket, in order */
  #buckets(from: number, to: number, bucket: string): Map<string, number[]> {
    const found = new Map<string, number[]>();
    const name = (ts: number): string => {
      const { date, hour, offset } = this.#parts(ts);
      return bucket === 'all'
        ? 'all'
        : bucket === 'minute'
          ? String(ts)
          : bucket === 'day'
            ? date
            : `${date} ${hour} ${offset}`;
    };
    for (let ts = from; ts < to; ts += MINUTE) {
      const key = name(ts);
      const minutes = found.get(key);
      if (minutes) minutes.push(ts);
      else found.set(key, [ts]);
    }
    return found;
  }

  /** the first minute of the bucket that holds `ts`, even if it lies before the period */
  #start(ts: number, bucket: string, from: number): string {
    let start = ts;
    if (bucket === 'all') start = from;
    else if (bucket !== 'minute') {
      const same = (a: number, b: number): boolean => {
        const [x, y] = [this.#parts(a), this.#parts(b)];
        return x.date === y.date && (bucket === 'day' || (x.hour === y.hour && x.offset === y.offset));
      };
      while (same(start - MINUTE, ts)) start -= MINUTE;
    }
    const { date, hour, minute, offset } = this.#parts(start);
    return `${date}T${hour}:${minute}:00${offset}`;
  }

  #facts<K extends Fact['kind']>(kind: K, minutes: readonly number[]): { fact: FactOf<K>; epoch: number }[] {
    const rows = minutes.flatMap((minute) => this.#byMinute.get(minute) ?? []);
    return rows.filter((row) => row.fact.kind === kind) as unknown as { fact: FactOf<K>; epoch: number }[];
  }

  #sales(minutes: readonly number[]) {
    const kept = new Map<string, { fact: FactOf<'sale'>; epoch: number }>();
    for (const row of this.#facts('sale', minutes)) {
      const key = `${row.fact.subject}@${row.fact.ts}`;
      const known = kept.get(key);
      if (!known || row.epoch > known.epoch) kept.set(key, row);
    }
    return [...kept.values()].map((row) => row.fact.value);
  }

  #isOpen(ts: number): boolean {
    if (!this.file.hours) return true;
    const { weekday, hour, minute } = this.#parts(ts);
    const now = `${hour}:${minute}`;
    return this.file.hours.some(
      ({ days, open, close }) => days.some((day) => day === weekday) && now >= open && now < close,
    );
  }

  #coverage(minutes: readonly number[], group: string): number {
    const open = minutes.filter((ts) => this.#isOpen(ts));
    const counted = open.length > 0 ? open : minutes;
    let sensed = 0;
    for (const ts of counted) {
      sensed += Math.max(
        0,
        ...this.#facts('coverage', [ts])
          .filter((row) => row.fact.subject === group)
          .map((row) => row.fact.value.sensedMs),
      );
    }
    return sensed / (counted.length * MINUTE);
  }

  zones(from: number, to: number, bucket: string, engagedAfter?: number) {
    const rows: object[] = [];
    for (const minutes of this.#buckets(from, to, bucket).values()) {
      const sales = this.#sales(minutes);
      for (const zone of this.file.zones ?? []) {
        const facts = this.#facts('zone', minutes)
          .filter((row) => row.fact.subject === zone.id)
          .map((row) => row.fact.value);
        const slots = this.#facts('slot', minutes)
          .filter((row) => row.fact.value.zoneId === zone.id)
          .map((row) => row.fact.value);
        const add = (pick: (value: (typeof facts)[number]) => number): number =>
          facts.reduce((sum, value) => sum + pick(value), 0);
        const dwell = facts
          .flatMap((value) => value.histogram.flatMap(([second, count]) => new Array<number>(count).fill(second)))
          .sort((a, b) => a - b);
        const shares = sales.flatMap((sale) =>
          sale.lines.flatMap((line) => line.shares.filter((share) => share.zoneId === zone.id)),
        );
        const transactions = sales.filter((sale) =>
          sale.lines.some((line) => line.quantityMicro > 0 && line.shares.some((share) => share.zoneId === zone.id)),
        ).length;
        const pickups = slots.reduce((sum, slot) => sum + slot.pickups, 0);
        const putbacks = slots.reduce((sum, slot) => sum + slot.putbacks, 0);
        const visits = add((value) => value.visits);
        const visitors = add((value) => value.visitors);
        const overlap = add((value) => value.overlapMs);
        const judged = facts.flatMap((value) => (value.interest ? [value.interest] : []));
        const judgedMs = judged.reduce((sum, { ms }) => sum + BigInt(ms), 0n);
        const judgedPpmMs = judged.reduce((sum, { ppmMs }) => sum + BigInt(ppmMs), 0n);
        const most = Math.max(0, ...facts.map((value) => value.maxOpen));
        if (
          bucket !== 'all' &&
          visits === 0 &&
          overlap === 0 &&
          most === 0 &&
          judgedMs === 0n &&
          shares.length === 0 &&
          pickups === 0 &&
          putbacks === 0
        )
          continue;
        const coverage = this.#coverage(minutes, zoneGroup(this.file, zone.id));
        const sensesSlots =
          slots.length > 0 ||
          (this.file.fixtures ?? []).some(
            (fixture) =>
              fixture.zone === zone.id && (fixture.slots ?? []).some((slot) => slotGroup(this.file, slot.id) !== ''),
          );
        const net = shares.reduce((sum, share) => sum + share.netMinor, 0);
        const [[left, top], , [right, bottom]] = zone.polygon as [[number, number], [number, number], [number, number]];
        const known = <T>(value: T): T | null => (coverage < 0.5 ? null : value);
        rows.push({
          from: this.#start(minutes[0] as number, bucket, from),
          zoneId: zone.id,
          visits,
          visitors,
          engagedVisits: dwell.filter((second) => second >= (engagedAfter ?? zone.engagedAfterSeconds ?? 5)).length,
          dwellSeconds: {
            total: six(add((value) => value.dwellMs) / 1000),
            mean: visits === 0 ? null : six(add((value) => value.dwellMs) / 1000 / visits),
            p50: dwell[Math.ceil(dwell.length * 0.5) - 1] ?? null,
            p90: dwell[Math.ceil((dwell.length * 9) / 10) - 1] ?? null,
          },
          occupancy: { mean: six(overlap / (minutes.length * MINUTE)), max: most },
          pickups: sensesSlots ? pickups : null,
          putbacks: sensesSlots ? putbacks : null,
          pickRate: known(sensesSlots && visits > 0 ? six(pickups / visits) : null),
          units: six(shares.reduce((sum, share) => sum + share.quantityMicro, 0) / 1e6),
          salesNet: Number((net / 100).toFixed(2)),
          transactions,
          salesPerSquareMetre: known(six(net / 100 / ((right - left) * (bottom - top)))),
          conversion: known(visitors > 0 ? six(transactions / visitors) : null),
          interest: known(judgedMs === 0n ? null : millionths(judgedPpmMs, judgedMs)),
          coverage: six(coverage),
        });
      }
      const lost: { quantityMicro: number; netMinor: number }[] = sales.flatMap((sale) =>
        sale.lines.flatMap((line) => (line.shares.length === 0 ? [line] : unplacedOf(line))),
      );
      if (lost.length > 0 || bucket === 'all') {
        rows.push({
          from: this.#start(minutes[0] as number, bucket, from),
          zoneId: 'unplaced',
          visits: null,
          visitors: null,
          engagedVisits: null,
          dwellSeconds: { total: null, mean: null, p50: null, p90: null },
          occupancy: { mean: null, max: null },
          pickups: null,
          putbacks: null,
          pickRate: null,
          units: six(lost.reduce((sum, part) => sum + part.quantityMicro, 0) / 1e6),
          salesNet: Number((lost.reduce((sum, part) => sum + part.netMinor, 0) / 100).toFixed(2)),
          transactions: sales.filter((sale) =>
            sale.lines.some(
              (line) =>
                line.quantityMicro > 0 &&
                (line.shares.length === 0 || line.shares.some((share) => share.zoneId === null)),
            ),
          ).length,
          salesPerSquareMetre: null,
          conversion: null,
          interest: null,
          coverage: 1,
        });
      }
    }
    return rows;
  }

  footfall(from: number, to: number, bucket: string) {
    const rows: object[] = [];
    for (const minutes of this.#buckets(from, to, bucket).values()) {
      for (const entrance of this.file.entrances ?? []) {
        const facts = this.#facts('crossings', minutes)
          .filter((row) => row.fact.subject === entrance.id)
          .map((row) => row.fact.value);
        const inwards = facts.reduce((sum, value) => sum + value.in, 0);
        const outwards = facts.reduce((sum, value) => sum + value.out, 0);
        if (bucket !== 'all' && inwards + outwards === 0) continue;
        rows.push({
          from: this.#start(minutes[0] as number, bucket, from),
          entranceId: entrance.id,
          in: inwards,
          out: outwards,
          coverage: six(this.#coverage(minutes, entranceGroup(this.file, entrance.id))),
        });
      }
    }
    return rows;
  }

  sales(from: number, to: number, bucket: string) {
    const rows: object[] = [];
    for (const minutes of this.#buckets(from, to, bucket).values()) {
      const sales = this.#sales(minutes);
      if (bucket !== 'all' && sales.length === 0) continue;
      rows.push({
        from: this.#start(minutes[0] as number, bucket, from),
        salesNet: Number((sales.reduce((sum, sale) => sum + sale.netMinor, 0) / 100).toFixed(2)),
        transactions: sales.filter((sale) => sale.transaction).length,
        units: six(sales.flatMap((sale) => sale.lines).reduce((sum, line) => sum + line.quantityMicro, 0) / 1e6),
      });
    }
    return rows;
  }

  heat(from: number, to: number, columns: number, rows: number): number[] {
    const sums = new Array<number>(columns * rows).fill(0);
    const minutes = [...(this.#buckets(from, to, 'all').get('all') ?? [])];
    for (const { fact } of this.#facts('heat', minutes))
      for (const [cell, ms] of fact.value.cells) sums[cell] = (sums[cell] ?? 0) + ms;
    return sums.map((ms) => six(ms / 1000));
  }
}

/** the rounding that contracts states: to six decimals, halves up */
const six = (value: number): number => Math.round(value * 1e6) / 1e6 + 0;

/** ppm ÷ 1e6 to six decimals, halves up: whole numbers until the very end. */
function millionths(ppmMs: bigint, ms: bigint): number {
  const whole = ppmMs / ms;
  const rest = ppmMs % ms;
  return Number(whole + (rest * 2n >= ms ? 1n : 0n)) / 1e6;
}

function unplacedOf(line: FactOf<'sale'>['value']['lines'][number]): { quantityMicro: number; netMinor: number }[] {
  return line.shares.filter((share) => share.zoneId === null);
}
