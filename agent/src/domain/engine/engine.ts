import type {
  CalibratedEvent,
  Calibration,
  ConfiguredEvent,
  DeviceEvent,
  DomainEvent,
  Fact,
  RefusalReason,
  TaredEvent,
} from '@aisle/contracts';
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
import { Messages } from './engine-messages.js';
import { neededBy } from './engine-needs.js';
import { EngineParts } from './engine-parts.js';
import { isOfDevice } from './event-kinds.js';
import { audienceIn, liveOf } from '../people/live-view.js';
import { FUTURE_MS } from '../core/ordering.js';
import { WORDS } from '../core/refusals.js';
import type { TagCounts } from '../rfid/presence.js';
import { modelOf, type StoreModel } from '../core/store-model.js';

/**
 * A new engine, or one that goes on from a snapshot. The observer hears of visits and crossings; it changes nothing.
 * @throws Error when the snapshot is of another version
 */
export function createEngine(snapshot?: EngineSnapshot, observer: EngineObserver = {}): Engine {
  const engine = new StoreEngine(observer);
  if (snapshot) engine.restore(snapshot);
  return engine;
}

const SNAPSHOT_VERSION = 1;
const NO_CALIBRATION = 'has no calibration, so nobody knows where on the floor its people are';
const ACCEPTED: Outcome = { accepted: true };

/** Puts the parts in order; the rules are theirs. */
class StoreEngine implements Engine {
  private readonly parts: EngineParts;
  private readonly messages: Messages;

  constructor(observer: EngineObserver) {
    this.parts = new EngineParts(observer);
    this.messages = new Messages(this.parts);
  }

  requires(event: DomainEvent): string[] {
    return neededBy(this.parts, event);
  }

  load(windows: readonly StoredWindow[]): void {
    this.parts.windows.load(windows);
  }

  apply(seq: number, event: DomainEvent): Outcome {
    this.parts.windows.seq = seq;
    this.parts.windows.applied += 1;
    if (event.kind === 'configured') return this.configured(event);
    if (event.kind === 'decided') {
      if (!this.parts.model) return this.refuse('unknownDevice', event.screenId);
      this.parts.records.decision(event);
      return ACCEPTED;
    }
    if (event.kind === 'judged') {
      this.parts.interest.judged(event);
      return ACCEPTED;
    }
    if (event.kind === 'calibrated') return this.calibrated(event);
    if (event.kind === 'tared') return this.tared(event);
    if (event.kind === 'credential' && event.replaced) this.parts.freshness.forget(event.deviceId);
    if (!isOfDevice(event)) return ACCEPTED;
    const reason = this.device(event);
    if (!reason) return ACCEPTED;
    const blind = reason === 'unknownSubject' && (event.kind === 'detections' || event.kind === 'tracked');
    return this.refuse(reason, event.deviceId, blind ? NO_CALIBRATION : undefined);
  }

  private refuse(reason: RefusalReason, deviceId: string, words: string = WORDS[reason]): Outcome {
    this.parts.refused.count(reason === 'unknownDevice' ? 'unknown' : deviceId, reason);
    return { accepted: false, reason, message: `${deviceId}: ${words}` };
  }

  /** Applies a message of a device; the reason if it counts for nothing. */
  private device(event: DeviceEvent): RefusalReason | undefined {
    const { model } = this.parts;
    if (!model) return 'unknownDevice';
    if (event.kind === 'sale' && event.source === 'rest') return this.messages.sale(model, event);
    if (!model.devices.has(event.deviceId)) return 'unknownDevice';
    if (event.ts - event.receivedTs > FUTURE_MS) return 'future';
    const reason = this.messages.apply(model, event);
    if (reason) return reason;
    // "offline" is mostly the broker's word, given when the device has long been silent.
    if (event.kind !== 'deviceState' || event.state === 'online') {
      this.parts.smart.alive(model, event.deviceId, event.ts);
      this.parts.coverage.alive(model, event.deviceId, event.ts, event.kind === 'deviceState');
    }
    if (event.kind !== 'deviceState') this.parts.windows.newest = Math.max(this.parts.windows.newest, event.ts);
    return undefined;
  }

