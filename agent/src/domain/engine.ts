import {
  MINUTE_MS,
  minuteOf,
  type AdvertEvent,
  type CalibratedEvent,
  type Calibration,
  type ConfiguredEvent,
  type CrossingEvent,
  type DeviceEvent,
  type DetectionsEvent,
  type DeviceStateEvent,
  type DomainEvent,
  type Fact,
  type HeardEvent,
  type OwnEvent,
  type PlayEvent,
  type PositionsEvent,
  type ReadsEvent,
  type RefusalReason,
  type SaleEvent,
  type StoreFile,
  type TaredEvent,
  type WeightEvent,
} from '@aisle/contracts';
import { Freshnesses } from './ble/freshness.js';
import { Cameras } from './cameras.js';
import { Coverage } from './coverage.js';
import { Crossings } from './crossings.js';
import { Echoes } from './echoes.js';
import { Floor } from './floor/floor.js';
import type {
  AudienceMember,
  CameraView,
  Engine,
  EngineLive,
  EngineObserver,
  EngineSnapshot,
  InterestQuestion,
  InterestSample,
  Outcome,
  StoredWindow,
} from './engine-api.js';
import { HeatWindows } from './heat.js';
import { Incidents } from './incidents.js';
import { Interest } from './interest/interest.js';
import { LiveHeat } from './live-heat.js';
import { audienceIn, liveOf } from './live-view.js';
import { FUTURE_MS, Ordering, type Verdict } from './ordering.js';
import { Records } from './records.js';
import { Refusals, WORDS } from './refusals.js';
import type { TagCounts } from './rfid/presence.js';
import { Rfid } from './rfid/rfid.js';
import { Sales } from './sales.js';
import { Shelves } from './shelves.js';
import { SlotWindows } from './slot-windows.js';
import { StockWatch } from './stock-watch.js';
import { smartChannel, SmartCameras, type SmartEvent } from './smart/smart-cameras.js';
import { modelOf, type SlotModel, type StoreModel } from './store-model.js';
import { ZoneWindows } from './visits.js';
import { WindowStore } from './window-store.js';

/**
 * A new engine, or one that goes on from a snapshot. The observer hears of visits and crossings; it changes nothing.
 * @throws Error when the snapshot is of another version
 */
export function createEngine(snapshot?: EngineSnapshot, observer: EngineObserver = {}): Engine {
  const engine = new StoreEngine(observer);
  if (snapshot) engine.restore(snapshot);
  return engine;
}

interface SnapshotData {
  config: { version: number; storeFile: StoreFile } | null;
  windows: unknown;
  ordering: unknown;
  echoes?: unknown;
  cameras: unknown;
  interest?: unknown;
  floor?: unknown;
  badges?: unknown;
  freshness?: unknown;
  smart?: unknown;
  rfid?: unknown;
  liveHeat: unknown;
  crossings: unknown;
  coverage: unknown;
  stock?: unknown;
  shelves: unknown;
  sales: unknown;
  records: unknown;
  refusals: unknown;
}
const SNAPSHOT_VERSION = 1;
/** Windows of people and coverage that one message touches begin at most this long before it. */
const TOUCHED_MS = MINUTE_MS;

/** Puts the parts in order; the rules are theirs. */
class StoreEngine implements Engine {
  private readonly windows = new WindowStore();
  private readonly echoes = new Echoes(this.windows);
  private readonly ordering = new Ordering(this.echoes);
  private readonly freshness = new Freshnesses();
  private readonly refused = new Refusals();
  private readonly liveHeat = new LiveHeat();
  private readonly crossings = new Crossings(this.windows, () => this.model as StoreModel);
  private readonly coverage = new Coverage(
    this.windows,
    (id) => this.crossings.isCounter(id) || this.model?.devices.get(id)?.dialect === 'onvif',
    (entranceId) => this.crossings.counterAt(entranceId),
  );
  private readonly incidents = new Incidents(this.windows);
  private readonly stock = new StockWatch(this.incidents);
  private readonly slots = new SlotWindows(this.windows);
  private readonly shelves = new Shelves(this.slots, this.stock, this.incidents);
  private readonly sales = new Sales(this.windows, this.slots);
  private readonly records = new Records(this.windows);
  private readonly zones = new ZoneWindows(this.windows);
  private readonly interest = new Interest(this.zones);
  private readonly cameras: Cameras;
  private readonly floor: Floor;
  private readonly smart: SmartCameras;
  private readonly rfid: Rfid;
  private model: StoreModel | undefined;

