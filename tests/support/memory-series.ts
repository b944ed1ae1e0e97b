import { HOUR_MS } from '@aisle/contracts';
import type { SeriesRow, SeriesStore, StoredFact, StoredRollup } from '../../cloud/src/ports/series-store.js';

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The facts of one shop in memory, each stated once: for tests that ask much of a long past. Only what insight asks is answered. */
export function memorySeries(rows: readonly SeriesRow[]): SeriesStore {
  const byHour = new Map<number, StoredFact[]>();
  for (const { epoch, fact } of rows) {
    const hour = Math.floor(fact.ts / HOUR_MS) * HOUR_MS;
    const facts = byHour.get(hour);
    if (facts) facts.push({ ...fact, epoch });
    else byHour.set(hour, [{ ...fact, epoch }]);
  }
  for (const facts of byHour.values())
    facts.sort((a, b) => a.ts - b.ts || compare(a.kind, b.kind) || compare(a.subject, b.subject));
  const hours = [...byHour.keys()].sort((a, b) => a - b);
  const rollups = new Map<string, StoredRollup>();
  const within = ({ level, kinds, from, to }: Parameters<SeriesStore['readRollups']>[0]): StoredRollup[] =>
    [...rollups.values()]
      .filter((each) => each.level === level && kinds.includes(each.kind) && each.from >= from && each.from < to)
      .sort((a, b) => a.from - b.from || compare(a.kind, b.kind));
  const answers: Partial<SeriesStore> = {
    read: async ({ kinds, from, to }) =>
      hours
        .filter((hour) => hour + HOUR_MS > from && hour < to)
        .flatMap((hour) => byHour.get(hour) ?? [])
        .filter(({ ts, kind }) => ts >= from && ts < to && (kinds as readonly string[]).includes(kind)) as never,
    newest: async () => [],
    span: async () => undefined,
    writtenHours: async (_store, from, to) => hours.filter((hour) => hour + HOUR_MS > from && hour < to),
    touchedHours: async () => ({ hours: [...hours], mark: 1 }),
    mark: async () => '1',
    prepare: async () => undefined,
    readRollups: async (query) => within(query),
    trueRollups: async (query) => within(query),
    writeRollups: async (_store, _mark, made) => {
      for (const each of made) rollups.set(`${each.level} ${each.kind} ${each.from}`, each);
    },
  };
  return answers as SeriesStore;
}
