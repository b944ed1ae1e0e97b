import path from 'node:path';
import { parseArgs } from 'node:util';
import { scrubber, secretsIn } from '@aisle/contracts';
import { ownAddress } from './adapters/own-address.js';
import { pinoLogger } from './adapters/pino-logger.js';
import { RunClock } from './adapters/run-clock.js';
import { systemClock, systemRandom } from './adapters/system.js';
import { startAgent } from './app/agent.js';
import { readAgentConfig, readCredentials } from './config/agent-config.js';
import { StartError } from './ports/errors.js';
import type { LogFiles } from './ports/log-files.js';

export interface ProcessParts {
  /** the folder of the program */
  here: string;
  /** for tests: other files below the journal, whose folder is given */
  logFiles?(folder: string): LogFiles;
}

export const runAgent = (parts: ProcessParts): void => void run(parts).catch(fail);

/** A clean end takes less; whatever hangs then is cut off, and the journal holds what matters. */
const STOP_MS = 4500;
/** How long a first start waits for its first store file before it says that it is ready without one. */
const FIRST_CONFIG_MS = 3000;

/** Of what is said on standard error, also before there is a log. */
let scrub = scrubber([]);

function fail(error: unknown): never {
  const line =
    error instanceof StartError ? error.message : `the agent cannot start: ${(error as Error).stack ?? String(error)}`;
  process.stderr.write(`${scrub(line)}\n`);
  process.exit(2);
}

/** The agent as a process of its own, from its arguments to its end. */
async function run({ here, logFiles }: ProcessParts): Promise<void> {
  const { values } = parseArgs({ options: { config: { type: 'string' } } });
  if (values.config === undefined) throw new StartError('config', 'usage: node dist/agent/main.mjs --config FILE');
  const config = readAgentConfig(values.config);
  const credentials = readCredentials(config.credentialsFile);
  // What lies in the data folder is the shop's own.
  process.umask(0o077);
  const secrets = secretsIn(config);
  scrub = scrubber(secrets);
  const log = pinoLogger(config.logLevel ?? 'info', secrets);
  const publicDir = path.join(here, 'public');
  // It lies two folders below the models.
  const modelsDir = path.resolve(here, '../../models');
  const onFatal = (error: unknown) => {
    log.error({ err: (error as Error).stack ?? String(error) }, 'the agent cannot go on');
    process.exit(1);
  };
  process.on('uncaughtException', onFatal);
  process.on('unhandledRejection', onFatal);
  const runClock = config.clock === 'run' ? new RunClock(systemClock) : undefined;
  if (runClock) log.warn({}, 'the time is what a simulated shop says it is: for trials only');
  const agent = await startAgent(config, credentials, {
    clock: runClock ?? systemClock,
    ...(runClock && { runClock }),
    random: systemRandom,
    log,
    publicDir,
    modelsDir,
    ...(logFiles && { logFiles: logFiles(path.join(config.dataDir, 'journal')) }),
    reach: {
      host: config.reachableAs ?? ownAddress(config.host),
      mqttPort: config.mqttPort,
      httpPort: config.httpPort,
      ...(config.tls && { tls: true }),
    },
    onFatal,
  });

  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(0), STOP_MS);
    agent.stop().then(
      () => process.exit(0),
      (error: unknown) => onFatal(error),
    );
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  // The starter holds our standard input: when it is gone, however it ended, nobody would ever stop us.
  if (process.env['AISLE_SUPERVISED'])
    process.stdin
      .on('end', () => stop('SIGTERM'))
      .on('error', () => stop('SIGTERM'))
      .resume();

  const until = Date.now() + FIRST_CONFIG_MS;
  while (!agent.host.config && Date.now() < until && !stopping) await new Promise((resolve) => setTimeout(resolve, 20));
  if (!stopping) process.stdout.write('ready\n');
}