  constructor(observer: EngineObserver) {
    this.cameras = new Cameras(
      this.zones,
      new HeatWindows(this.windows),
      this.crossings,
      this.liveHeat,
      this.interest,
      observer,
    );
    this.floor = new Floor(this.cameras);
    const { zones, cameras, crossings, floor, incidents, ordering } = this;
    this.rfid = new Rfid({
      slots: this.slots,
      stock: this.stock,
      sales: this.sales,
      interest: this.interest,
      incidents,
    });
    this.smart = new SmartCameras({
      ...{ zones, cameras, crossings, floor, incidents, ordering, observer },
      refuses: (verdict, event): verdict is RefusalReason => this.refuses(verdict, event),
      turning: (model, apply) => this.turning(model, apply),
    });
  }

  requires(event: DomainEvent): string[] {
    const keys: string[] = [];
    const { model } = this;
    if (event.kind === 'judged') this.interest.require(keys, event);
    if (event.kind === 'tared') this.shelves.require(keys, event.slotId);
    if (model && event.kind === 'configured' && this.floor.oldest(model) <= this.windows.pagedUpTo + TOUCHED_MS)
      this.floor.require(keys, model);
    if (!model || !isOfDevice(event)) return keys;
    if (event.kind === 'advert') for (const weight of weightsOf(event)) keys.push(...this.requires(weight));
    if (this.windows.pagedUpTo < 0 && !this.windows.pagedTimeless) return keys;
    this.smart.require(keys, model, event);
    if (event.kind === 'reads') this.rfid.require(keys, event, this.windows.pagedUpTo);
    else if (event.kind === 'sale') this.rfid.requireSale(keys, event);
    if (event.kind === 'sale') this.sales.require(keys, model, event);
    else if (event.kind === 'weight') this.shelves.require(keys, event.slotId, event.ts);
    else if (event.kind === 'play') this.records.requirePlay(keys, event);
    if (this.floor.oldest(model, event.deviceId) <= this.windows.pagedUpTo + TOUCHED_MS)
      this.floor.require(keys, model, event.deviceId);
    if (minuteOf(event.ts - TOUCHED_MS) > this.windows.pagedUpTo) return keys;
    if (event.kind === 'reads') this.echoes.require(keys, event.deviceId, event.kind, event.ts);
    if (isMeasured(event)) this.echoes.require(keys, event.deviceId, channelOf(event), event.ts);
    if (event.kind === 'positions' || event.kind === 'detections') this.cameras.require(keys, model, event.ts);
    else if (event.kind === 'crossing') this.crossings.require(keys, minuteOf(event.ts), event.entranceId);
    if (event.kind === 'crossing' || event.kind === 'play') this.records.require(keys, event.deviceId, event.ts);
    this.coverage.require(keys, model, event.deviceId, event.ts);
    return keys;
  }

  load(windows: readonly StoredWindow[]): void {
    this.windows.load(windows);
  }

