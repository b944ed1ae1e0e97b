import { readFileSync } from 'node:fs';
import { Type, type Static, type TProperties, type TSchema } from '@sinclair/typebox';
import {
  AisleError,
  type Remedy,
  compile,
  maybe,
  means,
  type Problem,
  RoleName,
  sentenceOf,
  withoutValue,
} from '@aisle/contracts';
import { BrokerName, NatsConfig, brokerProblem } from './broker-config.js';

/**
 * The cloud's configuration: read once, checked, frozen. Unknown keys are refused, because a misspelt option that is
 * silently ignored is the hardest mistake to find.
 */
const strict = <P extends TProperties>(properties: P) => Type.Object(properties, { additionalProperties: false });
const Port = Type.Integer({ minimum: 0, maximum: 65_535, description: 'a port, 0 to 65535 (0: any free one)' });

/** Where a PostgreSQL is, and how to reach it. */
const Postgres = {
  url: means(
    'Where it is. It may hold the password; better left to `password` or to the environment variable PGPASSWORD. Of a server with standbys all of them, with commas between; the one that takes writes is used.',
    Type.String({
      pattern: '^postgres(ql)?://',
      description: 'an address postgresql://USER@HOST:PORT/DATABASE',
    }),
  ),
  password: maybe('The user’s password.', Type.String({ description: 'a password' })),
  tls: maybe(
    'Whether the line is encrypted and the certificate checked; true unless PostgreSQL runs on this machine.',
    Type.Boolean({ description: 'true or false' }),
  ),
  caFile: maybe(
    'Certificates to trust, PEM; those that Node trusts when left out.',
    Type.String({ minLength: 1, description: 'a file' }),
  ),
  connections: maybe(
    'How many connections are held at most. Raising it answers more at once, lowering it takes less from a server that others use too.',
    Type.Integer({ minimum: 2, maximum: 100, description: 'a number from 2 to 100' }),
  ),
};

export const SeriesConfig = Type.Union(
  [
    strict({
      engine: means('Facts in a file of this machine.', Type.Literal('duckdb')),
      memoryLimit: maybe(
        'Memory of queries; 96MB when left out. Raising it speeds up long ones, lowering it keeps the process small.',
        Type.String({ pattern: '^[0-9]+(MB|GB|MiB|GiB)$', description: 'a size such as "96MB"' }),
      ),
    }),
    strict({
      engine: means('Facts in an InfluxDB, which others may read too.', Type.Literal('influxdb')),
      url: means('Where it answers.', Type.String({ pattern: '^https?://', description: 'an http address' })),
      database: means(
        'The database that holds the facts.',
        Type.String({ minLength: 1, description: 'a database name' }),
      ),
      token: maybe('An access token, instead of a user.', Type.String({ description: 'a token' })),
      username: maybe('A user, where it asks for one.', Type.String({ description: 'a user name' })),
      password: maybe('The user’s password.', Type.String({ description: 'a password' })),
    }),
    strict({
      engine: means(
        'Facts in a PostgreSQL, beside the catalog or in a database of their own.',
        Type.Literal('postgres'),
      ),
      ...Postgres,
    }),
  ],
  {
    description:
      'an engine: {"engine": "duckdb"}, {"engine": "influxdb", "url", "database"} or {"engine": "postgres", "url"}',
  },
);

export const CatalogConfig = Type.Union(
  [
    strict({ engine: means('Everything but facts in a file of this machine.', Type.Literal('sqlite')) }),
    strict({ engine: means('Everything but facts in a PostgreSQL.', Type.Literal('postgres')), ...Postgres }),
  ],
  { description: 'an engine: {"engine": "sqlite"} or {"engine": "postgres", "url"}' },
);

