import { minuteOf } from '@aisle/contracts';
import { count, linesOf, perMinuteKey, type PerMinute } from './ledger-file.js';

/** A slot that truly stood empty; Infinity: to the end. Epoch ms. */
export interface TrulyEmpty {
  readonly slotId: string;
  readonly fromTs: number;
  toTs: number;
}

/** What is true of slots, items and tags in the minutes that are scored. */
export interface SlotTruth {
  readonly pickups: PerMinute;
  readonly putbacks: PerMinute;
  /** units at the end of the period */
  readonly stock: Map<string, number>;
  /** units of a slot from a time on, in the order of time, the start first */
  readonly levels: Map<string, { ts: number; units: number }[]>;
  readonly empty: TrulyEmpty[];
  readonly planted: { slotId: string; fromTs: number; toTs: number }[];
  /** slots whose goods have tags, and how many tags there were in all */
  readonly taggedSlots: Set<string>;
  tags: number;
  /** what happened to tags, by what it was */
  readonly tagMoves: Map<string, number>;
}

interface Line {
  type: string;
  ts: number;
  slotId: string;
  units: number;
  returned?: number;
  stock: Record<string, number>;
  startTs: number;
  slots: Record<string, string[]>;
  what: string;
  staff?: boolean;
  fromTs: number;
  toTs: number;
}

/** Reads the last run of a ledger once more, slot by slot, for the period that is scored. */
export async function readSlotTruth(file: string, fromTs: number, toTs: number): Promise<SlotTruth> {
  let truth = emptyTruth();
  for await (const raw of linesOf(file)) {
    const line = raw as unknown as Line;
    if (line.type === 'run') truth = startedWith(line);
    else if (line.type !== 'end') add(truth, line, fromTs, toTs);
  }
  return truth;
}

const emptyTruth = (): SlotTruth => ({
  ...{ pickups: new Map(), putbacks: new Map(), stock: new Map(), levels: new Map(), empty: [], planted: [] },
  ...{ taggedSlots: new Set(), tags: 0, tagMoves: new Map() },
});

function startedWith({ stock, startTs }: Line): SlotTruth {
  const truth = emptyTruth();
  for (const [slotId, units] of Object.entries(stock)) {
    truth.stock.set(slotId, units);
    truth.levels.set(slotId, [{ ts: startTs, units }]);
    if (units <= 0) truth.empty.push({ slotId, fromTs: startTs, toTs: Infinity });
  }
  return truth;
}

function add(truth: SlotTruth, line: Line, fromTs: number, toTs: number): void {
  const { type, ts, slotId, units } = line;
  if (type === 'planned') truth.planted.push({ slotId, fromTs: line.fromTs, toTs: line.toTs });
  if (type === 'tags') {
    for (const [id, tags] of Object.entries(line.slots)) {
      truth.taggedSlots.add(id);
      truth.tags += tags.length;
    }
  }
  if (ts >= toTs) return;
  if (type === 'tag') {
    truth.tagMoves.set(line.what, (truth.tagMoves.get(line.what) ?? 0) + 1);
    if (line.what === 'brought') truth.tags += 1;
  }
  if (type === 'empty') truth.empty.push({ slotId, fromTs: ts, toTs: Infinity });
  if (type === 'filled') {
    const open = truth.empty.findLast((entry) => entry.slotId === slotId && entry.toTs === Infinity);
    if (open) open.toTs = ts;
  }
  if (type !== 'pickup' && type !== 'putback') return;
  const level = (truth.stock.get(slotId) ?? 0) + (type === 'pickup' ? -units : units);
  truth.stock.set(slotId, level);
  truth.levels.get(slotId)?.push({ ts, units: level });
  // Goods that are new to the readers were put back by nobody (decision 8); a scale cannot tell them.
  if (type === 'putback' && line.staff === true && truth.taggedSlots.has(slotId)) return;
  // Ledgers of older runs do not tell returned from refilled.
  const items = type === 'pickup' ? units : (line.returned ?? units);
  if (ts >= fromTs && items > 0)
    count(type === 'pickup' ? truth.pickups : truth.putbacks, perMinuteKey(slotId, minuteOf(ts)), items);
}

/** The fewest units that a slot truly held between two times. */
export function fewest(truth: SlotTruth, slotId: string, fromTs: number, toTs: number): number {
  const levels = truth.levels.get(slotId) ?? [];
  const before = levels.findLast(({ ts }) => ts <= fromTs)?.units ?? Infinity;
  return levels.reduce((least, { ts, units }) => (ts > fromTs && ts <= toTs ? Math.min(least, units) : least), before);
}
