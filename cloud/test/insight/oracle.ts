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

/** The versions of a store file, by number. */
export type Files = Readonly<Record<number, StoreFile>>;

export class Oracle {
  readonly #byMinute = new Map<number, Row[]>();
  readonly #label: Intl.DateTimeFormat;
  /** what the shop's clock shows, by minute: asking Intl is what takes the time */
  readonly #shown = new Map<number, Shown>();
  readonly #newestMinute: number;

  /** @param now wall clock: buckets that end later end, for coverage, with the newest fact */
  constructor(
    private readonly files: Files,
    file: StoreFile,
    written: readonly Row[],
    private readonly now: number,
  ) {
    // what counts: the highest generation of a subject and minute; in it the highest sequence of each version
    const groups = new Map<string, Row[]>();
    for (const row of written) {
      const key = JSON.stringify([row.fact.kind, row.fact.subject, row.fact.ts, row.epoch]);
      groups.set(key, [...(groups.get(key) ?? []), row]);
    }
    for (const rows of groups.values()) {
      const generation = Math.max(...rows.map((row) => row.fact.generation ?? 0));
      const best = new Map<number, Row>();
      for (const row of rows.filter(({ fact }) => (fact.generation ?? 0) === generation)) {
        const way = generation === 0 || row.fact.kind === 'sale' ? 0 : row.fact.configVersion;
        const known = best.get(way);
        if (!known || said(row) > said(known)) best.set(way, row);
      }
      for (const row of best.values()) {
        const minute = Math.floor(row.fact.ts / MINUTE) * MINUTE;
        this.#byMinute.set(minute, [...(this.#byMinute.get(minute) ?? []), row]);
      }
    }
    this.#newestMinute = Math.max(...this.#byMinute.keys());
    const order = ({ epoch, fact }: Row): number => epoch * 1000 + fact.configVersion;
    for (const rows of this.#byMinute.values()) rows.sort((x, y) => order(x) - order(y));
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

  #sales(minutes: readonly number[]): FactOf<'sale'>[] {
    const kept = new Map<string, { fact: FactOf<'sale'>; epoch: number }>();
    for (const row of this.#facts('sale', minutes)) {
      const key = `${row.fact.subject}@${row.fact.ts}`;
      const known = kept.get(key);
      // a receipt stays as the older journal told it
      if (!known || row.epoch < known.epoch) kept.set(key, row);
    }
    return [...kept.values()].map((row) => row.fact);
  }

  #isOpen(ts: number, version: number): boolean {
    const { hours } = this.files[version] as StoreFile;
    if (!hours) return true;
    const { weekday, hour, minute } = this.#parts(ts);
    const now = `${hour}:${minute}`;
    return hours.some(({ days, open, close }) => days.some((day) => day === weekday) && now >= open && now < close);
  }

