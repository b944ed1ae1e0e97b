import pg from 'pg';
import { HostsInTurn } from './hosts-in-turn.js';
import { postgresAddress, type PostgresOptions } from './postgres-address.js';

const CONNECTIONS = 8;
/** a server that is not there is said to be so after this time; one that hangs, after the second */
const CONNECT_MS = 5_000;
const ANSWER_MS = 30_000;
const INT8 = 20;

/** Connections to a PostgreSQL, made as they are needed, and what to call it without secrets. `field`: where its address stands in cloud.json. */
export function postgresPool(options: PostgresOptions, field: string): { pool: pg.Pool; name: string } {
  const { name, client, hosts } = postgresAddress(options, field);
  const settings: pg.PoolConfig = {
    ...client,
    max: options.connections ?? CONNECTIONS,
    application_name: 'aisle-cloud',
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_MS,
    // the server gives up first, so that its connection is free for the next question
    query_timeout: ANSWER_MS + CONNECT_MS,
    statement_timeout: ANSWER_MS,
    // a process that hangs in the middle of a transaction keeps others from a store no longer than this
    idle_in_transaction_session_timeout: ANSWER_MS,
    types: { getTypeParser: parserOf },
  };
  const pool = hosts ? new HostsInTurn(settings, hosts) : new pg.Pool(settings);
  // A connection that breaks also says so to whoever waits for its answer; without a listener it would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (connection) => void connection.on('error', () => undefined));
  return { pool, name };
}

/** Whole numbers of 64 bits as numbers, as SQLite gives them: times and counts stay far below 2 ** 53. */
const parserOf: typeof pg.types.getTypeParser = ((type: number, format?: 'text') =>
  type === INT8 ? Number : pg.types.getTypeParser(type, format)) as typeof pg.types.getTypeParser;
