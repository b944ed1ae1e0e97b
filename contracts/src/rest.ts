import { secret } from './words/expects.js';
import { Type, type Static } from '@sinclair/typebox';
import { Reason } from './reasons.js';
import { LiveDevice, LiveHeat, LiveScreen, SeenPeople } from './live.js';
import { TillSale } from './native.js';
import { DeviceRow } from './rest-devices.js';
import { WaitingCommand } from './rest-inbox.js';
import { SimulatedView } from './rest-past.js';
import { PlanogramFixture } from './rest-planograms.js';
import { RightName } from './rights.js';
import { ArmSchema, PLAY_OUTCOMES } from './screens/proof.js';
import { StoreFile } from './store/store-file.js';
import { Told } from './words/problem-schema.js';
import { nullable } from './nullable.js';
import { CoverageOf, Currency, LocalName, Made, Money, Name } from './rest-parts.js';

/** Answers of the REST API under `/api/v1`. Numbers as documented in SEMANTICS; `null`: not sensed, or no denominator. */
const Num = Type.Number();
const Iso = Type.String({ description: 'ISO 8601 with offset' });

export const ApiError = Type.Object({
  error: Type.Object({
    code: Type.String(),
    message: Type.String({ description: 'in English' }),
    field: Type.Optional(Type.String()),
    /** what is wrong, to be worded in the reader's language; left out where only programs ask, and by clouds up to 0.2 */
    problem: Type.Optional(Told),
  }),
});
/** There is nothing to tell but that it is done. */
export const Nothing = Type.Object({});
export const Health = Type.Object({ status: Type.Literal('ok') });
export const MetricsText = Type.String({ description: 'metrics in the text format of Prometheus' });
export const StoreRow = Type.Object({
  storeId: Type.String(),
  name: LocalName,
  timezone: Type.String(),
  currency: Type.String(),
  /** the part of its past that was simulated; left out where nothing was */
  simulated: Type.Optional(SimulatedView),
});
export const Credentials = Type.Object({
  email: Type.String({ maxLength: 200 }),
  password: Type.String({ maxLength: 200, ...secret }),
});
export const StoreFileView = Type.Object({
  storeId: Type.String(),
  version: Type.Integer(),
  agentVersion: nullable(Type.Integer()),
  storeFile: StoreFile,
  /** of the organisation; null: none */
  region: nullable(Type.String()),
  /** what you may do in this store */
  rights: Type.Array(RightName),
});

