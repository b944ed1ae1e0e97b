import { MINUTE_MS, minuteOf, type DomainEvent } from '@aisle/contracts';
import type { EngineParts } from './engine-parts.js';
import { channelOf, isMeasured, isOfDevice, weightsOf } from './event-kinds.js';

/** Windows of people and coverage that one message touches begin at most this long before it. */
const TOUCHED_MS = MINUTE_MS;

/** Keys of windows that `event` may touch and that are not in memory; empty for nearly every event. */
export function neededBy(parts: EngineParts, event: DomainEvent): string[] {
  const keys: string[] = [];
  const { model } = parts;
  if (event.kind === 'judged') parts.interest.require(keys, event);
  if (event.kind === 'tared') parts.shelves.require(keys, event.slotId);
  if (model && event.kind === 'configured' && parts.floor.oldest(model) <= parts.windows.pagedUpTo + TOUCHED_MS)
    parts.floor.require(keys, model);
  if (!model || !isOfDevice(event)) return keys;
  if (event.kind === 'advert') for (const weight of weightsOf(event)) keys.push(...neededBy(parts, weight));
  if (parts.windows.pagedUpTo < 0 && !parts.windows.pagedTimeless) return keys;
  parts.smart.require(keys, model, event);
  if (event.kind === 'reads') parts.rfid.require(keys, event, parts.windows.pagedUpTo);
  else if (event.kind === 'sale') parts.rfid.requireSale(keys, event);
  if (event.kind === 'sale') parts.sales.require(keys, model, event);
  else if (event.kind === 'weight') parts.shelves.require(keys, event.slotId, event.ts);
  else if (event.kind === 'play') parts.records.requirePlay(keys, event);
  if (parts.floor.oldest(model, event.deviceId) <= parts.windows.pagedUpTo + TOUCHED_MS)
    parts.floor.require(keys, model, event.deviceId);
  if (minuteOf(event.ts - TOUCHED_MS) > parts.windows.pagedUpTo) return keys;
  if (event.kind === 'reads') parts.echoes.require(keys, event.deviceId, event.kind, event.ts);
  if (isMeasured(event)) parts.echoes.require(keys, event.deviceId, channelOf(event), event.ts);
  if (event.kind === 'positions' || event.kind === 'detections') parts.cameras.require(keys, model, event.ts);
  else if (event.kind === 'crossing') parts.crossings.require(keys, minuteOf(event.ts), event.entranceId);
  if (event.kind === 'crossing' || event.kind === 'play') parts.records.require(keys, event.deviceId, event.ts);
  parts.coverage.require(keys, model, event.deviceId, event.ts);
  return keys;
}
