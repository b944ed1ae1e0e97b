import type { SlotRow } from '@aisle/contracts';
import { checkRows } from '../query.js';
import { newestOf, sensedShare, sensorsOf, type Slice } from '../slices.js';
import { SensingSlots } from './sensing-slots.js';
import {
  NO_MOVES_SENSED,
  addMoves,
  coverageOf,
  eachBucket,
  madeBy,
  movesOf,
  noMoves,
  share,
  type Asked,
  type Moves,
} from './shared.js';
import type { FactReader } from '../reader.js';

interface Held {
  slotId: string;
  gtin: string;
  zoneId: string | null;
  moves: Moves;
  /** those under which it was sensed so */
  slices: Slice[];
}

/**
 * One row per slot, product and bucket in which something was sensed there. `bucket=all` lists every slot whose stock is known,
 * those that nobody touched too. What a silent sensor missed is null. Stock is told for `all` only: at the end of the period, however long ago it was stated.
 */
export async function slotMetrics(series: FactReader, asked: Asked): Promise<SlotRow[]> {
  const rows: SlotRow[] = [];
  const { storeId } = asked.timeline;
  const levels = asked.bucket === 'all' ? await series.newest({ storeId, kind: 'slot', before: asked.to }) : [];
  await eachBucket(series, asked, ['slot', 'coverage'], ({ from, slices }) => {
    const held = heldIn(slices);
    const newest = newestOf(slices);
    for (const { subject, value } of levels) {
      const isKnown = held.some(({ slotId, gtin }) => slotId === subject && gtin === value.gtin);
      // a slot that is gone, or holds something else, has no stock of it
      if (isKnown || value.stock === null || newest.slot(subject)?.gtin !== value.gtin) continue;
      held.push({ slotId: subject, gtin: value.gtin, zoneId: value.zoneId, moves: noMoves(), slices: [...slices] });
    }
    for (const { slotId, gtin, zoneId, moves, slices: under } of held) {
      const level = levels.find(({ subject, value }) => subject === slotId && value.gtin === gtin);
      const isSensed = new SensingSlots(under, () => true).has(slotId);
      const onGoods = sensedShare(under, (edition) => {
        const slot = edition.slot(slotId);
        return slot ? sensorsOf(under, [slot]) : [''];
      });
      rows.push({
        from,
        slotId,
        gtin,
        zoneId,
        ...(isSensed ? movesOf(moves) : NO_MOVES_SENSED),
        stock: level && isSensed && newest.slot(slotId)?.gtin === gtin ? level.value.stock : null,
        coverage: share(onGoods ?? 0),
        coverageOf: coverageOf(null, onGoods, null),
        ...madeBy(under),
      });
    }
    checkRows(rows.length);
  });
  const order = ({ from, slotId }: SlotRow) => `${from}|${slotId}`;
  return rows.sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

/** By slot and what it held and where it stood. */
function heldIn(slices: readonly Slice[]): Held[] {
  const held = new Map<string, Held>();
  for (const slice of slices) {
    for (const [key, { slotId, gtin, zoneId, ...moves }] of slice.tallies.slot.slots) {
      let known = held.get(key);
      if (!known) held.set(key, (known = { slotId, gtin, zoneId, moves: noMoves(), slices: [] }));
      addMoves(known.moves, moves);
      known.slices.push(slice);
    }
  }
  return [...held.values()];
}