/** What a screen shows now; nobody is counted before it while nobody can be seen there. */
export const ScreenRow = Type.Composite([
  Type.Omit(LiveScreen, ['audience']),
  Type.Object({
    audience: nullable(Type.Integer({ minimum: 0, description: 'people before it; null: nobody can tell' })),
  }),
]);
export const LiveView = Type.Object({
  ts: Type.Integer(),
  ...SeenPeople.properties,
  heat: LiveHeat,
  devices: Type.Array(LiveDevice),
  /** what each shows, and what a person wants of it: who, and until when */
  screens: Type.Array(ScreenRow),
  agentOnline: Type.Boolean(),
});
export const FootfallRow = Type.Object({
  from: Iso,
  entranceId: Type.String(),
  name: Name,
  in: nullable(Num),
  out: nullable(Num),
  coverage: Num,
  coverageOf: CoverageOf,
  ...Made,
});
export const ZoneRow = Type.Object({
  from: Iso,
  zoneId: Type.String(),
  name: Name,
  visits: nullable(Num),
  visitors: nullable(Num),
  engagedVisits: nullable(Num),
  dwellSeconds: Type.Object({ total: nullable(Num), mean: nullable(Num), p50: nullable(Num), p90: nullable(Num) }),
  occupancy: Type.Object({ mean: nullable(Num), max: nullable(Num) }),
  pickups: nullable(Num),
  /** the same as `returned` */
  putbacks: nullable(Num),
  /** by shoppers */
  returned: nullable(Num),
  /** by staff, or in bulk; null too where the agent does not tell it from what was returned */
  refilled: nullable(Num),
  pickRate: nullable(Num),
  units: Num,
  salesNet: Money,
  currency: Currency,
  transactions: nullable(Num),
  salesPerSquareMetre: nullable(Num),
  conversion: nullable(Num),
  interest: nullable(Num),
  coverage: Num,
  coverageOf: CoverageOf,
  ...Made,
});
export const ProductRow = Type.Object({
  /** start of the bucket; left out of the whole period */
  from: Type.Optional(Iso),
  gtin: Type.String(),
  name: Name,
  /** goods sold by weight count one a line */
  units: Num,
  /** sold of goods by weight, returns taken off; null: sold by the piece, or a line told none */
  grams: nullable(Num),
  salesNet: Money,
  currency: Currency,
  pickups: nullable(Num),
  putbacks: nullable(Num),
  returned: nullable(Num),
  refilled: nullable(Num),
  stock: nullable(Num),
  /** stock ÷ capacity of its slots where both are known, at the end of the period */
  fill: nullable(Num),
  /** how sure the pickups and putbacks are, 0 to 1, mean over their items; null where there were none */
  confidence: nullable(Num),
  salesPerFacingDay: nullable(Num),
  /** sales less what the goods cost by the store file of their time; null: that is known of a part only. Left out where no cost is known, and for whoever may not see costs */
  margin: Type.Optional(Money),
  coverage: Num,
  coverageOf: CoverageOf,
  ...Made,
});
export const SlotRow = Type.Object({
  from: Iso,
  slotId: Type.String(),
  gtin: Type.String(),
  zoneId: nullable(Type.String()),
  /** null: what senses the slot was silent for more than half of the bucket */
  pickups: nullable(Num),
  putbacks: nullable(Num),
  returned: nullable(Num),
  refilled: nullable(Num),
  /** units at the end of the period, told with bucket=all only; null: not known */
  stock: nullable(Num),
  coverage: Num,
  coverageOf: CoverageOf,
  ...Made,
});
/** How long visits to a zone lasted. */
export const DwellView = Type.Object({
  zoneId: Type.String(),
  name: Name,
  /** of the version in force at the end of the period */
  engagedAfterSeconds: Type.Integer(),
  /** [whole seconds of dwell, visits], rising seconds; null: no camera covers the zone */
  visits: nullable(Type.Array(Type.Tuple([Type.Integer(), Num]))),
  coverage: Num,
  coverageOf: CoverageOf,
  ...Made,
});
/** How much of the time in which the shop was open something stood in a slot; sensed slots only. */
export const AvailabilityRow = Type.Object({
  slotId: Type.String(),
  /** what it holds by the version in force at the end of the period */
  gtin: nullable(Type.String()),
  zoneId: nullable(Type.String()),
  /** the part of the period that has been and in which the shop was open */
  openSeconds: Num,
  /** of that, with nothing left on it */
  emptySeconds: Num,
  /** 1 − empty ÷ open; null: too little of the time was sensed, or the shop was never open */
  availability: nullable(Num),
  /** when it was empty, oldest first; the newest 50 */
  spells: Type.Array(Type.Object({ since: Iso, until: nullable(Iso) })),
  coverage: Num,
  coverageOf: CoverageOf,
  ...Made,
});
/** What could not be joined to a sale; null: the agent has not said, or is of a release that does not say it. */
export const UnjoinedView = Type.Object({
  /** items found taken more than a day late: sales were placed without them */
  pickups: nullable(Type.Integer()),
  /** lines that give back a sale which never turned up: they were placed by facings */
  returns: nullable(Type.Integer()),
});
export const HeatmapView = Type.Object({
  cellMetres: Num,
  columns: Type.Integer(),
  rows: Type.Integer(),
  seconds: Type.Array(Num),
  ...Made,
});
export const ShoppersView = Type.Object({
  footfall: nullable(Num),
  transactions: nullable(Num),
  salesNet: Money,
  currency: Currency,
  conversion: nullable(Num),
  salesPerShopper: nullable(Num),
  averageTransaction: nullable(Num),
  coverage: Num,
  coverageOf: CoverageOf,
  ...Made,
});
/** The shop as a whole over time: one row for each bucket of which it has told anything, also where nobody came. */
export const ShoppersRow = Type.Object({ from: Iso, ...ShoppersView.properties });
/** One period of a page: the figures of the shop, and the same over time. */
export const PageSide = Type.Object({
  from: Iso,
  to: Iso,
  shoppers: ShoppersView,
  steps: Type.Array(ShoppersRow),
  products: Type.Optional(Type.Array(ProductRow)),
});
/** What a page shows of a period, in one answer. */
export const PageView = Type.Object({
  bucket: Type.Union([Type.Literal('minute'), Type.Literal('hour'), Type.Literal('day')]),
  sensingSince: nullable(
    Type.String({
      description: 'the period begins here, since nothing of it was sensed before; null: it begins as asked',
    }),
  ),
  now: PageSide,
  before: nullable(PageSide),
  zones: Type.Optional(Type.Array(ZoneRow)),
  entrances: Type.Optional(Type.Array(FootfallRow)),
  heatmap: Type.Optional(HeatmapView),
});
/** Body of `POST sales`: as tills send it, from a system that has no account at the shop's broker. */
export const RestSale = Type.Object({
  ...TillSale.properties,
  till: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 64,
      description: 'id of the till of the store file that it was made at; without one it belongs to none',
    }),
  ),
});
/** Answer of `POST sales`: on disk for the shop. */
export const AcceptedSale = Type.Object({ receipt: Type.String(), status: Type.Literal('accepted') });
/** Sales over time, for the chart beside footfall. */
export const SalesRow = Type.Object({
  from: Iso,
  salesNet: Money,
  currency: Currency,
  transactions: nullable(Num),
  units: Num,
  ...Made,
});
export const PlanogramView = Type.Object({
  version: Type.Integer(),
  /** ISO 8601 in store time: from when on it holds; left out by clouds up to 0.2 */
  validFrom: Type.Optional(Iso),
  /** fixture by fixture, as a body of `PUT planogram` says it; left out by clouds up to 0.2 */
  fixtures: Type.Optional(Type.Array(PlanogramFixture)),
  slots: Type.Array(
    Type.Object({
      slotId: Type.String(),
      fixtureId: Type.String(),
      zoneId: nullable(Type.String()),
      gtin: nullable(Type.String()),
      facings: Type.Integer(),
      capacity: nullable(Type.Integer()),
      level: nullable(Type.Integer()),
    }),
  ),
});
/** A reason with its words, for readers that have none of their own. */
export const WordedReason = Type.Object({ ...Reason.properties, en: Type.String(), zh: Type.String() });
export const PlayRow = Type.Object({
  decisionId: Type.String(),
  contentId: Type.String(),
  startedTs: Type.Integer(),
  endedTs: Type.Integer(),
  /** code `said`: a sentence of a shop whose agent knows no codes, in whatever language it came */
  reason: nullable(WordedReason),
  probability: nullable(Num),
  heldOut: Type.Boolean(),
  /** what else might have been shown, as the shop weighed it; empty where the decision is not known */
  candidates: Type.Array(
    Type.Object({
      contentId: Type.String(),
      category: nullable(Type.String()),
      dwellSeconds: Type.Integer(),
      interestPpm: Type.Optional(Type.Integer()),
    }),
  ),
  completed: Type.Boolean(),
  /** null: shown by the store file's own rule */
  campaignId: nullable(Type.String()),
  outcome: Type.Union(PLAY_OUTCOMES.map((outcome) => Type.Literal(outcome))),
  /** failed: a code */
  trouble: nullable(Type.String()),
  arm: nullable(ArmSchema),
  /** who could see it, who stood or faced it, and how many of them while both clocks agreed; null where the shop did not say */
  opportunities: nullable(Type.Integer()),
  watchers: nullable(Type.Integer()),
  verifiedImpressions: nullable(Type.Integer()),
  scans: nullable(Type.Integer()),
});
export const AlertRow = Type.Object({
  alertId: Type.String(),
  kind: Type.String(),
  subject: Type.String(),
  since: Iso,
  /** null: still so */
  until: nullable(Iso),
  /** incidents: the zone that it is in, and how many units, items or people it is about */
  zoneId: Type.Optional(Type.String()),
  count: Type.Optional(Type.Integer()),
});
export const DevicesView = Type.Object({
  agentOnline: Type.Boolean(),
  /** wall clock of the agent's last word, epoch ms */
  agentLastSeenTs: nullable(Type.Integer()),
  outboxWaiting: nullable(Type.Integer()),
  /** of the agent; null before it has spoken */
  agentVersion: Type.Optional(nullable(Type.String())),
  /** what the agent cannot use yet: kept, and sent when it can */
  waits: Type.Optional(Type.Array(WaitingCommand)),
  /** every device of the store file, in its order */
  devices: Type.Array(DeviceRow),
  /** senders that are not in the store file */
  unknownRefused: Type.Array(Type.Object({ reason: Type.String(), count: Type.Integer() })),
});

