import { existsSync, readFileSync } from 'node:fs';

export type Observation =
  /** an alert was first seen at `seenTs`, in the run's time */
  | { type: 'alert'; seenTs: number; kind: string; subject: string; sinceTs: number }
  /** the agent's counters of tags at the run's start and end: by kind of event, all readers together */
  | { type: 'tagEvents'; ts: number; events: Record<string, number> };

/** What was seen of the system while a run went on. */
export interface Observed {
  readonly alerts: readonly Extract<Observation, { type: 'alert' }>[];
  /** tags that appeared, went and moved in the run; undefined where the agent could not be asked */
  readonly tagEvents: Readonly<Record<string, number>> | undefined;
}

/** Reads what an Observer wrote; undefined without such a file. */
export function readObserved(file: string | undefined): Observed | undefined {
  if (file === undefined || !existsSync(file)) return undefined;
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Observation);
  const counts = lines.flatMap((line) => (line.type === 'tagEvents' ? [line.events] : []));
  const [first, last] = [counts[0], counts.at(-1)];
  return {
    alerts: lines.flatMap((line) => (line.type === 'alert' ? [line] : [])),
    tagEvents:
      first && last && counts.length > 1
        ? Object.fromEntries(Object.entries(last).map(([event, count]) => [event, count - (first[event] ?? 0)]))
        : undefined,
  };
}
