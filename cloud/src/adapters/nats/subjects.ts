import { UP_CHANNELS, type DownChannel, type UpChannel } from '@aisle/contracts';

/**
 * Subjects of NATS, and what of MQTT they are: `aisle/v1/stores/demo/up/facts` is `aisle.v1.stores.demo.up.facts`, which the account maps
 * to `aisle.v1.in.PART.demo.facts`. A dot within a name becomes `//`, as NATS has it since 2.10; before that it refuses such a topic.
 */

/**
 * Parts of the stream, each of which one replica reads at a time. More would spread shops more evenly over many replicas, and cost a
 * consumer each on three servers. A change is a change of the account: `agentsAccountJwt`.
 */
export const PARTITIONS = 16;

/** What lies in the stream until it is kept. `live` does not: what nobody was there to see is worth nothing. */
export const OWN_UP = UP_CHANNELS.filter((channel) => channel !== 'live');

export const STREAM = 'AISLE_UP';
export const STREAM_SUBJECTS = 'aisle.v1.in.>';
export const LIVE_SUBJECTS = 'aisle.v1.stores.*.up.live';
/** nobody but agents says what agents say */
export const REFUSED_UP = 'aisle.v1.stores.*.up.*';

const tokenOf = (storeId: string): string => storeId.replaceAll('.', '//');
const storeOf = (token: string): string => token.replaceAll('//', '.');

export const partSubjects = (part: number): string => `aisle.v1.in.${part}.>`;
export const downSubject = (storeId: string, channel: DownChannel): string =>
  `aisle.v1.stores.${tokenOf(storeId)}.down.${channel}`;

/** What an agent may publish, after NATS has mapped it, and what it may subscribe. */
export function subjectsOf(storeId: string): { up: string[]; down: string } {
  const token = tokenOf(storeId);
  return {
    up: [`aisle.v1.stores.${token}.up.live`, ...OWN_UP.map((channel) => `aisle.v1.in.*.${token}.${channel}`)],
    down: `aisle.v1.stores.${token}.down.*`,
  };
}

/** `aisle.v1.in.7.demo.facts` or `aisle.v1.stores.demo.up.live`; undefined for what no agent says. */
export function parseUpSubject(subject: string): { storeId: string; channel: UpChannel } | undefined {
  const parts = subject.split('.');
  const [, , what, first = '', second = '', third = ''] = parts;
  if (parts.length !== 6) return undefined;
  const [token, channel] = what === 'in' ? [second, third as UpChannel] : [first, third as UpChannel];
  return token && UP_CHANNELS.includes(channel) ? { storeId: storeOf(token), channel } : undefined;
}
