import { readFileSync } from 'node:fs';
import type { PoolConfig } from 'pg';
import { StoreError } from '../../ports/series-store.js';

export interface PostgresOptions {
  /** postgresql://USER@HOST:PORT/DATABASE, or postgresql:///DATABASE?host=/FOLDER&user=USER (&port=PORT) for a socket */
  url: string;
  /** left out: the one in the address, else what PGPASSWORD or the user's .pgpass says */
  password?: string | undefined;
  /** left out: true, except for this machine itself */
  tls?: boolean | undefined;
  /** a file with the certificates to trust, PEM; left out: those that Node trusts */
  caFile?: string | undefined;
  /** most connections at once; raising it lets more questions be answered side by side, and takes more from the server */
  connections?: number | undefined;
}
export interface PostgresAddress {
  /** for messages: host, port and database, no secret */
  name: string;
  client: Pick<PoolConfig, 'host' | 'port' | 'user' | 'password' | 'database' | 'ssl'>;
}

const DEFAULT_PORT = 5432;

/** Where the server is and who we are there; `field` names the part of cloud.json that says so. @throws StoreError `unreachable` that says what is wrong, without the secret */
export function postgresAddress(options: PostgresOptions, field: string): PostgresAddress {
  const wrong = (message: string): StoreError =>
    new StoreError('unreachable', `the address of PostgreSQL (${field}.url) cannot be used: ${message}`);
  // the parser's message quotes the address, and with it the password
  if (!URL.canParse(options.url)) throw wrong('it is not well formed');
  const url = new URL(options.url);
  const given = (name: string) => url.searchParams.get(name) ?? undefined;
  for (const name of url.searchParams.keys())
    if (!['host', 'user', 'port'].includes(name))
      throw wrong(`"${name}" is not known in it${/^ssl/.test(name) ? ': see tls and caFile' : ''}`);
  // a URL keeps the brackets of an IPv6 address
  const host = given('host') ?? decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, '$1');
  const user = given('user') ?? decodeURIComponent(url.username);
  const database = decodeURIComponent(url.pathname.slice(1));
  if (host === '') throw wrong('it names no host');
  if (user === '') throw wrong('it names no user');
  if (database === '') throw wrong('it names no database');
  const port = Number(given('port') ?? (url.port === '' ? DEFAULT_PORT : url.port));
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw wrong('its port is no port');
  const password = options.password ?? (url.password === '' ? undefined : decodeURIComponent(url.password));
  const isSocket = host.startsWith('/');
  return {
    name: `PostgreSQL at ${isSocket ? host : `${host}:${port}`}, database "${database}"`,
    client: {
      host,
      port,
      user,
      database,
      ...(password !== undefined && { password }),
      ssl: (options.tls ?? !isHere(host)) && !isSocket ? tls(options.caFile, field) : false,
    },
  };
}

const isHere = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host.startsWith('127.') || host.startsWith('/');

function tls(
  caFile: string | undefined,
  field: string,
): { ca?: string; rejectUnauthorized: true; minVersion: 'TLSv1.2' } {
  const rules = { rejectUnauthorized: true, minVersion: 'TLSv1.2' } as const;
  if (caFile === undefined) return rules;
  try {
    return { ...rules, ca: readFileSync(caFile, 'utf8') };
  } catch (cause) {
    const message = `the certificates ${caFile} (${field}.caFile) cannot be read`;
    throw new StoreError('unreachable', message, { cause });
  }
}
