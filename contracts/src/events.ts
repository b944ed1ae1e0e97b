import { Type, type Static } from '@sinclair/typebox';
import { Calibration, StoreFile } from './store-file.js';

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
  lines: Type.Array(Type.Object({ gtin: Type.String(), quantityMicro: Int, netMinor: Int })),
  /** digest of receiptContent(), by RECEIPT_DIGEST (receipts.ts), whoever sent it: another digest of a known receipt is a conflict */
  contentDigest: Type.String(),
});
export const PlayEvent = Type.Object({
  kind: Type.Literal('play'),
  ...base,
  decisionId: Type.String(),
  contentId: Type.String(),
  startedTs: Int,
  endedTs: Int,
  completed: Type.Boolean(),
});
export const DeviceStateEvent = Type.Object({
  kind: Type.Literal('deviceState'),
  ...base,
  state: Type.Union([Type.Literal('online'), Type.Literal('offline')]),
  model: Type.Optional(Type.String()),
  firmware: Type.Optional(Type.String()),
});
/** A store file has come into force. `version` is the cloud's. */
export const ConfiguredEvent = Type.Object({
  kind: Type.Literal('configured'),
  ts: Int,
  version: Int,
  storeFile: StoreFile,
});
/** The agent chose what a screen shows. Holds chance and the wall clock, so it is an event of its own. */
export const DecidedEvent = Type.Object({
  kind: Type.Literal('decided'),
  ts: Int,
  decisionId: Type.String(),
  screenId: Type.String(),
  contentId: Type.String(),
  category: Type.Union([Type.String(), Type.Null()]),
  reason: Type.String(),
  probabilityMicro: Int,
  heldOut: Type.Boolean(),
  candidates: Type.Array(
    Type.Object({
      contentId: Type.String(),
      category: Type.Union([Type.String(), Type.Null()]),
      dwellSeconds: Int,
      /** mean interest of the audience in the category, in steps of 50,000 ppm; left out where no model has judged */
      interestPpm: Type.Optional(Int),
    }),
  ),
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

export const DomainEvent = Type.Union([
  PositionsEvent,
  DetectionsEvent,
  CrossingEvent,
  WeightEvent,
  SaleEvent,
  PlayEvent,
  DeviceStateEvent,
  ConfiguredEvent,
  DecidedEvent,
  JudgedEvent,
  CalibratedEvent,
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
export type DecidedEvent = Static<typeof DecidedEvent>;
export type DomainEvent = Static<typeof DomainEvent>;
export type DeviceEvent = Exclude<DomainEvent, ConfiguredEvent | DecidedEvent | JudgedEvent | CalibratedEvent>;

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
  'duplicate', // the same topic and bytes again
  'conflict', // a known receipt with other content, a weight with a known ts and other grams
  'picture', // a frame that is no picture, is too large or too small, or that the detector could not read
  'busy', // the agent's disk or queue is full: sent again later by whoever sends at QoS 1
] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];