const MaxMegabytes = maybe(
  'Largest file that is taken; 500 when left out. Raising it takes longer videos, and more of the disk and of shops’ lines.',
  Type.Integer({ minimum: 1, maximum: 10_000, description: 'megabytes, 1 to 10000' }),
);
export const ContentConfig = Type.Union(
  [
    strict({
      engine: means('Files in a folder of this machine.', Type.Literal('folder')),
      shared: maybe(
        'True where `dataDir`/content is one folder that all processes of this cloud have, as on a file server.',
        Type.Boolean({ description: 'true or false' }),
      ),
      maxMegabytes: MaxMegabytes,
    }),
    strict({
      engine: means('Files in an object store that speaks S3.', Type.Literal('s3')),
      url: means(
        'Where it answers.',
        Type.String({ pattern: '^https?://[^?#]+$', description: 'an http or https address' }),
      ),
      bucket: means(
        'The bucket that holds them.',
        Type.String({ minLength: 1, maxLength: 63, description: 'a bucket' }),
      ),
      region: maybe('Its region; us-east-1 when left out.', Type.String({ minLength: 1, description: 'a region' })),
      prefix: maybe(
        'Before the name of every file.',
        Type.String({ maxLength: 200, description: 'the beginning of a name' }),
      ),
      accessKeyId: means('The account.', Type.String({ minLength: 1, description: 'an access key id' })),
      secretAccessKey: means('Its secret.', Type.String({ minLength: 1, description: 'a secret access key' })),
      maxMegabytes: MaxMegabytes,
    }),
  ],
  {
    description:
      'an engine: {"engine": "folder"} or {"engine": "s3", "url", "bucket", "accessKeyId", "secretAccessKey"}',
  },
);

