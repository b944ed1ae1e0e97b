/**
 * `npm run visits -- --store FILE --positions FILE --json OUT`: lists the visits and crossings of a recording, with the
 * agent's own decoder and engine. The recording holds `camera/positions` payloads, one JSON text per line.
 */
import { createReadStream, existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import { deviceTopic, parseStoreFile, traitsOf, type StoreFile } from '@aisle/contracts';
import { DeviceDecoder } from './devices/registry.js';
import { indexStore } from './devices/store-index.js';
import { createEngine } from './domain/engine/engine.js';
import type { ObservedVisit } from './domain/engine/engine-api.js';

const CHANNEL = 'camera/positions';
const USAGE = 'usage: npm run visits -- --store FILE --positions FILE --json OUT';
/** Lines that could not be read are counted, and so many are shown. */
const SHOWN_PROBLEMS = 20;
/** Figures are of no use here: they are thrown away once in so many lines. */
const DISCARD_EVERY_LINES = 1_000;

export interface Listing {
  visits: ObservedVisit[];
  crossings: { entranceId: string; ts: number; direction: 'in' | 'out' }[];
}
export interface ListingResult extends Listing {
  read: number;
  /** lines that counted for nothing, in all */
  skipped: number;
}

/** The store file with a camera to speak for, and its id: its first camera, or one called "file". */
function withCamera(store: StoreFile): { store: StoreFile; deviceId: string } {
  const camera = (store.devices ?? []).find((device) => traitsOf(device).tells === 'people');
  if (camera) {
    // What one camera saw is told as it saw it: there is no other to merge it with.
    const { group: _group, ...alone } = camera;
    const devices = (store.devices ?? []).map((device) => (device === camera ? alone : device));
    return { store: { ...store, devices }, deviceId: camera.id };
  }
  const file = { id: 'file', family: 'camera' as const, dialect: 'aisle' };
  const others = (store.devices ?? []).filter((device) => device.id !== file.id);
  return { store: { ...store, devices: [...others, file] }, deviceId: file.id };
}

/** Runs the engine over payloads. `report` hears of each line that counts for nothing, and why. */
export async function listVisits(
  storeFile: StoreFile,
  lines: AsyncIterable<string> | Iterable<string>,
  report: (line: number, problem: string) => void,
): Promise<ListingResult> {
  const { store, deviceId } = withCamera(storeFile);
  const result: ListingResult = { visits: [], crossings: [], read: 0, skipped: 0 };
  const engine = createEngine(undefined, {
    visit: (visit) => result.visits.push(visit),
    crossing: (entranceId, ts, direction) => result.crossings.push({ entranceId, ts, direction }),
    visitTakenBack: (visit) => void result.visits.splice(result.visits.lastIndexOf(visit), 1),
    crossingTakenBack: (entranceId, ts, direction) => {
      const at = result.crossings.findLastIndex(
        (crossing) => crossing.entranceId === entranceId && crossing.ts === ts && crossing.direction === direction,
      );
      result.crossings.splice(at, 1);
    },
  });
  const index = indexStore(store, 1);
  const decoder = new DeviceDecoder();
  engine.apply(0, { kind: 'configured', ts: 0, version: 1, storeFile: store });
  const topic = deviceTopic(deviceId, CHANNEL);
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line.trim() === '') continue;
    // A recording may lie anywhere in time: nothing in it is from the future.
    const message = {
      deviceId,
      topic,
      payload: Buffer.from(line),
      receivedTs: Number.MAX_SAFE_INTEGER,
    };
    const decoded = decoder.decode(message, index);
    const [event] = decoded.ok ? decoded.events : [];
    const outcome = event && engine.apply(number, event);
    if (outcome?.accepted) result.read += 1;
    else {
      result.skipped += 1;
      if (!decoded.ok) report(number, decoded.field ? `${decoded.field} ${decoded.message}` : decoded.message);
      else if (outcome && !outcome.accepted) report(number, `ts ${outcome.reason}: ${outcome.message}`);
    }
    if (number % DISCARD_EVERY_LINES === 0) {
      engine.takeFacts();
      engine.takeEvictions();
    }
  }
  const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  result.visits.sort((a, b) => a.enterTs - b.enterTs || byText(a.zoneId, b.zoneId) || a.leaveTs - b.leaveTs);
  result.crossings.sort(
    (a, b) => a.ts - b.ts || byText(a.entranceId, b.entranceId) || byText(a.direction, b.direction),
  );
  return result;
}

/** The command. @returns its exit code: 0, or 2 when it could not do its work */
export async function main(args: readonly string[], say: (text: string) => void): Promise<number> {
  let options: { store?: string | undefined; positions?: string | undefined; json?: string | undefined };
  try {
    const string = { type: 'string' } as const;
    options = parseArgs({ args: [...args], options: { store: string, positions: string, json: string } }).values;
  } catch (error) {
    say(`${(error as Error).message}\n${USAGE}`);
    return 2;
  }
  const { store, positions, json } = options;
  if (store === undefined || positions === undefined || json === undefined) {
    const missing = [
      store === undefined && '--store',
      positions === undefined && '--positions',
      json === undefined && '--json',
    ];
    say(`${missing.filter(Boolean).join(', ')} missing\n${USAGE}`);
    return 2;
  }
  try {
    const file = parseStoreFile(readFileSync(store), store, (name) =>
      readFileSync(path.join(path.dirname(store), name)),
    );
    let shown = 0;
    const lines = createInterface({ input: createReadStream(positions, 'utf8'), crlfDelay: Infinity });
    const result = await listVisits(file, lines, (line, problem) => {
      shown += 1;
      if (shown <= SHOWN_PROBLEMS) say(`${positions}:${line}: ${problem}`);
    });
    if (result.skipped > 0)
      say(`${positions}: ${result.skipped} of ${result.read + result.skipped} lines count for nothing`);
    if (result.read === 0) {
      say(`${positions}: holds no positions that can be read`);
      return 2;
    }
    const { visits, crossings } = result;
    writeFileSync(json, `${JSON.stringify({ visits, crossings })}\n`);
    return 0;
  } catch (error) {
    say((error as Error).message);
    return 2;
  }
}

const entry = process.argv[1];
if (entry !== undefined && existsSync(entry) && import.meta.url === pathToFileURL(realpathSync(entry)).href) {
  process.exitCode = await main(process.argv.slice(2), (text) => process.stderr.write(`${text}\n`));
}
