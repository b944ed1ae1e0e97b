import { Type, type Static } from '@sinclair/typebox';
import { Reason } from './reasons.js';
import { ArmSchema } from './screens/proof.js';
import { Told } from './words/problem-schema.js';

/** Live views: lossy, only while watched, never identities: density and counts. */
const Int = Type.Integer();
const Sparse = Type.Array(Type.Tuple([Int, Type.Number()]));

export const LiveZone = Type.Object({ zoneId: Type.String(), occupancy: Int });
/** Person-seconds per cell in the last 60 s of event time, row by row. */
export const LiveHeat = Type.Object({
  cellMetres: Type.Number(),
  columns: Int,
  rows: Int,
  seconds: Type.Array(Type.Number()),
});
/** How the pictures of a camera fare, since the agent's start; rate and latency over the last minute. */
export const LiveCamera = Type.Object({
  /** where its pictures come from: sent by MQTT, or fetched and now running, connecting, or waiting before another try */
  source: Type.Union([
    Type.Literal('mqtt'),
    Type.Literal('running'),
    Type.Literal('connecting'),
    Type.Literal('waiting'),
  ]),
  received: Int,
  processed: Int,
  /** newer ones came before these were looked at */
  dropped: Int,
  /** could not be read */
  refused: Int,
  framesPerSecond: Type.Number(),
  /** from the arrival of a picture until its people are known, median and 95th percentile; null before the first */
  latencyMs: Type.Union([Type.Object({ p50: Type.Number(), p95: Type.Number() }), Type.Null()]),
  /** empty: none is in use */
  model: Type.String(),
  /** why its pictures are not looked at, or what is found in them cannot be right; left out while all is well */
  problem: Type.Optional(
    Type.Union([Type.Literal('noDetector'), Type.Literal('detectorFailed'), Type.Literal('detectorUnfit')]),
  ),
});
/** What is wrong with a device beside its messages; words are the page's. */
export const DEVICE_PROBLEMS = [
  'clockOff', // its times are days off, or hours for a while: `ms` ahead of the agent's clock, negative behind
  'sameClient', // connections of its account go by one client id and end each other: `times`
  'notReading', // it did not read what was sent to it, and was cut off: `times`
  'cellSilent', // a shelf that speaks says nothing of one `slot` any more: a load cell or its amplifier is broken
  'targetUnreachable', // a screen of another maker does not answer: `times`
  'targetDenied', // … takes neither user name nor password: `times`
  'targetRefused', // … answers otherwise than its documents say: `times`, `status` of HTTP, 0 where the answer itself cannot be read
  'targetCannotShow', // … cannot show what was chosen or pinned: `content`
  'crowded', // too many connections of its account, the oldest was ended: `times`
] as const;
export const DeviceProblem = Type.Object({
  code: Type.String({ description: `one of ${DEVICE_PROBLEMS.join(', ')}; newer agents may know more` }),
  values: Type.Record(Type.String(), Type.Union([Type.Number(), Type.String()])),
  /** wall clock, epoch ms */
  sinceTs: Int,
  lastTs: Int,
});

