import type {
  Calibration,
  ConfiguredEvent,
  DomainEvent,
  Fact,
  LiveZone,
  RefusalReason,
  Problem,
} from '@aisle/contracts';
import type { PlannedVersion } from '../core/versions.js';
import type { TagCounts } from '../rfid/presence.js';
import type { PersonName, ScreenBook } from '../screens/campaign-book.js';
import type { Unjoined } from '../goods/sales.js';

/**
 * The engine as the rest of the agent sees it: a deterministic reducer. The same events in the same order give the same
 * state, facts and refusals; no clock, no chance, no input or output. It mutates its own state for speed and hands out
 * copies only.
 */
export interface Engine {
  /**
   * Keys of windows that `event` may touch and that are not in memory. The pipeline looks them up among the stored
   * windows and hands those that exist to `load` (also when none does), then applies. Empty for nearly every event.
   */
  requires(event: DomainEvent): string[];
  /** Windows already in memory are left as they are: memory is newer than the table. */
  load(windows: readonly StoredWindow[]): void;
  /** Applies the event that has journal sequence `seq`. `event` must not be changed afterwards. */
  apply(seq: number, event: DomainEvent): Outcome;
  /** Facts changed since the last call, each with its whole value and its revision; clears the list. */
  takeFacts(): Fact[];
  /**
   * Windows not needed in memory any more (older than two hours of event time and long untouched); they leave the state.
   * Take them right before `snapshot()` and write both in one transaction: a window stored without the snapshot that
   * misses it would meet its own events again in a replay and count them twice.
   */
  takeEvictions(): StoredWindow[];
  /** Everything needed to go on, as plain JSON data. Call after takeFacts, or changed facts are stated again: harmless. */
  snapshot(): EngineSnapshot;
  /** Store files that come into force later, the next first. */
  planned(): PlannedVersion[];
  /** The store file that was in force at an event time, as the journal would say it; the oldest that is still known. */
  inForceAt(ts: number): ConfiguredEvent | undefined;
  /** The facts that a window paged out stands for. */
  factsIn(window: StoredWindow): Fact[];
  /** Every fact from an event time on whose window is in memory, as it stands. */
  statements(fromTs: number): Iterable<Fact>;
  /** Density and counts now: what the live view and the screens look at. Never identities. */
  live(): EngineLive;
  /** Who is in a zone just now and where each has dwelt, for the choice of content. Never leaves the agent. */
  audienceOf(zoneId: string): AudienceMember[];
  /** Campaigns, people's orders and what was shown of them. */
  readonly screens: ScreenBook;
  /**
   * What the interest model is to be asked, oldest first; each question once, and after a restart again those without an
   * answer. `judged` events answer them. Nobody need ask: questions expire.
   */
  takeQuestions(): InterestQuestion[];
  /** Moments whose outcome is known since the last call: what the model learns from. */
  takeSamples(): InterestSample[];
  /** How the pixels of a camera lie on the floor: what an installer has set, else the store file's; undefined without either. */
  calibrationOf(cameraId: string): Calibration | undefined;
  /** Whether what a camera's detector says cannot be right for what it sees: an incident `detectorUnfit` is open. */
  detectorUnfit(cameraId: string): boolean;
  /**
   * What a camera's newest detections have been taken for, for the installer's page; undefined before the first since the start.
   * Never leaves the agent.
   */
  cameraView(cameraId: string): CameraView | undefined;
  /** Messages refused so far by device and reason ("late", "duplicate", …), counted by `apply`. */
  refusals(): ReadonlyMap<string, ReadonlyMap<RefusalReason, number>>;
  /** Tags of the shop's goods that appeared, went and moved, by reader. */
  tagEvents(): ReadonlyMap<string, Readonly<TagCounts>>;
  /** How often a device's clock fell back by more than an hour for good, by device. */
  clockEpochs(): ReadonlyMap<string, number>;
  /** Items and returns that found their sale never, or more than a day too late. */
  unjoined(): Unjoined;
}