  apply(seq: number, event: DomainEvent): Outcome {
    this.windows.seq = seq;
    this.windows.applied += 1;
    if (event.kind === 'configured') return this.configured(event);
    if (event.kind === 'decided') {
      if (!this.model) return this.refuse('unknownDevice', event.screenId);
      this.records.decision(event);
      return ACCEPTED;
    }
    if (event.kind === 'judged') {
      this.interest.judged(event);
      return ACCEPTED;
    }
    if (event.kind === 'calibrated') return this.calibrated(event);
    if (event.kind === 'tared') return this.tared(event);
    if (event.kind === 'credential' && event.replaced) this.freshness.forget(event.deviceId);
    if (!isOfDevice(event)) return ACCEPTED;
    const reason = this.device(event);
    if (!reason) return ACCEPTED;
    const blind = reason === 'unknownSubject' && (event.kind === 'detections' || event.kind === 'tracked');
    return this.refuse(reason, event.deviceId, blind ? NO_CALIBRATION : undefined);
  }

  private refuse(reason: RefusalReason, deviceId: string, words: string = WORDS[reason]): Outcome {
    this.refused.count(reason === 'unknownDevice' ? 'unknown' : deviceId, reason);
    return { accepted: false, reason, message: `${deviceId}: ${words}` };
  }

  /** Applies a message of a device; the reason if it counts for nothing. */
  private device(event: DeviceEvent): RefusalReason | undefined {
    const { model } = this;
    if (!model) return 'unknownDevice';
    if (event.kind === 'sale' && event.source === 'rest') return this.sale(model, event);
    if (!model.devices.has(event.deviceId)) return 'unknownDevice';
    if (event.ts - event.receivedTs > FUTURE_MS) return 'future';
    const reason = this.message(model, event);
    if (reason) return reason;
    // "offline" is mostly the broker's word, given when the device has long been silent.
    if (event.kind !== 'deviceState' || event.state === 'online') {
      this.smart.alive(model, event.deviceId, event.ts);
      this.coverage.alive(model, event.deviceId, event.ts, event.kind === 'deviceState');
    }
    if (event.kind !== 'deviceState') this.windows.newest = Math.max(this.windows.newest, event.ts);
    return undefined;
  }

  private message(model: StoreModel, event: DeviceEvent): RefusalReason | undefined {
    switch (event.kind) {
      case 'positions':
        return this.positions(model, event);
      case 'counted':
      case 'noticed':
      case 'tracked':
        return this.smart.apply(model, event);
      case 'detections':
        return this.detections(model, event);
      case 'weight':
        return this.weight(model, event);
      case 'crossing':
        return this.crossing(model, event);
      case 'play':
        return this.play(event);
      case 'sale':
        return this.sale(model, event);
      case 'deviceState':
        return this.deviceState(model, event);
      case 'reads':
        return this.reads(event);
        return 'unsupported';
      case 'advert':
        return this.advert(model, event);
      case 'heard':
        return this.heard(model, event);
    }
  }

  private positions(model: StoreModel, event: PositionsEvent): RefusalReason | undefined {
    const clock = this.ordering.device(event.deviceId);
    const verdict = this.ordering.measurement(clock, channelOf(event), event.ts, event.digest, 'ok');
    if (this.refuses(verdict, event)) return verdict;
    if (verdict === 'epoch') this.floor.restart(model, event.deviceId);
    if (this.floor.isLate(model, event.deviceId, event.ts)) return 'late';
    this.turning(model, () => this.crossings.positions(event.deviceId));
    this.floor.positions(model, event);
    return undefined;
  }

  private detections(model: StoreModel, event: DetectionsEvent): RefusalReason | undefined {
    const clock = this.ordering.device(event.deviceId);
    const verdict = this.ordering.measurement(clock, channelOf(event), event.ts, event.digest, 'ok');
    if (this.refuses(verdict, event)) return verdict;
    if (verdict === 'epoch') this.floor.restart(model, event.deviceId);
    if (this.floor.isLate(model, event.deviceId, event.ts)) return 'late';
    if (!this.floor.detections(model, event)) return 'unknownSubject';
    this.turning(model, () => this.crossings.positions(event.deviceId));
    return undefined;
  }

