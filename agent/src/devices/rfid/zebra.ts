import { Type } from '@sinclair/typebox';
import { expects, compile } from '@aisle/contracts';
import { malformed, reading, refused, type Reading } from '../wire/reading.js';
import { parseInstant } from '../wire/time.js';
import type { Refusal } from '../refusal.js';
import { addOther, badEpc, epcText, readEvents, together, unquoted, type TagRead, type TagReads } from './tag-read.js';

/**
 * Zebra IoT Connector (FX7500, FX9600, ATR7000, FXR90): tag data events, one object, an array of them, or one per line.
 * `timestamp` is ISO 8601 with an offset without a colon (`2024-03-01T09:00:00.123+0800`) or epoch milliseconds.
 * Source: github.com/ZebraDevs/rfid-ziotc-docs, "Tag Data Events"; message classes in ZebraDevs/RFID-IoTConnector-MQTT-dotnet-DockDoorSample.
 */
const TagData = Type.Object({
  timestamp: Type.Union(
    [Type.String({ maxLength: 48 }), Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 })],
    expects('isoOrEpochMs'),
  ),
  data: Type.Object(
    {
      idHex: Type.String({ minLength: 2, maxLength: 124, ...expects('epcHex') }),
      antenna: Type.Optional(Type.Integer({ minimum: 0, maximum: 1024, ...expects('antenna') })),
      peakRssi: Type.Optional(Type.Number({ minimum: -200, maximum: 50, ...expects('signal') })),
    },
    expects('object'),
  ),
});
const schema = compile(TagData);

/** Tag data events → sightings. Management events and heartbeats are told apart: the reader is alive, and nothing more. */
export function decodeZebra(_topic: string, bytes: Uint8Array): Reading<TagReads> {
  const events = readEvents(bytes);
  if (!events.ok) return events;
  const reads: TagRead[] = [];
  const refusals: Refusal[] = [...events.value.refused];
  const others = new Set<string>();
  for (const { item, where } of events.value.items) {
    const other = managementEvent(item);
    if (other !== undefined) {
      addOther(others, other);
      continue;
    }
    for (const one of tagsOf(item)) {
      const read = readTag(one, where);
      if (read.ok) reads.push(read.value);
      else refusals.push(read);
    }
  }
  return together(reads, others, 0, refusals);
}

/** Several tags under one time are events of their own. */
function tagsOf(item: unknown): unknown[] {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return [item];
  const { data, ...rest } = item as Readonly<Record<string, unknown>>;
  const tags: unknown[] = Array.isArray(data) ? data : [data];
  return tags.map((tag) => ({ ...rest, ...(tag !== undefined && { data: unquoted(tag, ['antenna', 'peakRssi']) }) }));
}

function readTag(item: unknown, where: string): Reading<TagRead> {
  const checked = schema.check(item);
  if (!checked.ok) return refused(checked.problem, where);
  const { timestamp, data } = checked.value;
  const dot = where && `${where}.`;
  const ts = typeof timestamp === 'number' ? timestamp : parseInstant(timestamp);
  if (ts === undefined) return malformed(`${dot}timestamp`, 'expected', { expected: 'isoTimeWithZone' });
  const epc = epcText(data.idHex);
  if (epc === undefined) return badEpc(`${dot}data.idHex`);
  return reading({
    ts,
    epc,
    antenna: data.antenna ?? null,
    rssiCdbm: data.peakRssi === undefined ? null : Math.round(data.peakRssi * 100) + 0,
  });
}

/** Formats of tag data, by the names that readers give them: without a tag in it such an event is broken. */
const TAG_DATA = /^(?:simple|custom|inventory|portal|conveyor|directionality|rawdirectionality|tag|rfid)\w*$/i;

/**
 * Heartbeats, GPI changes, alerts and errors: they name what they are in `type` or `eventType`, or only the `component` that tells them, and
 * carry no tag. Source: ZebraDevs/RFID-IoTConnector-MQTT-dotnet-DockDoorSample, Models/Management/AsyncEvents.cs.
 */
function managementEvent(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return undefined;
  const { eventType, type, component, data } = item as Readonly<Record<string, unknown>>;
  if (typeof data === 'object' && data !== null && 'idHex' in data) return undefined;
  const name = [eventType, type, component].find((text) => typeof text === 'string' && text !== '');
  return typeof name !== 'string' || TAG_DATA.test(name) ? undefined : name;
}
