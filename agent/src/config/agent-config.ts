import { readFileSync, statSync } from 'node:fs';
import { Type, type Static } from '@sinclair/typebox';
import { compile, type Problem } from '@aisle/contracts';
import { StartError } from '../ports/errors.js';

const strict = { additionalProperties: false } as const;
const Port = Type.Integer({ minimum: 1, maximum: 65_535, description: 'a port, 1 to 65535' });
const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'a SHA-256 in hex' });

export const AgentConfig = Type.Object(
  {
    storeId: Type.String({ minLength: 1, maxLength: 64, description: 'the id of the store' }),
    dataDir: Type.String({ minLength: 1, description: 'a folder' }),
    host: Type.String({ minLength: 1, description: 'an address to listen on' }),
    mqttPort: Port,
    httpPort: Port,
    cloud: Type.Object(
      {
        url: Type.String({ pattern: '^(mqtts?|wss?)://', description: 'an address such as mqtt://127.0.0.1:1884' }),
        username: Type.String(),
        password: Type.String(),
      },
      strict,
    ),
    credentialsFile: Type.String({ minLength: 1, description: 'a file' }),
    logLevel: Type.Optional(
      Type.Union(
        ['trace', 'debug', 'info', 'warn', 'error', 'silent'].map((level) => Type.Literal(level)),
        { description: 'a log level' },
      ),
    ),
    /** name or address by which devices of the shop reach this agent; found out when left out */
    reachableAs: Type.Optional(Type.String({ minLength: 1, maxLength: 253, description: 'a host name or an address' })),
    /** how long the journal keeps its events behind a snapshot; more allows to recompute further back and takes more disk */
    journalHours: Type.Optional(Type.Number({ minimum: 0, maximum: 24 * 366, description: 'hours, 0 to 8784' })),
    /** folder of the detectors' models, one folder each; those that come with Aisle when left out */
    modelsDir: Type.Optional(Type.String({ minLength: 1, description: 'a folder' })),
    /** the detector of cameras that name none */
    detector: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'the name of a model folder' })),
    /** the program that reads streams and video files */
    ffmpeg: Type.Optional(Type.String({ minLength: 1, description: 'a program' })),
    /** for trials only: the time is what a simulated shop says it is, as it runs at a speed of its own */
    clock: Type.Optional(Type.Literal('run', { description: '"run"' })),
    /** for the chaos test only: breaks a promise on purpose */
    mutant: Type.Optional(Type.Literal('ack-first', { description: '"ack-first"' })),
  },
  strict,
);
export type AgentConfig = Readonly<Static<typeof AgentConfig>>;

export const Credentials = Type.Object(
  { integrators: Type.Record(Type.String(), Sha256), devices: Type.Record(Type.String(), Sha256), local: Sha256 },
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

export function readCredentials(file: string): Credentials {
  const value = readJson(file, 'credentials');
  // A secret's digest does not belong into a message: only where it is wrong.
  const problems = credentials
    .problems(value)
    .map(({ field, message }) => ({ field, message: message.replace(/, got .*/, '') }));
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

const told = (problems: readonly Problem[]): string =>
  problems.map(({ field, message }) => `${field} ${message}`.trim()).join('; ');

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) deepFreeze(inner);
    Object.freeze(value);
  }
  return value;
}
