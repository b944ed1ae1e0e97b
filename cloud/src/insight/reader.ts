import type { FactKind } from '@aisle/contracts';
import type { RecordKind, RollupQuery, SeriesQuery, SeriesStore, StoredFact } from '../ports/index.js';

/** What figures read of the history. */
export type FactReader = Pick<SeriesStore, 'read' | 'newest' | 'lookup' | 'span' | 'writtenHours' | 'readRollups'>;

/**
 * The history without what lies before a moment, epoch ms. A past that is being loaded comes in pieces, out of order: of the part that is
 * still coming no figure would be true, so it reads as time in which nothing was sensed.
 */
export function readSince(series: SeriesStore, since: number | undefined): FactReader {
  if (since === undefined) return series;
  const within = <Q extends { from: number; to: number }>(query: Q): Q => ({
    ...query,
    from: Math.max(query.from, since),
    to: Math.max(query.to, since),
  });
  return {
    read: <K extends FactKind>(query: SeriesQuery<K>) => series.read(within(query)),
    readRollups: (query: RollupQuery) => series.readRollups(within(query)),
    writtenHours: (storeId, from, to) => series.writtenHours(storeId, Math.max(from, since), Math.max(to, since)),
    newest: async <K extends FactKind>(query: { storeId: string; kind: K; before: number }) =>
      (await series.newest(query)).filter(({ ts }) => ts >= since),
    lookup: <K extends RecordKind>(
      query: Parameters<SeriesStore['lookup']>[0] & { kind: K },
    ): Promise<StoredFact<K>[]> => series.lookup<K>(query),
    span: async (storeId) => {
      const span = await series.span(storeId);
      return span && span.latestTs >= since
        ? { earliestTs: Math.max(span.earliestTs, since), latestTs: span.latestTs }
        : undefined;
    },
  };
}
