import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { scrubber, secretsIn } from '@aisle/contracts';
import { destination, pino } from 'pino';
import { chooseBroker } from './adapters/choose-broker.js';
import { chooseMediaStore } from './adapters/choose-media.js';
import { SharpEye } from './adapters/media-eye.js';
import { SystemClock } from './adapters/system-clock.js';
import { SystemRandom } from './adapters/system-random.js';
import { Cloud } from './cloud.js';
import { StartError, loadCloudConfig, loadProvision, type CloudConfig } from './config/cloud-config.js';
import { readTlsFiles } from './config/tls-files.js';
import { createInsight } from './insight/index.js';
import type { Clock, SeriesStore } from './ports/index.js';
import { refuseUnshareable } from './replicas/refusals.js';
import { chooseCatalog } from './store/open-catalog.js';
import { chooseReplicas } from './store/open-replicas.js';
import { chooseSeriesStore } from './store/open-series.js';

export interface ProcessParts {
  /** the folder of the program */
  here: string;
  /** for tests: what stands between the cloud and its series */
  around?(series: SeriesStore): SeriesStore;
}

/** The cloud as a process of its own, from its arguments to its end. */
export const runCloud = (parts: ProcessParts): void => void run(parts).catch(fail);

/** A child that does not end by itself within this time is ended: what was not acknowledged is sent again. */
const STOP_WITHIN_MS = 3_000;
const EXIT_CANNOT_START = 2;

function seriesOf({ series, dataDir }: CloudConfig, clock: Clock): SeriesStore {
  return chooseSeriesStore(series, path.join(dataDir, 'series.duckdb'), clock);
}

async function run({ here, around = (series) => series }: ProcessParts): Promise<void> {
  const { values } = parseArgs({
    options: { config: { type: 'string' }, 'accept-empty-history': { type: 'boolean', default: false } },
  });
  if (values.config === undefined) throw new StartError('config', 'use: main --config FILE (cloud.json)');
  const config = loadCloudConfig(values.config);
  refuseUnshareable(config);
  const provision = config.provision === undefined ? undefined : loadProvision(config.provision);
  scrub = scrubber(secretsIn({ config, provision: { ...provision, agents: [] }, environment: secretsOfEnvironment() }));
  const out = destination({ fd: 2, sync: true });
  const log = pino(
    {
      level: config.logLevel ?? 'info',
      base: { process: 'cloud' },
      redact: ['*.password', '*.token', '*.authorization'],
    },
    { write: (line: string) => void out.write(scrub(line)) },
  );
  // What it keeps is nobody else's, whatever the folder's own mode.
  process.umask(0o077);
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const random = new SystemRandom();
  const { clock, replicas } = chooseReplicas(config, { clock: new SystemClock(), random, log });
  const tls = config.tls && readTlsFiles(config.tls, clock.now());
  const series = around(seriesOf(config, clock));
  const catalog = chooseCatalog(config.catalog, path.join(config.dataDir, 'catalog.sqlite'));
  const cloud = new Cloud({
    config,
    provision,
    catalog,
    series,
    insight: createInsight({ series, clock, versions: catalog.versions }),
    broker: chooseBroker(config, { tls, clock, log, ...(replicas && { leases: replicas.leases }) }),
    tls,
    acceptEmptyHistory: values['accept-empty-history'],
    media: chooseMediaStore(config.content, path.join(config.dataDir, 'content')),
    eye: new SharpEye(),
    clock,
    random,
    ...(replicas && { replicas }),
    log,
    // the program lies two folders below the ready configurations
    firmwareDir: path.resolve(here, '../../firmware-configs'),
  });
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'the cloud ends: an error that nobody caught');
    process.exit(1);
  });
  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'the cloud stops');
    clock.after(STOP_WITHIN_MS, () => process.exit(0));
    cloud.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'the cloud did not stop cleanly');
        process.exit(0);
      },
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
  await cloud.start();
  process.stdout.write('ready\n');
}

/** Of what is said on standard error, also before there is a log. */
let scrub = scrubber([]);
/** PostgreSQL's client takes its password from there, too. */
const secretsOfEnvironment = (): object => ({ password: process.env['PGPASSWORD'] });

function fail(error: unknown): never {
  const message = error instanceof StartError ? error.message : ((error as Error).stack ?? String(error));
  process.stderr.write(`${scrub(message)}\n`);
  process.exit(error instanceof StartError ? EXIT_CANNOT_START : 1);
}
