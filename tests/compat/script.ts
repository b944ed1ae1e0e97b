import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { StoreFile } from '@aisle/contracts';
import { readStock, readTags } from '../../simulators/src/score/ledger-file.js';
import { openTwin, saidBy } from '../support/twin.js';
import { says, timeIs, type Said } from './said.js';

/** What happens in the shop whose data a release leaves behind. All event times are fixed. */
export const at = (time: string): number => Date.parse(`2026-03-02T${time}+08:00`);
export const STORE_ID = 'all-dialects';
export const MORNING = at('09:00:00.017');
export const MIDDAY = at('11:30:00.017');
/** A camera enrolled on the way: it finds boxes in pictures, and an installer calibrates it. */
export const CAMERA = 'cam-tasting';

/** One by the cloud's REST interface, while the agent is there, and one while it is away, of a product that nobody knows. */
export const REST_SALE = {
  ts: at('09:01:40.000'),
  receipt: 'rest-1',
  lines: [{ gtin: '6902344110602', quantity: 2, net: 9.8 }],
};
export const WAITING_SALE = {
  ts: at('11:33:30.000'),
  receipt: 'waits-1',
  lines: [{ gtin: '06901234500012', quantity: 1, net: 5 }],
};

/** Of a reader's messages one in so many: they are nine tenths of all bytes, and tell the same again and again. */
const READS_KEPT = 5;

/** Minutes of the simulated shop, a list for each minute, and the goods that lie on its shelves at the end. */
async function minutesOf(store: StoreFile, startTs: number, minutes: number, seed: number, goods = {}) {
  const lists: Said[][] = Array.from({ length: minutes + 1 }, () => []);
  let now: Said[] = lists[0] as Said[];
  const twin = openTwin({
    ...{ seed, minutes, store, startTs, goods },
    outlets: { rest: (sale) => now.push({ sale: JSON.parse(sale) as Record<string, unknown> }) },
  });
  const readers = new Map<string, number>();
  let toldTs = 0;
  const said = saidBy(twin);
  for (;;) {
    now = lists[Math.floor((twin.shop.ts - startTs) / 60_000)] ?? (lists.at(-1) as Said[]);
    const { value, done } = said.next();
    if (done) break;
    const { ts, message } = value;
    now = lists[Math.min(minutes, Math.floor((ts - startTs) / 60_000))] as Said[];
    if (message.deviceId.startsWith('rfid-') && !message.topic.endsWith('/state')) {
      const count = (readers.get(message.deviceId) ?? 0) + 1;
      readers.set(message.deviceId, count);
      if (count % READS_KEPT !== 1) continue;
    }
    if (ts !== toldTs) now.push(timeIs((toldTs = ts)));
    now.push({ topic: message.topic, payload: message.payload, ...(message.retain && { retain: true as const }) });
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'aisle-ledger-'));
  const file = path.join(folder, 'ledger.jsonl');
  writeFileSync(file, twin.ledger.join('\n'));
  const left = { stock: (await readStock(file)) ?? {}, tags: await readTags(file) };
  rmSync(folder, { recursive: true });
  return { lists, left };
}

/** One person, as boxes in the pictures of the calibrated camera: forty seconds in the tasting corner, before anybody else comes. */
function* tasting(): Generator<Said> {
  const fromTs = at('08:50:00.000');
  yield timeIs(fromTs);
  yield says(CAMERA, 'state', { state: 'online', ts: fromTs }, true);
  for (let ts = fromTs; ts < fromTs + 40_000; ts += 500) {
    const x = 300 + (ts - fromTs) / 400;
    const boxes = [{ x, y: 150, w: 40, h: 120, score: 0.9 }];
    yield timeIs(ts);
    yield says(CAMERA, 'camera/detections', { ts, width: 640, height: 480, boxes });
  }
}

export interface Script {
  before: Said[];
  morning: Said[];
  /** a minute, and two more */
  midday: { noon: Said[]; then: Said[] };
  /** told while it is cut */
  offline: Said[];
  /** told after the release was replaced */
  later: Said[];
}

export async function scriptOf(store: StoreFile): Promise<Script> {
  const first = await minutesOf(store, MORNING, 2, 21);
  const second = await minutesOf(store, MIDDAY, 5, 22, first.left);
  const [one, two, three, ...rest] = second.lists as [Said[], Said[], Said[], ...Said[][]];
  const [offline, ...later] = rest as [Said[], ...Said[][]];
  return {
    before: [...tasting()],
    morning: first.lists.flat(),
    midday: { noon: one, then: [...two, ...three] },
    offline,
    later: later.flat(),
  };
}

/** A shelf that says its last word again and again: it changes nothing, but it lies in the journal. */
export function repeated(said: readonly Said[], times: number): Said[] {
  const last = said.findLast((one) => 'topic' in one && one.topic.endsWith('/shelf/weight'));
  return last ? Array.from({ length: times }, () => last) : [];
}