  private calibrated(event: CalibratedEvent): Outcome {
    if (this.model?.devices.get(event.cameraId)?.family !== 'camera')
      return this.refuse('unknownDevice', event.cameraId);
    this.smart.calibrated();
    if (this.floor.calibrated(this.model, event)) return ACCEPTED;
    return this.refuse('malformed', event.cameraId, 'the points of the calibration do not fit one view of one floor');
  }

  private weight(model: StoreModel, event: WeightEvent): RefusalReason | undefined {
    const slot = model.slots.get(event.slotId);
    const fixture = model.devices.get(event.deviceId)?.fixture;
    if (!slot || (fixture !== undefined && fixture !== slot.fixtureId)) return 'unknownSubject';
    const clock = this.ordering.device(event.deviceId);
    const verdict = this.ordering.measurement(clock, channelOf(event), event.ts, event.digest, 'conflict');
    if (this.refuses(verdict, event)) return verdict;
    if (verdict === 'epoch') this.shelves.restart(event.slotId, event.ts);
    this.weighed(model, slot, event);
    return undefined;
  }

  /** The gross weight of a slot, in rising time of the slot: by MQTT or over BLE. */
  private weighed(
    model: StoreModel,
    slot: SlotModel,
    event: { deviceId: string; ts: number; decigrams: number },
  ): void {
    this.sales.weighed(event.ts);
    const step = this.shelves.apply(model, slot, event, this.sales);
    this.interest.weight(slot.id, event.ts);
    if (step && step.taken > 0) this.interest.pickup(slot.id, step.ts, event.ts);
  }

  private tared(event: TaredEvent): Outcome {
    const slot = this.model?.slots.get(event.slotId);
    if (slot && this.shelves.tared(slot, event)) return ACCEPTED;
    return this.refuse('unknownDevice', event.slotId, slot ? 'has not been weighed yet' : WORDS.unknownSubject);
  }

  /** Repetitions are signs of life and no more. */
  private advert(model: StoreModel, event: AdvertEvent): RefusalReason | undefined {
    const freshness = this.freshness.accept(event);
    if (freshness === 'replayed') return event.counter === null ? 'late' : 'replay';
    if (freshness === 'repeated') return undefined;
    const reasons = weightsOf(event).map((weight) => this.weight(model, weight));
    return reasons.includes(undefined) ? undefined : reasons[0];
  }

  private heard(model: StoreModel, event: HeardEvent): RefusalReason | undefined {
    const clock = this.ordering.device(event.deviceId);
    const verdict = this.ordering.measurement(clock, 'heard', event.ts, event.digest, 'ok');
    if (this.refuses(verdict, event)) return verdict;
    if (verdict === 'epoch') this.cameras.badges.restart();
    this.cameras.heard(model, event);
    return undefined;
  }

  /** Other hardware, another key or another address counts anew. */
  private startOver(before: StoreModel | undefined, model: StoreModel): void {
    for (const id of this.freshness.devices()) {
      const [old, now] = [before?.devices.get(id), model.devices.get(id)];
      if (!now || old?.key !== now.key || old?.address !== now.address) this.freshness.forget(id);
    }
  }

  private reads(event: ReadsEvent): RefusalReason | undefined {
    const clock = this.ordering.device(event.deviceId);
    const verdict = this.ordering.measurement(clock, event.kind, event.ts, event.digest, 'ok');
    if (this.refuses(verdict, event)) return verdict;
    if (verdict === 'epoch') this.rfid.restart(event.deviceId);
    this.rfid.apply(event);
    return undefined;
  }

  private crossing(model: StoreModel, event: CrossingEvent): RefusalReason | undefined {
    const { deviceId, ts, entranceId, direction, count } = event;
    if (!model.lines.some((line) => line.id === entranceId)) return 'unknownSubject';
    const reason = this.record(event, 'crossing');
    if (reason) return reason;
    this.turning(model, () => this.crossings.byDevice(deviceId, entranceId, ts, direction === 'in' ? 1 : -1, count));
    return undefined;
  }

