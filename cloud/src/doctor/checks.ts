import { constants } from 'node:fs';
import { access, open, stat, statfs } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import type pg from 'pg';
import { isLoopback } from '../config/addresses.js';
import type { CloudConfig } from '../config/cloud-config.js';
import { readTlsFiles } from '../config/tls-files.js';
import { catalogFile, seriesFile } from '../moving/move.js';
import type { Clock } from '../ports/clock.js';
import { MIGRATIONS } from '../store/catalog/migrations.js';
import { postgresPool } from '../store/postgres/postgres-pool.js';
import type { Finding } from './words.js';

export interface DoctorOptions {
  config: CloudConfig;
  /** of an account that may read all shops; undefined: agents are not looked at */
  token: string | undefined;
  clock: Pick<Clock, 'now' | 'monotonicMs'>;
}
type Choice = CloudConfig['catalog'] | CloudConfig['series'];

const DAY_MS = 86_400_000;
const ANSWER_MS = 8_000;
const CLOCK_OFF_MS = 5_000;
const CERTIFICATE_DAYS = 21;
const LEAST_GIGABYTES = 2;
const LEAST_POSTGRES = 130_000;
const COMMIT_OLD_S = 600;
const SQLITE_VERSION_AT = 60;
const NATS_PORT = 4222;

export const ok = (code: Finding['code'], values: Finding['values'] = {}): Finding => ({ code, isOk: true, values });
export const bad = (code: Finding['code'], values: Finding['values'] = {}): Finding => ({ code, isOk: false, values });

/** Looks at an installation and changes nothing: what its configuration names, one after another. Never throws for what it finds. */
export async function* examine({ config, token, clock }: DoctorOptions): AsyncGenerator<Finding> {
  yield* tls(config, clock.now());
  yield* disk(config);
  for (const part of ['catalog', 'series'] as const) yield* database(config, part, clock);
  yield engines(config);
  yield await media(config);
  const { httpPort } = config;
  const host = hereOf(config.host);
  const url = `${config.tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${httpPort}`;
  const asked = await ask(`${url}/healthz`, undefined, clock);
  if ('why' in asked) yield bad('notServed', { url, why: asked.why });
  else {
    yield asked.status === 200 ? ok('served', { url, ms: asked.ms }) : bad('unwell', { url, status: asked.status });
    yield skew(url, asked.dateMs - clock.now());
  }
  if (config.broker !== 'nats') yield await listens(hereOf(config.host), config.mqttPort);
  else
    for (const server of config.nats?.servers ?? []) {
      const { hostname, port } = new URL(server);
      yield await listens(hostname, Number(port === '' ? NATS_PORT : port));
    }
  if (!('why' in asked)) yield* agents(url, token, clock);
}

function* tls({ tls: files, host, trustProxy }: CloudConfig, now: number): Generator<Finding> {
  if (!files) {
    if (isLoopback(host)) yield ok('tlsNone');
    else yield trustProxy ? ok('tlsProxy') : bad('tlsOpen', { host });
    return;
  }
  try {
    const days = Math.floor((readTlsFiles(files, now).expiresTs - now) / DAY_MS);
    yield (days < CERTIFICATE_DAYS ? bad : ok)(days < CERTIFICATE_DAYS ? 'tlsEnds' : 'tls', {
      file: files.certFile,
      days,
    });
  } catch (error) {
    yield bad('tlsWrong', { problem: (error as Error).message });
  }
}

async function* disk({ dataDir }: CloudConfig): AsyncGenerator<Finding> {
  try {
    const { bavail, bsize } = await statfs(dataDir);
    const gigabytes = Math.round((bavail * bsize) / 1e8) / 10;
    const isLow = gigabytes < LEAST_GIGABYTES;
    yield (isLow ? bad : ok)(isLow ? 'diskFull' : 'disk', { gigabytes, folder: dataDir });
  } catch (error) {
    yield bad('noFile', { part: 'dataDir', file: dataDir, why: codeOf(error) });
  }
}

