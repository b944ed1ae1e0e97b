import { Type, type Static } from '@sinclair/typebox';
import { Reason } from './reasons.js';
import { AgentCampaign, ScreenOrder } from './screens/campaigns.js';
import { ScreenPrior } from './screens/moments.js';
import { DecisionMore, PLAY_OUTCOMES } from './screens/proof.js';
import { Scan, ScanKey } from './screens/scans.js';
import { Calibration } from './store/device-entry.js';
import { StoreFile } from './store/store-file.js';

/**
 * Domain events: what the agent's journal holds, in our words. Integers only: lengths in millimetres, money in minor
 * units, weights in tenths of a gram, quantities in millionths of a unit.
 */
const Int = Type.Integer();
const base = {
  deviceId: Type.String(),
  /** event time, epoch ms */
  ts: Int,
  /** arrival, epoch ms: only used to refuse what lies in the future */
  receivedTs: Int,
  /** of topic and bytes: the same digest is the same message */
  digest: Type.String(),
};

export const PositionsEvent = Type.Object({
  kind: Type.Literal('positions'),
  ...base,
  /** [track id of the camera, x mm, y mm] */
  people: Type.Array(Type.Tuple([Type.String(), Int, Int])),
});
/** People found in one frame, by the camera itself or by the agent's own detector. Lengths in tenths of a pixel of the picture. */
export const DetectionsEvent = Type.Object({
  kind: Type.Literal('detections'),
  ...base,
  /** of the picture, whole pixels */
  width: Int,
  height: Int,
  /** [left, top, width, height, score in ppm, foot x, foot y]: the foot is where the person stands */
  boxes: Type.Array(Type.Tuple([Int, Int, Int, Int, Int, Int, Int])),
  /** the agent's own detector that found them; left out where a camera says them itself, and by agents up to 0.2 */
  model: Type.Optional(Type.String()),
  /** the score from which on that detector takes a box for a person, ppm */
  leastPpm: Type.Optional(Int),
  /**
   * Of each box, how far the person faces the camera: signed distance of the shoulders over the body's height in ppm, positive
   * for who faces it, null where no shoulders were seen; left out where the detector does not say
   */
  facings: Type.Optional(Type.Array(Type.Union([Int, Type.Null()]))),
});
export const CrossingEvent = Type.Object({
  kind: Type.Literal('crossing'),
  ...base,
  entranceId: Type.String(),
  direction: Type.Union([Type.Literal('in'), Type.Literal('out')]),
  count: Int,
});
export const WeightEvent = Type.Object({
  kind: Type.Literal('weight'),
  ...base,
  slotId: Type.String(),
  decigrams: Int,
});
export const SaleEvent = Type.Object({
  kind: Type.Literal('sale'),
  ...base,
  source: Type.Union([Type.Literal('till'), Type.Literal('rest')]),
  receipt: Type.String(),
  /** "2026-03-01", where the till says to which day of its own the receipt belongs: numbers that begin anew each day go by it */
  businessDay: Type.Optional(Type.String()),
  /** of goods sold by weight `quantityMicro` is in millionths of a kilogram */
  lines: Type.Array(Type.Object({ gtin: Type.String(), quantityMicro: Int, netMinor: Int })),
  /** a sale that was kept apart, and that a person has given its time: its id there */
  heldOf: Type.Optional(Type.String()),
  /** the sale that a return gives back, as far as the till says */
  returnOf: Type.Optional(Type.Object({ receipt: Type.String(), storeDay: Type.Optional(Type.String()) })),
  /** digest of receiptContent(), by RECEIPT_DIGEST (receipts.ts), whoever sent it: another digest of a known receipt is a conflict */
  contentDigest: Type.String(),
  /** of a member who opted in: hex HMAC-SHA256 of the token, under a key that stays in the shop */
  member: Type.Optional(Type.String()),
  /** from a file: it may replace what an earlier file said of the same receipt */
  fromFile: Type.Optional(Type.Boolean()),
  /** digest of formerReceiptContent(), where it differs: a receipt known by it is the same one */
  formerDigest: Type.Optional(Type.String()),
});
export const PlayEvent = Type.Object({
  kind: Type.Literal('play'),
  ...base,
  decisionId: Type.String(),
  contentId: Type.String(),
  startedTs: Int,
  endedTs: Int,
  completed: Type.Boolean(),
  outcome: Type.Optional(Type.Union(PLAY_OUTCOMES.map((outcome) => Type.Literal(outcome)))),
  /** of a failed one: a code */
  trouble: Type.Optional(Type.String()),
});
export const DeviceStateEvent = Type.Object({
  kind: Type.Literal('deviceState'),
  ...base,
  state: Type.Union([Type.Literal('online'), Type.Literal('offline')]),
  model: Type.Optional(Type.String()),
  firmware: Type.Optional(Type.String()),
  /** percent */
  battery: Type.Optional(Int),
  /** what it tells is made up; left out otherwise */
  simulated: Type.Optional(Type.Boolean()),
});
/** Tags that a reader saw, thinned: one that goes on being seen is told anew every few seconds, or when its signal changed. */
export const ReadsEvent = Type.Object({
  kind: Type.Literal('reads'),
  ...base,
  /** [EPC in capital hex, antenna (0: not said), hundredths of dBm (null: not said), milliseconds before `ts`] */
  reads: Type.Array(Type.Tuple([Type.String(), Int, Type.Union([Int, Type.Null()]), Int])),
});
/** An advertisement of a device of the store file, as a receiver heard it. Repetitions and replays are told by its counters. */
export const AdvertEvent = Type.Object({
  kind: Type.Literal('advert'),
  ...base,
  receiverId: Type.String(),
  /** of encrypted ones, else null */
  counter: Type.Union([Int, Type.Null()]),
  packetId: Type.Union([Int, Type.Null()]),
  /** [slot, tenths of a gram] */
  weights: Type.Array(Type.Tuple([Type.String(), Int])),
  /** percent */
  battery: Type.Optional(Int),
});
/** Whom a BLE receiver hears: badges of the staff and members' tokens by name, everybody else as a number. No addresses. */
export const HeardEvent = Type.Object({
  kind: Type.Literal('heard'),
  ...base,
  /** [badge id, dBm] */
  badges: Type.Array(Type.Tuple([Type.String(), Type.Union([Int, Type.Null()])])),
  /** [token, dBm] */
  members: Type.Array(Type.Tuple([Type.String(), Type.Union([Int, Type.Null()])])),
  /** distinct other devices in the minute before `ts` */
  others: Int,
});
/** A running number of a counting camera: crossings so far, by the rule's name. */
export const CountedEvent = Type.Object({
  kind: Type.Literal('counted'),
  ...base,
  rule: Type.String(),
  count: Int,
});
/** What a camera with its own analysis says of a zone. */
export const NoticedEvent = Type.Object({
  kind: Type.Literal('noticed'),
  ...base,
  rule: Type.String(),
  what: Type.Union([Type.Literal('occupancy'), Type.Literal('inside'), Type.Literal('loitering')]),
  zoneId: Type.String(),
  objectId: Type.Union([Type.String(), Type.Null()]),
  /** people inside; 1 or 0 for one object that is or is not */
  count: Int,
});
/** One person whom a camera's own analysis follows: told when something changed, there in between. */
export const TrackedEvent = Type.Object({
  kind: Type.Literal('tracked'),
  ...base,
  objectId: Type.String(),
  state: Type.Union([Type.Literal('new'), Type.Literal('update'), Type.Literal('end')]),
  /** of the picture, whole pixels */
  width: Int,
  height: Int,
  /** where they stand, tenths of a pixel */
  foot: Type.Tuple([Int, Int]),
});
/** A store file has come into force. `version` is the cloud's. */
export const ConfiguredEvent = Type.Object({
  kind: Type.Literal('configured'),
  ts: Int,
  version: Int,
  storeFile: StoreFile,
  /** from when on it holds, epoch ms; `ts` when left out */
  validFrom: Type.Optional(Int),
});
/** A store file that comes into force later. The agent says `configured` at its time. */
export const PlannedEvent = Type.Object({
  kind: Type.Literal('planned'),
  ts: Int,
  version: Int,
  validFrom: Int,
  storeFile: StoreFile,
});
/** Facts from `fromTs` on are being stated anew in this generation: whatever is stated from here on is of it. */
export const RecomputedEvent = Type.Object({
  kind: Type.Literal('recomputed'),
  ts: Int,
  fromTs: Int,
  generation: Type.Integer({ minimum: 2 }),
});
/** The agent chose what a screen shows. Holds chance and the wall clock, so it is an event of its own. */
export const DecidedEvent = Type.Object({
  kind: Type.Literal('decided'),
  ts: Int,
  decisionId: Type.String(),
  screenId: Type.String(),
  contentId: Type.String(),
  category: Type.Union([Type.String(), Type.Null()]),
  /** an English sentence, for readers that know no codes */
  reason: Type.String(),
  /** the same as a code with values; left out by events of agents up to 0.1 */
  why: Type.Optional(Reason),
  probabilityMicro: Int,
  heldOut: Type.Boolean(),
  candidates: Type.Array(
    Type.Object({
      contentId: Type.String(),
      category: Type.Union([Type.String(), Type.Null()]),
      dwellSeconds: Int,
      /** mean interest of the audience in the category, in steps of 50,000 ppm; left out where no model has judged */
      interestPpm: Type.Optional(Int),
      /** of being chosen; left out by agents up to 0.2 */
      probabilityMicro: Type.Optional(Int),
    }),
  ),
  ...DecisionMore,
  /** the decision of another screen of its group that this one shows too; left out: it was chosen for this one */
  follows: Type.Optional(Type.String()),
  /** a code is drawn with it that phones can follow; left out: none is */
  scannable: Type.Optional(Type.Boolean()),
});

