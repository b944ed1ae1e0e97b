import { HOUR_MS, minuteOf } from '@aisle/contracts';
import type { SeriesRow } from '../../ports/series-store.js';
import { SEQ_LIMIT } from '../row-rules.js';
import type { InfluxClient } from './influx-client.js';
import { identityOf, literal, nanoseconds, recordIdentity, rowsOf, shardOf, tag, wishedPlace } from './points.js';

/**
 * Finds each record a place in its minute that no other record has. Two draw the same one of 60 thousand million (in the
 * same shard) about never, but "about never" loses a sale one day: so what already lies there is read first, and who comes
 * second takes the next free place. The same statement of the same record finds its own place again; one of the same revision
 * that says something else is another, and reading chooses between them.
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
      taken.set(key, identityOf(id, ts, Number(cells['q']), String(cells['h'] ?? '')));
    }
  }
  const places = new Map<SeriesRow, number>();
  for (const row of rows) {
    const { storeId, epoch, fact } = row;
    const own = recordIdentity(row);
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
      yield [`SELECT "id", "ts", "q", "o", "h" FROM "${kind}" WHERE ${where} GROUP BY "epoch", "shard"`, storeId];
      from = next ?? from;
    }
  }
}