async function* database(
  config: CloudConfig,
  part: 'catalog' | 'series',
  clock: DoctorOptions['clock'],
): AsyncGenerator<Finding> {
  const choice: Choice = config[part];
  if (choice.engine === 'postgres') {
    yield* postgres(choice, part, clock);
    return;
  }
  if (choice.engine === 'influxdb') {
    const asked = await ask(`${choice.url.replace(/\/$/, '')}/ping`, undefined, clock);
    if ('why' in asked)
      yield bad('serverAway', { part, problem: `InfluxDB at ${new URL(choice.url).host}: ${asked.why}` });
    else yield ok('server', { part, name: 'InfluxDB', version: asked.version });
    return;
  }
  const file = part === 'catalog' ? catalogFile(config) : seriesFile(config);
  try {
    yield ok('file', { part, file, megabytes: Math.round((await stat(file)).size / 1e5) / 10 });
    // while a cloud runs the newest head may still lie in the log beside it, and it brings the schema up to date itself
    const isRunning =
      part === 'catalog' &&
      (await stat(`${file}-wal`)
        .then(({ size }) => size > 0)
        .catch(() => false));
    if (part === 'catalog' && !isRunning) yield migrated(part, await sqliteSteps(file));
  } catch (error) {
    yield bad('noFile', { part, file, why: codeOf(error) });
  }
}

/** `user_version` as it stands in the file's head (sqlite.org/fileformat2, 1.3): to open it would bring it up to date. */
async function sqliteSteps(file: string): Promise<number> {
  const handle = await open(file, 'r');
  try {
    const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, SQLITE_VERSION_AT);
    return buffer.readUInt32BE(0);
  } finally {
    await handle.close();
  }
}

function migrated(part: string, steps: number): Finding {
  const known = MIGRATIONS.length;
  if (steps === known) return ok('migrated', { part, steps });
  return bad(steps > known ? 'tooNew' : 'notMigrated', { part, steps, known });
}

async function* postgres(
  choice: Extract<Choice, { engine: 'postgres' }>,
  part: 'catalog' | 'series',
  clock: DoctorOptions['clock'],
): AsyncGenerator<Finding> {
  let pool: pg.Pool | undefined;
  try {
    const opened = postgresPool(choice, part);
    pool = opened.pool;
    const { name } = opened;
    const sentTs = clock.now();
    const { rows } = await pool.query<{ number: string; version: string; now: string; standby: boolean }>(
      "SELECT current_setting('server_version_num') AS number, current_setting('server_version') AS version, (extract(epoch FROM clock_timestamp()) * 1000)::text AS now, pg_is_in_recovery() AS standby",
    );
    const [row] = rows;
    const isOld = Number(row?.number) < LEAST_POSTGRES;
    yield (isOld ? bad : ok)(isOld ? 'serverOld' : 'server', { part, name, version: row?.version ?? '' });
    if (row?.standby === true) yield bad('serverReadOnly', { part, name });
    yield skew(name, Number(row?.now) - (sentTs + clock.now()) / 2);
    if (part === 'catalog') yield migrated(part, await catalogSteps(pool));
  } catch (error) {
    yield bad('serverAway', { part, problem: (error as Error).message });
  } finally {
    await pool?.end();
  }
}

async function catalogSteps(pool: pg.Pool): Promise<number> {
  const { rows: there } = await pool.query<{ name: string | null }>(
    "SELECT to_regclass('catalog_schema')::text AS name",
  );
  if (!there[0]?.name) return 0;
  const { rows } = await pool.query<{ steps: string }>('SELECT steps FROM catalog_schema');
  return Number(rows[0]?.steps ?? 0);
}

function skew(place: string, offMs: number): Finding {
  const isOff = Math.abs(offMs) > CLOCK_OFF_MS;
  return isOff ? bad('clockOff', { place, seconds: Math.round(offMs / 1000) }) : ok('clock', { place });
}

function engines({ catalog, series }: CloudConfig): Finding {
  const embedded = [
    ...(catalog.engine === 'sqlite' ? ['SQLite'] : []),
    ...(series.engine === 'duckdb' ? ['DuckDB'] : []),
  ];
  return embedded.length === 0 ? ok('manyProcesses') : ok('oneProcess', { embedded: embedded.join(' + ') });
}