/** What was wrong with a refused message, to be worded in the reader's language. */
export const RefusedWhy = Type.Object({
  ...Told.properties,
  /** of the message, such as `lines[0].net` */
  field: Type.Optional(Type.String()),
  /** what it came by: the channel, a file and its row, a receiver */
  at: Type.Optional(Type.String()),
});
export type RefusedWhy = Static<typeof RefusedWhy>;
export const LiveDevice = Type.Object({
  deviceId: Type.String(),
  family: Type.String(),
  state: Type.Union([Type.Literal('online'), Type.Literal('offline'), Type.Literal('silent'), Type.Literal('unknown')]),
  /** wall clock of the newest message, null before the first */
  lastSeenTs: Type.Union([Int, Type.Null()]),
  model: Type.Optional(Type.String()),
  firmware: Type.Optional(Type.String()),
  /** true: what it tells is made up; left out otherwise */
  simulated: Type.Optional(Type.Boolean()),
  messagesPerMinute: Type.Optional(Type.Number()),
  dialect: Type.Optional(Type.String()),
  /** percent */
  battery: Type.Optional(Int),
  /** how far its clock runs ahead of the agent's, as far as a one-way message can tell; left out until it is steady */
  clockSkewMs: Type.Optional(Int),
  /** true: its times are set right by that before they count */
  clockCorrected: Type.Optional(Type.Boolean()),
  /** silent for longer than this, it is taken for gone: from its own rhythm */
  silentAfterMs: Type.Optional(Int),
  /** true: shut out on purpose, its password was revoked */
  revoked: Type.Optional(Type.Boolean()),
  /** whether what it senses holds now, from its own rhythm: seconds, where `state` takes longer; left out by agents up to 0.2 */
  sensing: Type.Optional(Type.Boolean()),
  /** BLE receivers: distinct devices of passers-by and shoppers in the last minute */
  nearby: Type.Optional(Int),
  /** what is wrong with it beside its messages; left out where nothing is */
  problems: Type.Optional(Type.Array(DeviceProblem)),
  /** why it cannot work now, in words: the agent's own radio without an adapter, for example */
  trouble: Type.Optional(Type.String()),
  /** how often its clock was set back for good; left out while it never was */
  clockEpochs: Type.Optional(Int),
  /** cameras: whether it is known where their pixels lie on the floor; left out of those that need not be calibrated */
  calibrated: Type.Optional(Type.Boolean()),
  /** cameras that send pictures */
  camera: Type.Optional(LiveCamera),
  refused: Type.Optional(
    Type.Array(
      Type.Object({
        reason: Type.String(),
        count: Int,
        lastTs: Int,
        sample: Type.String({ description: 'what was wrong, in English; never the message' }),
        /** left out where nothing closer is known than the reason, and by agents up to 0.2 */
        why: Type.Optional(RefusedWhy),
      }),
    ),
  ),
});
export const LiveScreen = Type.Object({
  deviceId: Type.String(),
  decisionId: Type.Union([Type.String(), Type.Null()]),
  contentId: Type.Union([Type.String(), Type.Null()]),
  category: Type.Union([Type.String(), Type.Null()]),
  /** an English sentence, empty while it shows nothing */
  reason: Type.String(),
  /** left out while it shows nothing, and by agents up to 0.1 */
  why: Type.Optional(Reason),
  sinceTs: Type.Union([Int, Type.Null()]),
  audience: Int,
  /** the campaign that what it shows belongs to; left out for none, and by agents up to 0.2 */
  campaignId: Type.Optional(Type.String()),
  arm: Type.Optional(ArmSchema),
  policy: Type.Optional(Type.String()),
  /** true probability of what it shows under its policy, ppm */
  probabilityMicro: Type.Optional(Int),
  /** a person's order that holds now; `untilTs` null: until somebody resumes */
  order: Type.Optional(
    Type.Object({
      action: Type.Union([Type.Literal('pin'), Type.Literal('pause')]),
      contentId: Type.Optional(Type.String()),
      by: Type.String(),
      untilTs: Type.Union([Int, Type.Null()]),
    }),
  ),
  /** files of its campaigns: how many are on the agent's disk, and what is still on its way; `full`: the disk has no room for them */
  files: Type.Optional(Type.Object({ here: Int, missing: Int, missingBytes: Int, full: Type.Boolean() })),
  /** what the player says of itself */
  player: Type.Optional(
    Type.Object({
      width: Int,
      height: Int,
      clockOffMs: Int,
      freeBytes: Type.Union([Int, Type.Null()]),
      here: Int,
      /** receipts of plays that the agent does not have yet; and those that it never will, as the browser had no room */
      waiting: Type.Optional(Int),
      dropped: Type.Optional(Int),
    }),
  ),
});
export const LiveAlert = Type.Object({
  alertId: Type.String(),
  kind: Type.String(),
  subject: Type.String(),
  since: Type.String(),
  until: Type.Union([Type.String(), Type.Null()]),
  /** incidents: the zone that it is in, and how many units, items or people it is about */
  zoneId: Type.Optional(Type.String()),
  count: Type.Optional(Int),
});

