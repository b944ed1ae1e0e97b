import { renameSync } from 'node:fs';
import path from 'node:path';
import { FsLogFiles } from '../adapters/fs-log-files.js';
import type { AgentConfig } from '../config/agent-config.js';
import { createEngine } from '../domain/engine/engine.js';
import { Journal } from '../journal/journal.js';
import { EngineHost } from '../pipeline/engine-host.js';
import type { StatePart } from '../journal/state-part.js';
import type { AgentStore } from '../ports/agent-store.js';
import type { Clock } from '../ports/clock.js';
import type { LogFiles } from '../ports/log-files.js';
import type { Logger } from '../ports/logger.js';
import type { Random } from '../ports/random.js';

export interface JournalDependencies {
  clock: Clock;
  random: Random;
  log: Logger;
  /** for tests: other files below the journal */
  logFiles?: LogFiles;
  onFatal(error: unknown): void;
}

/** The journal, and the state that follows from it: both as they were left, or both anew where they do not belong together. */
export async function openJournal(
  config: AgentConfig,
  { clock, random, log, logFiles, onFatal }: JournalDependencies,
  store: AgentStore,
  parts: StatePart[],
): Promise<{ journal: Journal; host: EngineHost }> {
  const journalDir = path.join(config.dataDir, 'journal');
  const build = async () => {
    const journal = new Journal(logFiles ?? new FsLogFiles(journalDir), clock, random, log, { onFatal });
    await journal.open();
    return { journal, host: new EngineHost(createEngine, parts, journal, store, clock, log) };
  };
  let built = await build();
  if (!(await built.host.recover())) {
    // What is left of it cannot be continued: going on under its id would overwrite good figures with partial ones.
    const { events, inboxSeq } = await built.host.heritage();
    await built.journal.close();
    const aside = `${journalDir}.left-${clock.now()}`;
    renameSync(journalDir, aside);
    log.error(
      { aside },
      'the journal and the database do not belong together: a new journal begins, the old one was moved aside',
    );
    built = await build();
    for (const [index, event] of events.entries()) built.journal.append(event, undefined, index === 0 ? inboxSeq : 0);
    const { journal } = built;
    await new Promise<void>((resolve) => journal.barrier(resolve));
    await built.host.recover();
  }
  return built;
}
