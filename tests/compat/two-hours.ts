import { deviceTopic } from '@aisle/contracts';
import { NOISY } from '../../simulators/src/devices/settings.js';
import { linesOf, openTwin, saidBy, TWIN_START } from '../support/twin.js';
import { timeIs, type Said } from './said.js';

/** Whole minutes of the run. */
export const FROM_TS = Math.floor(TWIN_START / 60_000) * 60_000;
export const MINUTES = 120;
export const TO_TS = FROM_TS + MINUTES * 60_000;

/** How often the agent is told the time. */
const CLOCK_MS = 2000;

export interface TwoHours {
  /** before the line to the cloud is cut, while it is, and after */
  parts: [Said[], Said[], Said[]];
  /** from the ledger: minor units, receipts with a positive line */
  truth: { netMinor: number; receipts: number };
}

/**
 * Two hours of the shop of all dialects: cameras, shelves and tills of every make, with noise. Cameras and shelves that have
 * nothing new to tell do so seldom, so that the two hours pass in a quarter of a minute; what is weighed over the air and read
 * from tags would be ten times as much, and is in the data that releases left behind.
 */
export function twoHours(): TwoHours {
  const parts: TwoHours['parts'] = [[], [], []];
  let now: Said[] = parts[0];
  const twin = openTwin({
    seed: 8,
    minutes: MINUTES,
    families: ['camera', 'shelf', 'till'],
    settings: {
      ...NOISY,
      camera: { ...NOISY.camera, intervalMs: 1200 },
      shelf: { ...NOISY.shelf, heartbeatMs: 25_000 },
      stateIntervalMs: 25_000,
    },
    outlets: { rest: (sale) => now.push({ sale: JSON.parse(sale) as Record<string, unknown> }) },
  });
  const own = new Set((twin.store.devices ?? []).map(({ id }) => deviceTopic(id, 'state')));
  let toldTs = 0;
  for (const { ts, message } of saidBy(twin)) {
    const minute = (ts - TWIN_START) / 60_000;
    now = minute < 60 ? parts[0] : minute < 70 ? parts[1] : parts[2];
    // Farewells: what they are worth differs between releases.
    if (ts >= twin.endTs && own.has(message.topic)) continue;
    if (ts - toldTs >= CLOCK_MS) now.push(timeIs((toldTs = ts)));
    now.push({ topic: message.topic, payload: message.payload, ...(message.retain && { retain: true as const }) });
  }
  const sales = linesOf<{ lines: { quantity: number; net: number }[] }>(twin.ledger, 'sale');
  const netMinor = sales.flatMap(({ lines }) => lines).reduce((sum, { net }) => sum + Math.round(net * 100), 0);
  const receipts = sales.filter(({ lines }) => lines.some(({ quantity }) => quantity > 0)).length;
  return { parts, truth: { netMinor, receipts } };
}
