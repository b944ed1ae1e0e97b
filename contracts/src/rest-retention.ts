import { Type, type Static } from '@sinclair/typebox';
import type { FactKind } from './facts.js';
import { means } from './json-schema.js';
import { expects } from './words/expects.js';

/** Fewer days would take away what pages compare with, and what may still be restated. */
export const LEAST_RETENTION_DAYS = 60;
export const MOST_RETENTION_DAYS = 3_660;

/**
 * What is kept for a time of its own, and the facts that it is made of. Whatever was sensed goes together with how well it was: a past
 * without its visits, but with its coverage, would say that nobody came. Which version was in force is always kept.
 */
export const RETAINED = {
  sensed: ['crossings', 'zone', 'heat', 'slot', 'coverage'],
  sales: ['sale'],
  screens: ['decision', 'play', 'block'],
  alerts: ['incident'],
} as const satisfies Record<string, readonly FactKind[]>;
export type RetainedKind = keyof typeof RETAINED;
export const RETAINED_KINDS = Object.keys(RETAINED) as RetainedKind[];
const days = (what: string) =>
  means(
    `${what} Days of the shop that are kept; null: for ever.`,
    Type.Union(
      [Type.Integer({ minimum: LEAST_RETENTION_DAYS, maximum: MOST_RETENTION_DAYS }), Type.Null()],
      expects('retentionDays', { least: LEAST_RETENTION_DAYS, most: MOST_RETENTION_DAYS }),
    ),
  );

/** How long the facts of a store are kept, by kind. */
export const RetentionDays = Type.Object(
  {
    sensed: days('Entries, visits, dwell, heat maps, pickups, stock, and how well all of it was sensed.'),
    sales: days('Sales; at least as long as what was sensed.'),
    screens: days('Plays and choices of screens.'),
    alerts: days('Alerts.'),
  },
  { additionalProperties: false },
);
/** What goes: once now, and from then on day by day. */
export const RetentionDeletes = Type.Array(
  Type.Object({
    kind: Type.Union(RETAINED_KINDS.map((kind) => Type.Literal(kind))),
    /** everything before it goes; ISO 8601 in store time, the beginning of a day */
    before: Type.String(),
    /** of the oldest that goes; null where nothing does */
    oldest: Type.Union([Type.String(), Type.Null()]),
    /** statements as they are kept, repeated ones counted as often */
    facts: Type.Integer(),
  }),
);
export const RetentionView = Type.Object({
  days: RetentionDays,
  /** what these days delete as things stand; empty where all is kept */
  deletes: RetentionDeletes,
});

export type RetentionDays = Static<typeof RetentionDays>;
export type RetentionDeletes = Static<typeof RetentionDeletes>;
export type RetentionView = Static<typeof RetentionView>;

export const KEPT_FOR_EVER: RetentionDays = Object.freeze({
  sensed: null,
  sales: null,
  screens: null,
  alerts: null,
});
