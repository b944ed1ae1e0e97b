import { Type, type Static } from '@sinclair/typebox';
import { maybe, means } from '../json-schema.js';
import { expects } from '../words/expects.js';
import { WEEKDAYS } from '../store/store-file.js';
import { MediaFile } from './content.js';
import { nullable } from '../nullable.js';

/** Campaigns by REST, under `/api/v1/campaigns`, and as an agent is told of them (`AgentCampaign`). SEMANTICS §24–30. */

/** draft: only kept · scheduled: its start lies ahead · live · paused by a person · ended: for good. */
export const CAMPAIGN_STATES = ['draft', 'scheduled', 'live', 'paused', 'ended'] as const;
export type CampaignState = (typeof CAMPAIGN_STATES)[number];
/** What a campaign should move: the outcome that the bandit learns from and that the proof is about. */
export const GOALS = ['stops', 'pickups', 'scans', 'sales'] as const;
export type Goal = (typeof GOALS)[number];
/**
 * How an item is chosen within treated blocks. bandit: learns · rule: by the audience's interest · loop: one after the other ·
 * apprentice: shows the loop and records what the bandit would have shown.
 */
export const POLICIES = ['bandit', 'rule', 'loop', 'apprentice'] as const;
export type Policy = (typeof POLICIES)[number];
/** Templates filled from the product list; `several` takes up to six products, the others the first. */
export const TEMPLATES = ['product', 'offer', 'several'] as const;
export type TemplateName = (typeof TEMPLATES)[number];

const oneOf = <const T extends readonly string[]>(values: T) =>
  Type.Union(
    values.map((value) => Type.Literal(value as T[number])),
    expects('oneOf', { choices: values.join(', ') }),
  );
const Id = Type.String({ minLength: 1, maxLength: 64, ...expects('text1To64') });
const Gtins = Type.Array(Type.String({ minLength: 1, maxLength: 32 }), { maxItems: 100 });
const Clock = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$|^24:00$', ...expects('clock') });
const Hours = Type.Array(Type.Tuple([Clock, Clock], expects('spanOfDay')), { maxItems: 10, ...expects('spansOfDay') });
const Days = Type.Array(oneOf(WEEKDAYS), { maxItems: 7 });
const whole = (minimum: number, maximum: number) =>
  Type.Integer({ minimum, maximum, ...expects('wholeFromTo', { least: minimum, most: maximum }) });
const Share = Type.Number({ minimum: 0, maximum: 0.9, ...expects('shareUpTo', { most: 0.9 }) });

/** One thing to show: exactly one of `contentId`, `template` (with `gtins`) and `url`. */
export const CampaignItem = Type.Object(
  {
    contentId: maybe('A file of the content library.', Id),
    template: maybe('A layout that is filled from the product list at the moment of playing.', oneOf(TEMPLATES)),
    gtins: maybe('The products that it is about; those of a template are shown in this order.', Gtins),
    url: maybe('A web page or file that screens can reach, http or https.', Type.String({ maxLength: 2000 })),
    weight: maybe('How often it comes in the loop beside the others; 1 when left out.', whole(1, 100)),
    category: maybe('Whom it is for; the category of the campaign when left out.', Id),
  },
  { additionalProperties: false },
);
export type CampaignItem = Static<typeof CampaignItem>;

/** When a campaign may play, in the time zone of each store. */
export const CampaignSchedule = Type.Object(
  {
    from: maybe(
      'ISO date (from 00:00 on) or time; at once when left out.',
      nullable(Type.String({ maxLength: 40, ...expects('isoDateOrTime') })),
    ),
    to: maybe(
      'ISO date (to its end) or time; no end of its own when left out.',
      nullable(Type.String({ maxLength: 40, ...expects('isoDateOrTime') })),
    ),
    days: maybe('Weekdays; all when left out.', nullable(Days)),
    hours: maybe('Spans of the day, the end not included; all day when left out.', nullable(Hours)),
  },
  { additionalProperties: false },
);

const settings = {
  name: means('What people call it.', Type.String({ minLength: 1, maxLength: 120 })),
  stores: means('The stores that it plays in.', Type.Array(Id, { minItems: 1, maxItems: 10_000 })),
  screens: maybe('The screens of those stores that it plays on; all of them when null.', nullable(Type.Array(Id))),
  content: means('What it shows.', Type.Array(CampaignItem, { minItems: 1, maxItems: 500 })),
  category: maybe('The category that it is about: its figures are stated beside the featured ones.', nullable(Id)),
  gtins: maybe('The products that it features: eligible only while a sensor does not say that they are empty.', Gtins),
  goal: maybe('What it should move; stops when left out.', oneOf(GOALS)),
  policy: maybe('How items are chosen; bandit when left out.', oneOf(POLICIES)),
  holdout: maybe('Share of blocks that show the plain loop; 0.2 when left out.', Share),
  blockMinutes: maybe('Length of a block; 20 when left out.', whole(5, 240)),
  washInMinutes: maybe('What of a block is not counted at its start; 5 when left out.', whole(0, 120)),
  minPlaySeconds: maybe('An item stays for so long; 8 when left out.', whole(2, 600)),
  dailyCap: maybe('Plays a day and screen; no limit when null.', nullable(whole(1, 100_000))),
  frequencyCap: maybe('How often one visit may see it; no limit when null.', nullable(whole(1, 1_000))),
  weight: maybe('Beside other campaigns on the same screen; 1 when left out.', whole(1, 100)),
  link: maybe(
    'Where the code on the screen leads, http or https; the page of the product when left out or null.',
    nullable(Type.String({ maxLength: 2000 })),
  ),
  schedule: maybe('When it may play; always when left out.', CampaignSchedule),
};
/** Body of `POST /campaigns` and `PUT /campaigns/{id}`. */
export const CampaignBody = Type.Object(settings, { additionalProperties: false });
export type CampaignBody = Static<typeof CampaignBody>;

