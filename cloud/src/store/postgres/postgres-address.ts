import { readFileSync } from 'node:fs';
import type { PoolConfig } from 'pg';
import { StoreError } from '../../ports/series-store.js';

export interface PostgresOptions {
  /**
   * postgresql://USER@HOST:PORT/DATABASE, or postgresql:///DATABASE?host=/FOLDER&user=USER (&port=PORT) for a socket. Of a server with
   * standbys all: postgresql://USER@HOST:PORT,HOST:PORT/DATABASE. They are tried in turn, and the one that takes writes is used.
   */
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
  /** of a server with standbys: all of them, the first is that of `client` */
  hosts?: readonly PostgresHost[];
}
export interface PostgresHost {
  host: string;
  port: number;
}

const DEFAULT_PORT = 5432;

/** Where the server is and who we are there; `field` names the part of cloud.json that says so. @throws StoreError `unreachable` that says what is wrong, without the secret */
export function postgresAddress(options: PostgresOptions, field: string): PostgresAddress {
  const wrong = (message: string): StoreError =>
    new StoreError('unreachable', `the address of PostgreSQL (${field}.url) cannot be used: ${message}`);
  const { first, more } = severalHosts(options.url);
  // the parser's message quotes the address, and with it the password
  if (!URL.canParse(first)) throw wrong('it is not well formed');
  const url = new URL(first);
  const given = (name: string) => url.searchParams.get(name) ?? undefined;
  for (const name of url.searchParams.keys())
    if (!['host', 'user', 'port', 'target_session_attrs'].includes(name))
      throw wrong(`"${name}" is not known in it${/^ssl/.test(name) ? ': see tls and caFile' : ''}`);
  const wanted = given('target_session_attrs');
  if (wanted !== undefined && !['read-write', 'primary'].includes(wanted))
    throw wrong(`its target_session_attrs is neither "read-write" nor "primary": a cloud has to write`);
  // a URL keeps the brackets of an IPv6 address
  const host = given('host') ?? decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, '$1');
  const user = given('user') ?? decodeURIComponent(url.username);
  const database = decodeURIComponent(url.pathname.slice(1));
  if (host === '') throw wrong('it names no host');
  if (user === '') throw wrong('it names no user');
  if (database === '') throw wrong('it names no database');
  const portOf = (text: string): number => {
    const port = Number(text === '' ? DEFAULT_PORT : text);
    if (!Number.isInteger(port) || port < 1 || port > 65_535) throw wrong('its port is no port');
    return port;
  };
  const port = portOf(given('port') ?? url.port);
  if (more.length > 0 && given('host') !== undefined) throw wrong('it names hosts twice');
  const others = more.map((one): PostgresHost => {
    const parts = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+))(?::(\d+))?$/i.exec(one);
    if (!parts) throw wrong('one of its hosts is not well formed');
    return { host: (parts[1] ?? parts[2]) as string, port: portOf(parts[3] ?? '') };
  });
  const password = options.password ?? (url.password === '' ? undefined : decodeURIComponent(url.password));
  const hosts = [{ host, port }, ...others];
  const isSocket = host.startsWith('/');
  return {
    name: `PostgreSQL at ${isSocket ? host : hosts.map((one) => `${one.host}:${one.port}`).join(', ')}, database "${database}"`,
    client: {
      host,
      port,
      user,
      database,
      ...(password !== undefined && { password }),
      ssl: (options.tls ?? !hosts.every((one) => isHere(one.host))) && !isSocket ? tls(options.caFile, field) : false,
    },
    ...(hosts.length > 1 && { hosts }),
  };
}

/** Of an address with several hosts that with the first alone, which every parser understands, and the others as they stand there. */
function severalHosts(url: string): { first: string; more: string[] } {
  const parts = /^([a-z]+:\/\/)([^/?#]*)(.*)$/is.exec(url);
  if (!parts) return { first: url, more: [] };
  const [, scheme = '', authority = '', rest = ''] = parts;
  const at = authority.lastIndexOf('@') + 1;
  const [host = '', ...more] = authority.slice(at).split(',');
  return { first: `${scheme}${authority.slice(0, at)}${host}${rest}`, more };
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
