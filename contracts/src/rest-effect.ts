import { Type, type Static } from '@sinclair/typebox';
import { nullable } from './nullable.js';
import { Sentence } from './rest-funnel.js';
import { LocalName } from './rest-parts.js';

/** What a change of a shop may be measured by. */
export const EFFECT_METRICS = ['salesNet', 'units', 'visits'] as const;
export type EffectMetric = (typeof EFFECT_METRICS)[number];
/** Why nothing can be claimed. */
export const EFFECT_SILENCES = [
  'first', // there is no version before it
  'nothingChanged', // nothing that stands in a zone
  'planned', // it is not in force yet
  'tooSoon', // for less than a week
  'noPast', // fewer than four weeks of figures before it
  'nothingComparable', // fewer than two other zones or shops
  'tooFewUnits', // the smallest p that they allow is above 0.05
] as const;
export type EffectSilence = (typeof EFFECT_SILENCES)[number];

/** What else happened in the weeks that are compared. */
export const EffectMark = Type.Object({
  kind: Type.Union((['price', 'promotion', 'closure', 'change'] as const).map((kind) => Type.Literal(kind))),
  from: Type.String({ description: 'ISO 8601' }),
  to: nullable(Type.String()),
  /** code of a product, id of a campaign, number of a version; of a closure the shop */
  subject: Type.String(),
  name: nullable(LocalName),
});
/** What a version of the store file was worth (docs/planograms.md). */
export const EffectView = Type.Object({
  version: Type.Integer(),
  metric: Type.Union(EFFECT_METRICS.map((metric) => Type.Literal(metric))),
  /** from when on it held */
  since: Type.String(),
  /** share; null: nothing can be said */
  effect: nullable(Type.Number()),
  low: nullable(Type.Number()),
  high: nullable(Type.Number()),
  p: nullable(Type.Number()),
  smallestP: nullable(Type.Number({ description: '1 ÷ units: no p can be smaller' })),
  units: nullable(Type.Integer({ description: 'zones or shops that were compared, the changed one among them' })),
  unitKind: nullable(Type.Union([Type.Literal('zone'), Type.Literal('store')])),
  method: nullable(Type.Union([Type.Literal('differenceInDifferences'), Type.Literal('syntheticControl')])),
  /** the interval leaves out 0 and p is at most 0.05 */
  claims: Type.Boolean(),
  why: nullable(Type.Union(EFFECT_SILENCES.map((why) => Type.Literal(why)))),
  /** zones in which something was changed */
  zones: Type.Array(Type.String()),
  /** ids of the zones or shops that it is held against */
  comparedWith: Type.Array(Type.String()),
  /** what was left out of them, since something was changed there as well */
  leftOut: Type.Array(Type.String()),
  /** each as a multiple of its own mean before the change */
  weeks: Type.Array(
    Type.Object({ from: Type.String(), after: Type.Boolean(), treated: Type.Number(), comparison: Type.Number() }),
  ),
  marks: Type.Array(EffectMark),
  sentence: Sentence,
});
export type EffectMark = Static<typeof EffectMark>;
export type EffectView = Static<typeof EffectView>;