export const CloudConfig = strict({
  dataDir: means('Where its databases lie. One cloud each.', Type.String({ minLength: 1, description: 'a folder' })),
  host: means(
    'Where it listens; 127.0.0.1 lets only this machine in.',
    Type.String({ minLength: 1, description: 'an address to listen on' }),
  ),
  httpPort: means('Where the API, the live view and the dashboard are.', Port),
  mqttPort: means('Where agents reach its broker; not used where that is NATS.', Port),
  broker: maybe(
    'Who takes in what agents say: this process itself ("embedded", when left out), or a NATS cluster, which any number of processes of one cloud read where `replicas` is true.',
    BrokerName,
  ),
  nats: maybe('The NATS cluster, where `broker` is "nats".', NatsConfig),
  publicUrl: maybe(
    'The address by which shops and browsers reach this cloud, where that is not `host` and `httpPort`: behind a proxy, or with a host of 0.0.0.0. Shops fetch the files of screens there.',
    Type.String({ pattern: '^https?://[^?#@]+$', description: 'an http or https address' }),
  ),
  replicas: maybe(
    'True where this is one of several processes of one cloud behind one address. What they share must then be shareable: a catalog and series in PostgreSQL, files in an object store, agents on NATS.',
    Type.Boolean({ description: 'true or false' }),
  ),
  tls: maybe(
    'The certificate for all that listens here, and its key, PEM; without it nothing is encrypted.',
    strict({
      certFile: means(
        'The certificate, with those between it and its authority.',
        Type.String({ minLength: 1, description: 'a file' }),
      ),
      keyFile: means('Its private key; mode 0600.', Type.String({ minLength: 1, description: 'a file' })),
    }),
  ),
  dashboardDir: maybe(
    'The built dashboard; only the API is served when left out.',
    Type.String({ minLength: 1, description: 'a folder' }),
  ),
  series: means('Where facts are kept.', SeriesConfig),
  catalog: means(
    'Where everything but facts is kept: shops, people, devices, what is on its way to agents.',
    CatalogConfig,
  ),
  content: maybe('Where the files of screens are kept; a folder of `dataDir` when left out.', ContentConfig),
  logLevel: maybe(
    'What is written to the log; info when left out. Lower levels write more.',
    Type.Union(
      (['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const).map((level) => Type.Literal(level)),
      { description: 'one of trace, debug, info, warn, error, silent' },
    ),
  ),
  provision: maybe(
    'Who may use this cloud, read at every start; mode 0600.',
    Type.String({ minLength: 1, description: 'a file' }),
  ),
  trustProxy: maybe(
    'True behind a proxy that ends TLS, a number behind so many in a row: what the nearest of them add to X-Forwarded-* is then believed, and nothing that came before them, so never set it without one.',
    Type.Union([Type.Boolean(), Type.Integer({ minimum: 1, maximum: 10 })], {
      description: 'true, false, or how many proxies stand in a row, 1 to 10',
    }),
  ),
  sessionDays: maybe(
    'How long a session of the dashboard lives; 30 when left out. Raising it spares sign-ins, lowering it shortens what a stolen cookie is worth.',
    Type.Integer({ minimum: 1, maximum: 365, description: 'whole days, 1 to 365' }),
  ),
});
export type CloudConfig = Readonly<Static<typeof CloudConfig>>;

/** What `scripts/start.mjs` writes: who may use this cloud. Upserted at every start. */
export const Provision = strict({
  organisation: means(
    'Whose shops and people these are.',
    Type.String({ minLength: 1, maxLength: 100, description: 'an organisation id' }),
  ),
  user: maybe(
    'Somebody who may sign in.',
    strict({
      email: means(
        'The name to sign in with.',
        Type.String({ minLength: 3, maxLength: 200, description: 'an e-mail address' }),
      ),
      password: means(
        'The password to sign in with; only its hash is kept.',
        Type.String({ minLength: 8, maxLength: 200, description: 'a password of 8 to 200 characters' }),
      ),
      role: means('What the account may do: docs/rights.md.', RoleName),
    }),
  ),
  apiToken: maybe(
    'A token for programs, which may do what an owner may; only its hash is kept.',
    Type.String({ minLength: 20, maxLength: 200, description: 'a random text of at least 20 characters' }),
  ),
  agents: maybe(
    'Agents that may log in to the broker.',
    Type.Array(
      strict({
        storeId: means('The shop that the agent serves.', Type.String({ minLength: 1, description: 'a store id' })),
        username: means(
          'The agent’s account.',
          Type.String({ minLength: 1, maxLength: 200, description: 'a user name' }),
        ),
        passwordSha256: means(
          'SHA-256 of the account’s password, which is random and of at least 128 bits.',
          Type.String({ pattern: '^[0-9a-f]{64}$', description: 'a SHA-256 in lower-case hex' }),
        ),
      }),
    ),
  ),
  storeFile: maybe(
    'A store file that becomes a new version when it has changed since it was last taken in.',
    Type.String({ minLength: 1, description: 'a file' }),
  ),
  storeFolder: maybe(
    'A folder whose .yaml and .yml files are store files: any number of shops, each as `storeFile` would be. One that cannot be read is told in the log, and harms no other.',
    Type.String({ minLength: 1, description: 'a folder' }),
  ),
});
export type Provision = Static<typeof Provision>;

/** A start that cannot work. The message is one line for whoever started it. */
export class StartError extends AisleError {
  override readonly name = 'StartError';
  constructor(
    readonly code: 'config' | 'port' | 'database' | 'storeFile' | 'broker',
    message: string,
  ) {
    super(message);
  }

  override get remedy(): Remedy {
    return 'stop';
  }
}

/** Reads and checks cloud.json. @throws StartError that names the file and every wrong key's path */
export function loadCloudConfig(file: string): CloudConfig {
  const config = readJson(file, CloudConfig, 'the configuration');
  const wrong = brokerProblem(config);
  if (wrong !== undefined) throw new StartError('config', `the configuration ${file}: ${wrong}`);
  return freeze(config);
}

/** Reads and checks provision.json. @throws StartError that names the file and every wrong key's path */
export function loadProvision(file: string): Provision {
  return freeze(readJson(file, Provision, 'the provision file'));
}

function readJson<S extends TSchema>(file: string, schema: S, what: string): Static<S> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new StartError('config', `${what} ${file} cannot be read: ${(error as Error).message}`);
  }
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    // the parser's message quotes the text around the mistake, and this file holds secrets
    throw new StartError('config', `${what} ${file} is not JSON`);
  }
  const problems = compile(schema).problems(raw);
  if (problems.length > 0)
    throw new StartError('config', `${what} ${file}: ${problems.map((problem) => describe(problem)).join('; ')}`);
  return raw as Static<S>;
}

/** Never quotes the value of a secret. */
function describe(problem: Problem): string {
  const secret = /password|token|url|secret/i.test(problem.field);
  // a whole object may hold one too
  const got = problem.values['got'];
  const whole = typeof got === 'string' && /^[{[]/.test(got);
  return sentenceOf(secret || whole ? withoutValue(problem) : problem);
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
  return value;
}
