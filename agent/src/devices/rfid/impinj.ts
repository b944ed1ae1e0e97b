import { Type } from '@sinclair/typebox';
import { expects, compile } from '@aisle/contracts';
import { parseBase64 } from '../wire/hex.js';
import { malformed, reading, refused, type Reading } from '../wire/reading.js';
import { parseInstant } from '../wire/time.js';
import type { Refusal } from '../refusal.js';
import { addOther, badEpc, epcText, readEvents, together, type TagRead, type TagReads } from './tag-read.js';

/**
 * Impinj IoT device interface (R700, R510 and others) over MQTT, HTTP stream or webhook: one event, an array of
 * events, or one per line.
 * Source: Impinj IoT Device Interface, schema of TagInventoryEvent; samples in public READMEs of the reader's users.
 */
const TagInventory = Type.Object({
  tagInventoryEvent: Type.Object(
    {
      epcHex: Type.Optional(Type.String({ maxLength: 124, ...expects('epcHex') })),
      epc: Type.Optional(Type.String({ maxLength: 88, ...expects('epcBase64') })),
      antennaPort: Type.Optional(Type.Integer({ minimum: 0, maximum: 1024, ...expects('antenna') })),
      peakRssiCdbm: Type.Optional(Type.Integer({ minimum: -20_000, maximum: 5_000, ...expects('signalHundredths') })),
      lastSeenTime: Type.Optional(Type.String({ maxLength: 48, ...expects('isoTimeWithZone') })),
    },
    expects('object'),
  ),
});
const inventory = compile(TagInventory);

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Events of a reader → sightings. A sighting's time is `lastSeenTime` where the reader tells it, else the event's own. What kind an event is,
 * its key tells (`tagInventoryEvent`): readers of interface 1.0 have no `eventType`.
 */
export function decodeImpinj(_topic: string, bytes: Uint8Array): Reading<TagReads> {
  const events = readEvents(bytes);
  if (!events.ok) return events;
  const reads: TagRead[] = [];
  const refusals: Refusal[] = [...events.value.refused];
  const others = new Set<string>();
  let listening = 0;
  for (const { item, where } of events.value.items) {
    const kinds = kindsOf(item);
    if (kinds.length === 0) {
      const field = isFields(item) ? `${where}${where && '.'}eventType` : where;
      refusals.push(
        isFields(item) ? malformed(field, 'missing') : malformed(field, 'expected', { expected: 'object' }),
      );
    }
    for (const kind of kinds) {
      if (kind !== 'tagInventory') {
        addOther(others, kind);
        if (kind === 'inventoryStatus' && isRunning(item)) listening = Math.max(listening, timeOf(item) ?? 0);
        continue;
      }
      const read = readEvent(item, where);
      if (read.ok) reads.push(read.value);
      else refusals.push(read);
    }
  }
  return together(reads, others, listening, refusals);
}

/** What an event is: by its keys that end in `Event`, else by the name it gives itself. */
function kindsOf(item: unknown): string[] {
  if (!isFields(item)) return [];
  const keys = Object.keys(item)
    .filter((key) => key.length > 'Event'.length && key.endsWith('Event') && isFields(item[key]))
    .map((key) => key.slice(0, -'Event'.length));
  if (keys.length > 0) return keys;
  const { eventType } = item;
  return typeof eventType === 'string' && eventType !== '' ? [eventType] : [];
}

const timeOf = (item: unknown): number | undefined => {
  const timestamp = isFields(item) ? item['timestamp'] : undefined;
  return typeof timestamp === 'string' ? parseInstant(timestamp) : undefined;
};

/** `inventoryStatus`, "running": the reader listens, whether or not it hears a tag. */
function isRunning(item: unknown): boolean {
  const event = isFields(item) ? item['inventoryStatusEvent'] : undefined;
  return isFields(event) && event['inventoryStatus'] === 'running';
}

function readEvent(item: unknown, where: string): Reading<TagRead> {
  const checked = inventory.check(item);
  if (!checked.ok) return refused(checked.problem, where);
  const { epcHex, epc: base64, antennaPort, peakRssiCdbm, lastSeenTime } = checked.value.tagInventoryEvent;
  const dot = where && `${where}.`;
  const inside = `${dot}tagInventoryEvent`;
  const sentTs = timeOf(item);
  if (sentTs === undefined) return malformed(`${dot}timestamp`, 'expected', { expected: 'isoTimeWithZone' });
  const ts = lastSeenTime === undefined ? sentTs : parseInstant(lastSeenTime);
  if (ts === undefined) return malformed(`${inside}.lastSeenTime`, 'expected', { expected: 'isoTimeWithZone' });
  const fromHex = epcHex === undefined ? undefined : epcText(epcHex);
  if (epcHex !== undefined && fromHex === undefined) return badEpc(`${inside}.epcHex`);
  const raw = base64 === undefined ? undefined : parseBase64(base64);
  if (base64 !== undefined && (!raw || raw.length === 0 || raw.length > 62))
    return malformed(`${inside}.epc`, 'expected', { expected: 'epcMemoryBase64' });
  const fromBase64 = raw?.toString('hex').toUpperCase();
  if (fromHex !== undefined && fromBase64 !== undefined && fromHex !== fromBase64)
    return malformed(`${inside}.epc`, 'otherTag');
  const epc = fromHex ?? fromBase64;
  if (epc === undefined) return malformed(`${inside}.epcHex`, 'epcNotSent');
  return reading({ ts, epc, antenna: antennaPort ?? null, rssiCdbm: peakRssiCdbm ?? null });
}
