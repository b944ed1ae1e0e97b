import { scrubber } from '@aisle/contracts';
import pino from 'pino';
import type { Logger } from '../ports/logger.js';

/**
 * JSON lines on standard error; standard output is for `ready`.
 * @param secrets what must stand in no line, whoever says it
 */
export function pinoLogger(level: string, secrets: readonly string[] = []): Logger {
  const out = pino.destination({ dest: 2, sync: true });
  const scrub = scrubber(secrets);
  return pino({ level, base: { process: 'agent' } }, { write: (line: string) => void out.write(scrub(line)) });
}
