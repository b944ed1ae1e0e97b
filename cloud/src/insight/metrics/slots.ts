import type { SlotRow } from '@aisle/contracts';
import type { SeriesStore } from '../../ports/index.js';
import { gatherEach } from '../gather.js';
import { checkRows } from '../query.js';
import type { Asked } from './shared.js';

/**
 * One row per slot, product and bucket in which something was sensed there. `bucket=all` lists every slot whose stock is known,
 * those that nobody touched too. Stock is told for `all` only: at the end of the period, however long ago it was stated.
 */
export async function slotMetrics(series: SeriesStore, asked: Asked): Promise<SlotRow[]> {
  const rows: SlotRow[] = [];
  await gatherEach(series, { ...asked, kinds: ['slot'] }, (start, { slot }) => {
    const from = asked.calendar.time.iso(start);
    for (const { slotId, gtin, zoneId, pickups, putbacks } of slot.slots.values())
      rows.push({ from, slotId, gtin, zoneId, pickups, putbacks, stock: null });
    checkRows(rows.length);
  });
  if (asked.bucket === 'all') {
    const { storeId } = asked.store;
    const from = asked.calendar.time.iso(asked.from);
    for (const { subject, value } of await series.newest({ storeId, kind: 'slot', before: asked.to })) {
      const { gtin, zoneId, stock } = value;
      const row = rows.find((candidate) => candidate.slotId === subject && candidate.gtin === gtin);
      if (row) row.stock = stock;
      else if (stock !== null) rows.push({ from, slotId: subject, gtin, zoneId, pickups: 0, putbacks: 0, stock });
    }
  }
  const order = ({ from, slotId }: SlotRow) => `${from}|${slotId}`;
  return rows.sort((a, b) => (order(a) < order(b) ? -1 : 1));
}
