import { Type, type Static } from '@sinclair/typebox';
import { nullable } from './nullable.js';
import { Sentence } from './rest-funnel.js';
import { Currency, Name } from './rest-parts.js';
import { PlanogramFixture } from './rest-planograms.js';
import { expects } from './words/expects.js';

const Num = Type.Number();
/** Body of `POST planogram/what-if`: fixtures as they would be, with all their slots; all others stay as they are. */
export const WhatIf = Type.Object(
  {
    fixtures: Type.Array(PlanogramFixture, { maxItems: 5000 }),
    weeks: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 12,
        ...expects('weeks1To12'),
        description: 'how many weeks of the changed shop the intervals are for; 4 when left out',
      }),
    ),
  },
  { additionalProperties: false },
);

/** Why nothing is said of a product, or of the change as a whole. */
export const WHAT_IF_SILENCES = [
  'nothingChanged', // the same products stand as they do now
  'salesUnknown', // tills were away, sales are in several currencies, or nothing was sold in the shop at all
  'tooLittleSold', // fewer units than say anything
  'newHere', // it stands nowhere now
  'levelUnknown', // it comes to another fixture or level, and the store file does not say on which level
  'stopsUnknown', // it comes to another zone, and no camera tells how many stop in both
] as const;
export type WhatIfSilence = (typeof WHAT_IF_SILENCES)[number];

const Stands = Type.Array(
  Type.Object({
    slotId: Type.String(),
    fixtureId: Type.String(),
    zoneId: nullable(Type.String()),
    level: nullable(Type.Integer()),
    facings: Type.Integer(),
  }),
);
const Step = nullable(Type.Object({ now: Num, expected: Num }, { description: 'a week' }));
/** A week as it was, and as it is expected to be. */
const Expectation = {
  now: Type.Number({ description: 'a week, as it stands now' }),
  expected: Type.Number({ description: 'a week, as it would stand' }),
  low: Type.Number({ description: 'in nine of ten such cases a week comes to from here on average …' }),
  high: Type.Number({ description: '… to here' }),
};
export const WhatIfProduct = Type.Object({
  gtin: Type.String(),
  name: Name,
  from: Stands,
  /** empty: it stands nowhere any more */
  to: Stands,
  /** null: something could be said */
  why: nullable(Type.Union(WHAT_IF_SILENCES.map((why) => Type.Literal(why)))),
  units: nullable(Type.Object(Expectation)),
  salesNet: nullable(Type.Object(Expectation)),
  /** passing and stopping are the zone’s, picking up and buying the product’s; null: not sensed */
  funnel: Type.Object({ passed: Step, stopped: Step, pickups: Step, units: Step }),
});
/** What a changed planogram would sell (docs/planograms.md). */
export const WhatIfView = Type.Object({
  version: Type.Integer({ description: 'of the store file that it is held against' }),
  from: Type.String({ description: 'the figures behind it are of this time, ISO 8601' }),
  to: Type.String(),
  weeks: Type.Integer({ description: 'that the intervals are for' }),
  currency: Currency,
  /** null: something could be said */
  why: nullable(Type.Union(WHAT_IF_SILENCES.map((why) => Type.Literal(why)))),
  /** of all products together of which anything can be said */
  salesNet: nullable(Type.Object(Expectation)),
  sentence: Sentence,
  /** those that would stand otherwise, the one that gains or loses the most first */
  products: Type.Array(WhatIfProduct),
  assumptions: Type.Object({
    moreSpace: Type.Number({ description: 'elasticity of sales where facings are added' }),
    lessSpace: Type.Number({ description: 'and where they are taken away' }),
    bestToWorstLevel: Type.Number({ description: 'sales on the best level for each on the worst' }),
    followsStops: Type.Number({ description: 'elasticity of sales to those who stop in the zone' }),
    spread: nullable(
      Type.Number({ description: 'variance of a product’s week ÷ its mean, by the shop’s own weeks; null: not asked' }),
    ),
  }),
});
export type WhatIf = Static<typeof WhatIf>;
export type WhatIfProduct = Static<typeof WhatIfProduct>;
export type WhatIfView = Static<typeof WhatIfView>;
