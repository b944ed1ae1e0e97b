import { DAY_MS, HOUR_MS } from '@aisle/contracts';
import type { SeriesStore, StoredFact } from '../../cloud/src/ports/series-store.js';

/**
 * The same facts, read plainly: no rollup is used, and what was said last is found by going through everything that was said. Slow,
 * and nothing that could be wrong but the facts.
 */
export function plainly(series: SeriesStore): SeriesStore {
  return {
    open: () => series.open(),
    claim: (owner) => series.claim(owner),
    write: (rows, how) => series.write(rows, how),
    load: (pieces) => series.load(pieces),
    read: (query) => series.read(query),
    lookup: (query) => series.lookup({ storeId: query.storeId, kind: query.kind, subjects: query.subjects }),
    span: (storeId) => series.span(storeId),
    writtenHours: (storeId, from, to) => series.writtenHours(storeId, from, to),
    touchedHours: (storeId, after) => series.touchedHours(storeId, after),
    mark: (storeId, from, to) => series.mark(storeId, from, to),
    readRollups: () => Promise.resolve([]),
    trueRollups: () => Promise.resolve([]),
    writeRollups: () => Promise.resolve(),
    quickCheck: () => series.quickCheck(),
    older: (storeId, kinds, before) => series.older(storeId, kinds, before),
    deleteOlder: (storeId, kinds, before) => series.deleteOlder(storeId, kinds, before),
    close: () => series.close(),
    prepare: () => Promise.resolve(),
    async lasting({ storeId, from, to }) {
      const all = await this.newest({ storeId, kind: 'incident', before: to });
      return all.filter(({ value: { until } }) => until === null || until >= from);
    },
    async newest({ storeId, kind, before }) {
      const last = new Map<string, StoredFact<typeof kind>>();
      const span = await series.span(storeId);
      if (!span) return [];
      for (let from = Math.floor(span.earliestTs / DAY_MS) * DAY_MS; from < before; from += 6 * HOUR_MS) {
        if (from > span.latestTs) break;
        const to = Math.min(from + 6 * HOUR_MS, before);
        // in the order of time: whoever comes later says it last
        for (const fact of await series.read({ storeId, kinds: [kind], from, to })) last.set(fact.subject, fact);
      }
      return [...last.values()].sort((a, b) => a.ts - b.ts || (a.subject < b.subject ? -1 : 1));
    },
  };
}
