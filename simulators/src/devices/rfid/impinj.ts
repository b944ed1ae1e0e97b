import type { Device } from '@aisle/contracts';
import { foreign, type Message } from '../message.js';
import { topicOf } from '../topics.js';
import type { ReaderDialect, Sighting } from './reader.js';

/**
 * Impinj IoT device interface (R700): events as JSON, several of one message one a line. Fields after recorded messages:
 * `epc` in base64url, `epcHex` only where the reader is set to send it, times with nine decimals, strength in hundredths of dBm.
 */
export function impinjReader(device: Device): ReaderDialect {
  const topic = topicOf(device, 'impinj/{id}/events');
  const tell = (events: readonly object[]): Message[] =>
    events.length === 0 ? [] : [foreign(device.id, topic, events.map((event) => JSON.stringify(event)).join('\r\n'))];
  const status = (ts: number, inventoryStatus: string) =>
    tell([{ timestamp: nanoseconds(ts), eventType: 'inventoryStatus', inventoryStatusEvent: { inventoryStatus } }]);
  return {
    tells: 'round',
    start: (ts) => status(ts, 'running'),
    stop: (ts) => status(ts, 'idle'),
    heartbeat: (ts) => status(ts, 'running'),
    reads: (sightings, ts) => tell(sightings.map((sighting) => eventOf(sighting, ts))),
  };
}

function eventOf({ ts, epc, antenna, rssiDbm }: Sighting, sentTs: number): object {
  return {
    timestamp: nanoseconds(sentTs),
    eventType: 'tagInventory',
    tagInventoryEvent: {
      epc: Buffer.from(epc, 'hex').toString('base64').replaceAll('+', '-').replaceAll('/', '_'),
      epcHex: epc,
      antennaPort: antenna,
      antennaName: `Antenna ${antenna}`,
      peakRssiCdbm: Math.round(rssiDbm * 100),
      frequency: 866_900,
      transmitPowerCdbm: 3000,
      lastSeenTime: nanoseconds(ts),
    },
  };
}

/** ISO 8601 with the reader's nine decimals. */
export const nanoseconds = (ts: number): string => new Date(ts).toISOString().replace('Z', '000000Z');
