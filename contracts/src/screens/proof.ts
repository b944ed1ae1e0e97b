import { Type, type Static } from '@sinclair/typebox';
import { GOALS } from './campaigns.js';
import { nullable } from '../nullable.js';

/** What a campaign did, as facts of an agent and by REST. SEMANTICS §24–28. */
const Count = Type.Integer({ minimum: 0 });
const Int = Type.Integer();

export const ARMS = ['treated', 'heldOut'] as const;
export type ArmName = (typeof ARMS)[number];
export const ArmSchema = Type.Union([Type.Literal('treated'), Type.Literal('heldOut')]);

/** Why a block counts for neither arm. */
export const BLOCK_REASONS = [
  'thin', // coverage below 0.5
  'pinned', // a person pinned an item
  'paused', // a person paused the screen
  'cutShort', // the campaign began, changed, paused or ended within it
  'screenAway', // the screen was not there for half of it
] as const;
export type BlockReason = (typeof BLOCK_REASONS)[number];

const Moved = Type.Object({ pickups: Count, unitsMicro: Int, netMinor: Int });
/**
 * A block of a campaign at a group of screens. subject: `${campaignId}|${groupId}@${fromTs}`; ts: fromTs. It is stated when its
 * counting begins and anew as outcomes come, until 30 min after its end.
 */
export const BlockValue = Type.Object({
  campaignId: Type.String(),
  /** the first by name of the screens that share its audience */
  groupId: Type.String(),
  screens: Type.Array(Type.String()),
  fromTs: Count,
  toTs: Count,
  /** after the wash-in */
  countedFromTs: Count,
  arm: ArmSchema,
  /** that it was drawn for this arm */
  probabilityMicro: Count,
  counted: Type.Boolean(),
  why: nullable(Type.String({ description: BLOCK_REASONS.join(', ') })),
  /** of its counted span, how long the screens' zone was sensed */
  sensedMs: Count,
  opportunities: Count,
  watchers: Count,
  /** engaged stays in the zones of the campaign's category, by their beginning */
  stops: Count,
  scans: Count,
  featured: Moved,
  category: Moved,
  store: Moved,
});
export type BlockValue = Static<typeof BlockValue>;

/**
 * The chain of a shop's play log: `hash` is SHA-256 over `previous` and the canonical text of the play (docs/screens.md), `n` rises
 * by one. An edited, missing or reordered play breaks it. A play that was stated before (begun, then ended) says which links of its own
 * its newest one takes the place of.
 */
export const PlayLink = Type.Object({
  n: Count,
  previous: Type.String(),
  hash: Type.String(),
  replaces: Type.Optional(Type.Array(Type.Object({ n: Count, hash: Type.String() }))),
});
export const PLAY_OUTCOMES = ['completed', 'cut', 'failed'] as const;
/** What agents from 0.3 on say of a play beside the fields of older ones. */
export const PlayMore = {
  outcome: Type.Optional(Type.Union(PLAY_OUTCOMES.map((outcome) => Type.Literal(outcome)))),
  /** failed: a code, such as `notReachable`, `notDecodable`, `notCached` */
  trouble: Type.Optional(Type.String()),
  campaignId: Type.Optional(nullable(Type.String())),
  arm: Type.Optional(nullable(ArmSchema)),
  probabilityMicro: Type.Optional(Count),
  opportunities: Type.Optional(Count),
  watchers: Type.Optional(Count),
  verifiedImpressions: Type.Optional(Count),
  scans: Type.Optional(Count),
  link: Type.Optional(PlayLink),
} as const;
/** What agents from 0.3 on say of a decision beside the fields of older ones. */
export const DecisionMore = {
  campaignId: Type.Optional(nullable(Type.String())),
  policy: Type.Optional(Type.String()),
  arm: Type.Optional(nullable(ArmSchema)),
  /** start of the block that it belongs to */
  blockTs: Type.Optional(nullable(Count)),
  /** apprentice: what would have been shown */
  wouldShow: Type.Optional(Type.String()),
  /** whether the goal was reached after it, once that is settled; left out before, and of what teaches nothing */
  rewarded: Type.Optional(Type.Boolean()),
  /** coarse inputs: hour of the store's day, people in the audience (capped), and what else the policy was given */
  inputs: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]))),
} as const;

const Iso = Type.String({ description: 'ISO 8601 in store time' });
const number = nullable(Type.Number());
export const BlockRow = Type.Object({
  from: Iso,
  to: Iso,
  countedFrom: Iso,
  arm: ArmSchema,
  campaignId: Type.String(),
  probability: Type.Number(),
  counted: Type.Boolean(),
  why: nullable(Type.String()),
  coverage: Type.Number(),
  opportunities: Count,
  watchers: Count,
  stops: Count,
  scans: Count,
  pickups: Count,
  units: Type.Number(),
  salesNet: Type.Number({ description: "in the store's currency, of the featured products" }),
  category: Type.Object({ pickups: Count, units: Type.Number(), salesNet: Type.Number() }),
  store: Type.Object({ pickups: Count, units: Type.Number(), salesNet: Type.Number() }),
});
export const BlockList = Type.Array(BlockRow);
export type BlockRow = Static<typeof BlockRow>;

const ArmSums = Type.Object({
  blocks: Count,
  opportunities: Count,
  watchers: Count,
  stops: Count,
  pickups: Count,
  units: Type.Number(),
  salesNet: Type.Number(),
  scans: Count,
});
/** `GET /campaigns/{id}/lift`: numbers are null while nothing can be said (below 20 counted blocks an arm). */
export const LiftView = Type.Object({
  goal: Type.Union(GOALS.map((goal) => Type.Literal(goal))),
  treated: ArmSums,
  heldOut: ArmSums,
  /** (treated − held out) ÷ held out, per shopper who came near the screen */
  lift: number,
  low: number,
  high: number,
  p: number,
  alwaysLow: number,
  alwaysHigh: number,
  neededDays: number,
  carryover: Type.Object({ p: number }),
  weeks: Type.Array(Type.Object({ from: Iso, lift: number, low: number, high: number })),
  sentence: Type.Object({ en: Type.String(), zh: Type.String() }),
  /** what else is to be known: how long it will take at the shop's usual rate, that it fades, that the block before still shows */
  notes: Type.Optional(Type.Array(Type.Object({ en: Type.String(), zh: Type.String() }))),
});
export type LiftView = Static<typeof LiftView>;
