import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { Type, type Static } from '@sinclair/typebox';
import { compile, maybe, means, type Problem, sentenceOf, withoutValue } from '@aisle/contracts';
import { StartError } from '../ports/errors.js';

const strict = { additionalProperties: false } as const;
const Port = Type.Integer({ minimum: 1, maximum: 65_535, description: 'a port, 1 to 65535' });
const Folder = Type.String({ minLength: 1, description: 'a folder' });
const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'a SHA-256 in hex' });

export const AgentConfig = Type.Object(
  {
    storeId: means(
      'The shop that this agent serves.',
      Type.String({ minLength: 1, maxLength: 64, description: 'the id of the store' }),
    ),
    dataDir: means('Where the journal, its snapshots and the outbox lie. One agent each.', Folder),
    host: means(
      'Where it listens for devices and for its own pages; 127.0.0.1 lets only this machine in.',
      Type.String({ minLength: 1, description: 'an address to listen on' }),
    ),
    mqttPort: means('Where devices reach its broker.', Port),
    httpPort: means('Where its own pages and the screens’ player are.', Port),
    cloud: means(
      'The broker of the cloud, and the account there. The cloud made both when it was told of the shop.',
      Type.Object(
        {
          url: means(
            'Where the broker is; mqtts or wss over networks that are not your own.',
            Type.String({ pattern: '^(mqtts?|wss?)://', description: 'an address such as mqtt://127.0.0.1:1884' }),
          ),
          username: means('The agent’s account.', Type.String()),
          password: means('The account’s password.', Type.String()),
          caFile: maybe(
            'Certificates to trust, PEM, where the cloud’s own is not signed by a public authority.',
            Type.String({ minLength: 1, description: 'a file' }),
          ),
        },
        strict,
      ),
    ),
    tls: maybe(
      'The certificate for all that listens here, and its key, PEM; without it nothing is encrypted.',
      Type.Object(
        {
          certFile: means(
            'The certificate, with those between it and its authority.',
            Type.String({ minLength: 1, description: 'a file' }),
          ),
          keyFile: means('Its private key; mode 0600.', Type.String({ minLength: 1, description: 'a file' })),
        },
        strict,
      ),
    ),
    credentialsFile: means(
      'SHA-256 of the passwords of devices, integrators and of the agent’s own pages; mode 0600.',
      Type.String({ minLength: 1, description: 'a file' }),
    ),
    logLevel: maybe(
      'What is written to the log; info when left out. Lower levels write more.',
      Type.Union(
        ['trace', 'debug', 'info', 'warn', 'error', 'silent'].map((level) => Type.Literal(level)),
        { description: 'a log level' },
      ),
    ),
    reachableAs: maybe(
      'Name or address by which devices of the shop reach this agent; found out when left out.',
      Type.String({ minLength: 1, maxLength: 253, description: 'a host name or an address' }),
    ),
    mediaQuotaMegabytes: maybe(
      'What the files of campaigns may take on the disk, in units of 1,048,576 bytes; 4096 when left out. Lower drops sooner what no campaign needs any more; what live and scheduled ones need is never dropped.',
      Type.Number({ minimum: 0, maximum: 16_777_216, description: 'megabytes, 0 to 16777216' }),
    ),
    journalHours: maybe(
      'How long the journal keeps its events behind a snapshot; 24 when left out. Raising it allows to recompute further back and takes more disk.',
      Type.Number({ minimum: 0, maximum: 24 * 366, description: 'hours, 0 to 8784' }),
    ),
    modelsDir: maybe('The detectors’ models, a folder each; those that come with Aisle when left out.', Folder),
    detectorsDir: maybe(
      'Detectors that were added (npm run aisle -- model add) and which of them is in use; `models` in the data folder when left out.',
      Folder,
    ),
    detector: maybe(
      'The detector of cameras for which none is in use and that name none; without one their pictures are not looked at. `person-detector` is for drawn shops only.',
      Type.String({ minLength: 1, maxLength: 64, description: 'the name of a model folder' }),
    ),
    ffmpeg: maybe(
      'The program that reads streams and video files; ffmpeg when left out.',
      Type.String({ minLength: 1, description: 'a program' }),
    ),
    clock: maybe(
      'For trials only: the time is what a simulated shop says it is, as it runs at a speed of its own.',
      Type.Literal('run', { description: '"run"' }),
    ),
  },
  strict,
);
export type AgentConfig = Readonly<Static<typeof AgentConfig>>;

export const Credentials = Type.Object(
  {
    integrators: means(
      'Passwords of programs that may read what devices say, by user name.',
      Type.Record(Type.String(), Sha256),
    ),
    devices: means('Passwords of devices, by id.', Type.Record(Type.String(), Sha256)),
    local: means('The password of the agent’s own pages and of its metrics.', Sha256),
  },
  strict,
);
export type Credentials = Readonly<Static<typeof Credentials>>;

const configs = compile(AgentConfig);
const credentials = compile(Credentials);

/** Reads agent.json once. @throws StartError that names the file and every key at fault */
export function readAgentConfig(file: string): AgentConfig {
  const value = readJson(file, 'config');
  const problems = configs.problems(value);
  if (problems.length > 0) throw new StartError('config', `${file}: ${told(problems)}`);
  return deepFreeze(value as AgentConfig);
}

/** Where the agent with this configuration looks for detectors that were added. @throws StartError as above */
export function detectorsDirOf(file: string): string {
  const { detectorsDir, dataDir } = readAgentConfig(file);
  return detectorsDir ?? path.join(dataDir, 'models');
}

export function readCredentials(file: string): Credentials {
  const value = readJson(file, 'credentials');
  // A secret's digest does not belong into a message: only where it is wrong.
  const problems = credentials.problems(value).map(withoutValue);
  if (problems.length > 0) throw new StartError('credentials', `${file}: ${told(problems)}`);
  if ((statSync(file).mode & 0o077) !== 0)
    throw new StartError('credentials', `${file}: others may read it; expected mode 0600`);
  return deepFreeze(value as Credentials);
}

function readJson(file: string, code: 'config' | 'credentials'): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new StartError(
      code,
      `${file}: cannot be read (${(error as NodeJS.ErrnoException).code ?? (error as Error).message})`,
    );
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new StartError(code, `${file}: is not JSON (${(error as Error).message})`);
  }
}

const told = (problems: readonly Problem[]): string => problems.map(sentence).join('; ');

/** Never quotes what may be a secret, or hold one. */
const sentence = (found: Problem): string =>
  sentenceOf(/password|url|^cloud$/i.test(found.field) ? withoutValue(found) : found);

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) deepFreeze(inner);
    Object.freeze(value);
  }
  return value;
}