/** Who did what when; the oldest first. */
export const CampaignDeed = Type.Object({
  at: Type.String({ description: 'ISO 8601, UTC' }),
  by: Type.String({ description: 'an e-mail address, or `token:NAME`' }),
  what: oneOf(['made', 'changed', 'live', 'paused', 'ended', 'begun', 'ranOut']),
});
export type CampaignDeed = Static<typeof CampaignDeed>;
/** A campaign with every setting said, its state now and its past. */
export const CampaignView = Type.Object({
  campaignId: Id,
  state: oneOf(CAMPAIGN_STATES),
  name: Type.String(),
  stores: Type.Array(Type.String()),
  screens: nullable(Type.Array(Type.String())),
  content: Type.Array(CampaignItem),
  category: nullable(Type.String()),
  gtins: Type.Array(Type.String()),
  goal: oneOf(GOALS),
  policy: oneOf(POLICIES),
  holdout: Type.Number(),
  blockMinutes: Type.Integer(),
  washInMinutes: Type.Integer(),
  minPlaySeconds: Type.Integer(),
  dailyCap: nullable(Type.Integer()),
  frequencyCap: nullable(Type.Integer()),
  weight: Type.Integer(),
  link: Type.Optional(nullable(Type.String())),
  schedule: CampaignSchedule,
  history: Type.Array(CampaignDeed),
});
export type CampaignView = Static<typeof CampaignView>;
export const CampaignList = Type.Array(CampaignView);
export const CampaignStateBody = Type.Object(
  { state: means('What it shall be.', oneOf(['live', 'paused', 'ended'])) },
  { additionalProperties: false },
);
export type CampaignStateBody = Static<typeof CampaignStateBody>;

/** An item as agents know it: `contentId` names it in decisions and plays, also where it is a template or a page. */
export const AgentItem = Type.Object({
  contentId: Id,
  file: Type.Optional(MediaFile),
  template: Type.Optional(oneOf(TEMPLATES)),
  url: Type.Optional(Type.String()),
  gtins: Type.Array(Type.String()),
  category: nullable(Type.String()),
  weight: Type.Integer({ minimum: 1 }),
});
export type AgentItem = Static<typeof AgentItem>;

const Ts = Type.Integer({ minimum: 0 });
/**
 * Inbox command `campaign`, keyed by campaignId: the newest `revision` counts, whatever the order. `paused`, `ended` and `draft`
 * are taken off at once; a live one ends by its own clock.
 */
export const AgentCampaign = Type.Object({
  campaignId: Id,
  revision: Type.Integer({ minimum: 1 }),
  name: Type.String(),
  state: oneOf(CAMPAIGN_STATES),
  screens: nullable(Type.Array(Type.String())),
  items: Type.Array(AgentItem),
  category: nullable(Type.String()),
  gtins: Type.Array(Type.String()),
  goal: oneOf(GOALS),
  policy: oneOf(POLICIES),
  /** ppm of blocks */
  holdoutPpm: Type.Integer({ minimum: 0, maximum: 900_000 }),
  blockMinutes: Type.Integer({ minimum: 5 }),
  washInMinutes: Type.Integer({ minimum: 0 }),
  minPlaySeconds: Type.Integer({ minimum: 2 }),
  dailyCap: nullable(Type.Integer({ minimum: 1 })),
  frequencyCap: nullable(Type.Integer({ minimum: 1 })),
  weight: Type.Integer({ minimum: 1 }),
  /** epoch ms in this store's time zone; null: no bound */
  fromTs: nullable(Ts),
  /** not included */
  toTs: nullable(Ts),
  days: nullable(Days),
  hours: nullable(Hours),
  /** arms of its blocks are drawn from this, so that they stand before it starts */
  seed: Type.Integer({ minimum: 0, maximum: 4_294_967_295 }),
});
export type AgentCampaign = Static<typeof AgentCampaign>;

/** Inbox command `screenOrder`: what a person wants of one screen; the newest holds, until `untilTs`. */
export const ScreenOrder = Type.Object({
  screenId: Id,
  action: oneOf(['pin', 'pause', 'resume']),
  /** of a pin */
  item: Type.Optional(AgentItem),
  /** pin and pause; null: until somebody resumes */
  untilTs: nullable(Ts),
  by: Type.String({ maxLength: 200 }),
  /** when it was said */
  atTs: Ts,
});
export type ScreenOrder = Static<typeof ScreenOrder>;
/** Bodies of `POST /stores/{id}/screens/{deviceId}/pin` and `…/pause`. */
const Minutes = maybe('For how long; until somebody resumes it when null.', nullable(whole(1, 1_440)));
export const PinBody = Type.Object(
  { contentId: means('A content of the library, or of a campaign or the store file.', Id), minutes: Minutes },
  { additionalProperties: false },
);
export type PinBody = Static<typeof PinBody>;
export const PauseBody = Type.Object({ minutes: Minutes }, { additionalProperties: false });
export type PauseBody = Static<typeof PauseBody>;
/** What was asked of a screen, once it is kept for the shop. */
export const ScreenOrderAnswer = Type.Object({
  screenId: Id,
  action: oneOf(['pin', 'pause', 'resume']),
  contentId: nullable(Type.String()),
  by: Type.String(),
  /** ISO 8601, UTC; null: until somebody resumes it */
  until: nullable(Type.String()),
  waits: Type.Boolean({ description: 'the agent of the shop is too old to take it: it waits' }),
});
export type ScreenOrderAnswer = Static<typeof ScreenOrderAnswer>;
