import { Type, type Static, type TProperties } from '@sinclair/typebox';
import { maybe, means } from '@aisle/contracts';

const strict = <P extends TProperties>(properties: P) => Type.Object(properties, { additionalProperties: false });

/** Who takes in what agents say. */
export const BrokerName = Type.Union([Type.Literal('embedded'), Type.Literal('nats')], {
  description: '"embedded" or "nats"',
});

/** The NATS cluster that agents connect to, where `broker` is "nats". */
export const NatsConfig = strict({
  servers: means(
    'Where its servers answer clients (not MQTT). One is enough to find the others, more outlast its absence.',
    Type.Array(
      Type.String({
        pattern: '^(nats|tls)://[^\\s/@]+$',
        description: 'an address nats://HOST:PORT, without a user: the key file says who the cloud is',
      }),
      { minItems: 1, maxItems: 32, description: 'a list of 1 to 32 addresses nats://HOST:PORT' },
    ),
  ),
  keysFile: means(
    'What signs for agents and for the cloud itself, written by `npm run aisle -- nats init`; mode 0600.',
    Type.String({ minLength: 1, description: 'a file' }),
  ),
  tls: maybe(
    'Whether the line to it is encrypted and its certificate checked; true unless all servers are on this machine.',
    Type.Boolean({ description: 'true or false' }),
  ),
  caFile: maybe(
    'Certificates to trust, PEM; those that Node trusts when left out.',
    Type.String({ minLength: 1, description: 'a file' }),
  ),
  replicas: maybe(
    'How many servers hold each message before it is kept in the cloud; 3 when left out. Five outlast the loss of two, one is for a try.',
    Type.Union([Type.Literal(1), Type.Literal(3), Type.Literal(5)], { description: '1, 3 or 5' }),
  ),
  maxMegabytes: maybe(
    'What may wait there, of all shops together; 1000 when left out. What no longer fits waits in the shops. Raising it takes more of each server’s disk.',
    Type.Integer({ minimum: 16, maximum: 1_000_000, description: 'megabytes, 16 to 1000000' }),
  ),
});
export type NatsConfig = Static<typeof NatsConfig>;

/** Whether a server is this machine itself. */
export const isOwnServer = (address: string): boolean =>
  /^\w+:\/\/(localhost|127\.[0-9.]+|\[::1\])(:\d+)?$/.test(address);

/** What the schema cannot say: one of the two is there for the other. A problem as `FIELD what`. */
export function brokerProblem(given: { broker?: string; nats?: NatsConfig }): string | undefined {
  const { broker = 'embedded', nats } = given;
  if (broker === 'nats' && !nats) return 'nats is missing: expected its servers and keysFile, since broker is "nats"';
  if (broker !== 'nats' && nats) return 'broker: expected "nats", since there is a section nats';
  if (nats?.tls === false && !nats.servers.every(isOwnServer))
    return 'nats.tls: expected true, since a server is on another machine';
  return undefined;
}