/**
 * What the interest model said of moments of stays. A model's answer is no plain consequence of earlier events, so it enters
 * the journal. `question` is the engine's own number of the moment that it asked about.
 */
export const JudgedEvent = Type.Object({
  kind: Type.Literal('judged'),
  ts: Int,
  /** name and SHA-256 (first 12 hex digits) of the model */
  model: Type.String(),
  /** [question, probability in ppm] */
  answers: Type.Array(Type.Tuple([Int, Int])),
});
/** An installer has calibrated a camera on the agent's own page: it holds until the store file's own calibration changes. */
export const CalibratedEvent = Type.Object({
  kind: Type.Literal('calibrated'),
  ts: Int,
  cameraId: Type.String(),
  calibration: Type.Union([Calibration, Type.Null()]),
});

/** An installer has put a known weight on a slot: what is more than that is its tare from now on. */
export const TaredEvent = Type.Object({
  kind: Type.Literal('tared'),
  ts: Int,
  slotId: Type.String(),
  knownDecigrams: Int,
});
/** The cloud says how a campaign stands; the newest revision of each counts. */
export const CampaignEvent = Type.Object({ kind: Type.Literal('campaign'), ts: Int, campaign: AgentCampaign });
/** A person pins an item on a screen, pauses it, or lets it go on. */
export const OrderedEvent = Type.Object({ kind: Type.Literal('ordered'), ts: Int, order: ScreenOrder });
/** What items that are new to this shop are taken to be worth, as shops together have found. */
export const PriorEvent = Type.Object({ kind: Type.Literal('prior'), ts: Int, prior: ScreenPrior });
/** Where the short links of plays lead from now on. */
export const ScanKeyEvent = Type.Object({ kind: Type.Literal('scanKey'), ts: Int, scanKey: ScanKey });
/** A phone has followed the link of a play, at `scan.ts`. */
export const ScannedEvent = Type.Object({ kind: Type.Literal('scanned'), ts: Int, scan: Scan });
/** A person says that a sale which was kept apart is none. */
export const HeldDroppedEvent = Type.Object({
  kind: Type.Literal('heldDropped'),
  ts: Int,
  heldId: Type.String(),
});
/** A device's password, as hex SHA-256; null: revoked. Comes before the file of credentials that the agent started with. */
export const CredentialEvent = Type.Object({
  kind: Type.Literal('credential'),
  ts: Int,
  deviceId: Type.String(),
  sha256: Type.Union([Type.String(), Type.Null()]),
  /** other hardware has taken its place: what was measured of the old one itself begins anew, its history stays */
  replaced: Type.Optional(Type.Boolean()),
});

