import { eachBucket, type Asked } from './shared.js';
import type { FactReader } from '../reader.js';

/** What zones came to on one day of the shop. */
export interface ZoneDay {
  /** start of the day, epoch ms */
  from: number;
  receipts: number;
  /** milliseconds in which the shop was open */
  openMs: number;
  zones: ReadonlyMap<string, { netMinor: number; units: number; visits: number }>;
}

/** Every day of [from, to) of which anything was told, in order. */
export async function zoneDays(series: FactReader, asked: Asked): Promise<ZoneDay[]> {
  const days: ZoneDay[] = [];
  await eachBucket(series, { ...asked, bucket: 'day' }, ['zone', 'sale'], ({ from, slices }) => {
    const zones = new Map<string, { netMinor: number; units: number; visits: number }>();
    const zone = (id: string) => {
      let known = zones.get(id);
      if (!known) zones.set(id, (known = { netMinor: 0, units: 0, visits: 0 }));
      return known;
    };
    let receipts = 0;
    for (const { tallies } of slices) {
      receipts += tallies.sale.receipts;
      for (const [id, { netMinor, quantityMicro }] of tallies.sale.zones) {
        zone(id).netMinor += netMinor;
        zone(id).units += quantityMicro / 1e6;
      }
      for (const [id, { visits }] of tallies.zone.zones) zone(id).visits += visits;
    }
    const openMs = slices.reduce((sum, slice) => sum + slice.openMs, 0);
    days.push({ from: Date.parse(from), receipts, openMs, zones });
  });
  return days;
}
