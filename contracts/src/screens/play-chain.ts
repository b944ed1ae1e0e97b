import { Type, type Static } from '@sinclair/typebox';
import type { FactValue } from '../facts.js';
import { ArmSchema, PLAY_OUTCOMES, PlayLink } from './proof.js';
import { nullable } from '../nullable.js';

type Play = Pick<
  FactValue<'play'>,
  'screenId' | 'decisionId' | 'contentId' | 'startedTs' | 'endedTs' | 'outcome' | 'campaignId' | 'arm'
> & { completed?: boolean };

/**
 * What the hash of a play's link is made of, after its number and the hash before it (docs/screens.md): what was shown where and when. Counts
 * that come later (scans, people) are not in it. One line each, as JSON writes a text or a number; and where the play had been stated before, a
 * line with the links that this one takes the place of.
 */
export const playText = (
  n: number,
  previous: string,
  play: Play,
  replaces: readonly { n: number; hash: string }[] = [],
): string =>
  [
    n,
    previous,
    play.screenId,
    play.decisionId,
    play.contentId,
    play.startedTs,
    play.endedTs,
    play.outcome ?? (play.completed ? 'completed' : 'cut'),
    play.campaignId ?? null,
    play.arm ?? null,
    ...(replaces.length > 0 ? [replaces.map((link) => [link.n, link.hash])] : []),
  ]
    .map((value) => JSON.stringify(value))
    .join('\n');

const Counted = nullable(Type.Integer());
/** A play of the shop's log, `GET /stores/{id}/plays`. */
export const PlayLogRow = Type.Object({
  screenId: Type.String(),
  decisionId: Type.String(),
  contentId: Type.String(),
  campaignId: nullable(Type.String()),
  arm: nullable(ArmSchema),
  startedTs: Type.Integer(),
  endedTs: Type.Integer(),
  outcome: Type.Union(PLAY_OUTCOMES.map((outcome) => Type.Literal(outcome))),
  trouble: nullable(Type.String()),
  opportunities: Counted,
  watchers: Counted,
  verifiedImpressions: Counted,
  scans: Counted,
  /** which journal of the shop it stands in: each has a chain of its own */
  epoch: Type.Integer(),
  link: nullable(PlayLink),
});
export type PlayLogRow = Static<typeof PlayLogRow>;

/** A play in the quantities of OpenRTB 2.6 for screens in places (`qty`, section 3.2.31, and `dooh`). */
export const OpenRtbPlay = Type.Object({
  id: Type.String(),
  dooh: Type.Object({ id: Type.String({ description: 'store' }) }),
  imp: Type.Object({
    tagid: Type.String({ description: 'screen' }),
    qty: Type.Object({
      multiplier: Type.Number({ description: 'verified impressions of the play; null of others is 0 there' }),
      sourcetype: Type.Integer({
        description: 'List: DOOH Multiplier Measurement Source Types; 1: measured by a vendor',
      }),
      vendor: Type.String(),
    }),
    dt: Type.Number({ description: 'epoch ms' }),
  }),
  crid: Type.String({ description: 'content' }),
  cid: nullable(Type.String({ description: 'campaign' })),
  seconds: Type.Number(),
});
export const PlayLog = Type.Union([Type.Array(PlayLogRow), Type.Array(OpenRtbPlay)]);
export const PlayLogText = Type.String({ description: 'CSV, RFC 4180' });