/** Watches visits and crossings as they are found: for the command that lists them. Changes no figure. */
export interface EngineObserver {
  /** Called once, when a stay has become a visit; `leaveTs` of the object rises as the visit goes on. */
  visit?(visit: Readonly<ObservedVisit>): void;
  /** A step of a track across an entrance or a passers-by line, at the time of the later sample. */
  crossing?(entranceId: string, ts: number, direction: 'in' | 'out'): void;
  /** A sample of a track as it counts, floor millimetres. `trackId` is unique per `source` (a device or a group of cameras). */
  sample?(source: string, trackId: string, ts: number, xMm: number, yMm: number): void;
  /** A visit heard of before turned out to be staff's, or one person found twice: it does not count. */
  visitTakenBack?(visit: Readonly<ObservedVisit>): void;
  crossingTakenBack?(entranceId: string, ts: number, direction: 'in' | 'out'): void;
}

export interface ObservedVisit {
  zoneId: string;
  enterTs: number;
  leaveTs: number;
}

/** `replaced`: it tells anew what an earlier file has told of the same receipt. */
export type Outcome =
  { accepted: true; replaced?: true } | { accepted: false; reason: RefusalReason; message: string; wrong: Problem };

export interface StoredWindow {
  /** `${kind}|${minute}|${subject}` */
  key: string;
  /** JSON data of the windows of all versions of the store file */
  data: unknown;
}

export interface EngineSnapshot {
  version: number;
  data: unknown;
}

export interface EngineLive {
  /** newest event time of any position, 0 before the first */
  ts: number;
  tracks: LiveTrack[];
  zones: LiveZone[];
  /** milliseconds per cell over the last 60 s of event time; index = row × columns + column */
  heatMs: Float64Array;
  columns: number;
  rows: number;
  /** how many are in zones where nobody is tracked, as cameras say */
  people: ZonePeople[];
}

export interface ZonePeople {
  zoneId: string;
  /** who says so */
  deviceId: string;
  count: number;
}

/** A person present now, without identity beyond the array position. */
export interface LiveTrack {
  deviceId: string;
  xMm: number;
  yMm: number;
  /** event time of its newest sample */
  ts: number;
  zoneIds: string[];
}

/** One whole second of a visit: will this person take something of the zone's category soon? */
export interface InterestQuestion {
  /** the engine's own number */
  n: number;
  /** event time */
  ts: number;
  zoneId: string;
  /** in the order of FEATURE_NAMES */
  features: number[];
}

/** A moment and how it turned out. Names neither person nor zone. */
export interface InterestSample {
  /** of its question */
  n: number;
  ts: number;
  features: readonly number[];
  /** whether the person took something of the zone's category within the horizon */
  taken: boolean;
  /** what the model said, in ppm; null when it was not asked in time */
  ppm: number | null;
}

/** One picture of a camera as the engine understood it. Lengths in pixels of that picture. */
export interface CameraView {
  /** event time */
  ts: number;
  width: number;
  height: number;
  people: CameraPerson[];
}

export interface CameraPerson {
  /** whom the box is taken for: a track of the camera, or a person of its group; null: nobody */
  trackId: string | null;
  /** whether there is enough evidence that it is a person */
  confirmed: boolean;
  x: number;
  y: number;
  w: number;
  h: number;
  /** 0 to 1 */
  score: number;
  foot: [x: number, y: number];
  /** null without a calibration, or above the horizon */
  floorMm: [x: number, y: number] | null;
  /** zones that the foot is in */
  zoneIds: string[];
  staff: boolean;
  /** how far they face the camera, smoothed over the track: positive for who faces it; null where that is not known */
  facing: number | null;
}

export interface AudienceMember {
  /** milliseconds of the open stay in the asked zone */
  stayMs: number;
  /** milliseconds of dwell per zone over the whole visit to the shop */
  dwellMsByZone: ReadonlyMap<string, number>;
  /** the interest model's newest answer per zone, and the event time since its moment; empty without a model */
  interestByZone: ReadonlyMap<string, { ppm: number; ageMs: number }>;
  /** event time of its newest sample */
  ts: number;
  /** by which the engine knows their visit */
  person?: PersonName;
}
