import { HOUR_MS, minuteOf } from '@aisle/contracts';
import type { SeriesRow } from '../../ports/series-store.js';
import { SEQ_LIMIT } from '../row-rules.js';
import type { InfluxClient } from './influx-client.js';
import { literal, nanoseconds, rowsOf, shardOf, tag, wishedPlace } from './points.js';

/**
 * Finds each record a place in its minute that no other record has. Two draw the same one of 60 thousand million (in the
 * same shard) about never, but "about never" loses a sale one day: so what already lies there is read first, and who comes
 * second takes the next free place. The same record in the same revision finds its own place again.
 */
export async function placesFor(client: InfluxClient, rows: readonly SeriesRow[]): Promise<Map<SeriesRow, number>> {
  const taken = new Map<string, string>();
  for (const [statement, storeId] of statements(rows)) {
    for (const cells of rowsOf(await client.query(statement))) {
      const [id, ts] = [String(cells['id']), Number(cells['ts'])];
      const key = placeKey(
        storeId,
        cells.measurement,
        String(cells['epoch']),
        String(cells['shard']),
        minuteOf(ts),
        Number(cells['o']),
      );
      taken.set(key, identity(id, ts, Number(cells['q'])));
    }
  }
  const places = new Map<SeriesRow, number>();
  for (const row of rows) {
    const { storeId, epoch, fact } = row;
    const own = identity(tag(fact.subject), fact.ts, fact.seq);
    for (let place = wishedPlace(row); ; place = (place + 1) % SEQ_LIMIT) {
      const key = placeKey(storeId, fact.kind, String(epoch), shardOf(fact.subject), minuteOf(fact.ts), place);
      const holder = taken.get(key);
      if (holder !== undefined && holder !== own) continue;
      taken.set(key, own);
      places.set(row, place);
      break;
    }
  }
  return places;
}

const identity = (id: string, ts: number, seq: number): string => `${id}|${ts}|${seq}`;
const placeKey = (...parts: (string | number)[]): string => parts.join('|');

/** One question per shop, kind and stretch of time without a gap of more than an hour, with the shop that it is about. */
function* statements(rows: readonly SeriesRow[]): Generator<[statement: string, storeId: string]> {
  const groups = new Map<string, { storeId: string; kind: string; minutes: number[] }>();
  for (const { storeId, fact } of rows) {
    const key = `${fact.kind}|${storeId}`;
    const group = groups.get(key) ?? { storeId, kind: fact.kind, minutes: [] };
    groups.set(key, group);
    group.minutes.push(minuteOf(fact.ts));
  }
  for (const { storeId, kind, minutes } of groups.values()) {
    minutes.sort((a, b) => a - b);
    let from = minutes[0] as number;
    for (const [at, minute] of minutes.entries()) {
      const next = minutes[at + 1];
      if (next !== undefined && next - minute <= HOUR_MS) continue;
      const where = `"store" = ${literal(tag(storeId))} AND time >= ${nanoseconds(from)} AND time < ${nanoseconds(minute, SEQ_LIMIT)}`;
      yield [`SELECT "id", "ts", "q", "o" FROM "${kind}" WHERE ${where} GROUP BY "epoch", "shard"`, storeId];
      from = next ?? from;
    }
  }
}
