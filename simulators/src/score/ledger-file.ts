import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { AisleError, MINUTE_MS, minuteOf } from '@aisle/contracts';

/** Counts of `key` per minute: `${key}|${minute}` → items. */
export type PerMinute = Map<string, number>;
export const perMinuteKey = (key: string, minute: number): string => `${key}|${minute}`;

/** The ledger added up over the whole minutes that it covers. */
export interface Truth {
  readonly storeId: string;
  readonly noise: boolean;
  /** the store names its staff: their visits are nobody's */
  readonly staffApart: boolean;
  readonly fromTs: number;
  /** exclusive */
  readonly toTs: number;
  /** every entrance and zone of the store, those that nobody used too */
  readonly entrances: Map<string, { in: number; out: number }>;
  readonly visits: Map<string, { visits: number; visitors: number; dwellMs: number }>;
  /** people who have visited a zone, by zone */
  readonly seenIn: Map<string, Set<number>>;
  /** milliseconds that staff dwelt in each zone */
  readonly staffDwellMs: Map<string, number>;
  readonly salesByProduct: Map<string, { units: number; net: number }>;
  salesNet: number;
  transactions: number;
  /** by product and minute, by zone and minute */
  readonly pickups: { byProduct: PerMinute; byZone: PerMinute };
  readonly putbacks: { byProduct: PerMinute; byZone: PerMinute };
  /** units per product at `toTs` */
  readonly stock: Map<string, number>;
}
export class LedgerError extends AisleError {
  override readonly name = 'LedgerError';
  readonly code = 'ledger';
}

interface Line {
  type: string;
  ts: number;
  startTs: number;
  storeId: string;
  noise: boolean;
  stock: Record<string, number>;
  entrances: string[];
  zones: string[];
  products: Record<string, string | null>;
  entranceId: string;
  direction: 'in' | 'out';
  zoneId: string | null;
  enterTs: number;
  leaveTs: number;
  slotId: string;
  gtin: string;
  units: number;
  returned?: number;
  lines: { gtin: string; quantity: number; net: number }[];
  openSince: number | null;
  person: number;
  staff?: boolean;
  staffApart?: boolean;
}

export async function* linesOf(file: string): AsyncGenerator<Line> {
  let number = 0;
  for await (const text of createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity })) {
    number += 1;
    if (text.trim() === '') continue;
    let line: Line | undefined;
    try {
      line = JSON.parse(text) as Line;
    } catch {
      // A run that is still going, or was killed, may leave half a line behind.
      if (number === 1) throw new LedgerError(`${file}, line ${number}: is not JSON`);
    }
    if (line) yield line;
  }
}

/** Units per slot after everything that a ledger tells: where a run that continues it goes on. Undefined without a run. */
export async function readStock(file: string): Promise<Record<string, number> | undefined> {
  let stock: Record<string, number> | undefined;
  for await (const line of linesOf(file)) {
    if (line.type === 'run' || line.type === 'end') stock = { ...line.stock };
    else if (stock && (line.type === 'pickup' || line.type === 'putback')) {
      stock[line.slotId] = (stock[line.slotId] ?? 0) + (line.type === 'pickup' ? -line.units : line.units);
    }
  }
  return stock;
}

/** Numbers of the tags in each slot after everything that a ledger tells, as `readStock` does. */
export async function readTags(file: string): Promise<Record<string, string[]>> {
  let tags: Record<string, string[]> = {};
  for await (const line of linesOf(file)) {
    if (line.type === 'tags') tags = structuredClone((line as unknown as { slots: Record<string, string[]> }).slots);
    if (line.type !== 'tag') continue;
    const { epc, what, slotId } = line as unknown as { epc: string; what: string; slotId: string | null };
    if (slotId === null) continue;
    const others = (tags[slotId] ?? []).filter((one) => one !== epc);
    tags[slotId] = what === 'placed' || what === 'brought' ? [...others, epc] : others;
  }
  return tags;
}

/**
 * Reads the last run of a ledger. A file may hold several runs, one behind the other (an endless run that was started
 * again); a run without an end counts up to the last minute all of whose visits are known.
 * @throws LedgerError when the file holds no whole minute
 */