export type RestSale = Static<typeof RestSale>;
export type StoreRow = Static<typeof StoreRow>;
export type StoreFileView = Static<typeof StoreFileView>;
export type ScreenRow = Static<typeof ScreenRow>;
export type LiveView = Static<typeof LiveView>;
export type FootfallRow = Static<typeof FootfallRow>;
export type ZoneRow = Static<typeof ZoneRow>;
export type ProductRow = Static<typeof ProductRow>;
export type ShoppersRow = Static<typeof ShoppersRow>;
export type DwellView = Static<typeof DwellView>;
export type AvailabilityRow = Static<typeof AvailabilityRow>;
export type SlotRow = Static<typeof SlotRow>;
export type UnjoinedView = Static<typeof UnjoinedView>;
export type HeatmapView = Static<typeof HeatmapView>;
export type ShoppersView = Static<typeof ShoppersView>;
export type PageSide = Static<typeof PageSide>;
export type PageView = Static<typeof PageView>;
export type SalesRow = Static<typeof SalesRow>;
export type PlanogramView = Static<typeof PlanogramView>;
export type WordedReason = Static<typeof WordedReason>;
export type PlayRow = Static<typeof PlayRow>;
export type AlertRow = Static<typeof AlertRow>;
export type DevicesView = Static<typeof DevicesView>;
