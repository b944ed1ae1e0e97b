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
/** Ids hold: what is made of broken ones differs between releases. */
const HOLDING = { ...NOISY, camera: { ...NOISY.camera, breakShare: 0 } };
const SELDOM = {
  ...NOISY,
  camera: { ...HOLDING.camera, intervalMs: 1200 },
  shelf: { ...NOISY.shelf, heartbeatMs: 25_000 },
  stateIntervalMs: 25_000,
};

/** Minor units, and receipts with a positive line, from the ledger. */
export interface Truth {
  netMinor: number;
  receipts: number;
}
export interface TwoHours {
  /** 0: before the line to the cloud is cut, 1: while it is, 2: after; to be asked for in this order */
  part(index: number): Iterable<Said>;
  /** known once all has been said */
  truth(): Truth;
}

/**
 * Two hours of the shop of all dialects, with noise.
 * @param whole every device says all that it says, 1.4 GB of it, made while it is told. Otherwise cameras, shelves and tills of every
 * make, and what has nothing new to tell says so seldom, so that the two hours pass in a quarter of a minute; tags and what is
 * weighed over the air are then left to the data that releases left behind.
 */
export function twoHours(whole: boolean): () => TwoHours {
  if (whole) return () => told(whole);
  const once = told(whole);
  const parts = [0, 1, 2].map((index) => [...once.part(index)]);
  return () => ({ part: (index) => parts[index] ?? [], truth: once.truth });
}

function told(whole: boolean): TwoHours {
  const all = saidInTwoHours(whole);
  let next = all.next();
  return {
    *part(index) {
      for (; !next.done && next.value.part === index; next = all.next()) yield next.value.said;
    },
    truth() {
      if (!next.done) throw new Error('not all has been said');
      return next.value;
    },
  };
}

function* saidInTwoHours(whole: boolean): Generator<{ part: number; said: Said }, Truth> {
  const sold: Said[] = [];
  const twin = openTwin({
    seed: 8,
    minutes: MINUTES,
    outlets: { rest: (sale) => sold.push({ sale: JSON.parse(sale) as Record<string, unknown> }) },
    ...(whole ? { settings: HOLDING } : { families: ['camera', 'shelf', 'till'], settings: SELDOM }),
  });
  const own = new Set((twin.store.devices ?? []).map(({ id }) => deviceTopic(id, 'state')));
  let toldTs = 0;
  for (const { ts, message } of saidBy(twin)) {
    const minute = (ts - TWIN_START) / 60_000;
    const part = minute < 60 ? 0 : minute < 70 ? 1 : 2;
    for (const said of sold.splice(0)) yield { part, said };
    // Farewells: what they are worth differs between releases.
    if (ts >= twin.endTs && own.has(message.topic)) continue;
    if (ts - toldTs >= CLOCK_MS) yield { part, said: timeIs((toldTs = ts)) };
    const { topic, payload } = message;
    yield { part, said: { topic, payload, ...(message.retain && { retain: true as const }) } };
  }
  for (const said of sold) yield { part: 2, said };
  const sales = linesOf<{ lines: { quantity: number; net: number }[] }>(twin.ledger, 'sale');
  return {
    netMinor: sales.flatMap(({ lines }) => lines).reduce((sum, { net }) => sum + Math.round(net * 100), 0),
    receipts: sales.filter(({ lines }) => lines.some(({ quantity }) => quantity > 0)).length,
  };
}