  /** Whether a device watches zones or only a door shows in what it says: coverage follows. */
  private turning(model: StoreModel, apply: () => void): void {
    const before = this.crossings.changes;
    apply();
    if (this.crossings.changes !== before) this.coverage.reconsider(model);
  }

  private play(event: PlayEvent): RefusalReason | undefined {
    const reason = this.record(event, 'play');
    if (!reason) this.records.play(event);
    return reason;
  }

  /** Sales by REST have been promised their place already: no clock of a device refuses them. */
  private sale(model: StoreModel, event: SaleEvent): RefusalReason | undefined {
    const known = this.sales.known(model, event);
    if (known) return known;
    if (event.source === 'till') {
      const verdict = this.ordering.record(this.ordering.device(event.deviceId), 'sale', event.ts);
      if (this.refuses(verdict, event)) return verdict;
    }
    this.sales.apply(model, event);
    this.rfid.sold(event);
    return undefined;
  }

  /** The same state twice is no news, but a device that comes back says the same bytes again: only equal times are doubled. */
  private deviceState(model: StoreModel, event: DeviceStateEvent): RefusalReason | undefined {
    const known = this.records.presence(event.deviceId);
    if (known && known.ts === event.ts && known.digest === event.digest) return 'duplicate';
    this.records.present(event.deviceId, event.ts, event.digest);
    this.floor.deviceState(model, event);
    return undefined;
  }

  private record(event: CrossingEvent | PlayEvent, channel: string): RefusalReason | undefined {
    if (this.records.isKnown(event.deviceId, event.ts, event.digest)) return 'duplicate';
    const verdict = this.ordering.record(this.ordering.device(event.deviceId), channel, event.ts);
    if (this.refuses(verdict, event)) return verdict;
    this.records.remember(event.deviceId, event.ts, event.digest);
    return undefined;
  }

  private refuses(verdict: Verdict, event: DeviceEvent): verdict is RefusalReason {
    if (verdict === 'epoch') this.coverage.restart(event.deviceId);
    return verdict !== 'ok' && verdict !== 'epoch';
  }

  private configured(event: ConfiguredEvent): Outcome {
    const same = this.model && JSON.stringify(this.model.storeFile) === JSON.stringify(event.storeFile);
    if (!same) {
      // What the old file measured is stated under it.
      if (this.model) this.floor.flush(this.model);
      this.cameras.restartAll(this.model);
      this.windows.settle();
    }
    const before = this.model;
    this.model = modelOf(event);
    this.startOver(before, this.model);
    this.windows.configVersion = event.version;
    if (!same) {
      this.shelves.configure(this.model, event.ts);
      this.sales.configure(this.model, event.ts);
      this.interest.configure(this.model.storeFile);
      this.floor.configure(this.model);
      this.smart.configure(this.model);
      this.rfid.configure(this.model);
    }
    return ACCEPTED;
  }

  takeFacts(): Fact[] {
    return this.windows.takeFacts();
  }

  takeEvictions(): StoredWindow[] {
    return this.windows.takeEvictions(() => {
      if (this.model) this.cameras.pin(this.model);
      this.smart.pin();
      this.sales.sweep();
    });
  }

  snapshot(): EngineSnapshot {
    const data: SnapshotData = {
      config: this.model ? structuredClone({ version: this.model.version, storeFile: this.model.storeFile }) : null,
      windows: this.windows.save(),
      ordering: this.ordering.save(),
      echoes: this.echoes.save(),
      cameras: this.cameras.save(),
      interest: this.interest.save(),
      floor: this.floor.save(),
      badges: this.cameras.badges.save(),
      freshness: this.freshness.save(),
      smart: this.smart.save(),
      liveHeat: this.liveHeat.save(),
      crossings: this.crossings.save(),
      coverage: this.coverage.save(),
      stock: this.stock.save(),
      shelves: this.shelves.save(),
      sales: this.sales.save(),
      records: this.records.save(),
      rfid: this.rfid.save(),
      refusals: this.refused.save(),
    };
    return { version: SNAPSHOT_VERSION, data };
  }

