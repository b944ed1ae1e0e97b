import { readFileSync } from 'node:fs';
import { Type, type Static, type TProperties, type TSchema } from '@sinclair/typebox';
import { compile, type Problem, RoleName } from '@aisle/contracts';

/**
 * The cloud's configuration: read once, checked, frozen. Unknown keys are refused, because a misspelt option that is
 * silently ignored is the hardest mistake to find.
 */
const strict = <P extends TProperties>(properties: P) => Type.Object(properties, { additionalProperties: false });
const Port = Type.Integer({ minimum: 0, maximum: 65_535, description: 'a port, 0 to 65535 (0: any free one)' });

export const SeriesConfig = Type.Union(
  [
    strict({
      engine: Type.Literal('duckdb'),
      /** raising it speeds up long queries, lowering it keeps the process small; DuckDB's own notation */
      memoryLimit: Type.Optional(
        Type.String({ pattern: '^[0-9]+(MB|GB|MiB|GiB)$', description: 'a size such as "96MB"' }),
      ),
    }),
    strict({
      engine: Type.Literal('influxdb'),
      url: Type.String({ pattern: '^https?://', description: 'an http address' }),
      database: Type.String({ minLength: 1, description: 'a database name' }),
      token: Type.Optional(Type.String({ description: 'a token' })),
      username: Type.Optional(Type.String({ description: 'a user name' })),
      password: Type.Optional(Type.String({ description: 'a password' })),
    }),
  ],
  { description: 'an engine: {"engine": "duckdb"} or {"engine": "influxdb", "url", "database"}' },
);

export const CatalogConfig = Type.Union(
  [
    strict({ engine: Type.Literal('sqlite') }),
    strict({
      engine: Type.Literal('postgres'),
      /** may hold the password; better left to `password` or to the environment variable PGPASSWORD */
      url: Type.String({
        pattern: '^postgres(ql)?://',
        description: 'an address postgresql://USER@HOST:PORT/DATABASE',
      }),
      password: Type.Optional(Type.String({ description: 'a password' })),
      /** true unless PostgreSQL runs on this machine; its certificate is checked */
      tls: Type.Optional(Type.Boolean({ description: 'true or false' })),
      /** certificates to trust, PEM; left out: those that Node trusts */
      caFile: Type.Optional(Type.String({ minLength: 1, description: 'a file' })),
      /** raising it answers more at once, lowering it takes less from a server that others use too */
      connections: Type.Optional(Type.Integer({ minimum: 2, maximum: 100, description: 'a number from 2 to 100' })),
    }),
  ],
  { description: 'an engine: {"engine": "sqlite"} or {"engine": "postgres", "url"}' },
);

export const CloudConfig = strict({
  dataDir: Type.String({ minLength: 1, description: 'a folder' }),
  host: Type.String({ minLength: 1, description: 'an address to listen on' }),
  httpPort: Port,
  mqttPort: Port,
  /** the built dashboard; left out: API only */
  dashboardDir: Type.Optional(Type.String({ minLength: 1, description: 'a folder' })),
  series: SeriesConfig,
  catalog: CatalogConfig,
  logLevel: Type.Optional(
    Type.Union(
      (['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const).map((level) => Type.Literal(level)),
      { description: 'one of trace, debug, info, warn, error, silent' },
    ),
  ),
  provision: Type.Optional(Type.String({ minLength: 1, description: 'a file' })),
  /** true behind a proxy that ends TLS: its X-Forwarded-* headers are then believed, so never set it without one */
  trustProxy: Type.Optional(Type.Boolean({ description: 'true or false' })),
  /** days a dashboard session lives; raising it spares sign-ins, lowering it shortens what a stolen cookie is worth */
  sessionDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 365, description: 'whole days, 1 to 365' })),
  /** only for the chaos test: breaks the cloud on purpose, so that the test can prove that it would notice */
  mutant: Type.Optional(Type.Literal('no-revision', { description: '"no-revision"' })),
});
export type CloudConfig = Readonly<Static<typeof CloudConfig>>;

/** What `scripts/start.mjs` writes: who may use this cloud. Upserted at every start. */
export const Provision = strict({
  organisation: Type.String({ minLength: 1, maxLength: 100, description: 'an organisation id' }),
  user: Type.Optional(
    strict({
      email: Type.String({ minLength: 3, maxLength: 200, description: 'an e-mail address' }),
      password: Type.String({ minLength: 8, maxLength: 200, description: 'a password of 8 to 200 characters' }),
      role: RoleName,
    }),
  ),
  apiToken: Type.Optional(
    Type.String({ minLength: 20, maxLength: 200, description: 'a random text of at least 20 characters' }),
  ),
  agents: Type.Optional(
    Type.Array(
      strict({
        storeId: Type.String({ minLength: 1, description: 'a store id' }),
        username: Type.String({ minLength: 1, maxLength: 200, description: 'a user name' }),
        passwordSha256: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'a SHA-256 in lower-case hex' }),
      }),
    ),
  ),
  storeFile: Type.Optional(Type.String({ minLength: 1, description: 'a file' })),
});
export type Provision = Static<typeof Provision>;

/** A start that cannot work. The message is one line for whoever started it. */
export class StartError extends Error {
  override readonly name = 'StartError';
  constructor(
    readonly code: 'config' | 'port' | 'database' | 'storeFile',
    message: string,
  ) {
    super(message);
  }
}

/** Reads and checks cloud.json. @throws StartError that names the file and every wrong key's path */
export function loadCloudConfig(file: string): CloudConfig {
  return freeze(readJson(file, CloudConfig, 'the configuration'));
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
  const secret = /password|token|url/i.test(problem.field);
  // a whole object may hold one too
  const message = problem.message.replace(secret ? /, got .*$/s : /, got [{[].*$/s, '');
  return problem.field === '' ? message : `${problem.field} ${message}`;
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
  return value;
}
