import pino from 'pino';
import type { Logger } from '../ports/logger.js';

/** JSON lines on standard error; standard output is for `ready`. */
export const pinoLogger = (level: string): Logger =>
  pino({ level, base: { process: 'agent' } }, pino.destination({ dest: 2, sync: true }));