async function media({ content, dataDir }: CloudConfig): Promise<Finding> {
  if (content?.engine === 's3') {
    // any answer will do: who we are is asked for when something is fetched
    const place = `${new URL(content.url).host}/${content.bucket}`;
    try {
      await fetch(content.url, { method: 'HEAD', signal: AbortSignal.timeout(ANSWER_MS) });
      return ok('media', { place });
    } catch (error) {
      return bad('noMedia', { place, why: codeOf(error) });
    }
  }
  const place = path.join(dataDir, 'content');
  try {
    // it is made with the first file
    await access(
      await stat(place).then(
        () => place,
        () => dataDir,
      ),
      constants.W_OK,
    );
    return ok('media', { place });
  } catch (error) {
    return bad('noMedia', { place, why: codeOf(error) });
  }
}

/** What listens everywhere is asked on this machine. */
const hereOf = (host: string): string => (host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host);

function listens(host: string, port: number): Promise<Finding> {
  const address = `${host}:${port}`;
  return new Promise((resolve) => {
    const socket = net.connect({ host, port, timeout: ANSWER_MS });
    const end = (finding: Finding): void => {
      socket.destroy();
      resolve(finding);
    };
    socket.once('connect', () => end(ok('broker', { address })));
    socket.once('timeout', () => end(bad('noBroker', { address, why: 'ETIMEDOUT' })));
    socket.once('error', (error) => end(bad('noBroker', { address, why: codeOf(error) })));
  });
}

async function* agents(url: string, token: string | undefined, clock: DoctorOptions['clock']): AsyncGenerator<Finding> {
  if (token === undefined) {
    yield bad('noToken');
    return;
  }
  const asked = await ask(`${url}/metrics`, token, clock);
  if ('why' in asked || asked.status !== 200) {
    yield bad('tokenWrong', { status: 'why' in asked ? asked.why : asked.status });
    return;
  }
  const shops = [...asked.text.matchAll(/^aisle_agent_online\{store="([^"]*)"\} (\d)/gm)];
  const away = shops.filter(([, , isOnline]) => isOnline === '0').map(([, store]) => String(store));
  const values = {
    count: shops.length,
    away: away.length,
    names: away.slice(0, 5).join(', ') + (away.length > 5 ? ' …' : ''),
  };
  yield away.length > 0 ? bad('agentsAway', values) : ok('agents', values);
  const last = Number(/^aisle_ingest_last_commit_timestamp_seconds ([\d.e+]+)/m.exec(asked.text)?.[1] ?? 0);
  const started = Number(/^process_start_time_seconds ([\d.e+]+)/m.exec(asked.text)?.[1] ?? 0);
  const seconds = Math.max(0, Math.round(clock.now() / 1000 - (last > 0 ? last : started)));
  if (shops.length === away.length && last === 0) yield ok('commitNone');
  else
    yield seconds > COMMIT_OLD_S && shops.length > away.length
      ? bad('commitOld', { seconds })
      : ok('commit', { seconds });
}

type Answer = { status: number; text: string; ms: number; dateMs: number; version: string } | { why: string };
async function ask(url: string, token: string | undefined, clock: DoctorOptions['clock']): Promise<Answer> {
  const began = clock.monotonicMs();
  try {
    const response = await fetch(url, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const { headers, status } = response;
    return {
      ...{ status, text: await response.text(), ms: Math.round(clock.monotonicMs() - began) },
      // whole seconds: their middle
      dateMs: headers.has('date') ? Date.parse(headers.get('date') as string) + 500 : clock.now(),
      version: headers.get('x-influxdb-version') ?? '',
    };
  } catch (error) {
    return { why: codeOf(error) };
  }
}

function codeOf(error: unknown): string {
  const { code, cause, name } = error as { code?: string; cause?: { code?: string }; name?: string };
  return cause?.code ?? (typeof code === 'string' ? code : (name ?? 'error'));
}
