import { Type, type Static } from '@sinclair/typebox';
import { Reason } from './reasons.js';
import { BlockValue, DecisionMore, PlayMore } from './screens/proof.js';
import { SECTIONS } from './store/sections.js';

/**
 * Facts: what leaves the shop. A fact states the whole value of its key; a newer statement has a higher revision (epoch,
 * generation, seq) and replaces it; a new epoch adds (docs/decisions/0014). Integers only. The key of a minute fact is (kind,
 * subject, ts, configVersion): a minute in which the store file changes has one for each version, and they add up.
 */
const Count = Type.Integer({ minimum: 0 });
const Int = Type.Integer();

/** subject: entrance or passersBy id; ts: minute. `others`: sources that are compared, not added. */
export const CrossingsValue = Type.Object({
  in: Count,
  out: Count,
  source: Type.String({ description: '"tracks" or the id of the device that counts' }),
  others: Type.Optional(Type.Array(Type.Object({ source: Type.String(), in: Count, out: Count }))),
});
/** subject: zone id; ts: minute. The first four belong to visits that entered in this minute, the last two to visits open in it. */
export const ZoneValue = Type.Object({
  visits: Count,
  visitors: Count,
  dwellMs: Count,
  /** [whole seconds of dwell, visits], rising seconds */
  histogram: Type.Array(Type.Tuple([Count, Count])),
  /** milliseconds of visits overlapping this minute */
  overlapMs: Count,
  /** most visits open at one instant of this minute, visits being [enter, leave) */
  maxOpen: Count,
  /** sum over judged moments of probability (ppm) × milliseconds, and those milliseconds; left out where no model has judged */
  interest: Type.Optional(Type.Object({ ppmMs: Count, ms: Count })),
});
/** subject: "floor"; ts: minute. [cell = row × columns + column, milliseconds], rising cells. */
export const HeatValue = Type.Object({ columns: Count, rows: Count, cells: Type.Array(Type.Tuple([Count, Count])) });
/** subject: slot id; ts: minute. Only for sensed slots. `stock` in units at the end of the minute, null before a level is known. */
export const SlotValue = Type.Object({
  gtin: Type.String(),
  zoneId: Type.Union([Type.String(), Type.Null()]),
  pickups: Count,
  /** what shoppers have put back */
  putbacks: Count,
  /** what staff put there, or what came in bulk; left out for none, and by agents that counted it among the putbacks */
  refilled: Type.Optional(Count),
  stock: Type.Union([Int, Type.Null()]),
  /** how sure the pickups and putbacks are, in ppm: the mean over their items; left out where there were none */
  confidencePpm: Type.Optional(Count),
});
/**
 * subject: coverage group, see coverage-groups.ts; ts: minute. Milliseconds of the minute in which every device of the group sensed.
 * Subject `awayOf(till)`: milliseconds in which it is known that the till was away.
 */
export const CoverageValue = Type.Object({ sensedMs: Count });
/** subject: receipt key; ts: of the sale. */
export const SaleValue = Type.Object({
  receipt: Type.String(),
  /** of a member who opted in: a keyed hash whose key stays in the shop; left out for everybody else */
  member: Type.Optional(Type.String()),
  deviceId: Type.String(),
  contentDigest: Type.String(),
  /** true with at least one positive line */
  transaction: Type.Boolean(),
  netMinor: Int,
  lines: Type.Array(
    Type.Object({
      /** as the store file writes it; an unknown one as it is printed on goods */
      gtin: Type.String(),
      /** units: one a line of goods that are sold by weight */
      quantityMicro: Int,
      netMinor: Int,
      /** of goods sold by weight; left out where nobody said */
      grams: Type.Optional(Int),
      /** where the line went, empty: unplaced */
      shares: Type.Array(
        Type.Object({
          slotId: Type.String(),
          zoneId: Type.Union([Type.String(), Type.Null()]),
          quantityMicro: Int,
          netMinor: Int,
        }),
      ),
    }),
  ),
});
/** subject: decision id; ts: of the decision. */
export const DecisionValue = Type.Object({
  screenId: Type.String(),
  contentId: Type.String(),
  category: Type.Union([Type.String(), Type.Null()]),
  /** an English sentence, for readers that know no codes */
  reason: Type.String(),
  /** the same as a code with values; left out by agents up to 0.1 */
  why: Type.Optional(Reason),
  probabilityMicro: Count,
  heldOut: Type.Boolean(),
  candidates: Type.Array(
    Type.Object({
      contentId: Type.String(),
      category: Type.Union([Type.String(), Type.Null()]),
      dwellSeconds: Count,
      /** mean interest of the audience in the category, in steps of 50,000 ppm; left out where no model has judged */
      interestPpm: Type.Optional(Count),
      /** of being chosen; over all candidates it adds up to 1,000,000; left out by agents up to 0.2 */
      probabilityMicro: Type.Optional(Count),
    }),
  ),
  ...DecisionMore,
});
/** subject: `${decisionId}@${startedTs}`; ts: startedTs. */
export const PlayValue = Type.Object({
  screenId: Type.String(),
  decisionId: Type.String(),
  contentId: Type.String(),
  startedTs: Int,
  endedTs: Int,
  completed: Type.Boolean(),
  ...PlayMore,
});

