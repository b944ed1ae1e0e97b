import { Type } from '@sinclair/typebox';
import { compile } from '@aisle/contracts';
import { malformed, reading, refused, type Reading } from '../wire/reading.js';
import { parseInstant } from '../wire/time.js';
import { badEpc, epcText, readEvents, together, type TagRead, type TagReads } from './tag-read.js';

/**
 * Zebra IoT Connector (FX7500, FX9600, ATR7000, FXR90): tag data events, one object, an array of them, or one per line.
 * `timestamp` is ISO 8601 with an offset without a colon (`2024-03-01T09:00:00.123+0800`) or epoch milliseconds.
 * Source: github.com/ZebraDevs/rfid-ziotc-docs, "Tag Data Events"; message classes in ZebraDevs/RFID-IoTConnector-MQTT-dotnet-DockDoorSample.
 */
const TagData = Type.Object({
  timestamp: Type.Union(
    [Type.String({ maxLength: 48 }), Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 })],
    { description: 'an ISO 8601 time with a zone, or epoch milliseconds' },
  ),
  data: Type.Object(
    {
      idHex: Type.String({ minLength: 2, maxLength: 124, description: 'an EPC as hex digits' }),
      antenna: Type.Optional(Type.Integer({ minimum: 0, maximum: 1024, description: 'the number of an antenna' })),
      peakRssi: Type.Optional(Type.Number({ minimum: -200, maximum: 50, description: 'a signal strength in dBm' })),
    },
    { description: 'an object' },
  ),
});
const schema = compile(TagData);

/** Tag data events → sightings. Management events and heartbeats are told apart: the reader is alive, and nothing more. */
export function decodeZebra(_topic: string, bytes: Uint8Array): Reading<TagReads> {
  const events = readEvents(bytes);
  if (!events.ok) return events;
  const reads: TagRead[] = [];
  const others = new Set<string>();
  for (const { item, where } of events.value) {
    const other = managementEvent(item);
    if (other !== undefined) {
      if (others.size < 16) others.add(other);
      continue;
    }
    const checked = schema.check(item);
    if (!checked.ok) return refused(checked.problem, where);
    const { timestamp, data } = checked.value;
    const dot = where && `${where}.`;
    const ts = typeof timestamp === 'number' ? timestamp : parseInstant(timestamp);
    if (ts === undefined) return malformed(`${dot}timestamp`, 'expected an ISO 8601 time with a zone');
    const epc = epcText(data.idHex);
    if (epc === undefined) return badEpc(`${dot}data.idHex`);
    reads.push({
      ts,
      epc,
      antenna: data.antenna ?? null,
      rssiCdbm: data.peakRssi === undefined ? null : Math.round(data.peakRssi * 100) + 0,
    });
  }
  return reading(together(reads, [...others]));
}

/** Heartbeats, GPI changes and errors name what they are in `eventType`, or carry data without a tag in it. */
function managementEvent(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null) return undefined;
  const { eventType, type, data } = item as { eventType?: unknown; type?: unknown; data?: unknown };
  if (typeof data === 'object' && data !== null && 'idHex' in data) return undefined;
  const name = eventType ?? type;
  return typeof name === 'string' && name.length <= 64 && eventType !== undefined ? name : undefined;
}