export const DomainEvent = Type.Union([
  PositionsEvent,
  DetectionsEvent,
  CrossingEvent,
  WeightEvent,
  SaleEvent,
  PlayEvent,
  DeviceStateEvent,
  ConfiguredEvent,
  PlannedEvent,
  RecomputedEvent,
  DecidedEvent,
  JudgedEvent,
  CalibratedEvent,
  ReadsEvent,
  AdvertEvent,
  HeardEvent,
  CountedEvent,
  NoticedEvent,
  TrackedEvent,
  TaredEvent,
  HeldDroppedEvent,
  CampaignEvent,
  OrderedEvent,
  PriorEvent,
  ScanKeyEvent,
  ScannedEvent,
  CredentialEvent,
]);
export type PositionsEvent = Static<typeof PositionsEvent>;
export type DetectionsEvent = Static<typeof DetectionsEvent>;
export type JudgedEvent = Static<typeof JudgedEvent>;
export type CalibratedEvent = Static<typeof CalibratedEvent>;
export type CrossingEvent = Static<typeof CrossingEvent>;
export type WeightEvent = Static<typeof WeightEvent>;
export type SaleEvent = Static<typeof SaleEvent>;
export type PlayEvent = Static<typeof PlayEvent>;
export type DeviceStateEvent = Static<typeof DeviceStateEvent>;
export type ConfiguredEvent = Static<typeof ConfiguredEvent>;
export type PlannedEvent = Static<typeof PlannedEvent>;
export type RecomputedEvent = Static<typeof RecomputedEvent>;
export type DecidedEvent = Static<typeof DecidedEvent>;
export type ReadsEvent = Static<typeof ReadsEvent>;
export type AdvertEvent = Static<typeof AdvertEvent>;
export type HeardEvent = Static<typeof HeardEvent>;
export type CountedEvent = Static<typeof CountedEvent>;
export type NoticedEvent = Static<typeof NoticedEvent>;
export type TrackedEvent = Static<typeof TrackedEvent>;
export type TaredEvent = Static<typeof TaredEvent>;
export type HeldDroppedEvent = Static<typeof HeldDroppedEvent>;
export type CampaignEvent = Static<typeof CampaignEvent>;
export type OrderedEvent = Static<typeof OrderedEvent>;
export type PriorEvent = Static<typeof PriorEvent>;
export type ScanKeyEvent = Static<typeof ScanKeyEvent>;
export type ScannedEvent = Static<typeof ScannedEvent>;
export type CredentialEvent = Static<typeof CredentialEvent>;
export type DomainEvent = Static<typeof DomainEvent>;
/** What the agent itself, its people or the cloud said, beside what devices say. */
export type OwnEvent =
  | ConfiguredEvent
  | PlannedEvent
  | RecomputedEvent
  | DecidedEvent
  | JudgedEvent
  | CalibratedEvent
  | TaredEvent
  | HeldDroppedEvent
  | CampaignEvent
  | OrderedEvent
  | PriorEvent
  | ScanKeyEvent
  | ScannedEvent
  | CredentialEvent;
export type DeviceEvent = Exclude<DomainEvent, OwnEvent>;

/** Why a message changed nothing; the `reason` label of `aisle_messages_refused_total`. */
export const REFUSAL_REASONS = [
  'malformed', // not JSON, a wrong type, a missing field, too large
  'unknownDevice', // the sender or the topic's device is not in the store file
  'unknownSubject', // a slot, entrance or screen that the store file does not have, or that is not this device's
  'topic', // outside the sender's rights, or no topic of the dialect
  'unsupported', // a known topic whose contents this agent does not read yet
  'late', // older than the newest of its device and channel
  'tooOld', // a record more than 35 days behind the newest of its device
  'future', // more than 24 h ahead of its arrival
  'replay', // an encrypted advertisement whose counter does not rise: heard before, or played back by somebody
  'duplicate', // the same topic and bytes again
  'conflict', // a known receipt with other content, a weight with a known ts and other grams
  'picture', // a frame that is no picture, is too large or too small, or that the detector could not read
  'busy', // the agent's disk or queue is full: sent again later by whoever sends at QoS 1
] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];
