import { Type, type Static } from '@sinclair/typebox';
import { nullable } from '../nullable.js';
import { REPLAY_POLICIES } from './replay-policies.js';

const number = nullable(Type.Number());
const Value = Type.Object({ value: number, low: number, high: number });

/** `GET /campaigns/{id}/replay`: what another policy would have been worth, from decisions with their true probabilities; null while too little is settled. */
export const ReplayView = Type.Object({
  policy: Type.Union(REPLAY_POLICIES.map((policy) => Type.Literal(policy))),
  /** settled choices of treated blocks that were made for people by chance */
  choices: Type.Integer(),
  rewards: Type.Integer(),
  /** share of choices after which the goal was reached: by the other policy (DRos), and as it was */
  other: Value,
  own: Value,
  /** the same by each estimator of docs/experiments.md */
  estimators: Type.Array(Type.Composite([Type.Object({ name: Type.String() }), Value])),
  sentence: Type.Object({ en: Type.String(), zh: Type.String() }),
});
export type ReplayView = Static<typeof ReplayView>;
