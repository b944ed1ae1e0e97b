import { readFileSync } from 'node:fs';
import { encodeAccount, encodeOperator, encodeUser, type Account, type User } from '@nats-io/jwt';
import { createAccount, createOperator, createUser, fromSeed, type KeyPair } from '@nats-io/nkeys';
import { Type, type Static } from '@sinclair/typebox';
import { compile, sentenceOf, withoutValue } from '@aisle/contracts';
import { StartError } from '../../config/cloud-config.js';
import { OWN_UP, PARTITIONS, REFUSED_UP, subjectsOf } from './subjects.js';

/** The seeds of NATS's three kinds of keys are 58 characters of base 32, the first two of which say the kind. */
const seed = (kind: 'O' | 'A') =>
  Type.String({ pattern: `^S${kind}[A-Z2-7]{56}$`, description: `a seed that begins with S${kind}` });

/** What signs for a NATS cluster: whoever holds this may do anything in it. Written by `npm run aisle -- nats init`. */
export const NatsKeyFile = Type.Object(
  { operator: seed('O'), system: seed('A'), agents: seed('A') },
  { additionalProperties: false },
);
export type NatsKeyFile = Static<typeof NatsKeyFile>;

export interface NatsKeys {
  operator: KeyPair;
  /** the account of the servers' own news */
  system: KeyPair;
  /** the account that agents and clouds meet in */
  agents: KeyPair;
}

const text = (pair: KeyPair): string => new TextDecoder().decode(pair.getSeed());

export function newKeys(): NatsKeyFile {
  return { operator: text(createOperator()), system: text(createAccount()), agents: text(createAccount()) };
}

/** @throws StartError that names the file and the key that is wrong, never its value */
export function readKeys(file: string): NatsKeys {
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartError('config', `nats.keysFile: ${file} ${code ? `cannot be read (${code})` : 'is not JSON'}`);
  }
  const problems = compile(NatsKeyFile).problems(raw);
  if (problems.length > 0) {
    const words = problems.map((problem) => sentenceOf(withoutValue(problem))).join('; ');
    throw new StartError('config', `nats.keysFile: ${file}: ${words}`);
  }
  const seeds = raw as NatsKeyFile;
  const pair = (name: keyof NatsKeyFile): KeyPair => {
    try {
      return fromSeed(new TextEncoder().encode(seeds[name]));
    } catch {
      throw new StartError('config', `nats.keysFile: ${file}: ${name} is no seed: its check sum is wrong`);
    }
  };
  return { operator: pair('operator'), system: pair('system'), agents: pair('agents') };
}

/** No limit of NATS's own: what bounds the stream is the stream's. */
const UNLIMITED = {
  ...{ subs: -1, data: -1, payload: -1, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 },
  disallow_bearer: false,
};
const JETSTREAM = {
  ...{ mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1, max_ack_pending: -1 },
  ...{ mem_max_stream_bytes: -1, disk_max_stream_bytes: -1, max_bytes_required: false },
};

/** What every server of the cluster is told of its operator. */
export const operatorJwt = ({ operator, system }: NatsKeys): Promise<string> =>
  encodeOperator('aisle', operator, { system_account: system.getPublicKey() });

export const systemAccountJwt = ({ operator, system }: NatsKeys): Promise<string> =>
  encodeAccount('system', system, { limits: UNLIMITED }, { signer: operator });

/**
 * The account of the agents. What they say goes to a subject of the shop's own part of the stream, which NATS chooses by the shop's name
 * alone: so one shop's messages stay in one part, in their order. An account in `revoked` is refused whatever else it shows.
 */
export async function agentsAccountJwt(keys: NatsKeys, revoked: readonly string[]): Promise<string> {
  const mappings: Record<string, { subject: string; weight: number }[]> = {};
  for (const channel of OWN_UP)
    mappings[`aisle.v1.stores.*.up.${channel}`] = [
      { subject: `aisle.v1.in.{{partition(${PARTITIONS},1)}}.{{wildcard(1)}}.${channel}`, weight: 100 },
    ];
  const account: Partial<Account> & { mappings: typeof mappings } = {
    limits: { ...UNLIMITED, ...JETSTREAM },
    mappings,
    // whenever it was issued: no clock of any machine decides who is cut off
    ...(revoked.length > 0 && { revocations: Object.fromEntries(revoked.map((key) => [key, FOR_EVER_S])) }),
  };
  return encodeAccount('agents', keys.agents, account, { signer: keys.operator });
}
const FOR_EVER_S = 253_402_300_799;

export interface NatsUser {
  jwt: string;
  pair: KeyPair;
}

/** An agent's account: it may speak MQTT, say what its own shop says, and hear what is said to its own shop. */
export async function agentUser({ agents }: NatsKeys, storeId: string): Promise<NatsUser> {
  const { up, down } = subjectsOf(storeId);
  return user(agents, storeId, {
    bearer_token: true,
    allowed_connection_types: ['MQTT'],
    pub: { allow: up },
    // the second is where NATS delivers what was subscribed with QoS 1
    sub: { allow: [down, '$MQTT.sub.>'] },
  });
}

/** What the cloud itself does among agents. */
export const cloudUser = ({ agents }: NatsKeys): Promise<NatsUser> =>
  user(agents, 'the cloud', { allowed_connection_types: ['STANDARD'], pub: { deny: [REFUSED_UP] } });

/** What the cloud asks of the servers: who is connected, and that accounts are taken back. */
export const systemUser = ({ system }: NatsKeys): Promise<NatsUser> =>
  user(system, 'the cloud', {
    allowed_connection_types: ['STANDARD'],
    pub: { allow: ['$SYS.REQ.CLAIMS.UPDATE', '$SYS.REQ.SERVER.PING.CONNZ', '$SYS.REQ.ACCOUNT.*.CLAIMS.LOOKUP'] },
    sub: {
      allow: ['_INBOX.>', '$SYS.ACCOUNT.*.CONNECT', '$SYS.ACCOUNT.*.DISCONNECT', '$SYS.SERVER.*.CLIENT.AUTH.ERR'],
    },
  });

async function user(account: KeyPair, name: string, rights: Partial<User>): Promise<NatsUser> {
  const pair = createUser();
  return { pair, jwt: await encodeUser(name, pair, account, rights) };
}
