import { Type, type Static } from '@sinclair/typebox';
import { nullable } from './nullable.js';
import { Sentence } from './rest-funnel.js';
import { Currency } from './rest-parts.js';

const Num = Type.Number();
/** Why nothing is proposed for a fixture. */
export const PROPOSAL_SILENCES = [
  'nothingPlaced', // no slot of it holds a product
  'noLevels', // the store file does not say on which level its slots are
  'salesUnknown', // tills were away, or sales are in several currencies
  'tooLittleSold', // fewer units than say anything
] as const;
export type ProposalSilence = (typeof PROPOSAL_SILENCES)[number];
export const PROPOSAL_KINDS = ['moreFacings', 'eyeLevel', 'swap'] as const;
export type ProposalKind = (typeof PROPOSAL_KINDS)[number];

const Place = Type.Object({ level: Type.Integer(), facings: Type.Integer() });
/** What stands where in a proposal: a slot's product, from its place to another one. */
const Placed = Type.Object({ slotId: Type.String(), gtin: Type.String(), from: Place, to: Place });
export const Proposal = Type.Object({
  kind: Type.Union(PROPOSAL_KINDS.map((kind) => Type.Literal(kind))),
  moves: Type.Array(Placed),
  gain: Type.Number({ description: 'expected net sales a week more' }),
  low: Type.Number({ description: 'in nine of ten such cases it lies from here …' }),
  high: Type.Number({ description: '… to here' }),
  reason: Type.Object({
    code: Type.Union([Type.Literal('soldOut'), Type.Literal('sellsBetter')]),
    values: Type.Record(Type.String(), Type.Union([Type.String(), Num])),
  }),
  sentence: Sentence,
});
/** The best arrangement of a fixture that was found. */
export const BestArrangement = Type.Object({
  arrangement: Type.Array(Placed, { description: 'every product of the fixture, those that stay as well' }),
  value: Type.Number({ description: 'expected net sales a week' }),
  gain: Type.Number({ description: 'against as it stands now' }),
  gap: nullable(Type.Number({ description: 'share by which an arrangement may at most be better; null: not known' })),
  proven: Type.Boolean({ description: 'no arrangement within the limits is better' }),
});
/** What would help a fixture (docs/planograms.md). */
export const ProposalsView = Type.Object({
  fixtureId: Type.String(),
  from: Type.String({ description: 'the figures behind it are of this time, ISO 8601' }),
  to: Type.String(),
  currency: Currency,
  salesNet: nullable(Type.Number({ description: 'a week, of what stands on it now' })),
  /** null: something could be said */
  why: nullable(Type.Union(PROPOSAL_SILENCES.map((why) => Type.Literal(why)))),
  sentence: Sentence,
  /** the best first; no two of them move the same slot */
  proposals: Type.Array(Proposal),
  best: nullable(BestArrangement),
  /** slots of which sales are not known: they stay as they are */
  left: Type.Array(Type.String()),
  assumptions: Type.Object({
    moreSpace: Type.Number({ description: 'elasticity of sales where facings are added' }),
    lessSpace: Type.Number({ description: 'and where they are taken away' }),
    bestToWorstLevel: Type.Number({ description: 'sales on the best level for each on the worst' }),
    eyeLevel: nullable(Type.Integer({ description: 'which level is taken for the best' })),
  }),
});
export type Proposal = Static<typeof Proposal>;
export type BestArrangement = Static<typeof BestArrangement>;
export type ProposalsView = Static<typeof ProposalsView>;