  /** What each version was told to have seen in these minutes: sensed milliseconds by minute, version and group. */
  #sensed(minutes: readonly number[]): { minute: number; version: number; group: string; ms: number }[] {
    return minutes.flatMap((minute) => {
      const left = new Map<string, number>();
      return this.#facts('coverage', [minute]).map(({ fact }) => {
        const ms = Math.min(fact.value.sensedMs, left.get(fact.subject) ?? MINUTE);
        left.set(fact.subject, (left.get(fact.subject) ?? MINUTE) - ms);
        return { minute, version: fact.configVersion, group: fact.subject, ms };
      });
    });
  }

  /** The versions that facts of these kinds were made under, rising, and which one held in each minute. */
  #timeline(minutes: readonly number[], kinds: readonly Fact['kind'][]) {
    const rows = minutes.flatMap((minute) => this.#byMinute.get(minute) ?? []).filter(({ fact }) => tells(fact, kinds));
    const versions = [...new Set(rows.map(({ fact }) => fact.configVersion))].sort((x, y) => x - y);
    const first = (version: number, some: readonly string[]): number =>
      Math.min(
        ...rows
          .filter(({ fact }) => fact.configVersion === version && some.includes(fact.kind))
          .map(({ fact }) => Math.floor(fact.ts / MINUTE) * MINUTE),
      );
    const since = versions
      .map((version) => ({
        version,
        from: [
          first(version, ['coverage']),
          first(version, ['zone', 'slot']),
          first(version, ['crossings', 'sale']),
        ].find((minute) => minute !== Infinity) as number,
      }))
      .sort((x, y) => x.from - y.from || x.version - y.version);
    const held = new Map(
      minutes.map((minute) => [minute, (since.findLast(({ from }) => from <= minute) ?? since[0])?.version]),
    );
    return { versions, held };
  }

  /** The share of these minutes that the groups of each version sensed; undefined: the version does not matter. */
  #coverage(
    minutes: readonly number[],
    held: ReadonlyMap<number, number | undefined>,
    groupsOf: ReadonlyMap<number, readonly string[]>,
  ): number | null {
    if ([...groupsOf.values()].every((groups) => groups.length === 0)) return null;
    const runs = (minutes.at(-1) as number) + MINUTE > this.now;
    const measured = minutes.filter(
      (minute) => groupsOf.has(held.get(minute) as number) && (!runs || minute <= this.#newestMinute),
    );
    const open = measured.filter((minute) => this.#isOpen(minute, held.get(minute) as number));
    const counted = open.length > 0 ? open : measured;
    if (counted.length === 0) return 0;
    const sensed = this.#sensed(minutes);
    const named = (version: number): string => [...new Set(groupsOf.get(version))].sort().join(' ');
    let sum = 0;
    // versions that rest on the same are looked at together
    for (const name of new Set([...groupsOf.keys()].map(named))) {
      const groups = name.split(' ').filter((group) => group !== '');
      const own = sensed.filter(
        (row) =>
          groupsOf.has(row.version) &&
          named(row.version) === name &&
          (open.length === 0 || this.#isOpen(row.minute, row.version)),
      );
      const byGroup = groups.map((group) =>
        own.filter((row) => row.group === group).reduce((total, row) => total + row.ms, 0),
      );
      if (byGroup.length > 0) sum += Math.min(...byGroup);
    }
    return Math.min(1, sum / (counted.length * MINUTE));
  }

  /** The share of these minutes in which no till of these versions was told to be away; of several that of the worst. */
  #tills(
    minutes: readonly number[],
    held: ReadonlyMap<number, number | undefined>,
    versions: readonly number[],
  ): number | null {
    const tillsOf = (version: number): string[] =>
      (this.files[version]?.devices ?? []).flatMap(({ family, id }) => (family === 'till' ? [id] : []));
    const having = versions.filter((version) => tillsOf(version).length > 0);
    if (having.length === 0) return null;
    const runs = (minutes.at(-1) as number) + MINUTE > this.now;
    const measured = minutes.filter(
      (minute) => having.includes(held.get(minute) as number) && (!runs || minute <= this.#newestMinute),
    );
    const open = measured.filter((minute) => this.#isOpen(minute, held.get(minute) as number));
    const counted = open.length > 0 ? open : measured;
    if (counted.length === 0) return 1;
    const sensed = this.#sensed(minutes);
    let missing = 0;
    for (const tills of new Set(having.map((version) => tillsOf(version).sort().join(' ')))) {
      const away = tills.split(' ').map((till) =>
        sensed
          .filter(({ group, version }) => group === `${till}!away` && tillsOf(version).sort().join(' ') === tills)
          .filter(({ version }) => having.includes(version))
          .filter(({ minute, version }) => open.length === 0 || this.#isOpen(minute, version))
          .reduce((sum, { ms }) => sum + ms, 0),
      );
      missing += Math.max(...away);
    }
    return Math.max(0, 1 - missing / (counted.length * MINUTE));
  }

  zones(from: number, to: number, bucket: string, engagedAfter?: number) {
    const rows: object[] = [];
    for (const minutes of this.#buckets(from, to, bucket).values()) {
      const allSales = this.#sales(minutes);
      const { versions, held } = this.#timeline(minutes, ['zone', 'slot', 'sale', 'coverage']);
      if (versions.length === 0) versions.push(1);
      const zonesOf = (version: number) => (this.files[version] as StoreFile).zones ?? [];
      const newest = zonesOf(versions.at(-1) as number).map((zone) => zone.id);
      const seen = new Set([
        ...versions.flatMap((version) => zonesOf(version).map((zone) => zone.id)),
        ...this.#facts('zone', minutes).flatMap(({ fact }) => (tells(fact, ['zone']) ? [fact.subject] : [])),
        ...this.#facts('slot', minutes).flatMap(({ fact }) => fact.value.zoneId ?? []),
        ...allSales.flatMap(({ value }) =>
          value.lines.flatMap((line) => line.shares.filter(isShare).flatMap(({ zoneId }) => zoneId ?? [])),
        ),
      ]);
      const ids = [...newest, ...[...seen].filter((id) => !newest.includes(id)).sort()];
      for (const id of ids) {
        const zoneFacts = this.#facts('zone', minutes).filter(
          ({ fact }) => fact.subject === id && tells(fact, ['zone']),
        );
        const slotFacts = this.#facts('slot', minutes).filter(({ fact }) => fact.value.zoneId === id);
        const sharesOf = (sale: FactOf<'sale'>) =>
          sale.value.lines.flatMap((line) => line.shares.filter((share) => share.zoneId === id && isShare(share)));
        const soldHere = allSales.filter((sale) => sharesOf(sale).length > 0);
        const there = versions.filter(
          (version) =>
            zonesOf(version).some((zone) => zone.id === id) ||
            [...zoneFacts, ...slotFacts, ...soldHere.map((fact) => ({ fact }))].some(
              ({ fact }) => fact.configVersion === version,
            ),
        );
        const facts = zoneFacts.map((row) => row.fact.value);
        const slots = slotFacts.map((row) => row.fact.value);
        const add = (pick: (value: (typeof facts)[number]) => number): number =>
          facts.reduce((sum, value) => sum + pick(value), 0);
        const dwell = zoneFacts
          .flatMap(({ fact }) =>
            fact.value.histogram.flatMap(([second, count]) =>
              new Array<{ second: number; version: number }>(count).fill({ second, version: fact.configVersion }),
            ),
          )
          .sort((x, y) => x.second - y.second);
        const threshold = (version: number): number =>
          engagedAfter ?? zonesOf(version).find((zone) => zone.id === id)?.engagedAfterSeconds ?? 5;
        const shares = soldHere.flatMap(sharesOf);
        const transactions = allSales.filter(({ value }) =>
          value.lines.some(
            (line) => line.quantityMicro > 0 && line.shares.some((share) => share.zoneId === id && isShare(share)),
          ),
        ).length;
        // a slot that was silent for more than half of the time tells nothing
        const groupOf = (version: number, slotId: string): string | undefined => {
          const file = this.files[version] as StoreFile;
          const own = (file.fixtures ?? []).filter((fixture) => fixture.zone === id);
          return own.some((fixture) => (fixture.slots ?? []).some((slot) => slot.id === slotId))
            ? slotGroup(file, slotId)
            : undefined;
        };
        const senses = (slotId: string): boolean => {
          const groups = new Map(
            there.flatMap((version) => {
              const group = groupOf(version, slotId);
              return group === undefined ? [] : [[version, group === '' ? [] : [group]] as const];
            }),
          );
          const share = this.#coverage(minutes, held, groups);
          return share === null || share >= 0.5;
        };
        const sensedFacts = slotFacts.filter(({ fact }) => senses(fact.subject));
        const pickups = sensedFacts.reduce((sum, { fact }) => sum + fact.value.pickups, 0);
        const putbacks = sensedFacts.reduce((sum, { fact }) => sum + fact.value.putbacks, 0);
        const refilled = sensedFacts.reduce((sum, { fact }) => sum + (fact.value.refilled ?? 0), 0);
        const untold = sensedFacts.some(
          ({ fact }) => !fact.generation && fact.value.refilled === undefined && fact.value.putbacks > 0,
        );
        const visits = add((value) => value.visits);
        const visitors = add((value) => value.visitors);
        const overlap = add((value) => value.overlapMs);
        const judged = facts.flatMap((value) => (value.interest ? [value.interest] : []));
        const judgedMs = judged.reduce((sum, { ms }) => sum + BigInt(ms), 0n);
        const judgedPpmMs = judged.reduce((sum, { ppmMs }) => sum + BigInt(ppmMs), 0n);
        const most = Math.max(0, ...facts.map((value) => value.maxOpen));
        if (
          bucket !== 'all' &&
          facts.length === 0 &&
          shares.length === 0 &&
          slots.every((slot) => slot.pickups + slot.putbacks + (slot.refilled ?? 0) === 0)
        )
          continue;
        const camerasOf = (version: number) =>
          [zoneGroup(this.files[version] as StoreFile, id)].filter((g) => g !== '');
        const shelvesOf = (version: number) => {
          const file = this.files[version] as StoreFile;
          const own = (file.fixtures ?? []).filter((fixture) => fixture.zone === id);
          return own
            .flatMap((fixture) => (fixture.slots ?? []).map((slot) => slotGroup(file, slot.id)))
            .filter((group) => group !== '');
        };
        const onPeople = this.#coverage(minutes, held, new Map(there.map((version) => [version, camerasOf(version)])));
        const onGoods = this.#coverage(minutes, held, new Map(there.map((version) => [version, shelvesOf(version)])));
        const onSales = this.#tills(minutes, held, there);
        const covered = facts.length > 0 || there.some((version) => camerasOf(version).length > 0);
        const sensedSlots = there.flatMap((version) =>
          (this.files[version]?.fixtures ?? []).flatMap((fixture) =>
            (fixture.slots ?? []).flatMap((slot) => (groupOf(version, slot.id) ? [slot.id] : [])),
          ),
        );
        const sensesSlots = [...sensedSlots, ...slotFacts.map(({ fact }) => fact.subject)].some(senses);
        const net = shares.reduce((sum, share) => sum + share.netMinor, 0);
        const areas = there.flatMap((version) => {
          const zone = zonesOf(version).find((candidate) => candidate.id === id);
          if (!zone) return [];
          const [[left, top], , [right, bottom]] = zone.polygon as [
            [number, number],
            [number, number],
            [number, number],
          ];
          const time = minutes.filter((minute) => held.get(minute) === version).length;
          return [{ area: (right - left) * (bottom - top), time }];
        });
        const known = <T>(value: T, ...on: (number | null)[]): T | null =>
          on.some((coverage) => coverage !== null && coverage < 0.5) ? null : value;
        const area = meanArea(areas);
        const people = <T>(value: T): T | null => (covered ? value : null);
        const goods = <T>(value: T): T | null => (sensesSlots ? value : null);
        rows.push({
          from: this.#start(minutes[0] as number, bucket, from),
          zoneId: id,
          name: null,
          visits: people(visits),
          visitors: people(visitors),
          engagedVisits: people(dwell.filter(({ second, version }) => second >= threshold(version)).length),
          dwellSeconds: {
            total: people(six(add((value) => value.dwellMs) / 1000)),
            mean: visits === 0 ? null : six(add((value) => value.dwellMs) / 1000 / visits),
            p50: dwell[Math.ceil(dwell.length * 0.5) - 1]?.second ?? null,
            p90: dwell[Math.ceil((dwell.length * 9) / 10) - 1]?.second ?? null,
          },
          occupancy: { mean: people(six(overlap / (minutes.length * MINUTE))), max: people(most) },
          pickups: goods(pickups),
          putbacks: goods(putbacks),
          returned: goods(putbacks),
          refilled: goods(untold ? null : refilled),
          pickRate: known(sensesSlots && visits > 0 ? six(pickups / visits) : null, onPeople, onGoods),
          units: six(shares.reduce((sum, share) => sum + share.quantityMicro, 0) / 1e6),
          salesNet: noneTold(onSales, soldHere) ? null : Number((net / 100).toFixed(2)),
          currency: 'CNY',
          transactions: noneTold(onSales, soldHere) ? null : transactions,
          salesPerSquareMetre: known(area === null ? null : six(net / 100 / area), onSales),
          conversion: known(visitors > 0 ? six(transactions / visitors) : null, onPeople, onSales),
          interest: known(judgedMs === 0n ? null : millionths(judgedPpmMs, judgedMs), onPeople),
          coverage: six(onPeople ?? onGoods ?? onSales ?? 1),
          coverageOf: {
            people: onPeople === null ? null : six(onPeople),
            goods: onGoods === null ? null : six(onGoods),
            sales: sixOrNull(onSales),
          },
          versions: there,
          metricVersion: 4,
        });
      }
      const sales = allSales.map((sale) => sale.value);
      const lost: { quantityMicro: number; netMinor: number }[] = sales.flatMap((sale) =>
        sale.lines.flatMap((line) => (line.shares.length === 0 ? [line].filter(isShare) : unplacedOf(line))),
      );
      if (lost.length > 0 || bucket === 'all') {
        const nothingTold = noneTold(this.#tills(minutes, held, versions), lost);
        rows.push({
          from: this.#start(minutes[0] as number, bucket, from),
          zoneId: 'unplaced',
          name: null,
          visits: null,
          visitors: null,
          engagedVisits: null,
          dwellSeconds: { total: null, mean: null, p50: null, p90: null },
          occupancy: { mean: null, max: null },
          pickups: null,
          putbacks: null,
          returned: null,
          refilled: null,
          pickRate: null,
          units: six(lost.reduce((sum, part) => sum + part.quantityMicro, 0) / 1e6),
          salesNet: nothingTold ? null : Number((lost.reduce((sum, part) => sum + part.netMinor, 0) / 100).toFixed(2)),
          currency: 'CNY',
          transactions: nothingTold
            ? null
            : sales.filter((sale) =>
                sale.lines.some(
                  (line) =>
                    line.quantityMicro > 0 &&
                    (line.shares.length === 0 || line.shares.some((share) => share.zoneId === null)),
                ),
              ).length,
          salesPerSquareMetre: null,
          conversion: null,
          interest: null,
          coverage: six(this.#tills(minutes, held, versions) ?? 1),
          coverageOf: { people: null, goods: null, sales: sixOrNull(this.#tills(minutes, held, versions)) },
          versions,
          metricVersion: 4,
        });
      }
    }
    return rows;
  }

  footfall(from: number, to: number, bucket: string) {
    const rows: object[] = [];
    for (const minutes of this.#buckets(from, to, bucket).values()) {
      const { versions, held } = this.#timeline(minutes, ['crossings', 'coverage']);
      if (versions.length === 0) versions.push(1);
      const file = this.files[versions.at(-1) as number] as StoreFile;
      for (const entrance of file.entrances ?? []) {
        const facts = this.#facts('crossings', minutes)
          .filter((row) => row.fact.subject === entrance.id)
          .map((row) => row.fact.value);
        const inwards = facts.reduce((sum, value) => sum + value.in, 0);
        const outwards = facts.reduce((sum, value) => sum + value.out, 0);
        if (bucket !== 'all' && inwards + outwards === 0) continue;
        const groups = new Map(
          versions.map((version) => [version, [entranceGroup(this.files[version] as StoreFile, entrance.id)]]),
        );
        const coverage = six(this.#coverage(minutes, held, groups) ?? 0);
        rows.push({
          from: this.#start(minutes[0] as number, bucket, from),
          entranceId: entrance.id,
          name: null,
          in: inwards,
          out: outwards,
          coverage,
          coverageOf: { people: coverage, goods: null, sales: null },
          versions,
          metricVersion: 4,
        });
      }
    }
    return rows;
  }

  sales(from: number, to: number, bucket: string) {
    const rows: object[] = [];
    for (const minutes of this.#buckets(from, to, bucket).values()) {
      const { versions } = this.#timeline(minutes, ['sale']);
      const sales = this.#sales(minutes).map((fact) => fact.value);
      if (bucket !== 'all' && sales.length === 0) continue;
      rows.push({
        from: this.#start(minutes[0] as number, bucket, from),
        salesNet: Number((sales.reduce((sum, sale) => sum + sale.netMinor, 0) / 100).toFixed(2)),
        currency: 'CNY',
        transactions: sales.filter((sale) => sale.transaction).length,
        units: six(sales.flatMap((sale) => sale.lines).reduce((sum, line) => sum + line.quantityMicro, 0) / 1e6),
        versions: versions.length > 0 ? versions : [1],
        metricVersion: 4,
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

/** Area over the time for which each version held: none where there was no such zone. */
function meanArea(areas: readonly { area: number; time: number }[]): number | null {
  if (areas.length === 0) return null;
  const time = areas.reduce((sum, part) => sum + part.time, 0);
  if (time === 0) return (areas.at(-1) as { area: number }).area;
  return areas.reduce((sum, part) => sum + part.area * part.time, 0) / time;
}

const said = ({ fact }: Row): string =>
  [fact.seq, fact.configVersion].map((part) => String(part).padStart(12, '0')).join('|') + JSON.stringify(fact.value);

/** Whether a fact is one of these kinds and says anything. */
function tells(fact: SeriesRow['fact'], kinds: readonly Fact['kind'][]): boolean {
  if (!kinds.includes(fact.kind)) return false;
  if (fact.kind === 'coverage') return fact.value.sensedMs > 0;
  if (fact.kind === 'crossings') return fact.value.in + fact.value.out > 0;
  if (fact.kind !== 'zone') return true;
  const { visits, visitors, overlapMs, maxOpen, interest } = fact.value;
  return visits + visitors + overlapMs + maxOpen + (interest?.ms ?? 0) > 0;
}
const isShare = (share: { quantityMicro: number; netMinor: number }): boolean =>
  share.quantityMicro !== 0 || share.netMinor !== 0;

const sixOrNull = (value: number | null): number | null => (value === null ? null : six(value));
/** the rounding that contracts states: to six decimals, halves up */
const six = (value: number): number => Math.round(value * 1e6) / 1e6 + 0;

/** ppm ÷ 1e6 to six decimals, halves up: whole numbers until the very end. */
function millionths(ppmMs: bigint, ms: bigint): number {
  const whole = ppmMs / ms;
  const rest = ppmMs % ms;
  return Number(whole + (rest * 2n >= ms ? 1n : 0n)) / 1e6;
}

function unplacedOf(line: FactOf<'sale'>['value']['lines'][number]): { quantityMicro: number; netMinor: number }[] {
  return line.shares.filter((share) => share.zoneId === null && isShare(share));
}

/** Nothing sold while every till was away is not known to be nothing. */
const noneTold = (onSales: number | null, sold: readonly unknown[]): boolean =>
  onSales !== null && onSales < 0.005 && sold.length === 0;
