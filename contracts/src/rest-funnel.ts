import { Type, type Static } from '@sinclair/typebox';
import { nullable } from './nullable.js';
import { CoverageOf, Currency, Made, Money, Name } from './rest-parts.js';

const Num = Type.Number();
/** One sentence in both languages. */
export const Sentence = Type.Object({ en: Type.String(), zh: Type.String() });

/** What a step of the funnel usually comes to where as many have come to the step before it. */
export const UsualStep = Type.Object({
  value: Type.Number({ description: 'how many are usual' }),
  low: Type.Number({ description: 'in 95 of 100 such places and times it lies from here …' }),
  high: Type.Number({ description: '… to here' }),
  rate: Type.Number({
    description: 'of the step before; of pickups for each who passed, times the slots of the zone',
  }),
  standsOut: nullable(Type.Union([Type.Literal('more'), Type.Literal('fewer')])),
  p: nullable(
    Type.Number({ description: 'how often chance alone comes as far from the usual; null: the step names no slot' }),
  ),
});
/** The funnel of one facing: a slot with what it held and where it stood (docs/planograms.md). */
export const SlotFunnelRow = Type.Object({
  slotId: Type.String(),
  gtin: nullable(Type.String()),
  name: Name,
  fixtureId: nullable(Type.String()),
  zoneId: nullable(Type.String()),
  category: nullable(Type.String()),
  level: nullable(Type.Integer()),
  facings: nullable(Type.Integer({ description: 'by the newest version in which it stood so' })),
  /** visits to the zone of its fixture while it stood there; null: no camera covers the zone */
  passed: nullable(Num),
  /** of these the engaged ones, by the zone’s own threshold */
  stopped: nullable(Num),
  /** null: nothing senses the slot, or what does was silent for more than half of the time */
  pickups: nullable(Num),
  returned: nullable(Num),
  refilled: nullable(Num),
  /** null: every till was away */
  units: nullable(Num),
  salesNet: Money,
  currency: Currency,
  salesPerFacingDay: nullable(Num),
  /** sales less what the goods cost by the store file of their time; null: that is known of a part only. Left out where no cost is known, and for whoever may not see costs */
  margin: Type.Optional(Money),
  marginPerFacingDay: Type.Optional(nullable(Num)),
  expected: Type.Object({
    /** the peers: of this category and level, drawn towards the category and the shop where these are few */
    category: nullable(Type.String()),
    level: nullable(Type.Integer()),
    slots: Type.Integer({ description: 'other slots of the same category and level that were sensed' }),
    from: Type.String({ description: 'since when what is usual was looked at, ISO 8601' }),
    stopped: nullable(UsualStep),
    pickups: nullable(UsualStep),
    returned: nullable(UsualStep),
    units: nullable(UsualStep),
  }),
  /** what was put back or sold is so far from the usual that of twenty quiet times at most one names any slot */
  standsOut: Type.Boolean(),
  /** says what stands out; null: nothing does */
  sentence: nullable(Sentence),
  /** within opening hours, by what senses it; null: not sensed */
  emptySeconds: nullable(Num),
  coverage: Num,
  coverageOf: CoverageOf,
  ...Made,
});

export type UsualStep = Static<typeof UsualStep>;
export type SlotFunnelRow = Static<typeof SlotFunnelRow>;