export const INCIDENTS = [
  'outOfStock', // a sensed slot is empty
  'lowStock', // few are left
  'tampering', // a shelf was lifted, pushed or its plate taken off
  'overload', // more on a slot than its sensor bears
  'misplaced', // an item lies where its product does not belong
  'unpaid', // an item left by an exit without a sale of its product
  'loitering', // a camera with its own analysis says so
  'detectorUnfit', // what a camera's detector finds cannot be people: sizes, scores, places
] as const;
export type IncidentKind = (typeof INCIDENTS)[number];
/** subject: `${what}:${subject}@${since}`; ts: since. Open while `until` is null. */
export const IncidentValue = Type.Object({
  what: Type.Union(INCIDENTS.map((what) => Type.Literal(what))),
  /** slot, device, zone or product that it is about; never an item's own number */
  subject: Type.String(),
  zoneId: Type.Union([Type.String(), Type.Null()]),
  since: Int,
  until: Type.Union([Int, Type.Null()]),
  /** units left, items misplaced or unpaid; null where it makes no sense */
  count: Type.Union([Int, Type.Null()]),
});
/** subject: `${version}@${ts}`; ts: from when on, in event time, a version of the store file was in force in the shop. */
export const InForceValue = Type.Object({
  version: Count,
  /** the version before it, 0 for none */
  before: Count,
  /** what it changed */
  sections: Type.Array(Type.Union(SECTIONS.map((section) => Type.Literal(section)))),
});

const FACT_VALUES = {
  crossings: CrossingsValue,
  zone: ZoneValue,
  heat: HeatValue,
  slot: SlotValue,
  coverage: CoverageValue,
  sale: SaleValue,
  decision: DecisionValue,
  play: PlayValue,
  incident: IncidentValue,
  inForce: InForceValue,
  block: BlockValue,
} as const;
export type FactKind = keyof typeof FACT_VALUES;
export const FACT_KINDS = Object.keys(FACT_VALUES) as FactKind[];
export type FactValue<K extends FactKind> = Static<(typeof FACT_VALUES)[K]>;

const factOf = <K extends FactKind>(kind: K) =>
  Type.Object({
    kind: Type.Literal(kind),
    subject: Type.String({ minLength: 1, maxLength: 300 }),
    /** start of the minute, or the time of the record; epoch ms */
    ts: Int,
    /** journal sequence of the last event that changed this fact: its revision within the epoch */
    seq: Count,
    /**
     * Rises when facts are stated anew from the journal under other code or another definition: of one (kind, subject, ts) of
     * an epoch the highest generation alone counts. Left out: 0, by agents up to 0.1, whose key has no configVersion.
     */
    generation: Type.Optional(Count),
    /** the store-file version it was made under */
    configVersion: Count,
    value: FACT_VALUES[kind],
  });

export const CrossingsFact = factOf('crossings');
export const ZoneFact = factOf('zone');
export const HeatFact = factOf('heat');
export const SlotFact = factOf('slot');
export const CoverageFact = factOf('coverage');
export const SaleFact = factOf('sale');
export const DecisionFact = factOf('decision');
export const PlayFact = factOf('play');
export const IncidentFact = factOf('incident');
export const InForceFact = factOf('inForce');
export const BlockFact = factOf('block');
export const Fact = Type.Union([
  CrossingsFact,
  ZoneFact,
  HeatFact,
  SlotFact,
  CoverageFact,
  SaleFact,
  DecisionFact,
  PlayFact,
  IncidentFact,
  InForceFact,
  BlockFact,
]);

export interface FactOf<K extends FactKind> {
  kind: K;
  subject: string;
  ts: number;
  seq: number;
  /** 0 when left out */
  generation?: number;
  configVersion: number;
  value: FactValue<K>;
}
export type Fact = { [K in FactKind]: FactOf<K> }[FactKind];
export const FACT_SCHEMAS = {
  crossings: CrossingsFact,
  zone: ZoneFact,
  heat: HeatFact,
  slot: SlotFact,
  coverage: CoverageFact,
  sale: SaleFact,
  decision: DecisionFact,
  play: PlayFact,
  incident: IncidentFact,
  inForce: InForceFact,
  block: BlockFact,
} as const;

/** Records have an id of their own and count once, in their newest (epoch, generation, seq); minute facts of several epochs add up. */
export const RECORD_KINDS: ReadonlySet<FactKind> = new Set<FactKind>([
  'sale',
  'decision',
  'play',
  'incident',
  'inForce',
  'block',
]);

/** The key of a fact within its store. */
export const factKey = (fact: Pick<Fact, 'kind' | 'subject' | 'ts' | 'configVersion'>): string =>
  RECORD_KINDS.has(fact.kind)
    ? `${fact.kind}|${fact.ts}|${fact.subject}`
    : `${fact.kind}|${fact.ts}|${fact.configVersion}|${fact.subject}`;
