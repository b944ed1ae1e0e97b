import type { Device } from '@aisle/contracts';
import { foreign, type Message } from '../message.js';
import { localIso } from '../local-time.js';
import { topicOf } from '../topics.js';
import type { ReaderDialect, Sighting } from './reader.js';

/**
 * Zebra IoT Connector (FX9600, FXR90): tag data events in the simple format, an array where several are batched, times with an
 * offset without a colon; heartbeats among the management events.
 * After github.com/ZebraDevs/rfid-ziotc-docs, "Tag Data Events" and "Management Events".
 */
export function zebraReader(device: Device, timezone: string): ReaderDialect {
  const tags = topicOf(device, 'zebra/{id}/tagEvents');
  const management = topicOf(device, 'zebra/{id}/managementEvents');
  let count = 0;
  let beats = 0;
  const heartbeat = (ts: number): Message[] => [
    foreign(
      device.id,
      management,
      JSON.stringify({
        component: 'RG',
        data: {
          radio_control: { antennas: {}, numRadioPacketsReported: count, status: 'running' },
          system: { cpu: { system: 3, user: 11 }, uptime: '5 days 02:11:09' },
        },
        eventNum: (beats += 1),
        eventType: 'heartbeat',
        timestamp: zebraTime(ts, timezone),
      }),
    ),
  ];
  return {
    tells: 'round',
    start: heartbeat,
    stop: () => [],
    heartbeat,
    reads: (sightings) => {
      const events = sightings.map((sighting) => eventOf(sighting, (count += 1), timezone));
      if (events.length === 0) return [];
      return [foreign(device.id, tags, JSON.stringify(events.length === 1 ? events[0] : events))];
    },
  };
}

function eventOf({ ts, epc, antenna, rssiDbm }: Sighting, eventNum: number, timezone: string): object {
  return {
    data: { antenna, eventNum, format: 'epc', idHex: epc.toLowerCase(), peakRssi: Math.round(rssiDbm) },
    timestamp: zebraTime(ts, timezone),
    type: 'SIMPLE',
  };
}

/** `2024-03-01T09:00:00.123+0800`: the offset has no colon. */
export const zebraTime = (ts: number, timezone: string): string => localIso(ts, timezone).replace(/:(\d\d)$/, '$1');
