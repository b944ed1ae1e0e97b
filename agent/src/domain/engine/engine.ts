import {
  type CalibratedEvent,
  type ConfiguredEvent,
  type Calibration,
  type DeviceEvent,
  type DomainEvent,
  type Fact,
  type RefusalReason,
  type ScannedEvent,
  type TaredEvent,
  problem,
  type Problem,
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
import { EngineParts } from './engine-parts.js';
import { isOfDevice, weightsOf } from './event-kinds.js';
import { restoreParts, snapshotOf } from './snapshots.js';
import type { PlannedVersion } from '../core/versions.js';
import { audienceIn, liveOf } from '../people/live-view.js';
import type { PersonName, ScreenBook } from '../screens/campaign-book.js';
import { FUTURE_MS } from '../core/ordering.js';
import { reasonProblem } from '../core/refusals.js';
import type { TagCounts } from '../rfid/presence.js';
import type { Unjoined } from '../goods/sales.js';

export interface EngineOptions {
  /** for tests: a part that looks at a window which it did not require fails */
  guarded?: boolean;
}

/**
 * A new engine, or one that goes on from a snapshot. The observer hears of visits and crossings; it changes nothing.
 * @throws SnapshotError when it cannot go on from it
 */
export function createEngine(
  snapshot?: EngineSnapshot,
  observer: EngineObserver = {},
  options: EngineOptions = {},
): Engine {
  const engine = new StoreEngine(observer, options);
  if (snapshot) engine.restore(snapshot);
  return engine;
}

/** Clocks that lost their battery begin at 1970, 1980 or 2000. */
const NO_SALE_BEFORE_TS = Date.UTC(2001, 0, 1);
const NO_CALIBRATION = problem('', 'noCalibration');
const ACCEPTED: Outcome = { accepted: true };
const REPLACED: Outcome = { accepted: true, replaced: true };

/** Puts the parts in order; the rules are theirs. */
class StoreEngine implements Engine {
  private readonly parts: EngineParts;
  private readonly messages: Messages;

  constructor(observer: EngineObserver, { guarded = false }: EngineOptions) {
    this.parts = new EngineParts(observer, guarded);
    this.messages = new Messages(this.parts);
  }

  requires(event: DomainEvent): string[] {
    return this.parts.neededBy(event);
  }

  load(windows: readonly StoredWindow[]): void {
    this.parts.windows.load(windows);
  }

  apply(seq: number, event: DomainEvent): Outcome {
    const { windows } = this.parts;
    windows.seq = seq;
    windows.applied += 1;
    if (!windows.guard) return this.take(event);
    windows.guard.begin();
    this.parts.neededBy(event);
    windows.guard.watch(() => this.parts.pin());
    const outcome = this.take(event);
    windows.guard.end();
    return outcome;
  }

  private take(event: DomainEvent): Outcome {
    if (isOfDevice(event)) return this.heard(event);
    switch (event.kind) {
      case 'configured':
        this.parts.change(this.parts.versions.changeTo(event), event.validFrom ?? event.ts);
        return ACCEPTED;
      case 'planned':
        this.parts.versions.plan(event);
        return ACCEPTED;
      case 'recomputed':
        this.parts.windows.generation = Math.max(this.parts.windows.generation, event.generation);
        return ACCEPTED;
      case 'decided':
        if (!this.parts.versions.model) return this.refuse('unknownDevice', event.screenId);
        this.parts.records.decision(event);
        this.parts.campaigns.decided(event, this.audienceNames(event.screenId));
        return ACCEPTED;
      case 'judged':
        this.parts.interest.judged(event);
        return ACCEPTED;
      case 'calibrated':
        return this.calibrated(event);
      case 'tared':
        return this.tared(event);
      case 'heldDropped':
        return ACCEPTED;
      case 'campaign':
        this.parts.campaigns.campaign(event);
        this.parts.blocks.campaign(event.campaign, event.ts);
        return ACCEPTED;
      case 'ordered':
        this.parts.campaigns.ordered(event);
        this.parts.blocks.ordered(event);
        return ACCEPTED;
      case 'prior':
        this.parts.campaigns.prior(event);
        return ACCEPTED;
      case 'scanKey':
        return ACCEPTED;
      case 'scanned':
        this.scanned(event);
        return ACCEPTED;
      case 'credential':
        if (event.replaced) this.parts.freshness.forget(event.deviceId);
        return ACCEPTED;
    }
  }

  private heard(event: DeviceEvent): Outcome {
    const reason = this.device(event);
    if (!reason) return this.parts.sales.replacedSeq === this.parts.windows.seq ? REPLACED : ACCEPTED;
    const blind = reason === 'unknownSubject' && (event.kind === 'detections' || event.kind === 'tracked');
    return this.refuse(reason, event.deviceId, blind ? NO_CALIBRATION : undefined);
  }

  private refuse(reason: RefusalReason, deviceId: string, wrong: Problem = reasonProblem(reason)): Outcome {
    this.parts.refused.count(reason === 'unknownDevice' ? 'unknown' : deviceId, reason);
    return { accepted: false, reason, message: `${deviceId}: ${wrong.message}`, wrong };
  }

  /** Applies a message of a device; the reason if it counts for nothing. */
  private device(event: DeviceEvent): RefusalReason | undefined {
    const { model } = this.parts.versions;
    if (!model) return 'unknownDevice';
    if (event.kind === 'sale' && event.source === 'rest') return this.messages.sale(model, event);
    if (!model.devices.has(event.deviceId)) return 'unknownDevice';
    if (event.ts - event.receivedTs > FUTURE_MS) return 'future';
    // The beginning of a clock that was never set: no till replays what was sold then.
    if (event.kind === 'sale' && event.ts < NO_SALE_BEFORE_TS) return 'tooOld';
    const reason = this.messages.apply(model, event);
    if (reason) return reason;
    this.parts.viewings.heard(event);
    // "offline" is mostly the broker's word, given when the device has long been silent.
    if (event.kind !== 'deviceState' || event.state === 'online')
      this.parts.smart.alive(model, event.deviceId, event.ts);
    if (event.kind === 'weight') this.parts.cells.weighed(event.deviceId, event.slotId, event.ts);
    // Also one that repeats what is known: the cells are there.
    if (event.kind === 'advert')
      for (const { deviceId, slotId, ts } of weightsOf(event)) this.parts.cells.weighed(deviceId, slotId, ts);
    this.parts.coverage.heard(event);
    this.parts.tillsAway.heard(event);
    if (event.kind !== 'deviceState') {
      this.parts.windows.newest = Math.max(this.parts.windows.newest, event.ts);
      this.parts.campaigns.advance(this.parts.windows.newest);
      this.parts.blocks.advance(this.parts.windows.newest);
    }
    return undefined;
  }

  /** A scan counts for its play, for the block in which that was chosen, and for what it taught. */
  private scanned({ scan }: ScannedEvent): void {
    const play = this.parts.records.scanned(scan.decisionId);
    if (!play) return;
    this.parts.blocks.scanned(play);
    this.parts.campaigns.scanned(play);
  }

  private calibrated(event: CalibratedEvent): Outcome {
    const { model } = this.parts.versions;
    if (model?.devices.get(event.cameraId)?.family !== 'camera') return this.refuse('unknownDevice', event.cameraId);
    this.parts.smart.calibrated();
    if (this.parts.floor.calibrated(model, event)) return ACCEPTED;
    return this.refuse('malformed', event.cameraId, problem('', 'calibrationMisfit'));
  }

  private tared(event: TaredEvent): Outcome {
    const slot = this.parts.versions.model?.slots.get(event.slotId);
    if (slot && this.parts.shelves.tared(slot, event)) return ACCEPTED;
    return this.refuse(
      'unknownDevice',
      event.slotId,
      slot ? problem('', 'notWeighed') : reasonProblem('unknownSubject'),
    );
  }

  takeFacts(): Fact[] {
    return this.parts.windows.takeFacts();
  }

  takeEvictions(): StoredWindow[] {
    return this.parts.windows.takeEvictions(() => this.parts.pin());
  }

  snapshot(): EngineSnapshot {
    return snapshotOf(this.parts.list);
  }

  restore(snapshot: EngineSnapshot): void {
    restoreParts(this.parts.list, snapshot, () => this.parts.versions.model);
  }

  planned(): PlannedVersion[] {
    return this.parts.versions.planned();
  }

  inForceAt(ts: number): ConfiguredEvent | undefined {
    const found = this.parts.versions.at(ts)?.model;
    return found && { kind: 'configured', ts, version: found.version, storeFile: found.storeFile };
  }

  factsIn(window: StoredWindow): Fact[] {
    return this.parts.windows.factsIn(window);
  }

  statements(fromTs: number): Iterable<Fact> {
    return this.parts.windows.statements(fromTs);
  }

  live(): EngineLive {
    return {
      ...liveOf(this.parts.versions.model, this.parts.cameras, this.parts.liveHeat),
      people: this.parts.smart.people(this.parts.versions.model),
    };
  }

  audienceOf(zoneId: string): AudienceMember[] {
    return audienceIn(this.parts.versions.model, this.parts.cameras, this.parts.interest, zoneId);
  }

  get screens(): ScreenBook {
    return this.parts.campaigns;
  }

  private audienceNames(screenId: string): PersonName[] {
    const zone = this.parts.versions.model?.devices.get(screenId)?.zone;
    return zone === undefined ? [] : this.audienceOf(zone).flatMap(({ person }) => (person ? [person] : []));
  }

  takeQuestions(): InterestQuestion[] {
    return this.parts.interest.takeQuestions();
  }

  takeSamples(): InterestSample[] {
    return this.parts.interest.takeSamples();
  }

  calibrationOf(cameraId: string): Calibration | undefined {
    return this.parts.floor.calibrationOf(this.parts.versions.model, cameraId);
  }

  detectorUnfit(cameraId: string): boolean {
    return this.parts.detectors.isUnfit(cameraId);
  }

  cameraView(cameraId: string): CameraView | undefined {
    const { model } = this.parts.versions;
    return model && this.parts.floor.view(model, cameraId);
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

  unjoined(): Unjoined {
    return this.parts.sales.unjoined();
  }
}
