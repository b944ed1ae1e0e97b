import type {
  AdvertEvent,
  CrossingEvent,
  DetectionsEvent,
  DeviceEvent,
  DeviceStateEvent,
  HeardEvent,
  PlayEvent,
  PositionsEvent,
  ReadsEvent,
  RefusalReason,
  SaleEvent,
  WeightEvent,
} from '@aisle/contracts';
import type { EngineParts } from './engine-parts.js';
import { FUTURE_MS, RECORD_REACH_MS } from '../core/ordering.js';
import { channelOf, weightsOf } from './event-kinds.js';
import type { SlotModel, StoreModel } from '../core/store-model.js';

/** What each message of a device does: its place in the order of its channel first, then the part that it belongs to. */
export class Messages {
  constructor(private readonly parts: EngineParts) {}

  /** @returns why it counts for nothing, if so */
  apply(model: StoreModel, event: DeviceEvent): RefusalReason | undefined {
    switch (event.kind) {
      case 'positions':
        return this.positions(model, event);
      case 'counted':
      case 'noticed':
      case 'tracked':
        return this.parts.smart.apply(model, event);
      case 'detections':
        return this.detections(model, event);
      case 'weight':
        return this.weight(model, event);
      case 'crossing':
        return this.crossing(event);
      case 'play':
        return this.play(event);
      case 'sale':
        return this.sale(model, event);
      case 'deviceState':
        return this.deviceState(model, event);
      case 'reads':
        return this.reads(event);
      case 'advert':
        return this.advert(model, event);
      case 'heard':
        return this.heard(model, event);
    }
  }

  private positions(model: StoreModel, event: PositionsEvent): RefusalReason | undefined {
    const clock = this.parts.ordering.device(event.deviceId);
    const verdict = this.parts.ordering.measurement(clock, channelOf(event), event.ts, event.digest, 'ok');
    if (this.parts.refuses(verdict, event)) return verdict;
    if (verdict === 'epoch') this.parts.floor.restart(model, event.deviceId);
    if (this.parts.floor.isLate(model, event.deviceId, event.ts)) return 'late';
    this.parts.turning(() => this.parts.crossings.positions(event.deviceId));
    this.parts.floor.positions(model, event);
    return undefined;
  }

  private detections(model: StoreModel, event: DetectionsEvent): RefusalReason | undefined {
    const clock = this.parts.ordering.device(event.deviceId);
    const verdict = this.parts.ordering.measurement(clock, channelOf(event), event.ts, event.digest, 'ok');
    if (this.parts.refuses(verdict, event)) return verdict;
    if (verdict === 'epoch') this.parts.floor.restart(model, event.deviceId);
    if (this.parts.floor.isLate(model, event.deviceId, event.ts)) return 'late';
    if (!this.parts.floor.detections(model, event)) return 'unknownSubject';
    this.parts.turning(() => this.parts.crossings.positions(event.deviceId));
    return undefined;
  }

  private weight(model: StoreModel, event: WeightEvent): RefusalReason | undefined {
    const slot = model.slots.get(event.slotId);
    const fixture = model.devices.get(event.deviceId)?.fixture;
    if (!slot || (fixture !== undefined && fixture !== slot.fixtureId)) return 'unknownSubject';
    const clock = this.parts.ordering.device(event.deviceId);
    const verdict = this.parts.ordering.measurement(clock, channelOf(event), event.ts, event.digest, 'conflict');
    if (this.parts.refuses(verdict, event)) return verdict;
    if (verdict === 'epoch') this.parts.shelves.restart(event.slotId, event.ts);
    this.weighed(model, slot, event);
    return undefined;
  }

  /** The gross weight of a slot, in rising time of the slot: by MQTT or over BLE. */
  private weighed(
    model: StoreModel,
    slot: SlotModel,
    event: { deviceId: string; ts: number; receivedTs: number; decigrams: number },
  ): void {
    this.parts.sales.heard(event.ts, event.receivedTs);
    const step = this.parts.shelves.apply(model, slot, event, this.parts.sales);
    this.parts.interest.weight(slot.id, event.ts);
    if (step && step.taken > 0) this.parts.interest.pickup(slot.id, step.ts, event.ts);
  }