  restore(snapshot: EngineSnapshot): void {
    if (snapshot.version !== SNAPSHOT_VERSION)
      throw new Error(`snapshot has version ${String(snapshot.version)}, expected ${SNAPSHOT_VERSION}`);
    const data = snapshot.data as SnapshotData;
    if (data.config) this.model = modelOf(structuredClone(data.config));
    this.windows.restore(data.windows);
    this.incidents.restore();
    this.ordering.restore(data.ordering);
    this.echoes.restore(data.echoes ?? []);
    this.cameras.restore(data.cameras);
    this.cameras.badges.restore(data.badges);
    this.freshness.restore(data.freshness);
    this.interest.restore(this.model?.storeFile, data.interest);
    this.floor.restore(this.model, data.floor);
    this.smart.restore(data.smart);
    this.liveHeat.restore(data.liveHeat);
    this.crossings.restore(data.crossings);
    this.coverage.restore(data.coverage);
    this.stock.restore(data.stock ?? []);
    this.shelves.restore(data.shelves);
    this.sales.restore(data.sales);
    this.records.restore(data.records);
    this.rfid.restore(this.model, data.rfid);
    this.refused.restore(data.refusals);
  }

  live(): EngineLive {
    return { ...liveOf(this.model, this.cameras, this.liveHeat), people: this.smart.people(this.model) };
  }

  audienceOf(zoneId: string): AudienceMember[] {
    return audienceIn(this.model, this.cameras, this.interest, zoneId);
  }

  takeQuestions(): InterestQuestion[] {
    return this.interest.takeQuestions();
  }

  takeSamples(): InterestSample[] {
    return this.interest.takeSamples();
  }

  calibrationOf(cameraId: string): Calibration | undefined {
    return this.floor.calibrationOf(this.model, cameraId);
  }

  cameraView(cameraId: string): CameraView | undefined {
    return this.model && this.floor.view(this.model, cameraId);
  }

  refusals(): ReadonlyMap<string, ReadonlyMap<RefusalReason, number>> {
    return this.refused.counts();
  }

  tagEvents(): ReadonlyMap<string, Readonly<TagCounts>> {
    return this.rfid.events();
  }

  clockEpochs(): ReadonlyMap<string, number> {
    return this.ordering.epochs();
  }
}

/** Messages of one of these rise in time: positions of a camera, its detections, weights of each slot. */
const channelOf = (event: PositionsEvent | DetectionsEvent | WeightEvent | SmartEvent): string => {
  if (event.kind === 'weight') return `weight/${event.slotId}`;
  return event.kind === 'counted' || event.kind === 'noticed' ? smartChannel(event) : event.kind;
};
const MEASURED: ReadonlySet<DomainEvent['kind']> = new Set([
  'positions',
  'detections',
  'weight',
  'counted',
  'noticed',
  'tracked',
]);
const isMeasured = (event: DomainEvent): event is PositionsEvent | DetectionsEvent | WeightEvent | SmartEvent =>
  MEASURED.has(event.kind);
/** A shelf that speaks over BLE, in a shelf's own words. */
const weightsOf = (event: AdvertEvent): WeightEvent[] =>
  event.weights.map(([slotId, decigrams]) => {
    const { deviceId, ts, receivedTs, digest } = event;
    return { kind: 'weight', deviceId, ts, receivedTs, digest, slotId, decigrams };
  });
const OWN: ReadonlySet<DomainEvent['kind']> = new Set<OwnEvent['kind']>([
  'configured',
  'decided',
  'judged',
  'calibrated',
  'tared',
  'credential',
]);
const isOfDevice = (event: DomainEvent): event is DeviceEvent => !OWN.has(event.kind);
const NO_CALIBRATION = 'has no calibration, so nobody knows where on the floor its people are';

const ACCEPTED: Outcome = { accepted: true };