export async function readLedger(file: string): Promise<Truth> {
  let head: Line | undefined;
  let headNo = 0;
  let toTs = 0;
  let no = 0;
  for await (const line of linesOf(file)) {
    no += 1;
    if (line.type === 'run') [head, headNo, toTs] = [line, no, 0];
    else if (line.type === 'minute') toTs = minuteOf(Math.min(line.ts + MINUTE_MS, line.openSince ?? Infinity));
    else if (line.type === 'end') toTs = minuteOf(line.ts);
  }
  if (!head) throw new LedgerError(`${file}: holds no run`);
  const fromTs = Math.ceil(head.startTs / MINUTE_MS) * MINUTE_MS;
  if (toTs <= fromTs) throw new LedgerError(`${file}: holds no whole minute yet`);
  const truth = emptyTruth(head, fromTs, toTs);
  const slots = new Map(Object.entries(head.stock));
  no = 0;
  for await (const line of linesOf(file)) if (++no > headNo) add(truth, slots, line);
  for (const [slotId, units] of slots) {
    const gtin = head.products[slotId];
    if (gtin) truth.stock.set(gtin, (truth.stock.get(gtin) ?? 0) + units);
  }
  return truth;
}

function emptyTruth(head: Line, fromTs: number, toTs: number): Truth {
  return {
    storeId: head.storeId,
    noise: head.noise,
    staffApart: head.staffApart ?? false,
    fromTs,
    toTs,
    entrances: new Map(head.entrances.map((id) => [id, { in: 0, out: 0 }])),
    visits: new Map(head.zones.map((id) => [id, { visits: 0, visitors: 0, dwellMs: 0 }])),
    seenIn: new Map(),
    staffDwellMs: new Map(),
    salesByProduct: new Map(),
    salesNet: 0,
    transactions: 0,
    pickups: { byProduct: new Map(), byZone: new Map() },
    putbacks: { byProduct: new Map(), byZone: new Map() },
    stock: new Map(),
  };
}

function add(truth: Truth, slots: Map<string, number>, line: Line): void {
  const covered = (ts: number) => ts >= truth.fromTs && ts < truth.toTs;
  switch (line.type) {
    case 'crossing': {
      if (!covered(line.ts)) return;
      const counts = truth.entrances.get(line.entranceId);
      if (counts) counts[line.direction] += 1;
      return;
    }
    case 'visit': {
      const zoneId = line.zoneId ?? '';
      const sum = truth.visits.get(zoneId);
      if (!sum) return;
      if (line.staff === true && truth.staffApart) {
        if (covered(line.enterTs))
          truth.staffDwellMs.set(zoneId, (truth.staffDwellMs.get(zoneId) ?? 0) + line.leaveTs - line.enterTs);
        return;
      }
      const seen = truth.seenIn.get(zoneId) ?? new Set<number>();
      truth.seenIn.set(zoneId, seen);
      const isFirst = !seen.has(line.person);
      seen.add(line.person);
      if (!covered(line.enterTs)) return;
      sum.visits += 1;
      if (isFirst) sum.visitors += 1;
      sum.dwellMs += line.leaveTs - line.enterTs;
      return;
    }
    case 'pickup':
    case 'putback': {
      if (line.ts < truth.toTs)
        slots.set(line.slotId, (slots.get(line.slotId) ?? 0) + (line.type === 'pickup' ? -line.units : line.units));
      if (!covered(line.ts)) return;
      const { byProduct, byZone } = truth[line.type === 'pickup' ? 'pickups' : 'putbacks'];
      // Ledgers of older runs do not tell returned from refilled.
      const items = line.type === 'pickup' ? line.units : (line.returned ?? line.units);
      if (items > 0) count(byProduct, perMinuteKey(line.gtin, minuteOf(line.ts)), items);
      if (items > 0 && line.zoneId !== null) count(byZone, perMinuteKey(line.zoneId, minuteOf(line.ts)), items);
      return;
    }
    case 'sale': {
      if (!covered(line.ts)) return;
      if (line.lines.some((saleLine) => saleLine.quantity > 0)) truth.transactions += 1;
      for (const { gtin, quantity, net } of line.lines) {
        const sum = truth.salesByProduct.get(gtin) ?? { units: 0, net: 0 };
        sum.units += quantity;
        sum.net += net;
        truth.salesByProduct.set(gtin, sum);
        truth.salesNet += net;
      }
    }
  }
}

export const count = (map: PerMinute, key: string, items: number): void =>
  void map.set(key, (map.get(key) ?? 0) + items);
