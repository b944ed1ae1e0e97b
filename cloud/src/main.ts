import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { destination, pino } from 'pino';
import { AedesBroker } from './adapters/aedes-broker.js';
import { SystemClock } from './adapters/system-clock.js';
import { SystemRandom } from './adapters/system-random.js';
import { Cloud } from './cloud.js';
import { StartError, loadCloudConfig, loadProvision, type CloudConfig } from './config/cloud-config.js';
import { createInsight } from './insight/index.js';
import type { SeriesStore } from './ports/index.js';
import { chooseCatalog } from './store/open-catalog.js';
import { chooseSeriesStore } from './store/open-series.js';

/** A child that does not end by itself within this time is ended: what was not acknowledged is sent again. */
const STOP_WITHIN_MS = 3_000;
/** dist/cloud/main.mjs lies two folders below the ready configurations. */
const FIRMWARE_DIR = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../firmware-configs');
const EXIT_CANNOT_START = 2;

function seriesOf({ series, dataDir }: CloudConfig): SeriesStore {
  return chooseSeriesStore(series, path.join(dataDir, 'series.duckdb'));
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { config: { type: 'string' } } });
  if (values.config === undefined) throw new StartError('config', 'use: main --config FILE (cloud.json)');
  const given = loadCloudConfig(values.config);
  const mutant = process.env['AISLE_MUTANT'] === 'no-revision' ? ({ mutant: 'no-revision' } as const) : {};
  const config: CloudConfig = Object.freeze({ ...given, ...mutant });
  const provision = config.provision === undefined ? undefined : loadProvision(config.provision);
  const log = pino(
    {
      level: config.logLevel ?? 'info',
      base: { process: 'cloud' },
      redact: ['*.password', '*.token', '*.authorization'],
    },
    destination({ fd: 2, sync: true }),
  );
  // What it keeps is nobody else's, whatever the folder's own mode.
  process.umask(0o077);
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const clock = new SystemClock();
  const series = seriesOf(config);
  const catalog = chooseCatalog(config.catalog, path.join(config.dataDir, 'catalog.sqlite'));
  const cloud = new Cloud({
    config,
    provision,
    catalog,
    series,
    insight: createInsight({ series, clock, versions: catalog.versions }),
    broker: new AedesBroker({ host: config.host, port: config.mqttPort }),
    clock,
    random: new SystemRandom(),
    log,
    firmwareDir: FIRMWARE_DIR,
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

main().catch((error: unknown) => {
  const message = error instanceof StartError ? error.message : ((error as Error).stack ?? String(error));
  process.stderr.write(`${message}\n`);
  process.exit(error instanceof StartError ? EXIT_CANNOT_START : 1);
});