  private calibrated(event: CalibratedEvent): Outcome {
    if (this.parts.model?.devices.get(event.cameraId)?.family !== 'camera')
      return this.refuse('unknownDevice', event.cameraId);
    this.parts.smart.calibrated();
    if (this.parts.floor.calibrated(this.parts.model, event)) return ACCEPTED;
    return this.refuse('malformed', event.cameraId, 'the points of the calibration do not fit one view of one floor');
  }

  private tared(event: TaredEvent): Outcome {
    const slot = this.parts.model?.slots.get(event.slotId);
    if (slot && this.parts.shelves.tared(slot, event)) return ACCEPTED;
    return this.refuse('unknownDevice', event.slotId, slot ? 'has not been weighed yet' : WORDS.unknownSubject);
  }

  /** Other hardware, another key or another address counts anew. */
  private startOver(before: StoreModel | undefined, model: StoreModel): void {
    for (const id of this.parts.freshness.devices()) {
      const [old, now] = [before?.devices.get(id), model.devices.get(id)];
      if (!now || old?.key !== now.key || old?.address !== now.address) this.parts.freshness.forget(id);
    }
  }

  private configured(event: ConfiguredEvent): Outcome {
    const same = this.parts.model && JSON.stringify(this.parts.model.storeFile) === JSON.stringify(event.storeFile);
    if (!same) {
      // What the old file measured is stated under it.
      if (this.parts.model) this.parts.floor.flush(this.parts.model);
      this.parts.cameras.restartAll(this.parts.model);
      this.parts.windows.settle();
    }
    const before = this.parts.model;
    this.parts.model = modelOf(event);
    this.startOver(before, this.parts.model);
    this.parts.windows.configVersion = event.version;
    if (!same) {
      this.parts.shelves.configure(this.parts.model, event.ts);
      this.parts.sales.configure(this.parts.model, event.ts);
      this.parts.interest.configure(this.parts.model.storeFile);
      this.parts.floor.configure(this.parts.model);
      this.parts.smart.configure(this.parts.model);
      this.parts.rfid.configure(this.parts.model);
    }
    return ACCEPTED;
  }

  takeFacts(): Fact[] {
    return this.parts.windows.takeFacts();
  }

  takeEvictions(): StoredWindow[] {
    return this.parts.windows.takeEvictions(() => {
      if (this.parts.model) this.parts.cameras.pin(this.parts.model);
      this.parts.smart.pin();
      this.parts.sales.sweep();
    });
  }

  snapshot(): EngineSnapshot {
    return { version: SNAPSHOT_VERSION, data: this.parts.save() };
  }

  restore(snapshot: EngineSnapshot): void {
    if (snapshot.version !== SNAPSHOT_VERSION)
      throw new Error(`snapshot has version ${String(snapshot.version)}, expected ${SNAPSHOT_VERSION}`);
    this.parts.restore(snapshot.data);
  }

  live(): EngineLive {
    return {
      ...liveOf(this.parts.model, this.parts.cameras, this.parts.liveHeat),
      people: this.parts.smart.people(this.parts.model),
    };
  }

  audienceOf(zoneId: string): AudienceMember[] {
    return audienceIn(this.parts.model, this.parts.cameras, this.parts.interest, zoneId);
  }

  takeQuestions(): InterestQuestion[] {
    return this.parts.interest.takeQuestions();
  }

  takeSamples(): InterestSample[] {
    return this.parts.interest.takeSamples();
  }

  calibrationOf(cameraId: string): Calibration | undefined {
    return this.parts.floor.calibrationOf(this.parts.model, cameraId);
  }

  cameraView(cameraId: string): CameraView | undefined {
    return this.parts.model && this.parts.floor.view(this.parts.model, cameraId);
  }

  refusals(): ReadonlyMap<string, ReadonlyMap<RefusalReason, number>> {
    return this.parts.refused.counts();
  }

  tagEvents(): ReadonlyMap<string, Readonly<TagCounts>> {
    return this.parts.rfid.events();
  }

  clockEpochs(): ReadonlyMap<string, number> {
    return this.parts.ordering.epochs();
  }
}
