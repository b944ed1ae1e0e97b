import { message, stateMessage, type Message } from '../message.js';
import type { ReaderDialect, Sighting } from './reader.js';

/** A reader of the native dialect: a message after each antenna's turn, empty ones too. */
export function aisleReader(deviceId: string): ReaderDialect {
  return {
    tells: 'turn',
    start: (ts) => [stateMessage(deviceId, 'online', 'Sim reader', ts)],
    stop: (ts) => [stateMessage(deviceId, 'offline', 'Sim reader', ts)],
    reads: (sightings: readonly Sighting[], ts): Message[] => [
      message(deviceId, 'rfid/reads', {
        ts,
        reads: sightings.map(({ epc, antenna, rssiDbm }) => ({ epc, antenna, rssiDbm })),
      }),
    ],
  };
}
