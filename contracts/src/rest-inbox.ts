import { expects } from './words/expects.js';
import { Type, type Static } from '@sinclair/typebox';
import { nullable } from './nullable.js';

/** What waits between a shop and the cloud, by REST under `/api/v1/stores/{id}`. */
const Time = Type.String({ description: 'ISO 8601, UTC' });

/**
 * Why a command does not go down: `agentOlder`: the shop's agent does not speak it yet; the others are the agent's own refusals:
 * of no kind that it knows, contents that it cannot read, or a sale before its first store file.
 */
export const WAIT_REASONS = ['agentOlder', 'unknownCommand', 'malformed', 'noStoreFile'] as const;
export const WaitingCommand = Type.Object({
  kind: Type.String({ description: 'storeFile, planned, sale, credential, tare, recompute' }),
  code: Type.Union(WAIT_REASONS.map((code) => Type.Literal(code))),
  since: Time,
  /** of a store file */
  version: Type.Optional(Type.Integer()),
  /** of a planned one: from when on it is in force */
  validFrom: Type.Optional(Time),
});

/** The newest time that figures were computed anew from the shop's journal. */
export const RecomputeState = Type.Object({
  state: Type.Union([Type.Literal('running'), Type.Literal('done'), Type.Literal('failed')]),
  /** rises with every time */
  generation: Type.Integer(),
  /** as asked for */
  from: Time,
  /** from when on the journal really gave figures; null before that is known, and where it gave none */
  reached: nullable(Time),
  facts: Type.Integer(),
});

/** `GET inbox`: what waits for the shop's agent, and what waits in the shop for a newer cloud. */
export const InboxView = Type.Object({
  agentVersion: nullable(Type.String()),
  /** the agent does not speak everything that this cloud does */
  agentOlder: Type.Boolean(),
  waits: Type.Array(WaitingCommand),
  /** facts that this cloud does not speak, as the agent says */
  held: Type.Array(Type.Object({ kind: Type.String(), count: Type.Integer() })),
  recompute: nullable(RecomputeState),
});

/** Body of `POST recompute`. */
export const RecomputeBody = Type.Object(
  { from: Type.String({ maxLength: 40, ...expects('isoWithZone') }) },
  { additionalProperties: false },
);
/** 202: it is stored for the shop. `waits`: its agent is older and gets it when it is renewed. */
export const RecomputeAnswer = Type.Object({ from: Time, waits: Type.Boolean() });

export type WaitReason = (typeof WAIT_REASONS)[number];
export type WaitingCommand = Static<typeof WaitingCommand>;
export type RecomputeState = Static<typeof RecomputeState>;
export type InboxView = Static<typeof InboxView>;
export type RecomputeBody = Static<typeof RecomputeBody>;
export type RecomputeAnswer = Static<typeof RecomputeAnswer>;
