import { Type, type Static } from '@sinclair/typebox';
import type { Fact } from './facts.js';
import { TillSale } from './native.js';
import { AgentCampaign, ScreenOrder } from './screens/campaigns.js';
import { ScreenPrior } from './screens/moments.js';
import { Scan, ScanKey } from './screens/scans.js';
import { Speaks } from './speaks.js';
import { StoreFile } from './store/store-file.js';
import { expects } from './words/expects.js';

/**
 * Between an agent and the cloud, over MQTT (QoS 1 except `live` and `status`). `facts` is gzip of JSON, the rest JSON.
 * hello → welcome gives the epoch; then batches go up and acks come down; inbox commands come down and acks go up.
 */
const Int = Type.Integer({ minimum: 0 });

/**
 * Why an agent did not take a command: a kind that it does not know, contents that it cannot read, or nothing to read them by yet
 * (a sale before the first store file).
 */
export const COMMAND_REFUSALS = ['unknownCommand', 'malformed', 'noStoreFile'] as const;
export type CommandRefusal = (typeof COMMAND_REFUSALS)[number];
const RefusedCommands = Type.Array(
  Type.Object({
    seq: Type.Integer({ minimum: 1 }),
    code: Type.Union(COMMAND_REFUSALS.map((code) => Type.Literal(code))),
  }),
  { maxItems: 1000 },
);

/** up/hello: at every connection, before any batch. */
export const Hello = Type.Object({
  journalId: Type.String({ minLength: 8, maxLength: 64 }),
  agentVersion: Type.String(),
  /** version of the store file in force, 0 for none */
  configVersion: Int,
  /** highest inbox sequence that is in the journal, 0 for none */
  inboxSeq: Int,
  /** left out by agents up to 0.1: SPEAKS_0_1 */
  speaks: Type.Optional(Speaks),
  /** the newest commands that were refused, also in earlier connections: an acknowledgement that said so may have been lost */
  refused: Type.Optional(RefusedCommands),
});
/** down/welcome: the cloud's answer. A journal id it has not seen gets a higher epoch. */
export const Welcome = Type.Object({
  journalId: Type.String(),
  epoch: Type.Integer({ minimum: 1 }),
  configVersion: Int,
  /** left out by clouds up to 0.1: SPEAKS_0_1 */
  speaks: Type.Optional(Speaks),
  /**
   * Where the shop fetches the files of its campaigns, with its own name and password of this connection (HTTP Basic; the name is
   * percent-encoded, as Basic knows no colon in names: `agent%3Ademo`): `${files}/${sha256}`, ranges and If-Range answered. Left out by clouds up to 0.2.
   */
  files: Type.Optional(Type.String()),
  /** where the short links of its plays lead, and what they are signed with; left out by clouds up to 0.2 */
  scans: Type.Optional(ScanKey),
});

/** up/facts, gzip: at most MAX_BATCH_FACTS facts. */
export const Batch = Type.Object({
  batchId: Type.String({ minLength: 1, maxLength: 64 }),
  journalId: Type.String(),
  epoch: Type.Integer({ minimum: 1 }),
  facts: Type.Array(Type.Unknown(), { maxItems: 5000 }),
});
export const MAX_BATCH_FACTS = 2000;
/** down/ack: after the cloud's own commit. `refused` facts are not sent again: they are counted and shown. */
export const Ack = Type.Object({
  batchId: Type.String(),
  status: Type.Union([Type.Literal('committed'), Type.Literal('refused')]),
  /** why the whole batch was refused: "epoch" asks for a new hello */
  reason: Type.Optional(Type.String()),
  refused: Type.Array(
    Type.Object({
      index: Int,
      field: Type.String(),
      message: Type.String(),
      /** `unknownKind`: this cloud is older than the fact; `malformed`: not as described; `outOfRange`: nowhere to keep it */
      code: Type.Optional(
        Type.Union([Type.Literal('unknownKind'), Type.Literal('malformed'), Type.Literal('outOfRange')]),
      ),
    }),
  ),
});

