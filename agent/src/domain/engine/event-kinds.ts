import type {
  AdvertEvent,
  DetectionsEvent,
  DeviceEvent,
  DomainEvent,
  OwnEvent,
  PositionsEvent,
  WeightEvent,
} from '@aisle/contracts';
import { smartChannel, type SmartEvent } from '../smart/smart-cameras.js';

/** Measurements: those of one channel of a device rise in time. */
export type MeasuredEvent = PositionsEvent | DetectionsEvent | WeightEvent | SmartEvent;

/** Messages of one of these rise in time: positions of a camera, its detections, weights of each slot. */
export const channelOf = (event: MeasuredEvent): string => {
  if (event.kind === 'weight') return `weight/${event.slotId}`;
  return event.kind === 'counted' || event.kind === 'noticed' ? smartChannel(event) : event.kind;
};
const MEASURED: ReadonlySet<DomainEvent['kind']> = new Set<MeasuredEvent['kind']>([
  'positions',
  'detections',
  'weight',
  'counted',
  'noticed',
  'tracked',
]);
export const isMeasured = (event: DomainEvent): event is MeasuredEvent => MEASURED.has(event.kind);

/** The channel of whatever must rise in time, undefined for records and presence. */
export function orderedChannel(event: DomainEvent): string | undefined {
  if (event.kind === 'reads' || event.kind === 'heard') return event.kind;
  return isMeasured(event) ? channelOf(event) : undefined;
}

/** A shelf that speaks over BLE, in a shelf's own words. */
export const weightsOf = (event: AdvertEvent): WeightEvent[] =>
  event.weights.map(([slotId, decigrams]) => {
    const { deviceId, ts, receivedTs, digest } = event;
    return { kind: 'weight', deviceId, ts, receivedTs, digest, slotId, decigrams };
  });

const OWN: ReadonlySet<DomainEvent['kind']> = new Set<OwnEvent['kind']>([
  'configured',
  'planned',
  'recomputed',
  'decided',
  'judged',
  'calibrated',
  'tared',
  'heldDropped',
  'campaign',
  'ordered',
  'prior',
  'scanKey',
  'scanned',
  'credential',
]);
export const isOfDevice = (event: DomainEvent): event is DeviceEvent => !OWN.has(event.kind);
