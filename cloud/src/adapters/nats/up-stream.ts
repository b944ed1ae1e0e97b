import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  JetStreamApiError,
  RetentionPolicy,
  StorageType,
  type JetStreamManager,
  type MsgRequest,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { STREAM, STREAM_SUBJECTS, partSubjects } from './subjects.js';

export interface StreamLimits {
  /** servers that hold each message */
  replicas: number;
  /** of all shops together */
  maxBytes: number;
}

/**
 * Of one shop and channel. An agent has four batches under way and says each again after half a minute without an answer: this holds
 * two rounds of them, so that a shop which repeats itself through an outage takes no room from others.
 */
export const PER_SHOP = 8;
/** messages of one part that are taken and not kept yet */
export const AT_ONCE = 16;
/** who has died is noticed by then; whoever lives says so three times as often */
export const ACK_WAIT_MS = 30_000;

const NOT_FOUND = new Set([10_014, 10_059]);

/** The stream as it is to be: made, or changed where it differs. What does not fit waits in the shops: nothing in it is pushed out. */
export async function ensureStream(jsm: JetStreamManager, { replicas, maxBytes }: StreamLimits): Promise<void> {
  const config = {
    name: STREAM,
    subjects: [STREAM_SUBJECTS],
    retention: RetentionPolicy.Workqueue,
    storage: StorageType.File,
    discard: DiscardPolicy.New,
    discard_new_per_subject: true,
    max_msgs_per_subject: PER_SHOP,
    max_bytes: maxBytes,
    num_replicas: replicas,
  };
  const known = await jsm.streams.info(STREAM).catch(undefinedIfMissing);
  if (!known) await jsm.streams.add(config);
  else if (Object.entries(config).some(([key, value]) => String(Reflect.get(known.config, key)) !== String(value)))
    await jsm.streams.update(STREAM, config);
}

const undefinedIfMissing = (error: unknown): undefined => {
  if (error instanceof JetStreamApiError && NOT_FOUND.has(error.code)) return undefined;
  throw error;
};

const durable = (part: number): string => `part-${part}`;

/** What a new reader of a part finds there. */
export interface Takeover {
  name: string;
  /** readers before this one that came no further than the first message that still lies there */
  stuck: number;
}

/**
 * The part's consumer, made anew: whoever read it before is cut off, and what it had taken and not kept comes first, in its order. (NATS
 * itself would bring that only when its time is up, behind newer ones.) The consumer's description tells the next where this one began.
 * @param isOwn it was this reader's, whose line broke
 */
export async function takeOver(jsm: JetStreamManager, part: number, isOwn: boolean): Promise<Takeover> {
  const name = durable(part);
  const before = await jsm.consumers.info(STREAM, name).catch(undefinedIfMissing);
  const first = (await firstOf(jsm, part)) ?? 0;
  const [began, stuckBefore] = (before?.config.description ?? '').split(' ').map(Number);
  const stuck = first > 0 && began === first ? (stuckBefore ?? 0) + (isOwn ? 0 : 1) : 0;
  if (before) await jsm.consumers.delete(STREAM, name);
  await jsm.consumers.add(STREAM, {
    durable_name: name,
    description: `${first} ${stuck}`,
    filter_subject: partSubjects(part),
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: nanos(ACK_WAIT_MS),
    max_ack_pending: AT_ONCE,
  });
  return { name, stuck };
}

/** A reader ends in good order: the next need not ask why it came no further. */
export async function leave(jsm: JetStreamManager, part: number): Promise<void> {
  await jsm.consumers.update(STREAM, durable(part), { description: 'left' });
}

/** The first message of the part that still lies in the stream. */
async function firstOf(jsm: JetStreamManager, part: number): Promise<number | undefined> {
  const found = await jsm.streams
    // the servers have known this since 2.9; the library's type does not say it
    .getMessage(STREAM, { seq: 1, next_by_subj: partSubjects(part) } as MsgRequest)
    .catch((error: unknown) => {
      if (error instanceof JetStreamApiError && error.code === 10_037) return null;
      throw error;
    });
  return found?.seq;
}