export const LiveSnapshot = Type.Object({
  /** event time of the newest sample, or the wall clock before the first */
  ts: Int,
  occupancy: Int,
  zones: Type.Array(LiveZone),
  heat: LiveHeat,
  /** [cell, people now in it], so that somebody who has just come in shows at once */
  presence: Sparse,
  devices: Type.Array(LiveDevice),
  screens: Type.Array(LiveScreen),
  alerts: Type.Array(LiveAlert),
});

/** up/live: `n` rises by one per message of a lease; a snapshot begins it. A delta holds what changed, lists whole but heat. */
export const LiveUpdate = Type.Union([
  Type.Object({ n: Int, type: Type.Literal('snapshot'), snapshot: LiveSnapshot }),
  Type.Object({
    n: Int,
    type: Type.Literal('delta'),
    ts: Int,
    occupancy: Type.Optional(Int),
    zones: Type.Optional(Type.Array(LiveZone)),
    /** [cell, new seconds] of the cells that changed */
    heat: Type.Optional(Sparse),
    presence: Type.Optional(Sparse),
    devices: Type.Optional(Type.Array(LiveDevice)),
    screens: Type.Optional(Type.Array(LiveScreen)),
    alerts: Type.Optional(Type.Array(LiveAlert)),
  }),
]);

/** up/status: counters for the cloud's /metrics and Devices page; sent when they changed, at most every 2 s, retained. */
/** A sale of a till that does not count, since its time is impossible. */
export const HeldSale = Type.Object({
  heldId: Type.String(),
  deviceId: Type.String(),
  receipt: Type.String(),
  /** as the till said, epoch ms */
  ts: Int,
  /** arrival, epoch ms */
  receivedTs: Int,
  reason: Type.String(),
  lines: Int,
  netMinor: Int,
});

export const AgentStatus = Type.Object({
  ts: Int,
  agentVersion: Type.String(),
  configVersion: Int,
  refused: Type.Array(Type.Object({ deviceId: Type.String(), reason: Type.String(), count: Int })),
  /** devices whose clock was set back for good, and how often */
  clockEpochs: Type.Optional(Type.Array(Type.Object({ deviceId: Type.String(), count: Int }))),
  /** names that tried to log in or to speak and are not in the store file, newest first; at most 50 */
  knocks: Type.Optional(
    Type.Array(Type.Object({ name: Type.String({ maxLength: 64 }), count: Int, firstTs: Int, lastTs: Int })),
  ),
  /** devices that may log in, by the shop's own files or by what the cloud has given */
  accounts: Type.Optional(Type.Array(Type.String())),
  /** where devices of the shop reach the agent: address, MQTT and HTTP ports */
  reach: Type.Optional(
    Type.Object({ host: Type.String(), mqttPort: Int, httpPort: Int, tls: Type.Optional(Type.Boolean()) }),
  ),
  /** sales that were kept apart for a person, the oldest first; at most 200 */
  heldSales: Type.Optional(Type.Array(HeldSale)),
  outbox: Type.Object({ waiting: Int, oldestTs: Type.Union([Int, Type.Null()]), discarded: Int }),
  journalSeq: Int,
  /** what could not be joined to a sale since the journal began; left out by agents up to 0.1 */
  unjoined: Type.Optional(Type.Object({ pickups: Int, returns: Int })),
  /** kinds of facts that this cloud does not speak: they wait in the shop for a newer one */
  held: Type.Optional(Type.Array(Type.Object({ kind: Type.String(), count: Int }))),
  /** versions of the store file that come into force by themselves; epoch ms */
  planned: Type.Optional(Type.Array(Type.Object({ version: Int, validFrom: Int }))),
  /** the newest time that facts were stated anew from the journal */
  recompute: Type.Optional(
    Type.Object({
      generation: Int,
      /** as asked for, epoch ms */
      fromTs: Int,
      /** event time from which on the journal really gave facts, epoch ms; null before that is known, or where it gave none */
      reachedTs: Type.Union([Int, Type.Null()]),
      state: Type.Union([Type.Literal('running'), Type.Literal('done'), Type.Literal('failed')]),
      facts: Int,
    }),
  ),
});

