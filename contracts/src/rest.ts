import { Type, type Static } from '@sinclair/typebox';
import { Reason } from './reasons.js';
import { LiveDevice, LiveHeat, LiveZone } from './live.js';
import { DeviceRow } from './rest-devices.js';
import { RightName } from './rights.js';
import { StoreFile } from './store/store-file.js';

/** Answers of the REST API under `/api/v1`. Numbers as documented in SEMANTICS; `null`: not sensed, or no denominator. */
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);
const Num = Type.Number();
const Iso = Type.String({ description: 'ISO 8601 with offset' });

export const ApiError = Type.Object({
  error: Type.Object({ code: Type.String(), message: Type.String(), field: Type.Optional(Type.String()) }),
});
/** There is nothing to tell but that it is done. */
export const Nothing = Type.Object({});
export const Health = Type.Object({ status: Type.Literal('ok') });
export const MetricsText = Type.String({ description: 'metrics in the text format of Prometheus' });
export const LocalName = Type.Union([
  Type.String(),
  Type.Object({ en: Type.String(), zh: Type.Optional(Type.String()) }),
]);
export const StoreRow = Type.Object({
  storeId: Type.String(),
  name: LocalName,
  timezone: Type.String(),
  currency: Type.String(),
});
export const Credentials = Type.Object({
  email: Type.String({ maxLength: 200 }),
  password: Type.String({ maxLength: 200 }),
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

export const LiveView = Type.Object({
  ts: Type.Integer(),
  occupancy: Type.Integer(),
  zones: Type.Array(LiveZone),
  heat: LiveHeat,
  devices: Type.Array(LiveDevice),
  agentOnline: Type.Boolean(),
});
export const FootfallRow = Type.Object({
  from: Iso,
  entranceId: Type.String(),
  in: nullable(Num),
  out: nullable(Num),
  coverage: Num,
});
export const ZoneRow = Type.Object({
  from: Iso,
  zoneId: Type.String(),
  visits: nullable(Num),
  visitors: nullable(Num),
  engagedVisits: nullable(Num),
  dwellSeconds: Type.Object({ total: nullable(Num), mean: nullable(Num), p50: nullable(Num), p90: nullable(Num) }),
  occupancy: Type.Object({ mean: nullable(Num), max: nullable(Num) }),
  pickups: nullable(Num),
  putbacks: nullable(Num),
  pickRate: nullable(Num),
  units: Num,
  salesNet: Num,
  transactions: Num,
  salesPerSquareMetre: nullable(Num),
  conversion: nullable(Num),
  interest: nullable(Num),
  coverage: Num,
});
export const ProductRow = Type.Object({
  gtin: Type.String(),
  units: Num,
  salesNet: Num,
  pickups: nullable(Num),
  putbacks: nullable(Num),
  stock: nullable(Num),
  /** stock ÷ capacity of its slots where both are known, at the end of the period */
  fill: nullable(Num),
  /** how sure the pickups and putbacks are, 0 to 1, mean over their items; null where there were none */
  confidence: nullable(Num),
  salesPerFacingDay: nullable(Num),
  coverage: Num,
});
export const SlotRow = Type.Object({
  from: Iso,
  slotId: Type.String(),
  gtin: Type.String(),
  zoneId: nullable(Type.String()),
  pickups: Num,
  putbacks: Num,
  /** units at the end of the period, told with bucket=all only; null: not known */
  stock: nullable(Num),
});
export const HeatmapView = Type.Object({
  cellMetres: Num,
  columns: Type.Integer(),
  rows: Type.Integer(),
  seconds: Type.Array(Num),
});
export const ShoppersView = Type.Object({
  footfall: nullable(Num),
  transactions: Num,
  salesNet: Num,
  conversion: nullable(Num),
  salesPerShopper: nullable(Num),
  averageTransaction: nullable(Num),
  coverage: Num,
});
/** Answer of `POST sales`: on disk for the shop. */
export const AcceptedSale = Type.Object({ receipt: Type.String(), status: Type.Literal('accepted') });
/** Sales over time, for the chart beside footfall. */
export const SalesRow = Type.Object({ from: Iso, salesNet: Num, transactions: Num, units: Num });
export const PlanogramView = Type.Object({
  version: Type.Integer(),
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
  /** every device of the store file, in its order */
  devices: Type.Array(DeviceRow),
  /** senders that are not in the store file */
  unknownRefused: Type.Array(Type.Object({ reason: Type.String(), count: Type.Integer() })),
});

export type StoreRow = Static<typeof StoreRow>;
export type StoreFileView = Static<typeof StoreFileView>;
export type LiveView = Static<typeof LiveView>;
export type FootfallRow = Static<typeof FootfallRow>;
export type ZoneRow = Static<typeof ZoneRow>;
export type ProductRow = Static<typeof ProductRow>;
export type SlotRow = Static<typeof SlotRow>;
export type HeatmapView = Static<typeof HeatmapView>;
export type ShoppersView = Static<typeof ShoppersView>;
export type SalesRow = Static<typeof SalesRow>;
export type PlanogramView = Static<typeof PlanogramView>;
export type WordedReason = Static<typeof WordedReason>;
export type PlayRow = Static<typeof PlayRow>;
export type AlertRow = Static<typeof AlertRow>;
export type DevicesView = Static<typeof DevicesView>;
