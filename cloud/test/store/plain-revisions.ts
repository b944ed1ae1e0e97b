import { RECORD_KINDS } from '@aisle/contracts';
import type { SeriesRow } from '../../src/ports/series-store.js';

export type Stated = SeriesRow;

/** What counts, read plainly from the rule: no engine's words, no code of the stores. */
export function statementsThatCount(written: readonly Stated[]): object[] {
  const groups = new Map<string, Stated[]>();
  for (const row of written) {
    const { kind, subject, ts } = row.fact;
    const key = JSON.stringify([ts, kind, subject, row.epoch]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const counting: Stated[] = [];
  for (const group of groups.values()) {
    const generation = Math.max(...group.map(({ fact }) => fact.generation ?? 0));
    const stated = group.filter(({ fact }) => (fact.generation ?? 0) === generation);
    const isKeyedByVersion = generation > 0 && !RECORD_KINDS.has(group[0]!.fact.kind);
    for (const version of isKeyedByVersion ? new Set(stated.map(({ fact }) => fact.configVersion)) : [undefined]) {
      const own = stated.filter(({ fact }) => version === undefined || fact.configVersion === version);
      counting.push(own.reduce((best, row) => (outranks(row, best) ? row : best)));
    }
  }
  const order = ({ epoch, fact }: Stated) => [fact.ts, fact.kind, fact.subject, epoch, fact.configVersion] as const;
  return counting
    .sort((a, b) => {
      const [x, y] = [order(a), order(b)];
      const at = x.findIndex((part, index) => part !== y[index]);
      return at < 0 ? 0 : (x[at] as string) < (y[at] as string) ? -1 : 1;
    })
    .map(({ epoch, fact }) => ({ ...fact, epoch }));
}

function outranks(a: Stated, b: Stated): boolean {
  if (a.fact.seq !== b.fact.seq) return a.fact.seq > b.fact.seq;
  if (a.fact.configVersion !== b.fact.configVersion) return a.fact.configVersion > b.fact.configVersion;
  return JSON.stringify(a.fact.value) > JSON.stringify(b.fact.value);
}