/** The people of a zone as they are told: null while nothing senses it, or nobody knows. */
export const SeenZone = Type.Object({
  zoneId: Type.String(),
  occupancy: Type.Union([Int, Type.Null()]),
  /** wall clock at which what senses it was last heard, null: never; left out while it senses */
  unsensedSinceTs: Type.Optional(Type.Union([Int, Type.Null()])),
});
/** The people of a shop as they are told: null while nothing senses any zone, or nobody knows. */
const Seen = {
  occupancy: Type.Union([Int, Type.Null()]),
  zones: Type.Array(SeenZone),
  /** of the whole shop, as of a zone; left out while any zone is sensed */
  unsensedSinceTs: Type.Optional(Type.Union([Int, Type.Null()])),
};
export const SeenPeople = Type.Object(Seen);
/** false: not connected, or silent although it is watched; the picture is then its last one */
const AgentThere = {
  agentOnline: Type.Boolean(),
  /** wall clock at which it was last heard; null: never */
  agentLastSeenTs: Type.Optional(Type.Union([Int, Type.Null()])),
};

/** socket.io `/live` → browser. `seq` rises by one per socket, starting with its snapshot; after a gap emit `watch` again. */
export const SocketEvents = {
  snapshot: Type.Composite([
    Type.Object({ seq: Int, storeId: Type.String(), ...AgentThere }),
    Type.Omit(LiveSnapshot, ['occupancy', 'zones']),
    SeenPeople,
  ]),
  zones: Type.Object({ seq: Int, ts: Int, ...Seen }),
  heat: Type.Object({ seq: Int, ts: Int, cells: Sparse, presence: Sparse }),
  devices: Type.Object({ seq: Int, ts: Int, ...AgentThere, devices: Type.Array(LiveDevice) }),
  screens: Type.Object({ seq: Int, ts: Int, screens: Type.Array(LiveScreen) }),
  alerts: Type.Object({ seq: Int, ts: Int, alerts: Type.Array(LiveAlert) }),
} as const;

/** What a browser says to the live view; `watch` may ask for an answer: `{storeId}`, or a problem. */
export const SocketRequests = {
  watch: Type.Object({ storeId: Type.String({ description: 'of the store to follow from now on' }) }),
  unwatch: Type.Object({}),
} as const;
/** Why a `watch` was refused, where it asked for no answer. */
export const SocketProblem = Type.Object({
  error: Type.Object({ code: Type.String(), message: Type.String() }),
});

export type LiveZone = Static<typeof LiveZone>;
export type SeenZone = Static<typeof SeenZone>;
export type SeenPeople = Static<typeof SeenPeople>;
export type LiveHeat = Static<typeof LiveHeat>;
export type LiveCamera = Static<typeof LiveCamera>;
export type DeviceProblem = Static<typeof DeviceProblem>;
export type HeldSale = Static<typeof HeldSale>;
export type LiveDevice = Static<typeof LiveDevice>;
export type LiveScreen = Static<typeof LiveScreen>;
export type LiveAlert = Static<typeof LiveAlert>;
export type LiveSnapshot = Static<typeof LiveSnapshot>;
export type LiveUpdate = Static<typeof LiveUpdate>;
export type AgentStatus = Static<typeof AgentStatus>;
export type SocketEvent<K extends keyof typeof SocketEvents> = Static<(typeof SocketEvents)[K]>;