/** down/inbox: commands in rising seq, sent again until acknowledged. */
export const InboxCommand = Type.Union([
  Type.Object({
    seq: Type.Integer({ minimum: 1 }),
    kind: Type.Literal('storeFile'),
    version: Type.Integer({ minimum: 1 }),
    storeFile: StoreFile,
  }),
  /** a version that comes into force by itself, also offline */
  Type.Object({
    seq: Type.Integer({ minimum: 1 }),
    kind: Type.Literal('planned'),
    version: Type.Integer({ minimum: 1 }),
    /** epoch ms */
    validFrom: Int,
    storeFile: StoreFile,
  }),
  /** facts from this moment on are stated anew from the journal, as far as it reaches, in a new generation */
  Type.Object({ seq: Type.Integer({ minimum: 1 }), kind: Type.Literal('recompute'), fromTs: Int }),
  /** version 2 knows `till` */
  Type.Object({
    seq: Type.Integer({ minimum: 1 }),
    kind: Type.Literal('sale'),
    sale: TillSale,
    /** the till of the store file that it was made at; left out: none */
    till: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  }),
  /** a device's password has been made (its hex SHA-256) or revoked (null): connections under the old one end at once */
  Type.Object({
    seq: Type.Integer({ minimum: 1 }),
    kind: Type.Literal('credential'),
    deviceId: Type.String({ minLength: 1, maxLength: 64 }),
    sha256: Type.Union([Type.String({ pattern: '^[0-9a-f]{64}$' }), Type.Null()]),
    /** other hardware has taken its place */
    replaced: Type.Optional(Type.Boolean()),
  }),
  /** what a person says of a sale that was kept apart: it was made at `ts`, or it was none */
  Type.Object({
    seq: Type.Integer({ minimum: 1 }),
    kind: Type.Literal('heldSale'),
    heldId: Type.String({ minLength: 1, maxLength: 200 }),
    action: Type.Union([Type.Literal('accept'), Type.Literal('drop')]),
    ts: Type.Optional(Type.Integer({ minimum: 0 })),
  }),
  Type.Object({
    seq: Type.Integer({ minimum: 1 }),
    kind: Type.Literal('tare'),
    slotId: Type.String({ minLength: 1, maxLength: 64 }),
    knownGrams: Type.Number({ minimum: 0, maximum: 1e6, ...expects('grams0OrMore') }),
  }),
  /** a campaign as it stands now, keyed by its id */
  Type.Object({ seq: Type.Integer({ minimum: 1 }), kind: Type.Literal('campaign'), campaign: AgentCampaign }),
  /** a person pins an item on a screen, pauses it, or lets it go on */
  Type.Object({ seq: Type.Integer({ minimum: 1 }), kind: Type.Literal('screenOrder'), order: ScreenOrder }),
  /** what new items are taken to be worth, pooled over shops, keyed by goal */
  Type.Object({ seq: Type.Integer({ minimum: 1 }), kind: Type.Literal('prior'), prior: ScreenPrior }),
  /** a phone has followed the link of a play */
  Type.Object({ seq: Type.Integer({ minimum: 1 }), kind: Type.Literal('scan'), scan: Scan }),
]);
/** up/inbox-ack: everything up to and including seq is durable in the agent's journal, but for what is refused. */
export const InboxAck = Type.Object({
  seq: Int,
  /** commands that this agent does not know or cannot read: they stay with the cloud, which shows them */
  refused: Type.Optional(RefusedCommands),
});

/** down/watch: a lease; the agent sends live data until it runs out. `fresh` asks for a snapshot first. */
export const Watch = Type.Object({ leaseMs: Type.Integer({ minimum: 0, maximum: 120_000 }), fresh: Type.Boolean() });
export const WATCH_LEASE_MS = 30_000;
/** down/asked: somebody reads figures; until the lease runs out facts go up as soon as they change. Agents up to 0.2 do so anyway. */
export const Asked = Type.Object({ leaseMs: Type.Integer({ minimum: 0, maximum: 120_000 }) });

export type RefusedCommand = Static<typeof RefusedCommands>[number];
export type Hello = Static<typeof Hello>;
export type Welcome = Static<typeof Welcome>;
export interface Batch {
  batchId: string;
  journalId: string;
  epoch: number;
  facts: Fact[];
}
export type Ack = Static<typeof Ack>;
export type InboxCommand = Static<typeof InboxCommand>;
export type InboxAck = Static<typeof InboxAck>;
export type Watch = Static<typeof Watch>;
export type Asked = Static<typeof Asked>;