  /** Repetitions are signs of life and no more. */
  private advert(model: StoreModel, event: AdvertEvent): RefusalReason | undefined {
    const freshness = this.parts.freshness.accept(event);
    if (freshness === 'replayed') return event.counter === null ? 'late' : 'replay';
    if (freshness === 'repeated') return undefined;
    const reasons = weightsOf(event).map((weight) => this.weight(model, weight));
    return reasons.includes(undefined) ? undefined : reasons[0];
  }

  private heard(model: StoreModel, event: HeardEvent): RefusalReason | undefined {
    const clock = this.parts.ordering.device(event.deviceId);
    const verdict = this.parts.ordering.measurement(clock, 'heard', event.ts, event.digest, 'ok');
    if (this.parts.refuses(verdict, event)) return verdict;
    if (verdict === 'epoch') this.parts.badges.restart();
    this.parts.badges.heard(model, event);
    if (model.receiverZones.length > 0) this.parts.cameras.wearers(this.parts.badges.settle());
    return undefined;
  }

  private reads(event: ReadsEvent): RefusalReason | undefined {
    const clock = this.parts.ordering.device(event.deviceId);
    const verdict = this.parts.ordering.measurement(clock, event.kind, event.ts, event.digest, 'ok');
    if (this.parts.refuses(verdict, event)) return verdict;
    if (verdict === 'epoch') this.parts.rfid.restart(event.deviceId);
    this.parts.rfid.apply(event);
    return undefined;
  }

  private crossing(event: CrossingEvent): RefusalReason | undefined {
    const { deviceId, ts, entranceId, direction, count } = event;
    if (!this.parts.versions.at(ts)?.model.lines.some((line) => line.id === entranceId)) return 'unknownSubject';
    const reason = this.record(event, 'crossing');
    if (reason) return reason;
    this.parts.turning(() =>
      this.parts.crossings.byDevice(deviceId, entranceId, ts, direction === 'in' ? 1 : -1, count),
    );
    return undefined;
  }

  private play(event: PlayEvent): RefusalReason | undefined {
    // It counts in the minute in which it began, so that is judged as its own time is (SEMANTICS §6, §8).
    const { ts, receivedTs, startedTs, endedTs } = event;
    if (Math.max(startedTs, endedTs) - receivedTs > FUTURE_MS) return 'future';
    if (startedTs < ts - RECORD_REACH_MS) return 'tooOld';
    const reason = this.record(event, 'play');
    if (reason) return reason;
    this.parts.viewings.told(event);
    this.parts.records.play(event);
    return undefined;
  }

  /** Sales by REST have been promised their place already: no clock of a device refuses them. */
  sale(model: StoreModel, event: SaleEvent): RefusalReason | undefined {
    const known = this.parts.sales.known(model, event);
    const replaces = known === 'conflict' && this.parts.sales.replaces(model, event);
    if (known && !replaces) return known;
    if (event.source === 'till') {
      const verdict = this.parts.ordering.record(this.parts.ordering.device(event.deviceId), 'sale', event.ts);
      if (this.parts.refuses(verdict, event)) return verdict;
    }
    this.parts.sales.apply(model, event);
    // What left the shop was paid for already.
    if (!replaces) this.parts.rfid.sold(event);
    return undefined;
  }

  /** The same state twice is no news, but a device that comes back says the same bytes again: only equal times are doubled. */
  private deviceState(model: StoreModel, event: DeviceStateEvent): RefusalReason | undefined {
    const known = this.parts.records.presence(event.deviceId);
    if (known && known.ts === event.ts && known.digest === event.digest) return 'duplicate';
    this.parts.records.present(event.deviceId, event.ts, event.digest);
    this.parts.floor.deviceState(model, event);
    if (model.devices.get(event.deviceId)?.family === 'screen')
      this.parts.blocks.screen(event.deviceId, event.state, event.ts);
    return undefined;
  }

  private record(event: CrossingEvent | PlayEvent, channel: string): RefusalReason | undefined {
    if (this.parts.records.isKnown(event.deviceId, event.ts, event.digest)) return 'duplicate';
    const verdict = this.parts.ordering.record(this.parts.ordering.device(event.deviceId), channel, event.ts);
    if (this.parts.refuses(verdict, event)) return verdict;
    this.parts.records.remember(event.deviceId, event.ts, event.digest);
    return undefined;
  }
}
